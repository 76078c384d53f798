"""
How sure an answer is, and whether the crystal is in the gallery
================================================================

A retriever has an answer to everything. A `CalibratedRetriever` has learned what its answers are
worth, from patterns that it simulates from the gallery itself, and says `UNKNOWN` where the
crystal is probably not in it.
"""

# %%
# A gallery of known and plausible monolayers, and others that are not in it. Patterns of both are
# strained, vibrating and noisy.

import matplotlib.pyplot as plt
import numpy as np

from xrdmatch import UNKNOWN, CalibratedRetriever, PatternMatcher, PhysicsReranker
from xrdmatch.datasets import load_monolayers, make_monolayers
from xrdmatch.inspection import ReliabilityDisplay
from xrdmatch.simulation import perturb_patterns

SEVERITY = 0.5
made = make_monolayers(400, random_state=0)
gallery, foreign = load_monolayers() + made[:250], made[250:]
known_patterns = perturb_patterns(gallery[:200], SEVERITY, random_state=1)
foreign_patterns = perturb_patterns(foreign, SEVERITY, random_state=2)

# %%
# The calibration takes a few seconds. It says in words what it has learned.

reranker = PhysicsReranker(PatternMatcher().fit(gallery), n_candidates=20)
calibrated = CalibratedRetriever(reranker, severity=SEVERITY, n_queries=300).calibrate()
print(calibrated.calibration_)

# %%
# Most crystals of the gallery are named, most others are not. Some of these have a pattern so like
# that of an entry that nothing can tell.

here, elsewhere = calibrated.predict(known_patterns), calibrated.predict(foreign_patterns)
shares = {
    "in the gallery, named rightly": np.mean(here == np.arange(200)),
    "in the gallery, unknown": np.mean(here == UNKNOWN),
    "others, unknown": np.mean(elsewhere == UNKNOWN),
}
for what, share in shares.items():
    print(f"{what}: {100 * share:.0f} %")

# %%
# Sets hold the right label in nine of ten cases, and are empty where nothing is probable enough.

sets = calibrated.predict_set(known_patterns, coverage=0.9)
held = np.mean([i in found for i, found in enumerate(sets)])
size = np.mean([len(found) for found in sets])
print(f"{100 * held:.0f} % of the sets hold the right label, and {size:.2f} are in a set")

# %%
# Do probabilities mean what they say? Of answers with a confidence of 80 %, eight of ten should be
# right.

patterns = [*known_patterns, *foreign_patterns]
truth = np.array([*range(200), *[UNKNOWN] * len(foreign)], dtype=object)
display = ReliabilityDisplay.from_estimator(calibrated, patterns, truth).plot()
plt.show()
