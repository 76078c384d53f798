"""The default towers: what must not change an embedding, and what must."""

import pytest
import torch

from xrdmatch.encoders import StructureFactorTowers

HK = [(h, k) for h in range(-3, 4) for k in range(-3, 4) if h > 0 or (h == 0 and k > 0)]
AMPLITUDE = [[0.0, 0.0], [4.0, 2.0], [10.0, 6.0], [20.0, 9.0], [30.0, 5.0]]
WIDTH = [[0.0, 0.0], [20.0, 3.0], [15.0, 2.0], [8.0, 1.0], [5.0, 2.0]]
SINGLE = 2e-5  # single precision, in the phases first of all


@pytest.fixture
def towers():
    """Small towers whose structure side has left its start, where its second map is zero."""
    towers = StructureFactorTowers(HK, AMPLITUDE, WIDTH, n_layers=2, n_heads=2, embedding_dim=16)
    torch.nn.init.normal_(towers.structure_map.weight, std=0.3)
    return towers.eval().requires_grad_(False)


@pytest.fixture
def points():
    q = 2 * torch.randn(4, 12, 2)
    return torch.cat([q, -5 * torch.rand(4, 12, 1)], -1)


def assert_same(first, second):
    torch.testing.assert_close(first, second, atol=SINGLE, rtol=0)


def assert_different(first, second):
    assert (first - second).norm(dim=1).min() > 100 * SINGLE


def test_embeddings_are_unit_vectors(towers, points, crystals):
    for embeddings in (towers.encode_patterns(points), towers.encode_structures(**crystals())):
        assert embeddings.shape == (4, 16)
        assert_same(embeddings.norm(dim=1), torch.ones(4))


def test_patterns_are_sets(towers, points):
    assert_same(
        towers.encode_patterns(points[:, torch.randperm(12)]), towers.encode_patterns(points)
    )


def test_either_spot_of_a_friedel_pair_is_exactly_the_same(towers, points):
    signs = torch.where(torch.rand(4, 12, 1) < 0.5, -1.0, 1.0)
    flipped = torch.cat([signs * points[..., :2], points[..., 2:]], -1)
    assert torch.equal(towers.encode_patterns(flipped), towers.encode_patterns(points))


def test_the_unit_of_intensity_does_not_matter(towers, points):
    brighter = points + torch.tensor([0.0, 0.0, 3.0])
    assert_same(towers.encode_patterns(brighter), towers.encode_patterns(points))


def test_padding_of_patterns_does_not_matter(towers, points):
    padded = torch.nn.functional.pad(points, (0, 0, 0, 7), value=torch.nan)
    assert_same(towers.encode_patterns(padded), towers.encode_patterns(points))
    mixed = padded.clone()
    mixed[0, 5:] = torch.nan
    assert_same(towers.encode_patterns(mixed)[:1], towers.encode_patterns(points[:1, :5]))


def test_positions_and_intensities_matter(towers, points):
    embeddings = towers.encode_patterns(points)
    for change in ([1.05, 1.0, 1.0], [1.0, 1.0, 1.5], [-1.0, 1.0, 1.0]):
        assert_different(towers.encode_patterns(points * torch.tensor(change)), embeddings)


def test_origin_does_not_matter(towers, crystals):
    crystal = crystals()
    shifted = {**crystal, "frac_coords": crystal["frac_coords"] + torch.rand(4, 1, 3)}
    assert_same(towers.encode_structures(**shifted), towers.encode_structures(**crystal))


def test_atom_order_does_not_matter(towers, crystals):
    crystal = crystals()
    order = torch.randperm(5)
    mixed = {
        "lattice": crystal["lattice"],
        "frac_coords": crystal["frac_coords"][:, order],
        "numbers": crystal["numbers"][:, order],
    }
    assert_same(towers.encode_structures(**mixed), towers.encode_structures(**crystal))


def test_choice_of_images_does_not_matter(towers, crystals):
    crystal = crystals()
    images = torch.randint(-1, 2, crystal["frac_coords"].shape)
    moved = {**crystal, "frac_coords": crystal["frac_coords"] + images}
    assert_same(towers.encode_structures(**moved), towers.encode_structures(**crystal))


def test_height_and_vacuum_do_not_matter(towers, crystals):
    """The beam sees the projection only."""
    crystal = crystals()
    embeddings = towers.encode_structures(**crystal)
    flat = {**crystal, "frac_coords": crystal["frac_coords"] * torch.tensor([1.0, 1.0, 0.0])}
    thicker = {**crystal, "lattice": crystal["lattice"] * torch.tensor([[1.0], [1.0], [1.7]])}
    for other in (flat, thicker):
        assert_same(towers.encode_structures(**other), embeddings)


def test_padding_of_structures_does_not_matter(towers, crystals):
    crystal = crystals()
    padded = {
        "lattice": crystal["lattice"],
        "frac_coords": torch.nn.functional.pad(crystal["frac_coords"], (0, 0, 0, 3)),
        "numbers": torch.nn.functional.pad(crystal["numbers"], (0, 3)),
    }
    assert_same(towers.encode_structures(**padded), towers.encode_structures(**crystal))


def test_what_matters_in_a_structure(towers, crystals):
    crystal = crystals()
    embeddings = towers.encode_structures(**crystal)
    changes = [
        {"numbers": crystal["numbers"] % 4 + 1},
        {"lattice": crystal["lattice"] * 1.03},
        {"frac_coords": crystal["frac_coords"] + 0.1 * torch.randn(4, 5, 3)},
    ]
    for change in changes:
        assert_different(towers.encode_structures(**{**crystal, **change}), embeddings)


def test_new_towers_read_a_still_crystal_as_its_own_pattern(crystals):
    """At the start both sides go through one map, so without motion nothing tells them apart."""
    towers = StructureFactorTowers(
        HK, AMPLITUDE, WIDTH, displacement=0.0, n_layers=1, n_heads=2, embedding_dim=16
    ).requires_grad_(False)
    crystal = crystals()
    xy = (crystal["frac_coords"] @ crystal["lattice"])[..., :2]
    q = torch.tensor(HK).float() @ torch.linalg.inv(crystal["lattice"])[:, :2, :2].transpose(1, 2)
    quarter = (q.norm(dim=2) ** 2 / 4)[:, None]
    f = sum(
        torch.tensor(AMPLITUDE)[crystal["numbers"], i][..., None]
        * torch.exp(-torch.tensor(WIDTH)[crystal["numbers"], i][..., None] * quarter)
        for i in range(2)
    )
    amplitude = (f * torch.exp(2j * torch.pi * (xy @ q.transpose(1, 2)))).sum(1)
    points = torch.cat([q, (amplitude.abs() ** 2).log()[..., None]], -1)
    structures, patterns = towers.encode_structures(**crystal), towers.encode_patterns(points)
    torch.testing.assert_close(structures, patterns, atol=1e-3, rtol=0)


@pytest.mark.parametrize("q_max", [0.01, 0.7])
def test_spots_beyond_the_patterns_reach_do_not_count(crystals, q_max):
    crystal = crystals()
    towers = StructureFactorTowers(
        HK, AMPLITUDE, WIDTH, q_max=q_max, n_layers=1, n_heads=2, embedding_dim=16
    )
    _, mask = towers.structure_tokens(**crystal)
    reciprocal = torch.linalg.inv(crystal["lattice"][:, :2, :2]).transpose(1, 2)
    length = (torch.tensor(HK).float() @ reciprocal).norm(dim=2)
    first = length.min(1, keepdim=True).values  # the one that is always left
    assert torch.equal(mask, (length <= q_max) | (length == first))


def test_no_patterns_and_no_structures(towers, crystals):
    nothing = {name: x[:0] for name, x in crystals().items()}
    assert towers.encode_patterns(torch.zeros(0, 1, 3)).shape == (0, 16)
    assert towers.encode_structures(**nothing).shape == (0, 16)
