"""Settings in which layers have a lattice: what was done to a lattice is found again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure
from turned_patterns import SIMULATOR, placement_of

from xrdmatch.refinement._lattice_keys import lattice_keys, reduced
from xrdmatch.refinement._lattice_settings import (
    GATE,
    STRAIN_FREEDOM,
    STRAIN_SIGMA,
    find_settings,
    strain_of,
)
from xrdmatch.refinement._spot_table import spot_table
from xrdmatch.simulation import check_settings

ANGLES = st.floats(0, 360)
SCALES = st.floats(0.95, 1.05)


def layer(lattice):
    """Layer without symmetry in the plane, but for half a turn."""
    return Structure(lattice, ["Mo", "S", "O"], [[0, 0, 0.5], [0.21, 0.34, 0.5], [0.6, 0.15, 0.5]])


# Half the number of operations of each lattice, as q and -q are one.
LATTICES = {
    "oblique": (1, Lattice.from_parameters(3.0, 4.3, 20, 90, 90, 101)),
    "rectangular": (2, Lattice.orthorhombic(3.4, 5.6, 20)),
    "square": (4, Lattice.tetragonal(6.2, 20)),
    "hexagonal": (6, Lattice.hexagonal(8.1, 20)),
}
GRAPHENE = Structure(
    Lattice.hexagonal(2.46, 20), ["C", "C"], [[1 / 3, 2 / 3, 0.5], [2 / 3, 1 / 3, 0.5]]
)
GALLERY = [*(layer(lattice) for _, lattice in LATTICES.values()), GRAPHENE]
TABLE = spot_table(GALLERY, check_settings(SIMULATOR))
KEYS = lattice_keys(TABLE)


def basis_of(entry, placement):
    """Reduced axes of a pattern of an entry."""
    basis = TABLE.reciprocal[entry] @ placement
    return reduced(basis[None], np.zeros((1, 2, 2), int))[0][0]


def settings_of(entry, placement, scale_error=0.03, **options):
    found = find_settings(KEYS, basis_of(entry, placement), scale_error, **options)
    return found.chosen(found.entry == entry)


def is_near(found, placement):
    """Which deformations are a placement, or it and half a turn."""
    gap = [np.abs(found.deformation - sign * placement).max((1, 2)) for sign in (1, -1)]
    return np.minimum(*gap) < 1e-9


# Strain ------------------------------------------------------------------------------------------


@given(ANGLES, st.booleans(), st.floats(0.2, 5))
def test_turns_are_no_strain(angle, mirrored, scale):
    growth, shear = strain_of(placement_of(angle, mirrored, scale)[None])
    assert growth[0] == pytest.approx(np.log(scale), abs=1e-9)
    assert shear[0] == pytest.approx(0, abs=1e-9)


@given(ANGLES, ANGLES, st.booleans(), st.floats(0.5, 2), st.floats(0, 0.5))
def test_strain_of_singular_values(first, second, mirrored, mean, share):
    """Of a matrix that stretches by m (1 + s) and m (1 - s) along two axes."""
    stretch = np.diag([mean * (1 + share), mean * (1 - share)])
    matrix = placement_of(first, mirrored) @ stretch @ placement_of(second)
    growth, shear = strain_of(matrix[None])
    assert growth[0] == pytest.approx(np.log(mean), abs=1e-9)
    assert shear[0] == pytest.approx(share, abs=1e-9)


def test_strain_of_a_simple_shear():
    """Rows (1, t), (0, 1) have singular values of product 1 whose squares add to 2 + t^2."""
    t = 0.3
    growth, shear = strain_of(np.array([[[1.0, t], [0.0, 1.0]]]))
    mean = np.sqrt(4 + t**2) / 2
    assert growth[0] == pytest.approx(np.log(mean))
    assert shear[0] == pytest.approx(t / 2 / mean)


# Settings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", range(len(LATTICES)), ids=LATTICES)
@settings(max_examples=25)
@given(angle=ANGLES, mirrored=st.booleans(), scale=SCALES)
def test_a_copy_of_a_lattice_is_found_where_it_lies(entry, angle, mirrored, scale):
    placement = placement_of(angle, mirrored, scale)
    found = settings_of(entry, placement)
    (right,) = np.flatnonzero(is_near(found, placement))
    expected = TABLE.reciprocal[entry] @ placement
    axes = found.change[right] @ expected  # of the pattern, up to half a turn
    basis = basis_of(entry, placement)
    np.testing.assert_allclose(axes * np.sign((axes * basis).sum()), basis, atol=1e-9)


@pytest.mark.parametrize(
    ("entry", "n"), [(i, n) for i, (n, _) in enumerate(LATTICES.values())], ids=LATTICES
)
def test_every_symmetry_of_the_lattice_is_a_setting(entry, n):
    """The atoms, which have none, tell them apart."""
    found = settings_of(entry, placement_of(33, scale=1.01))
    growth, shear = strain_of(found.deformation)
    exact = shear < 1e-9
    assert exact.sum() == n
    np.testing.assert_allclose(np.exp(growth[exact]), 1.01)


@given(angle=ANGLES, mirrored=st.booleans())
@settings(max_examples=10)
def test_settings_that_are_equal_by_symmetry_are_one(angle, mirrored):
    """Graphene has one; its prior is that of the twelve operations, half of them mates."""
    found = settings_of(len(GALLERY) - 1, placement_of(angle, mirrored))
    exact = strain_of(found.deformation)[1] < 1e-9
    assert exact.sum() == 1
    assert found.log_prior[exact][0] == pytest.approx(np.log(6))


def test_prior_of_scale_and_strain():
    growth, shear = 0.02, 0.015
    stretch = np.exp(growth) * np.diag([1 + shear, 1 - shear])
    found = settings_of(0, stretch)
    (log,) = found.log_prior[is_near(found, stretch)]
    isotropic = 0.03**2 + STRAIN_SIGMA**2 / 2
    square = 2 * (shear / STRAIN_SIGMA) ** 2
    student = -(STRAIN_FREEDOM + 2) / 2 * np.log1p(square / STRAIN_FREEDOM)
    assert log == pytest.approx(-(growth**2) / isotropic / 2 + student)


def test_the_gate():
    """Of scale, and of strain, in standard deviations."""
    isotropic = np.hypot(0.03, STRAIN_SIGMA / np.sqrt(2))
    for deviations, is_found in ((0.97 * GATE, True), (1.03 * GATE, False)):
        scaled = placement_of(20, scale=np.exp(deviations * isotropic))
        share = deviations * STRAIN_SIGMA / np.sqrt(2)
        strained = np.diag([1 + share, 1 - share])
        for placement in (scaled, strained):
            assert is_near(settings_of(0, placement), placement).any() == is_found


def test_an_exact_scale_is_no_free_one():
    placement = placement_of(20, scale=1.05)
    assert is_near(settings_of(0, placement, 0.03), placement).any()
    assert not len(settings_of(0, placement, 0.0).entry)


def test_only_what_is_allowed_is_found():
    basis = basis_of(3, placement_of(20))  # graphene is hexagonal too
    everything = find_settings(KEYS, basis, 0.3)
    assert len(set(everything.entry)) > 1
    allowed = np.arange(len(GALLERY)) != 3
    others = find_settings(KEYS, basis, 0.3, allowed)
    np.testing.assert_array_equal(others.entry, everything.entry[everything.entry != 3])
    assert not len(find_settings(KEYS, basis, 0.3, np.zeros(len(GALLERY), bool)).entry)


def test_deformations_lead_from_the_entry_to_the_pattern():
    basis = basis_of(1, placement_of(77, mirrored=True, scale=0.98))
    found = find_settings(KEYS, basis, 0.1)
    axes = found.change @ TABLE.reciprocal[found.entry] @ found.deformation
    np.testing.assert_allclose(axes, np.broadcast_to(basis, axes.shape), atol=1e-9)
