"""Spots found in measured pictures."""

import csv

import numpy as np
import pytest

from xrdmatch.io import read_image
from xrdmatch.preprocessing import SpotFinder


@pytest.fixture(scope="module")
def electron(shared_data):
    folder = shared_data / "electron"
    if not folder.is_dir():
        pytest.skip("no electron diffraction among the development data")
    return folder


def test_molybdenum_trioxide(electron):
    """Nearly all of the spots of a list that was made independently, and few beside them."""
    with (electron / "moo3_spots.csv").open() as file:
        listed = np.array([[float(r["x_px"]), float(r["y_px"])] for r in csv.DictReader(file)])
    found = SpotFinder().find(read_image(electron / "moo3_20cm.tif"))
    gap = np.linalg.norm((listed + found.centre)[:, None] - found.pixels, axis=2)
    assert (gap.min(1) < 2).sum() >= 66
    assert (gap.min(0) > 2).sum() <= 25
    matched = gap.min(1) < 2
    offset = found.pixels[gap.argmin(1)[matched]] - listed[matched]
    assert np.linalg.norm(np.median(offset, axis=0) - found.centre) < 1


def test_a_centre_behind_a_beam_stop(electron):
    """The lattice point in the shadow at whose edge light of the direct beam is seen."""
    picture = read_image(electron / "pictures" / "scikit-ued_ewald_walkoff.tif")
    found = SpotFinder().find(picture)
    assert found.is_on_lattice.sum() > 100
    np.testing.assert_allclose(found.centre, [133.9, 322.3], atol=1)
    assert any("beam stop" in remark for remark in found.remarks)


def test_hot_pixels_are_no_spots(electron):
    found = SpotFinder().find(read_image(electron / "pictures" / "scikit-ued_hotspots.tif"))
    assert 6 <= len(found.pixels) <= 12


def test_rings_are_no_spots(electron):
    for name in ("au_xgrating_20cm.tif", "pictures/scikit-ued_bismuth.dm3"):
        if name.endswith("dm3"):
            pytest.importorskip("rsciio")
        with pytest.raises(ValueError, match=r"shows rings, of radii .* it is a powder"):
            SpotFinder().find(read_image(electron / name))


def test_frames_of_one_crystal_agree(electron):
    pytest.importorskip("rsciio")
    path = electron / "pictures" / "rosettasciio_test1.blo"
    found = [SpotFinder().find(picture) for picture in read_image(path, frame="all")]
    centres = np.array([f.centre for f in found])
    assert np.ptp(centres, axis=0).max() < 1
    assert all(f.is_on_lattice.mean() > 0.8 for f in found)
