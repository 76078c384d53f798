"""What tilted patterns say about entries in their settings."""

import math

import numpy as np
import torch

from xrdmatch.encoders import spot_sums
from xrdmatch.refinement._lattice_settings import strain_of
from xrdmatch.refinement._spot_moments import POWER
from xrdmatch.refinement._turned_likelihood import fit_expected


def tilted_likelihood(table, reading, settings):
    """Log likelihood of a crystal's tilted patterns, (S,).

    The untilted pattern is the same after half a turn, which changes the sign of every height:
    both signs are possible, the same for all tilted patterns.

    Parameters
    ----------
    table : SpotTable
        The gallery.
    reading : LatticeReading
        The untilted pattern, with its tilted ones.
    settings : Settings
        Where the entries' spots are.

    Returns
    -------
    ndarray of shape (S,)
        0 where there is no tilted pattern.
    """
    if not (reading.tilted and len(settings.entry)):
        return np.zeros(len(settings.entry))
    logs = [
        sum(_fit(table, tilted, settings, sign) for tilted in reading.tilted) for sign in (1, -1)
    ]
    return np.logaddexp(*logs) - math.log(2)


def _fit(table, reading, settings, sign):
    growth, _ = strain_of(settings.deformation)
    height = sign * reading.height / np.exp(growth)[:, None]  # (S, N)
    sums, length = tilted_sums(table, settings.entry, reading.indices @ settings.change, height)
    return fit_expected(reading, sums, np.ones(length.shape, bool), length).log_likelihood


def tilted_sums(table, entry, hk, height):
    """Sum up the atoms of entries for spots off the zero layer.

    Parameters
    ----------
    table : SpotTable
        The gallery.
    entry : ndarray of int, shape (S,)
        Whose atoms.
    hk : ndarray of int, shape (S, N, 2)
        Rods of the layer.
    height : ndarray of shape (S, N)
        Where they are cut, q_z [1/Å].

    Returns
    -------
    sums : ndarray of shape (S, N, 6)
        `SpotSums` in the unit of the entry's mean intensity.
    length : ndarray of shape (S, N)
        ``|q|`` [1/Å].
    """
    atoms = table.atoms.chosen(entry)
    n_sites = int((atoms.numbers > 0).sum(1).max())
    plane = np.linalg.norm(hk @ table.reciprocal[entry], axis=2)
    length = np.hypot(plane, height)
    z = torch.as_tensor(table.heights[entry, :n_sites]).float()
    flat = atoms.coordinates[:, :n_sites] @ torch.as_tensor(hk).float().transpose(1, 2)
    phases = 2 * math.pi * (flat + z[..., None] * torch.tensor(height).float()[:, None])
    factors = atoms.factors(torch.arange(len(entry)), n_sites, torch.as_tensor(length).float())
    waves = torch.polar(torch.ones_like(phases), phases)
    sums = torch.stack(spot_sums(factors, waves, atoms.occupancy.sum(1)), -1).numpy()
    return sums / table.unit[entry][:, None, None] ** np.array(POWER), length
