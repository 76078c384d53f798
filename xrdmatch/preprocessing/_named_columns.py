"""Names of the columns of arrays that transformers return."""

import math

import numpy as np


class NamedColumns:
    """Part of a transformer whose result has columns; a subclass has ``_column_names()``.

    With the names, scikit-learn's ``set_output(transform="pandas")`` works.
    """

    def get_feature_names_out(self, input_features=None):
        """Name the columns of what `transform` returns.

        Parameters
        ----------
        input_features : object
            Ignored: what is transformed has no columns.

        Returns
        -------
        ndarray of str (dtype object), shape (n_columns,)
            The names, with their units.

        Raises
        ------
        ValueError
            If an option is out of its range.
        """
        self._check_options()
        return np.array(self._column_names(), dtype=object)


def names_of_points(axis, points, step, unit):
    """Name points of an even grid, with as many decimals as tell them apart, and one more."""
    decimals = max(0, 1 - math.floor(math.log10(step)))
    return [f"{axis}={point:.{decimals}f} {unit}" for point in points]
