"""Where q = 0 is in a picture, and the lattice of its spots counted from there."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from xrdmatch.preprocessing._spot_finding.inversion import inversion_map
from xrdmatch.preprocessing._spot_finding.lattice import AffineLattice, fit_lattice
from xrdmatch.preprocessing._spot_finding.mates import ranked_centres

_ON = 0.3  # of a lattice step: a direct beam farther from every lattice point is off the lattice
_HALO = 6.0  # power of the brightness around the centre among places that may be it
_HALO_WIDTH = 0.05  # of the picture's side
_LOOKS = 0.1  # correlation by which a picture looks the more like itself, for odds of e to 1
_PEDESTAL = 2.0  # times as much as half of the pixels differ by
_IN_SHADOW = 2.0  # logarithm of how much more probable a stop hides the centre than not
_CLEAR = 3.0  # logarithm of odds
_HALF = 6.0  # the same, for a centre between the points of a lattice, which needs a finer one
_REFUTED = 5.0  # evidence for another centre, and half of what it is ahead by
_MARGIN = 2.0  # widths of a spot from the rim or the shadow


@dataclass(frozen=True, eq=False)
class Centre:
    """The centre of a picture.

    Parameters
    ----------
    place : ndarray of shape (2,)
        Column and row [pixels].
    error : float
        Standard error along an axis [pixels].
    lattice : AffineLattice or None
        The lattice of the spots, counted from it.
    remarks : list of str
        What could not be decided.
    """

    place: np.ndarray
    error: float
    lattice: AffineLattice | None
    remarks: list


def find_centre(pixels, shadow, spots, width, beam=None, given=None):
    """Find the centre from the direct beam, the lattice, mates and what is bright around it.

    Parameters
    ----------
    pixels : Pixels
        The picture.
    shadow : ndarray of bool, shape (n_rows, n_columns)
        Of the beam stop.
    spots : Gaussians
        Spots, without the direct beam.
    width : float
        Their typical standard deviation [pixels].
    beam : DirectBeam, optional
        Where it is seen.
    given : array-like of shape (2,), optional
        Column and row of the centre, where they are known.

    Returns
    -------
    Centre or None
        The centre; None if the direct beam is none, since mates say clearly that another lattice
        point is the centre.
    """
    seen = beam.place if given is None and beam is not None else given
    lattice = fit_lattice(spots.places, spots.volume, width, seen)
    if given is not None:
        return _given(np.asarray(given, float), lattice)
    if lattice is None and beam is None:
        return _of_inversion(pixels, shadow)
    if lattice is None:
        return Centre(beam.place, beam.place_sigma, None, [])
    ranking = _ranking(pixels, shadow, spots, width, lattice)
    if beam is not None:
        return _of_beam(beam, lattice, *ranking)
    return _of_mates(lattice, *ranking) or _of_inversion(pixels, shadow)


def _given(place, lattice):
    return Centre(place, 0.0, lattice and lattice.moved(_nearest(lattice, place)), [])


def _of_beam(beam, lattice, halves, evidence):
    nearest = _nearest(lattice, beam.place)
    own = evidence[(halves == nearest).all(1)].max(initial=-np.inf)
    if evidence.max(initial=-np.inf) > max(_REFUTED, own + 2 * _REFUTED):
        return None
    lattice = lattice.moved(nearest)
    away = np.linalg.norm(beam.place - lattice.origin)
    if away > _ON * np.linalg.norm(lattice.basis, axis=1).min():
        remark = (
            f"The direct beam is {away:.1f} pixels from the nearest point of the spots' lattice; "
            "q = 0 is put where it is, and the lattice may be wrong or counted from elsewhere."
        )
        return Centre(beam.place, beam.place_sigma, lattice, [remark])
    return Centre(lattice.origin, lattice.error_at((0, 0)), lattice, [])


def _nearest(lattice, place):
    return np.rint((place - lattice.origin) @ np.linalg.inv(lattice.basis)).astype(int)


def _ranking(pixels, shadow, spots, width, lattice):
    """Rank lattice points and halves as the centre: see `ranked_centres`."""
    between = pixels.minus(spots, _MARGIN * width)
    return ranked_centres(
        lattice,
        np.log(spots.volume),
        lambda points: _are_measured(points, pixels, _MARGIN * width),
        lambda points: _brightness_prior(points, between, shadow),
        pixels.values.shape,
    )


def _of_mates(lattice, halves, evidence):
    """Take the best lattice point; None where there is none in the picture."""
    whole = (halves == np.rint(halves)).all(1)
    if not whole.any():
        return None
    first = int(np.argmax(whole))
    if evidence[0] > evidence[first] + _HALF:
        return _between(lattice, halves[0])
    remarks = _doubts(lattice, halves, evidence, whole, first)
    lattice = lattice.moved(halves[first].astype(int))
    return Centre(lattice.origin, lattice.error_at((0, 0)), lattice, remarks)


def _between(lattice, half):
    """Take a centre between the points of a lattice, which is a point of a finer one."""
    remark = (
        "The centre lies halfway between points of the lattice of the spots, which is taken to be "
        "twice as fine, half of its points unseen."
    )
    return Centre(lattice.origin + half @ lattice.basis, lattice.error_at(half), None, [remark])


def _doubts(lattice, halves, evidence, whole, first):
    """Say which other points explain the spots about as well."""
    found = []
    for is_kind, kind in ((whole, "another lattice point"), (~whole, "a half lattice point")):
        others = np.flatnonzero(is_kind & (np.arange(len(halves)) != first))
        if len(others) and evidence[others[0]] > evidence[first] - _CLEAR:
            column, row = lattice.origin + halves[others[0]] @ lattice.basis
            found.append(
                f"The centre is not certain: {kind} at column {column:.1f}, row {row:.1f} explains "
                "mates and brightness about as well; say centre=(column, row) where you know it."
            )
    return found


def _of_inversion(pixels, shadow):
    def prior(points):
        return _LOOKS * _brightness_prior(points, pixels, shadow)

    found = inversion_map(pixels)
    remark = (
        "The centre is where the picture looks most like itself turned by half a turn; no direct "
        "beam and no lattice say more, and half a lattice step would look much the same."
    )
    return Centre(found.best(prior), found.factor / 2, None, [remark])


def _are_measured(points, pixels, margin):
    shape = np.array(pixels.values.shape)[::-1]
    whole = np.rint(points).astype(int)
    inside = ((whole >= margin) & (whole < shape - margin)).all(1)
    column, row = np.where(inside[:, None], whole, 0).T
    return inside & pixels.is_good[row, column]


def _brightness_prior(points, pixels, shadow):
    """Logarithm of how probable places are as the centre: bright ones, and those behind a stop."""
    width = _HALO_WIDTH * max(pixels.values.shape)
    weight = ndimage.gaussian_filter(pixels.is_good.astype(float), width, mode="constant")
    low, middle = np.quantile(pixels.values[pixels.is_good], [0.01, 0.5])
    floor = low - _PEDESTAL * (middle - low)  # so that noise makes no place bright
    light = np.where(pixels.is_good, np.maximum(pixels.values - floor, 0), 0.0)
    halo = ndimage.gaussian_filter(light, width, mode="constant") / np.maximum(weight, 1e-9)
    column, row = np.rint(points).astype(int).T
    relative = np.maximum(halo[row, column] / max(halo.max(), 1e-300), 1e-3)
    return _HALO * np.log(relative) + _IN_SHADOW * shadow[row, column]
