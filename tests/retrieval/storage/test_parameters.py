"""Parameters as plain data: there and back, and what is refused."""

import json

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.preprocessing import StandardScaler

from xrdmatch import CrystalTokenizer, DiffractionSimulator, PatternPointCloud, simulation
from xrdmatch.crystallography import Radiation
from xrdmatch.retrieval._storage.parameters import from_plain, to_plain
from xrdmatch.simulation import DebyeModel, Perturbation, SpotEffect, ThermalDisplacement

EFFECTS = [simulation.Strain(0.02), simulation.BeamStop(0.3), simulation.IntensityNoise(0.3)]


def there_and_back(value):
    return from_plain(json.loads(json.dumps(to_plain(value, "it"), allow_nan=False)))


@pytest.mark.parametrize("value", [None, True, 3, 0.1, "a", [1, [2, "b"]], {"a": {"b": 1e-30}}])
def test_plain_data_stay(value):
    assert there_and_back(value) == value


def test_numbers_of_numpy_become_numbers():
    assert [type(there_and_back(x)) for x in (np.int64(3), np.float32(0.5), np.bool_(True))] == [
        int, float, bool,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        Radiation("electron", ((0.0251, 1.0),)),
        Perturbation(),
        Perturbation(*EFFECTS, severity=0.7),
        Perturbation(ThermalDisplacement({"Mo": 0.05, "S": 0.08})),
        Perturbation(ThermalDisplacement(DebyeModel(300, 450))),
    ],
    ids=str,
)
def test_frozen_values_come_back_equal(value):
    again = there_and_back(value)
    assert again == value
    assert repr(again) == repr(value)


@pytest.mark.parametrize(
    "estimator",
    [
        DiffractionSimulator(radiation=Radiation("neutron", ((1.8, 1.0),)), b_iso={"Mo": 0.4}),
        CrystalTokenizer(30, vacuum=25.0),
        PatternPointCloud(max_points=12, image_log=False),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_estimators_come_back_with_all_parameters(estimator):
    again = there_and_back(estimator)
    assert type(again) is type(estimator)
    assert again.get_params() == clone(estimator).get_params()


class Own(SpotEffect):
    """An effect that is not xrdmatch's."""


class DiffractionSimulatorOfOnesOwn(DiffractionSimulator):
    """A simulator that is not xrdmatch's."""


DiffractionSimulatorOfOnesOwn.__name__ = "DiffractionSimulator"


@pytest.mark.parametrize(
    "value",
    [
        StandardScaler(),
        Own(),
        Perturbation(Own()),
        np.random.RandomState(0),
        print,
        {1: 2},
        [object()],
        DiffractionSimulatorOfOnesOwn(),
    ],
)
def test_what_is_not_xrdmatchs_is_refused(value):
    with pytest.raises(TypeError, match=r"one of xrdmatch's own objects, got .* as thing; set ano"):
        to_plain(value, "thing")


def test_the_message_leads_to_the_entry():
    with pytest.raises(TypeError, match=r"as net_params\['callbacks'\]; set another, or pickle"):
        to_plain({"callbacks": [print]}, "net_params")


@pytest.mark.parametrize("name", ["Popen", "os.system", "SiteTables", None])
def test_only_known_classes_are_built(name):
    with pytest.raises(ValueError, match=r"Objects in a saved retriever are xrdmatch's own, got"):
        from_plain({"class": name, "arguments": [], "parameters": {}})
