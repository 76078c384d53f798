"""Cosines of the versions of some queries with many entries, a block of entries after the other."""

import numpy as np

WEAKEST = 1e-3  # share of its length that an entry must have within the measured range to count
BLOCK = 512  # entries that are compared at once: they stay in the processor's cache
_SIGN_AND_BITS = np.int32(-1879056384)  # 0x8fffe000: what is left of a half when shifted by 13
_EXPONENT = np.float32(2.0**112)  # between the exponents' zeros of single and half precision


def best_cosines(queries, chosen):
    """Cosines of queries, the best of their versions, with rows of entries.

    Parameters
    ----------
    queries : ReadyQueries
        Rows of the queries' versions, where they were measured, and what each version costs.
    chosen : ndarray of shape (n, n_points)
        Rows of entries, of half or single precision.

    Returns
    -------
    ndarray of float32, shape (n_queries, n)
        The cosines over what was measured; 0 where an entry has next to nothing there.
    """
    n_versions, n_queries, n_points = queries.rows.shape
    flat = np.ascontiguousarray(queries.rows.reshape(-1, n_points))
    lengths = Lengths(queries.masks.reshape(flat.shape))
    best = np.empty((n_queries, len(chosen)), dtype=np.float32)
    for block, entries in blocks_in_single(chosen):
        cosines = flat @ entries.T
        seen = lengths.of(np.multiply(entries, entries, out=entries))
        cosines *= (seen > WEAKEST) / np.maximum(seen, WEAKEST)
        versions = cosines.reshape(n_versions, n_queries, -1)
        found = (versions - queries.costs[:, None, None]).max(0)
        best[:, block] = found[:, : block.stop - block.start]
    return best


def blocks_in_single(rows):
    """Yield rows in single precision, block by block, in an array that is used again.

    All blocks are equally large, so that what is made of a row, to the last digit, does not depend
    on how many others are compared with it.

    Parameters
    ----------
    rows : ndarray of shape (n, n_points)
        Finite numbers of half or single precision.

    Yields
    ------
    block : slice
        Which rows they are.
    entries : ndarray of float32, shape (BLOCK, n_points)
        These rows, which may be written to, and zeros behind the last.
    """
    buffer = np.empty((BLOCK, *rows.shape[1:]), dtype=np.float32)
    for start in range(0, len(rows), BLOCK):
        block = slice(start, min(start + BLOCK, len(rows)))
        n_rows = block.stop - start
        _in_single(rows[block], buffer[:n_rows])
        buffer[n_rows:] = 0.0
        yield block, buffer


def _in_single(block, out):
    """Convert by shifting bits, which is five times faster than numpy's own conversion.

    A half has 5 bits of exponent, a single 8: shifted to their places, the bits are the number
    times 2**-112, subnormal ones included.
    """
    if block.dtype != np.float16:
        np.copyto(out, block)
        return out
    bits = out.view(np.int32)
    np.copyto(bits, np.ascontiguousarray(block).view(np.int16))
    np.left_shift(bits, 13, out=bits)
    np.bitwise_and(bits, _SIGN_AND_BITS, out=bits)
    return np.multiply(out, _EXPONENT, out=out)


class Lengths:
    """Lengths of entries over what was measured.

    Ranges of the versions of a query differ at their ends only: what all of them have is summed
    once.

    Parameters
    ----------
    masks : ndarray of bool, shape (n_rows, n_points)
        Where each version of each query was measured.
    """

    def __init__(self, masks):
        ours = masks.all(axis=0)
        self.differing = np.flatnonzero(masks.any(axis=0) & ~ours)
        self.common = ours.astype(np.float32)
        self.masks = np.ascontiguousarray(masks[:, self.differing], dtype=np.float32)

    def of(self, squares):
        """Lengths of entries whose squares are given, (n_rows, n_entries)."""
        total = self.masks @ squares[:, self.differing].T
        total += squares @ self.common
        return np.sqrt(total, out=total)
