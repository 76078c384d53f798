"""Check of numbers of joblib workers."""

from numbers import Integral


def check_n_jobs(n_jobs):
    """Check a number of workers.

    Parameters
    ----------
    n_jobs : int or None
        As joblib understands it.

    Raises
    ------
    ValueError
        If it is 0, or no whole number.
    """
    if n_jobs is not None and (not isinstance(n_jobs, Integral) or n_jobs == 0):
        raise ValueError(
            f"n_jobs must be a whole number other than 0, or None, got {n_jobs!r}; -1 takes all "
            "cores."
        )
