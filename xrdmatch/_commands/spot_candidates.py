"""Candidates of a pattern of spots: facts on each, and how sure the first is."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.refinement import SpotFits
from xrdmatch.retrieval import ranked_phases, spot_cautions, spots_within_reach

# Log odds of the best crystal against the next, from which on the words hold.
MARGINS = {6.0: "clear", 3.0: "likely", 1.5: "open", -np.inf: "undecided"}
ALIKE = 3.0  # log units behind the best, up to which it could be another crystal


@dataclass(frozen=True, eq=False)
class SpotAnswer:
    """What spots may have come from.

    Parameters
    ----------
    candidates : list of dict
        Entries that have the lattice of the spots, best first: ``label``, ``phase`` (the label
        without a zone axis), ``formula``,
        ``log_odds`` (against the best), ``rotation`` [degrees], ``mirrored``, ``scale`` (lengths
        of the picture against the entry's, less 1), ``n_extra`` (spots that it does not explain),
        ``n_missing`` (its spots that are not seen) and ``column`` in the fits.
    phase : str
        The best crystal; empty where no entry has the lattice.
    margin : float
        Its log odds against the next crystal; NaN where there is none.
    alike : list of (str, float)
        Other crystals that it could be, and how many log units they are behind.
    among_entries : float
        Log odds of its best entry against its next one; NaN where there is none.
    cautions : list of str
        What speaks against the best candidate, in sentences.
    n_left_out : int
        Spots beyond the reach of the library.
    fits : SpotFits
        What was fitted.
    best : dict or None
        The best entry of the best crystal, as in `candidates`: not the first of these where
        several zone axes of a crystal together are more probable than one entry of another.
    """

    candidates: list
    phase: str
    margin: float
    alike: list
    among_entries: float
    cautions: list
    n_left_out: int
    fits: SpotFits
    best: dict | None

    @property
    def certainty(self):
        """How sure the crystal is, in a word."""
        if np.isnan(self.margin):
            return "undecided"
        return next(word for least, word in MARGINS.items() if self.margin >= least)


def find_spot_candidates(reranker, pattern, k, elements=None):
    """Ask a library about spots.

    Parameters
    ----------
    reranker : PhysicsReranker
        Output of `open_spot_library`.
    pattern : DiffractionPattern
        The spots [1/Å].
    k : int
        How many candidates.
    elements : ElementFilter, default=None
        Known chemistry.

    Returns
    -------
    SpotAnswer
        Without candidates where no entry has the lattice of the spots, or `elements` leaves none.

    Raises
    ------
    ValueError
        If all spots lie beyond the reach of the library.
    """
    within = spots_within_reach(pattern, reranker.simulator_.q_max)
    n = min(max(k, reranker.n_candidates), len(reranker.gallery_))
    fits = reranker.refine(within, n, elements)
    phases = ranked_phases(reranker, fits)
    best = next(iter(phases), None)
    is_known = best is not None and best.is_fitted
    behind = [(p.name, best.log_odds - p.log_odds) for p in phases[1:]] if is_known else []
    names = {column: phase.name for phase in phases for column in phase.columns}
    candidates = _candidates(reranker, fits, names)
    entry = next(c for c in candidates if c["phase"] == best.name) if is_known else None
    return SpotAnswer(
        candidates[:k],
        best.name if is_known else "",
        behind[0][1] if behind else np.nan,
        [(name, distance) for name, distance in behind if distance < ALIKE],
        _among_entries(fits, best) if is_known else np.nan,
        _cautions(entry, within.n_peaks, phases) if is_known else [],
        pattern.n_peaks - within.n_peaks,
        fits,
        entry,
    )


def _cautions(entry, n_spots, phases):
    return spot_cautions(entry["label"], n_spots, entry["n_extra"], entry["n_missing"], phases)


def _among_entries(fits, phase):
    """Log odds of a crystal's best entry against its next one."""
    first, *others = fits.distances[0, list(phase.columns)]
    return float(others[0] - first) if others else np.nan


def _candidates(reranker, fits, names):
    fitted = np.isfinite(fits.placement[0]).all((-2, -1)) & (fits.indices[0] >= 0)
    return [_candidate(reranker, fits, c, names[c]) for c in np.flatnonzero(fitted).tolist()]


def _candidate(reranker, fits, c, phase):
    """Facts on column c of what was fitted."""
    i = int(fits.indices[0, c])
    structure = reranker.gallery_[i]
    return {
        "label": str(reranker.classes_[i]),
        "phase": phase,
        "formula": structure.reduced_formula,
        "log_odds": float(fits.distances[0, 0] - fits.distances[0, c]),
        "rotation": float(fits.rotation[0, c]),
        "mirrored": bool(fits.mirrored[0, c]),
        "scale": float(fits.magnification[0, c] - 1),
        "n_extra": int(fits.n_extra[0, c]),
        "n_missing": int(fits.n_missing[0, c]),
        "column": c,
    }
