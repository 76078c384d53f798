"""A library written as a whole: its files first, its card last."""

from functools import reduce

import numpy as np

from xrdmatch import __version__
from xrdmatch.retrieval._gallery import joined
from xrdmatch.retrieval._index import GalleryIndex
from xrdmatch.retrieval._storage.arrays import write_arrays
from xrdmatch.retrieval._storage.calibrations import write_calibration
from xrdmatch.retrieval._storage.checksums import file_facts
from xrdmatch.retrieval._storage.data_folder import commit, new_data_folder, only_writer
from xrdmatch.retrieval._storage.library_card import CARD, FORMAT, library_card
from xrdmatch.retrieval._storage.library_labels import write_labels
from xrdmatch.retrieval._storage.parameters import to_plain
from xrdmatch.retrieval._storage.remarks import write_remarks
from xrdmatch.retrieval._storage.retriever_card import describe_retriever
from xrdmatch.retrieval._storage.row_streams import joined_galleries
from xrdmatch.retrieval._storage.structures import write_structures

ELEMENTS, TOKENS, TOWERS = "elements.npy", "tokens.npy", "towers"


def write_library(retriever, indices, path, *, about=None, remarks=None, calibrated=True):
    """Write a library, in place of one that is there once it is whole.

    Parameters
    ----------
    retriever : StructureRetriever
        What searches it, with what it has learned.
    indices : list of GalleryIndex
        The gallery, in parts.
    path : Path
        The folder.
    about : dict, default=None
        What else the card says.
    remarks : dict, default=None
        As `library_remarks` returns them.
    calibrated : bool, default=True
        Whether what the retriever knows of its own gallery is kept.
    """
    with only_writer(path):
        before = library_card(path) if (path / CARD).exists() else None
        before = before if before and before["format"] == FORMAT else None
        folder = new_data_folder(path, before)
        card = {"format": FORMAT, "xrdmatch": __version__, "data": folder.name}
        card |= {"n_structures": sum(map(len, indices))}
        card |= {"retriever": describe_retriever(retriever, folder / TOWERS)}
        card |= {"about": to_plain(about or {}, "about")}
        card["encoded"] = _write_gallery(indices, folder)
        if calibrated:
            write_calibration(retriever, folder)
        write_remarks(remarks or {}, folder)
        commit(path, card | {"files": file_facts(folder)})


def joined_indices(indices):
    """Join parts of a gallery so that it can be written.

    Parameters
    ----------
    indices : list of GalleryIndex
        The parts.

    Returns
    -------
    GalleryIndex
        All in one; what `joined_galleries` says of encodings holds.
    """
    if len(indices) == 1:
        return indices[0]
    return GalleryIndex(
        reduce(joined, (index.structures for index in indices)),
        _joined_labels([index.labels for index in indices]),
        np.concatenate([index.elements for index in indices]),
        joined_galleries([index.encoded for index in indices]),
    )


def _joined_labels(labels):
    if len({part.dtype.kind for part in labels}) > 1:
        labels = [part.astype(object) for part in labels]
    return np.concatenate(labels)


def _write_gallery(indices, folder):
    """Write structures, labels, elements and encodings; describe the last."""
    index = joined_indices(indices)
    if isinstance(index.structures, np.ndarray):
        np.save(folder / TOKENS, index.structures, allow_pickle=False)
    else:
        write_structures(index.structures, folder)
    write_labels(index.labels, folder)
    np.save(folder / ELEMENTS, np.asarray(index.elements))
    return write_arrays(index.encoded, folder, "encoded")
