"""
A structure for a scan that no library explains
===============================================

When the crystal of a scan is in no library, its structure type often is: other elements sit on the
same sites, in a cell of another size. Here manganese fluoride is solved by seven crystals of which
none is a fluoride of manganese. The scan is simulated, with both K-alpha lines, counting noise, a
background and a zero shift.
"""

# %%
# The library
# -----------
#
# Seven structure types of the anonymous formula AB2, each by one crystal.

import matplotlib.pyplot as plt
import numpy as np
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Scan
from xrdmatch.simulation import PowderProfile
from xrdmatch.solution import CellFinder, PretrainedBondCheck, StructureSolver

crystal = Structure.from_spacegroup
library = {
    "rutile, TiO2": crystal(
        "P4_2/mnm", Lattice.tetragonal(4.594, 2.959), ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]
    ),
    "fluorite, CaF2": crystal(
        "Fm-3m", Lattice.cubic(5.463), ["Ca", "F"], [[0, 0, 0], [0.25, 0.25, 0.25]]
    ),
    "pyrite, FeS2": crystal(
        "Pa-3", Lattice.cubic(5.418), ["Fe", "S"], [[0, 0, 0], [0.385, 0.385, 0.385]]
    ),
    "marcasite, FeS2": crystal(
        "Pnnm", Lattice.orthorhombic(4.443, 5.425, 3.387), ["Fe", "S"], [[0, 0, 0], [0.2, 0.378, 0]]
    ),
    "CdI2": crystal(
        "P-3m1", Lattice.hexagonal(4.24, 6.84), ["Cd", "I"], [[0, 0, 0], [1 / 3, 2 / 3, 0.249]]
    ),
    "cotunnite, PbCl2": crystal(
        "Pnma",
        Lattice.orthorhombic(7.62, 4.534, 9.045),
        ["Pb", "Cl", "Cl"],
        [[0.246, 0.25, 0.0956], [0.358, 0.25, 0.429], [0.478, 0.25, 0.837]],
    ),
    "MoS2": crystal(
        "P6_3/mmc",
        Lattice.hexagonal(3.16, 12.29),
        ["Mo", "S"],
        [[1 / 3, 2 / 3, 0.25], [1 / 3, 2 / 3, 0.621]],
    ),
}

# %%
# The scan
# --------

truth = crystal(
    "P4_2/mnm", Lattice.tetragonal(4.8738, 3.3107), ["Mn", "F"], [[0, 0, 0], [0.305, 0.305, 0]]
)
profile = PowderProfile(np.arange(15, 90, 0.02), fwhm=0.1, background=0.1, zero_shift=0.03)
(clean,) = DiffractionSimulator("powder", "CuKa", profile=profile).transform([truth])
counts = np.random.default_rng(0).poisson(5000 * clean.counts / clean.counts.max())
scan = Scan(clean.two_theta, counts, radiation="CuKa", name="unknown")

# %%
# Its cell
# --------
#
# The positions of the peaks alone give the cell: `CellFinder` ranks cells by how many peaks they
# explain, and by how few reflections they need.

for cell in CellFinder(n_cells=3).find(scan, "MnF2"):
    size = ", ".join(f"{length:.3f}" for length in cell.lattice.abc)
    print(f"{cell.crystal_system:12} {cell.centring}  {size} Å, M20 = {cell.figure_of_merit:.0f}")

# %%
# Its structure
# -------------
#
# A `StructureSolver` gives each template manganese and fluorine in both ways, finds the size at
# which it suits the scan best, refines cell and sites, and says how probable it is that the best is
# right. Bonds are judged by what was learned of other crystals before.

solver = StructureSolver(bond_check=PretrainedBondCheck()).fit(
    library.values(), labels=list(library)
)
(solution,) = solver.solve(scan, "MnF2")
print(solution)

best = solution.ranked[0]
print(best.structure)

# %%
# Its fit, beside that of the second best structure type.

others = [one for one in solution.ranked if one.refined and one.label != best.label]
figure, axes = plt.subplots(2, 1, sharex=True, sharey=True, figsize=(8, 5), layout="constrained")
for ax, one in zip(axes, [best, others[0]], strict=True):
    fit = one.refined.profile
    ax.plot(fit.two_theta, fit.observed, ".", color="0.6", ms=2, label="observed")
    name = f"{one.label}: R_wp {100 * one.refined.r_wp:.0f} %"
    ax.plot(fit.two_theta, fit.calculated, lw=0.8, label=name)
    ax.set_ylabel("counts")
    ax.legend()
axes[1].set_xlabel("2θ [degrees]")

# %%
# No answer
# ---------
#
# Without rutile in the library nothing fits, and the solver abstains rather than name the best of
# six wrong structures.

without = {name: structure for name, structure in library.items() if "rutile" not in name}
solver.fit(without.values(), labels=list(without))
print(solver.predict(scan, "MnF2"))
print(solver.solve(scan, "MnF2")[0].reason)

# %%
# Where to go from here: :doc:`/guide/solution` has the steps one by one,
# :doc:`/benchmarks/structure_solution` what they reach on crystals whose formulas were withheld.
plt.show()
