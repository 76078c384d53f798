"""Recipes: supercells keep the crystal, guests take their share."""

from dataclasses import replace

import numpy as np
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher

from xrdmatch.datasets._families import decorations, templates
from xrdmatch.datasets._prototypes import PROTOTYPES, layer
from xrdmatch.datasets._recipes import _CELLS, MAX_SITES, Recipe, recipes, supercell

N_COPIES = {
    "primitive": 1, "1x2": 2, "2x1": 2, "rectangular": 2, "root2": 2, "root3": 3, "2x2": 4
}  # fmt: skip


def parts(name):
    """Cell, species and positions of a prototype's template."""
    elements, cell, internal = templates(name)[0]
    prototype = PROTOTYPES[name]
    positions = np.array([row[1:] for row in prototype.sites(*internal)])
    return prototype.cell(*cell), prototype.species(elements), positions


@pytest.mark.parametrize("name", ["2H", "FeSe", "GeS"])
@pytest.mark.parametrize("cell", _CELLS)
def test_supercell_is_the_same_crystal(name, cell):
    repeated = layer(*supercell(Recipe(name, templates(name)[0][0], (), cell), *parts(name)))
    single = layer(*parts(name))
    assert len(repeated) == N_COPIES[cell] * len(single)
    assert StructureMatcher(ltol=1e-4, stol=1e-4, angle_tol=1e-2).fit(repeated, single)


@pytest.mark.parametrize("cell", _CELLS)
def test_supercell_has_its_a_axis_along_x(cell):
    rows, *_ = supercell(Recipe("2H", ("Mo", "S"), (), cell), *parts("2H"))
    assert rows[0, 1] == 0
    assert rows[1, 1] > 0


def test_rectangular_cell_of_a_hexagonal_layer():
    rows, *_ = supercell(Recipe("2H", ("Mo", "S"), (), "rectangular"), *parts("2H"))
    assert rows == pytest.approx(np.diag([3.18, 3.18 * np.sqrt(3)]), abs=1e-12)


def test_guest_takes_its_sites_in_one_copy():
    recipe = Recipe("2H", ("Mo", "S"), (), "root3", role=1, guest="Se")
    _, species, _ = supercell(recipe, *parts("2H"))
    assert {e: species.count(e) for e in species} == {"Mo": 3, "S": 4, "Se": 2}


def test_no_recipe_is_larger_than_allowed():
    all_recipes, _ = recipes()
    sizes = {
        len(PROTOTYPES[r.prototype].species(r.elements)) * N_COPIES[r.cell] for r in all_recipes
    }
    assert min(sizes) == 1
    assert max(sizes) == MAX_SITES


def test_alloys_have_a_guest_that_is_new():
    all_recipes, _ = recipes()
    assert all(r.guest and r.guest not in r.elements for r in all_recipes if r.cell != "primitive")


@pytest.mark.parametrize("name", ["2H-Janus", "1T-Janus", "MnPS3", "BN"])
def test_roles_are_filled_by_different_elements(name):
    assert all(len(set(elements)) == len(elements) for elements in decorations()[name])


def test_inner_and_outer_anions_of_a_quintuple_layer_may_agree():
    assert ("Bi", "Te", "Te") in decorations()["Bi2Te3"]


def test_label_names_cell_and_distortion():
    plain = Recipe("1T", ("Ti", "S"), ())
    assert plain.label == "1T"
    assert replace(plain, cell="root3", guest="Zr").label == "1T-root3"
    assert replace(plain, distortion="polar").label == "1T-polar"
