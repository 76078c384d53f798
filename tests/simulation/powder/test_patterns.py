"""Many crystals: order, company, workers, tokens, and bad ones among them."""

from math import prod

import numpy as np
import pytest
from joblib import parallel_config
from pymatgen.core import DummySpecies, Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import site_table, sites_to_tokens
from xrdmatch.datasets import load_standards
from xrdmatch.simulation import PowderProfile, powder_reflections
from xrdmatch.simulation._powder import patterns

POWDER = DiffractionSimulator("powder", "CuKa")


def crystal(i):
    lattice = Lattice.from_parameters(3 + i % 5, 4 + i % 3, 5, 90, 80 + i % 20, 90)
    return Structure(lattice, ["Ti", "O", "O"], [[0, 0, 0], [0.3, i % 7 / 7, 0.4], [0.7, 0.6, 0.6]])


@pytest.fixture(scope="module")
def many():
    """300 crystals: three pieces."""
    return [crystal(i) for i in range(300)]


FAULTS = {
    "flat": Structure(Lattice([[3, 0, 0], [0, 3, 0], [3, 3, 0]]), ["C"], [[0, 0, 0]]),
    "unknown element": Structure(Lattice.cubic(3), ["Es"], [[0, 0, 0]]),
    "dummy": Structure(Lattice.cubic(3), [DummySpecies("X")], [[0, 0, 0]]),
    "tiny": Structure(Lattice.cubic(0.5), ["C"], [[0, 0, 0]]),
    "no structure": "NaCl",
}


def assert_equal(patterns, expected):
    for pattern, other in zip(patterns, expected, strict=True):
        np.testing.assert_array_equal(pattern.hkl, other.hkl)
        np.testing.assert_array_equal(pattern.q, other.q)
        np.testing.assert_array_equal(pattern.intensity, other.intensity)


def test_order_company_and_workers_do_not_matter(many):
    patterns = POWDER.transform(many)
    assert_equal(POWDER.transform(many[::-1])[::-1], patterns)
    assert_equal(POWDER.transform(many[5:6]), patterns[5:6])
    with parallel_config(backend="threading"):
        assert_equal(DiffractionSimulator("powder", "CuKa", n_jobs=2).transform(many), patterns)


def test_tables_tokens_and_tuples_do_as_well(many):
    patterns = POWDER.transform(many[:3])
    assert_equal(POWDER.transform(site_table(many[:3])), patterns)
    assert_equal(POWDER.transform(tuple(many[:3])), patterns)
    rows = [
        sites_to_tokens(c.lattice.parameters, c.frac_coords, c.atomic_numbers, 4) for c in many[:3]
    ]
    for pattern, expected in zip(POWDER.transform(np.array(rows)), patterns, strict=True):
        np.testing.assert_allclose(pattern.q, expected.q, rtol=1e-6)  # tokens are float32
        np.testing.assert_allclose(
            pattern.intensity, expected.intensity, rtol=1e-4, atol=1e-6 * expected.intensity.max()
        )


def test_no_structures_no_patterns():
    assert POWDER.fit_transform([]) == []


def test_scans_are_scans(many):
    profile = PowderProfile(np.arange(10, 60, 0.05))
    scans = DiffractionSimulator("powder", "CuKa", profile=profile).transform(many[:2])
    assert [scan.n_points for scan in scans] == [1000, 1000]
    assert scans[0].radiation == POWDER.transform(many[:1])[0].radiation


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("flat", "simulated of C at position 200: its cell has no volume; mend it"),
        ("unknown element", "Es at position 200: atomic number 99 has no form factor for xray"),
        ("dummy", "Every species must be an element, got X0.* at position 200"),
        ("tiny", r"C at position 200: it has no reflection within q_max = 0.9172 1/Å; mend"),
    ],
)
def test_a_fault_is_named_by_its_place(many, fault, message):
    with pytest.raises(ValueError, match=message):
        POWDER.transform([*many[:200], FAULTS[fault], *many[200:]])


def test_not_structures(many):
    with pytest.raises(TypeError, match="Structures come in a list, got a single Structure"):
        POWDER.transform(many[0])
    with pytest.raises(TypeError, match="got str at position 200"):
        POWDER.transform([*many[:200], "NaCl"])


def test_bad_ones_are_skipped_and_named(many):
    mixed = [*many[:130], *FAULTS.values(), *many[130:140]]
    with pytest.warns(UserWarning, match="Left out 5 of 145 structures: position 130 .its cell"):
        found = powder_reflections(mixed, POWDER, on_error="skip")
    assert [i for i, one in enumerate(found) if one is None] == [130, 131, 132, 133, 134]
    good = powder_reflections(many[:140], POWDER, on_error="skip")
    for one, other in zip([x for x in found if x is not None], good, strict=True):
        np.testing.assert_array_equal(one.strength, other.strength)


def test_skip_or_raise(many):
    with pytest.raises(ValueError, match="on_error must be 'raise' or 'skip', got 'stop'; pick"):
        powder_reflections(many, POWDER, on_error="stop")
    with pytest.raises(ValueError, match="its cell has no volume"):
        powder_reflections([FAULTS["flat"]], POWDER)


def test_together_and_alone_to_the_last_bit(monkeypatch):
    crystals = load_standards()[::8]
    simulator = DiffractionSimulator("powder", "CuKa")
    together = powder_reflections(crystals, simulator)
    monkeypatch.setattr(patterns, "BLOCK", 1)  # each crystal is a block of its own
    for ours, alone in zip(together, powder_reflections(crystals, simulator), strict=True):
        for one, other in zip(ours, alone, strict=True):
            np.testing.assert_array_equal(one, other)


def test_blocks_are_bounded_and_hold_every_row_once():
    table, rows = site_table(load_standards()), np.arange(len(load_standards())) + 7
    blocks = patterns._blocks(table, rows, 0.9)
    np.testing.assert_array_equal(np.concatenate(blocks), rows)
    points = [prod(2 * (0.9 * np.array(s.lattice.abc)).astype(int) + 1) for s in load_standards()]
    largest = max(points)
    for block in blocks:
        own = sum(points[i - 7] / 2 for i in block)
        assert own <= patterns.BLOCK + largest


def test_crystals_without_reflections_among_others():
    small = Structure(Lattice.cubic(0.9), ["H"], [[0, 0, 0]])
    iron = Structure.from_prototype("bcc", ["Fe"], a=2.87)
    simulator = DiffractionSimulator("powder", "CuKa")
    (alone,) = powder_reflections([iron], simulator)
    with pytest.warns(UserWarning, match="no reflection within q_max"):
        found = powder_reflections([small, iron, small, iron, small], simulator, on_error="skip")
    assert [powder is None for powder in found] == [True, False, True, False, True]
    np.testing.assert_array_equal(found[3].strength, alone.strength)
