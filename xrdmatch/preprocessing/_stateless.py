"""Base of transformers without learned state."""

from typing import Any, Self

from sklearn.base import BaseEstimator, TransformerMixin

from xrdmatch.crystallography import ObjectInput


class StatelessTransformer(ObjectInput, TransformerMixin, BaseEstimator):
    """Base of transformers that need no fit; a subclass has ``_check_options()``."""

    _requires_fit = False

    def fit(self, items: Any = None, y: Any = None) -> Self:
        """Check the options; there is nothing to learn.

        Parameters
        ----------
        items : object
            Ignored.
        y : object
            Ignored.

        Returns
        -------
        self
            The transformer itself.

        Raises
        ------
        ValueError
            If an option is out of its range.
        """
        self._check_options()
        return self
