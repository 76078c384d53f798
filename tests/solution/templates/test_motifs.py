"""Metals with their ligands, and metals alone; rings where there are none."""

import numpy as np
import pytest
from pymatgen.core import Structure

from xrdmatch.solution._templates.motifs import global_framework, local_motifs, nodes_of


def test_octahedra_of_halite(salt):
    motifs = local_motifs(salt(5.64, "Na", "Cl"))
    assert [motif.formula for motif in motifs] == ["Na1 Cl6"] * 4
    distances = np.linalg.norm(motifs[0].cart_coords, axis=1)
    np.testing.assert_allclose(distances, [0, *[2.82] * 6])


def test_metals_of_a_perovskite(crystals):
    framework = global_framework(crystals[6])
    assert framework.composition.reduced_formula == "SrTi"
    assert framework.lattice == crystals[6].lattice


def test_rings_stand_in_for_metals(crystals):
    species, points = nodes_of(crystals[-1])
    assert [s.symbol for s in species] == ["X"]
    np.testing.assert_allclose(points, [[0.5, 0.5, 0.5]], atol=1e-3)
    (motif,) = local_motifs(crystals[-1])
    assert sorted(s.symbol for s in motif.species) == ["C"] * 6 + ["H"] * 6 + ["X"]
    assert len(global_framework(crystals[-1])) == 1


def test_neither_metal_nor_ring():
    diamond = Structure.from_prototype("diamond", ["C"], a=3.567)
    assert global_framework(diamond) is None
    assert local_motifs(diamond) == []


def test_a_metal_alone_has_no_ligands():
    copper = Structure.from_prototype("fcc", ["Cu"], a=3.61)
    assert [motif.formula for motif in local_motifs(copper)] == ["Cu1"] * 4


@pytest.mark.parametrize("shift", [[0.3, 0.1, 0.9]])
def test_motifs_do_not_depend_on_the_origin(salt, shift):
    crystal = salt(5.64, "Na", "Cl")
    moved = crystal.copy()
    moved.translate_sites(range(len(moved)), shift)
    for ours, theirs in zip(local_motifs(moved), local_motifs(crystal), strict=True):
        np.testing.assert_allclose(
            np.sort(ours.distance_matrix, None), np.sort(theirs.distance_matrix, None), atol=1e-6
        )
