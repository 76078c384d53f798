"""Cut the layers out of the layered crystals of databases, and keep the different ones.

    python examples/pretraining/layers.py TABLE.parquet ... --output layers.parquet

Every table has one structure a row (columns id, lattice, numbers, frac_coords). The output has
the same columns and is read by `xrdmatch.io.read_structures`.
"""

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from tqdm import tqdm

from xrdmatch import CrystalTokenizer, DiffractionSimulator
from xrdmatch.datasets import cut_layers, unique_layers
from xrdmatch.io import read_structures

MAX_SITES = 40
VACUUM = 40.0  # [Å] what retrievers set


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", type=Path, nargs="+", help="Parquet tables of crystals")
    parser.add_argument("--output", type=Path, required=True, help="Parquet table of the layers")
    options = parser.parse_args()
    layers = []
    for path in options.tables:
        layers += layers_of(path)
    different = unique_layers(tqdm(layers, desc="copies"))
    print(f"{len(layers)} layers, {len(different)} of them different")
    write_table(different, options.output)
    describe(different)


def layers_of(path):
    """All layers of at most 40 atoms that can be simulated; what happened to the rest is said."""
    found, fates = [], Counter()
    for crystal in tqdm(read_structures(path), desc=path.name, mininterval=30):
        try:
            layers = cut_layers(crystal, vacuum=VACUUM)
        except ValueError:
            fates["too thick"] += 1
            continue
        fates["layered" if layers else "not layered"] += 1
        for layer in layers:
            fates[verdict(layer)] += 1
            if verdict(layer) == "layers taken":
                found.append(layer)
    print(path.name, dict(fates))
    return found


def verdict(layer):
    """Whether a layer can be learned from."""
    if len(layer) > MAX_SITES:
        return "layers too large"
    try:
        DiffractionSimulator().transform(CrystalTokenizer(vacuum=VACUUM).transform([layer]))
    except ValueError:
        return "layers of elements without form factors"
    return "layers taken"


def write_table(layers, path):
    columns = {
        "id": [layer.properties["name"] for layer in layers],
        "lattice": [layer.lattice.matrix.ravel() for layer in layers],
        "numbers": [np.array(layer.atomic_numbers) for layer in layers],
        "frac_coords": [layer.frac_coords.ravel() for layer in layers],
    }
    pq.write_table(pa.table(columns), path)


def describe(layers):
    """Print what the table holds."""
    sizes = np.array([len(layer) for layer in layers])
    formulas = {layer.reduced_formula for layer in layers}
    elements = {element for layer in layers for element in layer.composition}
    print(f"{len(layers)} layers of {len(formulas)} formulas and {len(elements)} elements")
    print(f"atoms: median {np.median(sizes):g}, quartiles {np.percentile(sizes, [25, 75])}")
    for low, high in ((1, 2), (3, 4), (5, 8), (9, 16), (17, 24), (25, 32), (33, 40)):
        print(f"{low:3} to {high:2} atoms: {((sizes >= low) & (sizes <= high)).sum()}")


if __name__ == "__main__":
    main()
