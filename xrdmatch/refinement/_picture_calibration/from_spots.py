"""Scale and distortion of a picture from the spots of a known crystal along a zone axis."""

import itertools

import numpy as np

from xrdmatch.crystallography import zone_axes, zone_layer
from xrdmatch.preprocessing import SpotFinder
from xrdmatch.simulation import DiffractionSimulator

_MAX_INDEX = 2  # of the zone axes that are tried where none is given
_Q_MAX = 2.0  # [1/Å]
_UNLIKE = 0.1  # stretch beyond which a zone does not fit
_STRETCH_COST = 2.0  # correlation of the intensities that a stretch is worth
_AS_GOOD = 0.05  # settings whose correlations differ by less are alike
_WEAKEST = 1e-6  # of the strongest: extinct spots may span no lattice
_EXTINCT = 1e-4  # what double scattering leaves of these
_FEWEST = 6  # spots on the lattice


def calibrate_by_spots(picture, structure, uvw=None, known=None, centre=None):
    """Fit the lattice of a zone to the spots of a picture.

    Parameters
    ----------
    picture : Picture
        The picture.
    structure : Structure
        The crystal's.
    uvw : tuple of int, optional
        Zone axis; those with indices up to 2 are tried if None.
    known : (float, float), optional
        Range in which the scale is [pixel Å].
    centre : array-like of shape (2,), optional
        Column and row, where they are known.

    Returns
    -------
    dict
        Fields of `PictureCalibration`.

    Raises
    ------
    ValueError
        If no lattice of spots is found, or no zone fits it, or several do.
    """
    found = SpotFinder(centre=centre).find(picture)
    if found.lattice is None or found.is_on_lattice.sum() < _FEWEST:
        raise ValueError(
            f"it shows {len(found.pixels)} spots and no lattice of them; calibrate by a picture "
            "with a zone axis along the beam, or by rings."
        )
    axes = [tuple(uvw)] if uvw is not None else zone_axes(structure, _MAX_INDEX)
    fits = [fit for axis in axes for fit in _fits(axis, structure, found, known)]
    best = _best(fits, axes)
    return _fields(best, found)


def _fits(axis, structure, found, known):
    """Yield (score, axis, map, hkl of the basis) of the settings of one zone that fit in shape."""
    observed = found.lattice * [1.0, -1.0]
    on = found.is_on_lattice
    strength = np.log(found.intensity[on])
    for basis, miller, due in _zone_bases(structure, axis):
        for whole in _unimodular():
            map_ = np.linalg.solve(whole @ basis, observed)  # rows of q times this are pixels
            sizes = np.linalg.svd(map_, compute_uv=False)
            scale, stretch = np.sqrt(sizes.prod()), sizes[0] / sizes[1] - 1
            if stretch > _UNLIKE or not (known is None or known[0] <= scale <= known[1]):
                continue
            hkl = found.indices[on] @ whole @ miller
            expected = np.log([due.get(tuple(row), _EXTINCT) for row in hkl.tolist()])
            alike = np.corrcoef(strength, expected)[0, 1] if np.ptp(expected) > 0 else 0.0
            yield alike - _STRETCH_COST * stretch, axis, map_, whole @ miller


def _zone_bases(structure, axis):
    """Yield bases [1/Å] of all spots of a zone and of those with intensity, with hkl and these."""
    layer = zone_layer(structure, axis)
    (pattern,) = DiffractionSimulator(radiation="electron", q_max=_Q_MAX).transform([layer])
    relative = pattern.intensity / pattern.intensity.max()
    due = {
        tuple(row): max(x, _EXTINCT) for row, x in zip(pattern.hkl.tolist(), relative, strict=True)
    }
    for seen in (np.ones(len(relative), bool), relative > _WEAKEST):
        q, hkl = pattern.q[seen], pattern.hkl[seen]
        order = np.argsort(np.linalg.norm(q, axis=1), kind="stable")
        first = order[0]
        across = np.abs(q[order] @ [-q[first, 1], q[first, 0]])
        chosen = [first, order[int(np.argmax(across > 1e-3 * (q[first] ** 2).sum()))]]
        yield q[chosen], hkl[chosen], due


def _unimodular():
    span = (-1, 0, 1)
    for entries in itertools.product(span, repeat=4):
        matrix = np.array(entries).reshape(2, 2)
        if abs(round(np.linalg.det(matrix))) == 1:
            yield matrix


def _best(fits, axes):
    fits = sorted(fits, key=lambda fit: -fit[0])
    if not fits:
        raise ValueError(
            f"its spots fit none of {len(axes)} zone axes to {100 * _UNLIKE:.0f} %; check the "
            "structure, give uvw, or expect another scale."
        )
    others = {fit[1] for fit in fits if fit[0] > fits[0][0] - _AS_GOOD} - {fits[0][1]}
    if others:
        raise ValueError(
            f"its spots fit the zone axes {', '.join(map(str, sorted({fits[0][1], *others})))} "
            "about as well; give uvw, or the scale that you expect."
        )
    return fits[0]


def _fields(best, found):
    _, axis, map_, miller = best
    left, sizes, _ = np.linalg.svd(map_.T)  # pixels = left diag(sizes) right q
    scale = np.sqrt(sizes.prod())
    on = found.is_on_lattice
    hk = found.indices[on]
    gap = found.pixels[on] - found.centre - hk @ found.lattice
    residual = np.sqrt((gap**2).sum(1).mean())
    reach = np.linalg.norm(found.pixels[on] - found.centre, axis=1)
    sigma = scale * residual / np.sqrt((reach**2).sum())
    return {
        "scale": float(scale),
        "scale_sigma": float(sigma),
        "distortion": left @ np.diag(sizes / scale) @ left.T,
        "centre": found.centre,
        "hkl": hk @ miller,
        "residual": float(residual),
        "source": "spots",
        "uvw": axis,
    }
