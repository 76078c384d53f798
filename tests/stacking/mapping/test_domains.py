"""From windows to motifs, domains and lines; and what is counted and measured of them."""

import numpy as np
import pytest

from xrdmatch.stacking import StackingBoundary
from xrdmatch.stacking._mapping.boundaries import find_boundaries
from xrdmatch.stacking._mapping.continuity import continuous, slips_of
from xrdmatch.stacking._mapping.domains import Domains
from xrdmatch.stacking._mapping.motifs import find_motifs
from xrdmatch.stacking._mapping.twists import local_twists
from xrdmatch.stacking._poses import rotation

HEXAGONAL = np.array([[3.18, 0.0], [-1.59, 2.754]])
THIRD = np.array([1, 2]) / 3


def grid(rows, columns, step=10.0):
    x, y = np.meshgrid(step * np.arange(columns), -step * np.arange(rows))
    return np.stack([x, y], axis=-1).astype(float)


def two_layers(centres, slip):
    """Places from each centre of layers on perfect lattices; `slip` (..., 2) of the second."""
    first = -centres
    places = np.stack([first, first + slip @ HEXAGONAL], axis=-2)
    frac = places @ np.linalg.inv(HEXAGONAL)
    return (frac - np.round(frac)) @ HEXAGONAL


def test_layers_that_change_places_are_counted_as_around():
    centres = grid(6, 9)
    slip = np.where(centres[..., :1] < 45, THIRD, -THIRD)
    places = two_layers(centres, slip)
    swapped = np.random.default_rng(0).random((6, 9)) < 0.5
    mixed = np.where(swapped[..., None, None], places[..., ::-1, :], places)
    rank = np.full((6, 9), 0.1)
    found = continuous(mixed, centres, np.array(2 * [HEXAGONAL]), [(0, 1), (1, 0)], rank, 4)
    slips = slips_of(found, np.array(2 * [HEXAGONAL]))[..., 0, :]
    sign = 1 if swapped[0, 0] == np.allclose(found[0, 0], mixed[0, 0]) else -1
    assert np.allclose(slips, -sign * slip % 1.0) or np.allclose(slips, sign * slip % 1.0)


def test_windows_of_one_slip_are_a_motif():
    slips = np.array([[0.1, 0.2]] * 6 + [[0.6, 0.2]] * 4 + [[0.3, 0.9]])[:, None]
    spreads, kinds = np.full(slips.shape, 0.001), np.zeros(11, dtype=int)
    usable = np.ones(11, dtype=bool)
    motifs = find_motifs(slips, spreads, kinds, HEXAGONAL, usable)
    assert motifs.tolist() == [0] * 6 + [1] * 4 + [-1]
    usable[0] = False
    kinds[1:4] = 1
    motifs = find_motifs(slips, spreads, kinds, HEXAGONAL, usable)
    assert motifs.tolist() == [-1, 1, 1, 1, -1, -1, 0, 0, 0, 0, -1]


def test_slips_that_are_unsure_are_of_one_motif():
    slips = np.array([[0.10, 0.2]] * 4 + [[0.13, 0.2]] * 4)[:, None]  # 0.1 Å apart
    for spread, n_motifs in ((0.001, 2), (0.05, 1)):
        spreads = np.full(slips.shape, spread)
        found = find_motifs(slips, spreads, np.zeros(8, int), HEXAGONAL, np.ones(8, bool))
        assert len(set(found)) == n_motifs


def test_slips_are_periodic():
    slips = np.array([[0.001, 0.5], [0.999, 0.5], [0.002, 0.5]])[:, None]
    found = find_motifs(
        slips, np.full((3, 1, 2), 1e-3), np.zeros(3, int), HEXAGONAL, np.ones(3, bool)
    )
    assert found.tolist() == [0, 0, 0]


def domains_of(gain, names=("2H", "3R")):
    """Domains of two motifs, the second one better where the gain is above 0."""
    n = len(gain)
    centres = np.arange(n) - (n - 1) / 2
    return Domains((gain > 0).astype(int), {0: gain, 1: np.zeros_like(gain)}, centres, -centres)


def test_a_slanted_line_is_found_where_the_gain_is_zero():
    x, y = np.meshgrid(np.arange(60) - 29.5, 29.5 - np.arange(60))
    (line,) = find_boundaries(domains_of(0.8 * x + 0.6 * y - 3.3), {0: "2H", 1: "3R"})
    np.testing.assert_allclose(line.points @ [0.8, 0.6], 3.3, atol=1e-9)
    np.testing.assert_allclose(np.abs(line.normal @ [0.8, 0.6]), 1)
    assert line.names == ("2H", "3R")
    assert not line.is_subtle
    steps = np.diff(line.points @ [-0.6, 0.8])
    assert (steps * np.sign(steps.sum()) > -1e-9).all()  # in order along the line


def test_lines_apart_are_two_and_short_ones_are_none():
    x, y = np.meshgrid(np.arange(60) - 29.5, 29.5 - np.arange(60))
    both = find_boundaries(domains_of(np.abs(x) - 10.2), {0: "AA", 1: "AA"})
    assert sorted(round(line.centre[0], 6) for line in both) == [-10.2, 10.2]
    assert all(line.is_subtle for line in both)
    assert find_boundaries(domains_of(2.5 - np.hypot(x, y)), {0: "AA", 1: "AB"}) == []
    assert find_boundaries(domains_of(np.full((60, 60), -1.0)), {0: "AA", 1: "AB"}) == []


def test_a_boundary_tells_its_geometry():
    line = StackingBoundary([[0, 1], [3, 5], [6, 9]], (0, 1), ("AA", "AB"))
    assert line.length == pytest.approx(10)
    np.testing.assert_allclose(line.distance([[0, 1], [3.8, 4.4]]), [0, 1], atol=1e-9)
    assert "AA | AB, 10 Å long" in repr(line)


def test_a_turned_lattice_is_found_by_its_places():
    """The second lattice is turned by 0.2 degrees more than assumed, a part is another domain."""
    centres = grid(5, 7)
    places = np.empty((5, 7, 2, 2))
    for layer, angle in ((0, 0.05), (1, 0.25)):
        lattice = HEXAGONAL @ rotation(angle)
        frac = -centres @ np.linalg.inv(lattice)
        places[:, :, layer] = (frac - np.round(frac)) @ HEXAGONAL  # as the assumed lattice has it
    groups = np.zeros((5, 7), dtype=int)
    lattices = np.array(2 * [HEXAGONAL])
    found = local_twists(places, centres, lattices, groups)
    np.testing.assert_allclose(found, 0.2, atol=1e-3)
    groups[2, 3] = 1
    assert local_twists(places, centres, lattices, groups)[2, 3] == 0
