"""Embeddings stored in half precision or in whole numbers: whether the first hundred stay the same.

    python examples/benchmarks/half_precision.py --json docs/benchmarks/half_precision.json \
        --library LIBRARY --vectors FILE

Galleries are the shipped standards and the structures of LIBRARY, which `xrdmatch index` made;
FILE keeps the embeddings of the latter, which take minutes. Queries are peaks of entries, evenly
drawn. Each number of an embedding is rounded to half precision, or to a whole number of 16 or 8
bits times a scale of the entry. Writes the JSON and, beside it, the table of the documentation
(.inc).
"""

import argparse
import json
from pathlib import Path

import numpy as np
from surroundings import surroundings
from tables import list_table

from xrdmatch.datasets import load_standards
from xrdmatch.retrieval import EmbeddedGallery, load_library, load_pretrained
from xrdmatch.simulation import DiffractionSimulator

FIRST = 100


def main():
    options = arguments()
    tower = load_pretrained("powder")
    standards = load_standards()[: options.structures]
    report = surroundings()
    report["rows"] = compared("standards", tower, standards, options.queries)
    if options.library is not None:
        structures = load_library(options.library).gallery_
        kept = options.vectors
        if kept is None or not kept.exists():
            vectors = tower.encode_structures(structures[:])
        else:
            vectors = np.load(kept, allow_pickle=False)
        if kept is not None:
            np.save(kept, vectors)
        report["rows"] += compared("library", tower, structures, options.queries, vectors)
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(report), encoding="utf-8")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--queries", type=int, default=2000, help="of each gallery at most")
    parser.add_argument("--structures", type=int, help="of the standards; all by default")
    return parser.parse_args()


def compared(name, tower, structures, n_queries, vectors=None):
    """One row for each way to store a gallery."""
    vectors = tower.encode_structures(structures) if vectors is None else vectors
    rows = np.unique(np.linspace(0, len(vectors) - 1, n_queries).astype(int))
    peaks = DiffractionSimulator("powder", "CuKa").transform([structures[i] for i in rows])
    queries = tower.encode_queries(peaks)
    expected = first(vectors, queries)
    return [
        {"gallery": name, "n": len(vectors), "queries": len(queries), "stored": stored}
        | agreement(expected, first(rounded, queries))
        for stored, rounded in roundings(vectors)
    ]


def roundings(vectors):
    """Yield ways to store vectors, and what they read as."""
    yield "float16", vectors.astype(np.float16).astype(np.float32)
    for bits in (16, 8):
        scale = np.abs(vectors).max(axis=1, keepdims=True) / (2 ** (bits - 1) - 1)
        yield f"int{bits} with a scale", (np.round(vectors / scale) * scale).astype(np.float32)


def first(vectors, queries):
    """Positions of the first entries of each query, (n_queries, n)."""
    n = min(FIRST, len(vectors))
    return EmbeddedGallery(vectors).search(queries, np.arange(len(queries)), n)[1]


def agreement(expected, found):
    """Shares in percent: of queries, and of the first entries."""
    same = (np.sort(found, axis=1) == np.sort(expected, axis=1)).all(axis=1)
    pairs = zip(expected, found, strict=True)
    return {
        "as a set": 100 * float(same.mean()),
        "in order": 100 * float((found == expected).all(axis=1).mean()),
        "the first": 100 * float((found[:, 0] == expected[:, 0]).mean()),
        "kept": 100 * float(np.mean([np.isin(one, other).mean() for one, other in pairs])),
    }


def included(report):
    head = ["entries", "queries", "stored as", "same as a set, % of queries"]
    head += ["in the same order, % of queries", "same first entry, % of queries"]
    head += ["of the hundred kept, %"]
    rows = [
        [f"{row['n']:,}", f"{row['queries']:,}", row["stored"]]
        + [f"{row[key]:.2f}" for key in ("as a set", "in order", "the first", "kept")]
        for row in report["rows"]
    ]
    return list_table("The first hundred, against single precision", [head, *rows]) + "\n"


if __name__ == "__main__":
    main()
