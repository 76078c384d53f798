"""Trial cells hold the true one, within what rounding allows, for lattices of all kinds."""

import numpy as np
import pytest
from lattice_lines import LATTICES, lines_at, primitive_volume, two_theta_of

from xrdmatch.solution._cells.bravais import KINDS, PRIMITIVE, Bravais, cell_vectors
from xrdmatch.solution._cells.reduction import fingerprint
from xrdmatch.solution._cells.trials import (
    are_inside,
    line_sets,
    logarithmic_volumes,
    trial_parameters,
)


@pytest.mark.parametrize(("system", "centring"), [k for k in LATTICES if k[0] != "triclinic"])
def test_the_true_cell_is_tried(system, centring):
    lattice = LATTICES[system, centring]
    true = fingerprint(PRIMITIVE[centring] @ lattice.matrix)
    volume = primitive_volume(lattice, centring)
    found = False
    for kind in KINDS[system]:
        parameters = trial_parameters(kind, lines_at(two_theta_of(lattice, centring)).q2)
        parameters = parameters[are_inside(parameters, kind, (0.999 * volume, 1.001 * volume))]
        vectors = [PRIMITIVE[kind.centring] @ cell_vectors(p @ kind.metric) for p in parameters]
        found |= any(np.allclose(fingerprint(v), true, rtol=1e-3) for v in vectors)
    assert found


def test_line_sets_are_different_and_rise():
    for n_parameters in (1, 2, 3, 4):
        sets = line_sets(20, n_parameters)
        assert sets.shape[1] == n_parameters
        assert (np.diff(sets, axis=1) > 0).all()
        assert len(np.unique(sets, axis=0)) == len(sets)
        assert line_sets(5, n_parameters).max() < 5


def test_exchanged_axes_are_tried_once():
    """Of six orthorhombic cells that differ in the names of axes, one is left."""
    q2 = lines_at(two_theta_of(LATTICES["orthorhombic", "P"])).q2
    parameters = trial_parameters(Bravais("orthorhombic", "P"), q2)
    some = parameters[(parameters > 0).all(1)]
    as_sets = np.unique(np.sort(some, axis=1).round(7), axis=0)
    assert len(as_sets) > 0.1 * len(some)  # others come from other lines


def test_volumes_of_primitive_cells():
    kind = Bravais("cubic", "F")
    parameters = np.array([[1 / 25.0], [-1.0]])
    assert are_inside(parameters, kind, (30, 32)).tolist() == [True, False]
    assert not are_inside(parameters, kind, (32, 100)).any()
    assert np.exp(logarithmic_volumes(parameters[:1], kind)) == pytest.approx(125 / 4)
