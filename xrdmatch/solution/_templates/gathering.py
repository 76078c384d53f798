"""Encoding of structures for a library of templates, block by block."""

from collections.abc import Iterable
from itertools import islice

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from pymatgen.core import SiteCollection

from xrdmatch.crystallography import NothingLeftError, StructureError, name_of, site_table
from xrdmatch.preprocessing import RaggedArray, Rows
from xrdmatch.retrieval import usable_parts
from xrdmatch.solution._templates.arrangement import arrangement
from xrdmatch.solution._templates.facts import facts_of
from xrdmatch.solution._templates.intervals import interval_intensities
from xrdmatch.solution._templates.metals import IS_METAL
from xrdmatch.solution._templates.motifs import nodes_of

BLOCK = 512  # structures whose patterns are held at once


def gathered(structures, encode, n_jobs=None):
    """Encode structures, a block after the other; those that cannot be taken are left out.

    Parameters
    ----------
    structures : iterable of Structure
        A list, or anything that gives one after the other.
    encode : callable
        Makes `Rows` of a list of structures.
    n_jobs : int, default=None
        Number of joblib workers.

    Returns
    -------
    rows : Rows
        One for each that was taken.
    taken : ndarray of int
        Their positions.
    skipped : list of SkippedStructure
        The others, named by their positions.

    Raises
    ------
    ValueError
        If there is no structure, or none can be taken.
    """
    blocks = _blocks(structures)
    if effective_n_jobs(n_jobs) == 1:
        found = [_encoded(first, block, encode) for first, block in blocks]
    else:
        found = Parallel(n_jobs)(delayed(_encoded)(f, block, encode) for f, block in blocks)
    if not found:
        raise ValueError("A library needs at least one structure, got none; pass some.")
    parts, taken, skipped = zip(*found, strict=True)
    skipped = [item for items in skipped for item in items]
    parts = [part for part in parts if part is not None]
    if not parts:
        raise NothingLeftError("A library needs structures that can be taken", skipped)
    return _joined(parts), np.concatenate(taken), skipped


def _blocks(structures):
    """Yield blocks and the position of the first of each."""
    if isinstance(structures, SiteCollection) or not isinstance(structures, Iterable):
        raise TypeError(
            "Structures come in a list or one after the other, got a single "
            f"{type(structures).__name__}; write [structure]."
        )
    waiting, first = iter(structures), 0
    while block := list(islice(waiting, BLOCK)):
        yield first, block
        first += len(block)


def _encoded(first, block, encode):
    """Encode what can be encoded of a block."""
    names = first + np.arange(len(block))
    try:
        rows, part, skipped = usable_parts(block, names, encode)
    except NothingLeftError as error:
        return None, np.zeros(0, dtype=int), error.skipped
    return part, first + np.array(rows), skipped


def _joined(parts):
    """Join neighbours until one is left, which copies less than one after the other."""
    while len(parts) > 1:
        pairs = [parts[i : i + 2] for i in range(0, len(parts), 2)]
        parts = [pair[0].joined(pair[1]) if len(pair) == 2 else pair[0] for pair in pairs]
    return parts[0]


def encoded_block(structures, options):
    """Make of structures what a library keeps of them.

    Parameters
    ----------
    structures : list of Structure
        The crystals, ordered.
    options : tuple of (matcher, simulator, wavelength, interval, n_intervals)
        What encodes powders for the comparison; what gives peaks; and the intervals, their width
        [degrees] and number, for a wavelength [Å].

    Returns
    -------
    Rows
        One of each array for every structure.
    """
    matcher, simulator, *intervals = options
    _check_ordered(structures)
    binned = [interval_intensities(p, *intervals) for p in simulator.transform(structures)]
    _check_reached(structures, binned)
    return Rows(
        lattice=np.array([s.lattice.matrix for s in structures]),
        numbers=RaggedArray.of([s.atomic_numbers for s in structures], dtype=np.uint8),
        frac_coords=RaggedArray.of([s.frac_coords for s in structures], (3,), float),
        strongest=np.array([places[heights.argmax()] for places, heights in binned]),
        places=RaggedArray.of([places for places, _ in binned], dtype=np.uint16),
        heights=RaggedArray.of([heights for _, heights in binned], dtype=np.float16),
        encoded=matcher.encode_gallery(structures),
        **_facts(structures),
        **_arrangements(structures),
    )


def _facts(structures):
    """Facts as arrays."""
    formula, n_atoms, group, volume, cell = zip(*map(facts_of, structures), strict=True)
    return {
        "anonymous_formula": np.array(formula),
        "n_atoms": np.array(n_atoms, dtype=np.int32),
        "space_group": np.array(group, dtype=np.int16),
        "volume_per_atom": np.array(volume),
        "reduced_cell": np.array(cell),
    }


def _check_ordered(structures):
    """Check that there are structures, all of whose sites hold one whole atom."""
    site_table(structures)
    for i, structure in enumerate(structures):
        if not structure.is_ordered:
            raise StructureError(
                "A template has one whole atom on each site, got mixed or partly filled ones in "
                "{place}; order it or leave it out.",
                i,
                name_of(structure),
            )


def _check_reached(structures, binned):
    """Check that each has a peak within the intervals."""
    for i, (structure, (places, _)) in enumerate(zip(structures, binned, strict=True)):
        if not len(places):
            raise StructureError(
                "A template has a peak within the intervals, got none of {place}; take more of "
                "them, or leave it out.",
                i,
                name_of(structure),
            )


def _arrangements(structures):
    """Arrangements of all atoms and of the framework's nodes, and shares of both classes."""
    found = [_arrangement(structure) for structure in structures]
    atoms, nodes, metal_share, node_share = map(np.array, zip(*found, strict=True))
    return {"atoms": atoms, "nodes": nodes, "metal_share": metal_share, "node_share": node_share}


def _arrangement(structure):
    lattice = structure.lattice.matrix
    metals = IS_METAL[np.array(structure.atomic_numbers)]
    _, points = nodes_of(structure)
    atoms = arrangement(lattice, structure.frac_coords, metals)
    nodes = arrangement(lattice, points, np.ones(len(points), dtype=bool))
    return atoms, nodes, metals.mean(), len(points) / len(structure)
