"""Where the files of a library lie, how they are replaced as a whole, and who may write."""

import json
import os
import re
import shutil
from contextlib import contextmanager

from filelock import FileLock, Timeout

from xrdmatch.retrieval._storage.checksums import card_digest
from xrdmatch.retrieval._storage.library_card import CARD, DATA, LOCK, UNFINISHED

PARTIAL = f"{CARD}{UNFINISHED}"
_OLDER = re.compile(
    r"labels\.json|elements\.npy|tokens\.npy|structures\.jsonl|offsets\.npy|encoded.*\.npy"
    r"|towers\.(json|safetensors)|calibration\.json"
)  # files that formats 1 and 2 have beside the card


@contextmanager
def only_writer(path):
    """Hold a library for writing; within one process it may be held several times.

    Parameters
    ----------
    path : Path
        The library's folder, which is made where there is none.

    Raises
    ------
    ValueError
        If somebody else writes there.

    See Also
    --------
    add_to_library : Append the entries of another library to a library.
    save_library
        Save a retriever with its gallery and what it knows of it, as data that hold no code.
    """
    path.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path / LOCK, timeout=0, is_singleton=True):
            yield
    except Timeout as error:
        raise ValueError(
            f"One process at a time writes a library, and another one is writing {str(path)!r}; "
            "wait until it has ended, or name another folder."
        ) from error


def new_data_folder(path, card=None):
    """Make the folder that a new version of a library is written into.

    Parameters
    ----------
    path : Path
        The library's.
    card : dict, default=None
        That of the library that is there; None where there is none.

    Returns
    -------
    Path
        An empty folder beside the present one's.
    """
    number = int((card or {}).get("data", f"{DATA}0").removeprefix(DATA)) + 1
    folder = path / f"{DATA}{number}"
    shutil.rmtree(folder, ignore_errors=True)  # of a run that was killed
    folder.mkdir()
    return folder


def commit(path, card):
    """Let a card say what the library is from now on, and remove what is superseded.

    Parameters
    ----------
    path : Path
        The library's folder.
    card : dict
        With ``"data"``, the name of the folder with the other files.
    """
    card = card | {"checksum": card_digest(card)}
    for file in (path / card["data"]).iterdir():
        _to_disk(file)
    (path / PARTIAL).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    _to_disk(path / PARTIAL)
    os.replace(path / PARTIAL, path / CARD)
    _to_disk(path)
    remove_superseded(path, card["data"])


def remove_superseded(path, data):
    """Remove files of former versions of a library.

    Parameters
    ----------
    path : Path
        The library's folder.
    data : str
        Name of the folder of the present one.
    """
    for item in list(path.iterdir()):
        if item.is_dir() and re.fullmatch(rf"{DATA}\d+", item.name) and item.name != data:
            shutil.rmtree(item, ignore_errors=True)
        elif item.is_file() and _OLDER.fullmatch(item.name):
            item.unlink()


def _to_disk(path):
    """Wait until a file, or what a folder lists, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
