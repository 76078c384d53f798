"""Blurred profiles: the blur spelled out, and cells that are off along single axes."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator, PatternMatcher
from xrdmatch.retrieval._comparison.blurred_profiles import N_POINTS, WIDTH, blurred
from xrdmatch.retrieval._comparison.profile_grid import GRID, STEP
from xrdmatch.retrieval._comparison.profile_queries import SCALE_COST
from xrdmatch.simulation import PowderProfile

POWDER = DiffractionSimulator("powder", "CuKa")


def rutile(metal, a, c):
    sites = [[0, 0, 0], [0.305, 0.305, 0]]
    return Structure.from_spacegroup("P4_2/mnm", Lattice.tetragonal(a, c), [metal, "O"], sites)


GALLERY = [rutile("Ti", 4.594, 2.959), rutile("Sn", 4.737, 3.186), rutile("Mn", 4.40, 2.87)]


def scans(structures):
    profile = PowderProfile(np.arange(15, 90, 0.03))
    return DiffractionSimulator("powder", "CuKa", profile=profile).transform(structures)


def distances(comparison, queries, gallery=GALLERY):
    matcher = PatternMatcher(POWDER, comparison=comparison).fit(gallery)
    found, indices = matcher.kneighbors(queries, n_neighbors=len(gallery))
    return np.take_along_axis(found, np.argsort(indices, axis=1), axis=1)


def test_the_blur_is_the_double_loop():
    row = np.random.default_rng(0).normal(size=len(GRID))
    expected = np.zeros(N_POINTS)
    for k, centre in enumerate(np.linspace(np.log(GRID[0]), np.log(GRID[-1]), N_POINTS)):
        for q, value in zip(GRID, row, strict=True):
            gaussian = np.exp(-4 * np.log(2) * ((np.log(q) - centre) / WIDTH) ** 2)
            expected[k] += value * gaussian * STEP / q * np.exp(centre / 2)
    np.testing.assert_allclose(blurred(row), expected, rtol=1e-4, atol=1e-5)


def test_a_peak_is_blurred_in_proportion_to_its_q():
    """The grid is even in the logarithm of q: a peak has one shape wherever it lies."""
    low, high = (blurred(np.eye(len(GRID))[np.abs(GRID - q).argmin()]) for q in (0.2, 0.4))
    shift = int(high.argmax() - low.argmax())
    inner = slice(20, -20)
    moved = np.roll(low, shift)
    unit = [x[inner] / np.linalg.norm(x[inner]) for x in (moved, high)]
    assert unit[0] @ unit[1] > 0.99


def test_the_better_of_two_cosines_counts():
    queries = scans(GALLERY)
    plain, strained = (distances(c, queries) for c in ("profile", "strained_profile"))
    assert (strained <= plain + 1e-6).all()
    assert (strained.argmin(1) == np.arange(3)).all()
    assert (strained.diagonal() < 0.005).all()


@pytest.mark.parametrize("along_c", [-0.04, 0.04])
def test_strains_of_one_axis_hardly_matter(along_c):
    """No change of size mends them; 4 % of q is less than the blur."""
    queries = scans([rutile("Ti", 4.594, 2.959 * (1 + along_c))])
    plain, strained = (distances(c, queries)[0, 0] for c in ("profile", "strained_profile"))
    assert strained < 0.75 * plain


def test_larger_cells_still_cost():
    """All peaks off by 2 % are found by size, for half of its cost at the most."""
    queries = scans([rutile("Ti", 4.594 * 1.02, 2.959 * 1.02)])
    assert 0 < distances("strained_profile", queries)[0, 0] <= 0.02 * SCALE_COST + 0.02


def test_a_gallery_that_was_encoded_for_the_other_is_read():
    matcher = PatternMatcher(POWDER).fit(GALLERY)
    other = PatternMatcher(POWDER, comparison="strained_profile").set_index(matcher.index_)
    assert other.predict(scans(GALLERY)).tolist() == [0, 1, 2]
