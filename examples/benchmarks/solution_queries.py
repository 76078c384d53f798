"""Libraries of templates, and crystals of other formulas that are asked about."""

import copy
import zlib

import numpy as np
import pyarrow.parquet as pq
from cell_queries import COLUMNS, N_BUCKETS, noisy_scan, system_of
from measured_scans import measured_scans, unique_structures
from pymatgen.core import Composition, Structure

from xrdmatch.crystallography import Scan
from xrdmatch.simulation import perturb_scans

TEST, CHOOSE = 0, 1  # buckets of formulas: what is reported, what anything was chosen on
MOST_ATOMS = 20  # of the primitive cells


def tables(folder):
    """Rows of the Materials Project's crystals of up to 20 atoms, with their buckets."""
    table = pq.read_table(folder / "mp_le20.parquet", columns=COLUMNS).to_pandas()
    hashes = [zlib.crc32(formula.encode()) % N_BUCKETS for formula in table.reduced_formula]
    return table.assign(bucket=hashes)


def library(table, n):
    """So many crystals of the other buckets, with their names."""
    rows = table[table.bucket > CHOOSE]
    return rows.sample(min(n, len(rows)), random_state=0)


def asked(table, bucket, n, seed=0, with_molecules=False):
    """So many crystals of one bucket."""
    rows = table[table.bucket == bucket]
    if with_molecules:
        rows = rows[[{1, 6} <= set(numbers) for numbers in rows.numbers]]
    return rows.sample(frac=1, random_state=seed).head(n)  # fewer are the first of more


def structure_of(row):
    coords = np.reshape(row.frac_coords, (-1, 3))
    return Structure(np.reshape(row.lattice, (3, 3)), row.numbers, coords)


def queries_of(rows, seed=0, severity=None):
    """What is asked about each row: a dict with its truth and a noisy scan, or one with faults."""
    rng = np.random.default_rng(seed)
    for i, row in enumerate(rows.itertuples(), seed):
        structure = structure_of(row)
        clean = severity is None
        scan = noisy_scan(structure, rng) if clean else faulty(structure, severity, i)
        yield {
            "name": str(row.id),
            "formula": row.reduced_formula,
            "n_atoms": len(structure),
            "space_group": int(row.spacegroup),
            "system": system_of(row.spacegroup),
            "structure": structure,
            "scan": scan,
        }


def faulty(structure, severity, seed):
    """A scan with texture, errors of intensities and all else that measured scans have."""
    return perturb_scans([structure], severity, cells="measured", random_state=seed)[0]


def measured_queries(folder):
    """The measured scans of single phases whose primitive cells are small and ordered."""
    for one in measured_scans(folder / "measured"):
        primitive = one.structure.get_primitive_structure()
        if len(primitive) > MOST_ATOMS or not primitive.is_ordered:
            continue
        group = one.structure.properties["spacegroup"]
        yield {
            "name": one.name,
            "formula": primitive.composition.reduced_formula,
            "n_atoms": len(primitive),
            "space_group": group,
            "system": system_of(group),
            "structure": primitive,
            "scan": one.scan,
        }


def cut(scan, last):
    """The scan up to an angle [degrees]."""
    kept = scan.two_theta <= last
    return Scan(scan.two_theta[kept], scan.counts[kept], radiation=scan.radiation)


def without_prototype(solver, query):
    """The solver without templates of the truth's anonymous formula, space group and size."""
    table = copy.copy(solver.proposer_.templates_)
    amounts, _ = query["structure"].composition.get_integer_formula_and_factor()
    amounts = tuple(sorted(int(n) for n in Composition(amounts).values()))
    own = query["n_atoms"], query["space_group"]
    rows = [i for i in table.of_amounts.get(amounts, []) if size_and_group(table[i]) != own]
    table.of_amounts = table.of_amounts | {amounts: rows}
    found = copy.copy(solver)
    found.proposer_ = copy.copy(solver.proposer_)
    found.proposer_.templates_ = table
    return found


def size_and_group(template):
    return len(template.kinds), template.space_group


def without_formulas(table, formulas):
    return table[~table.reduced_formula.isin(formulas)]


def measured_formulas_of(folder):
    scans = measured_scans(folder / "measured")
    return {s.composition.reduced_formula for s in unique_structures(scans)}
