"""Structures come back from plain data, and no class but pymatgen's own is built for them."""

import sys

import pytest
from pymatgen.core import DummySpecies, Lattice, Species, Structure
from pymatgen.electronic_structure.core import Magmom

from xrdmatch.crystallography import formula_from_dict, structure_from_dict


@pytest.fixture
def content():
    iron = Structure(Lattice.cubic(2.87), ["Fe", "Fe"], [[0] * 3, [0.5] * 3])
    iron.properties = {"from": {"@module": "this", "@class": "Zen"}}  # stays a dict
    return iron.as_dict()


def test_ordinary_structures_come_back(content):
    assert structure_from_dict(content) == Structure.from_dict(content)
    assert structure_from_dict(content).properties["from"]["@class"] == "Zen"


def test_what_belongs_to_sites_comes_back():
    crystal = Structure(
        Lattice.cubic(4),
        [{Species("Fe", 2, spin=5): 0.5, "Mn3+": 0.25}, Species("O", -2)],
        [[0] * 3, [0.5] * 3],
        site_properties={"magmom": [Magmom([1, 0, 0]), Magmom(0)], "b_iso": [0.5, 1.0]},
    )
    found = structure_from_dict(crystal.as_dict())
    assert found == crystal
    assert found.site_properties["magmom"] == crystal.site_properties["magmom"]


@pytest.mark.parametrize(
    "species",
    [
        ["Na", "Cl"],
        [Species("Fe", 2), Species("O", -2)],
        [{Species("Fe", 2, spin=5): 0.5, "Mn3+": 0.25}, Species("O", -2)],
        ["D", "F"],
        [DummySpecies("X"), "Na"],
    ],
)
def test_formulas_are_those_of_the_structures(species):
    crystal = Structure(Lattice.cubic(4), species, [[0] * 3, [0.5] * 3])
    assert formula_from_dict(crystal.as_dict()) == crystal.composition.reduced_formula


@pytest.mark.parametrize(
    "planted",
    [
        {"@module": "this", "@class": "Zen"},
        {"@module": "subprocess", "@class": "Popen", "args": "true"},
        {"@module": "this", "@callable": "Zen"},
        {"@module": "pymatgen.core.structure", "@class": "Structure", "@callable": "x"},
        {"@module": ["this"], "@class": "Zen"},
        [{"deep": ({"@module": "this", "@class": "Zen"},)}],
    ],
    ids=str,
)
@pytest.mark.parametrize("place", ["properties", "species", "label"])
def test_planted_classes_are_refused(content, planted, place, monkeypatch):
    monkeypatch.delitem(sys.modules, "this", raising=False)
    site = content["sites"][0]
    if place == "species":
        site["species"][0]["properties"] = {"spin": planted}
    else:
        site[place] = {"x": planted} if place == "properties" else planted
    with pytest.raises(
        ValueError, match=r"that is read hold plain data, got an object of .*(Zen|Popen|x);"
    ):
        structure_from_dict(content)
    assert "this" not in sys.modules
