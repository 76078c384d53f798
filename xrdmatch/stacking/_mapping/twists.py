"""Local twist of layers, from the change of their positions across windows."""

import numpy as np

from xrdmatch.stacking._projected_layer import wrapped


def local_twists(places, centres, lattices, groups):
    """Find by how much each layer is turned more than assumed against the one below.

    Parameters
    ----------
    places : ndarray of shape (n_rows, n_columns, n_layers, 2)
        Where layers lie from the centres of windows [Å].
    centres : ndarray of shape (n_rows, n_columns, 2)
        Of the windows [Å].
    lattices : ndarray of shape (n_layers, 2, 2)
        Of the layers, as assumed [Å].
    groups : ndarray of int, shape (n_rows, n_columns)
        Only neighbours of one group are compared.

    Returns
    -------
    ndarray of shape (n_rows, n_columns, n_layers - 1)
        Counter-clockwise [degrees]; 0 where no neighbour can be compared.

    Notes
    -----
    A lattice that is turned by an angle further than assumed moves by angle times distance
    against the one assumed; half the curl of this displacement is the angle.
    """
    everywhere = places + centres[..., None, :]
    step = [_step(centres, axis) for axis in (0, 1)]
    turns = []
    for layer, lattice in enumerate(lattices):
        along_y, along_x = (
            _slope(everywhere[:, :, layer], lattice, groups, axis) / (step[axis] or 1.0)
            for axis in (0, 1)
        )
        turns.append((along_x[..., 1] - along_y[..., 0]) / 2)
    return np.degrees(np.diff(np.stack(turns, axis=-1), axis=-1))


def _step(centres, axis):
    """From one window to the next along rows or columns [Å], y pointing up."""
    own = centres[..., 1 - axis]
    return float(np.diff(own, axis=axis).mean()) if own.shape[axis] > 1 else 0.0


def _slope(positions, lattice, groups, axis):
    """Mean change to the next window, of both sides where there are two."""
    change = wrapped(np.diff(positions, axis=axis), lattice)
    same = np.diff(groups, axis=axis) == 0
    change = np.where(same[..., None], change, 0.0)
    before, after = [(0, 0), (0, 0)], [(0, 0), (0, 0)]
    before[axis], after[axis] = (1, 0), (0, 1)
    total = sum(np.pad(change, [*side, (0, 0)]) for side in (before, after))
    count = sum(np.pad(same.astype(int), side) for side in (before, after))
    return total / np.maximum(count, 1)[..., None]
