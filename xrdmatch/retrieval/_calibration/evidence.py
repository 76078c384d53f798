"""Evidence for candidates, independent of the kind of query."""

from dataclasses import dataclass, replace

import numpy as np

FEWEST = 1e-3  # log odds: smaller margins count as this
NO_RIVAL = 1e3  # log odds: the margin where there is no second phase


@dataclass(frozen=True, eq=False)
class Evidence:
    """Candidates of n_queries queries, in the order in which they were proposed.

    Parameters
    ----------
    indices : ndarray of int, shape (n_queries, n_candidates)
        Their positions in the gallery; -1 for none.
    scores : ndarray of shape (n_queries, n_candidates)
        Their log odds, as far as the retriever's model holds; -inf for none.
    phases : ndarray of int, shape (n_queries, n_candidates)
        Which of them are one phase: equal numbers within a row; -1 for none.
    facts : ndarray of shape (n_queries, n_candidates, n_facts)
        What is known of the fit of each.
    names : tuple of n_facts str
        What these facts are.
    """

    indices: np.ndarray
    scores: np.ndarray
    phases: np.ndarray
    facts: np.ndarray
    names: tuple

    def __len__(self):
        return len(self.indices)

    def without(self, left_out, n):
        """Evidence of the first n candidates that stay when some are taken out.

        Parameters
        ----------
        left_out : ndarray of bool, shape (n_queries, n_candidates)
            Which are taken out.
        n : int
            How many of the others were proposed then.

        Returns
        -------
        Evidence
            Of n_queries queries and n candidates.
        """
        out = left_out | (self.indices < 0)
        order = np.argsort(out, axis=1, kind="stable")[:, :n]
        gone = np.take_along_axis(out, order, axis=1)
        take = [np.take_along_axis(x, order, axis=1) for x in (self.indices, self.phases)]
        indices, phases = (np.where(gone, -1, x) for x in take)
        scores = np.where(gone, -np.inf, np.take_along_axis(self.scores, order, axis=1))
        facts = np.take_along_axis(self.facts, order[:, :, None], axis=1)
        return replace(self, indices=indices, phases=phases, scores=scores, facts=facts)

    def rows(self, which):
        """Evidence of some of the queries."""
        parts = (self.indices, self.scores, self.phases, self.facts)
        return Evidence(*(x[which] for x in parts), self.names)

    def joined(self, other):
        """Evidence of both one after the other."""
        pairs = zip(
            (self.indices, self.scores, self.phases, self.facts),
            (other.indices, other.scores, other.phases, other.facts),
            strict=True,
        )
        return Evidence(*(np.concatenate(pair) for pair in pairs), self.names)

    def gaps(self):
        """How far each phase is behind the best one.

        Returns
        -------
        gaps : ndarray of shape (n_queries, n_candidates)
            Log odds of the best candidate over the best one of each candidate's own phase, 0 or
            more; inf where there is no candidate, and where another of its phase stands for it.
        """
        there = np.isfinite(self.scores)
        scores = np.where(there, self.scores, 0.0)
        best = np.where(there, scores, -np.inf).max(1, keepdims=True)
        gaps = np.where(there, best - scores, np.inf)
        for row, phases in zip(gaps, self.phases, strict=True):
            order = np.argsort(row, kind="stable")
            _, first = np.unique(phases[order], return_index=True)
            row[np.delete(order, first)] = np.inf
        return gaps

    def features(self):
        """Tell what is known of the best candidate of each query.

        Returns
        -------
        ndarray of shape (n_queries, 1 + n_facts)
            The logarithm of its margin to the next phase, and its facts.
        """
        best = self.scores.argmax(1)
        second = np.sort(self.gaps(), axis=1)[:, 1:2].min(1, initial=NO_RIVAL)
        logs = np.log(np.clip(second, FEWEST, NO_RIVAL))
        return np.column_stack([logs, self.facts[np.arange(len(self)), best]])
