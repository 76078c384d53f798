"""Cell, sites and lines of proposed structures, refined against a scan."""

from time import monotonic

import numpy as np
from sklearn.base import BaseEstimator

from xrdmatch.crystallography import ObjectInput, strain_basis
from xrdmatch.preprocessing import flattened
from xrdmatch.refinement import (
    ScanModel,
    SiteModel,
    fitted_profile,
    profile_residual,
    refine_sites,
    scan_queries,
    site_modes,
)
from xrdmatch.solution._refined_structure import RefinedStructure
from xrdmatch.solution._symmetrized import symmetrized

# Templates are off by more than the cells of candidates of a gallery, and their atoms may move.
PROPOSED = ScanModel(
    model_error=0.15, tail_error=0.05, faintest=0.005, expansion=0.02, distortion=0.015,
    largest_strain=0.07,
)  # fmt: skip
RISE = 1.05  # of the residual, at which a more symmetric structure is kept


class StructureRefiner(ObjectInput, BaseEstimator):
    """Refine structures against a scan: cell, sites, lines and texture, within the space group.

    1. The space group's operations say which strains of the cell and which displacements of the
       atoms leave it as it is.
    2. Damped Gauss-Newton steps refine these with zero shift, widths, texture and an overall
       Debye-Waller factor, each under a prior; the scan is widened at first. Atoms nearer than
       three quarters of the sum of their covalent radii are pushed apart.
    3. If atoms and cell nearly have a higher symmetry, they are moved there and refined again; it
       is kept if the residual rises by less than 5 %.

    Parameters
    ----------
    displacement : float, default=0.15
        What an atom may be off by, along each direction that its site leaves free [Å]; 0 leaves
        all atoms where they are.
    symprec : float, default=0.25
        How far an atom may be from where a higher symmetry wants it [Å]; 0 leaves step 3 out.
    scan_model : ScanModel, default=None
        Priors of cell, lines and texture; those for proposed structures if None.
    most_atoms : int, default=120
        Structures with more atoms in the cell are not refined.

    See Also
    --------
    xrdmatch.refinement.refine_scan : Refines the cell of a structure that is known.

    Notes
    -----
    A refiner of your own needs this method `refine`.

    Examples
    --------
    >>> import numpy as np
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.simulation import PowderProfile
    >>> from xrdmatch.solution import StructureRefiner
    >>> def rutile(a, c, x):
    ...     sites = [[0, 0, 0], [x, x, 0]]
    ...     return Structure.from_spacegroup("P4_2/mnm", Lattice.tetragonal(a, c),
    ...                                      ["Ti", "O"], sites)
    >>> profile = PowderProfile(np.arange(20, 90, 0.02), background=0.1)
    >>> truth = rutile(4.594, 2.959, 0.305)
    >>> scan = DiffractionSimulator("powder", "CuKa", profile=profile).transform([truth])[0]
    >>> (found,) = StructureRefiner().refine(scan, [rutile(4.67, 2.92, 0.285)])
    >>> [round(x, 3) for x in found.structure.lattice.abc]  # [Å]
    [4.594, 4.594, 2.959]
    >>> round(float(found.structure.frac_coords[2, 0]), 3), found.n_free
    (0.305, 3)
    """

    _requires_fit = False  # and there is none

    def __init__(self, displacement=0.15, *, symprec=0.25, scan_model=None, most_atoms=120):
        self.displacement = displacement
        self.symprec = symprec
        self.scan_model = scan_model
        self.most_atoms = most_atoms

    def refine(self, scan, structures, time_limit=np.inf):
        """Refine structures against one scan, each on its own.

        Parameters
        ----------
        scan : Scan
            With its radiation.
        structures : list of Structure
            Ordered crystals, of any cell.
        time_limit : float, default=inf
            Seconds after which no further structure is begun.

        Returns
        -------
        list of RefinedStructure
            One for each; None for what could not be refined, or not in time.

        Raises
        ------
        ValueError
            If the scan has no radiation or hardly a point within reach.
        """
        end = monotonic() + time_limit
        model = PROPOSED if self.scan_model is None else self.scan_model
        (scan,) = flattened([scan])
        queries = scan_queries(scan, model)
        return [
            self._refined(queries, structure, model, scan) if monotonic() < end else None
            for structure in structures
        ]

    def _refined(self, queries, structure, model, scan):
        if len(structure) > self.most_atoms or not structure.is_ordered:
            return None
        try:
            found = self._once(queries, structure, model, scan)
        except (ValueError, np.linalg.LinAlgError):
            return None
        return self._symmetrized(queries, found, model, scan)

    def _once(self, queries, structure, model, scan):
        sites = SiteModel(displacement=self.displacement)
        made = refine_sites(queries, structure, model, sites)
        numbers, profile = fitted_profile(made, queries[-1], scan)
        return RefinedStructure(
            made.structure,
            numbers["r_wp"],
            float(profile_residual(profile)),
            float(queries[-1].misfit_of_nothing - made.fit.cost[0]) / 2,
            made.n_free,
            made.space_group,
            float(np.abs(made.displacements).max(initial=0)),
            float(numbers["zero_shift"]),
            profile,
        )

    def _symmetrized(self, queries, found, model, scan):
        """Keep a structure of higher symmetry where it fits as well."""
        if not self.symprec:
            return found
        start = symmetrized(found.structure, self.symprec)
        if n_free_of(start) >= found.n_free:
            return found
        try:
            other = self._once(queries, start, model, scan)
        except (ValueError, np.linalg.LinAlgError):
            return found
        return other if other.residual < RISE * found.residual else found


def n_free_of(structure):
    """Strains and displacements that the space group of a structure leaves free."""
    return len(strain_basis(structure.lattice.matrix)) + len(site_modes(structure).modes)
