"""Layers and their spots as what towers read."""

import numpy as np
import pytest

from xrdmatch import CrystalTokenizer, DiffractionSimulator, PatternPointCloud
from xrdmatch.crystallography import Scan
from xrdmatch.learning._layer_inputs import LayerPairs


@pytest.fixture
def pairs():
    return LayerPairs(DiffractionSimulator(), PatternPointCloud())


def test_crystals_become_tokens_with_one_vacuum(pairs, layers):
    tokens = pairs.crystals(layers)
    np.testing.assert_array_equal(tokens, CrystalTokenizer(vacuum=40.0).transform(layers))
    assert pairs.crystals(tokens) is tokens


def test_a_tokenizer_of_ones_own(layers):
    own = LayerPairs(DiffractionSimulator(), PatternPointCloud(), CrystalTokenizer(vacuum=25.0))
    assert own.crystals(layers[:3])[:, 3].tolist() == pytest.approx([25.0] * 3)


def test_patterns_are_those_of_the_tokens(pairs, layers, patterns):
    ours = pairs.points(pairs.patterns(pairs.crystals(layers)))
    np.testing.assert_allclose(ours, pairs.points(patterns), atol=1e-6)


def test_copies(pairs, layers):
    numbers = pairs.copies(pairs.crystals([*layers[:3], layers[1]]))
    assert numbers[1] == numbers[3]
    assert len(set(numbers[:3])) == 3
    assert len(pairs.copies(pairs.crystals([]))) == 0


def test_what_stands_in_the_wrong_place(pairs, patterns):
    with pytest.raises(TypeError, match="Structures are due here, got patterns; pass structures"):
        pairs.crystals(patterns)
    scan = Scan(np.arange(10, 80, 0.1), np.ones(700), radiation="CuKa")
    with pytest.raises(ValueError, match="reads the spots of layers, got a powder scan as patt"):
        pairs.points([patterns[0], scan])


def test_powders_simulators_are_refused():
    with pytest.raises(ValueError, match="Spots need geometry=\"zone_axis\", got 'powder'"):
        LayerPairs(DiffractionSimulator("powder", "CuKa"), PatternPointCloud())
