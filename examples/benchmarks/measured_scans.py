"""Measured scans, what they are of, and the structures among which they are searched."""

import csv
import warnings
from dataclasses import dataclass

import numpy as np
import pyarrow.parquet as pq
from pymatgen.core import Structure
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

from xrdmatch.crystallography import Scan
from xrdmatch.io import ScanWarning, read_pattern

COLUMNS = ["id", "reduced_formula", "lattice", "numbers", "frac_coords", "spacegroup"]
LINES = {"1.54184": "CuKa", "0.7107": "MoKa"}  # tubes; the manifest has the doublets' means
SYMPREC = 0.01  # Å, as in the tables


@dataclass(frozen=True, eq=False)
class Measured:
    """One scan and its structure."""

    name: str
    scan: Scan
    structure: Structure

    @property
    def twin(self):
        return twin_of(self.structure)


def twin_of(structure):
    """What entries share that count as the same phase: reduced formula and space group."""
    return f"{structure.composition.reduced_formula} {structure.properties['spacegroup']}"


def measured_scans(folder):
    """All scans of a single phase."""
    structures = {}
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["phases"] == "single"]
    for row in rows:
        row["structure"] = row["structures"].split(";")[0].strip()
        if row["structure"] not in structures:
            structures[row["structure"]] = structure_from(folder / row["structure"])
    return [Measured(row["id"], scan_of(row, folder), structures[row["structure"]]) for row in rows]


def scan_of(row, folder):
    lines = LINES.get(row["wavelength_A"], "CuKa")  # LaB6: the doublet, whatever the manifest says
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScanWarning)
        return read_pattern(folder / row["pattern"], wavelength=lines)


def structure_from(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rounded coordinates, occupancies near one
        structure = Structure.from_file(path)
        found = SpacegroupAnalyzer(structure, symprec=SYMPREC).get_space_group_number()
    structure.properties = {"name": path.stem, "spacegroup": found}
    return structure


def measured_formulas(folder):
    """Reduced formulas of all structures that scans were measured of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rounded coordinates, occupancies near one
        structures = [Structure.from_file(path) for path in folder.rglob("*.cif")]
    return {structure.composition.reduced_formula for structure in structures}


def references(folder):
    """The computed structures of the Li-Mn-Ti-O-F system."""
    return [structure_from(path) for path in sorted((folder / "structures_LiMnTiOF").glob("*.cif"))]


def unique_structures(measured):
    """Each structure once, in the order of the scans."""
    return list({id(m.structure): m.structure for m in measured}.values())


class Tables:
    """Several Parquet tables as one, structures built as they are asked for."""

    def __init__(self, paths):
        self.tables = [pq.read_table(path, columns=COLUMNS) for path in paths]
        self.starts = np.cumsum([0, *(len(table) for table in self.tables)])
        self.columns = [{c: table[c].to_numpy() for c in COLUMNS} for table in self.tables]

    def __len__(self):
        return int(self.starts[-1])

    def structure(self, i):
        table = np.searchsorted(self.starts, i, side="right") - 1
        row = {c: values[i - self.starts[table]] for c, values in self.columns[table].items()}
        lattice, coords = (
            np.array(row[name], float).reshape(-1, 3) for name in ("lattice", "frac_coords")
        )
        facts = {"name": str(row["id"]), "spacegroup": int(row["spacegroup"])}
        return Structure(lattice, [int(z) for z in row["numbers"]], coords, properties=facts)

    def random(self, n, seed=0):
        """The first n of one random order, so that smaller samples are part of larger ones."""
        order = np.random.RandomState(seed).permutation(len(self))
        return [self.structure(i) for i in order[:n]]

    def twins(self, wanted):
        """All entries whose formula and space group are among the wanted."""
        keys = (
            f"{formula} {group}"
            for c in self.columns
            for formula, group in zip(c["reduced_formula"], c["spacegroup"], strict=True)
        )
        return [self.structure(i) for i, key in enumerate(keys) if key in wanted]


def distances_to_all(retriever, patterns):
    """Distances of patterns from every entry in the order of the gallery, (n_patterns, n)."""
    found, indices = retriever.kneighbors(patterns, len(retriever.gallery_))
    distances = np.empty_like(found)
    np.put_along_axis(distances, indices, found, axis=1)
    return distances
