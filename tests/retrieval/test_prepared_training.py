"""Training from prepared data is training from structures."""

import numpy as np
import pytest
from joblib import load
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.learning import TrainingData
from xrdmatch.preprocessing import BinnedPattern, CrystalGraph
from xrdmatch.retrieval import _prepared_training, prepare_training

POWDER = DiffractionSimulator("powder", "CuKa")
SIDES = [("peaks", "peaks"), ("peaks", "resnet1d"), ("equivariant", "peaks"), ("equivariant", None)]


@pytest.fixture(scope="module")
def salts():
    return [
        Structure.from_spacegroup(
            group, Lattice.cubic(a + i / 5), pair, [[0, 0, 0], [0.5, 0.5, 0.5]]
        )
        for i, pair in enumerate([("Na", "Cl"), ("K", "Br"), ("Mg", "O"), ("Li", "F")])
        for group, a in (("Fm-3m", 5.0), ("Pm-3m", 3.1), ("Fm-3m", 5.8))
    ]


@pytest.fixture
def small(tiny, monkeypatch):
    monkeypatch.setattr(_prepared_training, "BLOCK", 5)

    def make(structure="peaks", pattern="peaks", **options):
        return tiny(structure, pattern_encoder=pattern, simulator=POWDER, **options)

    return make


@pytest.mark.parametrize(
    ("sides", "augmentation"),
    [*((sides, "standard") for sides in SIDES), (SIDES[3], "rescaled"), (SIDES[1], None)],
)
def test_towers_learn_the_same(small, salts, tmp_path, sides, augmentation):
    retriever = small(*sides, augmentation=augmentation, validation_fraction=0.3)
    data = prepare_training(retriever, iter(salts), tmp_path)
    assert len(data) == len(salts)
    prepared, given = retriever.fit(data), small(*sides, augmentation=augmentation)
    given.set_params(validation_fraction=0.3).fit(salts)
    losses = [r.net_.history[:, ("train_loss", "valid_loss")] for r in (prepared, given)]
    np.testing.assert_allclose(*losses, rtol=1e-4)
    assert not hasattr(prepared, "gallery_")
    assert prepared.set_gallery(salts).predict(POWDER.transform(salts), k=3).shape == (12, 3)


def test_alike_crystals_share_a_group(small, salts, tmp_path):
    twice = [*salts, salts[0].copy()]
    data = prepare_training(small(), twice, tmp_path)
    assert data.groups[0] == data.groups[-1]
    assert len(set(data.groups)) == len(salts)
    assert len(set(data.formulas)) == 4
    assert len(set(data.space_groups)) == 2


def test_a_preparation_goes_on(small, salts, tmp_path, monkeypatch):
    def stopped(parts):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(_prepared_training, "joined_data", stopped)
        with pytest.raises(KeyboardInterrupt):
            prepare_training(small(), salts, tmp_path)
    files = sorted((tmp_path / "blocks").iterdir())
    assert len(files) == 3
    times = [file.stat().st_mtime_ns for file in files]
    files[1].unlink()
    with monkeypatch.context() as patch:
        patch.setattr(_prepared_training, "joined_data", stopped)
        with pytest.raises(KeyboardInterrupt):
            prepare_training(small(), salts, tmp_path)
    again = [file.stat().st_mtime_ns for file in files]
    assert [a == b for a, b in zip(times, again, strict=True)] == [True, False, True]
    assert load(files[0]).formulas[0] == "NaCl"
    assert len(prepare_training(small(), salts, tmp_path)) == len(salts)
    assert not [*(tmp_path / "blocks").iterdir()]


def test_data_are_those_of_the_options(small, salts, tmp_path):
    data = prepare_training(small(), salts, tmp_path / "peaks")
    with pytest.raises(ValueError, match="got another pattern_encoder; set it back, or prepare"):
        small(pattern="resnet1d").fit(data)
    graphs = small("equivariant", None, augmentation=None)
    data = prepare_training(graphs, salts, tmp_path / "graphs")
    with pytest.raises(ValueError, match="got another structure_transformer"):
        small("equivariant", None, structure_transformer=CrystalGraph(4.0)).fit(data)
    with pytest.raises(ValueError, match="another pattern_transformer"):
        small("equivariant", None, pattern_transformer=BinnedPattern(99)).fit(data)
    with pytest.raises(ValueError, match="draws scans of reflections, got training data without"):
        small("equivariant", None, augmentation="standard").fit(
            TrainingData.load(tmp_path / "graphs")
        )


def test_layers_are_refused(tiny, layers, tmp_path):
    with pytest.raises(ValueError, match=r"prepared for powders, got .* 'zone_axis'; layers are"):
        prepare_training(tiny(), layers, tmp_path)
