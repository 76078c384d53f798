"""Attributes of a map, from the positions of layers in its windows."""

import numpy as np

from xrdmatch.stacking._mapping.continuity import slips_of
from xrdmatch.stacking._mapping.domains import find_domains
from xrdmatch.stacking._mapping.failures import find_failures
from xrdmatch.stacking._mapping.motifs import find_motifs
from xrdmatch.stacking._mapping.twists import local_twists
from xrdmatch.stacking._stack import Stack

SUREST = 0.003  # [Å] no slip weighs more in the mean of a motif


def assemble(image, reading, tiles, known):
    """Compute motifs, slips, twists and names of the windows.

    Parameters
    ----------
    image : ndarray of shape (height, width)
        Without background.
    reading : Reading
        Layers of the windows.
    tiles : Tiling
        Blocks and windows.
    known : ndarray of bool, shape (height, width)
        Where the image has values.

    Returns
    -------
    dict
        Attributes of `StackingMap`, without their underscores.
    """
    failures = find_failures(reading, tiles, known)
    usable = np.ones(reading.kind.shape, dtype=bool)
    for window in failures:
        usable[window] = False
    slip, spread = _slips(reading)
    slip = _near_their_mean(slip, usable)
    groups = _grouped(reading, slip, spread, usable)
    domains = find_domains(image, reading, groups, tiles)
    motifs = [_motif(reading, slip, spread, groups == i) for i in domains.misfits]
    domains = domains.renumbered()
    motif = np.where(usable, domains.around(tiles.window_centres(), tiles.edge * tiles.stride), -1)
    numbers = {
        "slip": slip,
        "slip_angstrom": slip @ reading.arrangements[0].stack.lattice,
        "slip_std": spread,
        "twist": _twists(reading, groups, tiles),
        "residual": reading.residual,
    }
    stacks = _stacks(reading, slip, usable)
    return {
        **{name: _where(usable, values) for name, values in numbers.items()},
        "centres": tiles.window_centres(),
        "stacks": stacks,
        "motifs": motifs,
        "motif": motif,
        "name": _names(stacks, motif, [one.name() for one in motifs]),
        "domains": domains,
        "failures": failures,
    }


def _where(usable, values):
    return np.where(usable.reshape(*usable.shape, *(1,) * (values.ndim - 2)), values, np.nan)


def _grouped(reading, slip, spread, usable):
    """Motif of each window by its own slip, (n_rows, n_columns)."""
    flat = (-1, *slip.shape[2:])
    return find_motifs(
        slip.reshape(flat),
        spread.reshape(flat),
        reading.kind.ravel(),
        reading.arrangements[0].stack.lattice,
        usable.ravel(),
    ).reshape(usable.shape)


def _slips(reading):
    """Slips in fractions and their standard deviations in the first layer's frame [Å]."""
    slip = np.empty((*reading.kind.shape, reading.places.shape[2] - 1, 2))
    spread = np.empty_like(slip)
    for i in np.unique(reading.kind):
        own, layers = reading.kind == i, reading.arrangements[i]
        slip[own] = slips_of(reading.places[own], layers.lattices)
        to_layer = np.linalg.inv(layers.lattices[0]) @ layers.stack.lattice
        for j in range(slip.shape[2]):
            change = np.zeros((2, 2 * (slip.shape[2] + 1)))
            change[:, 2 * j : 2 * j + 4] = np.hstack([-to_layer.T, to_layer.T])
            covariance = change @ reading.covariance[own] @ change.T
            variance = np.diagonal(covariance, axis1=-2, axis2=-1)
            spread[own, j] = np.sqrt(np.maximum(variance, 0.0))
    return slip, spread


def _near_their_mean(slip, usable):
    """Count slips within half a cell of their mean, so that they do not jump by lattice vectors."""
    turns = np.exp(2j * np.pi * slip[usable]).sum(0)
    mean = np.angle(turns) / (2 * np.pi) % 1.0
    return mean + (slip - mean + 0.5) % 1.0 - 0.5


def _twists(reading, groups, tiles):
    """Twists of the arrangements, and how much more layers are turned in places [degrees]."""
    twist = np.array([one.stack.twist for one in reading.arrangements])[reading.kind]
    for i in np.unique(reading.kind):
        own, layers = reading.kind == i, reading.arrangements[i]
        alike = np.where(own, groups, -2)
        more = local_twists(reading.places, tiles.window_centres(), layers.lattices, alike)
        twist[own] += more[own]
    return twist


def _motif(reading, slip, spread, own):
    """Stack with the mean slip of a motif's windows."""
    weights = 1 / (spread[own].max((1, 2), initial=0.0) ** 2 + SUREST**2)
    turns = np.tensordot(weights, np.exp(2j * np.pi * slip[own]), axes=1)
    mean = np.angle(turns) / (2 * np.pi) % 1.0
    return _stack(reading.arrangements[reading.kind[own][0]].stack, mean)


def _stack(like, slip):
    return Stack(like.layers, slip, like.twist, like.face)


def _stacks(reading, slip, usable):
    """Stack of each window, None without an answer."""
    stacks = np.full(usable.shape, None, dtype=object)
    for window in zip(*np.nonzero(usable), strict=True):
        stacks[window] = _stack(reading.arrangements[reading.kind[window]].stack, slip[window])
    return stacks


def _names(stacks, motif, of_motifs):
    """Names of windows: of their motif, or of their own slip where they have none."""
    names = np.full(stacks.shape, None, dtype=object)
    for window, stack in np.ndenumerate(stacks):
        if stack is not None:
            names[window] = of_motifs[motif[window]] if motif[window] >= 0 else stack.name()
    return names
