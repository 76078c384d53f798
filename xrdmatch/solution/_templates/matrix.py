"""A query and its templates as one matrix, the input of a network that completes it."""

import numpy as np

N_CELL = 6  # lengths [Å] and angles [degrees]
N_SITE = 4  # atomic number and fractional coordinates


def matrix_columns(n_intervals, n_sites):
    """Name the parts of a row by slices.

    Parameters
    ----------
    n_intervals : int
        Intervals of the pattern.
    n_sites : int
        Atoms that there is room for.

    Returns
    -------
    dict of str to slice
        ``"pattern"``, ``"cell"``, ``"space_group"`` and ``"atoms"``.
    """
    sizes = {"pattern": n_intervals, "cell": N_CELL, "space_group": 1, "atoms": N_SITE * n_sites}
    ends = np.cumsum([0, *sizes.values()]).tolist()
    return {name: slice(*ends[i : i + 2]) for i, name in enumerate(sizes)}


def template_row(columns, places, heights, structure=None, space_group=0):
    """Write a pattern and a structure as one row.

    Parameters
    ----------
    columns : dict of str to slice
        Output of `matrix_columns`.
    places, heights : ndarray of shape (n_filled,)
        Intensities in intervals.
    structure : tuple of (lattice, numbers, frac_coords), default=None
        The crystal's arrays; None leaves zeros.
    space_group : int, default=0
        Its number.

    Returns
    -------
    ndarray of float32, shape (n_columns,)
        The row; atoms beyond the room that there is are left out.
    """
    row = np.zeros(columns["atoms"].stop, dtype=np.float32)
    row[places] = heights
    if structure is not None:
        lattice, numbers, frac_coords = structure
        row[columns["cell"]] = _cell(lattice)
        row[columns["space_group"]] = space_group
        atoms = np.column_stack([numbers, frac_coords % 1]).ravel()
        room = row[columns["atoms"]]
        room[: len(atoms)] = atoms[: len(room)]
    return row


def _cell(lattice):
    lengths = np.linalg.norm(lattice, axis=1)
    a, b, c = lattice / lengths[:, None]
    cosines = np.clip([b @ c, a @ c, a @ b], -1, 1)
    return np.concatenate([lengths, np.degrees(np.arccos(cosines))])
