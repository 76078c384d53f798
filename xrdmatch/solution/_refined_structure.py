"""A structure refined against a scan, and how well it fits."""

from dataclasses import dataclass

from pymatgen.core import Structure

from xrdmatch.refinement import ScanProfile


@dataclass(frozen=True, eq=False)
class RefinedStructure:
    """What a refiner makes of one structure.

    Parameters
    ----------
    structure : Structure
        With its refined cell and sites, in the setting that was given.
    r_wp : float
        Weighted residual of the profile, background included, as a fraction.
    residual : float
        Sum of the absolute residues over that of the net counts, both smoothed by 0.06 degrees:
        0 for a perfect fit, 1 where nothing is explained.
    log_likelihood : float
        Of the scan over that of one without any peak.
    n_free : int
        Strains of the cell and displacements of atoms that were refined.
    space_group : int
        Number of the space group that was kept.
    displacement : float
        Farthest that an atom moved [Å].
    zero_shift : float
        Shift of all angles, observed minus calculated [degrees].
    profile : ScanProfile
        Observed and calculated counts.

    See Also
    --------
    StructureRefiner
        Refine structures against a scan: cell, sites, lines and texture, within the space group.
    """

    structure: Structure
    r_wp: float
    residual: float
    log_likelihood: float
    n_free: int
    space_group: int
    displacement: float
    zero_shift: float
    profile: ScanProfile
