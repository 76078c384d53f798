"""Attention maps against a plain recomputation, and what must not change them."""

import math

import numpy as np
import pytest
import torch
from pymatgen.core import Lattice, Structure
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from xrdmatch import (
    ContrastiveStructureRetriever,
    CrystalTokenizer,
    DiffractionPattern,
    DiffractionSimulator,
    PatternMatcher,
    PhysicsReranker,
)
from xrdmatch.crystallography import Scan
from xrdmatch.inspection import attention_maps, received_attention
from xrdmatch.simulation import PowderProfile, perturb_patterns

SINGLE = 1e-5  # single precision, and other batches add in another order
POWDER = DiffractionSimulator("powder", "CuKa")
TOWERS = ("structure_factor", "sequence")


@pytest.fixture(scope="module")
def patterns(layers):
    return DiffractionSimulator(hk_max=2).transform(layers)


def tokens_and_mask(retriever, side, X):
    """What a tower's transformer is given for one item, by the towers' own first step."""
    towers = retriever.net_.module_.towers
    if side == "pattern":
        points = retriever.pattern_inputs(X)["points"]
        return towers.pattern_tokens(points)
    if retriever.structure_encoder == "sequence":
        return towers.structure_tokens(retriever.structure_inputs(X)["tokens"])
    framed = CrystalTokenizer(vacuum=40.0).fit_transform(X)
    (layer,) = CrystalTokenizer().inverse_transform(framed)
    lattice = torch.tensor(layer.lattice.matrix[None]).float()
    coords = torch.tensor(layer.frac_coords[None]).float()
    return towers.structure_tokens(lattice, coords, torch.tensor([layer.atomic_numbers]))


def naive_maps(stack, x, visible):
    """Each layer's and head's weights, one row after the other; (n_layers, n_heads, T, T)."""
    maps = []
    for layer in stack.layers:
        attention, (n, width) = layer.attention, x.shape
        d = width // attention.n_heads
        query, key, value = attention.project_in(layer.attention_norm(x)).split(width, 1)
        mixed, heads = torch.zeros_like(x), []
        for head in range(attention.n_heads):
            part = slice(head * d, (head + 1) * d)
            weights = torch.zeros(n, n)
            for i in range(n):
                scores = [math.exp(query[i, part] @ key[j, part] / math.sqrt(d)) for j in range(n)]
                seen = torch.tensor(scores) * visible[i]
                weights[i] = seen / seen.sum()
            mixed[:, part] = weights @ value[:, part]
            heads.append(weights)
        maps.append(torch.stack(heads))
        x = x + attention.project_out(mixed)
        x = x + layer.feed_forward(x)
    return torch.stack(maps)


def stack_of(retriever, side):
    towers = retriever.net_.module_.towers
    return getattr(towers, "transformer", None) or getattr(towers, f"{side}_transformer")


@pytest.fixture(params=["structure", "pattern"])
def side(request):
    return request.param


@pytest.fixture
def items(side, layers, patterns):
    """Items with different numbers of sites or spots."""
    if side == "structure":
        return layers
    return [DiffractionPattern(p.q[: 4 + i], p.intensity[: 4 + i]) for i, p in enumerate(patterns)]


@pytest.fixture(params=TOWERS)
def learned(request, retrievers):
    return retrievers[request.param]


def test_maps_are_those_of_a_plain_recomputation(learned, side, items):
    maps = attention_maps(learned, items)
    for i in (0, 7):
        with torch.inference_mode():
            x, mask = tokens_and_mask(learned, side, items[i : i + 1])
            present = mask[0].reshape(-1, x.shape[1])[-1]  # the end mark sees all that is there
            visible = mask[0].reshape(-1, x.shape[1]).expand(x.shape[1], -1)[present][:, present]
            expected = naive_maps(stack_of(learned, side), x[0, present], visible)
        np.testing.assert_allclose(maps.attention[i], expected.numpy(), atol=SINGLE)


def test_rows_sum_to_one_and_every_token_has_a_name(learned, side, items):
    maps = attention_maps(learned, items)
    assert maps.side == side
    for attention, tokens in zip(maps.attention, maps.tokens, strict=True):
        assert attention.shape == (2, 2, len(tokens), len(tokens))
        assert len(set(tokens)) == len(tokens)
        np.testing.assert_allclose(attention.sum(-1), 1, atol=SINGLE)


def test_neither_company_nor_padding_matters(learned, side, items):
    together = attention_maps(learned, items)
    for i in (0, 5, 11):
        alone = attention_maps(learned, items[i : i + 1])
        assert alone.tokens[0] == together.tokens[i]
        np.testing.assert_allclose(alone.attention[0], together.attention[i], atol=SINGLE)


def test_more_room_for_sites_does_not_matter(retrievers, layers):
    few, many = (CrystalTokenizer(n, vacuum=40.0).transform(layers[:3]) for n in (8, 43))
    for learned in retrievers.values():
        first, second = attention_maps(learned, few), attention_maps(learned, many)
        for a, b in zip(first.attention, second.attention, strict=True):
            np.testing.assert_allclose(a, b, atol=SINGLE)


def test_more_items_than_a_chunk(retrievers, patterns):
    maps = attention_maps(retrievers["structure_factor"], patterns * 6)
    np.testing.assert_allclose(maps.attention[3], maps.attention[3 + 60], atol=SINGLE)
    assert len(maps.attention) == len(maps.tokens) == 72


def test_names_of_a_sequence(retrievers, layers):
    tokens = CrystalTokenizer(vacuum=40.0).transform(layers)
    maps = attention_maps(retrievers["sequence"], layers)
    for row, names, site, layer, read_out in zip(
        tokens, maps.tokens, maps.site, maps.structure, maps.read_out, strict=True
    ):
        assert names[:7] == ["start", "a", "b", "c", "alpha", "beta", "gamma"]
        assert names[-1] == "end"
        assert read_out.tolist() == [0, len(names) - 1]
        assert site.tolist() == [-1] * 7 + [i for i in range(len(layer)) for _ in range(4)] + [-1]
        values = dict(zip(names, row, strict=False))
        assert values["end"] == -2
        for i, atom in enumerate(layer, start=1):
            assert values[f"{atom.specie.symbol}{i}"] == atom.specie.Z
            assert values[f"x{i}"] == pytest.approx(atom.frac_coords[0] % 1, abs=1e-5)


def test_names_follow_the_layout(retrievers, boron_nitride):
    tokens = CrystalTokenizer(layout="elements_last", vacuum=40.0).transform([boron_nitride])
    maps = attention_maps(retrievers["sequence"], tokens)
    assert maps.tokens[0][7:] == ["x1", "y1", "z1", "x2", "y2", "z2", "B1", "N2", "end"]
    assert maps.site[0][7:].tolist() == [0, 0, 0, 1, 1, 1, 0, 1, -1]


def test_the_start_mark_looks_at_the_lattice_only(retrievers, layers):
    for attention in attention_maps(retrievers["sequence"], layers).attention:
        assert (attention[:, :, 0, 7:] == 0).all()
        assert (attention[:, :, 0, :7] > 0).all()


def test_spots_have_their_indices_where_those_are_known(learned, patterns):
    maps = attention_maps(learned, patterns)
    for tokens, q, pattern in zip(maps.tokens, maps.q, patterns, strict=True):
        known = {f"{h} {k}": place for (h, k, _), place in zip(pattern.hkl, pattern.q, strict=True)}
        for name, place in zip(tokens, q, strict=True):
            if name != "end":
                np.testing.assert_allclose(place, known[name], atol=1e-6)


def test_spots_are_named_by_their_place_where_not(learned, layers):
    maps = attention_maps(learned, perturb_patterns(layers[:1], random_state=0))
    x, y = maps.q[0][0]
    assert maps.tokens[0][0] == f"({x:.2f}, {y:.2f})"
    assert maps.q_length[0][0] == pytest.approx(math.hypot(x, y))


def test_the_end_mark_of_a_pattern_is_read_out(retrievers, patterns):
    maps = attention_maps(retrievers["sequence"], patterns[:1])
    n = len(maps.tokens[0]) - 1
    assert maps.tokens[0][n] == "end"
    assert maps.read_out[0].tolist() == [n]
    assert np.isnan(maps.q[0][n]).all()
    assert np.isnan(maps.intensity[0][n])


def test_a_structure_enters_the_default_towers_as_its_spots(retrievers, layers):
    """Of perfect crystals, which a pattern's spots come from, in any order."""
    half = DiffractionSimulator(hk_max=2, friedel_half=True).transform(layers)
    maps = attention_maps(retrievers["structure_factor"], layers)
    for tokens, q, read_out, pattern in zip(maps.tokens, maps.q, maps.read_out, half, strict=True):
        assert tokens == [f"{h} {k}" for h, k, _ in pattern.hkl]
        np.testing.assert_allclose(q, pattern.q, atol=SINGLE)
        assert read_out.tolist() == list(range(len(tokens)))


def test_spots_beyond_the_reach_are_no_tokens(layers, patterns):
    simulator = DiffractionSimulator(hk_max=2, q_max=0.6)
    tiny = ContrastiveStructureRetriever(
        n_layers=1, n_heads=2, embedding_dim=16, max_epochs=1, simulator=simulator
    ).fit(layers)
    maps = attention_maps(tiny, layers)
    assert all((length <= 0.6 + SINGLE).all() for length in maps.q_length)
    assert len({len(tokens) for tokens in maps.tokens}) > 1
    assert all(np.allclose(a.sum(-1), 1, atol=SINGLE) for a in maps.attention)


def test_the_retriever_is_found_in_whatever_holds_it(retrievers, layers, patterns):
    inner = retrievers["structure_factor"]
    expected = attention_maps(inner, patterns[:2]).attention
    pipeline = make_pipeline(CrystalTokenizer(vacuum=40.0), inner)
    for holder in (pipeline, PhysicsReranker(inner), PhysicsReranker(inner).set_gallery(layers)):
        found = attention_maps(holder, patterns[:2]).attention
        np.testing.assert_array_equal(found, expected)
    found = attention_maps(pipeline, layers[:2]).attention
    np.testing.assert_allclose(found, attention_maps(inner, layers[:2]).attention, atol=SINGLE)


def test_a_single_pattern_is_a_list_of_one(retrievers, patterns):
    inner = retrievers["structure_factor"]
    spots = np.column_stack([patterns[0].q, patterns[0].intensity])
    for one in (patterns[0], spots):
        maps = attention_maps(inner, one)
        np.testing.assert_allclose(
            maps.attention[0], attention_maps(inner, patterns[:1]).attention[0], atol=SINGLE
        )


@pytest.fixture(scope="module")
def salts():
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    return [
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), ["Na", "Cl"], sites)
        for a in np.linspace(4, 7, 6)
    ]


@pytest.fixture(scope="module")
def powder_retriever(salts):
    size = {"n_layers": 2, "n_heads": 2, "embedding_dim": 16, "max_epochs": 1, "random_state": 0}
    return ContrastiveStructureRetriever(simulator=POWDER, **size).fit(salts)


@pytest.fixture(scope="module")
def scans(salts):
    profile = PowderProfile(np.arange(10, 120, 0.03), background=0.02)
    return DiffractionSimulator("powder", "CuKa", profile=profile).transform(salts)


def test_tokens_of_scans_are_their_peaks(powder_retriever, salts, scans):
    maps = attention_maps(powder_retriever, scans)
    assert maps.side == "pattern"
    for i, salt in enumerate(salts):
        n = len(maps.tokens[i])
        assert maps.attention[i].shape == (2, 2, n, n)
        np.testing.assert_allclose(maps.attention[i].sum(-1), 1, atol=SINGLE)
        orders = np.rint((maps.q_length[i] * salt.lattice.a) ** 2)
        assert set(orders) <= {3, 4, 8, 11, 12, 16, 19, 20, 24, 27, 32, 35, 36, 40, 43, 44}
        assert maps.tokens[i] == [f"{q:.4f}" for q in maps.q[i][:, 0]]
        assert len(set(maps.tokens[i])) == n
        assert maps.intensity[i][0] == 1
        assert (np.diff(maps.intensity[i]) <= 0).all()
        assert maps.read_out[i].tolist() == list(range(n))


def test_powder_maps_are_those_of_a_plain_recomputation(powder_retriever, salts, scans):
    tower = powder_retriever.net_.module_.towers
    for X, read, tokens in (
        (scans, powder_retriever.pattern_inputs, tower.pattern_tokens),
        (salts, powder_retriever.structure_inputs, tower.structure_tokens),
    ):
        maps = attention_maps(powder_retriever, X)
        with torch.inference_mode():
            x, mask = tokens(**read(X[2:3]))
            seen = mask[0]
            visible = seen.expand(x.shape[1], -1)[seen][:, seen]
            expected = naive_maps(tower.transformer, x[0, seen], visible)
        np.testing.assert_allclose(maps.attention[2], expected.numpy(), atol=SINGLE)


def test_peaks_have_their_indices_where_those_are_known(powder_retriever, salts):
    maps = attention_maps(powder_retriever, POWDER.transform(salts))
    for tokens, lengths, salt in zip(maps.tokens, maps.q_length, salts, strict=True):
        hkl = np.array([name.split() for name in tokens], int)
        np.testing.assert_allclose(np.linalg.norm(hkl, axis=1) / salt.lattice.a, lengths, rtol=1e-5)


@pytest.mark.filterwarnings("ignore:Pattern 0 enters without peaks")
def test_a_scan_without_peaks_has_one_token(powder_retriever):
    empty = Scan(np.arange(10, 80, 0.02), np.full(3500, 100.0), radiation="CuKa")
    maps = attention_maps(powder_retriever, empty)
    assert maps.tokens == [["no peak"]]
    assert np.isnan(maps.q_length[0]).all()
    np.testing.assert_allclose(maps.attention[0], 1.0, atol=SINGLE)


def test_whatever_a_query_may_be_is_looked_at(powder_retriever, retrievers, scans, patterns):
    maps = attention_maps(powder_retriever, scans[:3])
    for X in (scans[2], [(scans[0], scans[1]), scans[2]], [(*scans[:3],)]):
        found = attention_maps(powder_retriever, X)
        assert found.tokens == maps.tokens[-len(found.tokens) :]
    learned = retrievers["structure_factor"]
    spots = np.stack([np.c_[p.q, p.intensity] for p in patterns[:2]])
    expected = attention_maps(learned, [(patterns[0], patterns[1])])
    for X in (spots, list(spots), (patterns[0], patterns[1])):
        for a, b in zip(attention_maps(learned, X).attention, expected.attention, strict=True):
            np.testing.assert_allclose(a, b, atol=SINGLE)


def test_each_side_of_two_towers_is_found(layers, patterns):
    mixed = ContrastiveStructureRetriever(
        "sequence", pattern_encoder="spots", n_layers=1, n_heads=2, embedding_dim=16, max_epochs=1
    ).fit(layers, patterns)
    assert attention_maps(mixed, layers[:1]).tokens[0][0] == "start"
    assert attention_maps(mixed, patterns[:1]).read_out[0].tolist() == list(range(12))


def test_what_learns_nothing_has_no_attention(layers, patterns):
    with pytest.raises(TypeError, match="a search or a wrapper, got PatternMatcher; load_pre"):
        attention_maps(PatternMatcher().fit(layers), patterns)
    with pytest.raises(NotFittedError):
        attention_maps(ContrastiveStructureRetriever(), patterns)


def test_towers_of_another_kind_are_named(retrievers, patterns, monkeypatch):
    parts = retrievers["sequence"].net_.module_._modules
    monkeypatch.setitem(parts, "towers", torch.nn.Identity())
    with pytest.raises(TypeError, match="'structure_factor' and 'sequence', got Identity; look"):
        attention_maps(retrievers["sequence"], patterns)


@pytest.mark.parametrize("reduction", ["mean", "last", "rollout"])
def test_received_attention_is_a_share(learned, side, items, reduction):
    maps = attention_maps(learned, items)
    for attention, read_out in zip(maps.attention, maps.read_out, strict=True):
        received = received_attention(attention, read_out, reduction)
        assert (received >= 0).all()
        assert received.sum() == pytest.approx(1, abs=1e-4)


def test_reductions_by_hand():
    first, second = np.eye(2), np.array([[0.0, 1.0], [0.0, 1.0]])
    maps = np.stack([first, second])[:, None]
    assert received_attention(maps, [0], "mean").tolist() == [0.5, 0.5]
    assert received_attention(maps, [0], "last").tolist() == [0.0, 1.0]
    # the first layer moves nothing; half of the first token passes by the second
    assert received_attention(maps, [0], "rollout").tolist() == [0.5, 0.5]
    twice = np.stack([second, second])[:, None]
    assert received_attention(twice, [0], "rollout").tolist() == [0.25, 0.75]


def test_rollout_goes_through_the_layers_in_their_order():
    """Token 0 takes from 1 in the last layer, 1 from 2 in the first: 0 reaches 2 that way only."""
    first, last = np.eye(3), np.eye(3)
    first[1], last[0] = [0, 0, 1], [0, 1, 0]
    maps = np.stack([first, last])[:, None]
    assert received_attention(maps, [0], "rollout").tolist() == [0.5, 0.25, 0.25]
    assert received_attention(maps[::-1], [0], "rollout").tolist() == [0.5, 0.5, 0.0]


def test_unknown_reductions_are_refused():
    with pytest.raises(ValueError, match="one of 'mean', 'last', 'rollout', got 'sum'; pick one"):
        received_attention(np.ones((1, 1, 1, 1)), [0], "sum")
