"""What fits say of the place of a candidate: closed forms of plane placements."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from turned_patterns import placement_of

from xrdmatch.refinement import SpotFits
from xrdmatch.refinement._fits import plane_determinant, rotation_of

NAN = np.full((2, 2), np.nan)


def fits_of(*placements):
    """Fits of one pattern whose candidates have these placements."""
    known = {field.name: np.zeros((1, len(placements))) for field in fields(SpotFits)}
    return SpotFits(**known | {"placement": np.array([placements]), "setting": None})


@given(st.floats(0, 179), st.booleans(), st.floats(0.5, 2))
def test_a_placement_is_taken_apart(angle, mirrored, scale):
    for half_a_turn in (0, 180):
        fits = fits_of(placement_of(angle + half_a_turn, mirrored, scale))
        gap = abs(fits.rotation[0, 0] - angle)
        assert min(gap, 180 - gap) == pytest.approx(0, abs=1e-6)
        assert fits.mirrored[0, 0] == mirrored
        assert fits.magnification[0, 0] == pytest.approx(scale)


def test_a_quarter_turn_leads_from_x_to_y():
    """After y was negated, where it was."""
    np.testing.assert_allclose([1, 0] @ placement_of(90), [0, 1], atol=1e-12)
    np.testing.assert_allclose([0, 1] @ placement_of(90, mirrored=True), [1, 0], atol=1e-12)
    assert fits_of([[0, 1], [-1, 0]]).rotation[0, 0] == pytest.approx(90)
    assert fits_of([[0, 1], [1, 0]]).rotation[0, 0] == pytest.approx(90)


@given(st.floats(5, 175), st.booleans(), st.floats(-0.1, 0.1))
def test_the_rotation_of_a_strained_placement_is_the_nearest(angle, mirrored, strain):
    """That of the polar decomposition."""
    placement = placement_of(angle, mirrored) @ np.diag([1 + strain, 1 - strain])
    u, _, vh = np.linalg.svd(placement)
    assert rotation_of(placement) == pytest.approx(rotation_of(u @ vh), abs=1e-6)


def test_where_nothing_was_fitted():
    fits = fits_of(placement_of(10), NAN)
    assert np.isnan(fits.rotation).tolist() == [[False, True]]
    assert np.isnan(fits.magnification).tolist() == [[False, True]]
    assert not fits.mirrored[0, 1]


def test_a_known_orientation_has_no_placement():
    fits = SpotFits(*[np.zeros((1, 1))] * 11)
    for name in ("rotation", "mirrored", "magnification"):
        with pytest.raises(ValueError, match=r"orientation was not known, got .* ask PatternMatch"):
            getattr(fits, name)


def test_determinants():
    matrices = np.random.default_rng(0).normal(size=(3, 4, 2, 2))
    np.testing.assert_allclose(plane_determinant(matrices), np.linalg.det(matrices))
    assert np.isnan(plane_determinant(NAN))
