"""Equivariant graph tower for crystals (atomic cluster expansion)."""

import math

import torch
from torch import nn

from xrdmatch.encoders._cluster_layer import CLOSEST, ClusterLayer, Edges
from xrdmatch.encoders._transformer import ProjectionHead

N_ELEMENTS = 119
N_OCTAVES = 6  # Fourier features of reciprocal lengths
LONGEST_PERIOD = 1.0  # of theirs [1/Å]
HEADS = 8  # gated means of the read-out


def means(values, crystal, n_crystals, weights=None):
    """Mean over the atoms of each crystal: (n_atoms, n) to (n_crystals, n)."""
    weights = torch.ones_like(values[:, :1]) if weights is None else weights
    shape = (n_crystals, values.shape[1])
    total = values.new_zeros(shape).index_add(0, crystal, values * weights)
    count = values.new_zeros(n_crystals, weights.shape[1]).index_add(0, crystal, weights)
    return total / count


class LatticeFeatures(nn.Module):
    """Lengths of a lattice as logarithms and as Fourier features of their reciprocals."""

    def __init__(self):
        super().__init__()
        octaves = 2 * math.pi / LONGEST_PERIOD * 2.0 ** torch.arange(N_OCTAVES)
        self.register_buffer("frequencies", octaves)
        self.n_features = 2 * N_OCTAVES + 1

    def forward(self, lengths):
        """Map lengths (B, n) [Å] to (B, n * n_features)."""
        angles = self.frequencies / lengths[..., None]
        parts = [angles.sin(), angles.cos(), lengths.log()[..., None] - 1.5]
        return torch.cat(parts, -1).flatten(1)


class EquivariantTower(nn.Module):
    """Crystals as graphs, read by an atomic cluster expansion and pooled by means.

    Inside, functions on the sphere turn as the crystal turns; what leaves is unchanged by
    rotation, inversion, translation, the order of atoms, and the choice of the cell, a supercell
    included. It knows no form factor and computes no structure factor: what a crystal diffracts
    is learned.

    Parameters
    ----------
    n_layers : int, default=3
        Steps of message passing, `ClusterLayer`.
    embedding_dim : int, default=384
        Length of the embeddings.
    dropout : float, default=0.0
        Share left out while training.
    width : int, default=256
        Numbers that describe an atom between the steps; a multiple of 8.
    channels : int, default=32
        Channels of the functions on the sphere.
    max_l : int, default=2
        Their highest degree.
    correlation : int, default=3
        How many neighbours at a time are seen: highest order of products.
    n_radial : int, default=10
        Number of radial functions.
    cutoff : float, default=6.0
        Where they end [Å]: that of the `CrystalGraph`.
    n_lattice : int, default=29
        Number of lengths that describe the lattice: `n_lattice_vectors` of the `CrystalGraph`
        and five more.

    See Also
    --------
    xrdmatch.preprocessing.CrystalGraph : Makes the graphs.

    References
    ----------
    .. [1] Zhang, Wang and Hu, preprint 202504.1913 (2025).
    .. [2] Batatia et al., MACE, NeurIPS (2022).

    Examples
    --------
    >>> from pymatgen.core import Structure
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.encoders import EquivariantTower
    >>> from xrdmatch.learning import CrystalGraphs
    >>> from xrdmatch.preprocessing import CrystalGraph
    >>> graphs = CrystalGraph().transform([Structure.from_prototype("bcc", ["Fe"], a=2.87)])
    >>> inputs = CrystalGraphs(DiffractionSimulator("powder", "CuKa")).batch(graphs)
    >>> EquivariantTower(n_layers=1).encode_structures(**inputs).shape
    torch.Size([1, 384])
    """

    def __init__(
        self,
        *,
        n_layers=3,
        embedding_dim=384,
        dropout=0.0,
        width=256,
        channels=32,
        max_l=2,
        correlation=3,
        n_radial=10,
        cutoff=6.0,
        n_lattice=29,
    ):
        super().__init__()
        if width % HEADS:
            raise ValueError(f"width must be a multiple of {HEADS}, got {width}; 256 is usual.")
        self.n_lattice = n_lattice
        self.elements = nn.Embedding(N_ELEMENTS, width)
        self.edges = Edges(max_l, n_radial, cutoff)
        sizes = width, channels, max_l, correlation, n_radial, dropout
        self.layers = nn.ModuleList(ClusterLayer(*sizes) for _ in range(n_layers))
        self.lattice = LatticeFeatures()
        n_features = n_lattice * self.lattice.n_features
        self.lattice_map = nn.Sequential(
            nn.Linear(n_features, width), nn.SiLU(), nn.Linear(width, width)
        )
        self.crystal_maps = nn.ModuleList(nn.Linear(2 * width, width) for _ in range(n_layers))
        self.gates = nn.Linear(width, HEADS)
        self.norm = nn.LayerNorm(4 * width)
        self.head = ProjectionHead(4 * width, embedding_dim)

    def encode_structures(self, numbers, ends, vectors, weights, crystal, lattice):
        """Embed crystals.

        Parameters
        ----------
        numbers : Tensor of shape (n_atoms,)
            Atomic numbers of all atoms of the batch, up to 118.
        ends : Tensor of shape (n_pairs, 2)
            Numbers of an atom and of its neighbour.
        vectors : Tensor of shape (n_pairs, 3)
            From the one to the other [Å].
        weights : Tensor of shape (n_pairs,)
            How much the neighbour counts.
        crystal : Tensor of shape (n_atoms,)
            Number of the crystal that each atom belongs to, ascending.
        lattice : Tensor of shape (B, n_lattice)
            Lengths of its lattice [Å].

        Returns
        -------
        Tensor of shape (B, embedding_dim)
            Unit vectors.
        """
        self._check(lattice)
        atoms, repeats = self.atoms(numbers, ends, vectors, weights, crystal, lattice)
        return nn.functional.normalize(self._read_out(atoms, repeats, crystal).float(), dim=1)

    def atoms(self, numbers, ends, vectors, weights, crystal, lattice):
        """Describe every atom (n_atoms, width), and every lattice (B, width)."""
        edges = self.edges(ends, vectors, weights)
        repeats = self.lattice_map(self.lattice(lattice.float())).float()
        atoms = self.elements(numbers)
        for layer, tell in zip(self.layers, self.crystal_maps, strict=True):
            whole = torch.cat([means(atoms, crystal, len(lattice)), repeats], 1)
            atoms = layer(atoms + tell(whole).float()[crystal], edges).float()
        return atoms, repeats

    def _read_out(self, atoms, repeats, crystal):
        """Pool atoms by means, and by means that gates weigh."""
        n = len(repeats)
        gates = torch.sigmoid(self.gates(atoms).float()) + CLOSEST
        gates = gates.repeat_interleave(atoms.shape[1] // HEADS, 1)
        mean = means(atoms, crystal, n)
        spread = (means(atoms.square(), crystal, n) - mean.square()).clamp_min(0)
        parts = [mean, means(atoms, crystal, n, gates), (spread + CLOSEST).sqrt(), repeats]
        return self.head(self.norm(torch.cat(parts, 1)))

    def _check(self, lattice):
        if lattice.shape[1] != self.n_lattice:
            raise ValueError(
                f"The tower reads {self.n_lattice} lengths of a lattice, got {lattice.shape[1]}; "
                "make graphs with the n_lattice_vectors that it learned with."
            )
