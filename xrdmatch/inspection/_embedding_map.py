"""Two-dimensional projection of embeddings."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.utils import Bunch

PERPLEXITY = 30.0  # of t-SNE, where there are points enough
FEWEST = 3  # points of a map


def embedding_map(vectors, method="tsne", random_state=0):
    """Place vectors in a plane.

    Parameters
    ----------
    vectors : ndarray of shape (n_points, embedding_dim)
        Unit vectors.
    method : {"tsne", "pca"}, default="tsne"
        ``"tsne"`` keeps neighbours together; its perplexity is 30, or a third of the number of
        points where that is less. ``"pca"`` is the projection that keeps most of the variance.
    random_state : int, RandomState or None, default=0
        Makes t-SNE repeatable.

    Returns
    -------
    Bunch
        ``positions`` (n_points, 2); ``axes``, two strings that say what the axes are.

    Raises
    ------
    ValueError
        If the method is unknown or there are fewer than three points.
    """
    if method not in [*METHODS]:
        raise ValueError(
            f"method must be one of {', '.join(map(repr, METHODS))}, got {method!r}; pick one."
        )
    if len(vectors) < FEWEST:
        raise ValueError(
            f"A map needs at least {FEWEST} points, got {len(vectors)}; pass more structures."
        )
    return METHODS[method](np.asarray(vectors, dtype=float), random_state)


def _by_tsne(vectors, random_state):
    perplexity = min(PERPLEXITY, len(vectors) / 3)
    tsne = TSNE(perplexity=perplexity, init="pca", random_state=random_state)
    positions = tsne.set_output(transform="default").fit_transform(vectors)
    return Bunch(positions=positions, axes=(f"t-SNE 1 (perplexity {perplexity:.3g})", "t-SNE 2"))


def _by_pca(vectors, random_state):
    pca = PCA(n_components=2, random_state=random_state)
    positions = pca.set_output(transform="default").fit_transform(vectors)
    shares = 100 * pca.explained_variance_ratio_
    axes = (f"component {i} ({share:.1f} % of the variance)" for i, share in enumerate(shares, 1))
    return Bunch(positions=positions, axes=tuple(axes))


METHODS = {"tsne": _by_tsne, "pca": _by_pca}
