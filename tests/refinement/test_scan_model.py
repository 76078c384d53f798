"""The calculated profile, against closed forms, the simulator and finite differences."""

from dataclasses import replace

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Scan
from xrdmatch.crystallography._cell_strain import strain_basis
from xrdmatch.refinement import ScanModel, scan_queries
from xrdmatch.refinement._scan_model import (
    Layout,
    calculated,
    calculated_with_slopes,
    candidates_at_rest,
)
from xrdmatch.simulation import PowderProfile, powder_reflections

TWO_THETA = np.arange(15, 85, 0.03)
DIFFERENCE = 1e-8  # of a parameter, in double precision
FINITE = 1e-6  # error of central differences: the model is smooth between grid points
SAMPLED = 0.01  # of a peak's height: sticks lie between grid points, tails end


@pytest.fixture
def query():
    """A scan in double precision, so that differences mean something."""
    counts = np.random.default_rng(0).poisson(100, len(TWO_THETA))
    *_, query = scan_queries(Scan(TWO_THETA, counts, radiation="CuKa"), ScanModel())
    names = ("weight", "background", "target")
    return replace(query, **{name: getattr(query, name).astype(float) for name in names})


def at_rest(structures, query):
    """Candidates of structures, the same number of strains each."""
    simulator = DiffractionSimulator("powder", "CuKa", q_max=1.0)
    found = powder_reflections(structures, simulator)
    n = max(len(x.q) for x in found)
    q, strength = np.zeros((len(found), n, 3)), np.zeros((len(found), n))
    for i, (structure, x) in enumerate(zip(structures, found, strict=True)):
        q[i, : len(x.q)] = x.hkl @ np.linalg.inv(structure.lattice.matrix).T
        strength[i, : len(x.q)] = x.strength / x.strength.max()
    basis = np.array([strain_basis(s.lattice.matrix) for s in structures])
    return candidates_at_rest(q, strength, basis, query)


def rutile(a=4.594, c=2.959):
    return Structure.from_spacegroup(
        "P4_2/mnm", Lattice.tetragonal(a, c), ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]
    )


def typical(layout, n=1):
    parameters = np.zeros((n, layout.n_parameters))
    parameters[:, layout.widths] = -1.6, -1.2
    parameters[:, layout.eta] = 0.4
    return parameters


def test_slopes_are_those_of_finite_differences(query):
    candidates = at_rest([rutile(), rutile(4.7, 3.1)], query)
    layout = Layout(2)
    parameters = typical(layout, 2)
    parameters[:, layout.strain] = [[0.002, -0.001], [0.001, 0.003]]
    parameters[:, layout.texture], parameters[:, layout.b_iso] = 0.2, 0.5
    parameters[:, layout.zero] = 0.013
    profiles, slopes = calculated_with_slopes(parameters, candidates, query)
    np.testing.assert_allclose(profiles, calculated(parameters, candidates, query), atol=1e-12)
    for k in range(layout.n_parameters):
        step = np.zeros_like(parameters)
        step[:, k] = DIFFERENCE
        above, below = (calculated(parameters + s * step, candidates, query) for s in (1, -1))
        numeric = (above - below) / (2 * DIFFERENCE)
        assert np.abs(numeric - slopes[:, k]).max() < FINITE * np.abs(numeric).max()


def test_the_profile_is_the_simulator_s(query):
    """Constant width and doublet; drawn by an independent piece of code."""
    profile = PowderProfile(TWO_THETA, fwhm=0.25, eta=0.4, zero_shift=0.02)
    (scan,) = DiffractionSimulator("powder", "CuKa", profile=profile).transform([rutile()])
    layout = Layout(2)
    parameters = typical(layout)
    parameters[:, layout.widths], parameters[:, layout.zero] = np.log(0.25), 0.02
    drawn = calculated(parameters, at_rest([rutile()], query), query)[0]
    expected = np.interp(query.two_theta, scan.two_theta, scan.counts)
    expected *= (drawn @ expected) / (expected @ expected)
    assert np.abs(drawn - expected).max() < SAMPLED * expected.max()


def test_a_strain_is_a_strain_of_the_cell(query):
    """Parameters act in reciprocal space: the cell becomes a (1 - strain)^-1."""
    layout, strain = Layout(2), np.array([0.004, -0.006])
    parameters = typical(layout)
    parameters[:, layout.strain] = strain
    moved = calculated(parameters, at_rest([rutile()], query), query)
    basis = strain_basis(rutile().lattice.matrix)
    a, _, c = np.diag(np.linalg.inv(np.eye(3) - np.tensordot(strain, basis, 1)))
    direct = calculated(typical(layout), at_rest([rutile(4.594 * a, 2.959 * c)], query), query)
    # Lorentz and form factors are kept at rest, which is a percent or two of a peak.
    assert np.abs(moved - direct).max() < 0.03 * direct.max()


def test_texture_and_damping_are_closed_forms(query):
    """Areas of single peaks: exp of the tensor along q, and of -b q^2 / 2."""
    candidates, layout = at_rest([rutile()], query), Layout(2)
    parameters = typical(layout)
    before = calculated(parameters, candidates, query)[0]
    parameters[:, layout.texture], parameters[:, layout.b_iso] = 0.5, 1.5
    after = calculated(parameters, candidates, query)[0]
    two_theta, (tensor,) = query.two_theta, strain_basis(rutile().lattice.matrix)[1:]
    q = np.array([1.0, 1.0, 0.0]) / 4.594
    factor = np.exp(0.5 * q @ tensor @ q / (q @ q) - 1.5 * q @ q / 2)
    near = np.abs(two_theta - 27.45) < 0.2  # 110, alone
    np.testing.assert_allclose(after[near].sum() / before[near].sum(), factor, rtol=1e-3)


def test_areas_are_kept_whatever_the_width(query):
    candidates, layout = at_rest([rutile()], query), Layout(2)
    sums = []
    for width in (-2.0, -1.0):
        parameters = typical(layout)
        parameters[:, layout.widths], parameters[:, layout.eta] = width, 0.0
        near = np.abs(query.two_theta - 27.45) < 2.0
        sums.append(float(calculated(parameters, candidates, query)[0][near].sum()))
    assert sums[0] == pytest.approx(sums[1], rel=1e-3)


def test_what_a_line_cannot_reach_is_nowhere(query):
    far = Structure.from_spacegroup("Fm-3m", Lattice.cubic(4.0), ["Cu"], [[0, 0, 0]])
    candidates = at_rest([far], replace(query, radiation=query.radiation))
    q = candidates.q * 100
    lost = candidates_at_rest(q, np.ones(q.shape[:2]), candidates.basis, query)
    assert (np.abs(calculated(typical(Layout(1)), lost, query)) < 1e-12).all()
