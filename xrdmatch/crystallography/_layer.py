"""The frame of a layer: one rule for simulator, tokenizer and towers."""

from dataclasses import replace

import numpy as np

from xrdmatch.crystallography._structure_error import StructureError

VACUUM_GAP = 5.0  # [Å] wider than any van der Waals gap: an empty slab this high is vacuum
AXIS_TOLERANCE = 1e-6  # relative: axes that differ by less count as equal and are not swapped


def layer_frame(table, sort_lattice=True, vacuum=None):
    """Put every layer into the one frame, and set its vacuum where asked to.

    The steps, each a rule of its own:

    1. a layer that the cell's boundary cuts is made whole (where there is a gap wider than 5 Å
       along the normal, the cut moves into it);
    2. with `sort_lattice`, a is the shorter in-plane axis: (a, b, c) becomes (b, a, -c), a
       half turn about an in-plane line, so that handedness stays;
    3. the normal n = a x b becomes z, a points along +x, b lies in the upper half plane; where c
       points down, as in a left-handed cell, (a, b, -c) describes the same crystal;
    4. with `vacuum`, c becomes n times the vacuum and the layer is centred at z = 1/2; Cartesian
       positions relative to each other stay.

    Parameters
    ----------
    table : SiteTable
        Layers in any frame.
    sort_lattice : bool
        Whether a is to be the shorter in-plane axis.
    vacuum : float, optional
        New length of c [Å]. None keeps c as it is.

    Returns
    -------
    SiteTable
        The same crystals in the frame.

    Raises
    ------
    ValueError
        If a cell has no volume, or a layer is thicker than the vacuum.

    See Also
    --------
    site_table : Read cells and sites from structures or from tokens.
    swaps_axes : Tell for which layers the frame exchanges a and b.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.crystallography import layer_frame, site_table
    >>> cell = Lattice([[3.0, 0, 0], [0, 0, 2.0], [0, -20.0, 0]])  # the normal is -y
    >>> layer_frame(site_table([Structure(cell, ["C"], [[0, 0, 0]])])).lattice[0].round(6) + 0.0
    array([[ 2.,  0.,  0.],
           [ 0.,  3.,  0.],
           [ 0.,  0., 20.]])
    """
    _check_cells(table)
    table = _made_whole(table)
    if sort_lattice:
        table = _with_axes(table, swaps_axes(table), [1, 0, 2])
    table = replace(table, lattice=table.lattice @ _rotations(table.lattice).swapaxes(1, 2))
    table = _with_axes(table, table.lattice[:, 2, 2] < 0, [0, 1, 2])
    return table if vacuum is None else _with_vacuum(table, vacuum)


def swaps_axes(table):
    """Tell for which layers the frame exchanges a and b.

    Parameters
    ----------
    table : SiteTable
        Layers in any frame.

    Returns
    -------
    ndarray of bool, shape (n_structures,)
        Whether b is shorter than a, by more than rounding.

    See Also
    --------
    layer_frame : Put every layer into the one frame, and set its vacuum where asked to.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.crystallography import site_table, swaps_axes
    >>> cell = Lattice.orthorhombic(3.0, 2.0, 20.0)
    >>> swaps_axes(site_table([Structure(cell, ["C"], [[0, 0, 0]])]))
    array([ True])
    """
    a, b = np.linalg.norm(table.lattice[:, :2], axis=2).T
    return b < a * (1 - AXIS_TOLERANCE)


def _check_cells(table):
    flat = np.abs(np.linalg.det(table.lattice)) < 1e-6
    if flat.any():
        raise StructureError(
            "A cell must have a volume, got three vectors in one plane {place}; give the third "
            "axis a length (20 Å of vacuum, for example).",
            flat.argmax(),
        )


def _normals(lattice):
    normal = np.cross(lattice[:, 0], lattice[:, 1])
    return normal / np.linalg.norm(normal, axis=1, keepdims=True)


def _made_whole(table):
    """Shift sites by whole c so that the widest gap, if it is vacuum, is at the boundary."""
    z = np.where(table.numbers > 0, table.frac_coords[..., 2] % 1.0, np.inf)
    ordered = np.sort(z, axis=1)
    last = np.take_along_axis(ordered, np.maximum(table.n_sites, 1)[:, None] - 1, axis=1)
    with np.errstate(invalid="ignore"):  # inf - inf behind the last site
        gaps = np.diff(ordered, axis=1, prepend=last - 1.0)
    gaps = np.where(np.isfinite(gaps), gaps, 0.0)
    widest = gaps.argmax(1)[:, None]
    bottom = np.take_along_axis(ordered, widest, axis=1)
    height = np.abs((table.lattice[:, 2] * _normals(table.lattice)).sum(1))
    is_layer = gaps.max(1) * height > VACUUM_GAP
    whole = np.where(z < bottom, z + 1.0, z)
    moved = np.where((table.numbers > 0) & is_layer[:, None], whole, table.frac_coords[..., 2])
    return replace(table, frac_coords=np.dstack([table.frac_coords[..., :2], moved]))


def _with_axes(table, chosen, order):
    """Write the chosen crystals in the axes of that order, the third one negated."""
    chosen = chosen[:, None, None]
    signs = np.array([1.0, 1.0, -1.0])
    return replace(
        table,
        lattice=np.where(chosen, table.lattice[:, order] * signs[:, None], table.lattice),
        frac_coords=np.where(chosen, table.frac_coords[..., order] * signs, table.frac_coords),
    )


def _rotations(lattice):
    """Rows: the directions of a, n x a and n; shape (n_structures, 3, 3)."""
    x = lattice[:, 0] / np.linalg.norm(lattice[:, 0], axis=1, keepdims=True)
    z = _normals(lattice)
    return np.stack([x, np.cross(z, x), z], axis=1)


def _with_vacuum(table, vacuum):
    cart = table.cart_coords
    present = table.numbers > 0
    low = np.where(present, cart[..., 2], np.inf).min(1, initial=np.inf)
    high = np.where(present, cart[..., 2], -np.inf).max(1, initial=-np.inf)
    _check_thickness(high - low, vacuum)
    cart[..., 2] += (vacuum / 2 - (low + high) / 2)[:, None]
    lattice = table.lattice.copy()
    lattice[:, 2] = [0.0, 0.0, vacuum]
    frac_coords = np.where(present[..., None], cart @ np.linalg.inv(lattice), 0.0)
    return replace(table, lattice=lattice, frac_coords=frac_coords)


def _check_thickness(thickness, vacuum):
    thick = thickness >= vacuum
    if thick.any():
        raise StructureError(
            f"The vacuum must be larger than the layer is thick, got {vacuum} Å for a layer of "
            f"{thickness[thick.argmax()]:.1f} Å {{place}}; set a larger vacuum.",
            thick.argmax(),
        )
