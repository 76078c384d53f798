"""Many structures fitted to scans, without any retriever."""

import dataclasses

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Scan
from xrdmatch.refinement import ScanModel, fit_powders, powders_of, scan_fits
from xrdmatch.refinement import _fit_powders as module
from xrdmatch.simulation import PowderProfile

TWO_THETA = np.arange(15, 85, 0.03)
SINGLE = 0.02  # of log likelihoods of hundreds, in single precision
SIMULATOR = DiffractionSimulator("powder", "CuKa")


def crystals():
    """Cubic, tetragonal and orthorhombic: one, two and three strains."""
    sites = [[0, 0, 0], [0.305, 0.305, 0]]
    return [
        Structure.from_prototype("fcc", ["Cu"], a=3.615),
        Structure.from_spacegroup(
            "P4_2/mnm", Lattice.tetragonal(4.594, 2.959), ["Ti", "O"], sites
        ),
        Structure.from_spacegroup(
            "Pnma", Lattice.orthorhombic(5.45, 3.1, 6.9), ["Sn", "S"],
            [[0.12, 0.25, 0.11], [0.85, 0.25, 0.48]],
        ),
        Structure.from_prototype("fcc", ["Ag"], a=4.086),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def powders():
    return powders_of(crystals(), SIMULATOR)


@pytest.fixture(scope="module")
def scans():
    profile = PowderProfile(TWO_THETA, fwhm=0.15, background=0.05)
    ideal = DiffractionSimulator("powder", "CuKa", profile=profile).transform(crystals())
    rng = np.random.default_rng(0)
    return [
        Scan(s.two_theta, rng.poisson(3000 * s.counts / s.counts.max()), radiation="CuKa")
        for s in ideal
    ]


def test_each_scan_is_most_probable_from_its_own_structure(powders, scans):
    fits = scan_fits(scans, [powders] * 4)
    assert fits.log_likelihood.argmax(1).tolist() == [0, 1, 2, 3]
    assert fits.indices.tolist() == [[0, 1, 2, 3]] * 4
    assert fits.owners.tolist() == [0, 1, 2, 3]
    np.testing.assert_array_equal(fits.distances, -fits.log_likelihood)
    own = fits.lattice[np.arange(4), np.arange(4)]
    np.testing.assert_allclose(own, [s.lattice.parameters for s in crystals()], rtol=1e-3)


def test_company_does_not_matter(powders, scans, monkeypatch):
    together = fit_powders(scans[1], powders).log_likelihood
    alone = [fit_powders(scans[1], [powder]).log_likelihood[0] for powder in powders]
    np.testing.assert_allclose(alone, together, atol=SINGLE)
    monkeypatch.setattr(module, "BATCH_POINTS", 1)
    np.testing.assert_allclose(fit_powders(scans[1], powders).log_likelihood, together, atol=SINGLE)


def test_positions_are_those_that_are_given(powders, scans):
    fits = scan_fits(scans[:1], [powders[:2]], np.array([[7, -1]]))
    assert fits.indices.tolist() == [[7, -1]]


def test_one_candidate_out_of_a_profile(powders, scans):
    (profile,) = scan_fits(scans[:1], [powders]).profiles
    one = profile.of_candidate(2)
    np.testing.assert_array_equal(one.calculated, profile.calculated[2])
    np.testing.assert_array_equal(one.ticks, profile.ticks[2])
    assert one.observed is profile.observed
    assert one.background.shape == one.two_theta.shape


def test_priors_can_be_others(powders, scans):
    stiff = ScanModel(expansion=1e-6, distortion=1e-6)
    fits = scan_fits(scans[:1], [powders[:1]], model=stiff)
    assert np.abs(fits.strain).max() < 1e-6
    more = fit_powders(scans[0], powders[:1], n_steps=(10, 40)).log_likelihood
    usual = fit_powders(scans[0], powders[:1]).log_likelihood
    assert more[0] >= usual[0] - SINGLE


def test_what_cannot_be_simulated_has_no_reflection():
    flat = Structure([[3, 0, 0], [0, 3, 0], [3, 3, 1e-9]], ["Cu"], [[0, 0, 0]])
    with pytest.warns(UserWarning, match="Left out 1 of 2"):
        found = powders_of([crystals()[0], flat], SIMULATOR, on_error="skip")
    assert [len(powder.strength) > 0 for powder in found] == [True, False]


def test_fits_are_frozen(powders, scans):
    fits = scan_fits(scans[:1], [powders])
    for value in (fits, fits.profiles[0]):
        with pytest.raises(dataclasses.FrozenInstanceError):
            value.background = None


def test_fits_are_picked_and_joined(powders, scans):
    whole, first = fit_powders(scans[0], powders), fit_powders(scans[0], powders[:2])
    joined = first.joined(fit_powders(scans[0], powders[2:]))
    np.testing.assert_allclose(joined.log_likelihood, whole.log_likelihood, atol=SINGLE)
    order = [3, 0, 0, 2]
    again = scan_fits(scans[:1], [[powders[i] for i in order]], fitted=[joined.picked(order)])
    expected = scan_fits(scans[:1], [powders]).lattice[:, order]
    np.testing.assert_allclose(again.lattice, expected, rtol=1e-5)
    np.testing.assert_array_equal(again.log_likelihood[0], joined.log_likelihood[order])
