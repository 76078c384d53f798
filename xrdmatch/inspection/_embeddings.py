"""Embeddings from a trained retriever, also inside pipelines and wrappers."""

import numpy as np

from xrdmatch.inspection._learned import learned_retriever


def last_step(retriever):
    """Take the retriever at the end of a pipeline.

    Parameters
    ----------
    retriever : StructureRetriever or Pipeline that ends in one
        Either.

    Returns
    -------
    StructureRetriever
        The retriever.
    """
    return retriever[-1] if hasattr(retriever, "steps") else retriever


def embed_structures(retriever, structures):
    """Embed structures, in a pipeline after the steps before the retriever.

    Parameters
    ----------
    retriever : ContrastiveStructureRetriever, or Pipeline, search or wrapper that holds one
        One that has learned.
    structures : list of Structure or ndarray of tokens
        The crystals.

    Returns
    -------
    ndarray of shape (n_structures, embedding_dim)
        Unit vectors.

    Raises
    ------
    TypeError
        If the retriever has no embeddings.
    """
    encoder, structures = learned_retriever(retriever, structures)
    return encoder.encode_structures(structures)


def embed_patterns(retriever, patterns):
    """Embed patterns; the parameters are those of `embed_structures`."""
    encoder, patterns = learned_retriever(retriever, patterns)
    return encoder.encode_patterns(patterns)


def names_of(structures):
    """Names of structures, their formulas where they have none.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The crystals.

    Returns
    -------
    list of str
        One for each; for tokens, which carry no names, their positions.
    """
    if isinstance(structures, np.ndarray):
        return [str(i) for i in range(len(structures))]
    return [str((s.properties or {}).get("name") or s.reduced_formula) for s in structures]
