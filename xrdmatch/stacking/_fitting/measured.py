"""The waves of a lattice as one image has them, with their noise."""

from dataclasses import dataclass, replace

import numpy as np

from xrdmatch.stacking._fitting.lattice_search import ImageLattice, refined_lattice
from xrdmatch.stacking._fitting.waves import TaperedImage, block_share, lattice_amplitudes
from xrdmatch.stacking._imaging.harmonics import lattice_waves

G_MAX = 1.2  # [1/Å] the probes of today leave next to nothing of faster waves
G_MIN = 0.15  # [1/Å] slower waves may be those of dirt
WAVE_WIDTH = 4.0  # points of the spectrum: nearer ones belong to a wave of the lattice
SHARP = 30.0  # times the median: waves of more power are sharp
NYQUIST = 0.45  # [1/pixel] faster waves are not sampled
SAME_AXES = 0.12  # how far from whole numbers the axes of the same lattice may be, unrefined
FINE_PIXEL = 0.14  # [Å] finer images are averaged to about this


@dataclass(frozen=True, eq=False)
class BinnedImage:
    """An image whose pixels are averaged in blocks.

    Parameters
    ----------
    image : ndarray of shape (h, w)
        The averages.
    block : int
        Pixels of the original along a block's side.
    offset : ndarray of shape (2,)
        Middle of the averaged image from that of the original, right and up [original pixel].
    """

    image: np.ndarray
    block: int
    offset: np.ndarray


@dataclass(frozen=True, eq=False)
class MeasuredWaves:
    """The waves of a refined lattice in an image.

    Parameters
    ----------
    tapered : TaperedImage
        The image.
    lattice : ImageLattice
        Its lattice [pixel of the averaged image].
    pixel_size : float
        Of the averaged image [Å].
    hk : ndarray of shape (n_waves, 2)
        The waves.
    amplitudes : ndarray of complex, shape (n_waves,)
        Relative to the mean.
    noise : float
        Standard deviation of real and imaginary parts.
    share : float
        Share of the image's variance that the waves explain.
    block : int
        Pixels of the original image along the side of one of the averaged.
    foreign : float
        Sum of the squares of the amplitudes of sharp waves that are not the lattice's.
    """

    tapered: TaperedImage
    lattice: ImageLattice
    pixel_size: float
    hk: np.ndarray
    amplitudes: np.ndarray
    noise: float
    share: float
    block: int
    foreign: float

    @property
    def g(self):
        """Vectors of the waves [1/pixel]."""
        return self.hk @ self.lattice.reciprocal

    @property
    def significance(self):
        """How many times more the waves explain than as many waves of noise would."""
        n_noise = 2 * len(self.hk)
        return self.share / max(1 - self.share, 1e-9) * self.tapered.size / n_noise

    @property
    def left(self):
        """The image without its waves, relative to the mean."""
        blurred = self.amplitudes * block_share(self.g, self.block)
        return self.tapered.image - self.tapered.synthesised(self.g, blurred)


def binned(image, block):
    """Average an image over blocks of pixels.

    Parameters
    ----------
    image : ndarray of shape (h, w)
        The image.
    block : int
        Pixels along a block's side.

    Returns
    -------
    BinnedImage
        Rows and columns at the end that fill no block are left out.
    """
    h, w = (n // block * block for n in image.shape)
    means = image[:h, :w].reshape(h // block, block, w // block, block).mean((1, 3))
    lost = np.array([image.shape[1] - w, image.shape[0] - h])
    return BinnedImage(means, block, np.array([-0.5, 0.5]) * lost)


def measured_waves(tapered, start, layer, block=1):
    """Refine a lattice in an image and fit the amplitudes of its waves.

    Parameters
    ----------
    tapered : TaperedImage
        The image.
    start : ImageLattice
        The lattice to start from.
    layer : ProjectedLayer
        The layer that has the lattice.
    block : int, default=1
        Over how many pixels a side the image was averaged.

    Returns
    -------
    MeasuredWaves
        Lattice, amplitudes and noise; amplitudes are those before the averaging over pixels.
    """
    size = start.pixel_size(layer)
    hk = lattice_waves(start.reciprocal, min(G_MAX * size, NYQUIST))
    if len(hk) < 2:
        raise ValueError(
            f"Pixels must be smaller than half the layer's lattice planes, got {size:.3g} Å; check "
            "the pixel size."
        )
    reciprocal = refined_lattice(tapered, start.reciprocal, hk)
    lattice = ImageLattice(np.linalg.inv(reciprocal).T, start.score)
    g = hk @ reciprocal
    amplitudes = lattice_amplitudes(tapered, reciprocal, hk)
    left = tapered.image - tapered.synthesised(g, amplitudes)
    variance = _variance(tapered, left)
    share = 1 - variance / max(_variance(tapered, tapered.image), 1e-30)
    return MeasuredWaves(
        tapered,
        lattice,
        lattice.pixel_size(layer),
        hk,
        amplitudes / block_share(g, block),
        float(np.sqrt(variance / tapered.size / 2)),
        float(share),
        block,
        foreign_power(tapered, left, lattice, lattice.pixel_size(layer)),
    )


def foreign_power(tapered, left, lattice, pixel_size):
    """Sum the power of sharp waves in an image without its lattice's waves.

    Parameters
    ----------
    tapered : TaperedImage
        The image.
    left : ndarray of shape (h, w)
        What its lattice's waves leave.
    lattice : ImageLattice
        The lattice.
    pixel_size : float
        [Å].

    Returns
    -------
    float
        Sum of the squares of amplitudes. Slow changes (dirt, contrast), also those of the
        lattice's waves, and what is spread over the spectrum (noise, displaced atoms) do not
        count.
    """
    window = np.outer(tapered.window_y, tapered.window_x)
    power = np.abs(np.fft.fft2(window * left)) ** 2
    rows, columns = (np.fft.fftfreq(n) for n in left.shape)
    g = np.stack(np.broadcast_arrays(columns, -rows[:, None]), axis=-1)  # (h, w, 2) [1/pixel]
    orders = g @ lattice.lattice.T
    from_wave = (orders - np.round(orders)) @ lattice.reciprocal * left.shape[::-1]
    lengths = np.linalg.norm(g, axis=-1) / pixel_size
    seen = (lengths > G_MIN) & (lengths < min(G_MAX, NYQUIST / pixel_size))
    seen &= np.linalg.norm(from_wave, axis=-1) > WAVE_WIDTH
    if not seen.any():
        return 0.0
    power = power[seen]
    excess = power[power > SHARP * np.median(power)].sum()
    return float(excess / (left.size * (window**2).sum()) / 2)


def in_other_axes(waves, reciprocal):
    """Write waves in the axes that a start has, if they are axes of the same lattice.

    Parameters
    ----------
    waves : MeasuredWaves
        Waves of a refined lattice.
    reciprocal : ndarray of shape (2, 2)
        Row vectors a* and b* of a lattice that is not refined [1/pixel].

    Returns
    -------
    MeasuredWaves or None
        The same waves in the other axes; None for another lattice.
    """
    exact = reciprocal @ np.linalg.inv(waves.lattice.reciprocal)
    axes = np.round(exact)
    if np.abs(exact - axes).max() > SAME_AXES or abs(abs(np.linalg.det(axes)) - 1) > 0.1:
        return None
    lattice = ImageLattice(np.linalg.inv(axes).T @ waves.lattice.lattice, waves.lattice.score)
    return replace(waves, lattice=lattice, hk=np.round(waves.hk @ np.linalg.inv(axes)))


def block_for(pixel_size):
    """Return over how many pixels an image may be averaged."""
    return max(1, int(FINE_PIXEL / pixel_size))


def _variance(tapered, image):
    mean = tapered.window_y @ image @ tapered.window_x
    return float(tapered.window_y @ (image - mean) ** 2 @ tapered.window_x)
