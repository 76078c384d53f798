"""How a retriever is built, as plain data, and back."""

from xrdmatch import retrieval
from xrdmatch.retrieval._storage.parameters import OF_THE_MACHINE, from_plain, to_plain

# Those that can be saved. The subpackage imports one when it is asked for: what is loaded needs no
# other.
RETRIEVERS = (
    "PatternMatcher",
    "PhysicsReranker",
    "CalibratedRetriever",
    "ContrastiveStructureRetriever",
)
LEARNED = "ContrastiveStructureRetriever"  # has a card and weights of its own
WRAPPED = "retriever"  # what the parameter is called that holds another one


def describe_retriever(retriever, towers):
    """Say how a retriever is built, as plain data; what it has learned becomes files.

    Parameters
    ----------
    retriever : StructureRetriever
        The retriever.
    towers : Path
        Where what it has learned is written, if it has learned anything.

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
    if name not in RETRIEVERS or getattr(retrieval, name) is not type(retriever):
        raise TypeError(
            f"A library is that of {', '.join(RETRIEVERS)}, got {name}; save the retriever inside, "
            "or pickle it."
        )
    if name == LEARNED:
        retrieval.save_pretrained(retriever, towers)
        return {"class": name, "parameters": {}}  # its own card has them
    parameters = retriever.get_params(deep=False)
    left_out = (*OF_THE_MACHINE, WRAPPED)
    plain = {k: to_plain(v, k) for k, v in parameters.items() if k not in left_out}
    if WRAPPED in parameters:
        plain[WRAPPED] = describe_retriever(retriever.inner_, towers)
    return {"class": name, "parameters": plain}


def build_retriever(content, towers):
    """Build a retriever from what `describe_retriever` says.

    Parameters
    ----------
    content : dict
        Output of `describe_retriever`.
    towers : Path
        Where it put what a retriever has learned.

    Returns
    -------
    StructureRetriever
        Without a gallery.
    """
    name = content["class"]
    if name == LEARNED:
        return retrieval.load_pretrained(towers)
    parameters = dict(content["parameters"])
    wrapped = parameters.pop(WRAPPED, None)
    parameters = {key: from_plain(value) for key, value in parameters.items()}
    if wrapped is not None:
        parameters[WRAPPED] = build_retriever(wrapped, towers)
    if name not in RETRIEVERS:
        raise ValueError(
            f"A library is that of {', '.join(RETRIEVERS)}, got {name!r}; build it anew."
        )
    return getattr(retrieval, name)(**parameters)
