"""Products of functions on the sphere against sums over all components, and how they turn."""

import numpy as np
import pytest
import torch
from e3nn import o3

from xrdmatch.encoders import Coupling, DegreeLinear, harmonics
from xrdmatch.encoders._couplings import coupling_paths, degrees, invariants, lengths_of, tamed

MAX_L = 2
SAME = 1e-5  # single precision


def turned(x, rotation, max_l=MAX_L):
    """Functions after a rotation, by Wigner's matrices."""
    blocks = [o3.Irrep(n, (-1) ** n).D_from_matrix(rotation) for n in range(max_l + 1)]
    parts = x.split([2 * n + 1 for n in range(max_l + 1)], -1)
    return torch.cat([part @ D.T for part, D in zip(parts, blocks, strict=True)], -1)


@pytest.fixture
def rotation():
    torch.manual_seed(0)
    return o3.rand_matrix()


def functions(*shape):
    torch.manual_seed(1)
    return torch.randn(*shape, (MAX_L + 1) ** 2)


def test_harmonics_turn_with_their_vectors(rotation):
    vectors = torch.randn(7, 3)
    torch.testing.assert_close(
        harmonics(vectors @ rotation.T, 2),
        turned(harmonics(vectors, 2), rotation),
        atol=SAME,
        rtol=0,
    )


def test_harmonics_of_a_degree_have_one_norm():
    norm = lengths_of(harmonics(torch.randn(9, 3), 2)[:, None], 2)[:, 0] ** 2
    torch.testing.assert_close(norm, torch.tensor([1.0, 3.0, 5.0]).expand(9, 3))


def test_degrees():
    assert degrees(2).tolist() == [0, 1, 1, 1, 2, 2, 2, 2, 2]


def test_paths_keep_the_parity():
    """Of two vectors, the product of degree 0 and 2 is kept, their cross product is not."""
    assert [c for a, b, c in coupling_paths(2) if (a, b) == (1, 1)] == [0, 2]
    assert len(coupling_paths(2)) == 11


def test_coupling_is_the_sum_over_all_components():
    couple = Coupling(4, MAX_L)
    first, second = functions(3, 4), functions(3, 4).flip(0)
    expected = torch.zeros(3, 4, 9)
    start = [0, 1, 4, 9]
    for path, (a, b, c) in enumerate(coupling_paths(MAX_L)):
        table = o3.wigner_3j(a, b, c) * (2 * c + 1) ** 0.5
        for i, j, k in np.ndindex(*table.shape):
            term = first[..., start[a] + i] * second[..., start[b] + j] * table[i, j, k]
            expected[..., start[c] + k] += couple.weight[:, path].detach() * term
    torch.testing.assert_close(couple(first, second).detach(), expected, atol=SAME, rtol=SAME)


@pytest.mark.parametrize("sign", [1, -1])
def test_what_comes_out_turns(rotation, sign):
    """Rotations, and with sign -1 those with an inversion."""
    layers = Coupling(4, MAX_L), DegreeLinear(4, 6, MAX_L)
    x, y = functions(5, 4), functions(5, 4).flip(1)
    matrix = sign * rotation

    def turn(values):
        flip = torch.tensor([1.0, sign, 1.0])[degrees(MAX_L)]
        return turned(values, rotation) * flip

    assert torch.allclose(
        harmonics(torch.eye(3) @ matrix.T, 2), turn(harmonics(torch.eye(3), 2)), atol=SAME
    )
    product = layers[0](x, y)
    torch.testing.assert_close(layers[0](turn(x), turn(y)), turn(product), atol=1e-4, rtol=1e-4)
    mixed = layers[1](product)
    torch.testing.assert_close(layers[1](turn(product)), turn(mixed), atol=1e-4, rtol=1e-4)
    small = tamed(product, degrees(MAX_L))
    torch.testing.assert_close(
        tamed(turn(product), degrees(MAX_L)), turn(small), atol=SAME, rtol=SAME
    )
    torch.testing.assert_close(
        invariants(turn(product), MAX_L), invariants(product, MAX_L), atol=1e-4, rtol=1e-4
    )


def test_norms_become_logarithms():
    x = 100 * functions(3, 4)
    torch.testing.assert_close(
        lengths_of(tamed(x, degrees(MAX_L)), MAX_L), torch.log1p(lengths_of(x, MAX_L))
    )


def test_nothing_has_finite_gradients():
    x = torch.zeros(2, 3, 9, requires_grad=True)
    invariants(tamed(x, degrees(MAX_L)), MAX_L).sum().backward()
    assert torch.isfinite(x.grad).all()
