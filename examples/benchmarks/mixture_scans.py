"""Measured mixtures, what is in them and how much, and the structures among which to search."""

import csv
import re
from dataclasses import dataclass

from measured_scans import references, scan_of, structure_from, twin_of, unique_structures
from pymatgen.core import Composition

from xrdmatch.crystallography import Scan

WEIGHED = re.compile(r"([A-Za-z0-9()]+) (0\.\d+)")


@dataclass(frozen=True, eq=False)
class Mixture:
    """One scan of several phases."""

    name: str
    scan: Scan
    structures: list
    fractions: list  # weighed; None where nobody did

    @property
    def sample(self):
        """Scans of one sample share it."""
        return self.name.split("--")[0]

    @property
    def twins(self):
        return [twin_of(structure) for structure in self.structures]

    @property
    def elements(self):
        found = {e.symbol for s in self.structures for e in s.composition.elements}
        return sorted(found)


def measured_mixtures(folder):
    """All verified mixtures."""
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["phases"] == "mixture"]
    by_path = {}
    return [_mixture(row, folder, by_path) for row in rows if row["verified"] == "yes"]


def _mixture(row, folder, by_path):
    paths = [path.strip() for path in row["structures"].split(";")]
    for path in paths:
        if path not in by_path:
            by_path[path] = structure_from(folder / path)
    structures = [by_path[path] for path in paths]
    weighed = {
        Composition(formula).reduced_formula: float(share)
        for formula, share in WEIGHED.findall(row["composition"])
    }
    fractions = [weighed[s.composition.reduced_formula] for s in structures] if weighed else None
    if fractions:
        fractions = [f / sum(fractions) for f in fractions]
    return Mixture(row["id"], scan_of(row, folder), structures, fractions)


def own_structures(measured, mixtures, folder):
    """Structures of all scans and mixtures, each file once, and the references of Li-Mn-Ti-O-F."""
    return [
        *unique_structures(measured),
        *{id(s): s for m in mixtures for s in m.structures}.values(),
        *references(folder),
    ]


def of_systems(tables, systems):
    """Positions of all entries of the tables that lie within one of the chemical systems."""
    systems, found, start = [set(system) for system in systems], [], 0
    for columns in tables.columns:
        for i, formula in enumerate(columns["reduced_formula"]):
            symbols = set(re.findall(r"[A-Z][a-z]?", formula))
            if any(symbols <= system for system in systems):
                found.append(start + i)
        start += len(columns["reduced_formula"])
    return found
