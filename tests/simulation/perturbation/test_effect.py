"""What all effects share: nothing at severity 0, chance from a seed, padding, a text."""

from dataclasses import dataclass

import numpy as np
import pytest
from ase.calculators.emt import EMT
from pymatgen.core import Lattice, Structure

from xrdmatch.crystallography import layer_frame, site_table
from xrdmatch.simulation import (
    Background,
    BeamStop,
    CrystalEffect,
    DebyeModel,
    IntensityNoise,
    MissingSpots,
    MolecularDynamics,
    Rotation,
    Saturation,
    ScaleError,
    SpotEffect,
    SpuriousSpots,
    Strain,
    ThermalDisplacement,
)

CRYSTAL_EFFECTS = [
    Strain(0.02),
    ThermalDisplacement(0.1),
    ThermalDisplacement({"Cu": 0.1, "O": 0.2}),
    ThermalDisplacement(DebyeModel(500, {"Cu": 300, "O": 600})),
    MolecularDynamics(EMT, temperature=200, n_equilibration=3),
]
SPOT_EFFECTS = [
    IntensityNoise(0.3),
    Background(0.1, 0.4),
    Saturation(0.3),
    MissingSpots(0.4),
    MissingSpots(0, threshold=0.2),
    SpuriousSpots(3, q_max=0.8),
    BeamStop(0.5),
    BeamStop(0.1, arm=0.4, direction=20),
    Rotation(10),
    ScaleError(0.1),
]
DRAWS_NOTHING = [e for e in SPOT_EFFECTS if isinstance(e, Background | BeamStop | Saturation)]
TEXT = {"DebyeModel": DebyeModel, "EMT": EMT} | {
    type(effect).__name__: type(effect) for effect in CRYSTAL_EFFECTS + SPOT_EFFECTS
}


@pytest.fixture(scope="module")
def framed():
    """Twenty layers with one or two atoms, so that half of the rows are padded."""
    one = Structure(Lattice.tetragonal(2.9, 15), ["Cu"], [[0, 0, 0.5]])
    two = Structure(Lattice.tetragonal(3.0, 15), ["Cu", "O"], [[0, 0, 0.5], [0.5, 0.5, 0.52]])
    return layer_frame(site_table([one, two] * 10))


@pytest.fixture(scope="module")
def spots():
    """Thirty patterns with three to twelve spots: q (30, 12, 2), intensity (30, 12)."""
    rng = np.random.default_rng(0)
    padded = np.arange(12) >= rng.integers(3, 13, 30)[:, None]
    q = np.where(padded[..., None], np.nan, rng.uniform(-1, 1, (30, 12, 2)))
    return q, np.where(padded, np.nan, rng.lognormal(size=(30, 12)))


def crystals_from(effect, framed, severity, seed=0):
    severity = np.broadcast_to(severity, len(framed))
    moved = effect(framed, severity, np.random.RandomState(seed))
    return moved.lattice, moved.frac_coords


def spots_from(effect, spots, severity, seed=0):
    severity = np.broadcast_to(severity, len(spots[0]))
    return effect(*spots, severity, np.random.RandomState(seed))


def drawn(effect, framed, spots, severity, seed=0):
    if isinstance(effect, CrystalEffect):
        return crystals_from(effect, framed, severity, seed)
    return spots_from(effect, spots, severity, seed)


def same(one, two):
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, two, strict=True))


every_effect = pytest.mark.parametrize("effect", CRYSTAL_EFFECTS + SPOT_EFFECTS, ids=repr)
every_spot_effect = pytest.mark.parametrize("effect", SPOT_EFFECTS, ids=repr)


@every_effect
def test_severity_0_changes_nothing_and_severity_1_does(effect, framed, spots):
    ideal = (framed.lattice, framed.frac_coords) if isinstance(effect, CrystalEffect) else spots
    assert same(drawn(effect, framed, spots, 0.0), ideal)
    assert not same(drawn(effect, framed, spots, 1.0), ideal)


@every_effect
def test_what_is_given_stays_as_it_is(effect, framed, spots):
    given = (framed.lattice, framed.frac_coords, *spots)
    before = [x.copy() for x in given]
    drawn(effect, framed, spots, 1.0)
    assert same(given, before)


@every_effect
def test_a_seed_repeats_the_draw(effect, framed, spots):
    one, two = (drawn(effect, framed, spots, 1.0, seed=3) for _ in range(2))
    assert same(one, two)
    other = drawn(effect, framed, spots, 1.0, seed=4)
    free_of_chance = effect in DRAWS_NOTHING or effect == MissingSpots(0, threshold=0.2)
    assert same(one, other) == free_of_chance


@every_effect
def test_each_row_has_its_own_severity(effect, framed, spots):
    """Every second row has none and stays, whatever happens to its neighbours."""
    n_rows = len(framed) if isinstance(effect, CrystalEffect) else 30
    still = np.arange(n_rows) % 2 == 0
    ideal = drawn(effect, framed, spots, 0.0)
    found = drawn(effect, framed, spots, np.where(still, 0.0, 1.0))
    own = [x[:, : y.shape[1]] for x, y in zip(found, ideal, strict=True)]
    assert same([x[still] for x in own], [x[still] for x in ideal])
    assert not same([x[~still] for x in found], [x[~still] for x in ideal])
    assert np.isnan(found[1][still][:, ideal[1].shape[1] :]).all()  # where others' new spots are


@every_effect
def test_the_text_rebuilds_the_effect(effect):
    again = eval(repr(effect), TEXT)
    assert again == effect
    assert hash(again) == hash(effect)
    assert repr(again) == repr(effect)


@every_effect
def test_no_structures(effect, framed, spots):
    nothing = drawn(effect, framed[:0], [x[:0] for x in spots], np.ones(0))
    assert [len(x) for x in nothing] == [0, 0]


@pytest.mark.parametrize("effect", CRYSTAL_EFFECTS, ids=repr)
def test_padded_sites_stay_zero(effect, framed):
    _, frac_coords = crystals_from(effect, framed, 1.0)
    assert not frac_coords[framed.numbers == 0].any()
    assert (framed.numbers == 0).any()


@every_spot_effect
@pytest.mark.parametrize("severity", [1.0, 50.0])
def test_patterns_stay_valid(effect, spots, severity):
    """Positions and intensities end together, nothing is negative, and a spot is left."""
    q, intensity = spots_from(effect, spots, severity)
    there = np.isfinite(intensity)
    np.testing.assert_array_equal(np.isfinite(q), there[..., None] & [True, True])
    assert (intensity[there] >= 0).all()
    assert there.any(1).all()


@every_spot_effect
def test_padding_stays_padding(effect, spots):
    padded = np.isnan(spots[1])
    _, intensity = spots_from(effect, spots, 1.0)
    assert np.isnan(intensity[:, : padded.shape[1]][padded]).all()


@pytest.mark.parametrize("effect", DRAWS_NOTHING, ids=repr)
def test_without_chance_a_pattern_alone_is_as_among_others(effect, spots):
    together = spots_from(effect, spots, 1.0)
    for i in (0, 7, 29):
        alone = spots_from(effect, [x[i : i + 1] for x in spots], 1.0)
        assert same(alone, [x[i : i + 1] for x in together])


@every_spot_effect
@pytest.mark.filterwarnings("error")
def test_a_row_without_spots_harms_no_other(effect, spots):
    q, intensity = (x.copy() for x in spots)
    q[4], intensity[4] = np.nan, np.nan
    _, found = spots_from(effect, (q, intensity), 1.0)
    others = np.arange(30) != 4
    assert np.isfinite(found[others]).any(1).all()
    assert np.isnan(found[4, :12]).all()


@pytest.mark.parametrize("kind", [Strain, ThermalDisplacement, IntensityNoise, MissingSpots])
@pytest.mark.parametrize("strength", [-0.01, np.nan, np.inf, "strong"])
def test_bad_strengths(kind, strength):
    message = rf"{kind.__name__}'s \w+ must be finite and not negative.*, got {strength!r}; "
    with pytest.raises(ValueError, match=message):
        kind(strength)


def test_numbers_of_any_kind_become_floats():
    assert repr(Strain(np.float32(0.5))) == "Strain(sigma=0.5)"
    assert repr(ThermalDisplacement(np.float64(0.5))) == "ThermalDisplacement(u=0.5)"
    assert repr(Rotation(5)) == "Rotation(sigma=5.0)"


@pytest.mark.parametrize("base", [CrystalEffect, SpotEffect])
def test_an_effect_must_do_something(base):
    @dataclass(frozen=True)
    class Idle(base):
        pass

    with pytest.raises(NotImplementedError, match="Idle needs a __call__"):
        Idle()(*[None] * (3 if base is CrystalEffect else 4))
