"""Entries of a part as a gallery: those that take too much, or cannot be taken, are left out."""

import warnings
from functools import reduce

from sklearn.base import clone

from xrdmatch._commands.index_watch import TooMuchError
from xrdmatch.crystallography import NothingLeftError
from xrdmatch.io import SkippedStructureWarning
from xrdmatch.retrieval import GalleryIndex

# Entries that have the time and memory of one together: where they need more, each has its own.
BLOCKS = 512, 16, 1
FAULTS = TooMuchError, ArithmeticError, LookupError, RecursionError


def encode_within_limits(retriever, entries, watch):
    """Encode entries.

    Parameters
    ----------
    retriever : StructureRetriever
        Encodes them; it is cloned.
    entries : list of (Structure, str)
        Structures and their labels.
    watch : Watch
        Says how much each may take.

    Returns
    -------
    index : GalleryIndex or None
        Those that could be taken; None if there are none.
    refused : list of (Structure, str)
        The others, and why.
    """
    made = _blocks(retriever, entries, watch, BLOCKS)
    indices = [index for index, _ in made if index is not None]
    refused = [one for _, some in made for one in some]
    return (reduce(GalleryIndex.joined, indices) if indices else None), refused


def _blocks(retriever, entries, watch, sizes):
    """Encode blocks of the first size, and those that fail in blocks of the next one."""
    size, *smaller = sizes
    made = []
    for start in range(0, len(entries), size):
        block, reason = entries[start : start + size], ""
        try:
            made.append(watch.run(_encoded, retriever, block))
        except FAULTS as error:
            reason = _sentence(error)
        if reason and smaller:  # what the failure held in memory is gone here
            made += _blocks(retriever, block, watch, smaller)
        elif reason:
            made.append((None, [(structure, reason) for structure, _ in block]))
    return made


def _sentence(error):
    text = " ".join(str(error).split()).rstrip(".")
    return text if isinstance(error, ValueError) else f"{type(error).__name__}: {text}"


def _encoded(retriever, entries):
    """Encode what can be taken; the index, and the other structures with reasons."""
    part = clone(retriever)
    structures, labels = map(list, zip(*entries, strict=True))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SkippedStructureWarning)  # all are noted
            part.set_gallery(structures, labels, on_error="skip")
    except NothingLeftError as error:
        refused, kept = error.skipped, set()
    else:
        refused, kept = part.skipped_, {id(structure) for structure in part.gallery_}
    left = (structure for structure in structures if id(structure) not in kept)
    reasons = [(s, one.reason) for s, one in zip(left, refused, strict=True)]
    return part.index_ if kept else None, reasons
