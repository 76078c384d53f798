"""The command `identify`: a scan, a library, a table, a picture."""

import sys
import warnings
from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from xrdmatch._commands.arguments import RADIATIONS
from xrdmatch._commands.library_radiation import library_radiation
from xrdmatch._commands.phases import draw_phases, find_phases, print_phases
from xrdmatch._commands.scan_files import read_scan
from xrdmatch.crystallography import as_radiation, crystal_symmetry
from xrdmatch.inspection import ProfileDisplay
from xrdmatch.refinement import InstrumentProfile
from xrdmatch.retrieval import PhysicsReranker, load_library, make_powder_retriever

COLUMNS = "{:>4}  {:{label}}  {:{formula}}  {:12}{:>9}{:>10}{:>17}"

say = partial(print, flush=True)


def identify(
    path, library, *, k, elements=None, instrument=None, phases=None, output=None, **options
):
    """Print the candidates of a scan, or its phases, and draw what is best.

    Parameters
    ----------
    path : Path
        The scan.
    library : Path
        What `index` made.
    k : int
        How many candidates.
    elements : str, default=None
        Those that may be in it, ``"Li,O"`` say.
    instrument : Path, default=None
        What `calibrate` wrote of the diffractometer.
    phases : int, default=None
        Look for up to so many phases together; None lists candidates for one.
    output : Path, default=None
        Where the picture goes.
    **options
        Of `read_pattern`: ``wavelength``, ``radiation``, ``scan`` and ``axis``.

    Raises
    ------
    ValueError
        If the scan or the library cannot be read, or nothing is left to compare with.
    """
    measured = read_scan(path, **options)
    known = None if instrument is None else InstrumentProfile.from_json(instrument)
    # Threads that wait for each other cost more than they save: the arrays are small.
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", UserWarning)  # remarks on single elements
        retriever = _for_kind(_reranker(library), measured.radiation.kind)
        retriever.set_params(instrument=known)
        if phases is None:
            found = find_candidates(retriever, measured, k, elements)
        else:
            found = find_phases(retriever, measured, phases, elements)
    if phases is None and not found:
        raise ValueError(
            f"No structure of the library is made of {elements} only; allow more elements."
        )
    say(f"{measured} among {len(retriever.gallery_)} structures\n")
    (_tell_candidates if phases is None else _tell_phases)(found, output)


def _tell_candidates(candidates, output):
    _print_table(candidates)
    say("\nThese are rivals for one phase; --phases auto looks for several.")
    if output is not None:
        best = candidates[0]
        title = f"{best['label']}: {best['formula']}, {best['space_group']}"
        _draw(partial(best["display"].save, title=title), output, "the best candidate")


def _tell_phases(found, output):
    print_phases(found)
    if output is not None and found.n_phases:
        _draw(partial(draw_phases, found), output, "the phases")


def find_candidates(retriever, scan, k, elements=None):
    """Refine the candidates of a scan, best first.

    Parameters
    ----------
    retriever : PhysicsReranker
        With its gallery.
    scan : Scan
        The scan.
    k : int
        How many candidates.
    elements : str, list or ElementFilter, default=None
        Known chemistry.

    Returns
    -------
    list of dict
        One for each candidate, fewer than k where there are no more: ``label``, ``formula``,
        ``space_group``, ``score`` (its log probability), ``r_wp`` [%], ``change`` (the largest of
        the cell's lengths [%]), and ``display``, a `ProfileDisplay` of its fit.
    """
    fits = retriever.refine(scan, min(k, len(retriever.gallery_)), elements)
    found = np.flatnonzero(fits.indices[0] >= 0)
    return [_candidate(retriever, fits, c) for c in found]


def _candidate(retriever, fits, c):
    """Facts on column c of what was refined."""
    i = int(fits.indices[0, c])
    structure = retriever.gallery_[i]
    peaks = f"peaks of {structure.reduced_formula}"
    changes = 100 * (fits.lattice[0, c, :3] / structure.lattice.lengths - 1)
    return {
        "label": str(retriever.classes_[i]),
        "formula": structure.reduced_formula,
        "space_group": crystal_symmetry(structure).space_group,
        "score": -fits.distances[0, c],
        "r_wp": 100 * fits.r_wp[0, c],
        "change": changes[np.argmax(np.abs(changes))],
        "display": ProfileDisplay.from_refinement(fits, candidate=c, name=peaks),
    }


def _reranker(path):
    """Load a library and return a retriever that refines scans."""
    retriever = load_library(path)
    if not isinstance(retriever, PhysicsReranker):
        retriever = make_powder_retriever().set_params(retriever=retriever)
    geometry = retriever.simulator_.geometry
    if geometry != "powder":
        raise ValueError(
            f"The library is of the geometry {geometry!r}, and scans are of powders; make one with "
            "`xrdmatch index`."
        )
    return retriever


def _for_kind(retriever, kind):
    """Simulate a library's structures anew where it was made for another kind of radiation."""
    if as_radiation(retriever.simulator_.radiation).kind == kind:
        return retriever
    n_structures = len(retriever.gallery_)
    print(
        f"note: the library was not made for {RADIATIONS[kind]}; simulating its {n_structures} "
        "structures anew",
        file=sys.stderr,
    )
    anew = make_powder_retriever(library_radiation(kind))
    return anew.set_gallery(retriever.gallery_, labels=retriever.classes_, on_error="skip")


def _print_table(candidates):
    columns = ("rank", "label", "formula", "space group", "score", "R_wp [%]", "cell change [%]")
    widths = {
        name: max(len(name), *(len(c[name]) for c in candidates)) for name in ("label", "formula")
    }
    say(COLUMNS.format(*columns, **widths))
    for rank, c in enumerate(candidates, start=1):
        facts = (c["label"], c["formula"], c["space_group"])
        numbers = (f"{c['score']:.1f}", f"{c['r_wp']:.1f}", f"{c['change']:+.2f}")
        say(COLUMNS.format(rank, *facts, *numbers, **widths))


def _draw(save, output, what):
    """Write a picture, or say why there is none."""
    try:
        save(output)
    except ImportError as error:
        print(error, file=sys.stderr)
        return
    say(f"\nPicture of {what}: {output.absolute()}")
