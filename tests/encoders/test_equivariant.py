"""The tower of graphs: what must not change an embedding, and naive sums."""

import sys

import numpy as np
import pytest
import torch
from e3nn import o3
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.encoders import EquivariantTower
from xrdmatch.encoders._cluster_layer import RadialBasis
from xrdmatch.encoders._couplings import degrees
from xrdmatch.encoders._equivariant import means
from xrdmatch.learning import CrystalGraphs
from xrdmatch.preprocessing import CrystalGraph

SAME = 2e-4  # of a unit vector's entries, in single precision, over sums of some 50 neighbours
OTHER = 1e-2  # embeddings of different crystals differ by more
SMALL = {"n_layers": 2, "embedding_dim": 32, "width": 32, "channels": 8}
RUTILE = Structure.from_spacegroup(
    "P4_2/mnm", Lattice.tetragonal(4.59, 2.96), ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]
)
SALT = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
)
INPUTS = CrystalGraphs(DiffractionSimulator("powder", "CuKa"))


@pytest.fixture(scope="module")
def quartz():
    return Structure.from_spacegroup(
        "P3_221",
        Lattice.hexagonal(4.913, 5.405),
        ["Si", "O"],
        [[0.4697, 0, 2 / 3], [0.4135, 0.2669, 0.7858]],
    )


@pytest.fixture(scope="module")
def tower():
    torch.manual_seed(0)
    return EquivariantTower(**SMALL).eval()


def graph(structures):
    return INPUTS.batch(CrystalGraph().transform(structures))


def embedded(tower, *structures):
    with torch.no_grad():
        return tower.encode_structures(**graph(structures))


def with_cell(structure, matrix, frac_coords=None):
    coords = structure.frac_coords if frac_coords is None else frac_coords
    return Structure(Lattice(matrix), structure.species, coords)


def changed(structure):
    """The same crystal in many ways."""
    rotation = o3.rand_matrix().double().numpy()
    order = np.random.RandomState(0).permutation(len(structure))
    cell = structure.lattice.matrix
    skew = structure.make_supercell([[1, 1, 0], [0, 1, 0], [0, 0, 1]], in_place=False)
    return {
        "rotation": with_cell(structure, cell @ rotation.T),
        "inversion": with_cell(structure, cell, -structure.frac_coords),
        "translation": with_cell(
            structure, cell, structure.frac_coords + np.array([0.13, 0.41, 0.77])
        ),
        "atom order": Structure.from_sites([structure[i] for i in order]),
        "choice of the cell": skew,
        "supercell": structure.make_supercell([2, 1, 3], in_place=False),
        "primitive cell": structure.get_primitive_structure(),
    }


@pytest.mark.parametrize("name", changed(Structure.from_prototype("bcc", ["Fe"], a=2.87)))
def test_what_changes_no_embedding(tower, quartz, name):
    torch.manual_seed(2)
    for crystal in (quartz, RUTILE):
        first, second = embedded(tower, crystal), embedded(tower, changed(crystal)[name])
        torch.testing.assert_close(first, second, atol=SAME, rtol=0)


def test_other_crystals_have_other_embeddings(tower, quartz):
    wider = with_cell(quartz, 1.05 * quartz.lattice.matrix)
    lighter = Structure(quartz.lattice, ["Si"] * 3 + ["S"] * 6, quartz.frac_coords)
    same, *others = embedded(tower, quartz, wider, lighter)
    assert same.norm().item() == pytest.approx(1)
    assert all((other - same).abs().max() > OTHER for other in others)


def test_rounding_changes_little(tower, quartz):
    noise = np.random.RandomState(0).normal(scale=1e-5, size=(9, 3))
    shaken = with_cell(quartz, quartz.lattice.matrix, quartz.frac_coords + noise)
    assert (embedded(tower, quartz) - embedded(tower, shaken)).abs().max() < 1e-3


def test_a_batch_is_its_members(tower, quartz):
    iron = Structure.from_prototype("bcc", ["Fe"], a=2.87)
    both = embedded(tower, quartz, iron)
    torch.testing.assert_close(both[1:], embedded(tower, iron), atol=SAME, rtol=0)


def test_functions_inside_turn(tower, quartz):
    """A and its products of degree 1 and 2, against Wigner's matrices."""
    torch.manual_seed(3)
    rotation = o3.rand_matrix()
    turned = with_cell(quartz, quartz.lattice.matrix @ rotation.double().numpy().T)
    layer = tower.layers[0]
    found = []
    for crystal in (quartz, turned):
        inputs = graph([crystal])
        atoms = tower.elements(inputs["numbers"])
        edges = tower.edges(inputs["ends"], inputs["vectors"], inputs["weights"])
        found.append(layer.orders(atoms, edges))
    for before, after in zip(*found, strict=True):
        for n in (0, 1, 2):
            matrix = o3.Irrep(n, (-1) ** n).D_from_matrix(rotation)
            kept = degrees(2) == n
            torch.testing.assert_close(
                after[..., kept], before[..., kept] @ matrix.T, atol=SAME, rtol=1e-3
            )
            assert before[..., kept].abs().max() > SAME


def test_the_basis_is_a_sum_over_neighbours(tower):
    """Rocksalt, by loops over pairs."""
    salt = SALT.get_primitive_structure()
    inputs = graph([salt])
    layer = tower.layers[0]
    with torch.no_grad():
        atoms = tower.elements(inputs["numbers"])
        edges = tower.edges(inputs["ends"], inputs["vectors"], inputs["weights"])
        found = layer.atomic_basis(atoms, edges)
        expected = torch.zeros_like(found)
        sent = layer.send(atoms)
        for pair, (i, j) in enumerate(inputs["ends"].tolist()):
            radial = layer.radial(edges.radial[pair]).view(8, 3)
            for m, n in enumerate(degrees(2).tolist()):
                term = radial[:, n] * sent[j] * inputs["weights"][pair] * edges.harmonics[pair, m]
                expected[i, :, m] += term / 4
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-3)


def test_products_are_sums_over_pairs_of_neighbours(tower):
    """Without what tames them: a density of neighbours, coupled, is linear in each neighbour."""
    couple = tower.layers[0].couplings[0]
    one, two = torch.randn(2, 6, 8, 9)
    whole = couple(one.sum(0, keepdim=True), two.sum(0, keepdim=True))
    parts = sum(couple(a[None], b[None]) for a in one for b in two)
    torch.testing.assert_close(whole, parts, atol=1e-4, rtol=1e-3)


def test_neighbours_in_one_direction_have_finite_gradients():
    chain = Structure(Lattice.tetragonal(12, 2.5), ["C"], [[0, 0, 0]])
    tower = EquivariantTower(**SMALL)
    inputs = graph([chain])
    inputs["vectors"].requires_grad_()
    tower.encode_structures(**inputs)[0, 0].backward()
    assert torch.isfinite(inputs["vectors"].grad).all()
    assert all(torch.isfinite(p.grad).all() for p in tower.parameters() if p.grad is not None)


@pytest.mark.parametrize(
    "crystal",
    [
        Structure(Lattice.cubic(20), ["He"], [[0, 0, 0]]),
        Structure(Lattice.cubic(3.35), ["Po"], [[0, 0, 0]]),
        Structure.from_prototype("fluorite", ["Ca", "F"], a=5.46).make_supercell(
            [3, 4, 4], in_place=False
        ),
    ],
    ids=["no neighbour", "one atom", "576 atoms"],
)
def test_unusual_cells_are_embedded(tower, crystal):
    found = embedded(tower, crystal)
    assert torch.isfinite(found).all()
    assert found.norm().item() == pytest.approx(1)


def test_bessel_functions_end_at_the_cutoff():
    basis = RadialBasis(4, 6.0)
    torch.testing.assert_close(basis(torch.tensor([6.0])), torch.zeros(1, 4), atol=1e-5, rtol=0)
    d = torch.linspace(0.01, 6.0, 20_000)
    overlap = (basis(d)[:, :, None] * basis(d)[:, None] * d[:, None, None] ** 2).sum(0) * 5.99 / 2e4
    torch.testing.assert_close(overlap / overlap[0, 0], torch.eye(4), atol=0.01, rtol=0)


def test_means_are_those_of_each_crystal():
    values, crystal = torch.randn(5, 2), torch.tensor([0, 0, 0, 1, 1])
    torch.testing.assert_close(
        means(values, crystal, 2), torch.stack([values[:3].mean(0), values[3:].mean(0)])
    )


def test_what_it_cannot_read_is_refused(tower, quartz, monkeypatch):
    inputs = graph([quartz])
    with pytest.raises(ValueError, match="reads 29 lengths of a lattice, got 7"):
        tower.encode_structures(**inputs | {"lattice": inputs["lattice"][:, :7]})
    with pytest.raises(ValueError, match="width must be a multiple of 8, got 100; 256 is usual"):
        EquivariantTower(**SMALL | {"width": 100})
    monkeypatch.setitem(sys.modules, "e3nn", None)
    with pytest.raises(ImportError, match=r"pip install 'xrdmatch\[equivariant\]'"):
        EquivariantTower(**SMALL)
