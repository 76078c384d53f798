"""Evidence gathered from a retriever about patterns."""

import numpy as np

from xrdmatch.crystallography import site_table
from xrdmatch.retrieval._calibration.evidence import Evidence
from xrdmatch.retrieval._calibration.scan_facts import SCAN_FACTS, scan_facts
from xrdmatch.retrieval._calibration.spot_facts import SPOT_FACTS, spot_facts
from xrdmatch.retrieval._gallery import picked
from xrdmatch.retrieval._queries import first_rows
from xrdmatch.retrieval._reranker import PhysicsReranker

N_CANDIDATES = 50  # of a retriever that does not rank its candidates anew
N_MORE_REFINED = 2  # spots: one more candidate or two may lead where others are taken out


class EvidenceGatherer:
    """What a retriever says of patterns, in the form in which it is weighed.

    Parameters
    ----------
    retriever : StructureRetriever
        With its gallery.
    facts : EntryFacts
        Of the same gallery.
    """

    def __init__(self, retriever, facts):
        self.retriever, self.facts = retriever, facts
        self._refines = isinstance(retriever, PhysicsReranker)
        self.n_candidates = min(
            retriever.n_candidates if self._refines else N_CANDIDATES, len(retriever.gallery_)
        )

    @property
    def structures(self):
        """The gallery that the facts are of."""
        return self.facts.structures

    def gather(self, patterns, n_more=0, elements=None):
        """Ask about patterns.

        Parameters
        ----------
        patterns : list
            Queries, as in `StructureRetriever.predict`.
        n_more : int, default=0
            How many more candidates are looked at, so that some can be taken out.
        elements : str, list or ElementFilter, default=None
            Known chemistry.

        Returns
        -------
        Evidence
            Of all candidates.
        """
        n = min(self.n_candidates + n_more, len(self.retriever.gallery_))
        ask = self._ask_reranker if self._refines else self._ask_other
        indices, scores, facts, names = ask(patterns, n, elements, n_more > 0)
        phases = np.array([self.facts.phases(row) for row in indices])
        return Evidence(indices, np.where(indices < 0, -np.inf, scores), phases, facts, names)

    def _ask_other(self, patterns, n, elements, more):
        """Of distances alone: their scale is learned."""
        distances, indices = self.retriever.kneighbors(patterns, n, elements)
        reached = np.where(np.isfinite(distances), distances, 0.0)
        return indices, -reached, reached[:, :, None], ("distance",)

    def _ask_reranker(self, patterns, n, elements, more):
        """Of fits, which tell more than their probabilities."""
        reranker = self.retriever
        rows, owners, asked = reranker._rows(patterns)
        ranking = reranker._current_ranking()
        distances, indices = reranker.inner_.kneighbors(asked, n, elements)
        fits = ranking.fit(rows, indices[owners])
        n_refined = reranker.n_refined + N_MORE_REFINED * (more and reranker.n_refined > 0)
        scores = ranking.log_odds(rows, owners, distances, indices, n_refined, fits=fits)
        facts, names = self._facts_of(fits, distances[owners], rows)
        return indices, scores, _averaged(facts, owners), names

    def _facts_of(self, fits, distances, rows):
        if hasattr(fits, "profiles"):
            return scan_facts(fits, distances, self._lengths(fits.indices)), SCAN_FACTS
        n_spots = np.isfinite(rows).all(-1).sum(1)
        return spot_facts(fits, distances, n_spots), SPOT_FACTS

    def _lengths(self, indices):
        """Cell lengths of candidates [Å], (n_rows, n_candidates, 3)."""
        at, where = np.unique(np.maximum(indices, 0), return_inverse=True)
        lattices = site_table(picked(self.retriever.gallery_, at)).lattice
        return np.linalg.norm(lattices, axis=-1)[where.reshape(indices.shape)]


def _averaged(facts, owners):
    """Means over the patterns of each query."""
    counts = np.bincount(owners)[:, None, None]
    return np.add.reduceat(facts, first_rows(owners)) / counts
