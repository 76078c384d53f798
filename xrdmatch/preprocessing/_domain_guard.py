"""Checks of scans against the domain of a retriever."""

import warnings

import numpy as np

from xrdmatch.crystallography import ANODES
from xrdmatch.preprocessing._noise import alternation
from xrdmatch.preprocessing._scan_transformer import as_scans

_FEWEST_RANGE = 0.25  # [1/Å] of q, as from 10 to 33 degrees with Cu K-alpha
_COARSEST_STEP = 1.2e-3  # [1/Å] of q, 0.11 degrees with Cu K-alpha: the width of a sharp peak
_SMOOTH = 0.2  # share of alternating second differences; noise has 0.73, smoothing leaves less
_SAME_MEAN = 4e-4  # [Å] within which tables disagree on a doublet's mean
_CLIPPED = 0.05  # share of counts at zero beyond what chance gives
_NEGATIVE = 0.01  # share of counts below zero

ISSUES = {
    "short_range": "covers too little of q",
    "coarse_step": "has steps as wide as its peaks",
    "no_wavelength": "has no wavelength",
    "mean_wavelength": "has the mean of a K-alpha doublet as a single line",
    "simulated": "has no noise: it looks simulated or smoothed",
    "background_stripped": "looks stripped of its background",
}


class DomainWarning(UserWarning):
    """A query is unlike those that results are stated for; the text says how.

    See Also
    --------
    check_domain : Look for what makes predictions from scans less sure, and warn of it.
    """


def check_domain(scans):
    """Look for what makes predictions from scans less sure, and warn of it.

    ========================  ==================================================================
    issue                     when
    ========================  ==================================================================
    ``short_range``           less than 0.25 1/Å of q: too few peaks to tell structures apart
    ``coarse_step``           steps above 0.0012 1/Å: peaks fall between points
    ``no_wavelength``         the scan has no radiation, so it cannot be compared at all
    ``mean_wavelength``       one line at the mean of a tube's K-alpha 1 and 2: was it the doublet?
    ``simulated``             second differences hardly alternate in sign: no noise, or smoothed
    ``background_stripped``   counts below zero, or more zeros than chance gives
    ========================  ==================================================================

    Parameters
    ----------
    scans : list of Scan
        A single scan counts as a list of one.

    Returns
    -------
    list of list of str
        The issues of each scan, empty where there are none.

    Warns
    -----
    DomainWarning
        One for all scans, naming those that have an issue.

    See Also
    --------
    DomainWarning : A query is unlike those that results are stated for; the text says how.

    Examples
    --------
    >>> import warnings
    >>> import numpy as np
    >>> from xrdmatch.crystallography import Scan
    >>> from xrdmatch.preprocessing import check_domain
    >>> x = np.arange(10, 20, 0.02)
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     check_domain(Scan(x, 50 + 9 * np.exp(-(((x - 15) / 0.1) ** 2)), radiation=1.5418))
    [['short_range', 'mean_wavelength', 'simulated']]
    """
    scans = as_scans(scans)
    found = [_issues(scan) for scan in scans]
    named = [
        f"{scan.name or i} {' and '.join(ISSUES[issue] for issue in issues)}"
        for i, (scan, issues) in enumerate(zip(scans, found, strict=True))
        if issues
    ]
    if named:
        text = (
            f"{len(named)} of {len(scans)} scans are unlike those that results are stated for: "
            f"{'; '.join(named[:10])}{'; ...' if len(named) > 10 else ''}."
        )
        warnings.warn(text, DomainWarning, stacklevel=2)
    return found


def _issues(scan):
    tests = {**_axis_issues(scan), **_count_issues(scan)}
    return [issue for issue in ISSUES if tests.get(issue)]


def _axis_issues(scan):
    if scan.radiation is None or not scan.radiation.lines:
        return {"no_wavelength": True}
    q = scan.q
    means = [(2 * ka1 + ka2) / 3 for ka1, ka2, _ in ANODES.values()]
    return {
        "short_range": np.ptp(q) < _FEWEST_RANGE,
        "coarse_step": np.median(np.diff(q)) > _COARSEST_STEP,
        "mean_wavelength": scan.radiation.kind == "xray"
        and len(scan.radiation.lines) == 1
        and min(abs(scan.radiation.wavelength - mean) for mean in means) < _SAME_MEAN,
    }


def _count_issues(scan):
    quiet = alternation(scan) < _SMOOTH  # False where nothing can be said
    return {"simulated": quiet, "background_stripped": _is_stripped(scan)}


def _is_stripped(scan):
    if np.mean(scan.counts < 0) > _NEGATIVE:
        return True
    zeros = scan.counts == 0
    if zeros.all() or not zeros.any():
        return False
    # A Poisson number of mean m is zero with chance exp(-m); one count is the smallest there is.
    level = np.convolve(np.pad(scan.counts, 10, mode="reflect"), np.ones(21) / 21, mode="valid")
    by_chance = np.exp(-level / scan.counts[~zeros].min())
    return bool(zeros.mean() - by_chance.mean() > _CLIPPED)
