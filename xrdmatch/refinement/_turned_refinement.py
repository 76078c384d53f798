"""Move the atoms of entries in their settings until they give a pattern's intensities."""

import math

import numpy as np
import torch

from xrdmatch.encoders import SpotSums, bragg_survival, intensity_moments
from xrdmatch.refinement._spot_displacements import START_NOISE, Pairs, pairs_evidence
from xrdmatch.refinement._spot_likelihood import FLOOR
from xrdmatch.refinement._spot_table import TYPICAL_DISPLACEMENT
from xrdmatch.refinement._turned_likelihood import (
    DISPLACEMENTS,
    NOISE_FACTORS,
    NOISE_LOGS,
    displacement_prior,
    expected_rows,
    noise_variance,
)

STRENGTHS = [
    (u, factor, log + displacement_prior(u))
    for u in DISPLACEMENTS
    for factor, log in zip(NOISE_FACTORS, NOISE_LOGS, strict=True)
]


def moved_evidence(table, reading, settings):
    """Evidence of the intensities that are seen when every atom's displacement is fitted.

    Parameters
    ----------
    table : SpotTable
        The gallery.
    reading : LatticeReading
        The pattern.
    settings : Settings
        What is fitted, S of them.

    Returns
    -------
    ndarray of shape (S,)
        Log evidence, comparable with that of `SettingFits`.

    See Also
    --------
    refined_evidence : The same for patterns in the frame of the gallery.
    """
    with torch.inference_mode():
        return pairs_evidence(_pairs(table, reading, settings), STRENGTHS).double().numpy()


def _pairs(table, reading, settings):
    """Collect what the fit needs; spots without a place in an entry are not used."""
    seen = reading.n_seen > 0
    indices, entry = reading.indices[seen], settings.entry
    rows, exists, length = expected_rows(table, indices, settings)
    hk = torch.as_tensor(indices @ settings.change).float()  # (S, n, 2)
    length, used = torch.as_tensor(length).float(), torch.as_tensor(exists).float()
    waves, sites = _waves(table, entry, hk, length)
    sums = SpotSums(*torch.as_tensor(np.where(exists[..., None], table.sums[rows], 0.0)).unbind(-1))
    mean, variance = intensity_moments(sums, bragg_survival(length, TYPICAL_DISPLACEMENT))
    return Pairs(
        waves,
        hk @ torch.as_tensor(table.reciprocal[entry]).float(),
        _amplitudes(reading, seen, mean, used),
        used,
        variance / (4 * mean.clamp_min(FLOOR)),
        sites,
        torch.as_tensor(np.sqrt(noise_variance(reading, reading.noise))).float()[None],
        torch.full((1, 1), max(1.0, START_NOISE / reading.noise)),
    )


def _waves(table, entry, hk, length):
    """Amplitude of every site in the unit of the sums' root, (S, n_sites, n); and its sites."""
    atoms = table.atoms.chosen(entry)
    n_sites = int((atoms.numbers > 0).sum(1).max())
    unit = (atoms.occupancy.sum(1) * torch.as_tensor(table.unit[entry])).sqrt()[:, None, None]
    everything = torch.arange(len(entry))
    size = atoms.factors(everything, n_sites, length) / unit
    phases = 2 * math.pi * atoms.coordinates[:, :n_sites] @ hk.transpose(1, 2)
    return torch.polar(size, phases), (atoms.numbers[:, :n_sites] > 0).float()


def _amplitudes(reading, seen, mean, used):
    """Amplitudes that are seen, so scaled that their intensities are the expected ones; (S, n)."""
    intensity = torch.as_tensor(np.exp(reading.log_intensity[seen])).float()
    scale = (used * mean).sum(1, keepdim=True) / (used * intensity).sum(1, keepdim=True)
    return (intensity * scale + FLOOR).sqrt()
