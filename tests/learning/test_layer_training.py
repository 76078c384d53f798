"""Layers to learn from: patterns, copies, and draws that belong to their rows."""

import numpy as np
import pytest

from xrdmatch import CrystalTokenizer, DiffractionSimulator, PatternPointCloud
from xrdmatch.learning import LayerTraining
from xrdmatch.simulation import Perturbation

SIMULATOR = DiffractionSimulator()


@pytest.fixture(params=["structures", "tokens"])
def crystals(request, layers):
    """Layers in either form."""
    return layers if request.param == "structures" else CrystalTokenizer().transform(layers)


def test_patterns_are_those_of_the_layers(crystals, patterns):
    ours = PatternPointCloud().transform(LayerTraining(SIMULATOR, crystals).patterns())
    np.testing.assert_allclose(ours, PatternPointCloud().transform(patterns), atol=1e-6)


def test_copies_share_a_number(crystals):
    several = crystals[[0, 1, 2, 1]] if isinstance(crystals, np.ndarray) else [*crystals[:3]]
    several = several if len(several) == 4 else [*several, several[1]]
    numbers = LayerTraining(SIMULATOR, several).groups()
    assert numbers[1] == numbers[3]
    assert len(set(numbers[:3])) == 3


def test_other_vacuums_make_copies(layers):
    higher = layers[0].copy()
    lattice = higher.lattice.matrix.copy()
    coords = higher.cart_coords
    lattice[2] *= 1.5
    raised = type(higher)(lattice, higher.species, coords, coords_are_cartesian=True)
    assert len(set(LayerTraining(SIMULATOR, [layers[0], raised]).groups())) == 1


def test_no_layers():
    assert len(LayerTraining(SIMULATOR, []).groups()) == 0


def test_without_strength_draws_are_the_ideal_patterns(crystals, patterns):
    still = Perturbation(severity=0.0)
    augmentation = LayerTraining(SIMULATOR, crystals).augmentation(still, np.random.RandomState(0))
    rows = np.array([30, 4, 4])
    points = PatternPointCloud().transform(augmentation.standard(rows).patterns())
    expected = PatternPointCloud().transform([patterns[i] for i in rows])
    np.testing.assert_allclose(points, expected, atol=1e-5)


def test_the_standard_augmentation_is_the_standard_perturbation(layers):
    draws = [
        LayerTraining(SIMULATOR, layers)
        .augmentation(name, np.random.RandomState(0))
        .standard(np.arange(3))
        .intensity
        for name in ("standard", Perturbation())
    ]
    np.testing.assert_array_equal(*draws)
