"""
See what the towers look at
===========================

Attention weights say from where each number of a crystal, and each spot of a pattern, takes what
it becomes. Here they are as Fu et al. (Commun. Phys. 8, 221 (2025)) show them in their Figure 2,
then over the crystal and over its spots, and then put to the test.
"""

# %%
# A layer that everybody knows, and its pattern.

import matplotlib.pyplot as plt

from xrdmatch import DiffractionSimulator
from xrdmatch.datasets import load_monolayers
from xrdmatch.inspection import AttentionDisplay, attention_faithfulness, attention_maps
from xrdmatch.retrieval import load_pretrained
from xrdmatch.simulation import perturb_patterns

layers = {layer.properties["name"]: layer for layer in load_monolayers()}
molybdenum_disulfide = layers["MoS2-2H"]
(pattern,) = DiffractionSimulator().transform([molybdenum_disulfide])

# %%
# The paper's towers
# ------------------
#
# ``"monolayers-sequence"`` holds the paper's kind of towers, smaller ones; :doc:`/models` says how
# they were trained. They read the crystal as a sequence of numbers: a start mark, the cell, then x,
# y, z and the element of each site, then an end mark.

sequence = load_pretrained("monolayers-sequence")
maps = attention_maps(sequence, [molybdenum_disulfide])
print(maps.attention[0].shape, "layers, heads, tokens, tokens")
print(*maps.tokens[0])

# %%
# A map for each layer and head. Rows look at columns and sum to one. The first row is the start
# mark's, which by construction sees the cell only.

display = AttentionDisplay.from_maps(maps)
display.plot()
plt.show()

# %%
# Two tokens become the embedding: what they take, and from where, as bars.

display.plot(kind="read_out")
plt.show()

# %%
# The same over the crystal from above. The two sulfur atoms lie above each other and share a disc;
# the scale says how little the atoms differ, or how much.

display.plot(kind="plan")
plt.show()

# %%
# The default towers
# ------------------
#
# The default towers read both sides as spots, and their embedding is made of the mean over all of
# them. A spot's colour is its share in what attention moves into that mean, its size its
# intensity. Left the pattern, right the crystal, as the spots that it is expected to give.

retriever = load_pretrained("monolayers")
figure, axes = plt.subplots(1, 2, figsize=(10, 5), layout="constrained")
for ax, item, title in zip(
    axes, (pattern, molybdenum_disulfide), ("pattern", "crystal"), strict=True
):
    AttentionDisplay.from_estimator(retriever, item).plot(ax, kind="spots")
    ax.set_title(title)
plt.show()

# %%
# Is it an explanation?
# ---------------------
#
# If attention says what an embedding rests on, then taking the most attended spots away changes it
# more than taking away as many at random - and more than taking the strongest, or those nearest to
# the beam, which needs no look into a tower.

few = list(layers.values())[:60]
report = attention_faithfulness(
    retriever, perturb_patterns(few, random_state=0), fractions=[0.05, 0.2], n_random=2
)
print(report)

# %%
# It does say what the embedding rests on: random spots matter far less. But on these layers, most
# of them with small cells, it says no more than to look at the spots nearest to the beam.
# :doc:`/attention` has the same for 200 crystals of the benchmark, with right answers counted too.
