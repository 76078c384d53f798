"""Frameworks and molecular crystals, whose families are kept apart, and noisy scans of them."""

import re
import zlib

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Scan
from xrdmatch.simulation import PowderProfile

N_BUCKETS = 20
FROM, STEP = 3.0, 0.02  # degrees
COUNTS = 1e4  # at the highest peak
PROFILE = {"fwhm": 0.1, "background": (0.02,)}
COLUMNS = ["id", "formula", "reduced_formula", "lattice", "numbers", "frac_coords"]
REFCODE = re.compile("[A-Z]{6}")  # how ids of the Cambridge Structural Database begin
CARBON, HYDROGEN = 6, 1


def frameworks(folder):
    """Metal-organic frameworks with the bucket of their family."""
    return in_buckets(pq.read_table(folder / "frameworks.parquet", columns=COLUMNS).to_pandas())


def molecules(folder):
    """Entries of the Materials Project with carbon and hydrogen, with that of their formula."""
    parts = []
    for path in sorted(folder.glob("mp_*.parquet")):
        table = pq.read_table(path, columns=COLUMNS).to_pandas()
        parts.append(table[[{CARBON, HYDROGEN} <= set(numbers) for numbers in table.numbers]])
    return in_buckets(pd.concat(parts, ignore_index=True))


def in_buckets(table):
    families = families_of(table.id, table.reduced_formula)
    buckets = [zlib.crc32(family.encode()) % N_BUCKETS for family in families]
    return table.assign(family=families, bucket=buckets).reset_index(drop=True)


def families_of(ids, formulas):
    """One name for all entries that a refcode's six letters or a formula connects."""
    parent = {}

    def root(name):
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for number, formula in zip(ids, formulas, strict=True):
        code = REFCODE.match(number)
        names = sorted(
            [root(f"formula {formula}"), root(code[0] if code else f"formula {formula}")]
        )
        parent[names[1]] = names[0]
    return [root(f"formula {formula}") for formula in formulas]


def structures_of(table):
    for row in table.itertuples():
        coords = np.reshape(row.frac_coords, (-1, 3))
        yield Structure(Lattice(np.reshape(row.lattice, (3, 3))), row.numbers, coords)


def noisy_scans(structures, end, seed=0):
    """Scans from 3 degrees to `end` with both lines, a background and counting noise."""
    angles = np.arange(FROM, end, STEP)
    simulator = DiffractionSimulator("powder", "CuKa", profile=PowderProfile(angles, **PROFILE))
    rng = np.random.default_rng(seed)
    scans = []
    for ideal in simulator.transform(structures):
        expected = COUNTS * ideal.counts / ideal.counts.max()
        scans.append(Scan(angles, rng.poisson(expected).astype(float), radiation="CuKa"))
    return scans
