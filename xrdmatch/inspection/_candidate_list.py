"""The candidates of one query as a list that becomes a table."""

CELL = ("a", "b", "c", "alpha", "beta", "gamma")
UNITS = dict.fromkeys(CELL[:3], "Å") | dict.fromkeys(CELL[3:], "degrees")
FACTS = ("rank", "label", "formula", "space_group", "point_group", "distance", "index")


class Candidates(list):
    """Candidates of one query, best first: a list of Bunch that becomes a DataFrame.

    `describe_candidates` returns it; notebooks show it as a table.

    See Also
    --------
    describe_candidates : Looks candidates up, and says what each holds.

    Examples
    --------
    >>> from xrdmatch import DiffractionSimulator, PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.inspection import describe_candidates
    >>> layers = load_monolayers()[:10]
    >>> query = DiffractionSimulator().transform(layers[:1])[0]
    >>> found = describe_candidates(PatternMatcher().fit(layers), query, k=2)
    >>> found
    Candidates('C', 'BN')
    >>> found.to_frame()[["rank", "formula", "point_group", "a"]].round(2)
       rank formula point_group     a
    0     1       C       6/mmm  2.46
    1     2      BN        -6m2  2.51
    """

    def to_frame(self):
        """Put the candidates into a table with one row each.

        Returns
        -------
        pandas.DataFrame
            Columns ``rank``, ``label``, ``formula``, ``space_group``, ``point_group``,
            ``distance``, ``index`` (position in the gallery), ``n_sites``, and the cell as it
            stands in the gallery, ``a`` to ``gamma``, whose units are in ``attrs["units"]``.
        """
        import pandas as pd  # comes with pymatgen, and takes time that few calls need

        rows = [[*(one[name] for name in FACTS), *_measures(one.structure)] for one in self]
        frame = pd.DataFrame(rows, columns=[*FACTS, "n_sites", *CELL])
        frame.attrs["units"] = dict(UNITS)
        return frame

    def __getitem__(self, i):
        chosen = super().__getitem__(i)
        return Candidates(chosen) if isinstance(i, slice) else chosen

    def _repr_html_(self):
        return self.to_frame().to_html(index=False, float_format="{:.4g}".format)

    def __repr__(self):
        return f"Candidates({', '.join(repr(one.formula) for one in self)})"


def _measures(structure):
    return len(structure), *structure.lattice.parameters
