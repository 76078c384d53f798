"""The scale of pictures, measured on a picture of a known crystal."""

from dataclasses import dataclass, replace
from numbers import Real

import numpy as np
from pymatgen.core import Structure
from scipy import ndimage

from xrdmatch.crystallography import DiffractionPattern, Picture
from xrdmatch.refinement._picture_calibration.from_rings import calibrate_by_rings
from xrdmatch.refinement._picture_calibration.from_spots import calibrate_by_spots

_EXPECTED_WITHIN = 0.25  # relative; how far a scale is from the one that is expected


@dataclass(frozen=True, eq=False)
class PictureCalibration:
    """The scale and the distortion of a camera.

    Parameters
    ----------
    scale : float
        Pixels for 1/Å [pixel Å], the geometric mean over directions.
    scale_sigma : float
        Standard error of the scale, half of what inner and outer rings differ by included.
    distortion : ndarray of shape (2, 2)
        Symmetric matrix of determinant 1: offsets from the centre, to the right and to row 0, are
        scale times this times q. It tells an ellipse and a shear of the plane; a turn is none.
    centre : ndarray of shape (2,)
        Column and row of q = 0 in the picture that was calibrated by [pixels].
    hkl : ndarray of int, shape (n, 3)
        Rings or spots that were used.
    residual : float
        Root mean square of what the fit leaves [pixels].
    source : {"rings", "spots"}
        What it was measured on.
    uvw : tuple of int, optional
        Zone axis of the spots.

    See Also
    --------
    calibrate_picture : Measures it.
    """

    scale: float
    scale_sigma: float
    distortion: np.ndarray
    centre: np.ndarray
    hkl: np.ndarray
    residual: float
    source: str
    uvw: tuple | None = None

    def apply(self, item):
        """Correct a picture or a pattern of the same camera.

        Parameters
        ----------
        item : Picture or DiffractionPattern
            A picture, or a pattern in pixels as `xrdmatch.preprocessing.SpotFinder` gives it for a
            picture without scale.

        Returns
        -------
        Picture or DiffractionPattern
            A picture with its scale, resampled so that the distortion is undone; its metadata
            state ``"scale_error"``. A pattern in 1/Å with the scale's relative error.

        Raises
        ------
        TypeError
            If it is neither.
        ValueError
            If it has a scale already, or is a micrograph.
        """
        if isinstance(item, Picture):
            return self._of_picture(item)
        if isinstance(item, DiffractionPattern):
            return self._of_pattern(item)
        raise TypeError(
            "A calibration corrects a Picture or a DiffractionPattern in pixels, got "
            f"{type(item).__name__}; read one with xrdmatch.io.read_image."
        )

    def _of_pattern(self, pattern):
        if pattern.unit != "pixel":
            raise ValueError(
                f"A calibration is for patterns in pixels, got {pattern!r}; find the spots of the "
                "picture without its scale, with_scale(None)."
            )
        return replace(
            pattern,
            q=pattern.q @ np.linalg.inv(self.scale * self.distortion).T,
            unit="1/Å",
            scale_error=self.scale_sigma / self.scale,
            centre_error=pattern.centre_error / self.scale,
        )

    def _of_picture(self, picture):
        if picture.space == "real":
            raise ValueError(
                f"A calibration is for diffraction pictures, got {picture!r}, a micrograph."
            )
        turned = np.array([[0.0, -1.0], [1.0, 0.0]])  # (row, column) from (right, up)
        matrix = turned @ self.distortion @ turned.T
        middle = (np.array(picture.shape) - 1) / 2
        counts = ndimage.affine_transform(
            picture.counts, matrix, middle - matrix @ middle, order=1, cval=np.nan
        )
        facts = {**picture.metadata, "scale_error": self.scale_sigma / self.scale}
        return Picture(counts, self.scale, "reciprocal", facts)


def calibrate_picture(picture, structure, uvw=None, *, expected=None, centre=None):
    """Measure the scale and the distortion of a camera on a picture of a known crystal.

    Of a powder, the rings: all lines of the structure are fitted to the brightness along the
    radius, rings that merge among them, and their stretch in each direction gives the ellipse and
    the centre. Of one crystal, the spots: the lattice of a zone axis is fitted to that of the
    spots.

    Parameters
    ----------
    picture : Picture
        The picture; its own scale is not used, unless as what is expected.
    structure : Structure
        What it is of.
    uvw : tuple of int, optional
        Zone axis along the beam, where the picture shows the spots of one crystal. If None, rings
        are looked for, and where there are none, zone axes with indices up to 2 are tried.
    expected : float, optional
        About how many pixels are 1/Å [pixel Å], to 25 %; the picture's own scale if None and it
        has one. It decides where a scale is ambiguous.
    centre : array-like of shape (2,), optional
        Column and row of q = 0, from which to start [pixels].

    Returns
    -------
    PictureCalibration
        Scale, distortion, centre, what was used and what is left.

    Raises
    ------
    TypeError
        If `picture` is no `Picture`, or `structure` no structure.
    ValueError
        If the picture shows neither rings nor a lattice of spots, if these do not fit the
        structure, or fit several zone axes alike.

    See Also
    --------
    xrdmatch.preprocessing.SpotFinder : Finds the spots.

    Examples
    --------
    >>> import numpy as np
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.crystallography import Picture
    >>> from xrdmatch.refinement import calibrate_picture
    >>> gold = Structure.from_spacegroup("Fm-3m", Lattice.cubic(4.0782), ["Au"], [[0, 0, 0]])
    >>> y, x = np.indices((240, 240))
    >>> radius = np.hypot(x - 121, y - 118)
    >>> lines = np.sqrt([3, 4, 8, 11, 12]) / 4.0782
    >>> rings = sum(np.exp(-((radius - 110 * q) ** 2) / 8) / q**2 for q in lines)
    >>> counts = np.random.default_rng(0).poisson(20 + 200 * np.exp(-radius / 30) + 40 * rings)
    >>> found = calibrate_picture(Picture(counts), gold)
    >>> bool(abs(found.scale - 110) < 0.5), found.centre.round().tolist()
    (True, [121.0, 118.0])
    """
    _check(picture, structure, expected)
    expected = expected or picture.scale
    known = expected and (expected * (1 - _EXPECTED_WITHIN), expected * (1 + _EXPECTED_WITHIN))
    if uvw is not None:
        return PictureCalibration(**calibrate_by_spots(picture, structure, uvw, known, centre))
    try:
        return PictureCalibration(**calibrate_by_rings(picture, structure, known, centre))
    except ValueError as of_rings:
        reason = str(of_rings)
    try:
        return PictureCalibration(**calibrate_by_spots(picture, structure, None, known, centre))
    except ValueError as of_spots:
        raise ValueError(
            f"A picture is calibrated by rings or spots of its structure; rings: "
            f"{reason.rstrip('.')}; spots: {of_spots}"
        ) from None


def _check(picture, structure, expected):
    if not isinstance(picture, Picture):
        raise TypeError(
            f"A Picture is calibrated, got {type(picture).__name__}; read one with "
            "xrdmatch.io.read_image."
        )
    if picture.space == "real":
        raise ValueError(f"Diffraction pictures are calibrated, got {picture!r}, a micrograph.")
    if not isinstance(structure, Structure):
        raise TypeError(
            f"The structure that a picture shows is due, got {type(structure).__name__}; read it "
            "with xrdmatch.io.read_structures."
        )
    if expected is not None and not (isinstance(expected, Real) and 0 < expected < np.inf):
        raise ValueError(
            f"expected must be a positive number of pixels for 1/Å, or None, got {expected!r}."
        )
