"""`Picture`: a detector image with its scale."""

from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from xrdmatch.crystallography._picture_html import picture_to_html

_SMALLEST = 3  # pixels; a spot or a column is a pixel that is above its neighbours
_SPACES = {"reciprocal": "pixels per 1/Å", "real": "Å a pixel"}


@dataclass(frozen=True, eq=False, repr=False)
class Picture:
    """A detector image: a diffraction pattern with spots or rings, or a micrograph.

    Parameters
    ----------
    counts : array-like of shape (n_rows, n_columns)
        What each pixel counted, in any one unit, row 0 on top. NaN stands for a pixel that was
        not measured, behind a mask for example.
    scale : float, optional
        Pixels for 1/Å [pixel Å] in reciprocal space, the size of a pixel [Å] in real space; None
        where it is not known. As everywhere, q is 1/d, without 2 pi.
    space : {"reciprocal", "real"}, optional
        What is seen: a diffraction pattern or a micrograph; None where it is not known.
    metadata : dict, optional
        What else is known, such as the file and how many bits a pixel has; see
        `xrdmatch.io.read_image`.

    Raises
    ------
    ValueError
        If `counts` are no real numbers in rows and columns of at least 3 pixels, if one is
        infinite or all are NaN, if `scale` is not positive, or if it is given without `space`.

    See Also
    --------
    xrdmatch.io.read_image : Reads one from a file.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.crystallography import Picture
    >>> picture = Picture(np.ones((256, 256)), metadata={"file": "moo3.tif"})
    >>> picture
    Picture(256 x 256 pixels, scale unknown)
    >>> picture.with_scale(96.0, "reciprocal")
    Picture(256 x 256 pixels, 96 pixels per 1/Å)
    >>> picture.with_scale(0.034, "real").pixel_size
    0.034
    """

    counts: np.ndarray
    scale: float | None = None
    space: str | None = None
    metadata: dict = field(default_factory=dict)

    def __post_init__(self):
        counts = _numbers(self.counts)
        _check_counts(counts)
        counts.flags.writeable = False
        object.__setattr__(self, "counts", counts)
        object.__setattr__(self, "scale", _checked_scale(self.scale, self.space))
        object.__setattr__(self, "metadata", MappingProxyType(dict(self.metadata)))

    def __reduce__(self):
        """Pickle as a call, so that the copy's array and metadata are read-only too."""
        return type(self), (self.counts, self.scale, self.space, dict(self.metadata))

    @property
    def shape(self):
        """Numbers of rows and of columns."""
        return self.counts.shape

    @property
    def n_missing(self):
        """Number of pixels that were not measured: those that are NaN."""
        return int(np.isnan(self.counts).sum())

    @property
    def pixel_size(self):
        """Size of a pixel [Å], of a picture in real space."""
        if self.space != "real" or self.scale is None:
            raise ValueError(
                f"Only a picture in real space with a scale has a pixel size in Å, got {self!r} "
                f"with space={self.space!r}; say it by with_scale(<Å a pixel>, 'real')."
            )
        return self.scale

    def with_scale(self, scale, space=None):
        """Return the same picture with another scale.

        Parameters
        ----------
        scale : float or None
            Pixels for 1/Å [pixel Å] or the size of a pixel [Å]; None if it is not known.
        space : {"reciprocal", "real"}, optional
            Which of the two; the picture's own if None.

        Returns
        -------
        Picture
            A copy; this picture stays as it is.

        Raises
        ------
        ValueError
            If `scale` is not positive, or neither `space` nor the picture says what it means.
        """
        return Picture(self.counts, scale, space or self.space, self.metadata)

    @property
    def _scale_in_words(self):
        known = self.scale is not None
        return f"{self.scale:.5g} {_SPACES[self.space]}" if known else "scale unknown"

    def _repr_html_(self):
        return picture_to_html(self, self._scale_in_words)

    def __repr__(self):
        rows, columns = self.shape
        missing = f", {self.n_missing} of them NaN" if self.n_missing else ""
        return f"Picture({rows} x {columns} pixels{missing}, {self._scale_in_words})"


def _numbers(counts):
    """Copy what was counted into floats."""
    given = np.asarray(counts)
    if given.dtype.kind not in "biuf":
        raise ValueError(
            f"The counts of a picture are real numbers, got {given.dtype}; pass the modulus where "
            "they are complex."
        )
    if given.dtype == float and given.base is None and not given.flags.writeable:
        return given  # another picture's
    return np.array(given, float)


def _check_counts(counts):
    if counts.ndim != 2 or min(counts.shape) < _SMALLEST:
        raise ValueError(
            f"A picture has rows and columns of at least {_SMALLEST} pixels, got shape "
            f"{counts.shape}; pass one frame and one colour channel as a two-dimensional array."
        )
    if np.isinf(counts).any():
        raise ValueError(
            f"The counts of a picture are finite, got {int(np.isinf(counts).sum())} infinite ones; "
            "set pixels that were not measured to NaN."
        )
    if np.isnan(counts).all():
        raise ValueError(
            "A picture has at least one pixel that was measured, got nothing but NaN; check the "
            "mask."
        )


def _checked_scale(scale, space):
    if space is not None and space not in tuple(_SPACES):
        raise ValueError(
            f"space must be 'reciprocal' or 'real', or None where it is not known; got {space!r}."
        )
    if scale is None:
        return None
    is_number = isinstance(scale, int | float | np.number) and not isinstance(scale, bool)
    if not is_number or not 0 < scale < np.inf:
        raise ValueError(
            f"scale must be a positive number, or None where it is not known; got {scale!r}."
        )
    if space is None:
        raise ValueError(
            "A scale means pixels per 1/Å in reciprocal space and Å a pixel in real space, got "
            f"scale={scale!r} without its space; add space='reciprocal' or space='real'."
        )
    return float(scale)
