"""Access to the trained retriever inside pipelines and wrappers."""

from sklearn.utils.validation import check_is_fitted

from xrdmatch.retrieval import ContrastiveStructureRetriever

HOLDERS = ("best_estimator_", "retriever_", "retriever")  # of searches and of wrappers


def learned_retriever(estimator, X):
    """Find the retriever whose towers can be looked at, and pass `X` through the steps before it.

    Parameters
    ----------
    estimator : ContrastiveStructureRetriever, or Pipeline, search or wrapper that holds one
        Fitted.
    X : list or ndarray
        Structures, tokens or patterns.

    Returns
    -------
    retriever : ContrastiveStructureRetriever
        The retriever.
    X : list or ndarray
        What reaches it.

    Raises
    ------
    TypeError
        If there is no such retriever.
    NotFittedError
        If it has not learned.
    """
    asked = estimator
    while not isinstance(estimator, ContrastiveStructureRetriever):
        if hasattr(estimator, "steps"):
            X = _before_the_last(estimator, X)
            estimator = estimator[-1]
            continue
        holder = next((name for name in HOLDERS if hasattr(estimator, name)), None)
        if holder is None:
            raise TypeError(
                "Towers are those of a ContrastiveStructureRetriever, alone or in a pipeline, a "
                f"search or a wrapper, got {type(asked).__name__}; load_pretrained() gives one."
            )
        estimator = getattr(estimator, holder)
    check_is_fitted(estimator, "net_")
    return estimator, X


def _before_the_last(pipeline, X):
    for _, step in pipeline.steps[:-1]:
        if hasattr(step, "transform"):  # "passthrough" has none
            X = step.transform(X)
    return X
