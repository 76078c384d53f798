"""Conditions under which commands answer scans: silent warnings, one thread, errors to report."""

import warnings
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

MISTAKES = (ValueError, TypeError, OSError)  # of a scan, said in one sentence


@contextmanager
def quiet():
    """No remarks on single elements, one thread: those that wait for each other cost time."""
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", UserWarning)
        yield
