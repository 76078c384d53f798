"""What towers that have learned make of structures and patterns."""

import numpy as np
import torch
from sklearn.utils.validation import check_is_fitted

from xrdmatch.learning import batch_tensors, point_embeddings, structure_embeddings


class LearnedTowers:
    """Part of a retriever with `net_`: embeddings, and what the towers read.

    The retriever's `_pairs()` makes arrays of crystals and patterns; `_geometry` is that of the
    simulator that it learned with.
    """

    def encode_structures(self, structures):
        """Embed structures.

        Parameters
        ----------
        structures : list of Structure or ndarray of tokens
            The crystals.

        Returns
        -------
        ndarray of shape (n_structures, embedding_dim)
            Unit vectors.
        """
        arrays = self._structure_arrays(structures)
        return structure_embeddings(self.net_, arrays)

    def encode_patterns(self, patterns):
        """Embed patterns.

        Parameters
        ----------
        patterns : list of patterns
            The patterns.

        Returns
        -------
        ndarray of shape (n_patterns, embedding_dim)
            Unit vectors.
        """
        pairs = self._pairs_as_learned()
        return point_embeddings(self.net_, pairs.points(patterns))

    def structure_inputs(self, structures):
        """Make what the crystal tower reads.

        Parameters
        ----------
        structures : list of Structure or ndarray of tokens
            The crystals.

        Returns
        -------
        dict of str to Tensor, of shape (n_structures, ...)
            By the names of the tower's arguments, on its device.
        """
        tensors = batch_tensors(self._structure_arrays(structures))
        return {name: values.to(self.net_.device) for name, values in tensors.items()}

    def pattern_inputs(self, patterns):
        """Make what the pattern tower reads.

        Parameters
        ----------
        patterns : list of patterns
            The patterns.

        Returns
        -------
        dict of str to Tensor
            ``points``, of shape (n_patterns, n_points, n_columns), on the tower's device.
        """
        points = self._pairs_as_learned().points(patterns).astype(np.float32)
        return {"points": torch.as_tensor(points).to(self.net_.device)}

    def _structure_arrays(self, structures):
        pairs = self._pairs_as_learned()
        return pairs.arrays(pairs.crystals(structures))

    def _pairs_as_learned(self):
        """Build the same for towers that have learned, which know one geometry."""
        check_is_fitted(self, "net_")
        pairs = self._pairs()
        if pairs.simulator.geometry != self._geometry:
            raise ValueError(
                f"The towers have learned with a simulator of the geometry {self._geometry!r}, got "
                f"one of {pairs.simulator.geometry!r}; set it back, or fit anew."
            )
        return pairs
