"""Cameras calibrated on drawn and measured pictures: scale, ellipse and centre come back."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Picture, zone_layer
from xrdmatch.io import read_image
from xrdmatch.preprocessing import SpotFinder
from xrdmatch.refinement import calibrate_picture

GOLD = Structure.from_spacegroup("Fm-3m", Lattice.cubic(4.0782), ["Au"], [[0, 0, 0]])
RUTILE = Structure.from_spacegroup(
    "P4_2/mnm", Lattice.tetragonal(4.594, 2.959), ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]
)
ELLIPSE = np.array([[1.02, 0.01], [0.01, 0.98]]) / np.sqrt(1.02 * 0.98 - 1e-4)
SCALE = 0.002  # relative


def offsets(shape, centre, stretch):
    """q times the scale of every pixel, to the right and to row 0."""
    y, x = np.indices(shape)
    return np.stack([x - centre[0], centre[1] - y], -1) @ np.linalg.inv(stretch)


def rings(structure, scale, centre=(121.0, 118.0), seed=0):
    simulator = DiffractionSimulator("powder", "electron", wavelength=0.0251, q_max=2.0)
    (lines,) = simulator.transform([structure])
    radius = np.linalg.norm(offsets((240, 240), centre, ELLIPSE), axis=-1)
    height = 6000 * lines.intensity / lines.intensity.max()
    mean = 20 + 2000 * np.exp(-radius / 15)
    for q, h in zip(lines.q[:, 0], height, strict=True):
        mean += h * np.exp(-((radius - scale * q) ** 2) / 6.5) / np.maximum(radius, 5)
    return Picture(np.random.default_rng(seed).poisson(mean))


def spots(structure, uvw, scale, angle=0.4, centre=(121.0, 118.0)):
    simulator = DiffractionSimulator(radiation="electron", q_max=1.5)
    (pattern,) = simulator.transform([zone_layer(structure, uvw)])
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    places = centre + (pattern.q @ turn @ ELLIPSE.T) * scale * [1, -1]
    y, x = np.indices((240, 240))
    mean = 10 + 5e3 * np.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / 12)
    for (column, row), i in zip(places, pattern.intensity / pattern.intensity.max(), strict=True):
        mean += 2e3 * i * np.exp(-((x - column) ** 2 + (y - row) ** 2) / 6)
    return Picture(np.random.default_rng(0).poisson(mean))


@pytest.mark.parametrize(("structure", "scale"), [(GOLD, 100.0), (RUTILE, 150.0)])
def test_rings_give_scale_ellipse_and_centre(structure, scale):
    found = calibrate_picture(rings(structure, scale), structure)
    assert found.source == "rings"
    assert found.scale == pytest.approx(scale, rel=SCALE)
    np.testing.assert_allclose(found.distortion, ELLIPSE, atol=0.002)
    np.testing.assert_allclose(found.centre, [121, 118], atol=0.1)
    assert found.residual < 0.2
    assert found.hkl.tolist()[0] == [1, 1, 1 if structure is GOLD else 0]


def test_spots_give_scale_and_ellipse():
    found = calibrate_picture(spots(RUTILE, (0, 0, 1), 90.0), RUTILE, (0, 0, 1))
    assert (found.source, found.uvw) == ("spots", (0, 0, 1))
    assert found.scale == pytest.approx(90, rel=SCALE)
    np.testing.assert_allclose(found.distortion, ELLIPSE, atol=0.005)
    assert (found.hkl[:, 2] == 0).all()


def test_the_correction_of_a_picture_is_that_of_its_spots():
    picture = spots(RUTILE, (0, 0, 1), 90.0)
    calibration = calibrate_picture(picture, RUTILE, (0, 0, 1))
    (pattern,) = SpotFinder().transform([picture])
    corrected = calibration.apply(pattern)
    assert (corrected.unit, corrected.orientation) == ("1/Å", "unknown")
    assert corrected.scale_error == calibration.scale_sigma / calibration.scale
    lengths = np.linalg.norm(corrected.q, axis=1)
    # Of rutile's hk0 spots those with h + k odd are weak or extinct on the axes.
    np.testing.assert_allclose(lengths.min(), np.sqrt(2) / 4.594, rtol=0.01)
    resampled = calibration.apply(picture)
    assert resampled.scale == calibration.scale
    (again,) = SpotFinder().transform([resampled])
    assert again.scale_error == corrected.scale_error
    gap = np.linalg.norm(again.q[:20, None] - corrected.q, axis=2).min(1)
    assert np.median(gap) < 0.003


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda p: calibrate_picture(p.counts, GOLD), TypeError, "A Picture is calibrated, got nd"),
        (lambda p: calibrate_picture(p, "Au"), TypeError, "structure that a picture shows is due"),
        (lambda p: calibrate_picture(p, GOLD, expected=0), ValueError, "expected must be a posit"),
        (
            lambda p: calibrate_picture(p.with_scale(0.1, "real"), GOLD),
            ValueError,
            "Diffraction pictures are calibrated, got Picture.*, a micrograph",
        ),
        (lambda p: calibrate_picture(p, RUTILE, (0, 0, 1)), ValueError, "no spot|no lattice|rings"),
    ],
)
def test_bad_input(ask, error, message):
    with pytest.raises(error, match=message):
        ask(rings(GOLD, 100.0))


def test_noise_shows_neither():
    picture = Picture(np.random.default_rng(0).poisson(20.0, (120, 120)))
    with pytest.raises(ValueError, match="rings or spots of its structure; rings: it shows no rin"):
        calibrate_picture(picture, GOLD)


def test_what_has_a_scale_is_not_calibrated_again():
    calibration = calibrate_picture(rings(GOLD, 100.0), GOLD)
    pattern = SpotFinder().transform([spots(RUTILE, (0, 0, 1), 90.0)])[0]
    corrected = calibration.apply(pattern)
    with pytest.raises(ValueError, match="for patterns in pixels, got DiffractionPattern"):
        calibration.apply(corrected)
    with pytest.raises(TypeError, match="corrects a Picture or a DiffractionPattern in pixels"):
        calibration.apply(3)


def test_measured_gold(shared_data):
    """The isolated ring 220 lies at 69.5 pixels, which is 0.6935 1/Å."""
    path = shared_data / "electron" / "au_xgrating_20cm.tif"
    found = calibrate_picture(read_image(path), GOLD)
    assert found.scale == pytest.approx(69.5 / 0.6935, rel=0.01)
    assert found.scale_sigma < 0.01 * found.scale
    assert found.residual < 1


def test_measured_spots(shared_data):
    folder = shared_data / "electron"
    crystal = Structure.from_file(folder / "MoO3_62.cif")
    found = calibrate_picture(read_image(folder / "moo3_20cm.tif"), crystal, expected=100)
    assert found.uvw == (1, 0, 0)
    assert found.scale == pytest.approx(96.5, rel=0.01)
