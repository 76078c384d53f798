"""The shipped standards: common phases, with cells and sites that were computed."""

import json
from importlib.resources import files

import gemmi
from pymatgen.core import Lattice, Structure

DATA = "standards.json"


def load_standards():
    """Load common phases, from corundum to the phases of cement and batteries.

    They are entries of the Materials Project, used under CC BY 4.0 [1]_. Their cells are
    **computed**: most axes are within 2 % of the measured ones, some are off by 5 %. Where exact
    positions of lines matter, take measured structures.

    Not every common phase is there: silicon, ceria, quartz and the other forms of silica, halite,
    sylvite, pyrite, galena, dolomite, graphite and molybdenite, for example, are not.

    Returns
    -------
    structures : list of Structure
        Conventional cells, with these ``properties``:

        - ``"name"``: the mineral, or common, name and the formula, which no two share;
        - ``"material_id"``: of the entry in the Materials Project;
        - ``"group"``: ``"oxide"``, ``"halide"``, ``"cement"`` ...;
        - ``"space_group"``: its number;
        - ``"source"``: the database, and under which licence;
        - ``"cells"``: ``"computed"``.

    See Also
    --------
    load_monolayers : Well-known 2D crystals.
    xrdmatch.retrieval.make_powder_retriever : Searches among them, with ``cells="computed"``.

    References
    ----------
    .. [1] A. Jain et al., "Commentary: The Materials Project", APL Materials 1, 011002 (2013).

    Examples
    --------
    >>> from xrdmatch.datasets import load_standards
    >>> standards = load_standards()
    >>> len(standards)
    264
    >>> by_name = {standard.properties["name"]: standard for standard in standards}
    >>> corundum = by_name["corundum Al2O3"]
    >>> corundum.properties["material_id"], corundum.properties["group"]
    ('mp-1143', 'laboratory standard')
    >>> [round(x, 1) for x in corundum.lattice.abc], len(corundum)
    ([4.8, 4.8, 13.1], 30)
    """
    data = json.loads(files("xrdmatch.datasets").joinpath(DATA).read_text(encoding="utf-8"))
    about = {"source": f"{data['source']} ({data['license']})", "cells": data["cells"]}
    return [_structure(phase, about) for phase in data["phases"]]


def _structure(phase, about):
    """Repeat the sites of a phase by its symmetry."""
    sites = _all_sites(phase)
    facts = {name: phase[name] for name in ("name", "material_id", "group", "space_group")}
    return Structure(
        Lattice.from_parameters(*phase["cell"]),
        [site.element.name for site in sites],
        [site.fract.tolist() for site in sites],
        to_unit_cell=True,
        properties=facts | about,
    )


def _all_sites(phase):
    small = gemmi.SmallStructure()
    small.cell = gemmi.UnitCell(*phase["cell"])
    small.spacegroup_hall = phase["hall"]
    small.determine_and_set_spacegroup("h")
    for element, *position in phase["sites"]:
        site = gemmi.SmallStructure.Site()
        site.element = gemmi.Element(element)
        site.fract = gemmi.Fractional(*position)
        small.add_site(site)
    small.setup_cell_images()
    return small.get_all_unit_cell_sites()
