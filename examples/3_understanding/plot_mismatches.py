"""
What do wrong answers have in common with the right one?
========================================================

A wrong name may still be near the truth, for example of the same point group. Whether that says
anything about a retriever depends on what chance gives, and chance must be told what the lattice
alone tells. After Figure 3 of Fu et al. (2025), with that comparison added.
"""

# %%
# A gallery of known and generated layers, the shipped retriever, which has learned with its
# default tower from generated and extracted layers (see :doc:`/models`), and an imperfect pattern
# of every entry: severity 2, twice the standard perturbation, so that there are enough mistakes.

import matplotlib.pyplot as plt

from xrdmatch.datasets import load_monolayers, make_monolayers
from xrdmatch.inspection import SymmetryDisplay, mismatch_report
from xrdmatch.retrieval import load_pretrained
from xrdmatch.simulation import perturb_patterns

gallery = load_monolayers() + make_monolayers(150, random_state=0)
queries = perturb_patterns(gallery, severity=2.0, random_state=0)
retriever = load_pretrained("monolayers").set_gallery(gallery)

# %%
# A candidate is a mismatch when its formula or its space group is not the query's. Among the
# first one, three and five candidates: of how many is the point group the query's, all the same?

report = mismatch_report(retriever, gallery, queries, ks=(1, 3, 5))
print("point group shared         k   wrong   observed   chance")
for reference in ("anywhere", "within_class"):
    found = report[reference]["all"]
    for i, k in enumerate(report.ks):
        observed, chance = found.observed["point_group"][i], found.chance["point_group"][i]
        counts = f"{k:4d} {found.n_mismatches[i]:7d}"
        print(f"{reference:23}{counts}   {observed:8.0%} {chance:8.0%}")

# %%
# Two of the point groups, as in the paper. Above, all mismatches beside random entries of the
# gallery: the query's own group stands out.

groups = ("mm2", "2/m")
figure, axes = plt.subplots(2, 2, figsize=(11, 8), layout="constrained")
for row, reference in zip(axes, ("anywhere", "within_class"), strict=True):
    for ax, group in zip(row, groups, strict=True):
        SymmetryDisplay.from_report(report, group, reference).plot(ax)
plt.show()

# %%
# Below, what the lattice tells has been taken out: only mismatches with the query's crystal
# system and the query's symmetry in the plane count, and chance draws from entries that have both.
# What is left of the lead is what a retriever knows beyond the lattice. The lines are 95 %
# intervals over the structures, of which there are few here; :doc:`/symmetry` has the numbers for
# 840 real layers, and for retrievers that have learned nothing.
#
# Chemistry can be judged in the same way: do mismatches have anions and cations from the columns of
# the periodic table that the query's are from?

found = report.within_class["all"]
for fact in ("anions", "cations"):
    low, high = found.difference_interval[fact][-1]
    print(
        f"{fact} of the same column among the first 5: {found.observed[fact][-1]:.0%}, by chance "
        f"{found.chance[fact][-1]:.0%} (difference {100 * low:+.0f} to {100 * high:+.0f} points)"
    )
