"""Labels of a library in a file: mapped where all are texts or all are numbers."""

import json

import numpy as np

from xrdmatch.retrieval._gallery import label_array
from xrdmatch.retrieval._storage.parameters import to_plain

MAPPED, LISTED = "labels.npy", "labels.json"
WIDEST = 4  # times the mean: texts that differ more in length are not kept in rows of one width


def write_labels(labels, folder):
    """Write labels so that they come back with their types.

    Parameters
    ----------
    labels : ndarray of shape (n,)
        The labels.
    folder : Path
        Where.
    """
    if labels.dtype.kind in "iufb" or (labels.dtype.kind == "U" and _even(labels)):
        np.save(folder / MAPPED, np.asarray(labels), allow_pickle=False)
        return
    listed = to_plain(labels.tolist(), "labels")
    text = json.dumps(listed, ensure_ascii=True)
    (folder / LISTED).write_text(text, encoding="utf-8")


def read_labels(folder):
    """Read what `write_labels` wrote.

    Parameters
    ----------
    folder : Path
        Where.

    Returns
    -------
    ndarray of shape (n,)
        The labels; mapped into memory where they are rows.
    """
    if (folder / MAPPED).exists():
        return np.asarray(np.load(folder / MAPPED, mmap_mode="r", allow_pickle=False))
    return label_array(json.loads((folder / LISTED).read_text(encoding="utf-8")))


def _even(labels):
    width = labels.dtype.itemsize // 4
    return width <= 40 or width <= WIDEST * np.strings.str_len(labels).mean()
