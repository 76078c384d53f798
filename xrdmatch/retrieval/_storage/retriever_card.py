"""How a retriever is built, as plain data, and back."""

from pkgutil import resolve_name

from xrdmatch.retrieval._storage.parameters import OF_THE_MACHINE, from_plain, to_plain

# Those that can be saved, and where they are: what is loaded needs no other.
RETRIEVERS = {
    "PatternMatcher": "xrdmatch.retrieval._matcher",
    "PhysicsReranker": "xrdmatch.retrieval._reranker",
    "ContrastiveStructureRetriever": "xrdmatch.retrieval._contrastive",
}
LEARNED = "ContrastiveStructureRetriever"  # has a card and weights of its own
PRETRAINED = "xrdmatch.retrieval._storage.pretrained"  # what writes and reads them
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
    if RETRIEVERS.get(name) != type(retriever).__module__:
        raise TypeError(
            f"A library is that of {', '.join(RETRIEVERS)}, got {name}; save the retriever inside, "
            "or pickle it."
        )
    if name == LEARNED:
        resolve_name(f"{PRETRAINED}:save_pretrained")(retriever, towers)
        return {"class": name, "parameters": {}}  # its own card has them
    parameters = retriever.get_params(deep=False)
    left_out = (*OF_THE_MACHINE, WRAPPED)
    plain = {k: to_plain(v, k) for k, v in parameters.items() if k not in left_out}
    if WRAPPED in parameters:
        plain[WRAPPED] = describe_retriever(retriever._inner(), towers)
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
        return resolve_name(f"{PRETRAINED}:load_pretrained")(towers)
    parameters = dict(content["parameters"])
    wrapped = parameters.pop(WRAPPED, None)
    parameters = {key: from_plain(value) for key, value in parameters.items()}
    if wrapped is not None:
        parameters[WRAPPED] = build_retriever(wrapped, towers)
    return resolve_name(f"{RETRIEVERS[name]}:{name}")(**parameters)


def innermost(retriever):
    """Return the retriever that keeps the gallery."""
    return innermost(retriever._inner()) if hasattr(retriever, "_inner") else retriever
