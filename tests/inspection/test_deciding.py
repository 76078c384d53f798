"""What decides between two crystals, in numbers and in words."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.inspection import deciding_measurements

POWDER = DiffractionSimulator("powder", "CuKa")


def salt(metal, anion="O", a=4.2):
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    return Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), [metal, anion], sites)


def named(found):
    return {one.name: one for one in found.measurements}


def test_neighbours_in_the_periodic_table():
    found = deciding_measurements(salt("Ni"), salt("Cu"), POWDER)
    assert found.alike
    assert not found.twins
    assert found.similarity > 0.999
    assert found.sentence == "Knowing the elements decides: the first has Ni, the second has Cu."
    assert found.measurements[0].name == "elements"
    assert found.measurements[0].after is None
    assert named(found).keys() == {
        *("elements", "range", "wavelength", "neutron", "resolution", "cell")
    }


def test_neutrons_tell_what_x_rays_do_not():
    """Ti scatters neutrons with the other sign."""
    found = named(deciding_measurements(salt("Ti"), salt("V"), POWDER))
    assert found["neutron"].decides
    assert found["neutron"].after < 0.9 < found["neutron"].before
    numbers = f"{found['neutron'].before:.3f} -> {found['neutron'].after:.3f}"
    said = f"Neutron diffraction (to 140 degrees) tells them apart (similarity {numbers})."
    assert found["neutron"].sentence == said


def test_cells_within_a_percent_are_twins_of_each_other():
    found = deciding_measurements(salt("Mg"), salt("Mg", a=4.23), POWDER)
    assert found.twins
    assert found.alike
    assert found.sentence == "Both are MgO, Fm-3m, and count as one crystal (similarity 1.000)."
    assert [one.name for one in found.measurements if one.decides] == ["cell"]


def test_a_scan_that_tells_them_apart():
    found = deciding_measurements(salt("Mg"), salt("Na", "Cl", 5.64), POWDER)
    assert not found.alike
    said = f"This measurement tells them apart (similarity {found.similarity:.3f})."
    assert found.sentence == said


def perovskite(shift):
    """Lead titanate in a doubled cell, with oxygen off its place by so much of the axes."""
    cell = Lattice.tetragonal(4.0, 8.0)
    species = ["Pb", "Pb", "Ti", "Ti"] + ["O"] * 6
    coords = [[0, 0, 0], [0, 0, 0.5], [0.5, 0.5, 0.25], [0.5, 0.5, 0.75]]
    coords += [[0.5, 0.5, 0.0], [0.5, 0.5, 0.5], [0.5, 0, 0.25], [0, 0.5, 0.25]]
    coords += [[0.5, 0, 0.75 + shift], [0, 0.5, 0.75 - shift]]
    return Structure(cell, species, coords)


def test_neutrons_show_light_atoms_beside_heavy_ones():
    found = deciding_measurements(perovskite(0.0), perovskite(0.04), POWDER)
    assert found.alike
    assert found.sentence == named(found)["neutron"].sentence
    assert not named(found)["elements"].decides
    assert named(found)["range"].after < found.similarity  # what oxygen does grows with the angle


def test_splittings_grow_with_the_angle():
    """A cell that is 0.4 % from cubic, seen through broad lines at low angles."""
    cell = Lattice.tetragonal(2.86, 2.86 * 1.004)
    iron = Structure.from_prototype("bcc", ["Fe"], a=2.86)
    found = deciding_measurements(
        iron, Structure(cell, iron.species, iron.frac_coords), POWDER, fwhm=0.3, two_theta=(30, 70)
    )
    assert found.alike
    assert {one.name for one in found.measurements if one.decides} >= {"range", "resolution"}


def test_order_of_the_two_makes_no_difference():
    one = deciding_measurements(salt("Ti"), salt("V"), POWDER)
    other = deciding_measurements(salt("V"), salt("Ti"), POWDER)
    assert one.similarity == pytest.approx(other.similarity, abs=1e-9)
    for name, measurement in named(one).items():
        assert measurement.after == pytest.approx(named(other)[name].after, abs=1e-9)


@pytest.mark.parametrize(
    ("simulator", "names"),
    [
        (DiffractionSimulator("powder", "MoKa"), {"wavelength", "neutron"}),
        (DiffractionSimulator("powder", "neutron", wavelength=1.5), {"xray"}),
        (DiffractionSimulator("powder", "electron", wavelength=0.5), {"xray"}),
    ],
)
def test_other_radiations(simulator, names):
    found = named(deciding_measurements(salt("Ni"), salt("Cu"), simulator))
    assert found.keys() == {"elements", "range", "resolution", "cell"} | names
    if "wavelength" in names:
        assert "(CuKa)" in found["wavelength"].sentence


def test_nothing_is_better_than_the_best():
    found = deciding_measurements(
        salt("Ni"), salt("Cu"), POWDER, two_theta=(10, 140), fwhm=0.02, cell_change=0.0
    )
    assert named(found).keys() == {"elements", "wavelength", "neutron"}


def test_no_neutrons_for_what_has_no_scattering_length():
    assert "neutron" not in named(deciding_measurements(salt("Po"), salt("Pb"), POWDER))


def stacked(distance):
    heights = np.array([0, 1.5, -1.5, distance, distance + 1.5, distance - 1.5]) / 30
    coords = np.column_stack([[1 / 3, 2 / 3, 2 / 3] * 2, [2 / 3, 1 / 3, 1 / 3] * 2, 0.3 + heights])
    return Structure(Lattice.hexagonal(3.18, 30), ["Mo", "S", "S", "W", "S", "S"], coords)


def test_layers():
    found = deciding_measurements(stacked(6.2), stacked(6.9))
    assert found.similarity == pytest.approx(1)
    assert named(found).keys() == {"elements", "tilt", "range", "electron"}
    assert found.measurements[0].name == "tilt"
    assert found.sentence == found.measurements[0].sentence
    assert not found.twins  # although formula and space group agree
    for name in ("range", "electron"):
        assert named(found)[name].after == pytest.approx(1)
    electrons = deciding_measurements(
        stacked(6.2), stacked(6.9), DiffractionSimulator(radiation="electron", q_max=2.0)
    )
    assert "q to 4 1/Å" in named(electrons)["range"].sentence
    assert "xray" in named(electrons)


def test_layers_that_are_one_crystal():
    turned = stacked(6.2)
    turned = Structure(turned.lattice, turned.species, 1 - turned.frac_coords)
    found = deciding_measurements(stacked(6.2), turned)
    assert found.twins
    assert found.sentence == (
        "Both are MoWS4, space group 156, and count as one crystal (similarity 1.000)."
    )


def test_phases_of_one_formula_that_are_not_alike_are_no_twins():
    found = deciding_measurements(perovskite(0.0), perovskite(0.0).scale_lattice(200), POWDER)
    assert not found.twins
    assert found.sentence.startswith("This measurement tells them apart (similarity 0.")


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"two_theta": (80, 10)}, r"two_theta is a range of rising .* got \(80, 10\); give"),
        ({"two_theta": 80}, r"two_theta is a range of rising .* got 80; give"),
        ({"two_theta": (10, 170)}, r"up to 160 degrees, got \(10, 170\)"),
        ({"fwhm": 0}, r"fwhm is the width of lines \[degrees\], from 0.001 to 5, got 0; give 0.1"),
        ({"cell_change": 0.2}, r"cell_change is .*, from 0 to 0.05, got 0.2; give 0.01"),
        ({"severity": -1}, r"severity is .* from 0 to 10, got -1; give 1, for example"),
        (
            {"threshold": 1.0},
            r"threshold is the similarity .* below 1, or None, got 1.0; give 0.99",
        ),
        ({"threshold": "high"}, r"threshold is the similarity .* got 'high'; give 0.99"),
    ],
)
def test_bad_numbers(options, match):
    with pytest.raises(ValueError, match=match):
        deciding_measurements(salt("Ni"), salt("Cu"), POWDER, **options)


def test_bad_simulators():
    with pytest.raises(ValueError, match="geometry must be one of 'zone_axis', 'powder', got"):
        deciding_measurements(salt("Ni"), salt("Cu"), DiffractionSimulator("laue"))
    with pytest.raises(TypeError, match=r"a DiffractionSimulator, .* got 'powder'; write"):
        deciding_measurements(salt("Ni"), salt("Cu"), "powder")
    with pytest.raises(ValueError, match="A powder's angles need a wavelength, got none"):
        deciding_measurements(salt("Ni"), salt("Cu"), DiffractionSimulator("powder"))


def test_nothing_to_compare():
    with pytest.raises(ValueError, match="one that has none there or no form factors; widen"):
        deciding_measurements(salt("Ni"), salt("Cu"), POWDER, two_theta=(1, 5))
