"""Groups of copies and of equal formulas."""

import numpy as np
from sklearn.model_selection import GroupShuffleSplit

from xrdmatch.crystallography import is_tokens, site_table

POSITION = 3  # digits of cells [Å] and fractional coordinates that copies agree in


def copies(table):
    """Give every layer a number that its copies share.

    Parameters
    ----------
    table : SiteTable
        Layers in their frame, of one vacuum.

    Returns
    -------
    ndarray of int, shape (n,)
        Equal numbers for equal cells and sites, in any order.
    """
    coords = (table.frac_coords % 1.0).round(POSITION) % 1.0 * (table.numbers > 0)[..., None]
    sites = np.dstack([coords, table.numbers])
    order = np.lexsort(sites.transpose(2, 0, 1))
    sites = np.take_along_axis(sites, order[..., None], axis=1).reshape(len(sites), -1)
    return _numbered(np.hstack([table.lattice.round(POSITION).reshape(-1, 9), sites]))


def alike(peaks):
    """Give peaks (n, n_peaks, 2) equal up to 0.001 1/Å and 10 % of intensity one number; (n,)."""
    return _numbered(alike_steps(peaks))


def alike_steps(peaks):
    """Round peaks (n, n_peaks, 2) to the steps in which those of `alike` are equal; (n, m)."""
    steps = (np.nan_to_num(peaks, nan=-9.0) / [0.001, 0.1]).round() + 0.0  # no -0
    return steps.reshape(len(peaks), peaks[:1].size)


def formulas(crystals):
    """Give every structure a number that its reduced formula shares.

    Parameters
    ----------
    crystals : list of Structure or ndarray of tokens
        The structures.

    Returns
    -------
    ndarray of int, shape (n,)
        Equal numbers for equal formulas.

    See Also
    --------
    split_groups : Rows to train on and rows to hold out, no group in both.
    xrdmatch.datasets.composition_groups
        Reduced formula of each structure, for ``groups=`` in scikit-learn.
    """
    if is_tokens(crystals):
        return formula_groups(site_table(crystals).numbers)
    names = [structure.composition.reduced_formula for structure in crystals]
    return np.unique(names, return_inverse=True)[1]


def formula_groups(numbers):
    """Do the same for atomic numbers (n, n_sites), 0 where padded."""
    counts = np.stack([np.bincount(row[row > 0], minlength=119) for row in numbers])
    divisor = np.gcd.reduce(counts, axis=1)
    return _numbered(counts // divisor[:, None])


def _numbered(rows):
    """Give equal rows one number."""
    return np.unique(rows, axis=0, return_inverse=True)[1].ravel() if len(rows) else np.zeros(0)


def split_groups(groups, fraction, rng):
    """Rows to train on and rows to hold out, no group in both.

    Parameters
    ----------
    groups : ndarray of shape (n,)
        Equal numbers for what belongs together.
    fraction : float
        Share of the groups to hold out; less than two rows are not worth holding out.
    rng : RandomState
        Source of chance.

    Returns
    -------
    train, held_out : ndarray
        Row numbers.

    See Also
    --------
    formulas : Give every structure a number that its reduced formula shares.
    training_sets : Divide pairs into those to train on and those whose loss is watched.
    """
    rows = np.arange(len(groups))
    if fraction * len(rows) < 2 or len(np.unique(groups)) < 3:
        return rows, rows[:0]
    splitter = GroupShuffleSplit(1, test_size=fraction, random_state=rng)
    return next(splitter.split(rows, groups=groups))


def check_different(groups):
    """Check that there is something to tell apart; `groups` as from `copies`.

    See Also
    --------
    training_sets : Divide pairs into those to train on and those whose loss is watched.
    """
    if not len(groups):
        raise ValueError("Learning needs structures, got none; pass a list of structures.")
    n_different = len(np.unique(groups))
    if n_different < 2:
        raise ValueError(
            f"Learning needs at least two different structures, got {n_different} among "
            f"{len(groups)}; add others, or use PatternMatcher, which learns nothing."
        )
