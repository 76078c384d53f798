"""A library in a folder: what comes back, and what is refused."""

import json

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from xrdmatch import DiffractionSimulator
from xrdmatch.solution import TemplateLibrary, load_template_library


@pytest.fixture
def folder(library, tmp_path):
    library.save(tmp_path / "templates")
    return tmp_path / "templates"


def test_it_comes_back_as_it_was(library, crystals, folder):
    loaded = load_template_library(folder)
    assert loaded.get_params() == library.get_params()
    assert loaded.labels_.tolist() == library.labels_.tolist()
    assert list(loaded.structures_) == crystals
    for name in ("anonymous_formulas_", "linked_", "frameworks_", "centroids_", "representatives_"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(library, name))
    patterns = DiffractionSimulator("powder", "CuKa").transform(crystals)
    for ours, theirs in zip(
        loaded.kneighbors(patterns, "NaCl"), library.kneighbors(patterns, "NaCl"), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(
        loaded.template_matrix(patterns[0]), library.template_matrix(patterns[0])
    )


def test_its_simulator_and_labels_come_back(crystals, tmp_path):
    simulator = DiffractionSimulator("powder", "MoKa", b_iso=0.5)
    labels = [("tuple", 1), ("tuple", 2)]
    TemplateLibrary(simulator=simulator).fit(crystals[:2], labels).save(tmp_path / "x")
    loaded = load_template_library(tmp_path / "x")
    assert repr(loaded) == repr(TemplateLibrary(simulator=simulator))
    assert [tuple(label) for label in loaded.labels_] == labels


def test_a_loaded_one_can_be_saved_over_itself(folder):
    load_template_library(folder).save(folder)
    assert len(load_template_library(folder)) == 11
    assert [path.name for path in folder.parent.iterdir()] == ["templates"]


def test_there_is_no_code_in_it(folder):
    assert {path.suffix for path in folder.iterdir()} == {".json", ".npy"}
    for path in folder.glob("*.npy"):
        np.load(path, allow_pickle=False)


def test_what_is_no_library(folder, tmp_path, library):
    with pytest.raises(ValueError, match="There is no library of templates"):
        load_template_library(tmp_path / "nowhere")
    with pytest.raises(ValueError, match=r"a folder with a templates\.json, got"):
        load_template_library(tmp_path)
    (tmp_path / "mine").write_text("notes")
    with pytest.raises(ValueError, match="into a folder of its own"):
        library.save(tmp_path)
    with pytest.raises(NotFittedError):
        TemplateLibrary().save(tmp_path / "new")


def test_a_damaged_or_newer_one(folder):
    (folder / "rows-places.values.npy").unlink()
    with pytest.raises(ValueError, match=r"got a damaged one at .*; copy or build it anew"):
        load_template_library(folder)
    card = json.loads((folder / "templates.json").read_text())
    (folder / "templates.json").write_text(json.dumps(card | {"format": 9}))
    with pytest.raises(ValueError, match="of format 1 are read, got 9"):
        load_template_library(folder)
