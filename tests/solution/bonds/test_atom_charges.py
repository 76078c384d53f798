"""Charged atoms: valences and potentials."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch.solution._bonds.atom_charges import charges, potentials
from xrdmatch.solution._bonds.neighbours import neighbours
from xrdmatch.solution._bonds.surroundings import surroundings_of

MADELUNG = {"halite": (1.74756, 2.82), "cscl": (1.76267, 3.57)}  # over the shortest distance [Å]


def salt(name):
    if name == "cscl":
        return Structure.from_prototype("cscl", ["Cs", "Cl"], a=2 * MADELUNG[name][1] / 3**0.5)
    lattice, sites = Lattice.cubic(2 * MADELUNG[name][1]), [[0, 0, 0], [0.5, 0.5, 0.5]]
    return Structure.from_spacegroup("Fm-3m", lattice, ["Na", "Cl"], sites)


def around(crystal):
    return surroundings_of([neighbours(crystal)], [crystal.composition.reduced_formula])


@pytest.mark.parametrize("name", MADELUNG)
def test_potentials_are_those_of_madelung(name):
    """Within the 5 % to which a damped sum of 6 Å comes."""
    constant, shortest = MADELUNG[name]
    surroundings = around(salt(name))
    found = potentials(surroundings)
    assert found == pytest.approx(-np.sign(surroundings.states) * constant / shortest, rel=0.05)


def test_ions_lie_at_potentials_of_the_other_sign():
    found = charges(around(salt("halite")))
    assert (found["potential"] < 0).all()
    assert (found["nearest of other charge"] < found["nearest of same charge"]).all()


def test_metals_have_no_charges():
    iron = Structure(Lattice.cubic(2.87), ["Fe", "Fe"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    assert all(np.isnan(values).all() for values in charges(around(iron)).values())
