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
_ROUNDED = 2e-3  # 0.333 is a third
_MAX_OPERATIONS = 1000  # a face-centred cubic group has 192


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
    if any("." in triplet for triplet in triplets) and not _are_24ths(triplets):
        return _checked(_of_fractions(triplets), triplets)
    try:
        given = {gemmi.Op(t) * gemmi.Op(c) for c in centrings for t in triplets}
        group = gemmi.GroupOps([gemmi.Op(), *sorted(given - {gemmi.Op()}, key=str)])
        group.add_missing_elements()
    except (RuntimeError, ValueError):  # fractions other than 24ths, or no operations
        return _checked(_of_fractions(triplets), triplets)
    found = gemmi.find_spacegroup_by_ops(group)
    setting = _of_operations("the listed operations", found, list(group))
    n_added = len(setting.rotations) - len(given | {gemmi.Op()})
    return _checked(setting._replace(n_added=max(n_added, 0)), triplets)


def _are_24ths(triplets):
    """Whether decimals mean what gemmi makes of them: it takes all for multiples of 1/24."""
    steps = _of_fractions(triplets).translations * gemmi.Op.DEN
    return bool((np.abs(steps - steps.round()) < _ROUNDED * gemmi.Op.DEN).all())


def _of_fractions(triplets):
    try:
        matrices = np.array([SymmOp.from_xyz_str(t).affine_matrix for t in triplets])
    except (ValueError, IndexError, ZeroDivisionError):
        raise ValueError(_unreadable(triplets)) from None
    rotations, translations = matrices[:, :3, :3], matrices[:, :3, 3] % 1
    number = _type(rotations, translations)
    return Setting("the listed operations", number, rotations, translations)


def _checked(setting, triplets):
    rotations = setting.rotations
    if len(rotations) > _MAX_OPERATIONS or not np.allclose(abs(np.linalg.det(rotations)), 1):
        raise ValueError(_unreadable(triplets))
    if not setting.number:
        raise ValueError("its symmetry operations are no group; one is missing or wrong")
    return setting


def _unreadable(triplets):
    return f"its symmetry operations are none: {'; '.join(triplets[:3])[:100]}"


@lru_cache(maxsize=1000)
def setting_of_hall(hall):
    """Make the setting of a Hall symbol; None where it cannot be read."""
    try:
        operations = gemmi.symops_from_hall(hall)
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
    """Find the number of the space group's type, in whatever cell; 0 where they are no group."""
    found = spglib.get_spacegroup_type_from_symmetry(rotations.astype(np.intc), translations)
    return found.number if found else 0
