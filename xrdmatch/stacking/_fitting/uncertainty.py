"""Standard deviations of slips, from blocks of the image and the misfit of its waves."""

import numpy as np

from xrdmatch.stacking._fitting.waves import block_share

N_BLOCKS = 4  # along each axis of an image
BLOCK_FACTOR = 1.0  # of what the blocks say
MISFIT_FACTOR = 1.0  # of what the misfit says
LEAST = 0.002  # [Å] no reading is said to be better


def slip_std(waves, fit, lattice):
    """Estimate the standard deviations of fitted slips.

    1. The image without its waves is split into blocks. What a block holds of each wave, carried
       to the slips by the fit's linear form, spreads from block to block: noise and defects.
    2. What the fit leaves of the waves' amplitudes, carried in the same way, is what model and
       image differ by.

    Parameters
    ----------
    waves : MeasuredWaves
        The image's waves.
    fit : SlipFit
        Their fit.
    lattice : ndarray of shape (2, 2)
        Row vectors a and b [Å].

    Returns
    -------
    ndarray of shape (n_layers - 1, 2)
        Along x and y of the first layer's frame [Å].

    Notes
    -----
    The factors of both parts come from simulations with defects, see
    ``examples/benchmarks/stacking.py``.
    """
    linear = _linear_form(fit, lattice)  # (2 n_slips, 2 n_waves)
    blocks = _block_amplitudes(waves) / block_share(waves.g, waves.block)
    shifts = np.hstack([blocks.real, blocks.imag]) @ linear.T  # (n_blocks, 2 n_slips)
    spread = shifts.var(0) / max(len(shifts) - 1, 1)
    left = fit.problem.amplitudes - fit.model
    misfit = (linear**2) @ np.concatenate([left.real, left.imag]) ** 2
    both = BLOCK_FACTOR**2 * spread + MISFIT_FACTOR**2 * misfit + LEAST**2
    return np.sqrt(both).reshape(-1, 2)


def _linear_form(fit, lattice):
    """Return the slips' change [Å] with the amplitudes: weighted least squares, linearised."""
    weight = np.tile(1 / fit.problem.sigma, 2)
    inverse = np.linalg.pinv(fit.jacobian * weight[:, None]) * weight
    places = inverse[: fit.places.size].reshape(-1, 2, len(weight))
    slips = np.diff(places, axis=0)  # (n_slips, 2, 2 n_waves)
    return np.einsum("skw,kx->sxw", slips, lattice).reshape(-1, len(weight))


def _block_amplitudes(waves):
    """Amplitudes of the waves in each block of the residual image, (n_blocks, n)."""
    tapered, left = waves.tapered, waves.left
    rows = np.exp(-2j * np.pi * np.outer(waves.g[:, 1], tapered.y))
    columns = np.exp(-2j * np.pi * np.outer(waves.g[:, 0], tapered.x))
    found = []
    for r in np.array_split(np.arange(len(tapered.y)), N_BLOCKS):
        for c in np.array_split(np.arange(len(tapered.x)), N_BLOCKS):
            part = left[np.ix_(r, c)] - left[np.ix_(r, c)].mean()
            found.append(((rows[:, r] @ part) * columns[:, c]).sum(1) / part.size)
    return np.array(found)
