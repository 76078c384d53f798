"""Which entries of the Materials Project are learned from, and which are asked for."""

import numpy as np
import pyarrow.parquet as pq
from pymatgen.core import Lattice, Structure
from sklearn.model_selection import GroupShuffleSplit

TEST = 0.15  # of the first table's formulas
COLUMNS = ["id", "reduced_formula", "lattice", "numbers", "frac_coords", "spacegroup"]


def parts(paths, left_out, first=None, most_atoms=None):
    """Structures to learn from, those of the first table first, and the test part."""
    tables = [pq.read_table(path, columns=COLUMNS).to_pandas() for path in paths]
    if first:
        tables = [table.sample(min(first, len(table)), random_state=0) for table in tables]
    if most_atoms:
        tables = [table[table.numbers.map(len) <= most_atoms] for table in tables]
    tables[0] = tables[0].sample(frac=1, random_state=0)
    learn, test = split(tables[0])
    known = set(test.reduced_formula) | left_out
    learn = [table[~table.reduced_formula.isin(known)] for table in (learn, *tables[1:])]
    test = test[~test.reduced_formula.isin(left_out)]
    return {"test": structures_of([test]), "learn": structures_of(learn)}


def split(table):
    splitter = GroupShuffleSplit(1, test_size=TEST, random_state=0)
    learn, test = next(splitter.split(table, groups=table.reduced_formula))
    return table.iloc[np.sort(learn)], table.iloc[np.sort(test)]


def structures_of(tables):
    for table in tables:
        for row in table.itertuples():
            coords = np.reshape(row.frac_coords, (-1, 3))
            yield Structure(Lattice(np.reshape(row.lattice, (3, 3))), row.numbers, coords)
