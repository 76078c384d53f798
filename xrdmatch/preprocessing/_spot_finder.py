"""Spots of a measured picture: where they are, how strong, and how surely."""

from numbers import Real

import numpy as np

from xrdmatch.crystallography import DiffractionPattern, Picture
from xrdmatch.preprocessing._found_spots import FoundSpots
from xrdmatch.preprocessing._spot_finding.search import search_spots
from xrdmatch.preprocessing._stateless import StatelessTransformer

_SCALE_ERROR = 0.03  # of a camera length that nobody has calibrated


class UnsuitablePictureError(ValueError):
    """A picture in which no spots can be found.

    Parameters
    ----------
    position : int
        Where it stands in the list.
    name : str
        Its file, empty if it has none.
    reason : str
        Why.
    """

    def __init__(self, position, name, reason):
        super().__init__(position, name, reason)
        self.position, self.name, self.reason = position, name, reason

    def __str__(self):
        return f"Picture {self.position}{f' ({self.name})' if self.name else ''}: {self.reason}"


class SpotFinder(StatelessTransformer):
    """Find the spots of diffraction pictures: pictures in, patterns out.

    1. Pixels that are NaN, pixels that stand out alone, and the shadow of a beam stop are left
       out.
    2. The typical width of a spot is the one of the Gaussian filter that the strongest answer to.
    3. Places that stand out of that filter's own noise, measured where the picture is as bright,
       are fitted by a Gaussian on a sloping background. Parts of rings and streaks, blocks of hot
       pixels and what has no spot's shape are left out.
    4. The lattice of the spots is fitted with a free origin. The centre is the direct beam where
       it is seen; else the lattice point about which intensities of mates and what is bright
       around it say most. Without a lattice it is the point about which the picture looks most
       like itself.

    What it could not decide stands in the remarks of what `find` returns.

    Parameters
    ----------
    min_significance : float, default=5.0
        How far a spot must stand out [standard deviations].
    width : float, default=None
        Standard deviation of a spot [pixels]; None measures it.
    centre : (float, float), default=None
        Column and row of the direct beam [pixels]; None finds it.
    scale_error : float, default=None
        Relative standard error of the picture's scale; None takes what the picture's metadata
        state as ``"scale_error"``, as `xrdmatch.refinement.calibrate_picture` leaves it, else
        0.03.
    radiation : Radiation or {"xray", "electron", "neutron"}, default=None
        What the pictures were taken with, which the patterns then say.

    See Also
    --------
    xrdmatch.io.read_image : Reads a picture from a file.
    xrdmatch.refinement.calibrate_picture : Measures its scale.
    find_spots : For the pictures that `xrdmatch.simulation.to_image` draws.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch import DiffractionPattern
    >>> from xrdmatch.crystallography import Picture
    >>> from xrdmatch.preprocessing import SpotFinder
    >>> from xrdmatch.simulation import to_image
    >>> hk = np.array([(h, k) for h in range(-3, 4) for k in range(-3, 4)])
    >>> beam = (hk == 0).all(1)
    >>> strength = np.where(beam, 3e5, 2e4 / (1 + hk[:, 0] ** 2))
    >>> pattern = DiffractionPattern(hk * [0.3, 0.4], strength)
    >>> counts = 20 + to_image(pattern, shape=(150, 160), scale=50.0, log=False)
    >>> counts = np.random.default_rng(0).poisson(counts)
    >>> found = SpotFinder().find(Picture(counts, 50.0, "reciprocal"))
    >>> found
    FoundSpots(48 spots, 48 on a lattice, centre at column 79.5, row 74.5)
    >>> (np.sort(np.abs(found.lattice).ravel()) / 50).round(2).tolist()
    [0.0, 0.0, 0.3, 0.4]
    >>> SpotFinder(radiation="electron").transform([Picture(counts)])
    [DiffractionPattern(48 spots, |q| <= 75.1 pixels, electron, orientation unknown)]
    """

    def __init__(
        self, min_significance=5.0, *, width=None, centre=None, scale_error=None, radiation=None
    ):
        self.min_significance = min_significance
        self.width = width
        self.centre = centre
        self.scale_error = scale_error
        self.radiation = radiation

    def transform(self, pictures):
        """Find the spots of pictures.

        Parameters
        ----------
        pictures : list of Picture
            A single picture counts as a list of one.

        Returns
        -------
        list of DiffractionPattern
            One for each, of unknown orientation; q in 1/Å where the picture has a scale, else in
            pixels, which the pattern's `unit` says.

        Raises
        ------
        TypeError
            If one is no `Picture`.
        ValueError
            If one is a micrograph or no spots can be found in it; the message names it.
        """
        self._check_options()
        pictures = [pictures] if isinstance(pictures, Picture) else list(pictures)
        return [self._named(picture, i) for i, picture in enumerate(pictures)]

    def _named(self, picture, i):
        try:
            return self.find(picture).pattern
        except ValueError as error:
            name = str(picture.metadata.get("file", ""))
            raise UnsuitablePictureError(i, name, str(error)) from None

    def find(self, picture):
        """Find the spots of one picture, with all that is known about them.

        Parameters
        ----------
        picture : Picture
            The picture.

        Returns
        -------
        FoundSpots
            Spots, centre, lattice, and remarks on what could not be decided.

        Raises
        ------
        TypeError
            If it is no `Picture`.
        ValueError
            If it is a micrograph, too small, even, or shows no spot.
        """
        self._check_options()
        _check_picture(picture)
        spots, centre, facts = search_spots(picture, self.min_significance, self.width, self.centre)
        return FoundSpots(
            self._pattern(picture, spots, centre),
            spots.places,
            spots.volume,
            spots.volume_sigma,
            centre=centre.place,
            centre_error=centre.error,
            **facts,
        )

    def _pattern(self, picture, spots, centre):
        scale = picture.scale or 1.0
        q = (spots.places - centre.place) * [1.0, -1.0] / scale
        return DiffractionPattern(
            q,
            spots.volume,
            radiation=self.radiation,
            sigma=spots.volume_sigma,
            orientation="unknown",
            scale_error=self._scale_error(picture),
            distortion_error=float(picture.metadata.get("distortion_error", 0.0)),
            centre_error=centre.error / scale,
            unit="1/Å" if picture.scale else "pixel",
        )

    def _scale_error(self, picture):
        if picture.scale is None:
            return 0.0  # lengths in pixels have none
        if self.scale_error is not None:
            return self.scale_error
        return float(picture.metadata.get("scale_error", _SCALE_ERROR))

    def _check_options(self):
        _check_number("min_significance", self.min_significance, "5.0 is usual")
        if self.width is not None:
            _check_number("width", self.width, "None measures it", "pixels")
        if self.scale_error is not None and not (
            isinstance(self.scale_error, Real) and 0 <= self.scale_error < 1
        ):
            raise ValueError(
                "scale_error must be a relative error from 0 to 1, or None, got "
                f"{self.scale_error!r}; 0.03 is usual for camera lengths."
            )
        if self.centre is not None and (
            np.shape(self.centre) != (2,) or not np.isfinite(np.asarray(self.centre, float)).all()
        ):
            raise ValueError(
                f"centre must be a column and a row [pixels], or None, got {self.centre!r}; None "
                "finds it."
            )


def _check_number(name, value, way_out, unit=None):
    if not (isinstance(value, Real) and 0 < value < np.inf):
        of_unit = f" [{unit}]" if unit else ""
        raise ValueError(f"{name} must be positive{of_unit}, got {value!r}; {way_out}.")


def _check_picture(picture):
    if not isinstance(picture, Picture):
        raise TypeError(
            f"Spots are sought in a Picture, got {type(picture).__name__}; make one with "
            "Picture(counts, scale, 'reciprocal') or xrdmatch.io.read_image."
        )
    if picture.space == "real":
        raise ValueError(
            f"a diffraction pattern is due, got {picture!r} in real space; "
            "with_scale(<pixels per 1/Å>, 'reciprocal') says otherwise."
        )
