"""Addition and removal of entries of a library."""

import warnings
from pathlib import Path

import numpy as np

from xrdmatch.retrieval._calibrated import CalibratedRetriever
from xrdmatch.retrieval._gallery import label_array, picked
from xrdmatch.retrieval._index import GalleryIndex
from xrdmatch.retrieval._storage.data_folder import only_writer
from xrdmatch.retrieval._storage.joined_libraries import check_alike
from xrdmatch.retrieval._storage.library import load_library
from xrdmatch.retrieval._storage.library_card import library_card
from xrdmatch.retrieval._storage.library_writing import write_library
from xrdmatch.retrieval._storage.remarks import KINDS, library_remarks
from xrdmatch.retrieval._storage.row_streams import taken_entries
from xrdmatch.retrieval._storage.structures import StoredStructures


def add_to_library(path, other):
    """Append the entries of another library to a library.

    Whoever is interrupted leaves the old library or the new one. What a calibration knew no longer
    holds and is dropped.

    Parameters
    ----------
    path : str or path-like
        The library that grows.
    other : str or path-like
        A library of a retriever with the same parameters; it stays as it is.

    Raises
    ------
    ValueError
        If one is no library, they are of retrievers with other parameters, a label is in both, or
        another process is writing there.

    See Also
    --------
    join_libraries : Several libraries as a new one.
    remove_from_library : The inverse.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch import PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import add_to_library, load_library, save_library
    >>> layers = load_monolayers()
    >>> with TemporaryDirectory() as folder:
    ...     save_library(PatternMatcher().fit(layers[:20], labels=range(20)), f"{folder}/layers")
    ...     save_library(PatternMatcher().fit(layers[20:30], labels=range(20, 30)), f"{folder}/new")
    ...     add_to_library(f"{folder}/layers", f"{folder}/new")
    ...     len(load_library(f"{folder}/layers").gallery_)
    30
    """
    path = Path(path).expanduser().absolute()
    library_card(path)
    with only_writer(path):
        _check_parameters(path, other)
        parts = [load_library(path), load_library(other)]
        indices = [part.index_ for part in parts]
        _check_new([index.labels for index in indices])
        remarks = [library_remarks(path), library_remarks(other)]
        joined = {kind: remarks[0][kind] + remarks[1][kind] for kind in KINDS}
        _rewrite(parts[0], indices, path, joined)


def remove_from_library(path, labels):
    """Take entries out of a library.

    Whoever is interrupted leaves the old library or the new one. What a calibration knew no longer
    holds and is dropped.

    Parameters
    ----------
    path : str or path-like
        The library.
    labels : list
        Labels of the entries; all that have one of these go.

    Raises
    ------
    ValueError
        If a label is not there, nothing would be left, or another process is writing there.

    See Also
    --------
    add_to_library : The inverse.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch import PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import load_library, remove_from_library, save_library
    >>> with TemporaryDirectory() as folder:
    ...     matcher = PatternMatcher().fit(load_monolayers()[:4], labels=["a", "b", "c", "d"])
    ...     save_library(matcher, f"{folder}/layers")
    ...     remove_from_library(f"{folder}/layers", ["b"])
    ...     print(load_library(f"{folder}/layers").classes_)
    ['a' 'c' 'd']
    """
    path = Path(path).expanduser().absolute()
    library_card(path)
    with only_writer(path):
        retriever = load_library(path)
        rows = _rows_left(retriever.index_.labels, labels)
        _rewrite(retriever, [_taken(retriever, rows)], path, library_remarks(path))


def _rewrite(retriever, indices, path, remarks):
    about = library_card(path)["about"]
    if isinstance(retriever, CalibratedRetriever) and hasattr(retriever, "calibration_"):
        warnings.warn(
            f"What the library {str(path)!r} knew of how sure its answers are no longer holds and "
            "is dropped; calibrate it anew.",
            stacklevel=3,
        )
    about = {name: said for name, said in about.items() if name not in ("origin", *KINDS)}
    write_library(retriever, indices, path, about=about, remarks=remarks, calibrated=False)


def _check_parameters(path, other):
    check_alike([path, other])
    if Path(other).expanduser().absolute() == path:
        raise ValueError(
            f"A library grows by another one, got {str(path)!r} twice; name the other one."
        )


def _check_new(labels):
    """Check that no label is in both; those that count the entries count each library."""
    both = np.intersect1d(*(part.astype(str) for part in labels))
    if len(both):
        raise ValueError(
            f"Labels of a library are not given twice, got {len(both)} that are in both, such as "
            f"{str(both[0])!r}; take them out of one with remove_from_library."
        )


def _rows_left(known, labels):
    """Positions of entries that have none of some labels."""
    listed = known.tolist()
    there = set(listed)
    missing = [label for label in labels if label not in there]
    if missing or not len(labels):
        raise ValueError(
            "Labels that are removed are in the library, got "
            f"{', '.join(map(repr, missing[:5])) or 'none'}; load_library(...).classes_ has them."
        )
    gone = set(labels)
    rows = np.array([i for i, label in enumerate(listed) if label not in gone], dtype=int)
    if not len(rows):
        raise ValueError(
            f"A library keeps at least one entry, got the labels of all {len(known)}; remove its "
            "folder."
        )
    return rows


def _taken(retriever, rows):
    """Take some entries of a gallery; they are encoded anew where encodings are not rows."""
    index = retriever.index_
    encoded = taken_entries(index.encoded, rows)
    if encoded is None:
        structures = picked(index.structures, rows)
        labels = label_array([index.labels[i] for i in rows])
        return retriever.set_gallery(structures, labels=labels).index_
    stored = isinstance(index.structures, StoredStructures)
    structures = _Lines(index.structures, rows) if stored else picked(index.structures, rows)
    return GalleryIndex(structures, index.labels[rows], index.elements[rows], encoded)


class _Lines:
    """Lines of some stored structures, for writing."""

    def __init__(self, stored, rows):
        self.stored, self.rows = stored, rows

    def __len__(self):
        return len(self.rows)

    def __iter__(self):
        return self.stored.taken(self.rows)
