"""The lattice of an image: how it is turned, whether it is mirrored, how large a pixel is."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates, maximum_filter

from xrdmatch.stacking._imaging.harmonics import lattice_waves, probe_transfer, structure_waves
from xrdmatch.stacking._poses import MIRROR, rotation
from xrdmatch.stacking._projected_layer import projected_symmetries

SEARCH_SIGMA = 0.45  # [Å] the probe that the search supposes
SEARCH_G = 0.9  # [1/Å] waves up to here take part in the search
ANGLES = np.arange(0.0, 180.0, 0.75)  # [degrees] a spectrum is the same after half a turn
STRETCHES = np.array([0.95, 0.975, 1.0, 1.025, 1.05])  # of a lattice that is not as it should be
PIXEL_SIZES = np.geomspace(0.015, 0.6, 247)  # [Å] 1.5 % apart, where none is told
PADDING = 2  # times as many points as pixels along each axis of a spectrum
APART = 6.0  # [degrees] starts of one face are at least this far apart
SAME_AXES = 0.06  # relative: lattices nearer than this are one
ROUNDS = 6  # of the refinement of a lattice


@dataclass(frozen=True, eq=False)
class ImageLattice:
    """The lattice of a layer in an image.

    Parameters
    ----------
    lattice : ndarray of shape (2, 2)
        Row vectors a and b, x to the right and y up [pixel].
    score : float
        How alike the spectrum's peaks and the layer's are, 0 to 1.
    """

    lattice: np.ndarray
    score: float

    @property
    def reciprocal(self):
        """Row vectors a* and b* [1/pixel], shape (2, 2)."""
        return np.linalg.inv(self.lattice).T

    @property
    def face(self):
        """-1 where the image is a mirror image of the layer."""
        return 1 if np.linalg.det(self.lattice) > 0 else -1

    @property
    def rotation(self):
        """Direction of a, counter-clockwise from the right [degrees]."""
        return float(np.degrees(np.arctan2(self.lattice[0, 1], self.lattice[0, 0])))

    def pixel_size(self, layer):
        """Return the pixel size at which the cell's area is the layer's [Å]."""
        return float(np.sqrt(layer.area / abs(np.linalg.det(self.lattice))))


def find_lattices(image, layer, power, pixel_size=None, n_best=4):
    """Find how a layer's lattice may lie in an image, from the image's spectrum.

    Parameters
    ----------
    image : ndarray of shape (h, w)
        The image.
    layer : ProjectedLayer
        The layer.
    power : float
        Atoms weigh Z to this power.
    pixel_size : float, optional
        [Å]; None looks for it.
    n_best : int, default=4
        Number of lattices.

    Returns
    -------
    list of ImageLattice
        The most alike first, each once for half a turn.
    """
    spectrum = _spectrum(image)
    hk, strengths = _strengths(layer, power)
    sizes = PIXEL_SIZES if pixel_size is None else pixel_size * STRETCHES
    found = []
    for face in (1, -1):
        lattice = layer.lattice @ (MIRROR if face < 0 else np.eye(2))
        found += _best_of_face(spectrum, lattice, hk, strengths, sizes, n_best)
    return sorted(found, key=lambda start: -start.score)[:n_best]


def distinct_lattices(starts, layer):
    """Leave out lattices that a symmetry of the layer, or half a turn, maps onto one before.

    Parameters
    ----------
    starts : list of ImageLattice
        The best first.
    layer : ProjectedLayer
        The layer. One that is its own mirror image always has its face up.

    Returns
    -------
    list of ImageLattice
        Those that differ.
    """
    axes = [
        np.round(layer.lattice @ matrix @ np.linalg.inv(layer.lattice))
        for matrix, _ in projected_symmetries(layer)
    ]
    kept = []
    for start in starts:
        mirrors = [own for own in axes if np.linalg.det(own) < 0 and start.face < 0]
        lattice = mirrors[0] @ start.lattice if mirrors else start.lattice
        if not any(_same(lattice, own @ other.lattice) for other in kept for own in axes):
            kept.append(replace(start, lattice=lattice))
    return kept


def _same(lattice, other):
    apart = min(np.abs(lattice - sign * other).max() for sign in (1, -1))
    return apart < SAME_AXES * np.linalg.norm(lattice, axis=1).max()


def refined_lattice(tapered, start, hk):
    """Refine a lattice until each wave has the same phase all over the image.

    A wave at g + d, looked at with g, has a phase 2 pi d r: its mean slope under the window gives
    d. The lattice follows the waves' d, each weighed by its power; short vectors come first.

    Parameters
    ----------
    tapered : TaperedImage
        The image.
    start : ndarray of shape (2, 2)
        Row vectors a* and b* to start from [1/pixel].
    hk : ndarray of shape (n, 2)
        The waves.

    Returns
    -------
    ndarray of shape (2, 2)
        Refined a* and b* [1/pixel].
    """
    spread = np.array([tapered.window_x @ tapered.x**2, tapered.window_y @ tapered.y**2])
    lengths = np.linalg.norm(hk @ start, axis=1)
    reciprocal = start
    for round_ in range(ROUNDS):
        reach = lengths.max() * min(1.0, 0.4 + 0.2 * round_)
        used = hk[lengths <= max(reach, np.sort(lengths)[min(3, len(lengths) - 1)])]
        sums, by_x, by_y = tapered.moments(used @ reciprocal)
        slopes = np.imag(np.stack([by_x, by_y], 1) * np.conj(sums)[:, None])  # |c|^2 2 pi d spread
        weights = np.abs(sums) ** 2
        moved = slopes / (2 * np.pi * spread * np.maximum(weights, 1e-30)[:, None])
        root = np.sqrt(weights)[:, None]
        reciprocal = reciprocal + np.linalg.lstsq(used * root, moved * root, rcond=None)[0]
    return reciprocal


def _spectrum(image):
    """Return the square root of the power spectrum, its mean square 1, 0 in the middle."""
    flat = image - gaussian_filter(image, min(image.shape) / 12)
    window = np.outer(np.hanning(image.shape[0]), np.hanning(image.shape[1]))
    n = PADDING * max(image.shape)
    power = np.fft.fftshift(np.abs(np.fft.fft2(flat * window, (n, n))) ** 2)
    amplitude = np.sqrt(gaussian_filter(power, PADDING / 2))
    amplitude = np.maximum(amplitude - np.median(amplitude), 0.0)
    return amplitude


def _strengths(layer, power):
    hk = lattice_waves(layer.reciprocal, SEARCH_G)
    waves = np.abs(structure_waves(layer, hk, power))
    return hk, waves * probe_transfer(hk @ layer.reciprocal, SEARCH_SIGMA)


def _best_of_face(spectrum, lattice, hk, strengths, sizes, n_best):
    """Return the best lattices over sizes and angles, each in a direction of its own."""
    scores = np.array([_scores(spectrum, lattice / size, hk, strengths) for size in sizes])
    best, chosen = scores.max(0), []
    peaks = np.flatnonzero(best == maximum_filter(best, 5, mode="wrap"))
    for i in peaks[np.argsort(-best[peaks])]:
        if all(_between(ANGLES[i], ANGLES[j]) >= APART for j in chosen) and len(chosen) < n_best:
            chosen.append(i)
    return [
        ImageLattice(lattice / sizes[scores[:, i].argmax()] @ rotation(ANGLES[i]), float(best[i]))
        for i in chosen
    ]


def _between(angle, other):
    return abs((angle - other + 90) % 180 - 90)


def _scores(spectrum, lattice, hk, strengths):
    """Return the cosine between expected and found amplitudes at each angle."""
    n = len(spectrum)
    g = hk @ np.linalg.inv(lattice).T  # [1/pixel]
    inside = np.abs(g).max(1) < 0.45
    if not inside.any():
        return np.zeros(len(ANGLES))
    g, strengths = g[inside], strengths[inside]
    turned = np.einsum("kx,axy->aky", g, np.array([rotation(angle) for angle in ANGLES]))
    places = np.stack([n // 2 - turned[..., 1] * n, n // 2 + turned[..., 0] * n])
    found = map_coordinates(spectrum, places, order=1)  # (n_angles, n_waves)
    peak_area = PADDING**2 * 3.0
    total = np.sqrt((spectrum**2).sum() / 2 / peak_area)
    return found @ strengths / np.linalg.norm(strengths) / total
