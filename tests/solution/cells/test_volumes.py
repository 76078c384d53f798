"""Volumes of formula units and how probable volumes of cells are."""

import numpy as np
import pytest
from pymatgen.core import Composition

from xrdmatch.solution._cells.volumes import VolumePrior, formula_volume


@pytest.mark.parametrize(
    ("formula", "volume"),
    [
        ("NaCl", 44.9),
        ("SrTiO3", 59.5),
        ("SiO2", 37.7),
        ("CaCO3", 61.3),
        ("Al2O3", 42.5),
        ("Fe2O3", 50.3),
    ],
)
def test_measured_cells_are_near_the_sum_of_their_atoms(formula, volume):
    assert abs(np.log(volume / formula_volume(formula))) < 0.3


def test_a_formula_counts_once():
    assert formula_volume("Ti2O4") == formula_volume(Composition("TiO2"))
    assert formula_volume("HeNe") == 40.0


def test_multiples_of_the_formula_are_likely():
    prior = VolumePrior("SrTiO3")
    one, between, two, tiny = prior.log_density(prior.unit * np.array([1.0, 1.4, 2.0, 0.4]))
    assert one > between > tiny
    assert two > between
    assert prior.least < 0.7 * prior.unit


def test_without_a_formula_all_volumes_are_alike():
    prior = VolumePrior()
    assert prior.log_density(np.array([10.0, 1000.0])).tolist() == [0, 0]
    assert prior.least == 8.0
