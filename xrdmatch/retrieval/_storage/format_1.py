"""Reading of libraries of format 1."""

import numpy as np

from xrdmatch.retrieval import _comparison
from xrdmatch.retrieval._elements import bits_of_presence
from xrdmatch.retrieval._search import EmbeddedGallery, EncodedGallery


def of_format_1(presence, encoded):
    """Turn what libraries of format 1 hold into what those of today do.

    Parameters
    ----------
    presence : ndarray of bool, shape (n, 119)
        Which elements each structure has.
    encoded : ndarray of shape (n, n_components), MomentLibrary, or EncodedGallery
        Embeddings, what the likelihood of spots knows, or what is an encoded gallery by now.

    Returns
    -------
    elements : ndarray of uint64, shape (n, 2)
        As in `GalleryIndex`.
    encoded : EncodedGallery
        The same encodings.
    """
    if isinstance(encoded, np.ndarray):
        encoded = EmbeddedGallery(encoded)
    elif not isinstance(encoded, EncodedGallery):
        encoded = _comparison.LikelyGallery(encoded)
    return bits_of_presence(presence), encoded
