"""Snapshots of Langevin runs: springs, real potentials, layers that cannot be moved."""

import sys

import numpy as np
import pytest
from ase.calculators.calculator import Calculator, all_changes
from ase.calculators.emt import EMT
from ase.units import kB
from pymatgen.core import Lattice, Structure

from xrdmatch.crystallography import layer_frame, site_table
from xrdmatch.simulation import MolecularDynamics, Perturbation, perturb_patterns

STIFFNESS = 5.0  # [eV / Å^2]
N_SIGMA = 4.0
# The thermostat's own error at these steps, (w dt)^2 / 4 with w = 0.063 / fs: far below the chance.
DISCRETE = 0.01


class Springs(Calculator):
    """Every atom on a spring of its own, tied to where it is first seen."""

    implemented_properties = ("energy", "forces")
    home = None

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        positions = self.atoms.get_positions()
        self.home = positions if self.home is None else self.home
        stretch = positions - self.home
        energy = STIFFNESS / 2 * (stretch**2).sum()
        self.results = {"energy": energy, "forces": -STIFFNESS * stretch}


def sheet(symbol, n_cells, spacing):
    """A square sheet of n_cells x n_cells atoms."""
    cell = Structure(Lattice.tetragonal(spacing, 15), [symbol], [[0, 0, 0.5]])
    return cell.make_supercell([n_cells, n_cells, 1])


def shifts_of(effect, structures, severity=1.0, seed=0):
    framed = layer_frame(site_table(structures))
    severity = np.broadcast_to(severity, len(framed))
    moved = effect(framed, severity, np.random.RandomState(seed))
    return moved.cart_coords - framed.cart_coords


@pytest.mark.parametrize("temperature", [100.0, 600.0])
def test_springs_move_by_kT_over_k(temperature):  # noqa: N802
    """Equipartition: <u^2> = kT / k along each axis; the drift takes one atom's share."""
    effect = MolecularDynamics(Springs, temperature=temperature, n_equilibration=600)
    shifts = shifts_of(effect, [sheet("C", 24, 2.5)])[0]
    expected = (1 - 1 / len(shifts)) * kB * temperature / STIFFNESS
    error = N_SIGMA * np.sqrt(2 / shifts.size) + DISCRETE
    assert (shifts**2).mean() == pytest.approx(expected, rel=error)


def test_the_centre_of_mass_stays():
    structure = sheet("C", 3, 2.5)
    structure.replace(0, "W")
    (shifts,) = shifts_of(MolecularDynamics(Springs, n_equilibration=50), [structure])
    assert np.abs(shifts).max() > 0.01
    np.testing.assert_allclose(
        np.average(shifts, axis=0, weights=[183.84] + 8 * [12.011]), 0, atol=1e-6
    )


def test_severity_multiplies_the_displacement():
    effect = MolecularDynamics(Springs, n_equilibration=20)
    structures = [sheet("C", 2, 2.5), sheet("Si", 3, 2.5)]
    once, twice = (shifts_of(effect, structures, s) for s in (1.0, 2.0))
    np.testing.assert_allclose(twice, 2 * once, atol=1e-12)
    assert np.abs(once).max() > 0.01


def test_one_calculator_serves_all_layers():
    structures = [sheet("Cu", 2, 2.6), sheet("Au", 3, 2.8)]
    one, each = (
        shifts_of(MolecularDynamics(x, n_equilibration=10), structures) for x in (EMT(), EMT)
    )
    np.testing.assert_array_equal(one, each)
    assert np.abs(one).max() > 0.01


def test_layers_that_cannot_be_moved_stay_ideal_and_are_named():
    mixed = Structure(Lattice.tetragonal(3, 15), [{"Cu": 0.5, "Au": 0.5}], [[0, 0, 0.5]])
    structures = [sheet("W", 2, 2.6), sheet("Cu", 2, 2.6), mixed]
    message = r"left 2 of 3 layers ideal.*: W4 \(NotImplementedError: .*; .*mixed species"
    with pytest.warns(UserWarning, match=message):
        shifts = shifts_of(MolecularDynamics(EMT, n_equilibration=5), structures)
    assert not shifts[[0, 2]].any()
    assert shifts[1].any()


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning", "ignore:invalid:RuntimeWarning")
def test_a_run_that_blows_up_is_no_displacement():
    effect = MolecularDynamics(Springs, time_step=1e6, n_equilibration=60)
    with pytest.warns(UserWarning, match="FloatingPointError: the run blew up; shorten the time"):
        shifts = shifts_of(effect, [sheet("C", 2, 2.5)])
    assert not shifts.any()


def test_patterns_of_moving_layers():
    perturbation = Perturbation(MolecularDynamics(EMT, temperature=300, n_equilibration=20))
    structures = [sheet("Cu", 2, 2.6)] * 2
    still, moved = perturb_patterns(structures, [0, 1], perturbation=perturbation, random_state=0)
    assert still.intensity.min() < 1e-9 < 1e-6 < moved.intensity.min()  # extinct, then no longer


def test_without_ase(monkeypatch):
    monkeypatch.setitem(sys.modules, "ase", None)
    with pytest.raises(ImportError, match=r"needs ase; install it with `pip install xrdmatch\[md"):
        shifts_of(MolecularDynamics(Springs), [sheet("C", 2, 2.5)])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"temperature": -1}, "MolecularDynamics's temperature must be finite and not negative"),
        ({"time_step": np.nan}, "MolecularDynamics's time_step must be finite and not negative"),
        ({"n_equilibration": 0}, "n_equilibration must be a whole number of at least 1, got 0"),
        ({"n_equilibration": 2.5}, "n_equilibration must be a whole number .*, got 2.5; give"),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(ValueError, match=message):
        MolecularDynamics(EMT, **options)


def test_the_text_of_a_calculator_that_is_made_already():
    assert repr(MolecularDynamics(EMT())).startswith("MolecularDynamics(EMT(), temperature=300.0")
