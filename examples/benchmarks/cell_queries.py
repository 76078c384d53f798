"""Crystals of each crystal system that are asked about, and scans of them."""

import zlib
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
import spglib
from measured_scans import measured_scans
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Scan
from xrdmatch.simulation import PowderProfile, perturb_scans

N_BUCKETS = 20  # of formulas; no bucket's formulas are in another
LAST_GROUPS = {  # last space group of each system
    "triclinic": 2,
    "monoclinic": 15,
    "orthorhombic": 74,
    "tetragonal": 142,
    "trigonal": 167,
    "hexagonal": 194,
    "cubic": 230,
}
COLUMNS = ["id", "reduced_formula", "lattice", "numbers", "frac_coords", "spacegroup"]
SYMPREC = 0.01  # Å, of the search for primitive cells
TWO_THETA = np.arange(5, 90, 0.02)
COUNTS = 1e4  # at the highest peak
ZERO_SHIFT = 0.02  # degrees, standard deviation
FWHM = 0.07, 0.14  # degrees
BACKGROUND = 0.01, 0.1  # of the highest peak
SEVERITY = 0.5
MOST_ATOMS = 20  # of the primitive cells of measured crystals


class Query(NamedTuple):
    """One crystal that is asked about."""

    name: str
    formula: str
    system: str
    structure: Structure


def queries(path, n, bucket, seed=0):
    """So many random crystals of each system, of one bucket of formulas; and all their numbers."""
    table = pq.read_table(path, columns=COLUMNS).to_pandas()
    hashes = table.reduced_formula.map(lambda formula: zlib.crc32(formula.encode()) % N_BUCKETS)
    table = table[hashes == bucket]
    table["system"] = [system_of(group) for group in table.spacegroup]
    chosen, population = [], {}
    for system in LAST_GROUPS:
        rows = table[table.system == system]
        population[system] = len(rows)
        if len(rows):
            chosen += map(query, rows.sample(min(n, len(rows)), random_state=seed).itertuples())
    return chosen, population


def query(row):
    coords = np.reshape(row.frac_coords, (-1, 3))
    structure = Structure(np.reshape(row.lattice, (3, 3)), row.numbers, coords)
    return Query(str(row.id), row.reduced_formula, row.system, structure)


def system_of(group):
    return next(system for system, last in LAST_GROUPS.items() if group <= last)


def noisy_scan(structure, rng):
    """A scan with K-alpha 1 and 2, counting noise, background and a zero shift."""
    profile = PowderProfile(
        TWO_THETA, fwhm=rng.uniform(*FWHM), zero_shift=rng.normal(0, ZERO_SHIFT)
    )
    (ideal,) = DiffractionSimulator("powder", "CuKa", profile=profile).transform([structure])
    expected = ideal.counts / ideal.counts.max() + rng.uniform(*BACKGROUND)
    return Scan(ideal.two_theta, rng.poisson(COUNTS * expected), radiation="CuKa")


def simulated(chosen, kind, seed=0):
    """One scan a query: ``"noisy"``, or ``"imperfect"``, which has all faults of section scans."""
    if kind == "noisy":
        rng = np.random.default_rng(seed)
        return [noisy_scan(query.structure, rng) for query in chosen]
    structures = [query.structure for query in chosen]
    return perturb_scans(structures, SEVERITY, cells="measured", random_state=seed)


def measured(folder):
    """Queries and scans of measured single phases with small cells."""
    chosen, scans = [], []
    for item in measured_scans(folder):
        if len(spglib_primitive(item.structure)[2]) <= MOST_ATOMS:
            system = system_of(item.structure.properties["spacegroup"])
            formula = item.structure.composition.reduced_formula
            chosen.append(Query(item.name, formula, system, item.structure))
            scans.append(item.scan)
    return chosen, scans


def spglib_primitive(structure):
    kinds = {}
    numbers = [kinds.setdefault(site.species, len(kinds) + 1) for site in structure]
    crystal = (structure.lattice.matrix, structure.frac_coords, numbers)
    return spglib.find_primitive(crystal, symprec=SYMPREC) or crystal


def true_cell(structure):
    """The reduced primitive cell."""
    return Lattice(spglib_primitive(structure)[0]).get_niggli_reduced_lattice()
