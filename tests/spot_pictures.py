"""Diffraction pictures drawn with a known truth: spots, halo, rings, beam stop, hot pixels."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.crystallography import Picture


@dataclass(frozen=True, eq=False)
class Drawn:
    """A picture and what was drawn in it."""

    picture: Picture
    pixels: np.ndarray  # (n, 2) columns and rows of the spots that can be seen
    intensity: np.ndarray  # (n,) their sums
    centre: np.ndarray
    basis: np.ndarray
    hk: np.ndarray


def lattice_spots(rng, basis, centre, shape, strength=2e4, spread=1.2, reach=80.0, jitter=0.0):
    """Friedel pairs with random intensities that fall off within some pixels of the centre."""
    hk = np.array([(h, k) for h in range(-30, 31) for k in range(-30, 31) if (h, k) != (0, 0)])
    places = centre + hk @ basis
    inside = ((places > 4) & (places < np.array(shape)[::-1] - 5)).all(1)
    half = {tuple(v): np.exp(spread * rng.standard_normal()) for v in hk.tolist()}
    value = np.array([half[max(tuple(v), tuple(-w for w in v))] for v in hk.tolist()])
    away = np.linalg.norm(places - centre, axis=1)
    intensity = strength * value * np.exp(-((away / reach) ** 2) / 2)
    places = places + jitter * rng.standard_normal(places.shape)
    return places[inside], intensity[inside], hk[inside]


def gaussians(shape, places, volumes, width):
    y, x = np.indices(shape)
    image = np.zeros(shape)
    for (column, row), volume in zip(places, volumes, strict=True):
        r = int(6 * width) + 1
        c0, r0 = max(int(column) - r, 0), max(int(row) - r, 0)
        window = np.s_[r0 : max(int(row) + r + 2, 0), c0 : max(int(column) + r + 2, 0)]
        square = (x[window] - column) ** 2 + (y[window] - row) ** 2
        image[window] += volume * np.exp(-square / (2 * width**2)) / (2 * np.pi * width**2)
    return image


def draw(
    seed=0,
    shape=(200, 200),
    basis=((22.0, 3.0), (-5.0, 27.0)),
    centre=(103.3, 96.8),
    width=1.8,
    background=10.0,
    halo=(60.0, 40.0),
    beam=3e5,
    stop=False,
    hot=0,
    rings=(),
    second=None,
    saturation=None,
    spots=True,
    **options,
):
    """Draw counts with Poisson noise; `options` are those of `lattice_spots`."""
    rng = np.random.default_rng(seed)
    basis, centre = np.array(basis, float), np.array(centre, float)
    y, x = np.indices(shape)
    radius = np.hypot(x - centre[0], y - centre[1])
    mean = background + halo[0] * np.exp(-radius / halo[1])
    places, volumes, hk = lattice_spots(rng, basis, centre, shape, **options)
    if second is not None:
        more = lattice_spots(rng, np.array(second, float), centre, shape, **options)
        places, volumes = np.vstack([places, more[0]]), np.append(volumes, more[1])
    if spots:
        mean = mean + gaussians(shape, places, volumes, width)
    if beam:
        mean = mean + gaussians(shape, [centre], [beam], 1.3 * width)
    for ring, height in rings:
        mean = mean + height * np.exp(-((radius - ring) ** 2) / (2 * width**2))
    covered = np.zeros(shape, bool)
    if stop:
        covered = (np.abs(x - centre[0] - 2) < 7) & (y < centre[1] + 8)
        mean = np.where(covered, 0.5, mean)
    counts = rng.poisson(mean).astype(float)
    flat = rng.choice(counts.size, hot, replace=False)
    counts.flat[flat] += rng.uniform(50, 5000, hot)
    if saturation is not None:
        counts = np.minimum(counts, saturation)
    level = mean - gaussians(shape, places, volumes, width) if spots and not stop else mean
    keep = visible(places, volumes, level, centre, width)
    if stop:
        grown = (np.abs(x - centre[0] - 2) < 7 + 4 * width) & (y < centre[1] + 8 + 4 * width)
        keep &= ~grown[*np.rint(places).astype(int).T[::-1]]
    hk = np.vstack([hk, np.zeros((len(places) - len(hk), 2), int)])
    return Drawn(Picture(counts), places[keep], volumes[keep], centre, basis, hk[keep])


def visible(places, volumes, level, centre, width):
    """Whether spots stand out of the light around them, and are not in the direct beam."""
    column, row = np.rint(places).astype(int).T
    noise = np.sqrt(np.maximum(level[row, column], 1.0) * 4 * np.pi * width**2)
    return (volumes > 12 * noise) & (np.linalg.norm(places - centre, axis=1) > 6 * width)
