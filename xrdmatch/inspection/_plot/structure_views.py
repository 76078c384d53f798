"""Projections of a structure from above and from the side."""

import numpy as np

# What is drawn to the right, what upwards, and what towards the one who looks.
VIEWS = {"plan": ((0, 1, 2), (1, 1, 1)), "side": ((0, 2, 1), (1, 1, -1))}


def checked_views(views):
    """Make names of views a list, and refuse unknown ones."""
    views = [views] if isinstance(views, str) else list(views)
    if not views or not set(views) <= set(VIEWS):
        raise ValueError(
            f"views are some of {', '.join(map(repr, VIEWS))}, got {views!r}; name at least one."
        )
    return views


def projected(positions, view):
    """Columns: to the right, upwards, towards the one who looks [Å]."""
    columns, signs = VIEWS[view]
    return positions[:, columns] * np.array(signs)


def cell_edges(lattice, view, flat):
    """Return the ends of the cell's edges in one view, of those in the plane where it is flat."""
    corners = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)[: 2 - flat]])
    pairs = [(p, q) for p in corners for q in corners if (q - p).sum() == 1 and (q >= p).all()]
    ends = np.array(pairs) @ lattice
    edges = projected(ends.reshape(-1, 3), view)[:, :2].reshape(-1, 4).round(6)
    edges = edges[(edges[:, :2] != edges[:, 2:]).any(1)]  # those seen from their end are points
    return np.unique(edges, axis=0).reshape(-1, 2, 2)  # edges behind each other are one
