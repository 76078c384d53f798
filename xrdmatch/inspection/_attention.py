"""Attention weights of trained towers."""

import numpy as np
import torch
from sklearn.utils import Bunch

from xrdmatch.inspection._learned import learned_retriever
from xrdmatch.inspection._token_names import token_facts
from xrdmatch.preprocessing import are_patterns, as_queries

CHUNK = 64  # items at a time: their maps take a few hundred kB each


def attention_maps(retriever, X):
    """Give every layer's and head's attention weights, and say what the tokens are.

    Row i of a map says from where token i took what it became: it sums to one. The maps are the
    towers' own weights, without padding, in the order of the towers' input.

    Parameters
    ----------
    retriever : ContrastiveStructureRetriever, or Pipeline, search or wrapper that holds one
        A retriever that has learned.
    X : list of Structure, ndarray of tokens, or list of patterns
        What it reads. Patterns are told from structures by themselves: spots, scans or powder
        peaks, in every form that `predict` takes. A single pattern counts as a list of one; the
        patterns of a tuple are items of their own.

    Returns
    -------
    Bunch
        Lists with one entry for each item:

        attention : ndarray of shape (n_layers, n_heads, T, T)
            The weights.
        tokens : list of str, of length T
            What each token is. Crystals of the ``"sequence"`` towers: ``"start"``, ``"a"``,
            ``"b"``, ``"c"``, ``"alpha"``, ``"beta"``, ``"gamma"``, then ``"x1"``, ``"y1"``,
            ``"z1"``, ``"Mo1"`` for the first site and so on, and ``"end"``. Spots are ``"1 -2"``
            where h and k are known, ``"(0.36, -0.21)"`` with q_x and q_y [1/Å] where not; the
            ``"sequence"`` towers add an ``"end"``. Powder peaks, the strongest first and at most
            48, are ``"1 1 1"`` where a pattern knows its hkl, ``"0.3195"`` with q [1/Å] where
            not; a scan in which none is found has one token, ``"no peak"``.
        read_out : ndarray of int
            The tokens that the embedding is made of: marks, or for the ``"structure_factor"``
            towers all spots or peaks, by their mean. Those of powders also read all peaks as a
            histogram, which no attention goes through.
        q : ndarray of shape (T, 2), of peaks (T, 1), or None
            Scattering vectors of spots [1/Å], NaN for a mark; q of powder peaks.
        q_length : ndarray of shape (T,) or None
            Their lengths [1/Å].
        intensity : ndarray of shape (T,) or None
            Their intensities, the strongest being 1; for a structure those that it is expected to
            give, for a powder with the gallery's Lorentz-polarisation factor.
        site : ndarray of int, shape (T,), or None
            Which site a number of the sequence belongs to; -1 for lattice and marks.
        structure : Structure or None
            The crystal in the layer's frame, sites in the order of the sequence; None for powders.

        And ``side``, ``"structure"`` or ``"pattern"``.

    Raises
    ------
    TypeError
        If nothing that has learned is in `retriever`, or its towers are of another kind.

    See Also
    --------
    AttentionDisplay : The maps as pictures.
    attention_faithfulness : Whether they explain anything.

    Notes
    -----
    A point of a pattern may stand for both spots of a Friedel pair; h and k are then those of the
    spot that `PatternPointCloud` keeps. h and k of a structure's spots refer to its axes in the
    layer's frame.

    References
    ----------
    .. [1] Fu et al., Commun. Phys. 8, 221 (2025), Figure 2.

    Examples
    --------
    >>> from xrdmatch import ContrastiveStructureRetriever
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.inspection import attention_maps
    >>> layers = load_monolayers()[:10]
    >>> retriever = ContrastiveStructureRetriever(
    ...     "sequence", n_layers=1, n_heads=2, embedding_dim=16, max_epochs=1).fit(layers)
    >>> maps = attention_maps(retriever, layers[:1])
    >>> maps.attention[0].shape
    (1, 2, 16, 16)
    >>> print(*maps.tokens[0])
    start a b c alpha beta gamma x1 y1 z1 C1 x2 y2 z2 C2 end
    """
    retriever, X = learned_retriever(retriever, X)
    side = "pattern" if are_patterns(X) else "structure"
    X = _single_patterns(X) if side == "pattern" else X
    items = []
    for start in range(0, len(X), CHUNK):
        items += _described(retriever, side, X[start : start + CHUNK])
    names = ("attention", "tokens", "read_out", "q", "q_length", "intensity", "site", "structure")
    return Bunch(side=side, **{name: [item[name] for item in items] for name in names})


def _single_patterns(X):
    """List patterns one by one, also those that a tuple holds."""
    queries = [query if isinstance(query, tuple) else (query,) for query in as_queries(X)]
    return [pattern for query in queries for pattern in query]


def _described(retriever, side, X):
    """Facts and weights of a chunk's items, one Bunch each."""
    towers = retriever.net_.module_.towers.eval()
    tower = getattr(towers, f"{side}_tower", towers)  # of a `TowerPair`, or both sides' one
    tensors = getattr(retriever, f"{side}_inputs")(X)
    with torch.inference_mode():
        facts = token_facts(tower, side, tensors, X)
        layers = torch.stack(getattr(tower, f"{side}_weights")(**tensors), 1)
    layers = layers.cpu().numpy()  # (B, n_layers, n_heads, T, T)
    for item, maps in zip(facts, layers, strict=True):
        item.attention = maps[:, :, item.present][..., item.present]
        item.q_length = None if item.q is None else np.linalg.norm(item.q, axis=1)
    return facts


def _mean_over_layers(attention):
    return attention.mean((0, 1))


def _last_layer(attention):
    return attention[-1].mean(0)


def _rollout(attention):
    """Product over the layers, each mixed half with what passes by it."""
    flow = np.eye(attention.shape[-1])
    for layer in attention.mean(1):
        flow = (layer + np.eye(len(layer))) / 2 @ flow
    return flow


# name -> function of (n_layers, n_heads, T, T) that returns one map (T, T), rows that sum to one
REDUCTIONS = {"mean": _mean_over_layers, "last": _last_layer, "rollout": _rollout}


def received_attention(attention, read_out, reduction="mean"):
    """How much attention each token receives from those that are read out.

    The mean over the heads, over the layers as `reduction` says, and over the rows of the tokens
    that are read out. Where an embedding is the mean over all spots, this is a spot's share in
    what attention moves into that mean.

    Parameters
    ----------
    attention : ndarray of shape (n_layers, n_heads, T, T)
        One item's maps, of `attention_maps`.
    read_out : array-like of int
        Its tokens that are read out.
    reduction : {"mean", "last", "rollout"}, default="mean"
        The mean over the layers; the last layer alone; or the layers' product, in which half of
        every token passes by each layer [1]_.

    Returns
    -------
    ndarray of shape (T,)
        Shares that sum to one.

    Raises
    ------
    ValueError
        If the reduction is unknown.

    See Also
    --------
    attention_maps : Give every layer's and head's attention weights, and say what the tokens are.
    AttentionDisplay
        One structure's or pattern's attention, as maps, bars, or over the crystal or its spots.

    References
    ----------
    .. [1] S. Abnar and W. Zuidema, Quantifying Attention Flow in Transformers, ACL (2020).

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.inspection import received_attention
    >>> maps = np.array([[[[0.2, 0.8], [0.6, 0.4]]]])  # one layer, one head, two tokens
    >>> received_attention(maps, read_out=[0])
    array([0.2, 0.8])
    >>> received_attention(maps, read_out=[0, 1])
    array([0.4, 0.6])
    """
    if reduction not in REDUCTIONS:
        raise ValueError(
            f"reduction must be one of {', '.join(map(repr, REDUCTIONS))}, got {reduction!r}; "
            "pick one."
        )
    return REDUCTIONS[reduction](np.asarray(attention))[np.asarray(read_out)].mean(0)
