"""Kind of the stacks of a regressor: their layers, twists and faces."""

from dataclasses import dataclass

import numpy as np
from pymatgen.core import Structure

from xrdmatch.stacking._poses import poses_of, reduced_poses
from xrdmatch.stacking._regression.slip_targets import SlipTargets, shortest_harmonics
from xrdmatch.stacking._stack import Stack

LATTICE_TOLERANCE = 0.01  # relative; beyond it a slip is not the same over a window


@dataclass(frozen=True, eq=False)
class StackKind:
    """Stacks that differ in their slips alone.

    Parameters
    ----------
    like : Stack
        Any of them.

    Raises
    ------
    ValueError
        If there is one layer only, or the layers have no common lattice: then a slip is not the
        same everywhere.
    """

    like: Stack

    def __post_init__(self):
        if len(self.like.layers) < 2:
            raise ValueError(
                f"A slip is that of a layer on another, got {len(self.like.layers)} layer; give "
                "those of the stack from bottom to top, the same twice for two equal ones."
            )
        _check_common_lattice(poses_of(self.like))

    @property
    def lattice(self):
        """Row vectors a and b of the first layer as it lies [Å], shape (2, 2)."""
        return self.like.lattice

    def kinds_and_offsets(self):
        """Tell which layers can change places.

        Returns
        -------
        kinds : tuple of int
            Of each layer; equal numbers mean layers that show the same.
        offsets : ndarray of shape (n_layers, 2)
            By how much the place at which a layer shows the same as others of its kind differs
            from that of its origin, in fractions of the first layer's axes.
        """
        like = self.like
        flat = Stack(like.layers, np.zeros_like(like.slip), like.twist, like.face)
        poses = reduced_poses(poses_of(flat))
        names = [
            (layer.formula, int(face), round(angle) % 360)
            for layer, face, angle in zip(poses.layers, poses.faces, poses.angles, strict=True)
        ]
        kinds = tuple(names.index(name) for name in names)
        return kinds, poses.positions @ np.linalg.inv(self.lattice)

    def targets(self, n_harmonics):
        """Return what a network tells of these stacks: `SlipTargets` of so many harmonics."""
        kinds, offsets = self.kinds_and_offsets()
        return SlipTargets(kinds, shortest_harmonics(self.lattice, n_harmonics), offsets)

    def stack(self, slip, mirrored=False):
        """Make a stack of this kind, or of its mirror image in the mirrored frame.

        Parameters
        ----------
        slip : ndarray of shape (n_layers - 1, 2)
            In fractions of the first layer's axes as they lie.
        mirrored : bool, default=False
            Whether all layers show their other face.

        Returns
        -------
        Stack
            The stack.
        """
        sign, like = -1 if mirrored else 1, self.like
        return Stack(like.layers, slip, sign * like.twist + 0.0, sign * like.face)

    def random_slips(self, n, rng):
        """Draw slips evenly over the cell, shape (n, n_layers - 1, 2)."""
        return rng.random_sample((n, len(self.like.layers) - 1, 2))


def common_kind(stacks):
    """Return the kind of stacks that differ in their slips alone.

    Parameters
    ----------
    stacks : list of Stack
        At least one.

    Returns
    -------
    StackKind
        Theirs.

    Raises
    ------
    ValueError
        If layers, twists or faces differ.
    """
    first = stacks[0]
    for i, stack in enumerate(stacks):
        if not _alike(stack, first):
            raise ValueError(
                f"A regressor learns stacks that differ in their slips alone, got {first} and, at "
                f"{i}, {stack}; fit one for each kind."
            )
    return StackKind(first)


def kind_of_layers(layers, twist, face):
    """Return the kind of the stacks of layers.

    Parameters
    ----------
    layers : list of Structure
        From bottom to top.
    twist, face : float or array-like
        As in `Stack`.

    Returns
    -------
    StackKind
        Theirs.

    Raises
    ------
    ValueError
        If an item is no structure, or the layers have no common lattice.
    """
    layers = list(layers)
    if not all(isinstance(layer, Structure) for layer in layers):
        raise ValueError(
            "Without stacks, a regressor is fitted to the layers of a stack, as pymatgen "
            "Structures; of images it must be told the stacks: fit(images, stacks)."
        )
    return StackKind(Stack(layers, np.zeros((max(len(layers) - 1, 0), 2)), twist, face))


def _alike(stack, other):
    names = [[layer.reduced_formula for layer in s.layers] for s in (stack, other)]
    return (
        names[0] == names[1]
        and np.allclose(stack.twist, other.twist)
        and (stack.face == other.face).all()
    )


def _check_common_lattice(poses):
    lattices = [layer.lattice for layer in poses.placed]
    for lattice in lattices[1:]:
        steps = lattice @ np.linalg.inv(lattices[0])
        whole = np.round(steps)
        if np.abs(steps - whole).max() > LATTICE_TOLERANCE or abs(np.linalg.det(whole)) != 1:
            raise ValueError(
                "The layers of a stack must have one lattice for a slip to be the same "
                f"everywhere, got cells that differ by {np.abs(steps - whole).max():.1%}; "
                "a StackFitter reads twists and moirés."
            )
