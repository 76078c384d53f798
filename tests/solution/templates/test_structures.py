"""Structures kept as arrays are those that were given."""

import numpy as np
import pytest

from xrdmatch.preprocessing import RaggedArray
from xrdmatch.solution import TemplateStructures


@pytest.fixture
def kept(crystals):
    return TemplateStructures(
        np.array([crystal.lattice.matrix for crystal in crystals]),
        RaggedArray.of([crystal.atomic_numbers for crystal in crystals]),
        RaggedArray.of([crystal.frac_coords for crystal in crystals], (3,)),
    )


def test_it_is_a_sequence(kept, crystals):
    assert len(kept) == len(crystals)
    assert list(kept) == crystals
    assert kept[-1] == crystals[-1]
    assert kept[np.int64(2)] == crystals[2]
    assert kept[1:7:3] == crystals[1:7:3]


def test_beyond_the_end(kept):
    with pytest.raises(IndexError, match="There are 11 structures, got position 11"):
        kept[11]
    with pytest.raises(TypeError):
        kept["first"]
