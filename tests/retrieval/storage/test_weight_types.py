"""Weights in few bits."""

import pytest
import torch

from xrdmatch.retrieval._storage.weight_types import restored, stored


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8"])
def test_small_tensors_keep_their_name(dtype):
    kept = stored("bias", torch.tensor([0.1, 0.2]), dtype)
    assert [*kept] == ["bias"]
    torch.testing.assert_close(
        restored(kept)["bias"].float(), torch.tensor([0.1, 0.2]), atol=1e-3, rtol=0
    )


def test_rows_of_a_matrix_have_a_factor():
    matrix = torch.randn(300, 300) * torch.logspace(-3, 3, 300)[:, None]
    matrix[7] = 0
    kept = stored("map", matrix, "int8")
    assert kept["map"].dtype == torch.int8
    found = restored(kept)
    assert [*found] == ["map"]
    error = (found["map"] - matrix).abs().amax(1)
    assert (error <= matrix.abs().amax(1) / 254 * 1.001).all()
    assert (found["map"][7] == 0).all()
