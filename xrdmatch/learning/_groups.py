"""Structures that belong together: copies, and those of one formula."""

import numpy as np
from sklearn.model_selection import GroupShuffleSplit


def copies(tokens):
    """Give every structure a number that its copies share; shape (n,)."""
    rounded = np.nan_to_num(tokens, nan=-9.0).round(3)
    return np.unique(rounded, axis=0, return_inverse=True)[1].ravel()


def formula_groups(numbers):
    """Give every structure a number that its reduced formula shares; shape (n,)."""
    counts = np.stack([np.bincount(row[row > 0], minlength=119) for row in numbers])
    divisor = np.gcd.reduce(counts, axis=1)
    return np.unique(counts // divisor[:, None], axis=0, return_inverse=True)[1].ravel()


def split_by_formula(numbers, fraction, rng):
    """Rows to train on and rows to hold out, no reduced formula in both.

    Parameters
    ----------
    numbers : ndarray of shape (n, n_sites)
        Atomic numbers, 0 where padded.
    fraction : float
        Share of the formulas to hold out; less than two rows are not worth holding out.
    rng : RandomState
        Source of chance.

    Returns
    -------
    train, held_out : ndarray
        Row numbers.
    """
    return split_groups(formula_groups(numbers), fraction, rng)


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
    """
    rows = np.arange(len(groups))
    if fraction * len(rows) < 2 or len(np.unique(groups)) < 3:
        return rows, rows[:0]
    splitter = GroupShuffleSplit(1, test_size=fraction, random_state=rng)
    return next(splitter.split(rows, groups=groups))


def check_different(groups):
    """Check that there is something to tell apart; `groups` as from `copies`."""
    if not len(groups):
        raise ValueError("Learning needs structures, got none; pass a list of structures.")
    n_different = len(np.unique(groups))
    if n_different < 2:
        raise ValueError(
            f"Learning needs at least two different structures, got {n_different} among "
            f"{len(groups)}; add others, or use PatternMatcher, which learns nothing."
        )
