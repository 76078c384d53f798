"""`Scan`: a measured powder profile."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xrdmatch.crystallography._radiation import Radiation, as_radiation
from xrdmatch.crystallography._scan_html import scan_to_html

MOST = 1e15  # counts: fits are in single precision, whose range squares of more would leave


@dataclass(frozen=True, eq=False, repr=False)
class Scan:
    """A powder profile: counts along the diffraction angle.

    Parameters
    ----------
    two_theta : array-like of shape (n_points,)
        Diffraction angles [degrees], rising, from 0 to below 180.
    counts : array-like of shape (n_points,)
        What was counted there, in any one unit.
    sigma : array-like of shape (n_points,), optional
        Standard uncertainties of the counts in the same unit, where they are known.
    radiation : Radiation, str or float, optional
        What the scan was taken with: what `as_radiation` accepts, such as ``"CuKa"`` or a
        wavelength [Å].
    name : str, optional
        How the scan is called.

    Raises
    ------
    ValueError
        If there are fewer than two points, if shapes disagree, if angles do not rise or leave
        their range, if an entry is NaN or infinite or an uncertainty is not positive.

    See Also
    --------
    DiffractionPattern : A diffraction pattern as a set of peaks or spots.
    xrdmatch.io.read_pattern : Read a powder scan as the instrument wrote it.

    Examples
    --------
    >>> from xrdmatch.crystallography import Scan
    >>> Scan([20.0, 20.1, 20.2], [7, 40, 9], radiation="CuKa", name="quartz")
    Scan('quartz', 3 points, 20 to 20.2 degrees, 1.54059 + 1.54443 Å)
    """

    two_theta: NDArray[np.float64]
    counts: NDArray[np.float64]
    sigma: NDArray[np.float64] | None = None
    radiation: Radiation | None = None
    name: str | None = None

    if TYPE_CHECKING:  # what is given is of more types than what is kept

        def __init__(
            self,
            two_theta: ArrayLike,
            counts: ArrayLike,
            sigma: ArrayLike | None = None,
            radiation: Radiation | str | float | None = None,
            name: str | None = None,
        ) -> None: ...

    def __post_init__(self):
        two_theta, counts = np.array(self.two_theta, float), np.array(self.counts, float)
        sigma = None if self.sigma is None else np.array(self.sigma, float)
        _check_shapes(two_theta, counts, sigma)
        _check_angles(two_theta)
        _check_counts(counts, sigma)
        if self.radiation is not None:
            object.__setattr__(self, "radiation", as_radiation(self.radiation))
        for name, value in (("two_theta", two_theta), ("counts", counts), ("sigma", sigma)):
            if value is not None:
                value.flags.writeable = False
            object.__setattr__(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as a call, so that the copy's arrays are read-only too."""
        return type(self), (self.two_theta, self.counts, self.sigma, self.radiation, self.name)

    @property
    def n_points(self) -> int:
        """Number of points."""
        return len(self.two_theta)

    @property
    def step(self) -> float:
        """Median distance between points [degrees]."""
        return float(np.median(np.diff(self.two_theta)))

    @property
    def q(self) -> NDArray[np.float64]:
        """Scattering vectors [1/Å] of the points, at the mean wavelength."""
        if self.radiation is None or not self.radiation.lines:
            raise ValueError(
                "The scattering vectors of a scan need its wavelength, got a scan without one; "
                "give it as radiation='CuKa' or in Å."
            )
        return 2 * np.sin(np.radians(self.two_theta / 2)) / self.radiation.wavelength

    def _repr_html_(self) -> str:
        return scan_to_html(self)

    def __repr__(self) -> str:
        name = f"{self.name!r}, " if self.name else ""
        lines = " + ".join(f"{x:.6g}" for x, _ in self.radiation.lines) if self.radiation else ""
        return (
            f"Scan({name}{self.n_points} points, {self.two_theta[0]:.6g} to "
            f"{self.two_theta[-1]:.6g} degrees, {f'{lines} Å' if lines else 'wavelength unknown'})"
        )


def _check_shapes(two_theta, counts, sigma):
    if two_theta.ndim != 1 or len(two_theta) < 2:
        raise ValueError(
            "A scan is a row of at least two angles with their counts, got angles of shape "
            f"{two_theta.shape}; pass one-dimensional arrays."
        )
    for name, value in (("counts", counts), ("sigma", sigma)):
        if value is not None and value.shape != two_theta.shape:
            raise ValueError(
                f"A scan needs one entry of {name} for each angle, got {len(two_theta)} angles "
                f"and {name} of shape {value.shape}; pass arrays of equal length."
            )


def _check_angles(two_theta):
    if not np.isfinite(two_theta).all():
        raise ValueError("Angles must be finite, got NaN or infinity; drop those points.")
    if not (np.diff(two_theta) > 0).all():
        raise ValueError(
            f"Angles must rise from point to point, got {np.diff(two_theta).min():.3g} degrees as "
            "the smallest step; sort the points and merge those of equal angle."
        )
    if two_theta[0] < 0 or two_theta[-1] >= 180:
        raise ValueError(
            "Diffraction angles lie from 0 to below 180 degrees, got "
            f"{two_theta[0]:.6g} to {two_theta[-1]:.6g}; drop the points outside, or check that "
            "this is 2 theta in degrees."
        )


def _check_counts(counts, sigma):
    if not np.isfinite(counts).all():
        raise ValueError("Counts must be finite, got NaN or infinity; drop those points.")
    largest = np.abs(counts).max(initial=0.0)
    if largest > MOST:
        raise ValueError(
            f"Counts are at most {MOST:g}, got {largest:.3g}; rescale the counts, or read the "
            "column that has them."
        )
    if sigma is not None and not ((sigma > 0) & np.isfinite(sigma)).all():
        raise ValueError(
            "Uncertainties of counts must be positive and finite, got "
            f"{sigma[~((sigma > 0) & np.isfinite(sigma))][0]:.3g}; drop those points or leave "
            "sigma out."
        )
