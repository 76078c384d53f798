"""Whatever is changed in a library's files is noticed, and never answers in silence."""

import json
import shutil

import numpy as np
import pytest

from xrdmatch import CalibratedRetriever, PatternMatcher, PhysicsReranker
from xrdmatch.datasets import load_standards
from xrdmatch.retrieval import (
    load_library,
    make_powder_retriever,
    save_library,
    verify_library,
)
from xrdmatch.retrieval._storage import checksums


def zeroed(content):
    return bytes(len(content))


def truncated(content):
    return content[: len(content) // 2]


def reversed_(content):
    return content[::-1]


def one_bit(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 4]) + content[middle + 1 :]


def longer(content):
    return content + content[-8:]


def missing(content):
    return None


ALTERED = (zeroed, truncated, reversed_, one_bit, longer, missing)
KINDS = ("spots", "likelihood", "powders", "calibrated", "towers")


@pytest.fixture(scope="module")
def libraries(tmp_path_factory, layers, fitted_once):
    """A small library of every kind."""
    calibrated = CalibratedRetriever(
        PhysicsReranker(PatternMatcher().fit(layers), n_candidates=5), n_queries=40, severity=0.5
    ).calibrate()
    retrievers = {
        "spots": fitted_once["matcher"],
        "likelihood": fitted_once["likelihood"],
        "powders": make_powder_retriever().fit(load_standards()[:6]),
        "calibrated": calibrated,
        "towers": fitted_once["structure_factor"],
    }
    folder = tmp_path_factory.mktemp("libraries")
    for kind, retriever in retrievers.items():
        save_library(retriever, folder / kind)
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_sound_libraries_are_sound(libraries, kind):
    assert verify_library(libraries / kind) == len(load_library(libraries / kind).gallery_)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("altered", ALTERED)
def test_every_altered_file_is_noticed_and_named(libraries, tmp_path, kind, altered, monkeypatch):
    """At opening, as all files here are small; and in full where none is looked into at opening."""
    shutil.copytree(libraries / kind, tmp_path / "library")
    files = [file for file in (tmp_path / "library").rglob("*.*") if file.name != ".lock"]
    for file in files:
        content = file.read_bytes()
        changed = altered(content)
        if changed == content:  # it reads the same backwards
            continue
        file.unlink() if changed is None else file.write_bytes(changed)
        with pytest.raises(ValueError, match=file.name):
            load_library(tmp_path / "library")
        with monkeypatch.context() as patch:
            patch.setattr(checksums, "AT_OPENING", -1)
            with pytest.raises(ValueError, match=file.name):
                verify_library(tmp_path / "library")
        file.write_bytes(content)
    assert verify_library(tmp_path / "library")
    assert len(files) >= 6


@pytest.mark.parametrize("change", [1, -1])
def test_labels_too_many_or_too_few(libraries, tmp_path, change):
    """With checksums that are right, the counts still have to agree."""
    shutil.copytree(libraries / "spots", tmp_path / "library")
    file = tmp_path / "library" / "data-1" / "labels.npy"
    labels = np.load(file)
    np.save(file, np.resize(labels, len(labels) + change))
    card = json.loads((tmp_path / "library" / "library.json").read_text())
    card["files"]["labels.npy"] = checksums.facts_of(file)
    card["checksum"] = checksums.card_digest(card)
    (tmp_path / "library" / "library.json").write_text(json.dumps(card))
    for check in (load_library, verify_library):
        with pytest.raises(ValueError, match=r"entries|equally many"):
            check(tmp_path / "library")


def test_large_files_are_not_read_at_opening(libraries, tmp_path, monkeypatch):
    """Their sizes are compared, whatever is in them; `verify_library` looks into them."""
    shutil.copytree(libraries / "powders", tmp_path / "library")
    file = tmp_path / "library" / "data-1" / "encoded-rows.npy"
    file.write_bytes(one_bit(file.read_bytes()))
    with monkeypatch.context() as patch:
        patch.setattr(checksums, "AT_OPENING", file.stat().st_size)
        load_library(tmp_path / "library")
    with pytest.raises(ValueError, match=r"is damaged: encoded-rows\.npy has been altered; copy"):
        verify_library(tmp_path / "library")
