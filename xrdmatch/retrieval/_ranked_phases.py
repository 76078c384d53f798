"""Candidates of a pattern of spots, those that are one crystal along several axes together."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RankedPhase:
    """A crystal that a pattern of spots may have come from.

    Parameters
    ----------
    name : str
        Its label, without the zone axis.
    log_odds : float
        Of its entries together, each as likely beforehand.
    columns : tuple of int
        Places of its entries among the candidates, best first.
    is_fitted : bool
        Whether the best entry has a setting that could be the pattern's.

    See Also
    --------
    ranked_phases : Rank the crystals of a pattern's candidates.
    """

    name: str
    log_odds: float
    columns: tuple
    is_fitted: bool


def ranked_phases(retriever, fits, row=0):
    """Rank the crystals of a pattern's candidates.

    Entries of a library of zone axes are many for each crystal. What one wants to know is the
    crystal: odds of its entries add.

    Parameters
    ----------
    retriever : StructureRetriever
        What was asked.
    fits : SpotFits
        Of patterns of unknown orientation.
    row : int, default=0
        Which pattern.

    Returns
    -------
    list of RankedPhase
        Best first.

    See Also
    --------
    RankedPhase : A crystal that a pattern of spots may have come from.
    SpotMap : Name the phase at every place of a scan, by the spots that were seen there.

    Examples
    --------
    >>> from xrdmatch import DiffractionSimulator, PatternMatcher, PhysicsReranker
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import ranked_phases
    >>> layers = load_monolayers()[:10]
    >>> names = [layer.properties["name"] for layer in layers]
    >>> matcher = PatternMatcher(orientation="unknown").fit(layers, labels=names)
    >>> fits = PhysicsReranker(matcher).refine(DiffractionSimulator().transform(layers[3:4]))
    >>> ranked_phases(matcher, fits)[0].name == names[3]
    True
    """
    columns = {}
    for column in np.flatnonzero(fits.indices[row] >= 0).tolist():
        columns.setdefault(_phase_name(retriever, fits.indices[row, column]), []).append(column)
    phases = [_phase(name, own, fits, row) for name, own in columns.items()]
    return sorted(phases, key=lambda phase: -phase.log_odds)


def _phase(name, columns, fits, row):
    """Sum up the entries of a crystal; candidates stand in the order of their odds."""
    together = float(np.logaddexp.reduce(-fits.distances[row, columns]))
    is_fitted = bool(np.isfinite(fits.placement[row, columns[0]]).all())
    return RankedPhase(name, together, tuple(columns), is_fitted)


def _phase_name(retriever, i):
    """Label of an entry, without the zone axis where it has one."""
    label, structure = str(retriever.classes_[i]), retriever.gallery_[int(i)]
    axis = getattr(structure, "properties", {}).get("zone_axis")
    return label if axis is None else label.removesuffix(f" [{' '.join(map(str, axis))}]")
