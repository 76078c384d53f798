"""What becomes of crystals and patterns from which parts are taken."""

import numpy as np
import pytest

from xrdmatch import DiffractionSimulator
from xrdmatch.inspection import attention_maps
from xrdmatch.inspection._interventions import PatternParts, StructureParts, chosen_parts

SINGLE = 1e-5


@pytest.fixture(scope="module")
def patterns(layers):
    return DiffractionSimulator(hk_max=2).transform(layers)


@pytest.fixture
def spots(retrievers, patterns):
    return PatternParts(attention_maps(retrievers["structure_factor"], patterns))


@pytest.fixture
def sites(retrievers, layers):
    return StructureParts(attention_maps(retrievers["sequence"], layers))


@pytest.fixture
def pair(retrievers, boron_nitride):
    return StructureParts(attention_maps(retrievers["sequence"], [boron_nitride]))


@pytest.fixture
def rng():
    return np.random.RandomState(0)


@pytest.mark.parametrize("name", ["structure_factor", "sequence"])
def test_whole_items_are_embedded_as_before(retrievers, name, layers, patterns):
    learned = retrievers[name]
    parts = PatternParts(attention_maps(learned, patterns))
    again = learned.encode_patterns([parts.whole(i) for i in range(len(patterns))])
    np.testing.assert_allclose(again, learned.encode_patterns(patterns), atol=SINGLE)


def test_whole_crystals_are_embedded_as_before(retrievers, sites, layers):
    learned = retrievers["sequence"]
    again = learned.encode_structures([sites.whole(i) for i in range(len(layers))])
    np.testing.assert_allclose(again, learned.encode_structures(layers), atol=SINGLE)


def test_deleted_spots_are_gone_and_the_others_stay(spots, rng):
    left = spots.delete(2, np.array([0, 5]), rng)
    kept = [i for i in range(12) if i not in (0, 5)]
    np.testing.assert_array_equal(left.q, spots.q[2][kept])
    np.testing.assert_array_equal(left.intensity, spots.intensity[2][kept])


def test_permuted_spots_take_intensities_of_other_patterns(spots, rng):
    changed = spots.permute(2, np.array([0, 5]), rng)
    np.testing.assert_array_equal(changed.q, spots.q[2])
    same = changed.intensity == spots.intensity[2]
    assert np.flatnonzero(~same).tolist() == [0, 5]
    others = np.concatenate([x for i, x in enumerate(spots.intensity) if i != 2])
    assert np.isin(changed.intensity[[0, 5]], others).all()


def test_deleted_sites_are_gone_and_the_others_stay(sites, rng):
    i = max(range(12), key=lambda j: len(sites.structures[j]))
    before = sites.structures[i]
    left = sites.delete(i, np.array([1]), rng)
    assert list(left) == [site for j, site in enumerate(before) if j != 1]
    assert len(before) == len(left) + 1


def test_permuted_sites_come_from_other_crystals(sites, rng):
    i = max(range(12), key=lambda j: len(sites.structures[j]))
    before, changed = sites.structures[i], sites.permute(i, np.array([0]), rng)
    assert changed.lattice == before.lattice
    assert changed[1:] == before[1:]
    others = [site for j, s in enumerate(sites.structures) if j != i for site in s]
    assert any(
        changed[0].specie == site.specie and np.allclose(changed[0].frac_coords, site.frac_coords)
        for site in others
    )


def test_scores_that_need_no_attention(spots, pair):
    assert set(spots.baselines()) == {"strongest", "innermost"}
    strongest = chosen_parts(spots.baselines()["strongest"][3], 0.01)
    assert spots.intensity[3][strongest] == 1
    innermost = chosen_parts(spots.baselines()["innermost"][3], 0.01)
    length = np.linalg.norm(spots.q[3], axis=1)
    assert length[innermost] == length.min()
    (heaviest,) = pair.baselines().values()
    assert heaviest[0].tolist() == [5, 7]


def test_attention_to_a_site_is_that_to_its_four_numbers(pair):
    received = np.arange(16.0)
    assert pair.part_attention(0, received).tolist() == [7 + 8 + 9 + 10, 11 + 12 + 13 + 14]


def test_attention_to_a_mark_is_left_out(retrievers, patterns):
    marked = PatternParts(attention_maps(retrievers["sequence"], patterns))
    assert marked.part_attention(0, np.arange(13.0)).tolist() == list(range(12))


@pytest.mark.parametrize(("fraction", "n"), [(0.01, 1), (0.25, 2), (0.5, 4), (0.99, 7)])
def test_at_least_one_part_is_chosen_and_never_all(fraction, n):
    scores = np.array([0.1, 0.7, 0.2, 0.9, 0.3, 0.5, 0.4, 0.6])
    chosen = chosen_parts(scores, fraction)
    assert chosen.tolist() == [3, 1, 7, 5, 6, 4, 2][:n]
