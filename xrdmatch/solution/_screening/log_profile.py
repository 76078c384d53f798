"""Profiles on a grid of ln q, on which scaling a cell is a shift."""

import numpy as np
from scipy.fft import irfft, rfft, rfftfreq

STEP = 0.002  # of ln q: 0.2 % in length
Q_RANGE = 0.05, 0.75  # [1/Å]
N_POINTS = 2048  # of the Fourier transforms; what is beyond the grid is room to move
SHARP, BROAD = 0.006, 0.06  # standard deviations of the two blurs, in ln q
FIRST = float(np.log(Q_RANGE[0]))
N_GRID = int((np.log(Q_RANGE[1]) - FIRST) / STEP) + 1


def places(q):
    """Fractional grid indices of lengths of scattering vectors [1/Å]."""
    return (np.log(q) - FIRST) / STEP


def spread(place, mass, n_rows=1, row=0):
    """Distribute intensities linearly between the two nearest grid points.

    Parameters
    ----------
    place : ndarray of shape (n,)
        Output of `places`.
    mass : ndarray of shape (n,)
        What is there.
    n_rows : int, default=1
        Profiles.
    row : int or ndarray of shape (n,), default=0
        To which of them each belongs.

    Returns
    -------
    ndarray of shape (n_rows, N_POINTS)
        The profiles; what is beyond the grid is dropped.
    """
    left = np.floor(place).astype(int)
    inside = (left >= 0) & (left < N_GRID - 1)
    part = place - left
    profile = np.zeros(n_rows * N_POINTS)
    for side, share in ((0, 1 - part), (1, part)):
        where = (row * N_POINTS + left + side)[inside]
        profile += np.bincount(where, (share * mass)[inside], len(profile))
    return profile.reshape(n_rows, N_POINTS)


def compared(profiles):
    """Normalise profiles: blur them, take square roots, subtract a broad Gaussian average.

    Parameters
    ----------
    profiles : ndarray of shape (n, N_POINTS)
        Output of `spread`.

    Returns
    -------
    ndarray of the same shape, of float32
        The grid's N_GRID points, zeros behind it.
    """
    roots = np.sqrt(np.maximum(_blurred(profiles.astype(np.float32), SHARP), 0))
    band = roots - _blurred(roots, BROAD)
    band[:, N_GRID:] = 0
    return band


def _blurred(profiles, width):
    frequency = rfftfreq(N_POINTS, d=STEP).astype(np.float32)
    gaussian = np.exp(-2 * (np.pi * width * frequency) ** 2).astype(np.float32)
    return irfft(rfft(profiles) * gaussian, n=N_POINTS)
