"""A retriever with its gallery, encoded once, in a folder without code."""

import json
import shutil
from functools import reduce
from operator import add
from pathlib import Path

import numpy as np
from sklearn.utils.validation import check_is_fitted

from xrdmatch import __version__
from xrdmatch.retrieval._contrastive import ContrastiveStructureRetriever
from xrdmatch.retrieval._gallery import joined_labels, label_array
from xrdmatch.retrieval._parameters import to_plain
from xrdmatch.retrieval._pretrained import save_pretrained
from xrdmatch.retrieval._retriever import NO_GALLERY, StructureRetriever
from xrdmatch.retrieval._retriever_card import build_retriever, describe_retriever, innermost
from xrdmatch.retrieval._stored_arrays import read_arrays, write_arrays
from xrdmatch.retrieval._stored_structures import StoredStructures, write_structures

FORMAT = 1
CARD, LABELS, ELEMENTS, TOKENS, TOWERS = (
    "library.json", "labels.json", "elements.npy", "tokens.npy", "towers",
)  # fmt: skip
UNFINISHED = ".unfinished"


def save_library(retriever, path, *, about=None):
    """Save a retriever with its gallery and what it knows of it, as data that hold no code.

    A folder is written: ``library.json``, the card, with parameters, versions and what `about`
    says; ``structures.jsonl``, one structure a line in pymatgen's JSON, with its properties;
    ``labels.json``; and the encodings and elements as ``.npy`` arrays.

    Parameters
    ----------
    retriever : PatternMatcher, ContrastiveStructureRetriever, or PhysicsReranker around either
        One that has a gallery.
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
    _check_free(path)
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
        encoded = read_arrays(card["encoded"], path)
        retriever = build_retriever(card["retriever"], path / TOWERS)
        inner = innermost(retriever)
        inner.gallery_ = _gallery(path)
        inner.classes_ = label_array(json.loads((path / LABELS).read_text(encoding="utf-8")))
        inner._presence = np.load(path / ELEMENTS, mmap_mode="r", allow_pickle=False)
    except (OSError, EOFError, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"A library is the whole folder that save_library wrote, got a damaged one at {path} "
            f"({error}); copy or build it anew."
        ) from error
    inner._encoded = encoded
    return retriever


def library_card(path):
    """Read what a library says of itself.

    Parameters
    ----------
    path : str or path-like
        The folder.

    Returns
    -------
    dict
        ``"n_structures"``, ``"retriever"`` (its parameters as plain data), ``"xrdmatch"`` (the
        version that wrote it), and ``"about"``, what was told to `save_library`.

    Raises
    ------
    ValueError
        If the folder is not there, is no library, or one of another format.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch import PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import library_card, save_library
    >>> with TemporaryDirectory() as folder:
    ...     matcher = PatternMatcher().fit(load_monolayers())
    ...     save_library(matcher, f"{folder}/layers", about={"from": "the literature"})
    ...     card = library_card(f"{folder}/layers")
    >>> card["n_structures"], card["about"]
    (188, {'from': 'the literature'})
    """
    path = Path(path).expanduser()
    if not path.exists():
        raise ValueError(f"There is no library {str(path)!r}; check the path, or build it first.")
    try:
        card = json.loads((path / CARD).read_text(encoding="utf-8"))
        found = card["format"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ValueError(
            f"A library is a folder with a {CARD}, got {str(path)!r}, which has none; name the "
            "folder that save_library or `xrdmatch index` wrote."
        ) from error
    if found != FORMAT:
        raise ValueError(
            f"Libraries of format {FORMAT} are read, got {found!r} at {str(path)!r}, written by "
            f"xrdmatch {card.get('xrdmatch')}; build it anew, or install that version."
        )
    return card


def join_libraries(paths, path, *, about=None):
    """Save several libraries as one.

    Parameters
    ----------
    paths : list of path-like
        Folders that `save_library` wrote for retrievers with the same parameters.
    path : str or path-like
        The new one's folder.
    about : dict, default=None
        As in `save_library`; what the parts say of themselves is not taken over.

    Raises
    ------
    ValueError
        If one is no library, or they are of retrievers with other parameters.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch import PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import join_libraries, load_library, save_library
    >>> layers = load_monolayers()
    >>> with TemporaryDirectory() as folder:
    ...     save_library(PatternMatcher().fit(layers[:20]), f"{folder}/one")
    ...     save_library(PatternMatcher().fit(layers[20:50]), f"{folder}/other")
    ...     join_libraries([f"{folder}/one", f"{folder}/other"], f"{folder}/both")
    ...     len(load_library(f"{folder}/both").gallery_)
    50
    """
    cards = [library_card(part) for part in paths]
    if any(card["retriever"] != cards[0]["retriever"] for card in cards):
        raise ValueError(
            "Libraries that are joined are of retrievers with the same parameters, got others "
            f"among {', '.join(map(str, paths[:8]))}; build them alike."
        )
    save_library(_joined([load_library(part) for part in paths]), path, about=about)


def _joined(retrievers):
    """Return the first retriever with the galleries of all."""
    first = retrievers[0]
    inner, parts = innermost(first), [innermost(retriever) for retriever in retrievers]
    inner._encoded = reduce(inner._join, [part._encoded for part in parts])
    inner._presence = np.concatenate([part._presence for part in parts])
    inner.classes_ = reduce(joined_labels, [part.classes_ for part in parts])
    inner.gallery_ = reduce(add, [part.gallery_ for part in parts])
    return first


def _write(retriever, folder, about):
    """Write all files; the card comes last: it says that the rest is there."""
    inner = innermost(retriever)
    card = {"format": FORMAT, "xrdmatch": __version__, "n_structures": len(inner.gallery_)}
    card |= {"retriever": describe_retriever(retriever), "about": to_plain(about or {}, "about")}
    if isinstance(inner, ContrastiveStructureRetriever):
        save_pretrained(inner, folder / TOWERS)
    if isinstance(inner.gallery_, np.ndarray):
        np.save(folder / TOKENS, inner.gallery_, allow_pickle=False)
    else:
        write_structures(inner.gallery_, folder)
    labels = to_plain(inner.classes_.tolist(), "labels")
    (folder / LABELS).write_text(json.dumps(labels, ensure_ascii=False), encoding="utf-8")
    np.save(folder / ELEMENTS, inner._presence)
    card["encoded"] = write_arrays(inner._encoded, folder, "encoded")
    (folder / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def _gallery(path):
    tokens = path / TOKENS
    return np.load(tokens, allow_pickle=False) if tokens.exists() else StoredStructures.at(path)


def _check_free(path):
    if path.is_dir() and not any(path.iterdir()):
        path.rmdir()
    elif path.exists():
        try:
            library_card(path)
        except ValueError as error:
            raise ValueError(
                f"A library is written into a folder of its own, got {str(path)!r}, where "
                "something else is; name another folder, or remove what is there."
            ) from error
