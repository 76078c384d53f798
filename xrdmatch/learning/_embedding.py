"""Embeddings of many structures or patterns, a chunk at a time."""

import numpy as np
import torch

from xrdmatch.preprocessing import row_sizes

CHUNK = 512  # structures or patterns at a time
CONTENT = 1_000_000  # numbers that a chunk holds, where it holds more than one row


def embeddings(encode, inputs, rows, device):
    """Embed structures or patterns.

    Rows are taken in the order of their sizes, so that little is padded, and as many at a time as
    hold a million numbers, at most 512.

    Parameters
    ----------
    encode : callable
        Method of the towers, ``encode_structures`` or ``encode_patterns``, in evaluation mode.
    inputs : Inputs
        What makes batches.
    rows : ndarray, RaggedArray or Rows
        Output of ``inputs.of``.
    device : str
        Torch device.

    Returns
    -------
    ndarray of shape (n_rows, embedding_dim)
        Unit vectors.

    See Also
    --------
    trained_net : Make the net of towers that are trained already.
    """
    sizes = row_sizes(rows)
    order = np.argsort(sizes, kind="stable")
    parts = []
    with torch.inference_mode():
        for chunk in np.split(order, _starts(sizes[order])):
            batch = {name: x.to(device) for name, x in inputs.batch(rows[chunk]).items()}
            parts.append(encode(**batch).cpu().numpy())
    return np.concatenate(parts)[np.argsort(order)]


def _starts(sizes):
    """Where the chunks after the first begin."""
    starts, first, filled = [], 0, 0
    for i, size in enumerate(sizes):
        if i - first == CHUNK or (i > first and filled + size > CONTENT):
            starts.append(i)
            first, filled = i, 0
        filled += size
    return starts
