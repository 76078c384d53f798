"""
Train a retriever and search for its heads and layers
=====================================================

A learned retriever is a scikit-learn estimator, so that `GridSearchCV` finds its size: an ablation
of heads and layers, scored by top-1, 3, 5 and 10 at once. All sizes here are tiny, so that the
example takes seconds; it shows how, not how well.
"""

# %%
# Pairs to learn from: structures, and one imperfect pattern of each. A short range of spots makes
# everything quicker.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import make_pipeline

from xrdmatch import (
    ContrastiveStructureRetriever,
    CrystalTokenizer,
    DiffractionSimulator,
    PatternMatcher,
)
from xrdmatch.datasets import composition_groups, load_monolayers
from xrdmatch.metrics import top_k_scorer
from xrdmatch.simulation import perturb_patterns

structures = load_monolayers()
simulator = DiffractionSimulator(hk_max=3)
patterns = perturb_patterns(structures, simulator=simulator, random_state=0)

# %%
# The tokenizer turns structures into arrays; patterns pass it untouched, since they come from the
# other side. While it learns, the retriever perturbs its structures afresh in every epoch.

retriever = ContrastiveStructureRetriever(
    embedding_dim=32,
    batch_size=32,
    max_epochs=8,
    lr=3e-3,
    validation_fraction=0,
    simulator=simulator,
    device="cpu",
    random_state=0,
)
pipe = make_pipeline(CrystalTokenizer(vacuum=20.0), retriever)

# %%
# Each fold learns from some compositions and is asked about the others. The pool in which it
# searches is the fold: about half of the structures.

n_heads, n_layers, ks = [1, 2, 4], [1, 2], [1, 3, 5, 10]
search = GridSearchCV(
    pipe,
    {
        "contrastivestructureretriever__n_heads": n_heads,
        "contrastivestructureretriever__n_layers": n_layers,
    },
    scoring={f"top{k}": top_k_scorer(k) for k in ks},
    refit="top1",
    cv=GroupKFold(2),
)
search.fit(structures, patterns, groups=composition_groups(structures))
print(f"best by top-1: {search.best_params_}")

# %%
# The accuracies of all sizes. Differences of a few per cent mean nothing for folds of this size,
# and a winner here need not win when training is long: `examples/benchmarks/paper.py --ablation`
# trains 1 to 8 heads and 1 to 6 layers on thousands of layers. What was measured with trainings
# of real length is collected in :doc:`/how_good`.

table = {k: search.cv_results_[f"mean_test_top{k}"].reshape(len(n_heads), -1) for k in ks}
figure, axes = plt.subplots(1, len(ks), figsize=(8, 3.6), sharey=True, layout="constrained")
for ax, k in zip(axes, ks, strict=True):
    image = ax.imshow(table[k], cmap="cividis", vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(table[k]):
        colour = "white" if share < 0.5 else "black"
        ax.text(column, row, f"{share:.0%}", ha="center", va="center", color=colour)
    ax.set_xticks(range(len(n_layers)), n_layers)
    ax.set_yticks(range(len(n_heads)), n_heads)
    ax.set(title=f"top {k}", xlabel="n_layers")
axes[0].set_ylabel("n_heads")
figure.colorbar(image, ax=axes, format="{x:.0%}", label="accuracy", shrink=0.8)
figure.suptitle(f"Accuracy in pools of about {len(structures) // 2} structures")

# %%
# A learned retriever has to be compared with what needs no learning: simulating every structure
# and comparing. The matcher is scored in the same folds.

folds = GroupKFold(2).split(structures, groups=composition_groups(structures))
matcher = PatternMatcher(simulator=simulator).fit(structures)
rival = [
    top_k_scorer(1)(matcher, [structures[i] for i in fold], [patterns[i] for i in fold])
    for _, fold in folds
]
print(f"top-1 of the best size: {search.best_score_:.0%}; of the matcher: {np.mean(rival):.0%}")

# %%
# The best pipeline has been fitted anew to all pairs, and answers with positions in `structures`.

for i in search.predict(patterns[:3]):
    print(structures[i].properties["name"])
plt.show()
