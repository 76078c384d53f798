"""Cosines of profiles of one scan with all entries, of every fourth point, by several threads."""

import numpy as np
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from xrdmatch.retrieval._comparison.best_cosines import BLOCK, WEAKEST, blocks_in_single
from xrdmatch.retrieval._comparison.profile_queries import normalised
from xrdmatch.retrieval._decomposition.own_cosines import OwnCosines, products

EVERY = 4  # points of the grid, a third of a line's width apart, that rough cosines are made of
ENTRIES = 16 * BLOCK  # whole blocks, so that numbers do not depend on who compares them


def rough_cosines(library, ready, taken=None, n_jobs=None):
    """Compare every fourth point of profiles of one scan with entries, each of which is read once.

    Parameters
    ----------
    library : ProfileLibrary
        The entries.
    ready : ReadyQueries
        The profiles, all measured at the same angles.
    taken : ndarray of int, shape (n,), default=None
        Ascending positions of the entries that are compared; all are if None.
    n_jobs : int, default=None
        Number of threads, as joblib understands it. Most of the work is matrix products and
        conversions, during which Python lets others run. Answers are the same whatever it is.

    Returns
    -------
    whole : ndarray of float32, shape (n_profiles, n)
        Cosines over what was measured.
    own : ndarray of float32, shape (n,)
        Those of the first profile with the length that it has where entries have peaks.
    """
    rows, compare = np.asarray(library.rows)[:, ::EVERY], _Profiles(ready)
    n_entries = len(rows) if taken is None else len(taken)
    parts = [slice(start, start + ENTRIES) for start in range(0, max(n_entries, 1), ENTRIES)]
    chosen = parts if taken is None else [taken[part] for part in parts]
    with threadpool_limits(1):  # threads of the matrix products would compete with these
        found = Parallel(n_jobs, require="sharedmem")(delayed(compare)(rows, one) for one in chosen)
    whole, own = zip(*found, strict=True)
    return np.concatenate(whole, axis=1), np.concatenate(own)


class _Profiles:
    """Every fourth point of the versions of profiles."""

    def __init__(self, ready):
        thin = normalised(ready.rows[..., ::EVERY], ready.masks[..., ::EVERY], ready.costs)
        self.shape = thin.rows.shape[:2]
        self.flat = np.ascontiguousarray(thin.rows.reshape(-1, thin.rows.shape[-1]))
        self.own = OwnCosines(thin)

    def __call__(self, rows, chosen):
        rows = rows[chosen]
        whole = np.empty((self.shape[1], len(rows)), dtype=np.float32)
        own = np.empty(len(rows), dtype=np.float32)
        out = np.empty((BLOCK, rows.shape[1]), dtype=np.float32)
        for block, entries in blocks_in_single(rows):
            n_rows = block.stop - block.start
            whole[:, block] = self._whole(entries, out)[:, :n_rows]
            own[block] = self.own.of(entries, out)[:n_rows]
        return whole, own

    def _whole(self, entries, out):
        """Whole cosines, the best of each profile's versions, (n_profiles, n_block)."""
        cosines = products(entries, self.flat).reshape(*self.shape, -1)
        seen = self.own.lengths.of(np.multiply(entries, entries, out=out))
        cosines *= ((seen > WEAKEST) / np.maximum(seen, WEAKEST))[:, None]
        cosines -= self.own.costs[:, None]
        return cosines.max(0)
