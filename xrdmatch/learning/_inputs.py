"""Base of the inputs of towers: arrays from crystals or patterns, and batches of them."""

from typing import Protocol


class Inputs(Protocol):
    """What a tower reads of a structure, or of a pattern: the methods that such an object has.

    `LayerSites`, `LayerTokens` and `CrystalPeaks` are those of structures, `SpotPoints` and
    `PowderPeaks` those of patterns. One of your own is any object with these two methods. It may
    have a third, ``of_draws(draws, given)``, on the side of patterns: it makes rows of the queries
    that an augmentation has drawn (`DrawnSpots` or `DrawnScans`), and takes those of ``given``
    where a draw shows nothing. Without it, ``draws.patterns()`` go through `of`.

    See Also
    --------
    LayerSites : Layers as cells and sites in the layer's frame, which `StructureFactorTowers` read.
    PowderProfiles
        Scans and powder patterns as intensities in bins of q, and which bins were measured.
    """

    def of(self, items):
        """Make rows of structures or patterns, once for all of them.

        Parameters
        ----------
        items : list of Structure, ndarray of tokens, or list of patterns
            The structures, behind the retriever's `structure_transformer`, or the patterns.

        Returns
        -------
        ndarray, RaggedArray or Rows
            One row for each item; anything with a length that an array of row numbers picks rows
            of. It is kept for the whole training, so that small types pay: every batch is made
            of it by `batch`.
        """
        ...

    def batch(self, rows):
        """Make the tower's arguments of some rows, for every batch anew.

        Parameters
        ----------
        rows : ndarray, RaggedArray or Rows
            Some of those of `of`.

        Returns
        -------
        dict of str to Tensor
            Arguments of the tower's ``encode_structures`` or ``encode_patterns``.
        """
        ...


def drawn_rows(inputs, draws, given):
    """Make rows of queries that an augmentation has drawn.

    Parameters
    ----------
    inputs : Inputs
        What the pattern tower reads.
    draws : DrawnSpots or DrawnScans
        The queries.
    given : ndarray, RaggedArray or Rows
        Rows to take where a draw shows nothing.

    Returns
    -------
    ndarray, RaggedArray or Rows
        As from ``inputs.of``.

    Raises
    ------
    ValueError
        If the tower cannot read what is drawn.
    """
    try:
        if hasattr(inputs, "of_draws"):
            return inputs.of_draws(draws, given)
        return inputs.of(draws.patterns())
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError(
            f"The augmentation draws {draws.what}, which {type(inputs).__name__} must be able to "
            f"read, got an error ({error}); set augmentation=None to learn from the patterns as "
            "given, or write its method of_draws."
        ) from error
