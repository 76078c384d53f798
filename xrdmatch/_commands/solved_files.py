"""Files of a solution: CIFs, a picture of the fit, and the reasons in words."""

import sys

from pymatgen.io.cif import CifWriter

from xrdmatch.solution import SolutionDisplay

SYMPREC = 0.05  # [Å] of the symmetry that a CIF states
N_LISTED = 20  # structures in the list of what was tried


def write_solution(solution, folder, name, k, bond_check):
    """Write what was found of one scan.

    Parameters
    ----------
    solution : Solution
        What was found.
    folder : Path
        Where; it is made.
    name : str
        Beginning of the names of files.
    k : int
        How many structures are written.
    bond_check : BondCheck or None
        Knows which bonds are usual.

    Returns
    -------
    list of str
        Names of the files. Where the solver abstains, those of structures say that they are
        candidates.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kind = "" if solution.answer is not None else "-candidate"
    files = []
    for rank, one in enumerate(solution.different(k), 1):
        number = "" if k == 1 else f"-{rank}"
        files.append(f"{name}{kind}{number}.cif")
        text = f"# {one}\n{CifWriter(one.structure, symprec=SYMPREC)}"
        (folder / files[-1]).write_text(text, encoding="utf-8")
    files += _picture(solution, folder / f"{name}.png", bond_check)
    files.append(f"{name}.txt")
    (folder / files[-1]).write_text(reasons(solution), encoding="utf-8")
    return files


def _picture(solution, path, bond_check):
    """Draw the best structure; where it cannot be drawn, say why."""
    try:
        SolutionDisplay.from_solution(solution, bond_check=bond_check).save(path)
    except (ImportError, ValueError) as error:
        print(f"note: no picture: {error}", file=sys.stderr)
        return []
    return [path.name]


def reasons(solution):
    """Say what was found, what was tried and how long it took, as text."""
    known = "not known" if solution.composition is None else solution.composition.reduced_formula
    lines = [f"scan: {solution.scan}", f"formula: {known}"]
    lines += [f"answer: {solution.reason or 'the first of these structures'}", ""]
    lines += ["different structures, the best first:"]
    lines += [f"{i:3}. {one}" for i, one in enumerate(solution.different(N_LISTED), 1)]
    lines += ["", "cells found from the peaks:"] if solution.cells else []
    for cell in solution.cells:
        size = ", ".join(f"{x:.3f}" for x in cell.lattice.abc)
        angles = ", ".join(f"{x:.1f}" for x in cell.lattice.angles)
        lines.append(
            f"     {cell.crystal_system} {cell.centring}, {size} Å, {angles}°, "
            f"M20 {cell.figure_of_merit:.0f}, {cell.n_unexplained} peaks unexplained"
        )
    seconds = ", ".join(f"{step} {value:.1f} s" for step, value in solution.seconds.items())
    return "\n".join([*lines, "", f"time: {seconds}", ""])
