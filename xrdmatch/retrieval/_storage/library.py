"""A retriever with its gallery, encoded once, in a folder without code."""

import json
import shutil
from pathlib import Path

import numpy as np
from sklearn.utils.validation import check_is_fitted

from xrdmatch import __version__
from xrdmatch.retrieval._gallery import label_array
from xrdmatch.retrieval._gallery_holder import NO_GALLERY
from xrdmatch.retrieval._index import GalleryIndex
from xrdmatch.retrieval._retriever import StructureRetriever
from xrdmatch.retrieval._storage.arrays import read_arrays, write_arrays
from xrdmatch.retrieval._storage.calibrations import read_calibration, write_calibration
from xrdmatch.retrieval._storage.format_1 import of_format_1
from xrdmatch.retrieval._storage.library_card import CARD, FORMAT, check_free, library_card
from xrdmatch.retrieval._storage.parameters import to_plain
from xrdmatch.retrieval._storage.retriever_card import build_retriever, describe_retriever
from xrdmatch.retrieval._storage.structures import StoredStructures, write_structures

LABELS, ELEMENTS, TOKENS, TOWERS = "labels.json", "elements.npy", "tokens.npy", "towers"
UNFINISHED = ".unfinished"


def save_library(retriever, path, *, about=None):
    """Save a retriever with its gallery and what it knows of it, as data that hold no code.

    A folder is written: ``library.json``, the card, with parameters, versions and what `about`
    says; ``structures.jsonl``, one structure a line in pymatgen's JSON, with its properties;
    ``labels.json``; the encodings and elements as ``.npy`` arrays; and ``calibration.json`` of a
    `CalibratedRetriever` that has been calibrated.

    Parameters
    ----------
    retriever : PatternMatcher, ContrastiveStructureRetriever, or a wrapper around either
        A `PhysicsReranker`, a `CalibratedRetriever`, or one that has a gallery itself.
    path : str or path-like
        The folder. A library that is there is replaced once the new one is complete.
    about : dict, default=None
        Whatever else the card should say; plain data.

    Raises
    ------
    TypeError
        If it is another retriever, or a parameter is an object that is not xrdmatch's own.
    ValueError
        If it has no gallery, or the folder exists and is no library.

    See Also
    --------
    load_library : The inverse, with an example.
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
    folder = path.with_name(path.name + UNFINISHED)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _write(retriever, folder, about)
    if path.exists():
        shutil.rmtree(path)
    folder.rename(path)


def load_library(path):
    """Load a retriever that `save_library` saved, ready to be asked.

    Structures stay in their file until one is asked for, and encodings are mapped into memory, so
    that a library of any size is there at once.

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
        retriever = build_retriever(card["retriever"], path / TOWERS)
        return read_calibration(retriever.set_index(_index(path, card)), path)
    except (OSError, EOFError, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"A library is the whole folder that save_library wrote, got a damaged one at {path} "
            f"({error}); copy or build it anew."
        ) from error


def _write(retriever, folder, about):
    """Write all files; the card comes last: it says that the rest is there."""
    index = retriever.index_
    card = {"format": FORMAT, "xrdmatch": __version__, "n_structures": len(index)}
    card |= {"retriever": describe_retriever(retriever, folder / TOWERS)}
    card |= {"about": to_plain(about or {}, "about")}
    if isinstance(index.structures, np.ndarray):
        np.save(folder / TOKENS, index.structures, allow_pickle=False)
    else:
        write_structures(index.structures, folder)
    labels = to_plain(index.labels.tolist(), "labels")
    (folder / LABELS).write_text(json.dumps(labels, ensure_ascii=False), encoding="utf-8")
    np.save(folder / ELEMENTS, index.elements)
    card["encoded"] = write_arrays(index.encoded, folder, "encoded")
    write_calibration(retriever, folder)
    (folder / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def _index(path, card):
    """Read the gallery; its arrays stay in their files."""
    labels = label_array(json.loads((path / LABELS).read_text(encoding="utf-8")))
    elements = np.load(path / ELEMENTS, mmap_mode="r", allow_pickle=False)
    encoded = read_arrays(card["encoded"], path)
    if card["format"] == 1:
        elements, encoded = of_format_1(elements, encoded)
    return GalleryIndex(_gallery(path), labels, elements, encoded)


def _gallery(path):
    tokens = path / TOKENS
    return np.load(tokens, allow_pickle=False) if tokens.exists() else StoredStructures.at(path)
