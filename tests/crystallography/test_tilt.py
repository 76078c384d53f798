"""A tilted beam: a rotation of what the detector has into the first pattern's frame."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure
from scipy.spatial.transform import Rotation

from xrdmatch import DiffractionPattern, DiffractionSimulator
from xrdmatch.crystallography import beam_direction, lift_pattern

ROUNDING = 1e-12  # 1/Å
tilts = st.tuples(st.floats(0, 89), st.floats(-360, 360))
RECORDED = DiffractionPattern(
    np.random.default_rng(0).uniform(-1, 1, (30, 2)),
    np.arange(30.0),
    radiation="electron",
    orientation="unknown",
    scale_error=0.03,
)


def rotation(tilt):
    """What turns z to the beam, about the line in the plane that is normal to the azimuth."""
    angle, azimuth = np.radians(tilt)
    return Rotation.from_rotvec(angle * np.array([-np.sin(azimuth), np.cos(azimuth), 0]))


@given(tilt=tilts)
def test_the_beam_is_the_turned_normal(tilt):
    np.testing.assert_allclose(beam_direction(tilt), rotation(tilt).apply([0, 0, 1]), atol=ROUNDING)


@given(tilt=tilts)
def test_spots_turn_with_the_beam(tilt):
    lifted = lift_pattern(RECORDED, tilt)
    expected = rotation(tilt).apply(np.pad(RECORDED.q, ((0, 0), (0, 1))))
    np.testing.assert_allclose(lifted.q, expected, atol=ROUNDING)
    np.testing.assert_allclose(lifted.q @ beam_direction(tilt), 0, atol=ROUNDING)


def test_by_hand():
    """Leaning by 60 degrees towards +x, a spot at x = 1 is half as far along x, and below."""
    pattern = DiffractionPattern([[1.0, 0.0], [0.0, 1.0]], [1.0, 1.0])
    expected = [[0.5, 0, -np.sqrt(0.75)], [0, 1, 0]]
    np.testing.assert_allclose(lift_pattern(pattern, (60, 0)).q, expected, atol=ROUNDING)


def test_no_tilt_adds_a_column_of_zeros():
    expected = np.pad(RECORDED.q, ((0, 0), (0, 1)))
    np.testing.assert_array_equal(lift_pattern(RECORDED, (0, 33)).q, expected)


def test_all_else_stays():
    lifted = lift_pattern(RECORDED, (20, 30))
    np.testing.assert_array_equal(lifted.intensity, RECORDED.intensity)
    assert lifted.radiation == RECORDED.radiation
    assert (lifted.orientation, lifted.scale_error) == ("unknown", 0.03)


@pytest.mark.parametrize("tilt", [(0, 0), (25, 10), (50, 200)])
def test_it_undoes_what_a_detector_sees_of_a_simulated_tilt(tilt):
    layer = Structure(Lattice.tetragonal(4, 20), ["C", "O"], [[0, 0, 0.5], [0.5, 0.2, 0.6]])
    (simulated,) = DiffractionSimulator(tilt=tilt).transform([layer])
    on_the_detector = rotation(tilt).inv().apply(simulated.q.copy())
    np.testing.assert_allclose(on_the_detector[:, 2], 0, atol=ROUNDING)
    recorded = DiffractionPattern(on_the_detector[:, :2], simulated.intensity)
    np.testing.assert_allclose(lift_pattern(recorded, tilt).q, simulated.q, atol=ROUNDING)


def test_bad_input():
    with pytest.raises(
        ValueError, match="recorded pattern has two components of q, got one with 1"
    ):
        lift_pattern(DiffractionPattern([[1.0]], [1.0]), (20, 0))
    with pytest.raises(
        ValueError, match=r"tilt is \(angle, azimuth\) .* below 90, got \(95, 0\); "
    ):
        lift_pattern(RECORDED, (95, 0))
    with pytest.raises(ValueError, match=r"tilt is .* got \(1, 2, 3\)"):
        beam_direction((1, 2, 3))
