"""The shipped standards: common phases, with measured cells where a source of them is open."""

import json
from importlib.resources import files

import gemmi
from pymatgen.core import Lattice, Structure

DATA = "standards.json"
NUMBERS = ["cod_id", "amcsd_id", "material_id"]
FACTS = ["name", "group", "space_group", "cells", "publication", *NUMBERS]


def load_standards():
    """Load common phases, from corundum to the phases of cement and batteries.

    Cells of 278 of them were **measured**: 194 are entries of the Crystallography Open Database
    [1]_, in the public domain (CC0), and 84 of the American Mineralogist Crystal Structure Database
    [2]_, which is freely accessible. All were published in 1950 or later, of pure substances at
    room temperature and pressure. Their sites were measured too, save for 16 with poor or missing
    ones, which have the computed sites. The others are entries of the Materials Project, used under
    CC BY 4.0 [3]_, whose cells were **computed**: most of these axes are within 2 % of the measured
    ones, some are off by 5 %. Where exact positions of lines matter, look at ``"cells"``.

    Not every common phase is there: tridymite, rhodochrosite, albite, the micas and most clays, for
    example, are not.

    Returns
    -------
    structures : list of Structure
        Conventional cells, with these ``properties``:

        - ``"name"``: the mineral, or common, name and the formula, which no two share;
        - ``"group"``: ``"oxide"``, ``"halide"``, ``"cement"`` ...;
        - ``"space_group"``: its number;
        - ``"cells"``: ``"measured"`` or ``"computed"``;
        - ``"source"``: the database, and under which licence;
        - ``"cod_id"``: of the entry in the Crystallography Open Database, or None;
        - ``"amcsd_id"``: of the entry in the American Mineralogist Crystal Structure Database, or
          None;
        - ``"publication"``: where a measured entry was published, else None;
        - ``"material_id"``: of the entry in the Materials Project, None where the sites were
          measured.

    See Also
    --------
    load_monolayers : Well-known 2D crystals.
    xrdmatch.retrieval.make_powder_retriever : Searches among them, with ``cells="stated"``.

    References
    ----------
    .. [1] S. Gražulis et al., "Crystallography Open Database (COD): an open-access collection of
       crystal structures and platform for world-wide collaboration", Nucleic Acids Research 40,
       D420 (2012).
    .. [2] R. T. Downs, M. Hall-Wallace, "The American Mineralogist Crystal Structure Database",
       American Mineralogist 88, 247 (2003).
    .. [3] A. Jain et al., "Commentary: The Materials Project", APL Materials 1, 011002 (2013).

    Examples
    --------
    >>> from xrdmatch.datasets import load_standards
    >>> standards = load_standards()
    >>> len(standards)
    349
    >>> by_name = {standard.properties["name"]: standard for standard in standards}
    >>> corundum = by_name["corundum Al2O3"]
    >>> corundum.properties["cells"], corundum.properties["cod_id"]
    ('measured', '1000032')
    >>> [round(x, 2) for x in corundum.lattice.abc], len(corundum)
    ([4.76, 4.76, 13.0], 30)
    >>> zircon = by_name["zircon ZrSiO4"]
    >>> zircon.properties["cells"], zircon.properties["amcsd_id"]
    ('measured', '0002643')
    >>> by_name["yttria Y2O3"].properties["cells"]
    'computed'
    """
    data = json.loads(files("xrdmatch.datasets").joinpath(DATA).read_text(encoding="utf-8"))
    return [_structure(phase, _source(phase, data["about"])) for phase in data["phases"]]


def _source(phase, about):
    """Database of the cell, and what it may be used under."""
    database = about[next(number for number in NUMBERS if phase.get(number))]
    return f"{database['source']} ({database['license']})"


def _structure(phase, source):
    """Repeat the sites of a phase by its symmetry."""
    sites = _all_sites(phase)
    return Structure(
        Lattice.from_parameters(*phase["cell"]),
        [site.element.name for site in sites],
        [site.fract.tolist() for site in sites],
        to_unit_cell=True,
        properties={name: phase.get(name) for name in FACTS} | {"source": source},
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
