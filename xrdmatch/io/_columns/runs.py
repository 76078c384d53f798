"""Monotonic runs of angles, restarts and outliers."""

import numpy as np

_SHORT = 5  # points that make a scan
_MOST_STRAY = 0.2  # of all points


def split_runs(x):
    """Part positions into runs that rise or fall.

    Parameters
    ----------
    x : ndarray of shape (n_points,)
        Finite positions in the order of the file.

    Returns
    -------
    runs : list of ndarray of int
        Indices of the points of each run, in the order of the file.
    strays : ndarray of int
        Indices of single points that belong to no run: a digit is wrong in them.

    Raises
    ------
    ValueError
        When the positions go up and down all the time.
    """
    steps = np.diff(x)
    rising = x if (steps > 0).sum() >= (steps < 0).sum() else -x
    breaks = np.flatnonzero(np.diff(rising) < 0) + 1
    parts = [[part] for part in np.split(np.arange(len(x)), breaks)]
    runs, strays = _joined(rising, parts)
    runs = [np.concatenate(run) for run in runs]
    kept = [run for run in runs if len(run) >= min(_SHORT, len(x))]
    strays += [i for run in runs if len(run) < min(_SHORT, len(x)) for i in run]
    if not kept or len(strays) > _MOST_STRAY * len(x):
        raise ValueError(
            f"the angles go up and down ({len(parts)} runs): it is a map or no scan over one axis"
        )
    return kept, np.array(sorted(strays), dtype=int)


def _joined(x, parts):
    """Join runs that only a stray point parts."""
    runs, strays = [parts[0]], []
    for (part,) in parts[1:]:
        last = runs[-1][-1]
        before = last[-2] if len(last) > 1 else _end(runs[-1][:-1])
        if len(part) > 1 and x[part[1]] > x[last[-1]]:  # the first point of the part is too low
            strays.append(part[0])
            runs[-1].append(part[1:])
        elif x[part[0]] > x[last[-1]]:
            runs[-1].append(part)
        elif before is None and len(last) == 1:  # the very first point is too high
            strays.append(last[0])
            runs[-1] = [part]
        elif before is not None and x[before] < x[part[0]]:  # the last point is too high
            strays.append(last[-1])
            runs[-1][-1] = last[:-1]
            runs[-1].append(part)
        else:
            runs.append([part])
    return runs, strays


def _end(parts):
    """Index of the last point of the parts, None where there is none."""
    return next((part[-1] for part in reversed(parts) if len(part)), None)
