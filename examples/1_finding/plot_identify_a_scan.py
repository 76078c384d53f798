"""
Identify a powder scan
======================

A powder scan does not say which peak belongs to which crystal, how far its angles are off, or how
far the sample's cell is from the one in the books. This is what ``xrdmatch identify`` does on the
command line, done in Python.
"""

# %%
# A library: well-known crystals. Some share their symmetry and differ in size only. Yours would be
# read by `xrdmatch.io.read_structures`.

import matplotlib.pyplot as plt
import numpy as np
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Scan
from xrdmatch.inspection import ProfileDisplay
from xrdmatch.preprocessing import check_domain
from xrdmatch.retrieval import make_powder_retriever
from xrdmatch.simulation import PowderProfile

cubic, tetragonal, hexagonal = Lattice.cubic, Lattice.tetragonal, Lattice.hexagonal
rocksalt, fluorite = [[0, 0, 0], [0.5, 0.5, 0.5]], [[0, 0, 0], [0.25, 0.25, 0.25]]
crystals = [  # label, space group, cell, elements, a site of each
    ("halite", "Fm-3m", cubic(5.640), "Na Cl", rocksalt),
    ("sylvite", "Fm-3m", cubic(6.293), "K Cl", rocksalt),
    ("periclase", "Fm-3m", cubic(4.212), "Mg O", rocksalt),
    ("bunsenite", "Fm-3m", cubic(4.177), "Ni O", rocksalt),
    ("griceite", "Fm-3m", cubic(4.026), "Li F", rocksalt),
    ("villiaumite", "Fm-3m", cubic(4.634), "Na F", rocksalt),
    ("fluorite", "Fm-3m", cubic(5.463), "Ca F", fluorite),
    ("cerianite", "Fm-3m", cubic(5.411), "Ce O", fluorite),
    ("caesium chloride", "Pm-3m", cubic(4.123), "Cs Cl", rocksalt),
    ("silicon", "Fd-3m", cubic(5.431), "Si", [[0, 0, 0]]),
    ("diamond", "Fd-3m", cubic(3.567), "C", [[0, 0, 0]]),
    ("sphalerite", "F-43m", cubic(5.409), "Zn S", fluorite),
    ("iron", "Im-3m", cubic(2.866), "Fe", [[0, 0, 0]]),
    ("copper", "Fm-3m", cubic(3.615), "Cu", [[0, 0, 0]]),
    ("rutile", "P4_2/mnm", tetragonal(4.594, 2.959), "Ti O", [[0, 0, 0], [0.305, 0.305, 0]]),
    ("cassiterite", "P4_2/mnm", tetragonal(4.738, 3.187), "Sn O", [[0, 0, 0], [0.307, 0.307, 0]]),
    ("anatase", "I4_1/amd", tetragonal(3.785, 9.512), "Ti O", [[0, 0, 0], [0, 0, 0.208]]),
    ("zincite", "P6_3mc", hexagonal(3.250, 5.207), "Zn O", [[1 / 3, 2 / 3, z] for z in (0, 0.382)]),
    ("corundum", "R-3c", hexagonal(4.759, 12.993), "Al O", [[0, 0, 0.352], [0.306, 0, 0.25]]),
    ("quartz", "P3_221", hexagonal(4.913, 5.405), "Si O", [[0.47, 0, 2 / 3], [0.414, 0.267, 0.79]]),
]
labels = [label for label, *_ in crystals]
structures = [
    Structure.from_spacegroup(group, cell, elements.split(), sites)
    for _, group, cell, elements, sites in crystals
]
print(f"{len(labels)} structures")

# %%
# A scan to be identified: anatase whose cell is larger than in the library by 0.4 % along a and
# smaller by 0.3 % along c, ground to crystals of 250 Å, taken with copper's K-alpha doublet by an
# instrument whose zero is off by 0.06 degrees, over a background, counted with noise.

sample = structures[labels.index("anatase")].copy()
sample.lattice = Lattice.tetragonal(3.785 * 1.004, 9.512 * 0.997)
profile = PowderProfile(
    np.arange(15, 80, 0.02), fwhm=0.08, size=250, zero_shift=0.06, background=(0.15, -0.08, 0.04)
)
(ideal,) = DiffractionSimulator("powder", "CuKa", profile=profile).transform([sample])
expected = 3000 * ideal.counts / ideal.counts.max()
counts = np.random.RandomState(0).poisson(expected)
scan = Scan(ideal.two_theta, counts, radiation="CuKa", name="the unknown")
ProfileDisplay.from_profile(scan.two_theta, scan.counts).plot()

# %%
# Before anything is predicted: is the scan like those that results are stated for? An empty list
# says that nothing was found to warn of.

print(check_domain(scan))

# %%
# The retriever compares the scan with all of the library, whose patterns it simulates once, and
# then refines the nearest candidates. Its `predict` would only name them.

retriever = make_powder_retriever().fit(structures, labels=labels)
fits = retriever.refine(scan, n_neighbors=5)
print("label       score  R_wp [%]  cell: a, b, c [Å]")
for column, index in enumerate(fits.indices[0]):
    a, b, c = fits.lattice[0, column, :3]
    score, r_wp = fits.log_likelihood[0, column], 100 * fits.r_wp[0, column]
    print(f"{labels[index]:11} {score:5.0f} {r_wp:9.1f}  {a:.3f} {b:.3f} {c:.3f}")

# %%
# Scores are log likelihoods, whose differences are log odds: the first candidate is ahead by far.
# Once its refined profile is taken off, hardly more than noise is left of the scan.

first, second = (labels[i] for i in fits.indices[0, :2])
ProfileDisplay.from_refinement(fits, name=first).plot()

# %%
# The refinement has found most of what was off. A shift of the zero and a larger cell move the
# peaks alike, so that each takes a little of the other.

true = sample.lattice
print(f"a = {fits.lattice[0, 0, 0]:.4f} Å, in truth {true.a:.4f} Å")
print(f"c = {fits.lattice[0, 0, 2]:.4f} Å, in truth {true.c:.4f} Å")
print(f"zero at {fits.zero_shift[0, 0]:.3f} degrees, in truth at {profile.zero_shift}")

# %%
# The runner-up has one good peak and pays for it by a cell that is larger than the library's by
# nearly 2 %. Where two candidates are close in score, such a picture often tells.

ProfileDisplay.from_refinement(fits, candidate=1, name=second).plot()
plt.show()
