"""How a retriever is built, as plain data, and back."""

from xrdmatch.retrieval._contrastive import ContrastiveStructureRetriever
from xrdmatch.retrieval._matcher import PatternMatcher
from xrdmatch.retrieval._parameters import from_plain, to_plain
from xrdmatch.retrieval._pretrained import OF_THE_MACHINE, load_pretrained
from xrdmatch.retrieval._reranker import PhysicsReranker

RETRIEVERS = {kind.__name__: kind for kind in (PatternMatcher, PhysicsReranker)}
WRAPPED = "retriever"  # what the parameter is called that holds another one


def describe_retriever(retriever):
    """Say how a retriever is built, as plain data.

    Parameters
    ----------
    retriever : StructureRetriever
        The retriever.

    Returns
    -------
    dict
        ``"class"`` and ``"parameters"``; those of a wrapped retriever inside.

    Raises
    ------
    TypeError
        If it is none that can be saved.
    """
    name = type(retriever).__name__
    if isinstance(retriever, ContrastiveStructureRetriever):
        return {"class": name, "parameters": {}}  # its own card has them
    if RETRIEVERS.get(name) is not type(retriever):
        raise TypeError(
            f"A library is that of {', '.join(RETRIEVERS)} or ContrastiveStructureRetriever, got "
            f"{name}; save the retriever inside, or pickle it."
        )
    parameters = retriever.get_params(deep=False)
    left_out = (*OF_THE_MACHINE, WRAPPED)
    plain = {k: to_plain(v, k) for k, v in parameters.items() if k not in left_out}
    if WRAPPED in parameters:
        plain[WRAPPED] = describe_retriever(retriever._inner())
    return {"class": name, "parameters": plain}


def build_retriever(content, towers):
    """Build a retriever from what `describe_retriever` says.

    Parameters
    ----------
    content : dict
        Output of `describe_retriever`.
    towers : Path
        Where `save_pretrained` put what a retriever has learned.

    Returns
    -------
    StructureRetriever
        Without a gallery.
    """
    if content["class"] == ContrastiveStructureRetriever.__name__:
        return load_pretrained(towers)
    parameters = dict(content["parameters"])
    wrapped = parameters.pop(WRAPPED, None)
    parameters = {name: from_plain(value) for name, value in parameters.items()}
    if wrapped is not None:
        parameters[WRAPPED] = build_retriever(wrapped, towers)
    return RETRIEVERS[content["class"]](**parameters)


def innermost(retriever):
    """Return the retriever that keeps the gallery."""
    return innermost(retriever._inner()) if hasattr(retriever, "_inner") else retriever
