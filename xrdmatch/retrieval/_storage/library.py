"""A retriever with its gallery, encoded once, in a folder without code."""

from pathlib import Path

import numpy as np
from sklearn.utils.validation import check_is_fitted

from xrdmatch.retrieval._gallery_holder import NO_GALLERY
from xrdmatch.retrieval._index import GalleryIndex
from xrdmatch.retrieval._retriever import StructureRetriever
from xrdmatch.retrieval._storage.arrays import read_arrays
from xrdmatch.retrieval._storage.calibrations import read_calibration
from xrdmatch.retrieval._storage.checksums import check_files
from xrdmatch.retrieval._storage.format_1 import of_format_1
from xrdmatch.retrieval._storage.library_card import check_free, data_folder, library_card
from xrdmatch.retrieval._storage.library_labels import read_labels
from xrdmatch.retrieval._storage.library_writing import ELEMENTS, TOKENS, TOWERS, write_library
from xrdmatch.retrieval._storage.retriever_card import build_retriever
from xrdmatch.retrieval._storage.structures import StoredStructures

DAMAGES = OSError, EOFError, LookupError, TypeError, ValueError, AttributeError, RecursionError


def save_library(retriever, path, *, about=None, remarks=None):
    """Save a retriever with its gallery and what it knows of it, as data that hold no code.

    A folder is written: ``library.json``, the card, with parameters, versions, checksums and what
    `about` says; and a folder with the rest: structures in pymatgen's JSON, compressed, with their
    properties; labels, encodings and elements as ``.npy`` arrays; and ``calibration.json`` of a
    `CalibratedRetriever` that has been calibrated. The card is replaced last and at once, so that
    whoever is interrupted leaves the old library or the new one.

    Parameters
    ----------
    retriever : PatternMatcher, ContrastiveStructureRetriever, or a wrapper around either
        A `PhysicsReranker`, a `CalibratedRetriever`, or one that has a gallery itself.
    path : str or path-like
        The folder. A library that is there is replaced once the new one is complete.
    about : dict, default=None
        Whatever else the card should say; plain data.
    remarks : dict of str to list of [str, str], default=None
        What was left out, ``"skipped"``, and what is ``"doubtful"``: items with reasons, as
        `library_remarks` reads them.

    Raises
    ------
    TypeError
        If it is another retriever, or a parameter is an object that is not xrdmatch's own.
    ValueError
        If it has no gallery, the folder exists and is no library, or another process is writing
        there.

    See Also
    --------
    load_library : The inverse, with an example.
    add_to_library : More entries.
    save_pretrained : Trained towers without a gallery.
    """
    if not isinstance(retriever, StructureRetriever):
        raise TypeError(
            "A library is that of a retriever such as PatternMatcher, got "
            f"{type(retriever).__name__}; of a pipeline, save pipe[-1]."
        )
    check_is_fitted(retriever, "gallery_", msg=NO_GALLERY)
    path = Path(path).expanduser().absolute()
    check_free(path)
    write_library(retriever, [retriever.index_], path, about=about, remarks=remarks)


def load_library(path):
    """Load a retriever that `save_library` saved, ready to be asked.

    Structures stay in their file until one is asked for, and encodings are mapped into memory, so
    that a library of any size is there at once. Sizes of all files and checksums of the smaller
    ones are compared with what was written; `verify_library` compares all.

    Parameters
    ----------
    path : str or path-like
        The folder.

    Returns
    -------
    StructureRetriever
        With its gallery; ``gallery_`` is a sequence that reads structures when it is indexed.

    Raises
    ------
    ValueError
        If the folder is not there, is no library, or one of another format.

    See Also
    --------
    save_library
        Save a retriever with its gallery and what it knows of it, as data that hold no code.
    library_card : Read what a library says of itself.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch import DiffractionSimulator, PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import load_library, save_library
    >>> layers = load_monolayers()[:20]
    >>> pattern = DiffractionSimulator().transform(layers)[3]
    >>> with TemporaryDirectory() as folder:
    ...     save_library(PatternMatcher().fit(layers), f"{folder}/layers")
    ...     matcher = load_library(f"{folder}/layers")
    ...     print(matcher.predict(pattern), matcher.gallery_[3] == layers[3])
    [3] True
    """
    path = Path(path).expanduser()
    card = library_card(path)
    try:
        return read_library(path, card)
    except DAMAGES as error:
        now = library_card(path)
        if now != card:  # it was replaced meanwhile
            return read_library(path, now)
        raise ValueError(
            f"A library is the whole folder that save_library wrote, got a damaged one at {path} "
            f"({error}); copy or build it anew."
        ) from error


def read_library(path, card, *, fully=False):
    """Read a library whose card is known.

    Parameters
    ----------
    path : Path
        The folder.
    card : dict
        What it says of itself.
    fully : bool, default=False
        Whether all checksums are compared.

    Returns
    -------
    StructureRetriever
        With its gallery.
    """
    folder = data_folder(path, card)
    check_files(folder, card.get("files", {}), fully=fully)
    retriever = build_retriever(card["retriever"], folder / TOWERS)
    return read_calibration(retriever.set_index(read_index(folder, card)), folder)


def read_index(folder, card):
    """Read the gallery of a library.

    Parameters
    ----------
    folder : Path
        Its data folder.
    card : dict
        What it says of itself.

    Returns
    -------
    GalleryIndex
        Its arrays stay in their files.
    """
    labels = read_labels(folder)
    elements = np.load(folder / ELEMENTS, mmap_mode="r", allow_pickle=False)
    encoded = read_arrays(card["encoded"], folder)
    if card["format"] == 1:
        elements, encoded = of_format_1(elements, encoded)
    index = GalleryIndex(_gallery(folder, card), labels, elements, encoded)
    if len(index) != card["n_structures"]:
        raise ValueError(f"it has {len(index)} entries and says {card['n_structures']}")
    return index


def _gallery(folder, card):
    if (folder / TOKENS).exists():
        return np.load(folder / TOKENS, allow_pickle=False)
    return StoredStructures.at(folder, card["n_structures"])
