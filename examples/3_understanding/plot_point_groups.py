"""
The tree of the 32 point groups
===============================

How near are two symmetries? Here two point groups are the nearer, the more of their operations
they share once their axes are aligned as well as they can be. That gives a tree, in the manner of
Figure 4 of Fu et al., Commun. Phys. 8, 221 (2025), which asks what a retriever's wrong answers
have in common. The distance, the tree and the cut below are ours: they follow from the
operations alone, and no diffraction pattern is involved.
"""

# %%
# The distance of two groups is the share that only one of them has, of the operations that either
# has. Half of the operations of *4/mmm* are in *mmm* too, and all of *mmm* are in *4/mmm*.
# With the cube, *3m* shares the six operations about a body diagonal.

import matplotlib.pyplot as plt
import numpy as np

from xrdmatch import PointGroupClustering
from xrdmatch.cluster import point_group_distances
from xrdmatch.crystallography import POINT_GROUPS, maximal_subgroups
from xrdmatch.datasets import load_monolayers
from xrdmatch.inspection import DendrogramDisplay

for first, second in [("mmm", "4/mmm"), ("3m", "m-3m"), ("6/mmm", "m-3m"), ("2", "m")]:
    (distance,) = point_group_distances([first], [second])[0]
    print(f"{first:6} {second:6} {distance:.3f}")

# %%
# Nothing is nearer than a subgroup with half of the operations. The neighbours of *mm2* and what
# the International Tables call its maximal subgroups:

symbols = np.array(list(POINT_GROUPS))
distances = point_group_distances(symbols)
row = distances[list(symbols).index("mm2")]
print("nearest to mm2:        ", *symbols[row == 0.5])
print("maximal subgroups:     ", *maximal_subgroups("mm2"))
print("it is a maximal one of:", *[s for s in symbols if "mm2" in maximal_subgroups(s)])

# %%
# The tree merges the nearest first, and is cut where five clusters are left.

clustering = PointGroupClustering(n_clusters=5).fit(symbols.tolist())
display = DendrogramDisplay.from_estimator(clustering).plot()
plt.show()

for cluster in range(5):
    print(f"cluster {cluster}:", *symbols[clustering.labels_ == cluster])

# %%
# The clusters are nearly the families of crystal systems: triclinic with monoclinic, orthorhombic,
# tetragonal, trigonal with hexagonal, cubic. Only -42m is with the orthorhombic groups, two of
# which are its subgroups.
#
# Two warnings. The fifth cluster hangs by a thread: the last step below the cut and the first above
# it are almost equally long. And many pairs are exactly equally far apart, so that what is merged
# first has to be decided by a rule: `PointGroupClustering` takes the two that stand most alike to
# all 32. Where the order of the list decides instead, the five clusters differ from list to list:

below, above = clustering.distances_[-5:-3]
print(f"last step below the cut {below:.4f}, first above {above:.4f}")
pairs = distances[np.triu_indices(32, 1)]
print(f"{(pairs == 0.5).sum()} of {len(pairs)} pairs are at 1/2")

cuts = set()
by_order = PointGroupClustering(n_clusters=5, metric="precomputed")
for seed in range(100):
    order = np.random.default_rng(seed).permutation(32)
    labels = by_order.fit_predict(distances[np.ix_(order, order)])
    cuts.add(frozenset(frozenset(order[labels == cluster]) for cluster in range(5)))
print(f"{len(cuts)} different cuts from 100 orders of the same list")

# %%
# Structures can be clustered too: one leaf for each point group, with the number of layers. Most
# known monolayers have a three-fold axis, and two clusters tell these from the others.

layers = PointGroupClustering(n_clusters=2).fit(load_monolayers())
DendrogramDisplay.from_estimator(layers).plot()
plt.show()
