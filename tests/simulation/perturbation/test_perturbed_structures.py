"""Imperfect crystals: those whose patterns are the imperfect ones."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import layer_frame, site_table
from xrdmatch.simulation import (
    IntensityNoise,
    Perturbation,
    Strain,
    ThermalDisplacement,
    perturb_patterns,
    perturb_structures,
)


def test_their_patterns_are_those_of_the_perturbation(crystals):
    """The same draw, once as crystals and once as patterns."""
    on_crystal = Perturbation(Strain(0.02), ThermalDisplacement(0.1))
    structures, simulator = list(crystals.values()), DiffractionSimulator(sort_lattice=False)
    moved = perturb_structures(structures, 0.5, perturbation=on_crystal, random_state=3)
    patterns = simulator.transform(moved)
    framed = layer_frame(site_table(structures))
    expected = perturb_patterns(
        framed, 0.5, simulator=simulator, perturbation=on_crystal, random_state=3
    )
    for one, two in zip(patterns, expected, strict=True):
        np.testing.assert_allclose(np.sort(one.intensity), np.sort(two.intensity), rtol=1e-6)


@pytest.mark.parametrize("perturbation", [None, Perturbation(IntensityNoise())])
def test_composition_and_properties_stay(perturbation):
    alloy = Structure(
        Lattice.tetragonal(3, 15),
        [{"Cu": 0.75, "Zn": 0.25}, "O"],
        [[0, 0, 0.5], [0.5, 0.5, 0.5]],
        properties={"name": "alloy"},
    )
    (moved,) = perturb_structures([alloy], perturbation=perturbation, random_state=0)
    assert moved.composition.almost_equals(alloy.composition)
    assert moved.properties == {"name": "alloy"}
    stays = np.allclose(moved.lattice.matrix, alloy.lattice.matrix)
    assert stays == (perturbation is not None)  # noise concerns spots only
