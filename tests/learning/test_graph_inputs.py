"""One graph of several crystals."""

import numpy as np
import pytest
from pymatgen.core import Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.learning import CrystalGraphs
from xrdmatch.preprocessing import CrystalGraph, RaggedArray, Rows

METALS = [
    Structure.from_prototype("bcc", ["Fe"], a=2.87),
    Structure.from_prototype("fcc", ["Cu"], a=3.61),
]
INPUTS = CrystalGraphs(DiffractionSimulator("powder", "CuKa"))


@pytest.fixture(scope="module")
def rows():
    return CrystalGraph().transform(METALS)


def test_atoms_are_numbered_through_the_batch(rows):
    batch = INPUTS.batch(INPUTS.of(rows))
    assert batch["numbers"].tolist() == [26] * 2 + [29] * 4
    assert batch["crystal"].tolist() == [0] * 2 + [1] * 4
    crystal_of_pairs = batch["crystal"][batch["ends"]]
    assert (crystal_of_pairs[:, 0] == crystal_of_pairs[:, 1]).all()
    assert crystal_of_pairs[:, 0].tolist() == rows.vectors.row.tolist()


def test_crystals_that_grow_are_larger_crystals(rows):
    factors = np.array([1.02, 0.97])
    grown = INPUTS.rescaled(rows, factors)
    expected = [s.lattice.a * f for s, f in zip(METALS, factors, strict=True)]
    length = np.linalg.norm(grown.vectors.values, axis=1)
    nearest = [length[grown.vectors.row == i].min() for i in range(2)]
    np.testing.assert_allclose(nearest, np.array(expected) * [3**0.5 / 2, 0.5**0.5], rtol=1e-5)
    np.testing.assert_allclose(grown.lattice, rows.lattice * factors[:, None], rtol=1e-6)


def test_elements_end_at_118(rows):
    values = rows.numbers.values
    last, beyond = (
        Rows(**vars(rows) | {"numbers": RaggedArray(values + i, rows.numbers.starts)})
        for i in (118 - values.max(), 119 - values.max())
    )
    assert INPUTS.of(last) is last
    with pytest.raises(ValueError, match="Atomic numbers end at 118, got 119; take"):
        INPUTS.of(beyond)
