"""Expansion of the listed atoms to the whole cell by symmetry operations."""

from typing import NamedTuple

import numpy as np

MIN_DISTANCE = 0.5  # [Å]; no two atoms come nearer, hydrogens included
FULL = 1.05  # sum of occupancies on one place, from refinement and rounding
_SAME_PLACE = 0.01  # [Å] below which two images are one, however many digits are written
_MOST_ROUNDED = 0.3  # [Å] to which rounded coordinates may part images that are one
_MAX_ATOMS = 20_000
_KEY = 100_000  # coordinates times this, rounded, tell images on a special position apart


class Atoms(NamedTuple):
    """All atoms of the cell; several of them may share a place."""

    rows: np.ndarray  # (n_atoms,) which row of the list each comes from
    coords: np.ndarray  # (n_atoms, 3) fractional, 0 to 1
    strained: list[str]  # what was moved farther than rounding explains


def expand(sites, setting, lattice):
    """Apply a setting's operations to the listed atoms.

    Images of one atom that only its rounded coordinates part, because it lies on a special
    position, become one in their middle. So do images of an atom that is more than half there
    and that lie nearer than 0.5 Å: they cannot be alternatives.

    Returns
    -------
    Atoms

    Raises
    ------
    ValueError
        When there would be too many atoms.
    """
    n_rows, n_operations = len(sites.coords), len(setting.rotations)
    if n_operations == 1 and not setting.translations.any():  # all atoms are listed
        _check_number(n_rows)
        return Atoms(np.arange(n_rows), sites.coords % 1, [])
    _check_number(n_rows * n_operations // 48)  # atoms on special positions have fewer images
    # (n_rows, n_operations, 3)
    images = sites.coords @ np.swapaxes(setting.rotations, 1, 2) + setting.translations[:, None]
    images = np.swapaxes(images, 0, 1)
    differences = images - sites.coords[:, None]
    shifts = differences - np.round(differences)
    distances = np.linalg.norm(shifts @ lattice.matrix, axis=-1)
    general = np.count_nonzero(distances < MIN_DISTANCE, axis=1) == 1
    orbits, strained = list(images % 1), []
    tolerances = place_tolerance(sites.steps, lattice)
    for row in np.flatnonzero(~general):
        near, apart = _meeting(distances[row], sites, row, tolerances[row])
        place = sites.coords[row] + shifts[row, near].mean(axis=0)
        orbits[row] = _distinct((setting.rotations @ place + setting.translations) % 1, near)
        strained += [apart] if apart else []
    sizes = [len(orbit) for orbit in orbits]
    _check_number(sum(sizes))
    return Atoms(np.repeat(np.arange(n_rows), sizes), np.concatenate(orbits), strained)


def _check_number(n_atoms):
    if n_atoms > _MAX_ATOMS:
        raise ValueError(f"its cell would hold {n_atoms} atoms; at most {_MAX_ATOMS} are read")


def _meeting(distances, sites, row, tolerance):
    """Which images are one with the listed atom, and a remark where rounding does not say so."""
    near = distances < MIN_DISTANCE
    if (farthest := distances[near].max()) <= tolerance:
        return near, None
    if 2 * sites.occupancies[row] <= FULL:  # alternatives, one of them at a time
        return distances < tolerance, None
    return near, f"images of {sites.labels[row]} lie {farthest:.2g} Å apart, too close for two"


def place_tolerance(step, lattice):
    """Distance [Å] by which rounding can part images: 3/2 of the last digit along every axis."""
    return np.clip(1.5 * step * sum(lattice.abc), _SAME_PLACE, _MOST_ROUNDED)


def _distinct(images, near):
    """One of each set of images that coincide."""
    if np.count_nonzero(near) == 1:
        return images
    # The offset keeps coordinates of few digits away from where rounding turns.
    keys = np.rint(images * _KEY + 0.37).astype(np.int64) % _KEY
    keys = (keys[:, 0] * _KEY + keys[:, 1]) * _KEY + keys[:, 2]
    return images[np.sort(np.unique(keys, return_index=True)[1])]
