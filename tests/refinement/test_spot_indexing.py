"""Spots and lattice points find each other, whatever the deformation."""

import numpy as np
import pytest
import torch

from xrdmatch.crystallography import layer_frame, site_table
from xrdmatch.datasets import load_monolayers
from xrdmatch.refinement._spot_indexing import MAX_OFFSET, index_spots
from xrdmatch.refinement._spot_likelihood import POSITION_SIGMA, STRAIN_SIGMA
from xrdmatch.simulation import half_plane, perturb_layers

HK = torch.as_tensor(half_plane(6), dtype=torch.float32)
ROUNDING = 1e-4  # [1/Å] and relative: single precision, of sums over 84 spots
ANY_STRAIN = 1e6  # standard deviation of a prior that says nothing


@pytest.fixture(scope="module")
def lattices():
    """In-plane rows of well-known layers, (n, 2, 2) [Å]."""
    framed = layer_frame(site_table(load_monolayers()))
    return torch.as_tensor(framed.lattice[:, :2, :2], dtype=torch.float32)


def reciprocal(lattices):
    return torch.linalg.inv(lattices).transpose(-1, -2)


def deformed(lattices, strain):
    """Deformations I + N(0, strain), (n, 2, 2), and the positions of spots then, (n, 84, 2)."""
    noise = np.random.default_rng(0).standard_normal(lattices.shape)
    deformation = torch.eye(2) + strain * torch.as_tensor(noise, dtype=torch.float32)
    return deformation, HK @ reciprocal(lattices @ deformation)


def indexed(q, lattices, present=None, strain_sigma=STRAIN_SIGMA):
    """Each pattern on its own lattice."""
    present = torch.ones(q.shape[:2], dtype=bool) if present is None else present
    return index_spots(q, present, reciprocal(lattices)[:, None], POSITION_SIGMA, strain_sigma)


@pytest.mark.parametrize("strain", [0.0, 0.01, 0.03])
def test_undisturbed_positions_tell_the_deformation(lattices, strain):
    """L becomes L D; at 0.03, one component in a hundred is beyond 7 per cent."""
    deformation, q = deformed(lattices, strain)
    found = indexed(q, lattices, strain_sigma=ANY_STRAIN)
    assert torch.equal(found.hk[:, 0], HK.long().expand(len(q), -1, -1))
    torch.testing.assert_close(found.deformation[:, 0], deformation, atol=ROUNDING, rtol=0)
    assert found.gap.max() < ROUNDING


def test_the_prior_costs_little(lattices):
    """84 spots outweigh it: what it takes off a deformation is below a fiftieth of that."""
    deformation, q = deformed(lattices, 0.02)
    found = indexed(q, lattices)
    largest = (deformation - torch.eye(2)).abs().amax((1, 2))
    missed = (found.deformation[:, 0] - deformation).abs().amax((1, 2))
    assert (missed < largest / 50 + ROUNDING).all()
    assert found.gap.max() < POSITION_SIGMA


def test_the_deformation_acts_on_row_vectors(lattices):
    """A shear that turns b and leaves a: rows times D, not D times columns."""
    shear = torch.tensor([[1.0, 0.0], [0.04, 1.0]])
    lattice = torch.tensor([[[3.0, 0.0], [0.0, 4.0]]])
    sheared = torch.tensor([[[3.0, 0.0], [0.16, 4.0]]])
    torch.testing.assert_close(lattice @ shear, sheared)
    found = indexed(HK @ reciprocal(sheared), lattice, strain_sigma=ANY_STRAIN)
    torch.testing.assert_close(found.deformation[0, 0], shear, atol=ROUNDING, rtol=0)


def test_perturbed_layers_get_their_true_indices(lattices):
    framed = layer_frame(site_table(load_monolayers()))
    for severity in (1.0, 2.0):
        moved = perturb_layers(framed, severity, np.random.RandomState(0)).lattice[:, :2, :2]
        q = HK @ reciprocal(torch.as_tensor(moved, dtype=torch.float32))
        assert torch.equal(indexed(q, lattices).hk[:, 0], HK.long().expand(len(q), -1, -1))


def test_order_and_friedel_mates(lattices):
    """Spots may come in any order and from either half."""
    _, q = deformed(lattices, 0.01)
    rng = np.random.default_rng(0)
    order = torch.as_tensor(rng.permutation(84))
    sign = torch.as_tensor(rng.choice([-1, 1], 84))[:, None]
    plain, mixed = indexed(q, lattices), indexed((q * sign)[:, order], lattices)
    assert torch.equal(mixed.hk, (plain.hk * sign)[:, :, order])
    torch.testing.assert_close(mixed.deformation, plain.deformation, atol=ROUNDING, rtol=0)


def test_padding_does_not_matter(lattices):
    _, q = deformed(lattices, 0.02)
    padded = torch.nn.functional.pad(q, (0, 0, 0, 5), value=0.37)
    present = torch.ones(padded.shape[:2], dtype=bool)
    present[:, 84:] = False
    plain, other = indexed(q, lattices), indexed(padded, lattices, present)
    assert torch.equal(other.hk[:, :, :84], plain.hk)
    torch.testing.assert_close(other.gap[:, :, :84], plain.gap, atol=ROUNDING, rtol=0)
    torch.testing.assert_close(other.deformation, plain.deformation, atol=ROUNDING, rtol=0)


def test_strangers_do_not_drag_the_lattice(lattices):
    """A spot in the middle between lattice points takes no part in the fit."""
    _, q = deformed(lattices, 0.02)
    between = (HK[:1] + 0.5) @ reciprocal(lattices)
    plain, other = (indexed(x, lattices) for x in (q, torch.cat([q, between], dim=1)))
    torch.testing.assert_close(other.deformation, plain.deformation, atol=ROUNDING, rtol=0)
    offset = other.gap[:, 0, -1] / torch.linalg.svdvals(reciprocal(lattices))[:, 1]
    assert (offset > MAX_OFFSET).all()


def test_candidates_do_not_see_each_other(lattices):
    _, q = deformed(lattices[:3], 0.01)
    present = torch.ones(q.shape[:2], dtype=bool)
    others = reciprocal(lattices[:5]).expand(3, -1, -1, -1)
    together = index_spots(q, present, others, POSITION_SIGMA, STRAIN_SIGMA)
    assert together.hk.shape == (3, 5, 84, 2)
    assert together.gap.shape == (3, 5, 84)
    assert together.deformation.shape == (3, 5, 2, 2)
    for i in range(5):
        alone = index_spots(q, present, others[:, i : i + 1], POSITION_SIGMA, STRAIN_SIGMA)
        assert torch.equal(alone.hk[:, 0], together.hk[:, i])
