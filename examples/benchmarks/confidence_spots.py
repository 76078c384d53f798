"""Monolayers, and what is asked of them."""

import numpy as np
import pyarrow.parquet as pq
from pymatgen.core import Structure

from xrdmatch import PatternMatcher, PhysicsReranker
from xrdmatch.retrieval import load_pretrained

SEVERITIES = (0.5, 1.0, 2.0)
N_CANDIDATES = 50


def layers_of(folder):
    """All layers of the table."""
    columns = ["lattice", "numbers", "frac_coords"]
    rows = pq.read_table(folder / "monolayers.parquet", columns=columns).to_pylist()
    return [
        Structure(np.array(lattice).reshape(3, 3), numbers, np.array(coords).reshape(-1, 3))
        for lattice, numbers, coords in (row.values() for row in rows)
    ]


def spots_of(layers, *, nearest):
    """The retriever of layers, with candidates of embeddings or of nearest spots."""
    first = PatternMatcher() if nearest else load_pretrained("monolayers")
    return PhysicsReranker(first.set_gallery(layers), N_CANDIDATES)
