"""Mixin of estimators whose samples are objects rather than rows of an array."""


class ObjectInput:
    """Part of an estimator that takes structures, patterns, scans or images.

    It tells scikit-learn so, by tags: ``input_tags.two_d_array`` is False, and a transformer
    keeps no data type. It stands before scikit-learn's own base classes. A subclass sets
    ``_requires_fit = False`` where nothing is learned, and ``_three_d_array = True`` where images
    may come as one array.

    See Also
    --------
    as_structures : Turn ASE Atoms in a list into structures, and a table of tokens into an array.

    Examples
    --------
    >>> from sklearn.base import BaseEstimator, TransformerMixin
    >>> from sklearn.utils import get_tags
    >>> from xrdmatch.crystallography import ObjectInput
    >>> class Formulas(ObjectInput, TransformerMixin, BaseEstimator):
    ...     _requires_fit = False
    ...     def transform(self, structures):
    ...         return [structure.formula for structure in structures]
    >>> get_tags(Formulas()).input_tags.two_d_array, get_tags(Formulas()).requires_fit
    (False, False)
    """

    _requires_fit = True
    _three_d_array = False

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.three_d_array = self._three_d_array
        tags.requires_fit = self._requires_fit
        if tags.transformer_tags is not None:
            tags.transformer_tags.preserves_dtype = []
        return tags
