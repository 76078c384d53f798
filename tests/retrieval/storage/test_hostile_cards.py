"""Cards that somebody planted are refused at once, before anything is made of them."""

import json
import time

import pytest

from xrdmatch import PatternMatcher
from xrdmatch.retrieval import (
    library_card,
    load_library,
    load_pretrained,
    save_library,
    save_pretrained,
    verify_library,
)
from xrdmatch.retrieval._storage.checksums import card_digest

DEEP = "[" * 100_000 + "]" * 100_000


@pytest.fixture
def at_once():
    """What is asked for within takes less than a few seconds."""
    start = time.process_time()
    yield
    assert time.process_time() - start < 5


@pytest.fixture
def towers(fitted_once, tmp_path):
    save_pretrained(fitted_once["structure_factor"], tmp_path / "towers")
    return tmp_path / "towers.json"


@pytest.mark.parametrize("key", ["n_layers", "n_heads", "embedding_dim"])
@pytest.mark.parametrize("size", [10**6, 10**12, -1, 0, 1.5, "4", None, True])
def test_sizes_of_towers(towers, key, size, at_once):
    card = json.loads(towers.read_text())
    card["parameters"][key] = size
    towers.write_text(json.dumps(card))
    with pytest.raises(ValueError, match=rf"A card describes its weights, got {key}={size!r} in"):
        load_pretrained(towers)


def test_deep_cards(towers, fitted_once, tmp_path, at_once):
    towers.write_text(f'{{"format": 1, "parameters": {DEEP}}}')
    with pytest.raises(ValueError, match="A card is JSON with a format and parameters, got"):
        load_pretrained(towers)
    save_library(fitted_once["matcher"], tmp_path / "library")
    (tmp_path / "library" / "library.json").write_text(f'{{"format": 3, "about": {DEEP}}}')
    for read in (library_card, load_library, verify_library):
        with pytest.raises(ValueError, match=r"A library is a folder with a library\.json, got"):
            read(tmp_path / "library")


def change(card, path, value):
    *parents, last = path
    for key in parents:
        card = card[key]
    card[last] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("data",), "../other"),
        (("data",), "data-1/.."),
        (("data",), None),
        (("files",), ["elements.npy"]),
        (("files", "../../secret"), [1, "0"]),
        (("encoded", "fields", "intensity", "array"), "../secret.npy"),
        (("encoded", "fields", "intensity", "array"), "/etc/secret.npy"),
        (("encoded", "fields", "intensity", "array"), 3),
        (("encoded", "fields", "intensity"), {"plain": 10**9}),
        (("encoded",), DEEP[:4000]),
        (("encoded", "kind"), "Popen"),
        (("n_structures",), 10**9),
        (("n_structures",), -1),
        (("retriever",), []),
        (("retriever", "class"), "Popen"),
        (("retriever", "parameters", "simulator"), {"class": "Popen"}),
        (("about",), None),
    ],
    ids=str,
)
def test_cards_of_libraries(layers, tmp_path, path, value, at_once):
    """With a checksum that is right: whoever plants a card can work it out."""
    save_library(PatternMatcher().set_gallery(layers[:3]), tmp_path / "library")
    file = tmp_path / "library" / "library.json"
    card = json.loads(file.read_text())
    change(card, path, value)
    card["checksum"] = card_digest(card)
    file.write_text(json.dumps(card))
    for read in (load_library, verify_library):
        with pytest.raises(ValueError, match="library") as said:
            read(tmp_path / "library")
        assert "\n" not in str(said.value)
