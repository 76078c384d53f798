"""Truths about powders of any crystal: order of sites and choice of the cell change nothing."""

import numpy as np
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.core import Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.simulation import powder_reflections

SIMULATOR = DiffractionSimulator("powder", "CuKa", q_max=0.6)
EXAMPLES = settings(max_examples=40, deadline=None)
# Another basis of the same lattice: whole numbers, determinant 1.
SHEARS = ([[1, 1, 0], [0, 1, 0], [0, 0, 1]], [[1, 0, 0], [0, 1, -1], [0, 0, 1]])


def profile(structure):
    """Intensity below each q, which merging close reflections or not leaves alone."""
    (powder,) = powder_reflections([structure], SIMULATOR, merged=False)
    order = np.argsort(powder.q)
    return powder.q[order], np.cumsum(powder.strength[order])


def assert_same_powder(a, b, per_cell=1.0):
    q_a, below_a = profile(a)
    q_b, below_b = profile(b)
    at = np.linspace(0.05, 0.595, 60)
    # Not within rounding of a reflection, which may fall on either side of a step.
    clear = [x for x in at if min(abs(q_a - x).min(), abs(q_b - x).min()) > 1e-7]
    a_at = [below_a[q_a < x][-1] if (q_a < x).any() else 0 for x in clear]
    b_at = [below_b[q_b < x][-1] if (q_b < x).any() else 0 for x in clear]
    np.testing.assert_allclose(np.array(b_at) / per_cell, a_at, rtol=1e-6, atol=1e-9 * below_a[-1])


@EXAMPLES
@given(strategies.structures(), strategies.seeds())
def test_the_order_of_sites_changes_nothing(crystal, seed):
    order = np.random.default_rng(seed).permutation(len(crystal))
    assert_same_powder(crystal, Structure.from_sites([crystal[i] for i in order]))


@EXAMPLES
@given(strategies.structures(), st.tuples(*[st.floats(-2, 2)] * 3))
def test_the_origin_changes_nothing(crystal, shift):
    moved = crystal.copy()
    moved.translate_sites(range(len(moved)), shift)
    assert_same_powder(crystal, moved)


@EXAMPLES
@given(strategies.structures(), st.sampled_from(SHEARS))
def test_the_choice_of_the_cell_changes_nothing(crystal, shear):
    other = crystal.copy()
    other.make_supercell(shear, to_unit_cell=False)
    assert_same_powder(crystal, other)


@EXAMPLES
@given(strategies.structures(max_sites=3), st.sampled_from([(2, 1, 1), (1, 1, 3)]))
def test_a_supercell_has_the_intensity_of_its_cells(crystal, times):
    """F grows by n and so |F|^2 by n^2; new reflections between the old ones are 0."""
    assert_same_powder(crystal, crystal * times, per_cell=np.prod(times) ** 2)
