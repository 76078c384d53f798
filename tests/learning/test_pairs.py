"""What a batch holds."""

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from xrdmatch import CrystalTokenizer, DiffractionSimulator
from xrdmatch.crystallography import layer_frame, site_table
from xrdmatch.learning._pairs import PairDataset, as_batch, batch_tensors, structure_arrays
from xrdmatch.simulation import check_settings

SETTINGS = check_settings(DiffractionSimulator())


@pytest.fixture(scope="module")
def arrays(layers):
    return structure_arrays(CrystalTokenizer(vacuum=40.0).transform(layers), SETTINGS)


@pytest.fixture
def pairs(arrays):
    points = np.arange(40 * 2 * 3.0).reshape(40, 2, 3)
    return PairDataset(arrays, points, np.arange(40) // 2)


def test_arrays_are_the_framed_structures(arrays, layers):
    framed = layer_frame(site_table(layers), vacuum=40.0)
    np.testing.assert_allclose(arrays["lattice"], framed.lattice, atol=1e-5)
    assert arrays["tokens"].shape == (40, 180)
    for numbers, layer in zip(arrays["numbers"], layers, strict=True):
        assert sorted(numbers[numbers > 0]) == sorted(layer.atomic_numbers)
    assert {x.dtype for name, x in arrays.items() if name != "numbers"} == {np.dtype("float32")}


def test_elements_without_a_form_factor_are_refused(layers):
    heavy = layers[0].copy()
    heavy.replace(0, "Fm")
    with pytest.raises(ValueError, match=r"Form factors for xray exist for .*, got Fm; leave"):
        structure_arrays(CrystalTokenizer().transform([heavy]), SETTINGS)


def test_a_batch_is_its_rows(pairs, arrays):
    inputs, groups = pairs.__getitems__([5, 0, 31])
    assert groups.tolist() == [2, 0, 15]
    np.testing.assert_array_equal(inputs["points"], pairs.points[[5, 0, 31]].astype(np.float32))
    np.testing.assert_array_equal(inputs["lattice"], arrays["lattice"][[5, 0, 31]])
    n_sites = int((arrays["numbers"][[5, 0, 31]] > 0).sum(1).max())
    assert inputs["numbers"].shape == (3, n_sites)
    assert inputs["frac_coords"].shape == (3, n_sites, 3)


def test_one_item_is_a_row_of_a_batch(pairs):
    inputs, group = pairs[7]
    batch, groups = pairs.__getitems__([7])
    assert group == groups[0] == 3
    for name, x in inputs.items():
        torch.testing.assert_close(x, batch[name][0], atol=0, rtol=0, equal_nan=True)


def test_a_subset_is_those_rows(pairs):
    part = pairs.subset(np.array([3, 9]))
    assert len(part) == 2
    np.testing.assert_array_equal(part.points, pairs.points[[3, 9]])
    assert part.groups.tolist() == [1, 4]


def test_augmentation_is_told_which_rows(pairs):
    part = pairs.subset(np.array([3, 9, 11]), lambda rows, points: points + rows[:, None, None])
    inputs, _ = part.__getitems__([2, 0])
    expected = pairs.points[[11, 3]] + np.array([2, 0])[:, None, None]
    np.testing.assert_array_equal(inputs["points"], expected.astype(np.float32))


def test_a_loader_fetches_whole_batches(pairs):
    batches = list(DataLoader(pairs, batch_size=16, collate_fn=as_batch))
    assert [len(groups) for _, groups in batches] == [16, 16, 8]
    assert torch.cat([groups for _, groups in batches]).tolist() == pairs.groups.tolist()


def test_no_structures(arrays):
    nothing = batch_tensors({name: x[:0] for name, x in arrays.items()})
    assert nothing["numbers"].shape == (0, 1)
