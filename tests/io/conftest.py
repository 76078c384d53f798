"""A crystal with a skew cell and one with shared sites, in the forms that the readers meet."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure


@pytest.fixture
def triclinic():
    """Four atoms of three elements in a general cell, none at a special place."""
    lattice = Lattice.from_parameters(4.1, 5.3, 6.7, 81, 97, 104)
    coords = [[0.013, 0.027, 0.041], [0.51, 0.26, 0.33], [0.23, 0.61, 0.79], [0.87, 0.44, 0.15]]
    return Structure(lattice, ["Mo", "S", "S", "O"], coords)


@pytest.fixture
def disordered():
    """A rock-salt-like cell with a mixed site and one that is half empty."""
    species = [{"Li": 0.25, "Mn": 0.75}, {"O": 0.5}]
    return Structure(Lattice.cubic(4.2), species, [[0, 0, 0], [0.5, 0.5, 0.5]])


@pytest.fixture
def assert_same():
    """Compare cells, occupancies and positions, the sites in any order, to 1e-6."""

    def check(read, written, atol=1e-6):
        assert type(read) is Structure
        # Up to a rotation: CIF keeps lengths and angles only.
        np.testing.assert_allclose(read.lattice.parameters, written.lattice.parameters, atol=atol)
        assert len(read) == len(written)
        for site in written:
            gaps = read.frac_coords - site.frac_coords
            distances = np.abs(gaps - gaps.round()).max(axis=1)
            assert distances.min() < atol
            assert read[int(distances.argmin())].species == site.species

    return check
