"""Embeddings of many structures or patterns, a chunk at a time."""

import numpy as np
import torch

from xrdmatch.learning._pairs import batch_tensors

CHUNK = 512  # structures or patterns at a time


def structure_embeddings(net, arrays):
    """Embed structures with the towers of a trained net.

    Parameters
    ----------
    net : ContrastiveNet
        The net.
    arrays : dict of str to ndarray
        Output of `structure_arrays`.

    Returns
    -------
    ndarray of shape (n_structures, embedding_dim)
        Unit vectors.
    """
    order = np.argsort(_sizes(arrays), kind="stable")  # little padding

    def encode(towers, rows):
        batch = batch_tensors({name: x[order[rows]] for name, x in arrays.items()})
        return towers.encode_structures(**{name: x.to(net.device) for name, x in batch.items()})

    return _embeddings(net, encode, len(order))[np.argsort(order)]


def _sizes(arrays):
    """Numbers of sites, or zeros for structures that are not told by their sites."""
    if "numbers" in arrays:
        return (arrays["numbers"] > 0).sum(1)
    return np.zeros(len(next(iter(arrays.values()))), dtype=int)


def point_embeddings(net, points):
    """Embed patterns with the towers of a trained net.

    Parameters
    ----------
    net : ContrastiveNet
        The net.
    points : ndarray of shape (n_patterns, n_points, n_columns)
        Output of `PatternPointCloud`, or of `query_points` for powders.

    Returns
    -------
    ndarray of shape (n_patterns, embedding_dim)
        Unit vectors.
    """
    points = torch.as_tensor(points.astype(np.float32))

    def encode(towers, rows):
        return towers.encode_patterns(points[rows].to(net.device))

    return _embeddings(net, encode, len(points))


def _embeddings(net, encode, n):
    """Embeddings of n items, of which encode(towers, rows) gives those in rows."""
    towers = net.module_.towers.eval()
    parts = np.split(np.arange(n), range(CHUNK, n, CHUNK))
    with torch.inference_mode():
        return np.concatenate([encode(towers, rows).cpu().numpy() for rows in parts])
