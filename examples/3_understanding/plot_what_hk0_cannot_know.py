"""
What a pattern along the beam cannot know
=========================================

The spots hk0 see a crystal's projection along the beam. Two layers that differ in nothing but the
heights of their atoms give the same pattern, exactly, and no retriever can tell them apart.
"""

# %%
# Silicene is buckled: its two atoms lie at different heights. Pressed flat it would be another
# crystal, with another point group.

import matplotlib.pyplot as plt
import numpy as np
from pymatgen.core import Structure

from xrdmatch import DiffractionSimulator, PatternMatcher
from xrdmatch.crystallography import form_factors, layer_symmetries
from xrdmatch.datasets import load_monolayers
from xrdmatch.inspection import StructureDisplay

library = load_monolayers()
named = {layer.properties["name"]: layer for layer in library}
buckled = named["silicene"]
flattened = np.column_stack([buckled.frac_coords[:, :2], [0.5, 0.5]])
flat = Structure(buckled.lattice, buckled.species, flattened, properties={"name": "pressed flat"})

# %%
# The second pair is a question of chemistry. In Janus MoSSe all selenium is on one side; let
# selenium and sulfur change sides in every other row. Each column still holds one of each.

janus = named["MoSSe-2H"].make_supercell((1, 2, 1), in_place=False)
exchanged = {"S": "Se", "Se": "S", "Mo": "Mo"}
species = [
    exchanged[site.specie.symbol] if site.frac_coords[1] > 0.49 else site.specie.symbol
    for site in janus
]
striped = Structure(
    janus.lattice, species, janus.frac_coords, properties={"name": "MoSSe, exchanged in rows"}
)

figure, axes = plt.subplots(2, 2, figsize=(9, 4), layout="constrained")
for ax, layer in zip(axes.T.ravel(), (buckled, flat, janus, striped), strict=True):
    StructureDisplay.from_structure(layer, n_cells=(3, 2)).plot(ax, views="side")

# %%
# Different symmetry, different crystals, and no difference in the patterns beyond the rounding
# errors of double precision. What the operations of the buckled layer leave in the plane is the
# symmetry of the flat one already. That of the exchanged rows leaves less than its pattern has:
# only heights break it.

simulator = DiffractionSimulator()
apart = []
for pair in ((buckled, flat), (janus, striped)):
    first, second = simulator.transform(pair)
    apart.append(np.abs(first.intensity - second.intensity).max() / first.intensity.max())
    for layer, symmetry in zip(pair, layer_symmetries(pair), strict=True):
        name = layer.properties["name"]
        print(f"{name:24} point group {symmetry.point_group:6} in the plane {symmetry.plane_class}")
    print(f"{'':24} largest difference: {apart[-1]:.0e} of the strongest spot")

# %%
# A retriever can only answer with both. Asked for the flat layer, the matcher finds the two at one
# distance, up to rounding; which comes first says nothing.

gallery = [*library, flat]
matcher = PatternMatcher().fit(gallery, labels=[layer.properties["name"] for layer in gallery])
distances, indices = matcher.kneighbors(simulator.transform([flat]), n_neighbors=3)
print([f"{matcher.classes_[i]} {d:.0e}" for i, d in zip(indices[0], distances[0], strict=True)])

# %%
# Three things are lost in a projection: *height*, as here; *handedness*, since a crystal and its
# mirror image in the plane project alike; and, by Friedel's law, *inversion*. What would tell the
# pairs apart lies off the zero layer: a layer's spots are rods along the beam's direction, and a
# tilt of the crystal moves along them.


def rod(layer, h, k, height):
    """Intensity along a rod, per atom of unit occupancy; heights of reciprocal space in 1/Å."""
    in_plane = np.array([h, k, 0]) @ layer.lattice.reciprocal_lattice_crystallographic.matrix
    q = in_plane + height[:, None] * np.array([0, 0, 1])
    factors = form_factors(layer.atomic_numbers, np.linalg.norm(q, axis=1, keepdims=True))
    waves = np.exp(2j * np.pi * q @ layer.cart_coords.T)
    return np.abs((factors * waves).sum(1)) ** 2 / len(layer)


height = np.linspace(0, 0.6, 121)
figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
panels = [((buckled, flat), (1, 0)), ((janus, striped), (1, 1))]
for ax, (pair, (h, k)) in zip(axes, panels, strict=True):
    for layer, colour, line in zip(pair, ("#0072B2", "#E69F00"), ("-", "--"), strict=True):
        name = layer.properties["name"]
        ax.plot(height, rod(layer, h, k, height), line, color=colour, label=name)
    ax.set(xlabel="$q_z$ [1/Å]", ylabel="intensity per atom", title=f"rod {h}{k}")
    ax.set_ylim(bottom=0)
    ax.legend(frameon=False)
plt.show()

# %%
# At zero height, which is all that a pattern along the beam holds, the curves meet.
