"""
A map of the embeddings
=======================

To a retriever that has learned, a crystal is a point on a sphere in many dimensions. Which
crystals are neighbours there? A map in two dimensions shows it, roughly; numbers show it exactly.
"""

# %%
# The shipped towers, which read a crystal as the spots it is expected to give and were trained for
# 20 epochs on 7,152 monolayers (:doc:`/models`), and all well-known layers.

import matplotlib.pyplot as plt
import numpy as np

from xrdmatch.datasets import load_monolayers
from xrdmatch.inspection import EmbeddingDisplay, StructureDisplay
from xrdmatch.retrieval import load_pretrained
from xrdmatch.simulation import perturb_patterns

retriever = load_pretrained("monolayers")
layers = load_monolayers()
retriever.set_gallery(layers)

# %%
# t-SNE keeps neighbours together, and nothing else: neither the distances between clusters nor
# the axes mean anything. Hexagonal and trigonal layers lie among each other: they have the same
# kind of net, and a mirror plane or a centre in the middle of the layer is nothing that hk0 spots
# show. Layers with rectangular and square nets keep mostly to themselves.

by_system = EmbeddingDisplay.from_estimator(retriever).plot()

# %%
# How much of this is more than the map's imagination: the share of layers whose nearest neighbour,
# by the cosine of the embeddings themselves, is of the same system, beside the same share for
# systems dealt out at random.

systems = np.array(by_system.groups)
vectors = retriever.encode_structures(layers)
cosines = vectors @ vectors.T - 2 * np.eye(len(layers))
nearest = cosines.argmax(1)
nets = np.where(np.isin(systems, ["hexagonal", "trigonal"]), "hexagonal net", "other net")
rng = np.random.RandomState(0)
agreement = {}
for name, groups in {"crystal system": systems, "net": nets}.items():
    dealt = (rng.permutation(groups) for _ in range(200))
    chance = np.mean([(group == group[nearest]).mean() for group in dealt])
    agreement[name] = (groups == groups[nearest]).mean(), chance
    print(f"same {name}: {agreement[name][0]:.0%} of nearest neighbours, {chance:.0%} by chance")

# %%
# Principal components are a projection that is the same for all points, and say how much they
# leave out. Patterns of imperfect crystals are dots, each joined to the layer that it came from.

few = layers[::8]
queries = perturb_patterns(few, severity=1.0, random_state=0)
pairs = EmbeddingDisplay.from_estimator(retriever, few, queries, method="pca").plot()

# %%
# Two neighbours: the pair of layers of different systems whose embeddings are nearest. From above
# both are honeycombs with cells of nearly one size; how many atoms lie on top of each other, and
# how high, is not seen along the beam.

apart = systems[:, None] != systems
first, second = np.unravel_index(np.where(apart, cosines, -np.inf).argmax(), cosines.shape)
figure, axes = plt.subplots(2, 2, figsize=(8, 5.5), height_ratios=(2, 1), layout="constrained")
for i, column in zip((first, second), axes.T, strict=True):
    StructureDisplay.from_structure(layers[i], n_cells=(3, 3)).plot(column)
    name, a = layers[i].properties["name"], layers[i].lattice.a
    column[0].set_title(f"{name}, {systems[i]}, a = {a:.2f} Å")
print(f"cosine of the two: {cosines[first, second]:.3f}")
plt.show()
