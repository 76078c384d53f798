"""
Take a mixture apart
====================

Most samples have more than one phase. `PhaseDecomposition` says which ones, how much of each, and
what is left unexplained.
"""

# %%
# A library of common minerals. Yours would be read by `xrdmatch.io.read_structures`, or opened by
# `load_library`.

import matplotlib.pyplot as plt
import numpy as np
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Scan
from xrdmatch.inspection import IdentificationReport, PhaseDisplay, ProfileDisplay
from xrdmatch.retrieval import PhaseDecomposition, make_powder_retriever
from xrdmatch.simulation import powder_reflections

cubic, tetragonal, hexagonal = Lattice.cubic, Lattice.tetragonal, Lattice.hexagonal
rocksalt, fluorite = [[0, 0, 0], [0.5, 0.5, 0.5]], [[0, 0, 0], [0.25, 0.25, 0.25]]
crystals = [  # label, space group, cell, elements, a site of each
    ("halite", "Fm-3m", cubic(5.640), "Na Cl", rocksalt),
    ("sylvite", "Fm-3m", cubic(6.293), "K Cl", rocksalt),
    ("periclase", "Fm-3m", cubic(4.212), "Mg O", rocksalt),
    ("fluorite", "Fm-3m", cubic(5.463), "Ca F", fluorite),
    ("silicon", "Fd-3m", cubic(5.431), "Si", [[0, 0, 0]]),
    ("iron", "Im-3m", cubic(2.866), "Fe", [[0, 0, 0]]),
    ("rutile", "P4_2/mnm", tetragonal(4.594, 2.959), "Ti O", [[0, 0, 0], [0.305, 0.305, 0]]),
    ("anatase", "I4_1/amd", tetragonal(3.785, 9.512), "Ti O", [[0, 0, 0], [0, 0, 0.208]]),
    ("zincite", "P6_3mc", hexagonal(3.250, 5.207), "Zn O", [[1 / 3, 2 / 3, z] for z in (0, 0.382)]),
    ("corundum", "R-3c", hexagonal(4.759, 12.993), "Al O", [[0, 0, 0.352], [0.306, 0, 0.25]]),
]
labels = [label for label, *_ in crystals]
structures = [
    Structure.from_spacegroup(group, cell, elements.split(), sites)
    for _, group, cell, elements, sites in crystals
]
retriever = make_powder_retriever().fit(structures, labels=labels)

# %%
# A sample of 55 % anatase, 25 % rutile, 15 % corundum and 5 % zincite by weight. A phase of the
# weight w scatters like w / (M V) times the ``m |F|^2`` of its cell, of mass M and volume V.

weighed = {"anatase": 0.55, "rutile": 0.25, "corundum": 0.15, "zincite": 0.05}
simulator = DiffractionSimulator("powder", "CuKa", q_max=0.9)
two_theta = np.arange(20, 85, 0.02)
width = 0.12  # degrees


def profile_of(structure):
    """Lines of both wavelengths with their Lorentz-polarisation factor."""
    (peaks,) = powder_reflections([structure], simulator)
    counts = np.zeros_like(two_theta)
    for wavelength, share in [(1.54059, 0.667), (1.54443, 0.333)]:
        angles = 2 * np.arcsin(peaks.q * wavelength / 2)
        factor = (1 + np.cos(angles) ** 2) / (np.sin(angles / 2) ** 2 * np.cos(angles / 2))
        away = (two_theta[:, None] - np.degrees(angles)) / width
        counts += share * (np.exp(-4 * np.log(2) * away**2) @ (peaks.strength * factor))
    return counts


counts = sum(
    share / float(s.composition.weight) / s.volume * profile_of(s)
    for label, share in weighed.items()
    for s in [structures[labels.index(label)]]
)
counts = 8000 * counts / counts.max() + 150 + 300 * np.exp(-two_theta / 30)
counts = np.random.default_rng(0).poisson(counts)
scan = Scan(two_theta, counts, radiation="CuKa", name="mixture")

# %%
# Its phases, in the order of their weight:

(found,) = PhaseDecomposition(retriever).decompose([scan])
for label, share, sigma in zip(
    found.labels, found.weight_fraction, found.weight_fraction_std, strict=True
):
    known = f"weighed {100 * weighed[label]:.0f}"
    print(f"{label:10} {100 * share:5.1f} +- {100 * sigma:.1f} wt%, {known}")

# %%
# Points are observed, the line is the sum, each phase stands above the background in its colour:

ProfileDisplay.from_decomposition(found).plot()
plt.show()

# %%
# Without rutile in the library, its peaks are left over and named. The fractions still sum to 1:
# they are shares of what was found.

rows = [i for i, label in enumerate(labels) if label != "rutile"]
smaller = make_powder_retriever().fit(
    [structures[i] for i in rows], labels=[labels[i] for i in rows]
)
(rest,) = PhaseDecomposition(smaller).decompose([scan])
print(dict(zip(rest.labels.tolist(), rest.weight_fraction.round(2).tolist(), strict=True)))
print(f"{100 * rest.unexplained.share:.0f} % of the counts are unexplained, with peaks at")
print(rest.unexplained.two_theta[:4].round(1).tolist(), "degrees")

# %%
# On a scale of square roots weak peaks show beside strong ones, and what is left stands out: there
# the counting error is the same everywhere. Triangles mark what nothing explains.

PhaseDisplay.from_decomposition(rest, scale="sqrt").plot()
plt.show()

# %%
# One page has all of this for keeping and sending, with pictures that zoom; ``xrdmatch identify
# --report`` writes the same. It needs no network.

page = IdentificationReport.from_decompositions([rest]).to_html()
print(f"{len(page) / 1e6:.1f} MB")
