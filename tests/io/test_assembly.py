"""Axis and lines, put in order."""

import numpy as np
import pytest

from xrdmatch.crystallography import ANODES
from xrdmatch.io._assembly import assemble_scan, check_axes, sigma_of_rate
from xrdmatch.io._wavelengths import lines_of_header

CU = ((1.5405929, 1.0), (1.5444274, 0.5))


@pytest.mark.parametrize(
    ("stated", "lines"),
    [
        ({"ka1": 1.5406, "ka2": 1.5444, "ratio": 0.48}, ((1.5406, 1.0), (1.5444, 0.48))),
        ({"ka1": 1.5406, "ka2": 1.5444}, ((1.5406, 1.0), (1.5444, 0.5))),
        ({"ka1": 1.5406, "ka2": 0.0}, ((1.5406, 1.0),)),
        ({"ka1": 1.5406, "ka2": 1.5444, "ratio": 0.0}, ((1.5406, 1.0),)),
        ({"ka1": 1.5406, "ka2": 1.5444, "intended": "K-Alpha 1"}, ((1.5406, 1.0),)),
        ({"ka1": 1.5406, "kb": 1.3922, "intended": "K-Beta"}, ((1.3922, 1.0),)),
        ({"mean": 1.5418}, CU),
        ({"mean": 0.71073}, ((ANODES["Mo"][0], 1.0), (ANODES["Mo"][1], 0.5))),
        ({"mean": 1.5406}, ((1.5406, 1.0),)),
        ({"mean": 0.414581}, ((0.414581, 1.0),)),
        ({"anode": "Cu"}, CU),
    ],
)
def test_lines_of_a_header(stated, lines):
    assert lines_of_header(**stated).lines == lines


@pytest.mark.parametrize("stated", [{}, {"anode": "Unobtainium"}, {"ka1": 0.0, "mean": -1.0}])
def test_no_lines_are_made_up(stated):
    assert lines_of_header(**stated) is None


def test_falling_angles_are_turned_round():
    scan = assemble_scan([22.0, 21.0, 20.0], [1, 5, 2], [3, 4, 5])
    assert scan.two_theta.tolist() == [20, 21, 22]
    assert scan.counts.tolist() == [2, 5, 1]
    assert scan.sigma.tolist() == [5, 4, 3]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (([1, 2], [3]), "2 angles but 1 counts"),
        (([1, 2, 1, 2], [3, 4, 5, 6]), r"up and down \(2 runs\)"),
        (([5, 5, 5], [3, 4, 5]), "all points have the same angle"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*twice")
def test_what_makes_no_scan(columns, message):
    with pytest.raises(ValueError, match=message):
        assemble_scan(*columns)


def test_axes():
    angles = np.array([20.0, 40.0])
    check_axes("2Theta-Omega", angles, angles / 2 + 0.5)
    check_axes("2Theta", angles, np.array([1.0, 1.0]))  # grazing incidence: omega at rest
    with pytest.raises(ValueError, match="a scan of an unnamed axis, not of 2 theta"):
        check_axes("", angles)
    with pytest.raises(ValueError, match=r"omega is 2\.00 degrees off"):
        check_axes("Gonio", angles, angles / 2 - 2)


def test_uncertainty_of_a_rate():
    np.testing.assert_allclose(sigma_of_rate([100.0, 0.0], 4.0), [5.0, 0.25])
