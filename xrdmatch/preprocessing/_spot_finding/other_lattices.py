"""Spots that lie on the lattice of another crystal."""

import numpy as np

from xrdmatch.preprocessing._spot_finding.lattice import position_sigma
from xrdmatch.preprocessing._spot_lattice import find_lattices

_FEWEST = 6  # spots
_SHARE = 0.6  # of the spots that are left
_SCORE = 8.0  # of a lattice that is one
_MOST = 3


def other_lattices(places, centre, width):
    """Look for lattices of the spots that are off the first one.

    Parameters
    ----------
    places : ndarray of shape (n_spots, 2)
        Columns and rows [pixels].
    centre : Centre
        With the first lattice.
    width : float
        Standard deviation of a spot [pixels].

    Returns
    -------
    n_lattices : int
        The first one among them.
    remarks : list of str
        What was found.
    """
    if centre.lattice is None:
        return 0, ["No lattice of the spots was found; they may be too few or of several crystals."]
    n_lattices, remarks = 1, []
    rest = places[~centre.lattice.is_on] - centre.place
    while len(rest) >= _FEWEST and n_lattices < _MOST:
        found = find_lattices(rest, 1, position_sigma=position_sigma(width))
        on = found[0].is_on if found and found[0].score > _SCORE else np.zeros(len(rest), bool)
        if on.sum() < max(_FEWEST, _SHARE * len(rest)):
            break
        n_lattices += 1
        remarks.append(_remark(on, found[0].basis, n_lattices))
        rest = rest[~on]
    if len(rest):
        remarks.append(f"{len(rest)} of {len(places)} spots lie on no lattice that was found.")
    return n_lattices, remarks


def _remark(on, basis, number):
    first, second = np.linalg.norm(basis, axis=1)
    return (
        f"Lattices overlap: {on.sum()} of {len(on)} spots off the lattice before lie on lattice "
        f"{number}, of {first:.1f} x {second:.1f} pixels; it may be of a second crystal."
    )
