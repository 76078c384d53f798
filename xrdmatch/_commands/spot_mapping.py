"""Files with a picture of spots at every place of a scan: a map of phases."""

import sys
from collections import Counter
from functools import partial

import numpy as np

from xrdmatch.preprocessing import SpotFinder
from xrdmatch.retrieval import SpotMap

COLUMNS = "{:{phase}}{:>9}{:>9}{:>17}"
MOST_REASONS = 5  # why places have no spots

say = partial(print, flush=True)


def map_frames(frames, reranker, scale_error=None, elements=None):
    """Name the phase at every place of a scan.

    Parameters
    ----------
    frames : Frames
        The pictures.
    reranker : PhysicsReranker
        Output of `open_spot_library`.
    scale_error : float, default=None
        Relative standard error of the scale.
    elements : ElementFilter, default=None
        Known chemistry.

    Returns
    -------
    SpotMap
        Fitted.
    """
    finder = SpotFinder(scale_error=scale_error, radiation=reranker.simulator_.radiation)
    return SpotMap(reranker, finder, verbose=sys.stderr.isatty()).fit(frames, elements)


def tell_map(found):
    """Print which phases there are, at how many places, and how sure they are in the middle.

    Parameters
    ----------
    found : SpotMap
        Fitted.
    """
    n_rows, n_columns = found.phase_.shape
    say(f"{n_rows * n_columns} pictures, {n_rows} x {n_columns} places\n")
    width = max(len("phase"), *map(len, found.shares_))
    say(COLUMNS.format("phase", "places", "share", "median margin", phase=width))
    for name, share in found.shares_.items():
        here = found.phase_ == name
        known = found.margin_[here & np.isfinite(found.margin_)]
        margin = f"{np.median(known):.1f}" if len(known) else ""
        row = COLUMNS.format(name, here.sum(), f"{share:.1%}", margin, phase=width)
        say(row.rstrip())
    if np.isposinf(found.margin_).any():
        say("\nOnly one crystal was compared, so nothing says how sure its places are.")
    if found.cautions_:
        say(f"\nSomething speaks against the best crystal at {len(found.cautions_)} places, first:")
        say(next(iter(found.cautions_.values()))[-1])
    _tell_failures(found.failures_)


def _tell_failures(failures):
    reasons = Counter(failures.values())
    if reasons:
        say()
    for reason, n in reasons.most_common(MOST_REASONS):
        say(f"{n} without spots: {reason}")
    if len(reasons) > MOST_REASONS:
        say(f"and {len(reasons) - MOST_REASONS} other reasons")
