"""Augmentation by a common scale of crystal and pattern."""

SPREAD = 0.03  # largest relative change of all lengths


class Rescaling:
    """Draw factors by which crystals grow while their peaks move inwards.

    A crystal all of whose lengths are multiplied by f has its peaks at q / f, with nearly the same
    intensities: form factors change little within 3 %. So every epoch shows other pairs, all of
    them right.

    Parameters
    ----------
    rng : RandomState
        Source of chance.

    See Also
    --------
    powder_augmentation : Make what changes pairs of powders.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.learning import Rescaling
    >>> Rescaling(np.random.RandomState(0)).factors(3).round(3)
    array([1.003, 1.013, 1.006])
    """

    def __init__(self, rng):
        self.rng = rng

    def factors(self, n):
        """Draw n factors, between 0.97 and 1.03."""
        return 1 + self.rng.uniform(-SPREAD, SPREAD, n)


def rescaled_pairs(pairs, factors, structures, patterns):
    """Multiply the lengths of both sides' rows.

    Parameters
    ----------
    pairs : PairDataset
        Whose inputs have a method ``rescaled(rows, factors)``.
    factors : ndarray of shape (n,)
        By which crystals grow.
    structures, patterns : ndarray, RaggedArray or Rows, of length n
        The rows.

    Returns
    -------
    structures, patterns
        Such rows.

    Raises
    ------
    ValueError
        If a side cannot be rescaled.
    """
    sides = pairs.structures.inputs, pairs.patterns.inputs
    for inputs in sides:
        if not hasattr(inputs, "rescaled"):
            raise ValueError(
                f"augmentation='rescaled' needs inputs with a method rescaled(rows, factors), got "
                f"{type(inputs).__name__}; write it, or set augmentation=None."
            )
    first, second = sides
    return first.rescaled(structures, factors), second.rescaled(patterns, factors)
