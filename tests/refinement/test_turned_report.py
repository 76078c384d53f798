"""Candidates of patterns of unknown orientation, with what was fitted to each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from turned_patterns import SIMULATOR, placed, placement_of

from xrdmatch import DiffractionPattern
from xrdmatch.refinement._lattice_reading import read_lattices
from xrdmatch.refinement._turned_fit import fit_entries, turned_library
from xrdmatch.refinement._turned_report import cell_strain, turned_fits
from xrdmatch.simulation import check_settings

CHOSEN = slice(19, 30)  # of the layers; the fourth has no symmetry but half a turn
ENTRY = 3
FLOATS = ("evidence", "displacement", "noise", "scale", "strain", "placement", "setting")
COUNTS = ("n_extra", "n_missing")


@pytest.fixture(scope="module")
def library(layers):
    return turned_library(layers[CHOSEN], check_settings(SIMULATOR))


@pytest.fixture(scope="module")
def ideal(layers):
    return SIMULATOR.transform(layers[CHOSEN])


def fits_of(library, pattern, *candidates):
    return turned_fits(library, [read_lattices(pattern)], np.array([candidates]))


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(("angle", "scale"), [(0, 1.0), (33, 1.02), (129, 0.98)])
def test_the_placement_leads_from_the_candidate_to_the_pattern(
    library, ideal, angle, mirrored, scale
):
    pattern = placed(ideal[ENTRY], placement_of(angle, mirrored, scale))
    fits = fits_of(library, pattern, ENTRY)
    placement = fits.placement[0, 0]
    sign = np.sign((placement * placement_of(angle, mirrored)).sum())
    np.testing.assert_allclose(sign * ideal[ENTRY].q @ placement, pattern.q, atol=1e-6)
    assert fits.mirrored[0, 0] == mirrored
    assert fits.magnification[0, 0] == pytest.approx(scale)
    gap = abs(fits.rotation[0, 0] - angle)  # 0 and 180 are the same
    assert min(gap, 180 - gap) < 1e-4
    np.testing.assert_allclose(fits.strain[0, 0], 0, atol=1e-6)
    assert fits.n_extra[0, 0] == fits.n_missing[0, 0] == 0


def test_every_candidate_is_led_onto_the_spots_of_its_pattern(library, ideal):
    """By some symmetry of its own; intensities go along."""
    for entry, pattern in enumerate(ideal):
        turned = placed(pattern, placement_of(77, mirrored=True))
        (placement,) = fits_of(library, turned, entry).placement[0]
        gaps = np.linalg.norm((pattern.q @ placement)[:, None] - turned.q, axis=2)
        assert gaps.min(1).max() < 1e-6
        np.testing.assert_allclose(
            turned.intensity[gaps.argmin(1)], pattern.intensity,
            atol=2e-3 * pattern.intensity.max(),
        )  # fmt: skip


def test_the_setting_gives_the_axes_of_the_pattern(library, ideal):
    turned = placed(ideal[ENTRY], placement_of(50))
    fits = fits_of(library, turned, ENTRY)
    axes = fits.setting[0, 0] @ library.table.reciprocal[ENTRY] @ fits.placement[0, 0]
    readings = read_lattices(turned).readings
    assert any(np.allclose(axes, reading.basis, atol=1e-6) for reading in readings)


def test_distances_are_those_of_the_fit(library, ideal):
    query = read_lattices(placed(ideal[ENTRY], placement_of(50)))
    odds = fit_entries(library, query).log_odds
    best = odds.argmax()
    fits = turned_fits(library, [query], np.array([[best]]))
    assert best == ENTRY
    assert fits.distances[0, 0] == pytest.approx(-odds[best], abs=0.1)
    np.testing.assert_array_equal(fits.distances, -fits.log_likelihood)


def test_one_row_for_each_pattern(library, ideal):
    patterns = [placed(pattern, placement_of(20)) for pattern in ideal[:3]]
    candidates = np.array([[0, 5], [1, 0], [2, 9]])
    fits = turned_fits(library, [read_lattices(x) for x in patterns], candidates)
    assert fits.owners.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(fits.indices, candidates)
    for name in ("evidence", "displacement", "noise", "scale", *COUNTS):
        assert getattr(fits, name).shape == (3, 2)
    for name in ("strain", "placement", "setting"):
        assert getattr(fits, name).shape == (3, 2, 2, 2)
    for name in COUNTS:
        assert getattr(fits, name).dtype.kind == "i"
    alone = fits_of(library, patterns[1], *candidates[1])
    np.testing.assert_allclose(fits.log_likelihood[1], alone.log_likelihood[0])


def test_what_has_no_setting_is_nan(library, ideal):
    """And has a distance all the same; a candidate that is none has not."""
    tiny = placed(ideal[ENTRY], 30 * np.eye(2))
    fits = fits_of(library, tiny, ENTRY, -1)
    for name in FLOATS:
        assert np.isnan(getattr(fits, name)).all()
    assert not fits.n_extra.any()
    assert np.isnan(fits.rotation).all()
    assert np.isfinite(fits.distances[0, 0])
    assert fits.distances[0, 1] == np.inf
    row = DiffractionPattern([[0.2, 0.1], [0.4, 0.2]], [1.0, 1.0])
    assert np.isnan(fits_of(library, row, ENTRY).placement).all()


# Strain ------------------------------------------------------------------------------------------


@given(st.floats(0, 360), st.booleans(), st.floats(-0.05, 0.05), st.floats(0.9, 1.1))
def test_strain_of_a_cell_is_that_of_its_reciprocal_undone(angle, mirrored, share, scale):
    """A cell's rows L D have the reciprocal rows L* inv(D).T; turns and growth do not count."""
    stretch = np.diag([1 + share, 1 / (1 + share)])
    axes = placement_of(25)
    deformation = axes @ stretch @ axes.T
    placement = np.linalg.inv(deformation).T @ placement_of(angle, mirrored, scale)
    np.testing.assert_allclose(cell_strain(placement[None])[0], deformation - np.eye(2), atol=1e-9)
