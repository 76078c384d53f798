"""The Debye model: its limits, and the same by another way."""

import numpy as np
import pytest
from scipy.constants import atomic_mass, hbar, k
from scipy.integrate import quad

from xrdmatch.simulation import DebyeModel
from xrdmatch.simulation._perturbation.debye import debye_integral, mean_square_displacement

CLOSED_FORM = 1e-12  # rounding
QUADRATURE = 1e-8  # what scipy.integrate.quad promises by default, 1.5e-8, and usually far less


def by_phonons(mass, temperature, theta):
    """``<u^2>`` [Å^2] as the mean over the Debye spectrum, ``g = 3 w^2 / w_D^3``, of oscillators.

    Each has ``hbar / (2 m w) coth(hbar w / 2 k T)``.
    """
    cutoff = k * theta / hbar

    def integrand(x):  # w in units of the cutoff
        coth = 1 / np.tanh(hbar * x * cutoff / (2 * k * temperature))
        return 3 * x**2 * hbar / (2 * mass * atomic_mass * x * cutoff) * coth

    return 1e20 * quad(integrand, 0, 1)[0]


@pytest.mark.parametrize(("temperature", "theta"), [(10, 400), (300, 400), (900, 150)])
def test_is_the_mean_over_the_phonons(temperature, theta):
    found = mean_square_displacement(28.0, temperature, theta)
    assert found == pytest.approx(by_phonons(28.0, temperature, theta), rel=QUADRATURE)


@pytest.mark.parametrize("x", [0.01, 0.5, 3.0, 50.0])
def test_closed_form_of_the_integral(x):
    numeric = quad(lambda t: t / np.expm1(t), 0, x)[0]
    assert debye_integral(x) == pytest.approx(numeric, rel=QUADRATURE)


@pytest.mark.parametrize("temperature", [0.0, 1e-3])
def test_zero_point_motion(temperature):
    """Nothing thermal is left: 3 hbar^2 / (4 m k theta), up to (T / theta)^2."""
    found = mean_square_displacement(12.0, temperature, 2000.0)
    expected = 1e20 * 3 * hbar**2 / (4 * 12.0 * atomic_mass * k * 2000.0)
    assert found == pytest.approx(expected, rel=1e-10 if temperature else CLOSED_FORM)


def test_equipartition_at_high_temperature():
    """3 hbar^2 T / (m k theta^2), the next term being (theta / T)^2 / 36 of it."""
    temperature, theta = 1e5, 100.0
    found = mean_square_displacement(40.0, temperature, theta)
    classical = 1e20 * 3 * hbar**2 * temperature / (40.0 * atomic_mass * k * theta**2)
    correction = (theta / temperature) ** 2 / 36
    assert found / classical - 1 == pytest.approx(correction, rel=0.01)


def test_grows_with_temperature_and_falls_with_mass():
    warm = mean_square_displacement(28.0, np.array([0, 1, 30, 300, 3000]), 400.0)
    assert (np.diff(warm) > 0).all()
    ratio = mean_square_displacement(10.0, 300, 400) / mean_square_displacement(40.0, 300, 400)
    assert ratio == pytest.approx(4.0, rel=CLOSED_FORM)


def test_elements_masses_and_padding():
    model = DebyeModel(300, {"Mo": 450, "S": 500})
    found = model.rms_displacement([[42, 16], [6, 0]])
    expected = [
        mean_square_displacement(95.95, 300, 450),
        mean_square_displacement(32.06, 300, 500),
    ]
    np.testing.assert_allclose(found[0] ** 2, expected, rtol=1e-3)  # masses are rounded here
    assert found[1].tolist() == [0.0, 0.0]  # left out, and padding
    assert DebyeModel(300, 450).rms_displacement([0, 118]).tolist()[0] == 0.0


def test_a_small_value_with_a_text():
    model = DebyeModel(77, {"Mo": 450})
    assert eval(repr(model)) == model
    assert hash(model) == hash(DebyeModel(77, {"Mo": 450}))
    assert model != DebyeModel(77, {"Mo": 451})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"temperature": -1}, "DebyeModel's temperature must be finite and not negative, got -1"),
        ({"debye_temperature": 0}, r"A Debye temperature must be positive \[K\], got 0; use 400.0"),
        ({"debye_temperature": {"C": 0.0}}, r"must be positive \[K\], got {'C': 0.0}"),
        ({"debye_temperature": -3}, r"must be finite and not negative \[K\], got -3"),
        ({"debye_temperature": {"Xy": 9}}, "needs element symbols as keys, got 'Xy'"),
    ],
)
def test_bad_temperatures(options, message):
    with pytest.raises(ValueError, match=message):
        DebyeModel(**options)
