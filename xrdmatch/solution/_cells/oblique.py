"""Trial cells of the triclinic system: zones of two axes each, three of them put together."""

from itertools import combinations

import numpy as np

_WHOLE = 20  # lines that may be an axis
_HALVED = 6  # lines of which half may be an axis, its own line being absent
_FIRST, _SECOND = 6, 11  # axes, sorted, among which the two shortest are
_KEPT = 5  # angles of a zone
_OBLIQUE = 1.9  # largest |2 a*.b*| in units of a* b*
_SAME = 0.02  # the same angle, in units of a* b*

_ZONE = np.array([[2, 0], [0, 2], [1, 1], [1, -1], [2, 1], [2, -1], [1, 2], [1, -2], [3, 0], [0, 3],
                  [3, 1], [3, -1], [1, 3], [1, -3], [3, 2], [3, -2], [2, 3], [2, -3]])  # fmt: skip
_ZONE_ROWS = np.column_stack([_ZONE**2, _ZONE[:, 0] * _ZONE[:, 1]]).astype(float)


def triclinic_parameters(lines, table, n_kept=_KEPT):
    """Make reciprocal metrics of which three observed lines are the axes.

    1. Axes are lines of small angle, or half as long as these.
    2. Each two of them span a zone. Its angle follows from any line that is 110, 210 or 120 of
       it; angles with which the zone explains most are kept.
    3. Three zones make a lattice; of the signs of their products one is free.

    Parameters
    ----------
    lines : Lines
        Observed lines.
    table : LineTable
        The same lines with tolerances.
    n_kept : int, default=5
        Angles kept of each zone.

    Returns
    -------
    ndarray of shape (n_cells, 6)
        Reciprocal metrics [1/Å^2].
    """
    axes = np.concatenate([lines.q2[:_WHOLE], lines.q2[:_HALVED] / 4])
    rank = np.concatenate([np.arange(len(axes) - _HALVED), np.arange(_HALVED)])
    halved = np.arange(len(axes)) >= len(axes) - _HALVED
    triples = _triples(axes, rank, halved)
    pairs = np.unique(
        np.concatenate([triples[:, [0, 1]], triples[:, [0, 2]], triples[:, [1, 2]]]), axis=0
    )
    zones = _zones(axes[pairs[:, 0]], axes[pairs[:, 1]], lines.q2, table, n_kept)
    angles = dict(zip(map(tuple, pairs.tolist()), zones, strict=True))
    parts = [
        _joined(axes[[i, j, k]], angles[j, k], angles[i, k], angles[i, j])
        for i, j, k in triples.tolist()
    ]
    return np.concatenate(parts)


def _triples(axes, rank, halved):
    """Choose three axes each, the shortest first; (n, 3)."""
    order = np.argsort(axes)
    triples = order[np.array(list(combinations(range(len(axes)), 3)))]
    good = (rank[triples[:, 0]] < _FIRST) & (rank[triples[:, 1]] < _SECOND)
    return triples[good & (halved[triples].sum(1) < 2)]


def _zones(a, b, q2, table, n_kept):
    """Find the products 2a*.b* of each pair of axes; a list of arrays."""
    products = np.abs(
        np.concatenate(
            [
                q2 - (a + b)[:, None],
                (q2 - (4 * a + b)[:, None]) / 2,
                (q2 - (a + 4 * b)[:, None]) / 2,
                np.zeros((len(a), 1)),
            ],
            axis=1,
        )
    )  # (n_pairs, 3 n_lines + 1)
    limit = _OBLIQUE * np.sqrt(a * b)
    products = np.where(products < limit[:, None], products, 0)
    n = products.shape[1]
    rows = np.column_stack([np.repeat(a, n), np.repeat(b, n), products.ravel()])
    score = table.log_odds(*table.explained(rows, _ZONE_ROWS)).reshape(-1, n)
    order = np.argsort(-score, axis=1)[:, : 4 * n_kept]
    best = np.take_along_axis(products, order, 1)
    apart = _SAME * np.sqrt(a * b)
    return [_different(p, gap, n_kept) for p, gap in zip(best, apart, strict=True)]


def _different(products, gap, n_kept):
    """First of the products that lie apart."""
    kept = []
    for product in products.tolist():
        if all(abs(product - other) > gap for other in kept):
            kept.append(product)
        if len(kept) == n_kept:
            break
    return np.array(kept)


def _joined(axes, d, e, f):
    grid = np.meshgrid(d, e, f, np.array([1.0, -1.0]), indexing="ij")
    d, e, f, sign = (x.ravel() for x in grid)
    return np.column_stack([np.broadcast_to(axes, (len(d), 3)), d, e, sign * f])
