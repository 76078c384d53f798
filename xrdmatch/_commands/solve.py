"""The command `solve`: scans, a library of templates, structures as CIFs, pictures and reasons."""

import re
from functools import partial
from pathlib import Path

from xrdmatch._commands.quietly import MISTAKES, quiet
from xrdmatch._commands.scan_files import read_scan
from xrdmatch._commands.scan_sources import scan_sources
from xrdmatch._commands.solved_files import write_solution
from xrdmatch.io import read_structures
from xrdmatch.retrieval import load_library
from xrdmatch.solution import PretrainedBondCheck, StructureSolver

say = partial(print, flush=True)


def solve(paths, library, output, *, formula=None, k=1, scan=None, reading=None, **options):
    """Solve structures from scans.

    Parameters
    ----------
    paths : list of Path
        Files, folders or patterns.
    library : Path
        What `index` made, or files of structures.
    output : Path
        Folder of what is found.
    formula : str, default=None
        What the crystals consist of, where it is known.
    k : int, default=1
        How many structures of each scan are written.
    scan : str, default=None
        Which scan, of a file that holds several.
    reading : dict, default=None
        Options of `read_pattern`: ``wavelength``, ``radiation`` and ``axis``.
    **options
        Of `StructureSolver`: ``min_probability`` and ``time_limit``.

    Returns
    -------
    int
        Exit code: 0, or 1 where some of several scans could not be read.

    Raises
    ------
    ValueError
        If no scan, or not the library, can be read, or the formula cannot be.
    """
    sources = scan_sources(paths, scan, **(reading or {}))
    with quiet():
        structures, labels = _templates(library)
        bonds = PretrainedBondCheck()
        solver = StructureSolver(bond_check=bonds, **options).fit(structures, labels)
        say(f"{len(structures)} templates")
        failed = [
            _answered(source, solver, formula, k, output, reading or {}) for source in sources
        ]
    return _exit_code([error for error in failed if error], len(sources))


def _templates(library):
    """Structures and labels of a library folder, or of files."""
    library = Path(library)
    if (library / "library.json").exists():
        loaded = load_library(library)
        return list(loaded.gallery_), list(loaded.classes_)
    structures = read_structures(library)
    return structures, [s.properties.get("name", i) for i, s in enumerate(structures)]


def _answered(source, solver, formula, k, output, reading):
    """Solve one scan and write what was found; why it could not be, else nothing."""
    try:
        scan = read_scan(source.path, scan=source.scan, **reading)
        (solution,) = solver.solve(scan, formula, k)
        if not solution.ranked:
            raise ValueError(solution.reason)
        name = re.sub(r"[^\w.+-]+", "_", source.scan or source.path.stem)
        files = write_solution(solution, output, name, k, solver.bond_check_)
        say(f"\n{solution}\n  written: {', '.join(files)} in {output}")
    except MISTAKES as error:
        say(f"\n{source}: not solved: {error}")
        return str(error)
    return ""


def _exit_code(errors, n_scans):
    if len(errors) == n_scans:
        raise ValueError(errors[0] if n_scans == 1 else f"None of {n_scans} scans: {errors[0]}")
    return int(bool(errors))
