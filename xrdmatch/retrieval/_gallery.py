"""Encoding of the structures that a gallery can take."""

import numpy as np
from sklearn.exceptions import NotFittedError

from xrdmatch.crystallography import NothingLeftError, SkippedStructure, StructureError

BLOCKS = 256, 16, 1  # structures that are encoded together: first, and in blocks that fail


def usable_parts(structures, labels, encode):
    """Encode the structures that can be encoded, and name the others.

    They are encoded in blocks, so that nearly all are encoded once: only blocks with a structure
    that cannot be taken are encoded again, in smaller ones.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The candidates for the gallery.
    labels : ndarray of shape (n_structures,)
        Their names.
    encode : callable
        Returns what is joined by its own method ``joined``; raises a TypeError or ValueError for
        structures that it cannot take.

    Returns
    -------
    rows : list of int
        Positions of the structures that were encoded.
    encoded : EncodedGallery
        All of them, joined.
    skipped : list of SkippedStructure
        The others, by their labels.

    Raises
    ------
    NothingLeftError
        If none can be taken.

    See Also
    --------
    xrdmatch.crystallography.SkippedStructure : An item that was left out, and why.
    """
    encoded, errors = _blocks(structures, 0, encode, BLOCKS)
    skipped = [
        SkippedStructure(str(labels[i]), str(error).rstrip("."), type(error))
        for i, error in errors.items()
    ]
    if not encoded:
        raise NothingLeftError("A gallery needs structures that can be taken", skipped)
    rows = [i for i in range(len(structures)) if i not in errors]
    return rows, _joined_blocks(encoded), skipped


def _blocks(structures, first, encode, sizes):
    """Encode blocks of the first size, and those that fail in blocks of the next ones.

    Returns what was encoded, and errors by position, counted from `first`.
    """
    size, *smaller = sizes
    encoded, errors = [], {}
    for start in range(0, len(structures), size):
        block, place = structures[start : start + size], first + start
        try:
            encoded.append(encode(block))
        except NotFittedError:
            raise
        except (TypeError, ValueError) as error:
            if smaller:
                parts, found = _blocks(block, place, encode, smaller)
                encoded, errors = encoded + parts, errors | found
            else:
                errors[place] = error.at(place) if isinstance(error, StructureError) else error
    return encoded, errors


def _joined_blocks(encoded):
    """Join neighbours until one is left, which copies less than one after the other."""
    while len(encoded) > 1:
        pairs = [encoded[i : i + 2] for i in range(0, len(encoded), 2)]
        encoded = [pair[0].joined(pair[1]) if len(pair) == 2 else pair[0] for pair in pairs]
    return encoded[0]


def label_array(labels):
    """One label for each entry, of the type that it was given as; shape (n,).

    See Also
    --------
    StructureRetriever : Base of all retrievers; write your own by two methods.
    """
    whole = np.empty(len(labels), dtype=object)
    whole[:] = list(labels)
    are_texts = {isinstance(label, str) for label in whole}
    if len(are_texts) > 1 or any(isinstance(label, tuple | list) for label in whole):
        return whole  # numpy would turn numbers among texts into texts, and tuples into rows
    return np.asarray(labels)


def picked(structures, rows):
    """Pick some of the structures, in the form they have."""
    if isinstance(structures, np.ndarray):
        return structures[rows]
    return [structures[i] for i in rows]


def joined(first, second):
    """Put two galleries into one, in the form they have."""
    if isinstance(first, np.ndarray) != isinstance(second, np.ndarray):
        raise TypeError(
            "A gallery is made of structures or of tokens, got both; convert one with "
            "CrystalTokenizer."
        )
    if not isinstance(first, np.ndarray):
        stored = type(first) is type(second) and not isinstance(first, list)
        return first + second if stored else [*first, *second]
    length = max(first.shape[1], second.shape[1])
    padding = [((0, 0), (0, length - part.shape[1])) for part in (first, second)]
    return np.concatenate(
        [
            np.pad(part, width, constant_values=np.nan)
            for part, width in zip((first, second), padding, strict=True)
        ]
    )


def joined_labels(first, second):
    """Labels of two galleries, each of the type it had."""
    if first.dtype.kind != second.dtype.kind:
        first, second = first.astype(object), second.astype(object)
    return np.concatenate([first, second])
