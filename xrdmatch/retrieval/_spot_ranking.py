"""Candidates of spots in the order of their likelihood."""

import numpy as np
from sklearn.utils import Bunch

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
    library : MomentLibrary, default=None
        What is known of the gallery; made from it if None.
    """

    def __init__(self, structures, inner, library=None):
        self.structures, self.inner = structures, inner
        self._settings = check_settings(inner.simulator_)
        self.library = library or moment_library(structures, self._settings)

    def grown(self, structures, n_before, inner):
        """Ranking of a gallery that begins with this one's `n_before` structures."""
        added = moment_library(structures[n_before:], self._settings)
        return SpotRanking(structures, inner, self.library.joined(added))

    def prepared(self, patterns):
        """Patterns as what `log_odds` and `fits` ask for."""
        return self.inner._transformer(PatternPointCloud).transform(patterns)

    def prior(self, distances):
        """Turn the first stage's distances into log probabilities, up to a constant."""
        return self.inner.log_prior(distances)

    def fitted(self, points, indices):
        """Yield the fits of candidates: one row for each pattern, all in one."""
        yield fit_candidates(points, self.library, np.maximum(indices, 0))

    def log_odds(self, queries, indices, prior, n_refined):
        """Log probabilities of the candidates, up to a constant; -inf where there is none."""
        points, owners = queries.rows, queries.owners
        starts = first_rows(owners)
        candidates = np.maximum(indices, 0)[owners]
        (fits,) = queries.fitted
        total = np.add.reduceat(fits.log_likelihood.double().numpy(), starts) + prior
        total[indices < 0] = -np.inf
        leading = np.argsort(-total, axis=1, kind="stable")[:, :n_refined]
        if leading.shape[1]:
            rows = Bunch(points=points, owners=owners, candidates=candidates, leading=leading)
            gain = self._gain(rows, total, fits.evidence.numpy())
            lifted = np.take_along_axis(total, leading, axis=1)
            lifted += REFINED_SHARE * np.add.reduceat(gain, starts)
            np.put_along_axis(total, leading, lifted, axis=1)
        return total

    def _gain(self, rows, total, evidence):
        """Evidence that moving the atoms of leading candidates adds, one row for each pattern."""
        least = total.max(1)[:, None] - REFINED_MARGIN
        close = np.take_along_axis(total, rows.leading, axis=1) > least
        leading = rows.leading[rows.owners]
        chosen = np.take_along_axis(rows.candidates, leading, axis=1)
        refined = refined_evidence(rows.points, self.library, chosen, close[rows.owners])
        return np.maximum(refined - np.take_along_axis(evidence, leading, axis=1), 0.0)

    def described(self, points, fitted, indices, columns):
        """Say what was fitted of the candidates in these columns, one row for each pattern."""
        (fits,) = fitted
        rows = np.arange(len(columns))[:, None]
        return {name: value.numpy()[rows, columns] for name, value in fits._asdict().items()}
