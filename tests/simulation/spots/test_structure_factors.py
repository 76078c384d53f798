"""Structure factors against gemmi's calculators and against loops over spots and sites."""

import gemmi
import numpy as np
import pytest
from gemmi_structures import as_small_structure
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure
from scipy.spatial.transform import Rotation

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import beam_direction, zone_layer
from xrdmatch.simulation import perturb_patterns

# Relative to the strongest spot: gemmi sums in double precision but rounds form factors and
# displacement parameters to single precision.
SINGLE = 1e-6
CALCULATORS = {
    "xray": gemmi.StructureFactorCalculatorX,
    "electron": gemmi.StructureFactorCalculatorE,
    "neutron": gemmi.StructureFactorCalculatorN,
}
CELLS_ALONG_THE_NORMAL = ["h-BN", "MoS2", "skewed, a > b"]
CELLS = [*CELLS_ALONG_THE_NORMAL, "P1, c tilted"]


def gemmi_pattern(structure, kind, b_iso):
    """{(h, k): (|q|, intensity)} of the cell as given."""
    small = as_small_structure(structure, b_iso)
    calculator = CALCULATORS[kind](small.cell)
    n_atoms = structure.composition.num_atoms
    indices = [(h, k) for h in range(-6, 7) for k in range(-6, 7) if (h, k) != (0, 0)]
    return {
        (h, k): (
            1 / small.cell.calculate_d((h, k, 0)),
            abs(calculator.calculate_sf_from_small_structure(small, (h, k, 0))) ** 2 / n_atoms,
        )
        for h, k in indices
    }


@pytest.mark.parametrize("kind", CALCULATORS)
@pytest.mark.parametrize("b_iso", [0.0, 1.0])
@pytest.mark.parametrize("name", CELLS_ALONG_THE_NORMAL)
def test_gemmi(crystals, by_indices, name, kind, b_iso):
    (pattern,) = DiffractionSimulator(radiation=kind, b_iso=b_iso).transform([crystals[name]])
    found, expected = by_indices(pattern), gemmi_pattern(crystals[name], kind, b_iso)
    assert set(found) == set(expected)
    strongest = pattern.intensity.max()
    for hk, (length, intensity) in expected.items():
        q, value = found[hk]
        assert np.hypot(*q) == pytest.approx(length, rel=SINGLE)
        assert value == pytest.approx(intensity, rel=SINGLE, abs=SINGLE * strongest)


@pytest.mark.parametrize("kind", CALCULATORS)
@pytest.mark.parametrize("name", CELLS)
def test_naive_sum(crystals, naive_pattern, assert_same_indexed, name, kind):
    (pattern,) = DiffractionSimulator(radiation=kind).transform([crystals[name]])
    assert_same_indexed(pattern, naive_pattern(crystals[name], kind))


def test_debye_waller_factors_by_element(crystals, naive_pattern, assert_same_indexed):
    b_iso = {"Ti": 0.4, "O": 1.3}  # nothing for Se
    crystal = crystals["skewed, a > b"]
    (pattern,) = DiffractionSimulator(b_iso=b_iso).transform([crystal])
    assert_same_indexed(pattern, naive_pattern(crystal, b_iso=b_iso))


def test_partial_occupancies(naive_pattern, assert_same_indexed):
    species = [{"Mo": 0.7, "W": 0.3}, {"S": 0.5}, "Se"]
    coords = [[1 / 3, 2 / 3, 0.5], [0.6, 0.3, 0.57], [0.7, 0.4, 0.43]]
    mixed = Structure(Lattice.hexagonal(3.2, 20), species, coords)
    (pattern,) = DiffractionSimulator().transform([mixed])
    assert_same_indexed(pattern, naive_pattern(mixed))


def test_a_site_shared_by_equals_is_one_site(make_layer, assert_same_indexed):
    whole = make_layer(3)
    shared = Structure(
        whole.lattice,
        [{f"{site.specie}0+": 0.5, f"{site.specie}1+": 0.5} for site in whole],
        whole.frac_coords,
    )
    assert_same_indexed(*DiffractionSimulator().transform([shared, whole]))


def test_one_atom_gives_its_form_factor(form_factor_by_hand):
    carbon = Structure(Lattice.tetragonal(3.0, 20), ["C"], [[0.3, 0.1, 0.2]])
    (pattern,) = DiffractionSimulator(b_iso=0.0).transform([carbon])
    expected = [form_factor_by_hand("C", np.hypot(*q), "xray") ** 2 for q in pattern.q]
    np.testing.assert_allclose(pattern.intensity, expected)


def test_extinction_by_hand():
    """A centred net: F = 2 f where h + k is even, nothing where it is odd."""
    centred = Structure(Lattice.tetragonal(4.0, 20), ["C", "C"], [[0, 0, 0.5], [0.5, 0.5, 0.5]])
    (pattern,) = DiffractionSimulator().transform([centred])
    odd = pattern.hkl.sum(axis=1) % 2 == 1
    assert pattern.intensity[odd].max() < SINGLE * pattern.intensity.max()
    assert pattern.intensity[~odd].min() > 0


TILTS = [(0, 0), (20, 0), (35, 130), (60, -45)]
seeds = st.integers(0, 2**32 - 1)


def tilted(structure, tilt, **options):
    (pattern,) = DiffractionSimulator(tilt=tilt, **options).transform([structure])
    return pattern


@pytest.mark.parametrize("tilt", TILTS)
@pytest.mark.parametrize("kind", CALCULATORS)
def test_one_atom_shows_its_form_factor_on_every_rod(form_factor_by_hand, tilt, kind):
    """|F|^2 / N of one atom: f(|q|)^2 exp(-b q^2 / 2) with the whole |q|, at any height."""
    layer = Structure(Lattice.hexagonal(3, 20), ["Mo"], [[0.2, 0.3, 0.4]])
    pattern = tilted(layer, tilt, radiation=kind, b_iso=0.7, hk_max=3)
    for q, intensity in zip(pattern.q, pattern.intensity, strict=True):
        length = np.linalg.norm(q)
        f = form_factor_by_hand("Mo", length, kind) * np.exp(-0.7 * length**2 / 4)
        assert intensity == pytest.approx(f**2)


@pytest.mark.parametrize("tilt", TILTS)
def test_two_atoms_above_each_other_beat_along_the_normal(tilt):
    """I = 2 f^2 cos^2(pi q_z d) for a dimer of the length d along z."""
    d, cell = 2.4, Lattice.tetragonal(4, 20)
    dimer = Structure(cell, ["C", "C"], [[0.3, 0.1, 0.5], [0.3, 0.1, 0.5 + d / 20]])
    pattern = tilted(dimer, tilt, hk_max=4)
    atom = tilted(Structure(cell, ["C"], [[0, 0, 0]]), tilt, hk_max=4)
    expected = 2 * atom.intensity * np.cos(np.pi * pattern.q[:, 2] * d) ** 2
    np.testing.assert_allclose(pattern.intensity, expected, atol=1e-12 * expected.max())


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("tilt", TILTS)
def test_naive_sum_over_atoms_in_space(crystals, form_factor_by_hand, name, tilt):
    """q from the pattern, positions from the crystal turned into its frame by hand."""
    crystal = crystals[name]
    a, b, _ = crystal.lattice.matrix
    if np.linalg.norm(b) < np.linalg.norm(a):
        a, b = b, a
    x, normal = a / np.linalg.norm(a), np.cross(a, b) / np.linalg.norm(np.cross(a, b))
    axes = np.array([x, np.cross(normal, x), normal])
    pattern = tilted(crystal, tilt, radiation="electron", q_max=0.8)
    for q, intensity in zip(pattern.q, pattern.intensity, strict=True):
        length = np.linalg.norm(q)
        amplitude = sum(
            form_factor_by_hand(site.specie.symbol, length, "electron")
            * np.exp(-(length**2) / 4 + 2j * np.pi * q @ axes @ whole(site, crystal))
            for site in crystal
        )
        assert intensity == pytest.approx(
            abs(amplitude) ** 2 / len(crystal), abs=1e-9 * pattern.intensity.max()
        )


def whole(site, crystal):
    """Position in the layer that no boundary cuts: none of these is cut."""
    assert np.ptp(crystal.frac_coords[:, 2]) < 0.5
    return site.coords


@pytest.mark.parametrize("angle", [0, 15, 50])
def test_spots_lie_in_the_plane_normal_to_the_beam(crystals, by_indices, angle):
    beam = beam_direction((angle, 70))
    flat = by_indices(DiffractionSimulator().transform([crystals["MoS2"]])[0])
    pattern = tilted(crystals["MoS2"], (angle, 70))
    np.testing.assert_allclose(pattern.q @ beam, 0, atol=1e-12)
    for (h, k, _), q in zip(pattern.hkl.tolist(), pattern.q, strict=True):
        np.testing.assert_allclose(q[:2], flat[h, k][0], atol=1e-12)


def test_no_tilt_is_the_untilted_pattern(crystals, make_layer):
    for layer in [*crystals.values(), make_layer(3)]:
        (flat,) = DiffractionSimulator(q_max=1.2).transform([layer])
        pattern = tilted(layer, (0, 0), q_max=1.2)
        np.testing.assert_array_equal(pattern.q, np.pad(flat.q, ((0, 0), (0, 1))))
        np.testing.assert_allclose(pattern.intensity, flat.intensity, rtol=1e-12)


def test_the_range_is_that_of_the_whole_q(crystals):
    wide = tilted(crystals["MoS2"], (40, 10), q_max=2.0)
    narrow = tilted(crystals["MoS2"], (40, 10), q_max=1.0)
    inside = np.linalg.norm(wide.q, axis=1) <= 1.0
    assert 0 < inside.sum() < len(inside)
    np.testing.assert_array_equal(np.sort(wide.intensity[inside]), np.sort(narrow.intensity))


@settings(deadline=None, max_examples=25)
@given(seed=seeds, turn=seeds, angle=st.floats(0, 60), azimuth=st.floats(-180, 180))
def test_how_the_crystal_lies_in_space_makes_no_difference(make_layer, seed, turn, angle, azimuth):
    layer = make_layer(seed)
    rotation = Rotation.random(random_state=turn).as_matrix()
    matrix = layer.lattice.matrix @ rotation.T
    turned = Structure(Lattice(matrix), layer.species, layer.frac_coords)
    one, other = (tilted(x, (angle, azimuth), hk_max=3) for x in (layer, turned))
    np.testing.assert_allclose(other.q, one.q, atol=1e-9)
    np.testing.assert_allclose(other.intensity, one.intensity, atol=1e-9 * one.intensity.max())


@settings(deadline=None, max_examples=25)
@given(seed=seeds, height=st.floats(-1, 1))
def test_height_and_vacuum_make_no_difference(make_layer, seed, height):
    """Also where the shift cuts the layer at the boundary of its cell."""
    layer = make_layer(seed)
    coords = (layer.frac_coords + np.array([0, 0, height])) % 1.0
    moved = Structure(layer.lattice, layer.species, coords)
    one, other = (tilted(x, (25, 40), hk_max=3) for x in (layer, moved))
    np.testing.assert_allclose(other.intensity, one.intensity, atol=1e-9 * one.intensity.max())


def test_opposite_tilts_tell_what_stacks_on_what(crystals):
    """A layer without a mirror normal to z: untilted both sides look alike, tilted they do not."""
    layer = crystals["skewed, a > b"]
    one, other = (tilted(layer, (20, azimuth), q_max=1.0) for azimuth in (90, -90))
    assert np.abs(one.intensity - other.intensity).max() > 0.05 * one.intensity.max()


def test_a_zone_axis_of_a_bulk_crystal_has_no_heights():
    copper = Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.6), ["Cu"], [[0, 0, 0]])
    layers = [copper, zone_layer(copper, [1, 1, 0])]
    message = r"needs layers with their own heights, got .* Cu \(Cu \[1 1 0\]\) at position 1; pass"
    with pytest.raises(ValueError, match=message):
        DiffractionSimulator(tilt=(20, 0)).transform(layers)
    with pytest.raises(ValueError, match=message):
        perturb_patterns(layers, simulator=DiffractionSimulator(tilt=(20, 0)))
