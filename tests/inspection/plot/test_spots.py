"""Circles in reciprocal space: how large, how far, where."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from xrdmatch import DiffractionPattern
from xrdmatch.inspection._plot.spots import (
    LARGEST,
    SMALLEST,
    draw_spots,
    frame_spots,
    spot_gap,
    spot_radii,
    spot_reach,
)


@pytest.fixture
def square():
    """A 5 x 5 square lattice of spots, 0.5 1/Å apart, less the middle one."""
    grid = np.stack(np.mgrid[-2:3, -2:3], axis=-1).reshape(-1, 2)
    grid = grid[(grid != 0).any(1)]
    return DiffractionPattern(0.5 * grid, np.exp(-(grid**2).sum(1).astype(float)))


def test_gap_of_a_square_lattice(square):
    assert spot_gap(square) == pytest.approx(0.5)


def test_gap_of_one_spot_is_its_distance_from_the_beam():
    assert spot_gap(DiffractionPattern([[0.3, 0.4]], [1.0])) == pytest.approx(0.5)


def test_area_is_in_proportion_to_the_root_of_the_intensity():
    pattern = DiffractionPattern(np.eye(2), [16.0, 1.0])
    strong, weak = spot_radii(pattern, 1.0)
    assert strong == LARGEST
    assert (strong / weak) ** 2 == pytest.approx(np.sqrt(16.0))


def test_no_spot_vanishes():
    assert spot_radii(DiffractionPattern(np.eye(2), [1.0, 0.0]), 0.5)[1] == 0.5 * SMALLEST
    assert np.all(spot_radii(DiffractionPattern(np.eye(2), [0.0, 0.0]), 0.5) > 0)


def test_circles_of_neighbours_stay_apart(square):
    assert 2 * spot_radii(square, spot_gap(square)).max() < spot_gap(square)


def test_discs_lie_on_their_spots(square):
    ax = plt.figure().add_subplot()
    spots = draw_spots(ax, square, 0.5, colour="k")
    boxes = [path.get_extents() for path in spots.get_paths()]
    centres = [(box.min + box.max) / 2 for box in boxes]
    np.testing.assert_allclose(centres, square.q, atol=1e-12)
    np.testing.assert_allclose([box.width / 2 for box in boxes], spot_radii(square, 0.5))


def test_half_discs_lie_on_their_side(square):
    ax = plt.figure().add_subplot()
    left = draw_spots(ax, square, 0.5, colour="k", sector=(90, 270))
    edges = [path.get_extents().x1 for path in left.get_paths()]
    np.testing.assert_allclose(edges, square.q[:, 0], atol=1e-12)


def test_range_holds_all_spots(square):
    np.testing.assert_allclose(spot_reach(square, 0.5), [1.25, 1.25])


def test_range_of_a_share_is_the_smallest_circle_that_holds_it(square):
    # The four nearest spots, at 0.5 1/Å, have 4/e of the whole, the next four 4/e^2 at 0.5 √2.
    total = square.intensity.sum()
    assert spot_reach(square, 0.0, 4 * np.exp(-1) / total)[0] == pytest.approx(0.5)
    assert spot_reach(square, 0.0, 4 * np.exp(-1) / total + 1e-6)[0] == pytest.approx(0.5**0.5)


def test_frame_is_centred_on_the_beam_with_equal_scales():
    ax = plt.figure().add_subplot()
    frame_spots(ax, (2.0, 1.0))
    assert ax.get_xlim() == (-2.0, 2.0)
    assert ax.get_ylim() == (-1.0, 1.0)
    assert ax.get_aspect() == 1.0
    (beam,) = ax.lines
    assert [*beam.get_xdata(), *beam.get_ydata()] == [0, 0]
