"""`DiffractionPattern`: peaks or spots with intensities, as points in reciprocal space."""

from dataclasses import dataclass, fields
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xrdmatch.crystallography._pattern_html import pattern_to_html
from xrdmatch.crystallography._radiation import Radiation, as_radiation

ANGSTROM_UNIT = "1/Å"
UNITS = (ANGSTROM_UNIT, "pixel")
ORIENTATIONS = ("known", "unknown")


FARTHEST = 1e6  # 1/Å or pixels: no spot was ever recorded so far out


@dataclass(frozen=True, eq=False, repr=False)
class DiffractionPattern:
    """A diffraction pattern as a set of peaks or spots.

    Parameters
    ----------
    q : array-like of shape (n_peaks, 1), (n_peaks, 2) or (n_peaks, 3)
        Scattering vectors [1/Å], without 2 pi: ``|q| = 1/d``. One column for powder peaks,
        two for the spots of a zero layer, three where spots leave it.
    intensity : array-like of shape (n_peaks,)
        Intensities, non-negative, in any one unit.
    hkl : array-like of shape (n_peaks, 3), optional
        Miller indices, where they are known.
    radiation : Radiation or {"xray", "electron", "neutron"}, optional
        What the pattern was taken with, where it is known.
    sigma : array-like of shape (n_peaks,), optional
        Standard errors of the intensities, in their unit.
    orientation : {"known", "unknown"}, default="known"
        Whether q is in the frame of the crystal, as simulated patterns are, or in that of a
        detector: turned by any angle in the plane, and perhaps mirrored.
    scale_error : float, default=0.0
        Relative standard error that all lengths of q have in common.
    distortion_error : float, default=0.0
        Relative standard error of lengths along one direction against those along another, as an
        uncorrected camera has it.
    centre_error : float, default=0.0
        Standard error of the place of q = 0, in the unit of q.
    unit : {"1/Å", "pixel"}, default="1/Å"
        Unit of q; pixels of a detector whose scale is not known.

    Raises
    ------
    ValueError
        If there is no spot, if shapes disagree, if an entry is NaN, infinite or, among
        intensities and errors, negative, or if `orientation` or `unit` is another word.

    See Also
    --------
    xrdmatch.simulation.DiffractionSimulator : Makes patterns of structures.

    Examples
    --------
    >>> from xrdmatch import DiffractionPattern
    >>> DiffractionPattern(q=[[0.5, 0.0], [0.0, 0.5]], intensity=[1.0, 2.0])
    DiffractionPattern(2 spots, |q| <= 0.5 1/Å)
    """

    q: NDArray[np.float64]
    intensity: NDArray[np.float64]
    hkl: NDArray[np.int_] | None = None
    radiation: Radiation | None = None
    sigma: NDArray[np.float64] | None = None
    orientation: str = "known"
    scale_error: float = 0.0
    distortion_error: float = 0.0
    centre_error: float = 0.0
    unit: str = ANGSTROM_UNIT

    if TYPE_CHECKING:  # what is given is of more types than what is kept

        def __init__(
            self,
            q: ArrayLike,
            intensity: ArrayLike,
            hkl: ArrayLike | None = None,
            radiation: Radiation | str | None = None,
            sigma: ArrayLike | None = None,
            orientation: Literal["known", "unknown"] = "known",
            scale_error: float = 0.0,
            distortion_error: float = 0.0,
            centre_error: float = 0.0,
            unit: Literal["1/Å", "pixel"] = "1/Å",
        ) -> None: ...

    def __post_init__(self):
        q = np.array(self.q, dtype=float)
        intensity = np.array(self.intensity, dtype=float)
        _check_shapes(q, intensity)
        _check_values(q, intensity)
        hkl = None if self.hkl is None else _checked_hkl(self.hkl, len(q))
        if self.radiation is not None:
            object.__setattr__(self, "radiation", as_radiation(self.radiation))
        sigma = None if self.sigma is None else _checked_sigma(self.sigma, len(q))
        _check_word("orientation", self.orientation, ORIENTATIONS)
        _check_word("unit", self.unit, UNITS)
        _check_error("scale_error", self.scale_error)
        _check_error("distortion_error", self.distortion_error)
        _check_error("centre_error", self.centre_error)
        arrays = {"q": q, "intensity": intensity, "hkl": hkl, "sigma": sigma}
        for name, value in arrays.items():
            if value is not None:
                value.flags.writeable = False
            object.__setattr__(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as a call, so that the copy's arrays are read-only too."""
        return type(self), tuple(getattr(self, field.name) for field in fields(self))

    @property
    def n_peaks(self) -> int:
        """Number of peaks or spots."""
        return len(self.q)

    @property
    def n_dimensions(self) -> int:
        """Dimension of ``q``: 1 for powder, 2 for the zero layer's spots, 3 beyond it."""
        return self.q.shape[1]

    def _repr_html_(self):
        return pattern_to_html(self)

    def __repr__(self) -> str:
        q_max = np.linalg.norm(self.q, axis=1).max()
        kind = "peaks" if self.n_dimensions == 1 else "spots"
        source = f", {self.radiation.kind}" if self.radiation else ""
        turned = f", orientation {self.orientation}" if self.orientation != "known" else ""
        unit = self.unit if self.unit == ANGSTROM_UNIT else f"{self.unit}s"
        return (
            f"DiffractionPattern({self.n_peaks} {kind}, |q| <= {q_max:.3g} {unit}{source}{turned})"
        )


def _check_shapes(q, intensity):
    if q.ndim != 2 or q.shape[1] not in (1, 2, 3):
        raise ValueError(
            f"q must have shape (n_peaks, 1), (n_peaks, 2) or (n_peaks, 3), got {q.shape}; "
            "write powder positions as a column."
        )
    if intensity.shape != (len(q),):
        raise ValueError(
            f"A pattern needs one intensity for each spot, got {len(q)} rows of q and "
            f"intensities of shape {intensity.shape}; pass arrays of equal length."
        )
    if not len(q):
        raise ValueError(
            "A pattern needs at least one spot, got none; lower the threshold of the peak search "
            "or leave this pattern out."
        )


def _check_values(q, intensity):
    if not np.isfinite(q).all():
        raise ValueError("Spot positions must be finite, got NaN or infinity; drop those spots.")
    if np.abs(q).max(initial=0.0) > FARTHEST:
        raise ValueError(
            f"Spot positions are in 1/Å, or in pixels, and at most {FARTHEST:g}, got "
            f"{np.abs(q).max():.3g}; drop those spots."
        )
    if not np.isfinite(intensity).all():
        raise ValueError("Intensities must be finite, got NaN or infinity; drop those spots.")
    if (intensity < 0).any():
        raise ValueError(
            f"Intensities must not be negative, got {intensity.min():.3g}; subtract less "
            "background or clip at zero."
        )


def _checked_hkl(hkl, n_peaks):
    hkl = np.array(hkl, dtype=int)
    if hkl.shape != (n_peaks, 3):
        raise ValueError(
            f"hkl must have shape ({n_peaks}, 3), one row for each spot, got {hkl.shape}; "
            "pass hkl=None where indices are unknown."
        )
    return hkl


def _checked_sigma(sigma, n_peaks):
    sigma = np.array(sigma, dtype=float)
    if sigma.shape != (n_peaks,):
        raise ValueError(
            f"sigma must have one standard error for each spot, got {sigma.shape} for {n_peaks}; "
            "pass sigma=None where errors are unknown."
        )
    if not (np.isfinite(sigma) & (sigma >= 0)).all():
        raise ValueError(
            "Standard errors of intensities are finite and not negative, got "
            f"{sigma.min():.3g} to {sigma.max():.3g}; pass sigma=None where they are unknown."
        )
    return sigma


def _check_word(name, value, words):
    if value not in words:
        raise ValueError(
            f"{name} must be one of {', '.join(map(repr, words))}, got {value!r}; pick one."
        )


def _check_error(name, value):
    if not isinstance(value, Real) or not 0 <= value < np.inf:
        raise ValueError(f"{name} must be a number of at least 0, got {value!r}; 0 is exact.")
