"""Candidate arrangements: layers and their relative rotations, without slips."""

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from xrdmatch.stacking._imaging.harmonics import structure_waves
from xrdmatch.stacking._projected_layer import projected_symmetries

SAME_LATTICE = 0.06  # relative: lattices that differ by less can be one lattice in an image


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Layers that share a lattice, without their slips.

    Parameters
    ----------
    kinds : tuple of int
        Which of the candidate layers, from bottom to top.
    layers : tuple of ProjectedLayer
        The layers.
    half_turns : tuple of bool
        Whether each is turned by half a turn.
    """

    kinds: tuple
    layers: tuple
    half_turns: tuple

    @property
    def twist(self):
        """Turn of each layer against the one below [degrees], shape (n_layers - 1,)."""
        return 180.0 * np.abs(np.diff(np.array(self.half_turns, dtype=int)))

    def waves(self, hk, power):
        """Return each layer's waves, shape (n_layers, n_waves), without their slips."""
        waves = [structure_waves(layer, hk, power) for layer in self.layers]
        turned = np.array(self.half_turns)[:, None]
        return np.where(turned, np.conj(waves), waves)


def arrangements(layers, n_layers):
    """List how layers may be arranged on one lattice.

    Parameters
    ----------
    layers : list of ProjectedLayer
        The candidates.
    n_layers : int
        Number of layers of the stack.

    Returns
    -------
    list of Arrangement
        All choices of layers whose lattices agree within 6 %, parallel and antiparallel where a
        layer is not the same after half a turn. Which layer is above another does not show in an
        image, so each choice is listed in one order.
    """
    turned = [(i, turn) for i, layer in enumerate(layers) for turn in half_turns(layer)]
    found = []
    for choice in combinations_with_replacement(turned, n_layers):
        kinds, turns = zip(*choice, strict=True)
        chosen = tuple(layers[i] for i in kinds)
        if all(share_lattice(chosen[0], layer) for layer in chosen[1:]):
            found.append(Arrangement(kinds, chosen, turns))
    return found


def share_lattice(layer, other):
    """Tell whether the lattices of two layers are nearly the same, axis by axis."""
    change = np.linalg.solve(layer.lattice, other.lattice) - np.eye(2)
    return bool(np.abs(change).max() < SAME_LATTICE)


def half_turns(layer):
    """Return which half turns of a layer make a difference.

    Parameters
    ----------
    layer : ProjectedLayer
        The layer.

    Returns
    -------
    tuple of bool
        (False,) for a layer that is the same after half a turn, else (False, True).
    """
    operations = projected_symmetries(layer)
    same = any(np.allclose(matrix, -np.eye(2), atol=0.05) for matrix, _ in operations)
    return (False,) if same else (False, True)
