"""Least squares of metrics and zero shift on lines with indices, many cells at once."""

import numpy as np

_CHUNK = 4_000_000  # differences at once


def refine(kind, parameters, lines, widths, usual_zero):
    """Refine cells of one kind, with one zero shift each.

    Each line is given the nearest reflection that lies within a width, and the parameters are
    fitted to 1/d^2, which is linear in them and in the shift; so once for each width.

    Parameters
    ----------
    kind : Bravais
        Kind of lattice.
    parameters : ndarray of shape (n_cells, n_parameters)
        Where to start [1/Å^2].
    lines : Lines
        Observed lines.
    widths : sequence of float
        How far a reflection may lie from its line [degrees], in turn.
    usual_zero : float
        Usual size of a zero shift [degrees].

    Returns
    -------
    parameters : ndarray of shape (n_cells, n_parameters)
        Refined [1/Å^2].
    zero : ndarray of shape (n_cells,)
        Shifts, observed minus calculated [degrees].
    """
    parameters, zero = parameters.copy(), np.zeros(len(parameters))
    families = families_within(kind.families, parameters, lines)
    step = max(_CHUNK // (len(families) * len(lines)), 1)
    for start in range(0, len(parameters), step):
        part = slice(start, start + step)
        for width in widths:
            parameters[part], zero[part] = _refined_once(
                families, parameters[part], zero[part], lines, width, usual_zero
            )
    return parameters, zero


def families_within(families, parameters, lines):
    """Families that are within the lines for any of the cells."""
    low = np.full(len(families), np.inf)
    for some in np.array_split(parameters, max(len(parameters) // 100, 1)):
        low = np.minimum(low, (families @ some.T).min(1))
    return families[low < 1.1 * lines.q2[-1]]


def _refined_once(families, parameters, zero, lines, width, usual_zero):
    nearest, off = assigned(families, parameters, zero, lines)
    good = np.abs(off) < width
    weights = good / (lines.error * lines.slope) ** 2  # (n_cells, n_lines)
    slopes = np.broadcast_to(lines.slope[None, :, None], (*nearest.shape, 1))
    design = np.concatenate([families[nearest], slopes], -1)
    weighted = design * weights[..., None]
    normal = np.swapaxes(design, 1, 2) @ weighted
    right = np.swapaxes(weighted, 1, 2) @ lines.q2[:, None]
    last = parameters.shape[1]
    normal[:, last, last] += 1 / max(usual_zero, 1e-6) ** 2
    ridge = 1e-9 * np.trace(normal, axis1=1, axis2=2)[:, None] / (last + 1)
    diagonal = np.arange(last)
    normal[:, diagonal, diagonal] += ridge
    right[:, :last, 0] += ridge * parameters
    found = np.linalg.solve(normal, right)[..., 0]
    kept = good.sum(1)[:, None] > last
    return np.where(kept, found[:, :last], parameters), np.where(kept[:, 0], found[:, last], zero)


def assigned(families, parameters, zero, lines):
    """Give each line the nearest reflection of each cell.

    Parameters
    ----------
    families : ndarray of shape (n_families, n_parameters)
        Reflections.
    parameters : ndarray of shape (n_cells, n_parameters)
        Metrics [1/Å^2].
    zero : ndarray of shape (n_cells,)
        Shifts [degrees].
    lines : Lines
        Observed lines.

    Returns
    -------
    nearest : ndarray of int, shape (n_cells, n_lines)
        Index of the reflection.
    off : ndarray of shape (n_cells, n_lines)
        Observed minus calculated angle [degrees].
    """
    calculated = parameters @ families.T  # (n_cells, n_families)
    observed = lines.q2 - zero[:, None] * lines.slope  # (n_cells, n_lines)
    order = np.argsort(calculated, axis=1)
    ordered = np.take_along_axis(calculated, order, 1)
    after = np.stack([np.searchsorted(c, o) for c, o in zip(ordered, observed, strict=True)])
    before = np.clip(after - 1, 0, None)
    after = np.clip(after, None, len(families) - 1)
    below, above = (np.take_along_axis(ordered, x, 1) for x in (before, after))
    place = np.where(observed - below < above - observed, before, after)
    nearest = np.take_along_axis(order, place, 1)
    off = (observed - np.take_along_axis(ordered, place, 1)) / lines.slope
    return nearest, off
