"""One layer of an equivariant atomic cluster expansion."""

import math
from typing import NamedTuple

import torch
from torch import nn

from xrdmatch.encoders._couplings import (
    Coupling,
    DegreeLinear,
    degrees,
    harmonics,
    invariants,
    tamed,
)

USUAL_SUM = 4.0  # about the root of the number of neighbours
CLOSEST = 1e-6  # [Å] atoms at one place have no direction


class RadialBasis(nn.Module):
    """Bessel functions of distances, ``sin(n pi d / cutoff) / d``, n = 1, 2, ...

    Parameters
    ----------
    n_radial : int
        Number of functions.
    cutoff : float
        Where they end [Å].
    """

    def __init__(self, n_radial, cutoff):
        super().__init__()
        self.register_buffer("order", math.pi / cutoff * torch.arange(1, n_radial + 1))
        self.scale = math.sqrt(2 * cutoff)

    def forward(self, distance):
        """Map distances (n,) to (n, n_radial)."""
        return self.scale * torch.sin(distance[:, None] * self.order) / distance[:, None]


class ClusterLayer(nn.Module):
    """One step of the expansion: sum over neighbours, couple, tell every atom.

    1. The atomic basis A: what neighbours send, times a learned function of the distance and
       the harmonics of the direction, summed over neighbours.
    2. Products of A with itself up to the correlation order, coupled to harmonics again.
    3. What is invariant of all orders, together with what the atom is, becomes what the atom is
       next: the message of equation 3 of the paper.

    Parameters
    ----------
    width : int
        Length of what an atom is described by.
    channels, max_l, correlation, n_radial : int
        As in `EquivariantTower`.
    dropout : float
        Share left out while training.
    """

    def __init__(self, width, channels, max_l, correlation, n_radial, dropout):
        super().__init__()
        self.max_l, self.channels = max_l, channels
        self.register_buffer("degree", degrees(max_l))
        self.send = nn.Linear(width, channels, bias=False)
        self.radial = nn.Sequential(
            nn.Linear(n_radial, 64), nn.SiLU(), nn.Linear(64, channels * (max_l + 1))
        )
        orders = range(1, correlation)
        self.mixes = nn.ModuleList(DegreeLinear(channels, channels, max_l) for _ in orders)
        self.couplings = nn.ModuleList(Coupling(channels, max_l) for _ in orders)
        n_invariants = correlation * channels * (max_l + 1)
        self.norms = nn.ModuleList([nn.LayerNorm(width), nn.LayerNorm(n_invariants)])
        self.update = nn.Sequential(
            nn.Linear(width + n_invariants, 2 * width),
            nn.SiLU(),
            nn.Dropout(dropout),
            nn.Linear(2 * width, width),
        )

    def forward(self, atoms, edges):
        """Map atoms (n_atoms, width) to the same, given their `Edges`."""
        parts = [invariants(x, self.max_l) for x in self.orders(atoms, edges)]
        both = self.norms[0](atoms), self.norms[1](torch.cat(parts, 1))
        return atoms + self.update(torch.cat(both, 1))

    def atomic_basis(self, atoms, edges):
        """Return A, of shape (n_atoms, channels, (max_l + 1)^2)."""
        sent = self.send(atoms)[edges.neighbour]
        radial = self.radial(edges.radial).view(-1, self.channels, self.max_l + 1)
        parts = (radial * (sent * edges.weight)[..., None]).float()[..., self.degree]
        terms = parts * edges.harmonics[:, None]
        basis = terms.new_zeros(len(atoms), *terms.shape[1:])
        return basis.index_add(0, edges.atom, terms) / USUAL_SUM

    def orders(self, atoms, edges):
        """Return A and its coupled products, one for each correlation order."""
        basis = tamed(self.atomic_basis(atoms, edges), self.degree)
        found = [basis]
        for mix, couple in zip(self.mixes, self.couplings, strict=True):
            found.append(tamed(couple(mix(found[-1]), basis), self.degree))
        return found


class Edges(nn.Module):
    """What the layers read of pairs of neighbours, in single precision whatever the rest runs in.

    Parameters
    ----------
    max_l, n_radial, cutoff : int, int, float
        As in `EquivariantTower`.
    """

    def __init__(self, max_l, n_radial, cutoff):
        super().__init__()
        self.max_l = max_l
        self.basis = RadialBasis(n_radial, cutoff)

    def forward(self, ends, vectors, weights):
        """Return an object with ``atom``, ``neighbour``, ``weight``, ``radial``, ``harmonics``."""
        with torch.autocast(vectors.device.type, enabled=False):
            distance = vectors.norm(dim=1).clamp_min(CLOSEST)
            return EdgeFeatures(
                *ends.unbind(1),
                weights[:, None],
                self.basis(distance),
                harmonics(vectors, self.max_l),
            )


class EdgeFeatures(NamedTuple):
    """Pairs of neighbours: numbers of both atoms (n,), weights (n, 1), and features (n, ...)."""

    atom: torch.Tensor
    neighbour: torch.Tensor
    weight: torch.Tensor
    radial: torch.Tensor
    harmonics: torch.Tensor
