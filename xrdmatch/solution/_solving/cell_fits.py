"""Proposals with refined cells, in the order in which they then fit."""

from dataclasses import replace

import numpy as np
from pymatgen.core import Lattice, Structure

from xrdmatch.refinement import ScanModel, powders_of, scan_fits
from xrdmatch.simulation import DiffractionSimulator

# Templates are off by more than the cells of candidates of a gallery; their atoms by even more.
UNREFINED = ScanModel(expansion=0.02, distortion=0.015, largest_strain=0.07)


def by_cell_fits(scan, proposals):
    """Refine the cells of proposals, sites held, and sort them by how well they then fit.

    Parameters
    ----------
    scan : FlattenedScan
        With its radiation.
    proposals : list of Proposal
        The proposals.

    Returns
    -------
    list of Proposal
        The same with refined cells, the most probable first; those that cannot be simulated last.
    """
    if not proposals:
        return []
    simulator = DiffractionSimulator("powder", scan.radiation)
    structures = [proposal.structure for proposal in proposals]
    powders = powders_of(structures, simulator, on_error="skip")
    fits = scan_fits([scan], [powders], model=UNREFINED)
    refined = [_strained(*pair) for pair in zip(proposals, fits.strain[0], strict=True)]
    return [refined[i] for i in np.argsort(fits.distances[0], kind="stable")]


def _strained(proposal, strain):
    structure = proposal.structure
    lattice = Lattice(structure.lattice.matrix @ (np.eye(3) + strain))
    return replace(proposal, structure=Structure(lattice, structure.species, structure.frac_coords))
