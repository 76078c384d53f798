"""Refinement of a known structure against a scan."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pymatgen.core import Lattice, Structure

from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import flattened
from xrdmatch.refinement._fit_powders import scan_fits
from xrdmatch.refinement._fits import ScanProfile
from xrdmatch.refinement._instrument import InstrumentProfile
from xrdmatch.refinement._powders import powders_of
from xrdmatch.refinement._refinement_cif import refinement_cif
from xrdmatch.refinement._scan_fit import ScanModel
from xrdmatch.simulation import DiffractionSimulator, check_powder_settings, voigt_widths

# That the structure is right leaves smaller errors than candidates are given.
KNOWN = ScanModel(model_error=0.12, tail_error=0.04, faintest=0.004)
N_STEPS = 8, 30  # of each widened scan, of the scan itself
FROM_FITS = (
    "lattice", "lattice_sigma", "strain", "strain_sigma", "zero_shift", "zero_shift_sigma", "fwhm",
    "fwhm_sigma", "eta", "eta_sigma", "b_iso", "b_iso_sigma", "scale", "r_wp",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ScanRefinement:
    """A structure refined against one scan.

    Sites stay as they were; the cell, the lines and the background are refined. Standard
    uncertainties (``..._sigma``) include priors and errors of the model.

    Parameters
    ----------
    structure : Structure
        With its refined cell.
    lattice, lattice_sigma : ndarray of shape (6,)
        Refined lengths [Å] and angles [degrees]; uncertainties are 0 where symmetry fixes them.
    strain, strain_sigma : ndarray of shape (3, 3)
        ``D - 1`` of the cell's row vectors ``L D``, in the cell's own frame.
    zero_shift, zero_shift_sigma : float
        Shift of all angles, observed minus calculated [degrees].
    fwhm, fwhm_sigma : ndarray of shape (2,)
        Full widths at half maximum of lines at both ends of the profile [degrees].
    eta, eta_sigma : float
        Lorentzian share of the lines.
    b_iso, b_iso_sigma : float
        Debye-Waller factor on top of the simulator's [Å^2].
    scale : float
        Counts for a calculated profile whose strongest reflection has the strength 1.
    r_wp : float
        Weighted residual of the profile, background included, as a fraction.
    profile : ScanProfile
        Observed and calculated counts on the refinement's grid.
    simulator : DiffractionSimulator
        What the intensities were calculated with.

    See Also
    --------
    refine_scan : Refine a known structure against a powder scan.
    """

    structure: Structure
    lattice: np.ndarray
    lattice_sigma: np.ndarray
    strain: np.ndarray
    strain_sigma: np.ndarray
    zero_shift: float
    zero_shift_sigma: float
    fwhm: np.ndarray
    fwhm_sigma: np.ndarray
    eta: float
    eta_sigma: float
    b_iso: float
    b_iso_sigma: float
    scale: float
    r_wp: float
    profile: ScanProfile
    simulator: DiffractionSimulator

    @property
    def line_profile(self):
        """The refined lines as those of an `InstrumentProfile`: widths at both ends agree."""
        ends = self.profile.two_theta[[0, -1]]
        tangent = np.tan(np.radians(ends / 2))
        gauss, lorentz = voigt_widths(self.fwhm, self.eta)
        u, w = np.linalg.solve(np.column_stack([tangent**2, [1, 1]]), gauss**2)
        x, y = np.linalg.solve(np.column_stack([np.sqrt(1 + tangent**2), tangent]), lorentz)
        settings = check_powder_settings(self.simulator)
        shift, monochromator = self.zero_shift, settings.monochromator
        return InstrumentProfile(
            settings.radiation, (u, 0.0, w), (x, y), shift, self.zero_shift_sigma, tuple(ends),
            monochromator, name=self.profile.name,
        )  # fmt: skip

    def to_cif(self, path=None):
        """Write what was refined as a CIF, with core and powder tags.

        Cell and zero have their uncertainties in parentheses. ``_pd_calib_2theta_offset`` is
        minus the zero shift, since it is what angles have to be corrected by. The CIF has all
        symmetry operations in the cell as it is, and the profile.

        Parameters
        ----------
        path : path, default=None
            Where to write it, if anywhere.

        Returns
        -------
        str
            The text.
        """
        text = refinement_cif(self)
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    def to_gsas(self, path):
        """Write line widths, zero and radiation for GSAS-II; the cell goes there as a CIF.

        Parameters
        ----------
        path : path
            The instrument parameter file, usually ``.instprm``.
        """
        self.line_profile.to_gsas(path)

    def to_fullprof(self, path):
        """Write line widths for FullProf, zero and radiation in the title; the cell as a CIF.

        Parameters
        ----------
        path : path
            The instrumental resolution file (Res = 1), usually ``.irf``.
        """
        self.line_profile.to_fullprof(path)


def refine_scan(
    scan,
    structure,
    *,
    instrument=None,
    model=KNOWN,
    b_iso=1.0,
    monochromator=None,
    pattern_transformer=None,
):
    """Refine a known structure against a powder scan.

    Cell, zero shift, widths, shape, texture, damping, scale and background are refined, each
    under a prior; the cell keeps its crystal system and the sites stay. It starts from cells up
    to 2 % larger and smaller.

    Parameters
    ----------
    scan : Scan
        The scan, with its radiation.
    structure : Structure
        The structure; one phase. `PhysicsReranker.refine` refines many candidates.
    instrument : InstrumentProfile, default=None
        What the scan was taken with, where that is known: it says what widths and zero to expect.
    model : ScanModel, default=ScanModel(model_error=0.12, tail_error=0.04, faintest=0.004)
        Priors; the default takes the structure as right and trusts intensities more than
        ``ScanModel()``, which ranks candidates.
    b_iso : float or dict, default=1.0
        Debye-Waller factors to start from [Å^2], as of `DiffractionSimulator`.
    monochromator : float, default=None
        As in `lorentz_polarization` [degrees]; the instrument's, or 0, if None.
    pattern_transformer : BackgroundRemover or its like, default=None
        What takes the background off beforehand; `BackgroundRemover()` if None.

    Returns
    -------
    ScanRefinement
        The refined structure, its numbers and its profile.

    Raises
    ------
    TypeError
        If it is not one scan and one structure.
    ValueError
        If the scan has no radiation or hardly a point within reach, or the structure cannot be
        simulated.

    See Also
    --------
    fit_instrument : Measures an instrument on a standard.
    xrdmatch.inspection.ProfileDisplay : Draws it, by `from_refinement`.

    Examples
    --------
    >>> import numpy as np
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.refinement import refine_scan
    >>> from xrdmatch.simulation import PowderProfile
    >>> rutile = Structure.from_spacegroup("P4_2/mnm", Lattice.tetragonal(4.594, 2.959),
    ...                                    ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]])
    >>> profile = PowderProfile(np.arange(20, 90, 0.02), background=0.1, zero_shift=0.02)
    >>> scan = DiffractionSimulator("powder", "CuKa", profile=profile).transform([rutile])[0]
    >>> start = rutile.copy()
    >>> _ = start.apply_strain([0.01, 0.01, -0.005])
    >>> found = refine_scan(scan, start)
    >>> found.lattice[[0, 2]].round(3).tolist()  # [Å]
    [4.594, 2.959]
    >>> bool(found.r_wp < 0.02)
    True
    """
    _check_one(scan, structure)
    if monochromator is None:
        monochromator = 0.0 if instrument is None else instrument.monochromator
    simulator = DiffractionSimulator(
        "powder", scan.radiation or "CuKa", b_iso=b_iso, monochromator=monochromator
    )
    (scan,) = flattened([scan], pattern_transformer)
    powders = powders_of([structure], simulator)
    options = {"instrument": instrument, "monochromator": monochromator, "n_steps": N_STEPS}
    fits = scan_fits([scan], [powders], model=model, **options)
    numbers = {name: getattr(fits, name)[0, 0] for name in FROM_FITS}
    profile = fits.profiles[0].of_candidate(0)
    return ScanRefinement(
        _strained(structure, numbers["strain"]), profile=profile, simulator=simulator, **numbers
    )


def _strained(structure, strain):
    """Give the structure its refined cell."""
    refined = structure.copy()
    refined.lattice = Lattice(structure.lattice.matrix @ (np.eye(3) + strain))
    return refined


def _check_one(scan, structure):
    if not isinstance(scan, Scan) or not isinstance(structure, Structure):
        raise TypeError(
            "One structure is refined against one scan, got "
            f"{type(structure).__name__} and {type(scan).__name__}; call it for each pair."
        )
