"""Powder patterns of many crystals, in parallel."""

from functools import partial

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs

from xrdmatch.crystallography import (
    SiteTable,
    SkippedStructure,
    StructureError,
    name_of,
    site_table,
    warn_of_skipped,
)
from xrdmatch.simulation._powder.half_spaces import largest_indices
from xrdmatch.simulation._powder.reflections import faults_of, reflections_of
from xrdmatch.simulation._powder.scan import powder_peaks, powder_scan
from xrdmatch.simulation._powder.settings import check_powder_settings

PIECE = 128  # structures that a worker takes at a time
BLOCK = 60_000  # points of boxes of Miller indices that are computed at once, about


def powder_patterns(structures, settings, n_jobs=None):
    """Simulate a pattern, or a scan where there is a profile, for each structure.

    Parameters
    ----------
    structures : list of Structure, ndarray of tokens, or SiteTable
        The crystals.
    settings : PowderSettings
        The simulator's options.
    n_jobs : int, optional
        Number of joblib workers.

    Returns
    -------
    list of DiffractionPattern or of Scan
        The patterns or scans, in the same order.
    """
    structures = _sliceable(structures)
    finish = powder_peaks if settings.profile is None else powder_scan
    outcomes = _outcomes(structures, settings, n_jobs, partial(_finished, finish=finish))
    _check_all(structures, outcomes)
    return outcomes


def powder_reflections(structures, simulator, *, merged=True, on_error="raise", first=0):
    """Reflections of powders as arrays, for whoever adds the diffractometer later.

    What `DiffractionSimulator` makes patterns and scans of: fits and perturbations start here,
    since nothing in it depends on angles. Functions that go on are `lorentz_polarization`,
    `observed_two_theta`, `march_dollase` and `pseudo_voigt`.

    Parameters
    ----------
    structures : list of Structure, ndarray of tokens, or SiteTable
        The crystals.
    simulator : DiffractionSimulator
        Radiation, range and Debye-Waller factors; the texture where it has a profile.
    merged : bool, default=True
        Whether reflections of one d are one; otherwise every reflection of the half space stands
        for itself, ``strength`` counting its Friedel mate too, as a texture needs it.
    on_error : {"raise", "skip"}, default="raise"
        Whether a structure that cannot be simulated is an error, or is named in a warning and
        has None in its place.
    first : int, default=0
        Position of the first structure, for messages: a long list may be simulated in pieces.

    Returns
    -------
    list of PowderReflections
        ``q``, ``strength`` and ``hkl`` of each structure.

    Raises
    ------
    TypeError
        If an entry is not a structure.
    ValueError
        If an option is wrong or a structure cannot be simulated.

    See Also
    --------
    powder_peaks : Peaks with the Lorentz-polarisation factor of the mean wavelength.
    powder_scan : Draw the peaks of all lines, and the background that is a share of them.

    Examples
    --------
    >>> from pymatgen.core import Structure
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.simulation import powder_reflections
    >>> iron = Structure.from_prototype("bcc", ["Fe"], a=2.866)
    >>> simulator = DiffractionSimulator("powder", "CuKa")
    >>> powder_reflections([iron], simulator)[0].hkl
    array([[1, 1, 0],
           [2, 0, 0],
           [2, 1, 1]])
    """
    if on_error not in ("raise", "skip"):
        raise ValueError(f"on_error must be 'raise' or 'skip', got {on_error!r}; pick one.")
    settings = check_powder_settings(simulator)
    structures = _sliceable(structures)
    work = partial(_finished, merged=merged)
    outcomes = _outcomes(structures, settings, simulator.n_jobs, work, on_error, first)
    if on_error == "raise":
        _check_all(structures, outcomes, first)
    return _without_faults(outcomes, first)


def _finished(table, settings, merged=True, finish=None):
    """Reflections, or what `finish` makes of them; a sentence where there are none."""
    none = f"it has no reflection within q_max = {settings.q_max:.4g} 1/Å"
    found = reflections_of(table, settings, merged)
    if finish is None:
        return [reflections if len(reflections.q) else none for reflections in found]
    return [finish(reflections, settings) if len(reflections.q) else none for reflections in found]


def _sliceable(structures):
    known = isinstance(structures, list | np.ndarray | SiteTable)
    return structures if known else site_table(structures)


def _outcomes(structures, settings, n_jobs, work, on_error="raise", first=0):
    """Let `work` make something of each structure, or say in a sentence why it cannot."""
    pieces = range(0, len(structures), PIECE)
    tables = [t for start in pieces for t in _tables(structures, start, on_error, first)]
    n_jobs = min(effective_n_jobs(n_jobs), max(1, len(tables)))
    if n_jobs == 1:
        parts = (_piece(table, settings, work) for table in tables)
    else:
        parts = Parallel(n_jobs)(delayed(_piece)(table, settings, work) for table in tables)
    return [outcome for part in parts for outcome in part]


def _tables(structures, start, on_error, first):
    """One piece as a table; where it has none, its structures one by one, or why not."""
    try:
        return [site_table(structures[start : start + PIECE], first=first + start)]
    except (TypeError, ValueError):
        if on_error == "raise":
            raise
    singles = []
    for i in range(start, min(start + PIECE, len(structures))):
        try:
            singles.append(site_table(structures[i : i + 1], first=first + i))
        except (TypeError, ValueError) as error:
            singles.append(str(error))
    return singles


def _piece(table, settings, work):
    if isinstance(table, str):
        return [table]
    outcomes = faults_of(table, settings.radiation.kind)
    sound = np.array([i for i, fault in enumerate(outcomes) if not fault], dtype=int)
    for rows in _blocks(table[sound], sound, settings.q_max):
        for i, outcome in zip(rows.tolist(), work(table[rows], settings), strict=True):
            outcomes[i] = outcome
    return outcomes


def _blocks(table, rows, q_max):
    """Split rows into blocks that are computed at once, by what their arrays take."""
    reach = largest_indices(table.lattice, q_max)
    boxes = np.prod(reach * [1, 2, 2] + 1.0, axis=1)
    filled = np.cumsum(boxes + table.n_sites * reach.sum(axis=1)) // BLOCK
    return np.split(rows, np.diff(filled).nonzero()[0] + 1) if len(rows) else []


def _check_all(structures, outcomes, first=0):
    for i, outcome in enumerate(outcomes):
        if isinstance(outcome, str):
            named = isinstance(structures, list)
            raise StructureError(
                f"A powder pattern cannot be simulated of {{place}}: {outcome}; mend it or leave "
                "it out.",
                first + i,
                name_of(structures[i]) if named else "the structure",
            )


def _without_faults(outcomes, first):
    """Put None in the place of faults, and name them."""
    skipped = [
        SkippedStructure(f"position {i}", text)
        for i, text in enumerate(outcomes, start=first)
        if isinstance(text, str)
    ]
    warn_of_skipped(skipped, f"Left out {len(skipped)} of {len(outcomes)} structures", stacklevel=3)
    return [None if isinstance(outcome, str) else outcome for outcome in outcomes]
