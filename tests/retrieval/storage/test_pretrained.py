"""Saved retrievers: they come back as they were, damaged files are named, shipped ones work."""

import copy
import json
import pickle

import numpy as np
import pytest
import torch
from pymatgen.core import Lattice, Structure
from safetensors.torch import load, save
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from xrdmatch import (
    CrystalTokenizer,
    DiffractionSimulator,
    PatternMatcher,
    PatternPointCloud,
    PhysicsReranker,
)
from xrdmatch.datasets import load_monolayers
from xrdmatch.retrieval import PRETRAINED, load_pretrained, save_pretrained
from xrdmatch.retrieval._storage.pretrained import SHIPPED
from xrdmatch.simulation import Perturbation, Strain, perturb_patterns

SAME = 1e-6  # the same weights, the same arithmetic
HALF = 5e-3  # half precision keeps 11 bits of a weight; several layers add up
CRYSTALS = [  # lengths of cells [Å]
    ("bcc", ["Fe"], 2.87),
    ("bcc", ["W"], 3.16),
    ("bcc", ["Nb"], 3.30),
    ("bcc", ["Cr"], 2.88),
    ("fcc", ["Cu"], 3.61),
    ("fcc", ["Al"], 4.05),
    ("fcc", ["Au"], 4.08),
    ("fcc", ["Pb"], 4.95),
    ("diamond", ["Si"], 5.43),
    ("diamond", ["Ge"], 5.66),
    ("rocksalt", ["Na", "Cl"], 5.64),
    ("rocksalt", ["K", "Cl"], 6.29),
    ("rocksalt", ["Mg", "O"], 4.21),
    ("rocksalt", ["Li", "F"], 4.03),
    ("fluorite", ["Ca", "F"], 5.46),
    ("cscl", ["Cs", "Cl"], 4.12),
]
POWDERS = [name for name in PRETRAINED if name.startswith("powder")]
LAYERS = [name for name in PRETRAINED if name not in POWDERS]
LARGEST = 20e6  # bytes of all that is shipped


@pytest.fixture
def saved(learned, tmp_path):
    """A fitted retriever, and where it was saved."""
    save_pretrained(learned, tmp_path / "tiny", about={"learned from": 40})
    return learned, tmp_path / "tiny"


@pytest.fixture
def files(saved):
    """Path of a saved retriever, of its card and of its weights."""
    _, path = saved
    return path, path.with_suffix(".json"), path.with_suffix(".safetensors")


def assert_same_embeddings(first, second, layers, patterns, atol=SAME):
    for encode, items in (("encode_structures", layers), ("encode_patterns", patterns)):
        a, b = (getattr(retriever, encode)(items) for retriever in (first, second))
        np.testing.assert_allclose(a, b, atol=atol)
        np.testing.assert_allclose(np.linalg.norm(b, axis=1), 1.0, atol=1e-5)


def test_embeddings_stay(saved, layers, imperfect):
    retriever, path = saved
    assert_same_embeddings(retriever, load_pretrained(path), layers, imperfect)


def test_half_precision_changes_little_and_halves_the_file(learned, tmp_path, layers, imperfect):
    sizes = {}
    for dtype in ("float32", "float16"):
        save_pretrained(learned, tmp_path / dtype, dtype=dtype)
        loaded = load_pretrained(tmp_path / dtype)
        assert_same_embeddings(learned, loaded, layers, imperfect, atol=HALF)
        assert {x.dtype for x in loaded.net_.module_.parameters()} == {torch.float32}
        learned_bytes = sum(x.numel() for x in loaded.net_.module_.parameters()) * 4
        sizes[dtype] = (tmp_path / f"{dtype}.safetensors").stat().st_size
    assert sizes["float32"] - sizes["float16"] == pytest.approx(learned_bytes / 2, abs=64)


def test_tables_of_physics_keep_their_digits(learned, tmp_path):
    save_pretrained(learned, tmp_path / "half", dtype="float16")
    loaded = load_pretrained(tmp_path / "half").net_.module_
    for name, table in learned.net_.module_.named_buffers():
        assert torch.equal(loaded.get_buffer(name), table)


@pytest.mark.parametrize("ending", ["", ".json", ".safetensors"])
def test_any_of_the_files_names_both(saved, ending):
    _, path = saved
    assert load_pretrained(f"{path}{ending}").get_params() == load_pretrained(path).get_params()


def test_dots_in_a_name_are_part_of_it(learned, tmp_path):
    save_pretrained(learned, tmp_path / "new" / "v1.2")
    names = {file.name for file in (tmp_path / "new").iterdir()}
    assert names == {"v1.2.json", "v1.2.safetensors"}
    load_pretrained(tmp_path / "new" / "v1.2")


def test_parameters_come_back(tiny, layers, tmp_path):
    simulator = DiffractionSimulator(radiation="electron", hk_max=4, b_iso={"Mo": 0.5})
    retriever = tiny(
        simulator=simulator,
        structure_transformer=CrystalTokenizer(30, vacuum=25.0),
        pattern_transformer=PatternPointCloud(max_points=20),
        augmentation=Perturbation(Strain(0.02)),
        net_params={"optimizer__weight_decay": 0.1},
        temperature=0.1,
        score_k=3,
        verbose=0,
        n_jobs=1,
    ).fit(layers)
    save_pretrained(retriever, tmp_path / "own")
    loaded = load_pretrained(tmp_path / "own")
    of_machine = {"device", "n_jobs", "verbose"}
    wanted, found = (
        {k: repr(v) for k, v in each.get_params().items() if k not in of_machine}
        for each in (retriever, loaded)
    )
    assert {k: v for k, v in found.items() if "n_jobs" not in k} == {
        k: v for k, v in wanted.items() if "n_jobs" not in k
    }
    assert loaded.n_jobs is None
    imperfect = perturb_patterns(layers, simulator=simulator, random_state=0)
    assert_same_embeddings(retriever, loaded, layers, imperfect)


def test_card_says_what_it_was_told(files):
    card = json.loads(files[1].read_text())
    assert card["about"] == {"learned from": 40}
    assert card["format"] == 1
    assert "gallery" not in files[1].read_text()


def test_a_gallery_of_ones_own(saved, layers, imperfect):
    retriever, path = saved
    loaded = load_pretrained(path)
    for ask in (loaded.predict, loaded.kneighbors, loaded.add_to_gallery):
        with pytest.raises(NotFittedError, match="has no gallery; call fit, or set_gallery where"):
            ask(imperfect)
    assert loaded.score(layers, imperfect) == retriever.score(layers, imperfect)
    loaded.set_gallery(layers[:30])
    expected = copy.copy(retriever).set_gallery(layers[:30]).predict(imperfect, k=5)
    np.testing.assert_array_equal(loaded.predict(imperfect, k=5), expected)


def test_pickles_and_clones(saved, layers, imperfect):
    loaded = load_pretrained(saved[1]).set_gallery(layers)
    again = pickle.loads(pickle.dumps(loaded))
    np.testing.assert_array_equal(again.predict(imperfect, k=4), loaded.predict(imperfect, k=4))
    fresh = clone(loaded)
    assert fresh.get_params() == loaded.get_params()
    assert not hasattr(fresh, "net_")


def test_saved_again_it_is_the_same(saved, tmp_path):
    save_pretrained(load_pretrained(saved[1]), tmp_path / "again", about={"learned from": 40})
    for ending in (".json", ".safetensors"):
        first, again = (p.with_suffix(ending).read_bytes() for p in (saved[1], tmp_path / "again"))
        assert first == again


def test_learning_goes_on(saved, layers, patterns):
    loaded = load_pretrained(saved[1]).set_params(warm_start=True)
    module = loaded.net_.module_
    start = {name: x.clone() for name, x in module.state_dict().items()}
    loaded.fit(layers, patterns)
    assert loaded.net_.module_ is module
    assert any(not torch.equal(x, start[name]) for name, x in module.state_dict().items())
    other = load_pretrained(saved[1]).set_params(warm_start=True, embedding_dim=32)
    with pytest.raises(ValueError, match="with embedding_dim=16, got 32; set it back"):
        other.fit(layers, patterns)


def test_loading_leaves_torchs_own_chance_alone(saved):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    load_pretrained(saved[1])
    assert torch.equal(torch.rand(3), expected)


def test_the_card_describes_the_towers_that_there_are(learned, tmp_path):
    """Parameters that were changed after the fit do not."""
    changed = copy.copy(learned).set_params(embedding_dim=64, n_heads=8)
    save_pretrained(changed, tmp_path / "tiny")
    assert load_pretrained(tmp_path / "tiny").embedding_dim == 16


def test_unknown_names_list_the_known(monkeypatch):
    monkeypatch.setattr("xrdmatch.retrieval._storage.pretrained.PRETRAINED", ["one", "two"])
    message = (
        "There is no pretrained retriever 'three'; shipped are 'one', 'two', others are named by"
    )
    with pytest.raises(ValueError, match=message):
        load_pretrained("three")


def test_half_a_retriever(files):
    path, _, weights = files
    weights.unlink()
    with pytest.raises(ValueError, match=r"has two files, got none called 'tiny.safetensors'; put"):
        load_pretrained(path)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"format": 1}', '{"parameters": {}}'])
def test_foreign_cards(files, text):
    path, card, _ = files
    card.write_text(text)
    with pytest.raises(
        ValueError, match=r"JSON with a format and parameters, got .*tiny.json; save"
    ):
        load_pretrained(path)


def test_other_bytes_are_no_card(files):
    path, card, _ = files
    card.write_bytes(b"\xff\xfe\x00card")
    with pytest.raises(ValueError, match="A card is JSON with a format and parameters"):
        load_pretrained(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"format": 2},
            r"format 1 are read, got 2 in .*tiny.json, written by xrdmatch [\d.]+; inst",
        ),
        (
            {"parameters": {"n_legs": 2}},
            r"are a retriever's, got others in .* \(.*'n_legs'\); save",
        ),
        ({"parameters": {"n_heads": 3}}, "n_heads must divide embedding_dim, got 3 heads for 160"),
        ({"parameters": {"simulator": {"class": "Popen"}}}, "are xrdmatch's own, got 'Popen'"),
        ({"parameters": {"simulator": {"class": "CrystalTokenizer"}}}, r"retriever's, .*arguments"),
        ({"parameters": {}}, "Weights must be those of the towers that the card describes, got"),
    ],
)
def test_wrong_cards(files, change, message):
    path, card, _ = files
    card.write_text(json.dumps(json.loads(card.read_text()) | change))
    with pytest.raises(ValueError, match=message):
        load_pretrained(path)


def test_damaged_weights(files):
    path, _, weights = files
    content = weights.read_bytes()
    for part in (b"", content[:5], content[:500], content[:-8], b"PK\x03\x04" * 100):
        weights.write_bytes(part)
        with pytest.raises(ValueError, match=rf"safetensors file, got {len(part)} bytes of some"):
            load_pretrained(path)


def test_weights_of_other_towers(files):
    path, _, weights = files
    tensors = load(weights.read_bytes())
    name = sorted(tensors)[0]
    weights.write_bytes(save(tensors | {name: torch.full_like(tensors[name], torch.nan)}))
    with pytest.raises(ValueError, match=f"Weights must be finite, got others in '{name}'"):
        load_pretrained(path)


def test_what_cannot_be_saved(tiny, learned, layers, tmp_path):
    path = tmp_path / "tiny"
    with pytest.raises(TypeError, match="a ContrastiveStructureRetriever, got PatternMatcher; pip"):
        save_pretrained(PatternMatcher().fit(layers), path)
    with pytest.raises(NotFittedError, match="not fitted"):
        save_pretrained(tiny(), path)
    with pytest.raises(ValueError, match="one of 'float32', 'float16', 'int8', got 'int4'"):
        save_pretrained(learned, path, dtype="int4")
    with pytest.raises(
        TypeError, match=r"got RandomState\(.*\) at .* as random_state; set another"
    ):
        save_pretrained(copy.copy(learned).set_params(random_state=np.random.RandomState(0)), path)
    with pytest.raises(TypeError, match=r"as about\['a'\]; set another"):
        save_pretrained(learned, path, about={"a": object()})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("value", "dtype"), [(np.nan, "float32"), (1e6, "float16")])
def test_weights_that_are_not_finite_are_not_saved(learned, tmp_path, value, dtype):
    broken = copy.copy(learned)
    broken.net_ = copy.deepcopy(learned.net_)
    next(iter(broken.net_.module_.parameters())).data.fill_(value)
    with pytest.raises(ValueError, match=r"Weights that are saved are finite.*, got others in"):
        save_pretrained(broken, tmp_path / "tiny", dtype=dtype)
    assert list(tmp_path.iterdir()) == []


def shipped_files():
    return [file for file in SHIPPED.iterdir() if file.is_file()] if SHIPPED.is_dir() else []


def test_what_is_shipped_is_small_and_whole():
    files = shipped_files()
    assert sum(len(file.read_bytes()) for file in files) < LARGEST
    names = {f"{name}{ending}" for name in PRETRAINED for ending in (".json", ".safetensors")}
    assert {file.name for file in files} == names


@pytest.mark.parametrize("name", LAYERS)
def test_shipped_retrievers_work(name, imperfect):
    retriever, layers = load_pretrained(name), load_monolayers()
    for embeddings in (retriever.encode_structures(layers), retriever.encode_patterns(imperfect)):
        np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1.0, atol=1e-5)
    patterns = DiffractionSimulator().transform(layers)
    assert retriever.set_params(score_k=10).score(layers, patterns) > 0.5  # chance: 0.05


@pytest.mark.parametrize("name", PRETRAINED)
def test_shipped_cards_say_what_was_learned_from_and_how_good_it_is(name):
    about = json.loads((SHIPPED / f"{name}.json").read_bytes())["about"]
    assert sum(s["structures"] for s in about["learned_from"]["sources"]) > 1000
    assert all(s["licence"] and s["attribution"] for s in about["learned_from"]["sources"])
    assert all(len(row["top_k"]) == 4 for row in about["benchmark"]["rows"])


def rocksalt(species, a):
    """Make what pymatgen's prototype of that name puts on one site in two."""
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    return Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), species, sites)


@pytest.mark.parametrize("name", POWDERS)
def test_shipped_towers_of_powders_work(name):
    """Clean peaks of metals and salts."""
    pytest.importorskip("e3nn")
    crystals = [
        rocksalt(species, a) if kind == "rocksalt" else Structure.from_prototype(kind, species, a=a)
        for kind, species, a in CRYSTALS
    ]
    retriever = load_pretrained(name)
    patterns = retriever.simulator_.transform(crystals)
    assert retriever.set_params(score_k=3).score(crystals, patterns) > 0.9  # chance: 0.19
    assert PhysicsReranker(retriever.set_gallery(crystals)).predict(patterns[3]) == [3]
    spots = DiffractionSimulator().transform(load_monolayers()[:1])
    with pytest.raises(ValueError, match="powder"):
        retriever.predict(spots)


@pytest.mark.parametrize("name", LAYERS)
def test_shipped_towers_read_x_ray_patterns_only(name, layers, imperfect):
    """They know the scattering of X-rays, and say so where a pattern says it is another's."""
    retriever = load_pretrained(name).set_gallery(layers)
    electrons = DiffractionSimulator(radiation="electron").transform(layers[:2])
    message = (
        r"learned with xray patterns read those only, got one of electron as pattern 1; train "
        r"others with DiffractionSimulator\(radiation='electron'\), or ask a PatternMatcher"
    )
    for ask in (retriever.predict, retriever.encode_patterns, retriever.pattern_inputs):
        with pytest.raises(ValueError, match=message):
            ask([imperfect[0], electrons[1]])
    silent = [np.c_[pattern.q, pattern.intensity] for pattern in electrons]
    assert retriever.predict(silent).shape == (2,)  # what does not say cannot be known


def test_cards_of_before_the_pattern_side_could_be_chosen(saved, files, layers, imperfect):
    retriever, path = saved
    card = json.loads(files[1].read_text())
    del card["parameters"]["pattern_encoder"]
    files[1].write_text(json.dumps(card))
    assert_same_embeddings(retriever, load_pretrained(path), layers, imperfect)
