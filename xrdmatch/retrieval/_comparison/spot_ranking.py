"""Candidates of spots in the order of their likelihood."""

from dataclasses import replace

import numpy as np

from xrdmatch.preprocessing import PatternPointCloud
from xrdmatch.refinement import fit_candidates, moment_library, refined_evidence
from xrdmatch.retrieval._queries import first_rows
from xrdmatch.simulation import check_settings

# Moving the atoms finds more evidence than independent spots show, but not every fit finds its way:
# the mean of both logarithms counts.
REFINED_SHARE = 0.5
REFINED_MARGIN = 25.0  # log odds behind the best: farther behind, a candidate is not refined


class SpotRanking:
    """How probable spots are if they came from structures of a gallery.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The gallery.
    inner : StructureRetriever
        Gives simulator and point cloud.
    instrument : None
        Spots have none.
    cells : {"measured", "computed"}, default="measured"
        Where the gallery's cells are from; spots do not care.
    library : MomentLibrary, default=None
        What is known of the gallery; made from it if None.
    """

    def __init__(self, structures, inner, instrument=None, cells="measured", *, library=None):
        check_no_instrument(instrument)
        self.structures, self.inner = structures, inner
        self.instrument, self.cells = instrument, cells
        self._settings = check_settings(inner.simulator_)
        self.library = library or moment_library(structures, self._settings)

    def grown(self, structures, n_before, inner):
        """Ranking of a gallery that begins with this one's `n_before` structures."""
        added = moment_library(structures[n_before:], self._settings)
        library = self.library.joined(added)
        return SpotRanking(structures, inner, cells=self.cells, library=library)

    def prepared(self, patterns):
        """Patterns as points, which `log_odds` and `fit` ask for."""
        return self.inner._transformer(PatternPointCloud).transform(patterns)

    def asked(self, patterns, rows):
        """Patterns as the inner retriever is asked about them: as they were given."""
        return patterns

    def log_odds(self, rows, owners, distances, indices, n_refined, fits=None):
        """Log probabilities of the candidates, up to a constant; -inf where there is none.

        Parameters
        ----------
        rows : ndarray of shape (n_rows, n_points, 3)
            Output of `prepared`.
        owners : ndarray of shape (n_rows,)
            Number of the query of each.
        distances, indices : ndarray of shape (n_queries, n_candidates)
            What the inner retriever proposes.
        n_refined : int
            How many of the most probable ones have their atoms moved.
        fits : SpotFits, default=None
            Output of `fit` for these rows and candidates, where it is at hand.

        Returns
        -------
        ndarray of shape (n_queries, n_candidates)
            The log odds.
        """
        starts = first_rows(owners)
        fits = self.fit(rows, indices[owners]) if fits is None else fits
        total = np.add.reduceat(fits.log_likelihood.astype(float), starts)
        total = total + self.inner.log_prior(distances)
        total[indices < 0] = -np.inf
        leading = np.argsort(-total, axis=1, kind="stable")[:, :n_refined]
        if leading.shape[1]:
            close = self._close(total, leading)
            gain = self._gain(rows, fits, leading[owners], close[owners])
            lifted = np.take_along_axis(total, leading, axis=1)
            lifted += REFINED_SHARE * np.add.reduceat(gain, starts)
            np.put_along_axis(total, leading, lifted, axis=1)
        return total

    def fit(self, rows, candidates):
        """Fit candidates to patterns.

        Parameters
        ----------
        rows : ndarray of shape (n_rows, n_points, 3)
            Output of `prepared`.
        candidates : ndarray of int, shape (n_rows, n_candidates)
            Positions in the gallery; -1 for none.

        Returns
        -------
        SpotFits
            One row for each pattern.
        """
        fits = fit_candidates(rows, self.library, np.maximum(candidates, 0))
        return replace(fits, indices=candidates)

    def _close(self, total, leading):
        """Whether leading candidates are near enough the best to be refined."""
        return np.take_along_axis(total, leading, axis=1) > total.max(1)[:, None] - REFINED_MARGIN

    def _gain(self, rows, fits, leading, close):
        """Evidence that moving the atoms of leading candidates adds, one row for each pattern."""
        chosen = np.maximum(np.take_along_axis(fits.indices, leading, axis=1), 0)
        refined = refined_evidence(rows, self.library, chosen, close)
        return np.maximum(refined - np.take_along_axis(fits.evidence, leading, axis=1), 0.0)


def check_no_instrument(instrument):
    """Check that no instrument is given for spots."""
    if instrument is not None:
        raise ValueError(
            "An instrument is one of powder scans, got one for a retriever of spots; leave "
            "instrument out."
        )
