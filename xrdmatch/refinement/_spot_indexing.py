"""Indexing of a query's spots on a candidate's lattice."""

from typing import NamedTuple

import torch

REACHES = (2, 4, None)  # largest index that takes part in each round of the fit; None: any
MAX_OFFSET = 0.35  # of a lattice step: spots farther from a lattice point take no part


class Indexing(NamedTuple):
    """How Q queries of n spots lie on the lattices of C candidates each."""

    hk: torch.Tensor  # (Q, C, n, 2) of int
    gap: torch.Tensor  # distance of each spot from its lattice point, (Q, C, n) [1/Å]
    deformation: torch.Tensor  # of the candidate's cell, row vectors: L D, (Q, C, 2, 2)


def index_spots(q, present, reciprocal, position_sigma, strain_sigma):
    """Pair spots with lattice points, the in-plane deformation being fitted on the way.

    The candidate's reciprocal rows B become B G. Starting from the spots of low index, which a
    deformation cannot move to a wrong lattice point, G is the ridge regression of q on hk B: the
    most probable one under Gaussian errors of the positions and a Gaussian prior of G - 1.

    Parameters
    ----------
    q : Tensor of shape (Q, n, 2)
        Scattering vectors [1/Å], finite everywhere.
    present : Tensor of bool, shape (Q, n)
        False where padded.
    reciprocal : Tensor of shape (Q, C, 2, 2)
        Rows a*, b* of the candidates [1/Å].
    position_sigma : float
        Error of a position [1/Å].
    strain_sigma : float
        Prior standard deviation of the components of G - 1.

    Returns
    -------
    Indexing
        Indices, distances and deformations.
    """
    q, present = q[:, None], present[:, None]
    change = torch.eye(2).expand_as(reciprocal)
    ridge = (position_sigma / strain_sigma) ** 2
    for reach in REACHES:
        hk, offset = _nearest(q, reciprocal @ change)
        near = present & (offset.abs().amax(-1) < MAX_OFFSET)
        if reach is not None:
            near = near & (hk.abs().amax(-1) <= reach)
        change = _regression(hk @ reciprocal, q, near, ridge)
    hk, offset = _nearest(q, reciprocal @ change)
    gap = (offset @ (reciprocal @ change)).norm(dim=-1)
    return Indexing(hk.long(), gap, torch.linalg.inv(change).transpose(-1, -2))


def _nearest(q, reciprocal):
    """Nearest lattice point of every spot and the offset from it in lattice steps."""
    coordinates = q @ torch.linalg.inv(reciprocal)  # (Q, C, n, 2)
    hk = coordinates.round()
    return hk, coordinates - hk


def _regression(ideal, q, near, ridge):
    """G of q = ideal G, from the spots that are near a lattice point."""
    used = ideal * near[..., None]
    normal = used.transpose(-1, -2) @ ideal + ridge * torch.eye(2)
    return torch.eye(2) + torch.linalg.solve(normal, used.transpose(-1, -2) @ (q - ideal))
