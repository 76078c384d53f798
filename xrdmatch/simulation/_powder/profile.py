"""A powder diffractometer and the sample in it, as one value."""

from dataclasses import dataclass, fields
from numbers import Real

import numpy as np


@dataclass(frozen=True, eq=False, repr=False)
class PowderProfile:
    """What makes a scan of Bragg peaks: the angles measured, the instrument and the sample.

    Parameters
    ----------
    two_theta : array-like of shape (n_points,)
        Angles at which the scan has points [degrees], rising, between 0 and 180.
    fwhm : float or (float, float, float), default=0.1
        Full width at half maximum of the instrument's peaks [degrees], or Caglioti's U, V, W
        [degrees^2]: ``fwhm^2 = U tan^2 theta + V tan theta + W``.
    eta : float, default=0.5
        Share of the Lorentzian in the instrument's peaks, 0 to 1.
    size : float, default=inf
        Size of the crystals [Å]: Lorentzian widths of ``0.9 wavelength / (size cos theta)``.
    strain : float, default=0.0
        Microstrain: Lorentzian widths of ``4 strain tan theta``.
    texture : float, default=1.0
        March and Dollase's r: below 1 for plates that lie flat, above 1 for needles, 1 for none.
    texture_axis : (int, int, int), default=(0, 0, 1)
        Miller indices of the planes that the texture turns, in the cell as given.
    zero_shift : float, default=0.0
        Shift of all angles [degrees].
    displacement : float, default=0.0
        How far the sample lies below the goniometer's axis [mm]; peaks move to lower angles.
    goniometer_radius : float, optional
        Distance from sample to detector [mm], needed with a displacement.
    background : float or tuple of float, default=0.0
        Coefficients of Chebyshev polynomials over the range of angles, in units of the highest
        point of the peaks.

    Raises
    ------
    ValueError
        If a number is out of its range.

    See Also
    --------
    DiffractionSimulator : Simulate diffraction patterns of crystal structures.
    powder_scan : Draw the peaks of all lines, and the background that is a share of them.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.simulation import PowderProfile
    >>> PowderProfile(np.arange(5, 90, 0.02), fwhm=0.08, size=300)
    PowderProfile(4250 points, 5 to 89.98 degrees, fwhm=0.08, size=300)
    """

    two_theta: np.ndarray
    fwhm: float | tuple = 0.1
    eta: float = 0.5
    size: float = np.inf
    strain: float = 0.0
    texture: float = 1.0
    texture_axis: tuple = (0, 0, 1)
    zero_shift: float = 0.0
    displacement: float = 0.0
    goniometer_radius: float | None = None
    background: float | tuple = 0.0

    def __post_init__(self):
        two_theta = np.array(self.two_theta, dtype=float)
        _check_angles(two_theta)
        two_theta.flags.writeable = False
        object.__setattr__(self, "two_theta", two_theta)
        for name in ("fwhm", "texture_axis", "background"):
            if not isinstance(value := getattr(self, name), Real):
                object.__setattr__(self, name, tuple(np.asarray(value).tolist()))
        _check_ranges(self)
        _check_fwhm(self)
        _check_placement(self)

    def __reduce__(self):
        """Pickle as a call, so that the copy's angles are read-only too."""
        return type(self), tuple(getattr(self, field.name) for field in fields(self))

    def __repr__(self):
        ends = f"{self.two_theta[0]:g} to {self.two_theta[-1]:g} degrees"
        set_ones = [
            f"{field.name}={getattr(self, field.name)!r}"
            for field in fields(self)[1:]
            if getattr(self, field.name) != field.default
        ]
        return f"PowderProfile({', '.join([f'{len(self.two_theta)} points', ends, *set_ones])})"


# Name, unit, smallest and largest value, whether the smallest is allowed.
_RANGES = [
    ("eta", "", 0.0, 1.0, True),
    ("size", " [Å]", 0.0, np.inf, False),
    ("strain", "", 0.0, 1.0, True),
    ("texture", " (March and Dollase's r)", 0.0, 1e3, False),
    ("zero_shift", " [degrees]", -180.0, 180.0, True),
    ("displacement", " [mm]", -1e3, 1e3, True),
]


def _check_ranges(profile):
    for name, unit, low, high, closed in _RANGES:
        value = getattr(profile, name)
        if not (isinstance(value, Real) and low <= value <= high and (closed or value > low)):
            above = "at least" if closed else "above"
            raise ValueError(
                f"PowderProfile's {name}{unit} must be {above} {low:g} and at most {high:g}, got "
                f"{value!r}; leave it out to switch it off."
            )


def _check_angles(two_theta):
    if two_theta.ndim != 1 or len(two_theta) < 2 or not (np.diff(two_theta) > 0).all():
        raise ValueError(
            "A profile is simulated at two or more rising angles, got two_theta of shape "
            f"{two_theta.shape}; write np.arange(5, 90, 0.02), for example."
        )
    if not (two_theta[0] > 0 and two_theta[-1] < 180):
        raise ValueError(
            "Diffraction angles lie above 0 and below 180 degrees, got "
            f"{two_theta[0]:g} to {two_theta[-1]:g}; cut the range."
        )


def _check_fwhm(profile):
    fwhm = profile.fwhm if isinstance(profile.fwhm, tuple) else (0.0, 0.0, profile.fwhm)
    tan_theta = np.tan(np.radians(profile.two_theta / 2))
    if len(fwhm) != 3 or not (np.polyval(fwhm, tan_theta) > 0).all():
        raise ValueError(
            "PowderProfile's fwhm must be positive [degrees], or U, V, W with a positive "
            f"U tan^2 + V tan + W at all angles, got {profile.fwhm!r}; use 0.1, for example."
        )


def _check_placement(profile):
    axis = profile.texture_axis
    if not (isinstance(axis, tuple) and len(axis) == 3 and any(axis)):
        raise ValueError(
            f"texture_axis must be three Miller indices other than 000, got {axis!r}; use "
            "(0, 0, 1), for example."
        )
    radius = profile.goniometer_radius
    if radius is None and profile.displacement:
        raise ValueError(
            "A displacement shifts peaks by its ratio to the goniometer's radius, got "
            f"displacement={profile.displacement!r} [mm] without goniometer_radius; give 240.0 "
            "[mm], for example."
        )
    if radius is not None and not (isinstance(radius, Real) and 0 < radius < np.inf):
        raise ValueError(f"goniometer_radius must be positive [mm], got {radius!r}; give 240.0.")
