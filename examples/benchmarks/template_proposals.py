"""Templates laid onto cells that were found from the peaks."""

import time

from template_queries import noisy_scans, structures_of

from xrdmatch.solution import CellFinder, StructureProposer

LARGEST = 6000.0  # Å^3, of cells that are looked for
N_COMPARED = 60  # templates that are laid onto cells: those most alike in their own; for time
LAID = {  # whether the proposer is told the formula, and takes templates of its anonymous one only
    "formula, cells found; laid onto them": False,
    "formula, cells found; laid onto them, same anonymous formula": True,
}


def laid(kept, queries, formulas, end):
    """Lattices of the proposals of each query, and seconds a query, by what is told.

    Parameters
    ----------
    kept : DataFrame
        The library's crystals.
    queries : list of Structure
        The crystals that are asked about.
    formulas : sequence of str
        Their formulas.
    end : float
        Where scans end [degrees].

    Returns
    -------
    dict of str to tuple
        By the names of `LAID`: for each query the lattices, the best first, none where no cell is
        found; and the processor time, the search for cells included.
    """
    proposer = StructureProposer(n_compared=N_COMPARED).fit(structures_of(kept))
    proposer.templates_.make_all()
    start = time.process_time()
    scans = noisy_scans(queries, end)
    finder = CellFinder(max_volume=LARGEST)
    cells = [finder.find(*pair) for pair in zip(scans, formulas, strict=True)]
    for_cells = time.process_time() - start
    found = {}
    for told, knows in LAID.items():
        start = time.process_time()
        print(f"{told}: {len(scans)} scans, {for_cells:.0f} s for their cells", flush=True)
        rows = zip(scans, formulas, cells, strict=True)
        proposed = [_lattices(proposer, s, f if knows else None, some) for s, f, some in rows]
        found[told] = proposed, (for_cells + time.process_time() - start) / len(queries)
    return found


def _lattices(proposer, scan, formula, cells):
    proposals = proposer.propose(scan, formula, cells) if cells else []
    return [proposal.structure.lattice for proposal in proposals]
