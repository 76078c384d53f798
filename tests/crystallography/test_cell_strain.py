"""Strains that keep a crystal system, for every system and centring."""

import numpy as np
import pytest
from pymatgen.core import Lattice

from xrdmatch.crystallography._cell_strain import lattice_rotations, strain_basis

FCC = 1.8 * np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]])
BCC = 1.4 * np.array([[-1, 1, 1], [1, -1, 1], [1, 1, -1]])
N_STRAINS = {
    "cubic": (Lattice.cubic(4.0).matrix, 1, 48),
    "face-centred cubic, primitive": (FCC, 1, 48),
    "body-centred cubic, primitive": (BCC, 1, 48),
    "hexagonal": (Lattice.hexagonal(3.0, 5.0).matrix, 2, 24),
    "rhombohedral": (Lattice.rhombohedral(5.0, 70.0).matrix, 2, 12),
    "tetragonal": (Lattice.tetragonal(3.0, 5.0).matrix, 2, 16),
    "orthorhombic": (Lattice.orthorhombic(3.0, 4.0, 5.0).matrix, 3, 8),
    "monoclinic": (Lattice.monoclinic(3.0, 4.0, 5.0, 100.0).matrix, 4, 4),
    "triclinic": (Lattice.from_parameters(3.0, 4.0, 5.0, 80.0, 95.0, 103.0).matrix, 6, 2),
}
ROUNDING = 1e-6  # lattices of the tables are symmetric to that


@pytest.fixture(params=N_STRAINS, ids=str)
def system(request):
    return N_STRAINS[request.param]


def turned(lattice):
    """Turn a lattice by 40 degrees about an odd axis."""
    axis, angle = np.array([1.0, 2.0, -0.5]) / np.linalg.norm([1.0, 2.0, -0.5]), np.radians(40)
    cross = np.cross(np.eye(3), axis)
    return lattice @ (np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross).T


def test_number_of_strains(system):
    lattice, n_strains, n_rotations = system
    for frame in (lattice, turned(lattice)):
        assert strain_basis(frame).shape == (n_strains, 3, 3)
        assert len(lattice_rotations(frame)) == n_rotations


def test_basis_is_the_identity_and_orthonormal_tensors_without_trace(system):
    first, *rest = strain_basis(system[0])
    np.testing.assert_array_equal(first, np.eye(3))
    gram = np.array([[np.sum(a * b) for a in rest] for b in rest]).reshape(len(rest), len(rest))
    np.testing.assert_allclose(gram, np.eye(len(rest)), atol=ROUNDING)
    for tensor in rest:
        np.testing.assert_allclose(tensor, tensor.T, atol=ROUNDING)
        assert abs(np.trace(tensor)) < ROUNDING


def test_a_strained_cell_has_the_rotations_that_it_had(system):
    lattice, n_strains, n_rotations = system
    basis = strain_basis(lattice)
    strain = np.tensordot(0.02 * np.arange(1, n_strains + 1), basis, 1)
    strained = lattice @ (np.eye(3) + strain)
    assert len(lattice_rotations(strained)) == n_rotations


def test_rotations_are_orthogonal_and_map_the_lattice_onto_itself(system):
    lattice = turned(system[0])
    for rotation in lattice_rotations(lattice):
        np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=ROUNDING)
        coordinates = lattice @ rotation.T @ np.linalg.inv(lattice)
        np.testing.assert_allclose(coordinates, np.rint(coordinates), atol=ROUNDING)


def test_a_cell_that_is_nearly_cubic_is_not():
    for cubic in (Lattice.cubic(4.0).matrix, FCC, BCC):
        assert len(strain_basis(turned(cubic @ np.diag([1.0, 1.0, 1.01])))) == 2


def test_what_is_done_to_a_basis_does_not_alter_the_next_one():
    strain_basis(FCC)[:] = 0.0
    np.testing.assert_array_equal(strain_basis(FCC), np.eye(3)[None])
