"""
Name a 2D crystal from its diffraction pattern
==============================================

A pattern is compared with those of a whole library, simulated. What comes back is a short list,
and the distances tell whether its first name can be believed.
"""

# %%
# A library: well-known monolayers, and generated ones that could be mistaken for them.

import matplotlib.pyplot as plt
import numpy as np

from xrdmatch import PatternMatcher
from xrdmatch.datasets import load_monolayers, make_monolayers
from xrdmatch.inspection import PatternDisplay, RetrievalDisplay
from xrdmatch.simulation import perturb_patterns

known = load_monolayers()
library = known + make_monolayers(800, random_state=0)
names = [layer.properties["name"] for layer in library]
print(f"{len(library)} structures, the first {len(known)} of them well known")

# %%
# A measured crystal is never ideal. These two patterns come from strained layers with displaced
# atoms, and their intensities are noisy; which spot has which indices is forgotten.


def measured(name):
    """A pattern of a layer as imperfect as the standard perturbation makes it."""
    return perturb_patterns([library[names.index(name)]], random_state=1)[0]


tungsten_ditelluride, molybdenum_disulfide = measured("WTe2-1T'"), measured("MoS2-2H")
PatternDisplay.from_pattern(tungsten_ditelluride).plot()

# %%
# The matcher trains nothing: it simulates the library and pairs the spots. The first query is
# answered without much doubt, since its second candidate is far behind the first.

matcher = PatternMatcher().fit(library, labels=names)
for query in (tungsten_ditelluride, molybdenum_disulfide):
    distances, indices = matcher.kneighbors(query, n_neighbors=5)
    print([f"{names[i]} {d:.2f}" for i, d in zip(indices[0], distances[0], strict=True)])

# %%
# Left halves of the discs are the query's spots, right halves the candidate's; where they agree,
# the disc is whole. The second candidate differs in one element: molybdenum for tungsten.

answer = RetrievalDisplay.from_estimator(matcher, tungsten_ditelluride, k=3).plot()
answer.figure_.suptitle("1T' WTe$_2$: the pattern decides")

# %%
# The second query is another matter. Many hexagonal layers with few atoms have cells of this
# size, and displaced atoms blur what would tell them apart: the distances hardly differ.

answer = RetrievalDisplay.from_estimator(matcher, molybdenum_disulfide, k=3).plot()
answer.figure_.suptitle("2H MoS$_2$: the pattern leaves doubt")

# %%
# Chemistry settles it: of all that consist of molybdenum and sulfur, only one structure is there,
# well known once and generated once.

print(matcher.predict(molybdenum_disulfide, k=3, elements="Mo,S"))

# %%
# The second distance relative to the first tells the two cases apart without knowing the answer.
# All well-known layers as queries, in five groups of equal size: the wider this gap, the more
# often the first name is right.

patterns = perturb_patterns(known, random_state=1)
distances, indices = matcher.kneighbors(patterns, n_neighbors=2)
gap = distances[:, 1] / distances[:, 0]
right = indices[:, 0] == np.arange(len(known))
groups = np.array_split(np.argsort(gap), 5)
share = [right[group].mean() for group in groups]
print(f"first name right: {share[0]:.0%} where the gap is narrow, {share[-1]:.0%} where it is wide")

figure, ax = plt.subplots(layout="constrained")
bars = ax.bar([f"{gap[group].min():.2f} to {gap[group].max():.2f}" for group in groups], share)
ax.bar_label(bars, fmt="{:.0%}")
ax.set(xlabel="second distance / first distance", ylabel="share of queries", ylim=(0, 1))
ax.set_title(f"Is the first of {len(library)} names right?")
plt.show()
