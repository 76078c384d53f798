"""
What an equivariant tower makes of symmetry
===========================================

The shipped pair ``"powder-equivariant"`` was shown crystals as graphs and their powders as vectors
of 140 numbers, and no word of symmetry. What does it make of crystals that differ in little else?
"""

# %%
# Perovskites of twelve compositions, each cubic, and with its cell drawn out along one axis, along
# two by different amounts, and sheared: four crystal systems, whose space groups are each a
# subgroup of the one before.

import matplotlib.pyplot as plt
import numpy as np
from pymatgen.core import Lattice, Structure

from xrdmatch.crystallography import crystal_symmetry
from xrdmatch.inspection import EmbeddingDisplay
from xrdmatch.retrieval import load_pretrained

SITES = [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]]
COMPOSITIONS = {
    f"{a} {b} {x}": length
    for a, b, x, length in [
        ("Sr", "Ti", "O", 3.91),
        ("Ba", "Ti", "O", 4.01),
        ("Ca", "Ti", "O", 3.84),
        ("La", "Al", "O", 3.79),
        ("La", "Mn", "O", 3.88),
        ("K", "Nb", "O", 4.01),
        ("K", "Mg", "F", 3.99),
        ("K", "Zn", "F", 4.06),
        ("Cs", "Pb", "Br", 5.87),
        ("Cs", "Pb", "Cl", 5.61),
        ("Cs", "Sn", "I", 6.22),
        ("Rb", "Ca", "F", 4.45),
    ]
}
STRAINS = {"cubic": (0, 0, 0), "tetragonal": (0, 0.03, 0), "orthorhombic": (0.02, 0.04, 0)}
STRAINS["monoclinic"] = (0.02, 0.04, 3)


def perovskite(composition, strain):
    a, b, x = composition.split()
    longer, longest, shear = strain
    length = COMPOSITIONS[composition] * np.array([1, 1 + longer, 1 + longest])
    return Structure(Lattice.from_parameters(*length, 90, 90 + shear, 90), [a, b, x, x, x], SITES)


crystals = [perovskite(name, strain) for name in COMPOSITIONS for strain in STRAINS.values()]
systems = np.array([*STRAINS] * len(COMPOSITIONS))
retriever = load_pretrained("powder-equivariant").set_gallery(crystals)

# %%
# t-SNE of the embeddings keeps neighbours together, and nothing else. Compositions are apart; of
# each, the cubic crystal stands alone, and the orthorhombic and the monoclinic one lie nearly on
# each other.

EmbeddingDisplay.from_estimator(retriever, colour=systems).plot()

# %%
# How near the systems are, by the cosine of the embeddings themselves: means over the
# compositions. Orthorhombic and monoclinic crystals pass into each other, as the paper has it
# (Zhang, Wang and Hu, preprint 202504.1913); cubic ones, whose lines do not split, do not pass
# into tetragonal ones.

vectors = retriever.encode_structures(crystals).reshape(len(COMPOSITIONS), len(STRAINS), -1)
cosines = np.einsum("cid,cjd->ij", vectors, vectors) / len(COMPOSITIONS)
for name, row in zip(STRAINS, cosines.round(2), strict=True):
    print(f"{name:13}", *row)

# %%
# One query's ranking: the powder of cubic SrTiO3. Behind it come its own tetragonal form, whose
# space group is a subgroup, and then perovskites of nearly the same cell, cubic ones before
# tetragonal ones.

query = retriever.simulator_.transform(crystals[:1])
distances, found = retriever.kneighbors(query, 6)
figure, axes = plt.subplots(6, 1, figsize=(7, 8), sharex=True, layout="constrained")
for ax, place, distance in zip(axes, found[0], distances[0], strict=True):
    crystal = crystals[place]
    (pattern,) = retriever.simulator_.transform([crystal])
    ax.vlines(pattern.q[:, 0], 0, pattern.intensity / pattern.intensity.max(), color="#0072B2")
    group = crystal_symmetry(crystal).space_group
    ax.set_title(f"{crystal.reduced_formula}, {group}: distance {distance:.3f}", fontsize=9)
    ax.set_yticks([])
axes[-1].set_xlabel("q [1/Å]")
plt.show()
