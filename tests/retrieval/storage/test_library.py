"""A library comes back as it was: answers, structures, labels; and says what is wrong with it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from sklearn.pipeline import make_pipeline

from xrdmatch import (
    ContrastiveStructureRetriever,
    CrystalTokenizer,
    DiffractionSimulator,
    PatternMatcher,
    PhysicsReranker,
)
from xrdmatch.retrieval import (
    join_libraries,
    library_card,
    library_remarks,
    load_library,
    save_library,
    verify_library,
)
from xrdmatch.retrieval._storage.checksums import card_digest
from xrdmatch.retrieval._storage.structures import StoredStructures, write_structures


@pytest.fixture
def saved(any_retriever, tmp_path):
    """A retriever, and where it was saved."""
    save_library(any_retriever, tmp_path / "library", about={"of": ["layers", 40]})
    return any_retriever, tmp_path / "library"


def test_answers_come_back(saved, imperfect):
    retriever, path = saved
    loaded = load_library(path)
    assert type(loaded) is type(retriever)
    for mine, theirs in zip(
        loaded.kneighbors(imperfect[:5], 6), retriever.kneighbors(imperfect[:5], 6), strict=True
    ):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-5)
    element = retriever.gallery_[7].elements[0].symbol
    np.testing.assert_array_equal(
        loaded.predict(imperfect[:5], k=3, elements=element),
        retriever.predict(imperfect[:5], k=3, elements=element),
    )


def test_the_folder_is_data(saved):
    _, path = saved
    files = [file for file in path.rglob("*") if file.is_file() and file.name != ".lock"]
    assert {file.suffix for file in files} <= {".json", ".jsonl", ".zz", ".npy", ".safetensors"}
    card = json.loads((path / "library.json").read_text())
    assert card["about"] == {"of": ["layers", 40]}
    assert card["n_structures"] == 40
    for file in path.rglob("*.npy"):
        np.load(file, allow_pickle=False)


def test_a_loaded_library_can_be_saved_and_moved(saved, imperfect, tmp_path):
    retriever, path = saved
    save_library(load_library(path), tmp_path / "again")
    shutil.rmtree(path)
    np.testing.assert_array_equal(
        load_library(tmp_path / "again").predict(imperfect[:5]), retriever.predict(imperfect[:5])
    )


@pytest.mark.parametrize(
    "labels", [["b", "a", "c"], [3, 1, 2], ["a", 1, None], [("a", 1), ("b", 2), ("c", 3)]], ids=str
)
def test_labels_keep_their_types(layers, patterns, tmp_path, labels):
    matcher = PatternMatcher().set_gallery(layers[:3], labels)
    save_library(matcher, tmp_path / "library")
    found = load_library(tmp_path / "library").predict(patterns[:3])
    assert [tuple(x) if isinstance(x, list) else x for x in found] == labels


def test_powders(tmp_path):
    powders = [Structure.from_prototype("bcc", [x], a=a) for x, a in (("Fe", 2.87), ("W", 3.16))]
    simulator = DiffractionSimulator("powder", "CuKa", monochromator=26.6, b_iso={"W": 0.2})
    matcher = PatternMatcher(simulator).fit(powders, labels=["iron", "tungsten"])
    save_library(matcher, tmp_path / "library")
    loaded = load_library(tmp_path / "library")
    assert loaded.simulator.get_params() == simulator.get_params()
    peaks = simulator.transform(powders)
    assert loaded.predict(peaks).tolist() == ["iron", "tungsten"]
    np.testing.assert_array_equal(loaded.kneighbors(peaks, 2)[0], matcher.kneighbors(peaks, 2)[0])


def test_galleries_of_tokens(layers, patterns, tmp_path):
    tokens = CrystalTokenizer().fit_transform(layers)
    save_library(PatternMatcher().set_gallery(tokens), tmp_path / "library")
    loaded = load_library(tmp_path / "library")
    np.testing.assert_array_equal(loaded.gallery_, tokens)
    assert loaded.predict(patterns[3:5]).tolist() == [3, 4]


def test_a_library_grows(layers, patterns, tmp_path):
    save_library(PatternMatcher().set_gallery(layers[:20]), tmp_path / "library")
    loaded = load_library(tmp_path / "library").add_to_gallery(layers[20:])
    assert len(loaded.gallery_) == 40
    assert loaded.predict(patterns[18:22]).tolist() == [18, 19, 20, 21]


def test_parts_joined_are_the_whole(layers, patterns, imperfect, tmp_path):
    names = [f"layer {i}" for i in range(40)]
    for i, part in enumerate((slice(0, 15), slice(15, 16), slice(16, 40))):
        save_library(PatternMatcher().set_gallery(layers[part], names[part]), tmp_path / str(i))
    join_libraries([tmp_path / str(i) for i in range(3)], tmp_path / "whole", about={"n": 3})
    assert library_card(tmp_path / "whole")["about"] == {"n": 3}
    loaded = load_library(tmp_path / "whole")
    assert loaded.classes_.tolist() == names
    assert [s.properties for s in loaded.gallery_] == [s.properties for s in layers]
    at_once = PatternMatcher().set_gallery(layers, names)
    np.testing.assert_array_equal(
        loaded.kneighbors(imperfect, 5)[1], at_once.kneighbors(imperfect, 5)[1]
    )


def test_parts_of_different_retrievers_stay_apart(layers, tmp_path):
    for i, hk_max in enumerate((2, 3)):
        matcher = PatternMatcher(DiffractionSimulator(hk_max=hk_max)).fit(layers[:2])
        save_library(matcher, tmp_path / str(i))
    with pytest.raises(ValueError, match="of retrievers with the same parameters, got others"):
        join_libraries([tmp_path / "0", tmp_path / "1"], tmp_path / "whole")


@pytest.fixture
def odd():
    """Structures that lose something in most formats."""
    mixed = Structure(
        Lattice.from_parameters(3, 4, 5, 70, 80, 95),
        [{"Na+": 0.5, "K+": 0.25}, "Cl-"],
        [[0, 0, 0.1], [0.5, 0.5, 1 / 3]],
        site_properties={"b_iso": [0.5, 1.5]},
    )
    mixed.properties = {"name": "naïve", "gap": np.float32(0.5), "sizes": np.arange(3)}
    return [mixed, Structure.from_prototype("bcc", ["Fe"], a=2.87)]


def test_structures_keep_all_that_is_known(odd, tmp_path):
    write_structures(odd, tmp_path)
    stored = StoredStructures.at(tmp_path, 2)
    first, iron = stored
    assert iron == odd[1]
    assert first.sites == odd[0].sites
    np.testing.assert_array_equal(first.lattice.matrix, odd[0].lattice.matrix)
    assert first.site_properties["b_iso"] == [0.5, 1.5]
    assert first.properties == {"name": "naïve", "gap": 0.5, "sizes": [0, 1, 2]}


def test_stored_structures_are_a_sequence(odd, tmp_path):
    write_structures(odd, tmp_path)
    stored = StoredStructures.at(tmp_path, 2)
    both = stored + stored
    assert len(both) == 4
    assert both[-1] == both[1] == both[np.int64(3)] == odd[1]
    assert [s.formula for s in both[1:3]] == [odd[1].formula, odd[0].formula]
    assert list(stored) == stored[:]
    with pytest.raises(IndexError, match="There are 4 structures, got position 4"):
        both[4]
    with pytest.raises(TypeError):
        stored + odd


def test_structures_are_read_when_asked_for(matcher, patterns, tmp_path, monkeypatch):
    save_library(matcher, tmp_path / "library")
    loaded = load_library(tmp_path / "library")
    read = []
    monkeypatch.setattr(StoredStructures, "_line", lambda self, i: read.append(i))
    assert loaded.predict(patterns[:1]).tolist() == [0]
    assert read == []


def test_encodings_are_mapped(matcher, tmp_path):
    save_library(matcher, tmp_path / "library")
    assert isinstance(load_library(tmp_path / "library").index_.encoded.intensity, np.memmap)


def test_a_library_is_replaced_when_the_new_one_is_whole(matcher, layers, tmp_path, monkeypatch):
    path = tmp_path / "library"
    save_library(matcher, path)
    small = PatternMatcher().set_gallery(layers[:2])
    with monkeypatch.context() as patch:
        patch.setattr(np, "save", lambda *args, **settings: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            save_library(small, path)
    assert len(load_library(path).gallery_) == 40
    save_library(small, path)
    assert len(load_library(path).gallery_) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["library"]


def test_an_empty_folder_is_taken(matcher, tmp_path):
    (tmp_path / "library").mkdir()
    save_library(matcher, tmp_path / "library")
    assert len(load_library(tmp_path / "library").gallery_) == 40


def test_other_folders_are_left_alone(matcher, tmp_path):
    (tmp_path / "thesis.txt").write_text("all of it")
    with pytest.raises(ValueError, match=r"a folder of its own, got .* something else is"):
        save_library(matcher, tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_what_is_no_library(matcher, tmp_path):
    with pytest.raises(ValueError, match=r"There is no library '.*none'; check the path"):
        load_library(tmp_path / "none")
    with pytest.raises(ValueError, match=r"a folder with a library\.json, got .* which has none"):
        load_library(tmp_path)
    save_library(matcher, tmp_path / "library")
    Path(tmp_path, "library", "data-1", "elements.npy").write_bytes(b"")
    with pytest.raises(
        ValueError, match=r"damaged one .*elements\.npy has 0 bytes.* build it anew"
    ):
        load_library(tmp_path / "library")


def change_card(path, old, new):
    """Let a card say something else, with a checksum that is right."""
    card = json.loads((path / "library.json").read_text().replace(old, new))
    card["checksum"] = card_digest(card)
    (path / "library.json").write_text(json.dumps(card))


def test_another_version(matcher, tmp_path):
    save_library(matcher, tmp_path / "library")
    change_card(tmp_path / "library", '"format": 3', '"format": 99')
    with pytest.raises(ValueError, match=r"of format 3 or older are read, got 99 .* build it anew"):
        load_library(tmp_path / "library")


def test_classes_of_others_are_never_built(matcher, tmp_path):
    save_library(matcher, tmp_path / "library")
    change_card(tmp_path / "library", '"SpotLibrary"', '"Popen"')
    with pytest.raises(ValueError, match=r"got a damaged one at .*'Popen'"):
        load_library(tmp_path / "library")


def test_what_cannot_be_saved(matcher, layers, tmp_path):
    with pytest.raises(TypeError, match=r"that of a retriever .* got Pipeline; .* save pipe\[-1\]"):
        save_library(make_pipeline(CrystalTokenizer(), PatternMatcher()), tmp_path / "library")
    with pytest.raises(ValueError, match="has no gallery"):
        save_library(PatternMatcher(), tmp_path / "library")

    class Mine(PatternMatcher):
        pass

    with pytest.raises(TypeError, match=r"A library is that of PatternMatcher, .* got Mine"):
        save_library(Mine().fit(layers[:2]), tmp_path / "library")


def test_a_reranker_goes_on_from_what_it_wraps(fitted_once, tmp_path):
    reranker = PhysicsReranker(fitted_once["structure_factor"], n_candidates=7)
    save_library(reranker, tmp_path / "library")
    loaded = load_library(tmp_path / "library")
    assert loaded.n_candidates == 7
    assert isinstance(loaded.retriever, ContrastiveStructureRetriever)


def as_format(version, folder, structures):
    """Turn a library into what former versions wrote: all files beside the card, none compressed.

    The first held bools for elements, and bare embeddings or moments.
    """
    card = json.loads((folder / "library.json").read_text())
    for file in (folder / card.pop("data")).iterdir():
        file.rename(folder / file.name)
    lines = [json.dumps(s.as_dict(verbosity=0)).encode() + b"\n" for s in structures]
    (folder / "structures.jsonl").write_bytes(b"".join(lines))
    np.save(folder / "offsets.npy", np.cumsum([0, *map(len, lines)]))
    (folder / "labels.json").write_text(json.dumps(np.load(folder / "labels.npy").tolist()))
    for name in ("labels.npy", "structures.jsonl.zz", "structures-blocks.npy"):
        (folder / name).unlink()
    if version == 1:
        bits = np.unpackbits(
            np.load(folder / "elements.npy").view(np.uint8), axis=1, bitorder="little"
        )
        np.save(folder / "elements.npy", bits[:, :119].astype(bool))
        if card["encoded"]["kind"] in ("EmbeddedGallery", "LikelyGallery"):
            (card["encoded"],) = card["encoded"]["fields"].values()
    kept = {name: card[name] for name in card if name not in ("files", "checksum")}
    (folder / "library.json").write_text(json.dumps(kept | {"format": version}))


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("name", ["matcher", "likelihood", "structure_factor"])
def test_libraries_of_former_formats_are_read(fitted_once, imperfect, tmp_path, name, version):
    retriever = fitted_once[name]
    folder = tmp_path / "library"
    save_library(retriever, folder, about={"skipped": [["a.cif", "no cell"]]})
    as_format(version, folder, retriever.gallery_)
    loaded = load_library(folder)
    for ours, theirs in zip(
        loaded.kneighbors(imperfect, 5, "Mo,W,S,Se,O,Ti"),
        retriever.kneighbors(imperfect, 5, "Mo,W,S,Se,O,Ti"),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, theirs)
    assert loaded.gallery_[7] == retriever.gallery_[7]
    assert library_remarks(folder) == {"skipped": [["a.cif", "no cell"]], "doubtful": []}
    with pytest.raises(ValueError, match=rf"have checksums from format 3 on, got {version} at"):
        verify_library(folder)


def test_a_library_of_a_former_format_is_replaced_whole(fitted_once, layers, tmp_path):
    save_library(fitted_once["matcher"], tmp_path / "library")
    as_format(2, tmp_path / "library", fitted_once["matcher"].gallery_)
    save_library(PatternMatcher().set_gallery(layers[:3]), tmp_path / "library")
    assert {file.name for file in (tmp_path / "library").iterdir()} == {
        ".lock", "library.json", "data-1",
    }  # fmt: skip
    assert verify_library(tmp_path / "library") == 3
