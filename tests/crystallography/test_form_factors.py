"""Form factors against gemmi's own evaluation and against what must hold at q = 0."""

import gemmi
import numpy as np
import pytest

from xrdmatch.crystallography import form_factor_table, form_factors

SINGLE = 1e-6  # of the sum of |amplitudes|: gemmi evaluates these sums in single precision
FIT_OF_TABLE = 0.06  # electrons: how well the Gaussian fits of the tables reach f(0) = Z
CARBON_SCATTERING_LENGTH = 6.646  # fm, bound coherent, natural carbon (Neutron News 3, 26, 1992)
Q = np.linspace(0.0, 4.0, 17)
GEMMI = {
    "xray": lambda z, stol2: gemmi.Element(z).it92.calculate_sf(stol2),
    "electron": lambda z, stol2: gemmi.Element(z).c4322.calculate_sf(stol2),
    "neutron": lambda z, stol2: gemmi.Element(z).neutron92.calculate_sf(stol2),
}


@pytest.mark.parametrize("kind", GEMMI)
def test_equals_gemmi_for_every_element_that_has_one(kind):
    amplitude = form_factor_table(kind).amplitude
    for z in np.flatnonzero(amplitude.any(axis=1)):
        expected = [GEMMI[kind](int(z), q**2 / 4) for q in Q]  # sin(theta)/lambda = q/2
        atol = SINGLE * np.abs(amplitude[z]).sum()
        np.testing.assert_allclose(form_factors(z, Q, kind), expected, rtol=0, atol=atol)


def test_xrays_see_all_electrons_at_zero():
    numbers = np.arange(1, 99)
    np.testing.assert_allclose(form_factors(numbers, 0.0), numbers, atol=FIT_OF_TABLE)


def test_neutrons_see_a_point():
    np.testing.assert_allclose(form_factors(6, Q, "neutron"), CARBON_SCATTERING_LENGTH)
    assert form_factors(1, 0.0, "neutron") < 0  # hydrogen's is negative


@pytest.mark.parametrize("kind", GEMMI)
def test_thermal_motion_damps_as_a_gaussian(kind):
    damped = form_factors(42, Q, kind, b_iso=0.7)
    np.testing.assert_allclose(damped, form_factors(42, Q, kind) * np.exp(-0.7 * Q**2 / 4))


def test_arguments_broadcast_and_zero_is_nothing():
    values = form_factors([[6], [0]], Q, b_iso=[[1.0], [0.0]])
    assert values.shape == (2, len(Q))
    assert not values[1].any()


@pytest.mark.parametrize(
    ("numbers", "kind", "element"),
    [(100, "xray", "Fm"), ([6, 103], "electron", "Lr"), ([84, 85], "neutron", "Po, At")],
)
def test_element_without_form_factor_is_named(numbers, kind, element):
    with pytest.raises(ValueError, match=f"Form factors for {kind} exist .* got {element};"):
        form_factors(numbers, 0.0, kind)


def test_unknown_kind():
    with pytest.raises(ValueError, match="one of 'xray', 'electron', 'neutron', got 'muon'"):
        form_factors(6, 0.0, "muon")


def test_table_is_shared_and_read_only():
    table = form_factor_table("xray")
    assert table is form_factor_table("xray")
    assert table.amplitude.shape == table.width.shape == (99, 5)
    assert not table.amplitude[0].any()
    with pytest.raises(ValueError, match="read-only"):
        table.amplitude[6] = 0.0
