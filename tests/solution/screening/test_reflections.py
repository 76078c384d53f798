"""Structure factors by kinds of atoms."""

import numpy as np
import pytest
from solved_crystals import perovskite, rutile

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import form_factors
from xrdmatch.simulation import powder_reflections
from xrdmatch.solution._screening.reflections import half_sphere, partial_factors


@pytest.mark.parametrize("structure", [rutile(), perovskite()])
def test_intensities_are_those_of_the_simulator(structure):
    """Sums over families of half of the reflections, doubled, without a Debye-Waller factor."""
    elements, kinds = np.unique([s.specie.Z for s in structure], return_inverse=True)
    found = partial_factors(structure.lattice.matrix, structure.frac_coords, kinds, 0.6)
    f = form_factors(elements, found.q[:, None])
    strength = 2 * np.abs((f * found.factors).sum(1)) ** 2
    simulator = DiffractionSimulator("powder", wavelength=1.0, q_max=0.6, b_iso=0.0)
    (wanted,) = powder_reflections([structure], simulator)
    sums = [strength[np.abs(found.q - q) < 1e-6].sum() for q in wanted.q]
    assert sums == pytest.approx(wanted.strength, rel=1e-6)


def test_one_of_each_friedel_pair_is_listed():
    hkl = half_sphere(np.diag([4.0, 5.0, 6.0]), 0.5)
    rows = {tuple(row) for row in hkl.tolist()}
    assert len(rows) == len(hkl) == ((2 * 2 + 1) * (2 * 2 + 1) * (2 * 3 + 1) - 1) / 2
    assert not any(tuple(-x for x in row) in rows for row in rows)
