"""Training data in memory and in a folder."""

import numpy as np
import pytest

from xrdmatch.learning import TrainingData, joined_data
from xrdmatch.preprocessing import RaggedArray, Rows
from xrdmatch.simulation import ReflectionTable


def data(n, reflections=True):
    ragged = RaggedArray.of([np.arange(i + 1.0) for i in range(n)])
    table = ReflectionTable(
        np.ones((2 * n, 3)), np.ones(2 * n), np.arange(n + 1) * 2, np.zeros((n, 6, 3, 3))
    )
    return TrainingData(
        Rows(numbers=ragged, lattice=np.ones((n, 4))),
        np.full((n, 5, 2), n),
        np.array([f"crystal {i}" for i in range(n)]),
        np.array(["NaCl"] * n),
        np.array(["Fm-3m"] * n),
        table if reflections else None,
        {"simulator": None},
    )


@pytest.mark.parametrize("reflections", [True, False])
def test_a_folder_keeps_everything(tmp_path, reflections):
    whole = joined_data([data(3, reflections), data(2, reflections)])
    whole.save(tmp_path)
    read = TrainingData.load(tmp_path)
    assert len(read) == 5
    assert read.groups.tolist() == [0, 1, 2, 0, 1]
    assert read.structures.numbers.lengths.tolist() == [1, 2, 3, 1, 2]
    assert read.structures[[2]].numbers.values.tolist() == [0, 1, 2]
    assert read.structures.lattice.shape == (5, 4)
    assert read.patterns[:, 0, 0].tolist() == [3, 3, 3, 2, 2]
    assert isinstance(read.patterns, np.memmap)
    assert read.made_for == {"simulator": None}
    if reflections:
        assert read.reflections.starts.tolist() == [0, 2, 4, 6, 8, 10]
        assert len(read.reflections[np.array([4])].q) == 2
    else:
        assert read.reflections is None


def test_what_is_not_whole_is_refused(tmp_path):
    data(2).save(tmp_path)
    (tmp_path / "training.json").unlink()
    with pytest.raises(ValueError, match=r"a folder with training.json, got none in .*prepare_tr"):
        TrainingData.load(tmp_path)
