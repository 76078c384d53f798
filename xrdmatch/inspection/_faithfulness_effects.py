"""Changes of embeddings under interventions, by how the parts were chosen."""

import numpy as np
from sklearn.utils import Bunch

from xrdmatch.inspection._interventions import PatternParts, chosen_parts
from xrdmatch.metrics import clustered_bootstrap


class EmbeddingChange:
    """Embeds what became of the items, and compares with what they were."""

    def __init__(self, retriever, parts, kept, truth):
        self.parts, self.kept = parts, kept
        is_pattern = isinstance(parts, PatternParts)
        self.encode = retriever.encode_patterns if is_pattern else retriever.encode_structures
        self.truth = None if truth is None else np.asarray(truth)[kept]
        self.gallery = None if truth is None else retriever.encode_structures(retriever.gallery_)
        self.before = self.encode([parts.whole(i) for i in kept])

    def after(self, operation, fraction, scores, rng):
        """Effects on each item by measure, parts chosen by scores, one array an item."""
        change = getattr(self.parts, operation)
        after = self.encode([change(i, chosen_parts(scores[i], fraction), rng) for i in self.kept])
        effects = {"1 - cosine": 1 - (self.before * after).sum(1)}
        if self.truth is not None:
            effects["top-1 lost"] = self._is_first(self.before) - self._is_first(after)
        return effects

    def _is_first(self, embeddings):
        return ((embeddings @ self.gallery.T).argmax(1) == self.truth).astype(float)


def effects_by_choice(measure, operation, fraction, scores, n_random, rng):
    """Effects by choice and measure, means over the draws at random."""
    lengths = [len(row) for row in scores["attended"]]
    draws = [
        measure.after(operation, fraction, [rng.uniform(size=n) for n in lengths], rng)
        for _ in range(n_random)
    ]
    at_random = {name: np.mean([draw[name] for draw in draws], 0) for name in draws[0]}
    found = {c: measure.after(operation, fraction, scores[c], rng) for c in scores}
    return {"attended": found.pop("attended"), "random": at_random} | found


def report_rows(operation, fraction, found, clusters):
    """One Bunch for each measure: means, and intervals of differences."""
    for measure, attended in found["attended"].items():
        others = {name: by[measure] for name, by in found.items() if name != "attended"}
        yield Bunch(
            operation=operation,
            fraction=float(fraction),
            measure=measure,
            mean={name: float(by[measure].mean()) for name, by in found.items()},
            interval={
                name: clustered_bootstrap(attended - other, clusters)
                for name, other in others.items()
            },
        )
