"""The simulator as a transformer: order, workers, parameters, input."""

import pickle

import numpy as np
import pytest
from joblib import parallel_config
from pymatgen.core import Lattice, Structure
from sklearn.base import clone

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Radiation, sites_to_tokens
from xrdmatch.simulation import to_image

PARAMETERS = {
    "geometry": "zone_axis",
    "radiation": Radiation("electron", ((0.0251, 1.0),)),
    "hk_max": 3,
    "q_max": 1.1,
    "b_iso": {"Mo": 0.4, "S": 0.6},
    "intensity": "paper",
    "wavelength": 0.02,
    "friedel_half": True,
    "sort_lattice": False,
    "monochromator": 26.6,
    "profile": None,
    "tilt": (20.0, 45.0),
    "thickness": 100.0,
    "n_jobs": 2,
}


def assert_equal(patterns, expected):
    for pattern, other in zip(patterns, expected, strict=True):
        np.testing.assert_array_equal(pattern.hkl, other.hkl)
        np.testing.assert_array_equal(pattern.q, other.q)
        np.testing.assert_allclose(pattern.intensity, other.intensity, rtol=1e-12, atol=1e-12)


@pytest.fixture(scope="module")
def many(make_layer):
    """240 layers of 1 to 12 atoms: enough for two workers."""
    return [make_layer(seed, n_sites=1 + seed % 12) for seed in range(240)]


def test_order_and_company_do_not_matter(many):
    patterns = DiffractionSimulator().transform(many)
    backwards = DiffractionSimulator().transform(many[::-1])
    assert_equal(backwards[::-1], patterns)
    assert_equal(DiffractionSimulator().transform(many[7:9]), patterns[7:9])


@pytest.mark.parametrize("q_max", [None, 1.0])
def test_workers_do_not_matter(many, q_max):
    one = DiffractionSimulator(q_max=q_max).transform(many)
    with parallel_config(backend="threading"):
        two = DiffractionSimulator(q_max=q_max, n_jobs=2).transform(many)
    assert_equal(two, one)


def test_a_fault_is_named_by_its_place_whatever_the_workers(many):
    flat = Structure(Lattice([[3, 0, 0], [0, 3, 0], [3, 3, 0]]), ["C"], [[0, 0, 0]])
    with (
        parallel_config(backend="threading"),
        pytest.raises(ValueError, match="in one plane at position 240"),
    ):
        DiffractionSimulator(n_jobs=2).transform([*many, flat])


def test_no_structures_no_patterns():
    assert DiffractionSimulator().transform([]) == []
    assert DiffractionSimulator(q_max=1.0, n_jobs=2).fit_transform([]) == []


def test_structures_stay_as_they_were(crystals):
    before = [crystal.copy() for crystal in crystals.values()]
    DiffractionSimulator().fit_transform(list(crystals.values()))
    assert list(crystals.values()) == before


def test_tokens_do_as_well_as_structures(crystals, assert_same_indexed):
    crystal = crystals["MoS2"]
    row = sites_to_tokens(crystal.lattice.parameters, crystal.frac_coords, [42, 16, 16], 5)
    simulator = DiffractionSimulator()
    assert_same_indexed(simulator.transform(row[None])[0], simulator.transform([crystal])[0])


def test_pattern_tells_its_radiation(crystals):
    simulator = DiffractionSimulator(radiation="electron", wavelength=0.0251)
    (pattern,) = simulator.transform([crystals["h-BN"]])
    assert pattern.radiation == Radiation("electron", ((0.0251, 1.0),))


def test_parameters_survive_clone_and_pickle():
    simulator = DiffractionSimulator(**PARAMETERS)
    for copied in (clone(simulator), pickle.loads(pickle.dumps(simulator))):
        assert copied.get_params() == PARAMETERS
    assert DiffractionSimulator().set_params(**PARAMETERS).get_params() == PARAMETERS
    assert set(DiffractionSimulator().get_params()) == set(PARAMETERS)


def test_constructor_only_stores_and_fit_checks(crystals):
    simulator = DiffractionSimulator(geometry="sideways")
    message = r"geometry must be one of 'zone_axis', 'powder', got 'sideways'; pick one"
    with pytest.raises(ValueError, match=message):
        simulator.fit([crystals["h-BN"]])
    with pytest.raises(ValueError, match=message):
        simulator.transform([crystals["h-BN"]])


def test_fit_learns_nothing(crystals):
    simulator = DiffractionSimulator()
    before = dict(vars(simulator))
    assert simulator.fit(list(crystals.values())) is simulator
    assert vars(simulator) == before


def test_not_a_list(crystals):
    with pytest.raises(TypeError, match="Structures come in a list, got a single Structure"):
        DiffractionSimulator().transform(crystals["h-BN"])


def test_element_without_form_factor():
    polonium = Structure(Lattice.cubic(3.35), ["Po"], [[0, 0, 0]])
    with pytest.raises(ValueError, match=r"Form factors for neutron exist .* got Po; leave"):
        DiffractionSimulator(radiation="neutron").transform([polonium])


def test_picture_is_at_hand(crystals):
    simulator = DiffractionSimulator()
    (pattern,) = simulator.transform([crystals["h-BN"]])
    np.testing.assert_array_equal(simulator.to_image(pattern), to_image(pattern))
