"""Settings and results of a refinement of sites."""

from typing import NamedTuple

import numpy as np
from pymatgen.core import Structure

from xrdmatch.refinement._powders import Powder
from xrdmatch.refinement._scan_fit import Fit


class SiteModel(NamedTuple):
    """Priors of sites.

    Parameters
    ----------
    displacement : float, default=0.15
        What an atom may be off by, along each direction that its site leaves free [Å]; 0 leaves
        all atoms where they are.
    longest : float, default=0.1
        Step of an atom [Å].
    symprec : float, default=0.01
        How far an atom may be from where its space group wants it [Å].
    b_iso : float, default=1.0
        Debye-Waller factor of all atoms to start from [Å^2].
    n_steps : tuple of two ints, default=(6, 8)
        Steps of the fit of each widened scan, and of the scan itself.

    See Also
    --------
    refine_sites : Refine cell, sites, lines and texture of one structure.
    """

    displacement: float = 0.15
    longest: float = 0.1
    symprec: float = 0.01
    b_iso: float = 1.0
    n_steps: tuple = (6, 8)


class SiteRefinement(NamedTuple):
    """What came out.

    Parameters
    ----------
    structure : Structure
        With its refined cell and sites.
    fit : Fit
        Of the refined sites at the cell given: cell, lines and texture, as of one candidate.
    powder : Powder
        Reflections of the refined sites in the cell given.
    displacements : ndarray of shape (n_modes,)
        What atoms moved by in each mode [Å].
    n_free : int
        Strains and displacements that were refined.
    space_group : int
        Number of the space group that was kept.

    See Also
    --------
    refine_sites : Refine cell, sites, lines and texture of one structure.
    fitted_profile : Say what was fitted by the refinement of one structure with its sites.
    """

    structure: Structure
    fit: Fit
    powder: Powder
    displacements: np.ndarray
    n_free: int
    space_group: int
