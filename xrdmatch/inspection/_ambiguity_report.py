"""Report of ambiguous groups and of measurements that separate them."""

import numpy as np
from sklearn.utils import Bunch

MOST_SHOWN = 10  # groups that are printed
MOST_NAMED = 6  # members of a group that are named


class AmbiguityReport(Bunch):
    """Pairs and groups of a gallery's entries that one kind of measurement cannot tell apart.

    A `Bunch` whose text is a summary; `to_frame` gives the pairs as a table. The fields are those
    that `ambiguous_groups` lists.

    See Also
    --------
    ambiguous_groups
        Find the entries of a gallery that a measurement cannot tell apart, and what would.
    """

    def rivals_of(self, i):
        """List the entries that cannot be told from one of them.

        Parameters
        ----------
        i : int
            Position of the entry in the gallery.

        Returns
        -------
        positions : ndarray of int, shape (n_rivals,)
            The most similar one first; twins among them.
        similarity : ndarray of shape (n_rivals,)
            How alike they are.
        """
        rows = np.flatnonzero((self.pairs == i).any(1))
        rows = rows[np.argsort(-self.similarity[rows], kind="stable")]
        return self.pairs[rows].sum(1) - i, self.similarity[rows]

    def to_frame(self):
        """Put the pairs into a table with one row each, the most similar ones first.

        Returns
        -------
        pandas.DataFrame
            Columns ``first`` and ``second`` (labels), ``first_formula``, ``second_formula``,
            ``similarity``, ``twins``, ``elements`` (whether they differ), and one for each other
            measurement with the similarity that it leaves.
        """
        import pandas as pd  # comes with pymatgen, and takes time that few calls need

        first, second = self.pairs.T
        columns = {
            "first": self.labels[first],
            "second": self.labels[second],
            "first_formula": [self.formulas[i] for i in first.tolist()],
            "second_formula": [self.formulas[i] for i in second.tolist()],
            "similarity": self.similarity,
            "twins": self.twins,
            "elements": self.split_by["elements"],
        }
        frame = pd.DataFrame(columns | self.after)
        return frame.sort_values("similarity", ascending=False, ignore_index=True, kind="stable")

    def __str__(self):
        different = ~self.twins
        n_entries = len(np.unique(self.pairs[different]))
        lines = [
            f"{n_entries} of {len(self.labels)} entries cannot be told from another crystal by",
            f"{self.measurement}:",
            f"pairs with a similarity of at least {self.threshold:g}: {different.sum()}; besides, "
            f"pairs of one crystal: {self.twins.sum()}",
        ]
        if different.any():
            lines += ["", "told apart by", *self._measurements(different)]
            lines += ["", "groups of more than one crystal, the largest first", *self._groups()]
        return "\n".join(lines)

    def __repr__(self):
        return str(self)

    def _measurements(self, different):
        """Count the pairs that each measurement tells apart."""
        shares = {name: split[different] for name, split in self.split_by.items()}
        width = max(len(self.words[name]) for name in shares)
        for name, split in sorted(shares.items(), key=lambda item: -item[1].mean()):
            share = f"{split.sum():>7} of {len(split)} pairs ({100 * split.mean():.0f} %)"
            yield f"  {self.words[name]:{width}} {share}"
        none = ~np.any(list(shares.values()), axis=0)
        yield f"  {'none of these':{width}} {none.sum():>7} of {len(none)} pairs"

    def _groups(self):
        """Name members of the largest groups."""
        mixed = [g for g, n in zip(self.groups, self.n_crystals, strict=True) if n > 1]
        for group in mixed[:MOST_SHOWN]:
            names = [f"{self.labels[i]} {self.formulas[i]}" for i in group[:MOST_NAMED].tolist()]
            more = f" and {len(group) - MOST_NAMED} more" if len(group) > MOST_NAMED else ""
            yield f"  {', '.join(names)}{more}"
        if len(mixed) > MOST_SHOWN:
            yield f"  and {len(mixed) - MOST_SHOWN} more groups"
