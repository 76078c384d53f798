"""
Rank by likelihood, and see how imperfect a crystal is
======================================================

Comparing spots asks which structure looks most alike. Asking how probable a pattern is, if it
came from a strained and vibrating crystal, gives a better order, and says on the way how strained
and how much displaced the crystal is.
"""

# %%
# A library of plausible monolayers, and imperfect patterns of two hundred of them, each with a
# severity of its own; 1 is the standard perturbation.

import matplotlib.pyplot as plt
import numpy as np

from xrdmatch import PatternMatcher, PhysicsReranker
from xrdmatch.datasets import load_monolayers, make_monolayers
from xrdmatch.simulation import perturb_patterns

library = load_monolayers() + make_monolayers(600, random_state=0)
asked = np.random.RandomState(1).permutation(len(library))[:200]
severity = np.random.RandomState(2).uniform(0.2, 3.0, len(asked))
queries = perturb_patterns([library[i] for i in asked], severity, random_state=3)

# %%
# The matcher proposes fifty candidates, and physics has the last word. Nothing is trained, and
# nothing is said of the severity.

matcher = PatternMatcher().fit(library)
reranker = PhysicsReranker(matcher, n_candidates=50)
for name, retriever in {"nearest": matcher, "re-ranked": reranker}.items():
    found = retriever.predict(queries, k=5)
    hits = found == asked[:, None]
    right = [hits[:, :k].any(1).mean() for k in (1, 3, 5)]
    print(f"{name:10}", " / ".join(f"{100 * share:.1f}" for share in right), "% in the first 1/3/5")

# %%
# What was fitted to the best candidate of every pattern, against what was done to the crystal:
# 0.08 Å of displacement and 1 % of strain for each unit of severity.

fits = reranker.refine(queries, n_neighbors=1)
is_right = fits.indices[:, 0] == asked
strain = 100 * np.sqrt((fits.strain[:, 0] ** 2).mean((1, 2)))

figure, axes = plt.subplots(1, 2, figsize=(8, 3.6), layout="constrained")
panels = [
    (fits.displacement[:, 0], 0.08, "fitted displacement [Å]"),
    (strain, 1.0, "fitted strain, root mean square [%]"),
]
for ax, (fitted, unit, label) in zip(axes, panels, strict=True):
    ax.plot([0, 3], [0, 3 * unit], color="0.6", label="put in")
    ax.scatter(severity[is_right], fitted[is_right], s=12, color="#0072B2", label="right answer")
    ax.scatter(
        severity[~is_right],
        fitted[~is_right],
        s=22,
        marker="x",
        color="#D55E00",
        label="wrong answer",
    )
    ax.set(xlabel="severity of the perturbation", ylabel=label)
axes[0].legend(frameon=False)
plt.show()

# %%
# The four components of a strain scatter around what they were drawn from, as four draws do. The
# displacement is an average over a layer's atoms: the fewer there are, the wider its scatter.
