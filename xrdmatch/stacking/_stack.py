"""A stack of van der Waals layers: which layers, and how each lies on the one below."""

from dataclasses import dataclass

import numpy as np
from pymatgen.core import Structure

from xrdmatch.stacking._poses import (
    TWIST_TOLERANCE,
    equivalent_poses,
    poses_of,
    slips,
)
from xrdmatch.stacking._projected_layer import project_layer, wrapped
from xrdmatch.stacking._stack_names import interface_name

PICOMETRES = 100.0  # in an Å


@dataclass(frozen=True, eq=False, repr=False)
class Stack:
    """Layers on top of each other, as seen along their normal.

    Parameters
    ----------
    layers : list of Structure
        The layers from bottom to top, as primitive cells: a and b in the plane, vacuum along c.
    slip : array-like of shape (2,) or (n_layers - 1, 2)
        How far each layer is shifted against the one below, in fractions of the first layer's a
        and b.
    twist : float or array-like of shape (n_layers - 1,), default=0.0
        How far each layer is turned against the one below, counter-clockwise [degrees]. MoS2 and
        its like are antiparallel at 180 or 60 degrees.
    face : {1, -1} or array-like of shape (n_layers,), default=1
        -1 for a layer that is turned over about its a axis: its mirror image.

    Attributes
    ----------
    slip_angstrom : ndarray of shape (n_layers - 1, 2)
        The slips in the frame that has the first layer's a along +x [Å].
    lattice : ndarray of shape (2, 2)
        Row vectors a and b of the first layer as it lies [Å].

    Raises
    ------
    ValueError
        If there are no layers, or slip, twist and face do not fit their number.

    See Also
    --------
    StackSimulator : Images of stacks.
    StackFitter : Stacks from images.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.stacking import Stack
    >>> by_name = {layer.properties["name"]: layer for layer in load_monolayers()}
    >>> mos2 = by_name["MoS2-2H"]
    >>> stack = Stack([mos2, mos2], slip=(1 / 3, 2 / 3))
    >>> stack
    Stack(MoS2/MoS2, slip=[[0.333, 0.667]], twist=[0.0], 3R)
    >>> Stack([mos2, mos2], slip=(0, 0.0)).name()
    'AA'
    >>> round(stack.distance(Stack([mos2, mos2], slip=(-1 / 3, 1 / 3 + 0.01))), 1)  # [pm]
    3.2
    """

    layers: tuple
    slip: np.ndarray
    twist: np.ndarray = 0.0
    face: np.ndarray = 1

    def __post_init__(self):
        layers = tuple(self.layers)
        _check_layers(layers)
        n = len(layers)
        fields = {
            "layers": layers,
            "slip": _filled("slip", self.slip, (n - 1, 2)),
            "twist": _filled("twist", self.twist, (n - 1,)),
            "face": _filled("face", self.face, (n,)).astype(int),
        }
        if not np.isin(fields["face"], (1, -1)).all():
            raise ValueError(
                f"face must be 1, or -1 for a layer turned over, got {self.face!r}; give those."
            )
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def __repr__(self):
        layers = "/".join(layer.reduced_formula for layer in self.layers)
        slip, twist = self.slip.round(3).tolist(), self.twist.round(2).tolist()
        return f"Stack({layers}, slip={slip}, twist={twist}, {self.name()})"

    @property
    def lattice(self):
        """Row vectors a and b of the first layer as it lies [Å], shape (2, 2)."""
        lattice = project_layer(self.layers[0]).lattice
        return lattice * [1, self.face[0]]

    @property
    def slip_angstrom(self):
        """The slips in the first layer's frame [Å], shape (n_layers - 1, 2)."""
        return self.slip @ self.lattice

    def canonical(self):
        """Return one description for all that a projection cannot tell apart.

        Descriptions are equal that differ by lattice vectors, by turning the stack over or
        around its symmetry axes, or by the order of the layers: which of two layers is above does
        not show. For two layers of the same kind and face, s and -s are one stack. The
        description has the layers in order of their formulas, the first one's face up where it
        can, the least twist that the layers' rotations allow, slips in [0, 1) and the least of
        them.

        Returns
        -------
        Stack
            The same stack.
        """
        choices = [_stack(poses, self) for poses in equivalent_poses(poses_of(self))]
        return min(choices, key=_rank)

    def distance(self, other):
        """Return how far the slips of two stacks are apart, at best [pm].

        Parameters
        ----------
        other : Stack
            A stack of the same layers.

        Returns
        -------
        float
            The largest difference over the interfaces, for the description in which it is least;
            infinite where kinds, faces or twists (by more than 1 degree) differ.
        """
        apart = self.difference(other)
        return np.inf if apart is None else _length(apart) * PICOMETRES

    def difference(self, other):
        """Return by how much the slips of two stacks differ, at best.

        Parameters
        ----------
        other : Stack
            A stack of the same layers.

        Returns
        -------
        ndarray of shape (n_layers - 1, 2) or None
            Along x and y of the frame of the other's canonical description [Å]; None where kinds,
            faces or twists differ.
        """
        target = other.canonical()
        choices = [
            _difference(_stack(poses, self), target) for poses in equivalent_poses(poses_of(self))
        ]
        choices = [choice for choice in choices if choice is not None]
        return min(choices, key=_length, default=None)

    def name(self, tolerance=0.2):
        """Return the common name of the stacking.

        Parameters
        ----------
        tolerance : float, default=0.2
            How far a slip may be from the named one [Å].

        Returns
        -------
        str
            Names of the interfaces, from bottom to top and joined by hyphens: ``"AA"``, ``"AB"``,
            ``"2H"``, ``"3R"``, ``"AA'"``, ``"AB'"``, ``"A'B"``; the slip or the twist where there
            is no name.
        """
        pairs = [_interface(self, i) for i in range(len(self.layers) - 1)]
        names = [interface_name(poses, tolerance) for poses in pairs]
        return "-".join(names) or "monolayer"


def _filled(name, value, shape):
    value = np.asarray(value, dtype=float)
    try:
        value = np.broadcast_to(value, shape).copy()
    except ValueError:
        rows = " x ".join(map(str, shape)) or "none"
        raise ValueError(
            f"{name} must fit the layers ({rows} numbers), got an array of shape {value.shape}; "
            "give one row for each layer that lies on another."
        ) from None
    if not np.isfinite(value).all():
        raise ValueError(f"{name} must be finite, got {value.tolist()}; give numbers.")
    return value


def _check_layers(layers):
    strange = [layer for layer in layers if not isinstance(layer, Structure)]
    if strange or not layers:
        found = type(strange[0]).__name__ if strange else "none"
        raise ValueError(
            f"A stack has one or more layers, as pymatgen Structures, got {found}; "
            "load_monolayers() has many."
        )


def _interface(stack, i):
    """Return the poses of two neighbouring layers."""
    return poses_of(stack).ordered([i, i + 1])


def _stack(poses, like):
    """Return the stack that has these poses, slips in [0, 1)."""
    structures = {layer.reduced_formula: layer for layer in like.layers}
    fractions = np.round(slips(poses), 6) % 1.0
    layers = [structures[layer.formula] for layer in poses.layers]
    return Stack(layers, fractions, np.diff(poses.angles), poses.faces)


def _rank(stack):
    return (
        [layer.reduced_formula for layer in stack.layers],
        tuple(-stack.face),
        tuple(np.abs(stack.twist).round(2)),
        tuple(stack.slip.round(4).ravel()),
        tuple(-stack.twist.round(2)),
    )


def _difference(stack, target):
    """Return the differences of slips [Å]; None for stacks of other layers."""
    same = [layer.reduced_formula for layer in stack.layers] == [
        layer.reduced_formula for layer in target.layers
    ]
    if not same or (stack.face != target.face).any():
        return None
    turns = (stack.twist - target.twist + 180) % 360 - 180
    if (np.abs(turns) > TWIST_TOLERANCE).any():
        return None
    return wrapped((stack.slip - target.slip) @ target.lattice, target.lattice)


def _length(difference):
    return float(np.linalg.norm(difference, axis=-1).max(initial=0.0))
