"""The pattern: a set of points in reciprocal space with intensities."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.crystallography._radiation import Radiation, as_radiation


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

    Raises
    ------
    ValueError
        If there is no spot, if shapes disagree, or if an entry is NaN, infinite or, among the
        intensities, negative.

    Examples
    --------
    >>> from xrdmatch import DiffractionPattern
    >>> DiffractionPattern(q=[[0.5, 0.0], [0.0, 0.5]], intensity=[1.0, 2.0])
    DiffractionPattern(2 spots, |q| <= 0.5 1/Å)
    """

    q: np.ndarray
    intensity: np.ndarray
    hkl: np.ndarray | None = None
    radiation: Radiation | None = None

    def __post_init__(self):
        q = np.array(self.q, dtype=float)
        intensity = np.array(self.intensity, dtype=float)
        _check_shapes(q, intensity)
        _check_values(q, intensity)
        hkl = None if self.hkl is None else _checked_hkl(self.hkl, len(q))
        if self.radiation is not None:
            object.__setattr__(self, "radiation", as_radiation(self.radiation))
        for name, value in (("q", q), ("intensity", intensity), ("hkl", hkl)):
            if value is not None:
                value.flags.writeable = False
            object.__setattr__(self, name, value)

    def __reduce__(self):
        """Pickle as a call, so that the copy's arrays are read-only too."""
        return type(self), (self.q, self.intensity, self.hkl, self.radiation)

    @property
    def n_peaks(self):
        """Number of peaks or spots."""
        return len(self.q)

    @property
    def n_dimensions(self):
        """Dimension of ``q``: 1 for powder, 2 for the zero layer's spots, 3 beyond it."""
        return self.q.shape[1]

    def __repr__(self):
        q_max = np.linalg.norm(self.q, axis=1).max()
        kind = "peaks" if self.n_dimensions == 1 else "spots"
        source = f", {self.radiation.kind}" if self.radiation else ""
        return f"DiffractionPattern({self.n_peaks} {kind}, |q| <= {q_max:.3g} 1/Å{source})"


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
