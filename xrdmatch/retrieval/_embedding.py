"""Embeddings of many structures or patterns, a chunk at a time."""

import numpy as np
import torch

from xrdmatch.retrieval._pairs import batch_tensors

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
    order = np.argsort((arrays["numbers"] > 0).sum(1), kind="stable")  # little padding

    def encode(towers, rows):
        batch = batch_tensors({name: x[order[rows]] for name, x in arrays.items()})
        return towers.encode_structures(**{name: x.to(net.device) for name, x in batch.items()})

    return _embeddings(net, encode, len(order))[np.argsort(order)]


def point_embeddings(net, points):
    """Embed patterns with the towers of a trained net.

    Parameters
    ----------
    net : ContrastiveNet
        The net.
    points : ndarray of shape (n_patterns, n_points, 3)
        Output of `PatternPointCloud`.

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
