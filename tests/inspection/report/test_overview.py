"""Points are shared out so that a page stays small."""

import pytest

from xrdmatch.inspection._report.overview import BYTES, FEWEST_POINTS, points_of_curves


def test_one_scan_has_all_the_room():
    n_points, n_pictures = points_of_curves([8])
    assert n_pictures == 1
    assert n_points > 20_000


@pytest.mark.parametrize("n_scans", [1, 10, 100, 1000])
def test_curves_have_enough_points_and_not_too_many(n_scans):
    n_points, n_pictures = points_of_curves([7] * n_scans)
    assert n_points >= FEWEST_POINTS
    assert 0 < n_pictures <= n_scans
    assert 2.67 * n_points * 7 * n_pictures < BYTES


def test_the_last_scans_go_without():
    assert points_of_curves([7] * 1000)[1] < points_of_curves([7] * 150)[1] <= 150


def test_failed_scans_take_no_room():
    assert points_of_curves([0, 8, 0]) == (points_of_curves([8, 0, 0])[0], 3)
    assert points_of_curves([0])[1] == 1
