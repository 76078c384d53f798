"""Images of perfect layers as Fourier sums over their reciprocal lattices."""

import numpy as np

FAINTEST = 1e-4  # how much of a wave the probe leaves at which waves are left out


def lattice_waves(reciprocal, g_max):
    """List the reciprocal lattice vectors of a half plane up to a length.

    Parameters
    ----------
    reciprocal : ndarray of shape (2, 2)
        Row vectors a* and b* [1/Å].
    g_max : float
        The largest length [1/Å].

    Returns
    -------
    ndarray of shape (n_waves, 2)
        Integers h, k: one of each pair hk and -h-k, without 00.

    Examples
    --------
    >>> import numpy as np
    >>> lattice_waves(np.eye(2), 1.1).tolist()
    [[0, 1], [1, 0]]
    """
    direct = np.linalg.inv(reciprocal).T
    reach = np.floor(g_max * np.linalg.norm(direct, axis=1)).astype(int)
    h, k = np.mgrid[: reach[0] + 1, -reach[1] : reach[1] + 1]
    hk = np.stack([h.ravel(), k.ravel()], axis=1)
    hk = hk[(hk[:, 0] > 0) | (hk[:, 1] > 0)]
    return hk[np.linalg.norm(hk @ reciprocal, axis=1) <= g_max]


def structure_waves(layer, hk, power):
    """Sum the atoms of a layer to its waves, per area.

    Parameters
    ----------
    layer : ProjectedLayer
        The layer.
    hk : ndarray of shape (n_waves, 2)
        Which waves.
    power : float
        Atoms weigh Z to this power.

    Returns
    -------
    ndarray of complex, shape (n_waves,)
        sum_j o_j Z_j^power exp(-2 pi i g r_j) / area [1/Å^2].
    """
    weights = layer.occupancy * layer.numbers.astype(float) ** power
    fractions = layer.positions @ np.linalg.inv(layer.lattice)
    phases = np.exp(-2j * np.pi * hk @ fractions.T)  # (n_waves, n_sites)
    return phases @ weights / layer.area


def probe_transfer(g, probe_sigma):
    """Return how much of waves a Gaussian probe leaves."""
    return np.exp(-2 * (np.pi * probe_sigma) ** 2 * (g**2).sum(-1))


def largest_g(probe_sigma):
    """Return the length up to which the probe leaves more than the faintest share [1/Å]."""
    return np.sqrt(-np.log(FAINTEST) / 2) / (np.pi * probe_sigma)


def wave_image(poses, ratios, view, power):
    """Make the image of a perfect stack.

    Parameters
    ----------
    poses : Poses
        The stack.
    ratios : ndarray of shape (n_layers,)
        How strongly each layer is seen.
    view : View
        The image's geometry.
    power : float
        Atoms weigh Z to this power.

    Returns
    -------
    ndarray of shape (h, w)
        The image, per area [1/Å^2].

    Notes
    -----
    A wave exp(2 pi i g r) is a column times a row, so the sum of all is one product of matrices.
    """
    g, amplitudes, mean = _all_waves(poses, ratios, view, power)
    rows = np.exp(2j * np.pi * np.outer(view.y, g[:, 1])) * amplitudes  # (h, n_waves)
    columns = np.exp(2j * np.pi * np.outer(view.x, g[:, 0]))  # (w, n_waves)
    left = np.hstack([rows.real, -rows.imag]).astype(np.float32)
    right = np.hstack([columns.real, columns.imag]).astype(np.float32)
    return mean + 2 * left @ right.T


def _all_waves(poses, ratios, view, power):
    """Return vectors [1/Å], amplitudes and the mean of all layers' waves in the image's frame."""
    to_image = np.linalg.inv(view.matrix).T
    waves, amplitudes, mean = [], [], 0.0
    for layer, matrix, position, ratio in zip(
        poses.layers, poses.matrices, poses.positions, ratios, strict=True
    ):
        hk = lattice_waves(layer.reciprocal, largest_g(view.probe_sigma))
        g = hk @ layer.reciprocal @ matrix @ to_image
        place = position @ view.matrix + view.origin
        own = ratio * structure_waves(layer, hk, power) * probe_transfer(g, view.probe_sigma)
        waves.append(g)
        amplitudes.append(own * np.exp(-2j * np.pi * g @ place))
        mean += ratio * structure_waves(layer, np.zeros((1, 2)), power)[0].real
    return np.vstack(waves), np.concatenate(amplitudes), mean
