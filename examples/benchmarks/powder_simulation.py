"""Simulate powder patterns beside pymatgen's XRDCalculator: time, positions, intensities.

    python examples/benchmarks/powder_simulation.py PATH/mp_le20.parquet PATH/mp_21_52.parquet \
        --json docs/benchmarks/powder_simulation.json

The tables (Parquet; columns id, lattice, numbers, frac_coords) give a random sample of each range
of sizes. Both codes take turns, 25 structures at a time, on one thread; time is that of the
processor, so that other work on the machine counts little. Writes the JSON and, beside it,
the table of the documentation (.inc).
"""

import argparse
import json
import time
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

import gemmi
import numpy as np
import pyarrow.parquet as pq
from pymatgen.analysis.diffraction.xrd import ATOMIC_SCATTERING_PARAMS, XRDCalculator
from pymatgen.core import Element, Structure
from surroundings import surroundings
from tables import list_table
from threadpoolctl import threadpool_limits

from xrdmatch import DiffractionSimulator
from xrdmatch.simulation import PowderProfile, powder_reflections
from xrdmatch.simulation._powder import structure_factors

WAVELENGTH = 1.54184  # Å, what pymatgen calls CuKa
SIZES = [(1, 10), (11, 20), (21, 40), (41, 60)]  # atoms
TURN = 25  # structures a code simulates before it is the other's turn
N_GEMMI = 5  # structures of each size whose reflections gemmi sums one by one
TOGETHER = 2e-4  # degrees: peaks closer than that are compared as one; both codes merge more finely
STRONG = 1e-3  # of the strongest: peaks whose positions are compared
END = 89.99  # degrees: whether a plane at 90 is still in is a matter of rounding
PEAKS = DiffractionSimulator("powder", wavelength=WAVELENGTH, b_iso=0.0)
SCANS = DiffractionSimulator(
    "powder", "CuKa", profile=PowderProfile(np.arange(5, 90, 0.02), size=500.0)
)


def main():
    options = arguments()
    report = surroundings() | {"wavelength": WAVELENGTH, "seed": options.seed, "rows": []}
    with threadpool_limits(1):
        for low, high in SIZES:
            structures = sample(options.paths, low, high, options.n, options.seed)
            if structures:
                row = {"atoms": f"{low} to {high}", "n": len(structures)}
                report["rows"].append(row | times(structures) | agreement(structures))
                print(report["rows"][-1])
    rows = report["rows"]
    report["ratio"] = sum(r["theirs_ms"] * r["n"] for r in rows) / sum(
        r["ours_ms"] * r["n"] for r in rows
    )
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(report), encoding="utf-8")
    print(f"wrote {options.json} and its .inc; ratio of times {report['ratio']:.1f}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path, help="Parquet tables of structures")
    parser.add_argument("--json", type=Path, default=Path("powder_simulation.json"))
    parser.add_argument("--n", type=int, default=50, help="structures of each range of sizes")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    return parser.parse_args()


def sample(paths, low, high, n, seed):
    """Structures of `low` to `high` atoms, drawn from all tables."""
    rows = []
    for path in paths:
        table = pq.read_table(path, columns=["id", "lattice", "numbers", "frac_coords"])
        n_atoms = np.array([len(x) for x in table["numbers"].to_numpy()])
        rows += [(table, i) for i in np.flatnonzero((n_atoms >= low) & (n_atoms <= high))]
    chosen = np.random.default_rng(seed).permutation(len(rows))[:n]
    return [structure_of(*rows[i]) for i in chosen]


def structure_of(table, i):
    (row,) = table.slice(i, 1).to_pylist()
    coords = np.reshape(row["frac_coords"], (-1, 3))
    return Structure(np.reshape(row["lattice"], (3, 3)), row["numbers"], coords)


def times(structures):
    """Milliseconds a structure of both codes, and of our scans."""
    calculator = XRDCalculator(WAVELENGTH)
    spent = dict.fromkeys(("theirs_ms", "ours_ms", "scans_ms"), 0.0)
    for start in range(0, len(structures), TURN):
        turn = structures[start : start + TURN]
        spent["theirs_ms"] += seconds(lambda t: [calculator.get_pattern(s) for s in t], turn)
        spent["ours_ms"] += seconds(PEAKS.transform, turn)
        spent["scans_ms"] += seconds(SCANS.transform, turn)
    return {name: 1e3 * value / len(structures) for name, value in spent.items()}


def seconds(simulate, structures):
    start = time.process_time()
    simulate(structures)
    return time.process_time() - start


def agreement(structures):
    """Largest and median differences, a structure's being that of its worst peak."""
    ours = patch.object(structure_factors, "form_factor_curve", pymatgen_curve)
    same = [compared(s, ours) for s in structures]
    own = [compared(s, nullcontext()) for s in structures]
    return {
        "position_degrees": max(position for position, _ in same),
        "intensity": max(intensity for _, intensity in same),
        "intensity_own_median": float(np.median([intensity for _, intensity in own])),
        "intensity_own": max(intensity for _, intensity in own),
        "gemmi": max(against_gemmi(s) for s in structures[:N_GEMMI]),
    }


def pymatgen_curve(number, q, kind, b_iso):
    """Form factors as pymatgen evaluates them."""
    a, b = np.array(ATOMIC_SCATTERING_PARAMS[Element.from_Z(number).symbol]).T
    s = (q / 2) ** 2
    return number - 41.78214 * s * (a @ np.exp(-np.outer(b, s)))


def compared(structure, with_form_factors):
    """Largest differences of positions [degrees] and of intensities, of the strongest."""
    theirs = XRDCalculator(WAVELENGTH).get_pattern(structure, scaled=False)
    with with_form_factors:
        (pattern,) = PEAKS.transform([structure])
    two_theta = 2 * np.degrees(np.arcsin(WAVELENGTH * pattern.q[:, 0] / 2))
    angles = np.concatenate([two_theta, theirs.x])
    order = angles.argsort()
    group = np.empty(len(angles), dtype=int)
    group[order] = np.cumsum(np.diff(angles[order], prepend=-1.0) > TOGETHER) - 1
    parts = [
        (group[: len(two_theta)], two_theta, pattern.intensity),
        (group[len(two_theta) :], np.asarray(theirs.x), np.asarray(theirs.y)),
    ]
    (p1, i1), (p2, i2) = (grouped(*part, group.max() + 1) for part in parts)
    inside = np.fmax(p1, p2) < END
    strong = inside & (i2 > STRONG * i2.max())
    return (
        float(np.abs(p1 - p2)[strong].max()),
        float((np.abs(i1 - i2)[inside] / i2.max()).max()),
    )


def grouped(group, angle, intensity, n):
    """Mean angle, weighted, and total intensity of each group."""
    total = np.bincount(group, intensity, n)
    with np.errstate(invalid="ignore"):
        return np.bincount(group, intensity * angle, n) / total, total


def against_gemmi(structure):
    """Largest difference of squared structure factors, of the strongest: gemmi sums them too."""
    (found,) = powder_reflections([structure], PEAKS, merged=False)
    small = gemmi.SmallStructure()
    small.cell = gemmi.UnitCell(*structure.lattice.parameters)
    small.spacegroup_hm = "P 1"
    for number, coords in zip(structure.atomic_numbers, structure.frac_coords, strict=True):
        atom = gemmi.SmallStructure.Site()
        atom.element, atom.fract = gemmi.Element(number), gemmi.Fractional(*coords)
        small.add_site(atom)
    calculator = gemmi.StructureFactorCalculatorX(small.cell)
    sums = [calculator.calculate_sf_from_small_structure(small, h) for h in found.hkl.tolist()]
    difference = np.abs(2 * np.abs(sums) ** 2 - found.strength)
    return float((difference / found.strength.max()).max())


def included(report):
    """Both tables, each below its title, and what they were measured with."""
    speed = [["atoms", "structures", "pymatgen, ms", "xrdmatch, ms", "ratio", "xrdmatch scan, ms"]]
    close = [["atoms", "positions, degrees", "intensities", "own form factors", "gemmi"]]
    for row in report["rows"]:
        cells = [f"{row[name]:.2f}" for name in ("theirs_ms", "ours_ms")]
        ratio = f"{row['theirs_ms'] / row['ours_ms']:.0f}"
        speed.append([row["atoms"], row["n"], *cells, ratio, f"{row['scans_ms']:.1f}"])
        own = f"{row['intensity_own']:.1e} (median {row['intensity_own_median']:.1e})"
        same = [f"{row[name]:.1e}" for name in ("position_degrees", "intensity")]
        close.append([row["atoms"], *same, own, f"{row['gemmi']:.1e}"])
    versions = ", ".join(f"{name} {value}" for name, value in report["versions"].items())
    return "\n\n".join(
        [
            list_table("Processor time a structure", speed),
            list_table("Largest differences", close),
            f"All together: {report['ratio']:.1f} times as fast. Sample with seed "
            f"{report['seed']}, wavelength {report['wavelength']} Å, {versions}.\n",
        ]
    )


if __name__ == "__main__":
    main()
