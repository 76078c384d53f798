"""Fitting decorations: the template returns itself, and known layers come out about right."""

import numpy as np
import pytest

from xrdmatch.datasets._decoration import fit_decorations, nearest_contacts, radius
from xrdmatch.datasets._families import templates
from xrdmatch.datasets._prototypes import PROTOTYPES

# A known layer's lattice, predicted from the other known layers of its prototype by covalent
# radii, is off by 2.3 % in the median and by 24 % at worst (FeSe, whose others are oxides).
TYPICAL_ERROR, WORST_ERROR = 0.03, 0.25


@pytest.mark.parametrize("name", PROTOTYPES)
def test_fit_returns_the_template_for_its_own_elements(name):
    known = templates(name)
    fitted = fit_decorations(name, [elements for elements, *_ in known])
    for (_, cell, internal), row in zip(known, fitted, strict=True):
        assert row == pytest.approx([*cell, *internal], abs=1e-9)


def test_fit_scales_a_flat_honeycomb_with_its_one_bond():
    boron_nitride = (("B", "N"), (2.51,), ())
    (fitted,) = fit_decorations("BN", [("Ga", "N")], known=[boron_nitride])[0]
    assert fitted == pytest.approx(
        2.51 * (radius("Ga") + radius("N")) / (radius("B") + radius("N"))
    )


def test_fit_starts_from_the_most_similar_layer():
    known = [(("Mo", "S"), (3.18,), (1.56,)), (("Cd", "I"), (4.24,), (1.71,))]
    fitted = fit_decorations("1T", [("W", "S"), ("Pb", "I")], known)
    from_mos2 = fit_decorations("1T", [("W", "S")], known[:1])
    from_cdi2 = fit_decorations("1T", [("Pb", "I")], known[1:])
    assert fitted == pytest.approx(np.concatenate([from_mos2, from_cdi2]))


def test_known_lattices_follow_from_other_layers():
    errors = []
    for name in PROTOTYPES:
        known = templates(name)
        for k, (elements, cell, _) in enumerate(known):
            if others := known[:k] + known[k + 1 :]:
                errors.append(fit_decorations(name, [elements], others)[0, 0] / cell[0] - 1)
    assert len(errors) > 150
    assert np.median(np.abs(errors)) < TYPICAL_ERROR
    assert np.abs(errors).max() < WORST_ERROR


def test_nearest_contacts_see_the_neighbouring_cells():
    positions = np.array([(0.0, 0.0, 0.0), (0.9, 0.0, 0.0)])
    ratios = nearest_contacts(np.diag([10.0, 2.0]), ["C", "C"], positions)
    assert ratios == pytest.approx([1.0 / (2 * radius("C"))] * 2)


def test_an_atom_is_the_neighbour_of_its_own_image():
    ratios = nearest_contacts(np.diag([2.75, 9.0]), ["Au"], np.zeros((1, 3)))
    assert ratios == pytest.approx([2.75 / (2 * radius("Au"))])
