"""Symmetry operations as arrays: from triplets such as x+1/2,-y,z, and from Hall symbols."""

from functools import lru_cache
from typing import NamedTuple

import gemmi
import numpy as np
import spglib
from pymatgen.core.operations import SymmOp

# How far the metric tensor may change under an operation: lengths by one per cent, about. Cells
# are refined without constraints and rounded.
_METRIC_TOLERANCE = 0.02
_LISTED = "the listed operations"
_NO_GROUP = "its symmetry operations are no group; one is missing or wrong"
_ROUNDED = 2e-3  # 0.333 is a third
_MAX_OPERATIONS = 500  # a face-centred cubic group has 192


class Setting(NamedTuple):
    """Operations of a space group on fractional coordinates, x' = rotation x + translation."""

    name: str
    number: int
    rotations: np.ndarray  # (n_operations, 3, 3)
    translations: np.ndarray  # (n_operations, 3)
    n_added: int = 0  # operations that a list lacks and that follow from it

    def misfit(self, lattice):
        """Largest relative change of the metric tensor of a cell under the operations."""
        if len(self.rotations) == 1:
            return 0.0
        metric = lattice.metric_tensor
        turned = np.swapaxes(self.rotations, 1, 2) @ metric @ self.rotations
        scale = np.sqrt(np.outer(np.diag(metric), np.diag(metric)))
        return float((np.abs(turned - metric) / scale).max())

    def fits(self, lattice):
        """Whether all operations leave the lengths and angles of a cell as they are, about."""
        return self.misfit(lattice) < _METRIC_TOLERANCE


@lru_cache(maxsize=1000)
def setting_of_triplets(triplets, centrings=("x,y,z",)):
    """Make the group of listed operations, those that follow from them added.

    Parameters
    ----------
    triplets : tuple of str
        Such as ``"x+1/2,-y,z"``.
    centrings : tuple of str
        Translations, in the same form, with which each of them is combined.

    Raises
    ------
    ValueError
        When they cannot be read or are no group.
    """
    given = _of_24ths(triplets, centrings)
    if given is None:
        return _of_fractions(triplets, centrings)
    _check_rotations([op.rot for op in given], gemmi.Op.DEN, triplets)
    group = gemmi.GroupOps([gemmi.Op(), *sorted(given - {gemmi.Op()}, key=str)])
    try:
        group.add_missing_elements()
    except RuntimeError:  # more and more follow from them
        raise ValueError(_NO_GROUP) from None
    setting = _of_operations(_LISTED, gemmi.find_spacegroup_by_ops(group), list(group))
    return setting._replace(n_added=len(setting.rotations) - len(given | {gemmi.Op()}))


def _of_24ths(triplets, centrings):
    """Operations as gemmi has them, None where it cannot write their translations."""
    try:
        given = {gemmi.Op(t) * gemmi.Op(c) for c in centrings for t in triplets}
    except (RuntimeError, ValueError):
        return None
    if any("." in triplet for triplet in triplets):  # gemmi takes 0.2 for 5/24
        steps = _matrices(triplets)[1] * gemmi.Op.DEN
        return given if (abs(steps - steps.round()) < _ROUNDED * gemmi.Op.DEN).all() else None
    return given


def _of_fractions(triplets, centrings):
    rotations, translations = _matrices(triplets)
    _check_rotations(rotations, 1, triplets)
    shifts = _matrices(centrings)[1]
    rotations = np.tile(rotations, (len(shifts), 1, 1))
    translations = (translations + shifts[:, None]).reshape(-1, 3) % 1
    if not _is_closed(rotations, translations):
        raise ValueError(_NO_GROUP)
    return Setting(_LISTED, _type(rotations, translations), rotations, translations)


def _matrices(triplets):
    """Rotations and translations, whatever their fractions."""
    try:
        matrices = np.array([SymmOp.from_xyz_str(t).affine_matrix for t in triplets])
    except (ValueError, IndexError, ZeroDivisionError):
        raise ValueError(_unreadable(triplets)) from None
    return matrices[:, :3, :3], matrices[:, :3, 3]


def _check_rotations(rotations, unit, triplets):
    """Refuse what turns no lattice into itself, and lists too long to be a group."""
    rotations = np.array(rotations, float) / unit
    whole = np.allclose(rotations, rotations.round(), atol=1e-6)
    if not (whole and np.allclose(abs(np.linalg.det(rotations)), 1)):
        raise ValueError(_unreadable(triplets))
    if len(rotations) > _MAX_OPERATIONS:
        raise ValueError(f"it lists {len(rotations)} symmetry operations, too many for a group")


def _is_closed(rotations, translations):
    """Whether every product of two operations is one of them."""
    for rotation, translation in zip(rotations, translations, strict=True):
        products = rotation @ rotations, translations @ rotation.T + translation
        same = (abs(products[0][:, None] - rotations) < 0.1).all(axis=(2, 3))
        steps = products[1][:, None] - translations
        same &= (abs(steps - steps.round()) < 2 * _ROUNDED).all(axis=2)
        if not same.any(axis=1).all():
            return False
    return True


def _unreadable(triplets):
    return f"its symmetry operations are none: {'; '.join(triplets[:3])[:100]}"


@lru_cache(maxsize=1000)
def setting_of_hall(hall):
    """Make the setting of a Hall symbol; None where it cannot be read."""
    try:
        operations = gemmi.symops_from_hall(hall)
        _check_rotations([op.rot for op in operations], gemmi.Op.DEN, [hall])
    except (RuntimeError, ValueError):
        return None
    found = gemmi.find_spacegroup_by_ops(operations)
    return _of_operations(found.xhm() if found else f"Hall {hall}", found, list(operations))


def _of_operations(name, group, operations):
    rotations = np.array([op.rot for op in operations], float) / gemmi.Op.DEN
    translations = np.array([op.tran for op in operations], float) / gemmi.Op.DEN % 1
    number = group.number if group else _type(rotations, translations)
    return Setting(name, number, rotations, translations)


def _type(rotations, translations):
    """Find the number of a group's type, in whatever cell; spglib crashes on what is no group."""
    turns = rotations.round().astype(np.intc)
    found = spglib.get_spacegroup_type_from_symmetry(turns, translations)
    if found is None:
        raise ValueError(_NO_GROUP)
    return found.number
