"""`DiffractionSimulator`: structures to patterns."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from numpy.typing import NDArray
from pymatgen.core import Structure
from sklearn.base import BaseEstimator, TransformerMixin

from xrdmatch.crystallography import (
    DiffractionPattern,
    ObjectInput,
    Radiation,
    Scan,
    as_structures,
    layer_frame,
    site_table,
    swaps_axes,
)
from xrdmatch.simulation._powder.patterns import powder_patterns
from xrdmatch.simulation._powder.profile import PowderProfile
from xrdmatch.simulation._powder.settings import check_powder_settings
from xrdmatch.simulation._settings import spot_settings
from xrdmatch.simulation._spots.image import to_image
from xrdmatch.simulation._spots.zone_axis import check_thin, zone_axis_spots


class DiffractionSimulator(ObjectInput, TransformerMixin, BaseEstimator):
    """Simulate diffraction patterns of crystal structures.

    In the geometry ``"zone_axis"`` the beam runs along the normal of a layer and gives its hk0
    spots. The layer's frame is n = a x b along the beam, a along +x, b in the upper half plane,
    with a the shorter axis. Intensities are per atom, ``|F|^2 / N``, and never rescaled; 000 is
    left out, since no experiment gives it. hk0 kinematics sees the projection only: neither
    height, nor handedness, nor inversion.

    In the geometry ``"powder"`` crystals stand in all orientations and give Bragg peaks, merged
    by d, of intensity ``m |F_cell|^2 LP``: m the multiplicity, LP the Lorentz-polarisation factor
    `lorentz_polarization`. They are never rescaled either: weight fractions need that. With a
    `PowderProfile` they become a `Scan`, which has all lines of the radiation, each with its
    share, and what the instrument and the sample do to it.

    Parameters
    ----------
    geometry : {"zone_axis", "powder"}, default="zone_axis"
        How the crystal stands in the beam.
    radiation : {"xray", "electron", "neutron"}, str or Radiation, default="xray"
        Decides the form factors (gemmi's tables). The name of a tube's lines, for example
        ``"CuKa"``, sets the wavelength too.
    hk_max : int, default=6
        Zone axis: largest ``|h|`` and ``|k|``: 13 x 13 spots less the middle one.
    q_max : float, default=None
        Largest ``|q|`` [1/Å]. Zone axis: in place of `hk_max`, the choice that does not depend on
        the cell. Powder: None reaches the end of the profile, or a two_theta of 90 degrees.
    b_iso : float or dict of {str: float}, default=1.0
        Isotropic Debye-Waller factor [Å^2], one number or by element (elements left out: 0).
    intensity : {"kinematic", "paper"}, default="kinematic"
        Zone axis: ``"kinematic"``: ``|F|^2 / N``. ``"paper"``: equation 1 of [1]_, for
        comparison; it needs a wavelength and knows no Debye-Waller factor.
    wavelength : float or str, default=None
        Wavelength [Å], or the name of a tube's lines, for example ``"CuKa"``, in place of
        those that `radiation` has. Powder needs one or the other; hk0 spots only where
        ``intensity="paper"``, as a number.
    friedel_half : bool, default=False
        Zone axis: whether to give one spot of each Friedel pair only.
    sort_lattice : bool, default=True
        Zone axis: whether a is the shorter in-plane axis, as in `CrystalTokenizer`; ``hkl``
        always refers to the cell as it was given.
    monochromator : float, default=None
        Powder: diffraction angle of a crystal monochromator [degrees], for the polarisation: 26.6
        for graphite with Cu K-alpha, 90 for a synchrotron, None for none.
    profile : PowderProfile, default=None
        Powder: instrument and sample. None gives Bragg peaks.
    tilt : (float, float), default=None
        Zone axis: angle by which the beam is tilted away from the layer's normal, and the azimuth
        towards which, counted from +x, the a axis of the frame, towards +y [degrees]. None gives
        hk0 spots with two components of q. A thin layer scatters all along the rod of each hk;
        the spot lies where the plane normal to the beam (a flat Ewald sphere) cuts it,
        ``q.beam = 0``. Patterns then have q of shape (n_spots, 3) in the layer's own frame, l = 0
        in ``hkl``, and `q_max` is of the whole ``|q|``. For layers with vacuum: a layer that
        `zone_layer` made is refused, and of another bulk crystal one cell along c is seen.
    thickness : float, default=None
        Zone axis: thickness t of a crystal seen along its zone axis [Å]. Intensities are
        multiplied by ``(sin(pi s t) / (pi s t))^2`` with the excitation error
        ``s = wavelength q^2 / 2``, the kinematic shape factor of a plate [2]_, [3]_. It needs a
        wavelength. None is a thin layer, whose factor is 1.
    n_jobs : int, default=None
        Number of joblib workers.

    Raises
    ------
    ValueError
        If an option is unknown or a number out of range (at `transform`).

    See Also
    --------
    PowderProfile
        What makes a scan of Bragg peaks: the angles measured, the instrument and the sample.
    perturb_patterns
        Simulate one imperfect pattern of each structure: the standard perturbed queries.
    xrdmatch.inspection.PatternDisplay
        The spots of a 2D crystal's pattern, or the peaks of a powder as sticks.

    References
    ----------
    .. [1] Fu et al., Commun. Phys. 8, 221 (2025).
    .. [2] D. B. Williams and C. B. Carter, Transmission Electron Microscopy, 2nd ed. (Springer,
       2009), chapter 17.
    .. [3] M. De Graef, Introduction to Conventional Transmission Electron Microscopy (Cambridge
       University Press, 2003).

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch import DiffractionSimulator
    >>> graphene = Structure(Lattice.hexagonal(2.46, 20), ["C", "C"],
    ...                      [[1/3, 2/3, 0.5], [2/3, 1/3, 0.5]])
    >>> DiffractionSimulator().fit_transform([graphene])
    [DiffractionPattern(168 spots, |q| <= 4.88 1/Å, xray)]
    >>> salt = Structure.from_spacegroup(
    ...     "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    >>> (pattern,) = DiffractionSimulator("powder", "CuKa").transform([salt])
    >>> pattern
    DiffractionPattern(9 peaks, |q| <= 0.869 1/Å, xray)
    >>> pattern.hkl[pattern.intensity.argmax()]
    array([2, 0, 0])

    A beam tilted by 20 degrees towards a: q has a component along the normal.

    >>> (tilted,) = DiffractionSimulator(q_max=1.0, tilt=(20, 0)).transform([graphene])
    >>> tilted.q.shape[1], bool(abs(tilted.q @ [0.342, 0, 0.940]).max() < 1e-3)
    (3, True)
    """

    _requires_fit = False

    def __init__(
        self,
        geometry: Literal["zone_axis", "powder"] = "zone_axis",
        radiation: str | Radiation = "xray",
        *,
        hk_max: int = 6,
        q_max: float | None = None,
        b_iso: float | Mapping[str, float] = 1.0,
        intensity: Literal["kinematic", "paper"] = "kinematic",
        wavelength: float | str | None = None,
        friedel_half: bool = False,
        sort_lattice: bool = True,
        monochromator: float | None = None,
        profile: PowderProfile | None = None,
        tilt: tuple[float, float] | None = None,
        thickness: float | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.geometry = geometry
        self.radiation = radiation
        self.hk_max = hk_max
        self.q_max = q_max
        self.b_iso = b_iso
        self.intensity = intensity
        self.wavelength = wavelength
        self.friedel_half = friedel_half
        self.sort_lattice = sort_lattice
        self.monochromator = monochromator
        self.profile = profile
        self.tilt = tilt
        self.thickness = thickness
        self.n_jobs = n_jobs

    def fit(self, structures: Any = None, y: Any = None) -> Self:
        """Check the options; there is nothing to learn.

        Parameters
        ----------
        structures : object
            Ignored.
        y : object
            Ignored.

        Returns
        -------
        DiffractionSimulator
            The simulator itself.
        """
        self._settings()
        return self

    def transform(
        self, structures: Sequence[Structure] | NDArray[Any]
    ) -> list[DiffractionPattern] | list[Scan]:
        """Simulate one pattern, or one scan, for each structure.

        Parameters
        ----------
        structures : list of Structure or Atoms, or ndarray of tokens
            The crystals; Atoms are those of ASE.

        Returns
        -------
        list of DiffractionPattern or of Scan
            The patterns, or with a profile the scans, in the same order.

        Raises
        ------
        TypeError
            If an entry is not a structure.
        ValueError
            If an option is wrong, a structure cannot be simulated, or none of its spots lies
            within the range.
        """
        settings, structures = self._settings(), as_structures(structures)
        if self.geometry == "powder":
            return powder_patterns(structures, settings, self.n_jobs)
        return self._zone_axis(structures, settings)

    if TYPE_CHECKING:  # scikit-learn has no types

        def fit_transform(
            self, X: Sequence[Structure] | NDArray[Any], y: Any = None
        ) -> list[DiffractionPattern] | list[Scan]: ...

    def _settings(self):
        """Check the parameters of the geometry at hand."""
        return check_powder_settings(self) if self.geometry == "powder" else spot_settings(self)

    def _zone_axis(self, structures, settings):
        """Simulate the spots of layers."""
        if settings.beam is not None:
            check_thin(structures)
        table = site_table(structures)
        swapped = settings.sort_lattice & swaps_axes(table)
        framed = layer_frame(table, sort_lattice=settings.sort_lattice)
        n_jobs = min(effective_n_jobs(self.n_jobs), max(1, len(table) // 100))
        parts = np.array_split(np.arange(len(table)), n_jobs)
        spots = Parallel(n_jobs)(
            delayed(zone_axis_spots)(framed[part], swapped[part], settings)
            for part in parts
            if len(part)
        )
        return [
            DiffractionPattern(*arrays, radiation=settings.radiation)
            for part in spots
            for arrays in part
        ]

    to_image = staticmethod(to_image)
