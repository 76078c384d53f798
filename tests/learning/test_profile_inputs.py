"""Powders as vectors, from patterns, scans and draws."""

import numpy as np
import pytest
import torch
from pymatgen.core import Structure

from xrdmatch import DiffractionPattern, DiffractionSimulator
from xrdmatch.learning import PowderProfiles, PowderTraining
from xrdmatch.preprocessing import BinnedPattern

POWDER = DiffractionSimulator("powder", "CuKa")
METALS = [Structure.from_prototype("bcc", ["Fe"], a=a) for a in (2.87, 3.3, 3.6)]


@pytest.fixture
def inputs():
    return PowderProfiles(POWDER, BinnedPattern(200))


def test_bins_are_those_of_the_transformer(inputs):
    patterns = POWDER.transform(METALS)
    rows = inputs.of(patterns)
    expected = BinnedPattern(200, q_max=inputs.q_max).transform(patterns)
    profile = inputs.batch(rows)["profile"]
    np.testing.assert_allclose(profile[:, 0].numpy(), expected, atol=1e-5)
    torch.testing.assert_close(inputs.batch(rows[[2, 0]])["profile"], profile[[2, 0]])


def test_what_was_not_measured_is_marked(inputs):
    rows = inputs.of([DiffractionPattern([[0.2], [0.5]], [1.0, 2.0])])
    seen = inputs.batch(rows)["profile"][0, 1].numpy()
    places = np.linspace(0, inputs.q_max, 200)
    assert places[seen > 0].min() == pytest.approx(0.1, abs=0.006)
    assert places[seen > 0].max() == pytest.approx(0.5, abs=0.006)


def test_draws_show_what_is_found_in_them(inputs):
    training = PowderTraining(POWDER, METALS)
    draws = training.augmentation("standard", np.random.RandomState(0)).standard(np.arange(3))
    given = inputs.of(POWDER.transform(METALS))
    drawn = inputs.batch(inputs.of_draws(draws, given))["profile"]
    found = inputs.batch(inputs.of(draws.patterns()))["profile"]
    assert drawn.shape == (3, 2, 200)
    for i in range(3):  # by another finder, of the same scans
        assert torch.cosine_similarity(drawn[i, 0], found[i, 0], dim=0) > 0.8


def test_crystals_that_grow_have_peaks_nearer_to_the_centre(inputs):
    """Against the simulator: places agree, and intensities up to what form factors change."""
    factors = np.array([1.03, 0.97, 1.0])
    rows = inputs.rescaled(inputs.of(POWDER.transform(METALS)), factors)
    larger = [
        Structure.from_prototype("bcc", ["Fe"], a=s.lattice.a * f)
        for s, f in zip(METALS, factors, strict=True)
    ]
    expected = inputs.of(POWDER.transform(larger))
    for i in range(3):
        found, true = rows[[i]].peaks.values, expected[[i]].peaks.values
        n = min(len(found), len(true))
        np.testing.assert_allclose(found[:n, 0], true[:n, 0], rtol=1e-5)
        ratio = (found[:n, 1] / found[0, 1]) / (true[:n, 1] / true[0, 1])
        assert np.abs(np.log(ratio)).max() < 0.15


def test_an_end_of_ones_own():
    assert PowderProfiles(POWDER, BinnedPattern(q_max=0.6)).q_max == 0.6
