"""Candidates of spots of unknown orientation in the order of their likelihood."""

import numpy as np

from xrdmatch.refinement import turned_fits
from xrdmatch.retrieval._comparison.spot_ranking import check_no_instrument


class TurnedRanking:
    """How probable spots of unknown orientation are if they came from structures of a gallery.

    The retriever that proposes the candidates has compared by this likelihood already.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The gallery.
    inner : PatternMatcher
        Has compared; of unknown orientation.
    instrument : None
        Spots have none.
    cells : {"measured", "computed"}, default="measured"
        Where the gallery's cells are from; spots do not care.
    """

    def __init__(self, structures, inner, instrument=None, cells="measured"):
        check_no_instrument(instrument)
        self.structures, self.inner = structures, inner
        self.instrument, self.cells = instrument, cells

    def grown(self, structures, n_before, inner):
        """Ranking of a gallery that begins with this one's `n_before` structures."""
        return TurnedRanking(structures, inner, cells=self.cells)

    def prepared(self, patterns):
        """Patterns as `fit` asks for them."""
        return self.inner.encode_queries(patterns)

    def asked(self, patterns, rows):
        """Patterns as the inner retriever is asked about them: as they were given."""
        return patterns

    def log_odds(self, rows, owners, distances, indices, n_refined, fits=None):
        """Log probabilities of the candidates, up to a constant; -inf where there is none."""
        return np.where(indices < 0, -np.inf, self.inner.log_prior(distances))

    def fit(self, rows, candidates):
        """Fit candidates to patterns; `SpotFits` with placements, one row for each pattern."""
        return turned_fits(self.inner.index_.encoded.library, rows, candidates)
