"""Where the layers of a stack lie and how they are turned; and which poses are equal."""

from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np

from xrdmatch.stacking._projected_layer import project_layer, projected_symmetries

TWIST_TOLERANCE = 1.0  # [degrees] twists that differ by less count as equal
MIRROR = np.diag([1.0, -1.0])


@dataclass(frozen=True, eq=False)
class Poses:
    """Layers in the frame of the first: atoms of layer i are at r F_i R_i + p_i (row vectors).

    F_i is the reflection y -> -y where the layer is turned over, R_i the rotation by its angle.

    Parameters
    ----------
    layers : tuple of ProjectedLayer
        The layers in their own frames.
    positions : ndarray of shape (n_layers, 2)
        Where their origins are [Å].
    angles : ndarray of shape (n_layers,)
        How far they are turned, counter-clockwise [degrees].
    faces : ndarray of shape (n_layers,)
        -1 where a layer is turned over, else 1.
    """

    layers: tuple
    positions: np.ndarray
    angles: np.ndarray
    faces: np.ndarray

    @property
    def matrices(self):
        """Orthogonal matrices F R of the layers, for row vectors; shape (n_layers, 2, 2)."""
        return np.array(
            [
                (MIRROR if face < 0 else np.eye(2)) @ rotation(angle)
                for face, angle in zip(self.faces, self.angles, strict=True)
            ]
        )

    @property
    def placed(self):
        """The layers as they lie, without their shifts; a tuple of ProjectedLayer."""
        return tuple(
            layer.moved(matrix) for layer, matrix in zip(self.layers, self.matrices, strict=True)
        )

    def ordered(self, order):
        """Return the poses in another order of the layers."""
        order = list(order)
        return Poses(
            tuple(self.layers[i] for i in order),
            self.positions[order],
            self.angles[order],
            self.faces[order],
        )


def rotation(angle):
    """Return the matrix that turns row vectors counter-clockwise by an angle [degrees]."""
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return np.array([[cos, sin], [-sin, cos]])


def poses_of(stack):
    """Return the poses of a stack's layers; the first one lies at 0 and is not turned."""
    steps = np.vstack([np.zeros((1, 2)), stack.slip_angstrom])
    projected = {id(layer): project_layer(layer) for layer in stack.layers}
    return Poses(
        tuple(projected[id(layer)] for layer in stack.layers),
        np.cumsum(steps, axis=0),
        np.concatenate([[0.0], np.cumsum(stack.twist)]),
        np.array(stack.face),
    )


def slips(poses):
    """Return each layer's shift against the one below in fractions of the first layer's axes."""
    lattice = poses.placed[0].lattice
    return np.diff(poses.positions, axis=0) @ np.linalg.inv(lattice)


def equivalent_poses(poses):
    """Yield every description of the same stack, as a projection shows it.

    The stack is turned over, or turned by a symmetry of its first layer, or its layers change
    places: which one is above does not show. Shifts by lattice vectors are left to whoever
    compares.
    """
    once = {id(layer): layer for layer in poses.layers}
    own = {key: projected_symmetries(layer) for key, layer in once.items()}
    for side in (poses, _turned_over(poses)):
        up = _face_up(side, own)
        for order in permutations(range(len(up.layers))):
            for view in _rotated(_in_first_frame(up.ordered(order)), own):
                yield _in_first_frame(_least_angles(view, own))


def reduced_poses(poses):
    """Describe each layer face up where its symmetry allows, at the least angle; no frame moves."""
    own = {id(layer): projected_symmetries(layer) for layer in poses.layers}
    return _least_angles(_face_up(poses, own), own)


def _turned_over(poses):
    """Turn the stack over about the x axis: the last layer becomes the first."""
    return Poses(poses.layers, poses.positions @ MIRROR, -poses.angles, -poses.faces).ordered(
        reversed(range(len(poses.layers)))
    )


def _in_first_frame(poses):
    """Move the frame so that the first layer lies at 0 and is not turned."""
    back = rotation(-poses.angles[0])
    return replace(
        poses,
        positions=(poses.positions - poses.positions[0]) @ back,
        angles=poses.angles - poses.angles[0],
    )


def _face_up(poses, symmetries):
    """Describe a layer that is turned over, and whose projection is its own mirror image, as not.

    With a reflection S among its symmetries, r S + t are the same atoms, so that
    r F R + p = r' S F R + p - t S F R, and S F is a rotation.
    """
    for i, layer in enumerate(poses.layers):
        reflections = [(m, t) for m, t in symmetries[id(layer)] if np.linalg.det(m) < 0]
        if poses.faces[i] < 0 and reflections:
            poses = _redescribed(poses, i, *reflections[0])
    return poses


def _redescribed(poses, i, symmetry, shift):
    """Describe layer i by its atoms' places after one of its own symmetries."""
    inverse = symmetry.T
    matrix = inverse @ poses.matrices[i]
    positions = poses.positions.copy()
    positions[i] = positions[i] - shift @ matrix
    faces, angles = poses.faces.copy(), poses.angles.copy()
    faces[i] = 1 if np.linalg.det(matrix) > 0 else -1
    turn = matrix if faces[i] > 0 else MIRROR @ matrix
    angles[i] = np.degrees(np.arctan2(turn[0, 1], turn[0, 0]))
    return replace(poses, positions=positions, angles=angles, faces=faces)


def _rotated(poses, symmetries):
    """Yield the stack turned by each rotation that maps its first layer onto itself."""
    for matrix, _ in symmetries[id(poses.layers[0])]:
        if np.linalg.det(matrix) > 0:
            angle = np.degrees(np.arctan2(matrix[0, 1], matrix[0, 0]))
            yield replace(poses, positions=poses.positions @ matrix, angles=poses.angles + angle)


def _least_angles(poses, symmetries):
    """Describe each layer with the angle of least size that its rotations allow."""
    for i, layer in enumerate(poses.layers):
        own = symmetries[id(layer)]
        choices = [_redescribed(poses, i, m, t) for m, t in own if np.linalg.det(m) > 0]
        poses = min(choices, key=lambda choice: _angle_rank(choice.angles[i]))
    return poses


def _angle_rank(angle):
    """Rank angles by size; of two that are nearly opposite, the positive one is first."""
    angle = (angle + 180.0) % 360.0 - 180.0
    return round(abs(angle) - (1e-3 if angle > 0 else 0), 4)
