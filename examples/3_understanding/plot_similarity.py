"""
What a retriever finds alike
============================

A retriever that has learned maps structures and patterns to vectors of length one. The cosine
between two of them says how alike they are to it, and all cosines of a batch make an image, as in
Figure 1 of Fu et al., Commun. Phys. 8, 221 (2025): the brighter its diagonal against the rest, the
better each pattern finds its own structure.
"""

# %%
# The towers that are shipped: those that read a crystal as the spots it is expected to give,
# three layers, trained for 20 epochs on 7,152 monolayers and their imperfect patterns (see
# :doc:`/models`). Thirty of the well-known layers, and the ideal pattern of each.

import matplotlib.pyplot as plt
import numpy as np

from xrdmatch import DiffractionSimulator
from xrdmatch.datasets import load_monolayers
from xrdmatch.inspection import SimilarityDisplay
from xrdmatch.retrieval import load_pretrained
from xrdmatch.simulation import perturb_patterns

retriever = load_pretrained("monolayers")
known = load_monolayers()
batch = known[::6][:30]
patterns = DiffractionSimulator().transform(batch)

# %%
# Sorted by their nets, hexagonal ones first, and these by the size of their cells. Each ideal
# pattern is nearest to its own structure; that is what the retriever was trained for, and these
# layers were among those that it learned from. What is bright beside the diagonal are layers with
# nets of nearly the same size, whose spots lie alike and differ in their intensities only.

clean = SimilarityDisplay.from_estimator(retriever, batch, patterns, sort="lattice")
clean.plot(vmin=-0.4)

# %%
# Strained crystals whose atoms are displaced, twice as much as in the standard perturbation, and
# noisy intensities. The diagonal fades, and a ring marks a pattern that is nearer to another
# structure than to its own.

imperfect = perturb_patterns(batch, severity=2.0, random_state=0)
noisy = SimilarityDisplay.from_estimator(retriever, batch, imperfect, sort="lattice")
noisy.plot(vmin=-0.4)

# %%
# How far the diagonal stands out: cosines of pairs against those of all others, for all of the
# well-known layers.

ideal = DiffractionSimulator().transform(known)
severities = {"clean": ideal} | {
    f"severity {severity:g}": perturb_patterns(known, severity, random_state=0)
    for severity in (1.0, 2.0, 4.0)
}
pairs, rest = {}, {}
for name, queries in severities.items():
    similarity = SimilarityDisplay.from_estimator(retriever, known, queries).similarity
    own = np.eye(len(known), dtype=bool)
    pairs[name], rest[name] = similarity[own], similarity[~own]
    first = (similarity.argmax(0) == np.arange(len(known))).mean()
    print(f"{name:10}  cosine of pairs {pairs[name].mean():.2f}, of others {rest[name].mean():.2f}"
          f"  own structure nearest: {first:.0%} of {len(known)}")  # fmt: skip

figure, axes = plt.subplots(len(severities), 1, figsize=(7, 6), sharex=True, layout="constrained")
bins = np.linspace(-1, 1, 61)
for ax, name in zip(axes, severities, strict=True):
    ax.hist(rest[name], bins, density=True, color="0.7", label="others")
    ax.hist(pairs[name], bins, density=True, histtype="step", color="#D55E00", label="pairs")
    ax.set(yticks=[], title=name)
axes[0].legend(frameon=False, loc="upper left")
axes[-1].set_xlabel("cosine similarity of the embeddings")
plt.show()

# %%
# The cosines of others stay where they are, as they should: a worse pattern looks like nothing
# else in particular. Those of the pairs move into them, and where the two overlap, the nearest
# structure may be a wrong one.
