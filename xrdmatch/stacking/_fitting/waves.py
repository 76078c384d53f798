"""The waves of a lattice in an image, found by least squares."""

import numpy as np

TAPER = 0.5  # share of an axis over which the window rises and falls


class TaperedImage:
    """An image under a window that falls to zero at the edges.

    Parameters
    ----------
    image : ndarray of shape (h, w)
        The image.

    Attributes
    ----------
    x, y : ndarray of shape (w,), (h,)
        Places of the pixels, from the middle, to the right and up [pixel].
    window_x, window_y : ndarray of shape (w,), (h,)
        The window along each axis; both sum to 1.
    """

    def __init__(self, image):
        h, w = image.shape
        self.x, self.y = np.arange(w) - (w - 1) / 2, (h - 1) / 2 - np.arange(h)
        self.window_x, self.window_y = _taper(w), _taper(h)
        image = np.asarray(image, dtype=np.float32)
        self.mean = float(self.window_y @ image @ self.window_x)
        self.image = image / self.mean - 1.0

    @property
    def size(self):
        """Number of pixels that count as much as untapered ones."""
        return 1 / ((self.window_x**2).sum() * (self.window_y**2).sum())

    def sums(self, g):
        """Sum the image times exp(-2 pi i g r) under the window.

        Parameters
        ----------
        g : ndarray of shape (n, 2)
            Wave vectors [1/pixel].

        Returns
        -------
        ndarray of complex, shape (n,)
            The sums.
        """
        return self._sums(g, 0, 0)

    def moments(self, g):
        """Return the sums and those of the image times x and times y; shape (3, n)."""
        return np.stack([self._sums(g, 0, 0), self._sums(g, 1, 0), self._sums(g, 0, 1)])

    def window_sums(self, g):
        """Sum exp(-2 pi i g r) under the window; shape (n,)."""
        rows = _phases(g[:, 1], self.y) @ self.window_y
        return rows * (_phases(g[:, 0], self.x) @ self.window_x)

    def synthesised(self, g, amplitudes):
        """Return the image of waves: 2 Re sum_n c_n exp(2 pi i g_n r)."""
        rows = np.conj(_phases(g[:, 1], self.y)) * amplitudes[:, None]  # (n, h)
        columns = np.conj(_phases(g[:, 0], self.x))  # (n, w)
        left = np.vstack([rows.real, -rows.imag]).astype(np.float32)
        right = np.vstack([columns.real, columns.imag]).astype(np.float32)
        return 2 * left.T @ right

    def _sums(self, g, power_x, power_y):
        rows = _phases(g[:, 1], self.y) * (self.window_y * self.y**power_y)  # (n, h)
        columns = _phases(g[:, 0], self.x) * (self.window_x * self.x**power_x)  # (n, w)
        return _row_sums(rows.astype(np.complex64), self.image, columns)


def lattice_amplitudes(tapered, reciprocal, hk):
    """Fit the waves of a lattice to an image by least squares under its window.

    Parameters
    ----------
    tapered : TaperedImage
        The image.
    reciprocal : ndarray of shape (2, 2)
        Row vectors a* and b* [1/pixel].
    hk : ndarray of shape (n, 2)
        Which waves: one of each pair hk and -h-k.

    Returns
    -------
    ndarray of complex, shape (n,)
        Amplitudes c: the image is 1 + 2 Re sum_n c_n exp(2 pi i g_n r), times its mean.
    """
    every = np.vstack([np.zeros((1, 2)), hk, -hk])
    sums = tapered.sums(hk @ reciprocal)
    mean = tapered.sums(np.zeros((1, 2)))
    right = np.concatenate([mean, sums, np.conj(sums)])
    gram = _gram(tapered, reciprocal, every)
    return np.linalg.solve(gram, right)[1 : len(hk) + 1]


def block_share(g, block):
    """Return how much of waves is left when pixels are averaged in blocks.

    Parameters
    ----------
    g : ndarray of shape (n, 2)
        Wave vectors [1/pixel of the averaged image].
    block : int
        Pixels along a block's side; 1 leaves everything.

    Returns
    -------
    ndarray of shape (n,)
        sin(pi g) / (block sin(pi g / block)) along each axis, multiplied.
    """
    if block == 1:
        return np.ones(len(g))
    return (np.sinc(g) / np.sinc(g / block)).prod(1)


def _gram(tapered, reciprocal, hk):
    """Return the sums of the window times exp(2 pi i (g' - g) r), shape (n, n)."""
    hk = hk.astype(int)
    steps = hk[:, None] - hk  # g - g'
    low = steps.min((0, 1))
    shape = steps.max((0, 1)) - low + 1
    grid = np.stack(np.mgrid[: shape[0], : shape[1]], -1).reshape(-1, 2) + low
    sums = tapered.window_sums(grid @ reciprocal).reshape(shape)
    return sums[tuple(np.moveaxis(steps - low, -1, 0))]


def _taper(n):
    """Return a window that is flat in the middle, its sides half a period of a cosine."""
    side = np.minimum(np.arange(n) + 0.5, n - 0.5 - np.arange(n)) / max(TAPER * n / 2, 1e-9)
    window = np.sin(np.pi / 2 * np.minimum(side, 1.0)) ** 2
    return window / window.sum()


def _phases(g, places):
    """Return exp(-2 pi i g x) for equally spaced places, from one factor a step; (n, n_places)."""
    step = places[1] - places[0]
    phases = np.empty((len(g), len(places)), dtype=complex)
    phases[:, 0] = np.exp(-2j * np.pi * g * places[0])
    phases[:, 1:] = np.exp(-2j * np.pi * g * step)[:, None]
    return np.cumprod(phases, axis=1)


def _row_sums(rows, image, columns):
    left = np.vstack([rows.real, rows.imag]) @ image  # (2 n, w)
    n = len(rows)
    return ((left[:n] + 1j * left[n:]) * columns).sum(1)
