"""Content of a report on one scan."""

from dataclasses import dataclass, field

import numpy as np

from xrdmatch.inspection._plot.profile import ProfileDisplay
from xrdmatch.retrieval import DecomposedScan


@dataclass(frozen=True, eq=False)
class ReportedCandidate:
    """A candidate for the one phase of a scan, as a report shows it.

    Parameters
    ----------
    label, formula, space_group : str
        Which entry of the library it is.
    score : float
        Log probability of the scan, up to a constant.
    r_wp : float
        Weighted residual of its refined profile [%].
    change : float
        The largest change of a length of its cell [%].
    profile : ProfileDisplay
        Its refined profile.
    lattice, lattice_sigma : ndarray of shape (6,)
        Refined lengths [Å] and angles [degrees], and their standard uncertainties.
    alike : str, default=""
        Entries that share its formula and space group, in words.
    probability : str, default=""
        How probable its phase is, in words; empty where that is not known.

    See Also
    --------
    ReportedScan : What a report says of one scan.
    """

    label: str
    formula: str
    space_group: str
    score: float
    r_wp: float
    change: float
    profile: ProfileDisplay
    lattice: np.ndarray
    lattice_sigma: np.ndarray
    alike: str = ""
    probability: str = ""


@dataclass(frozen=True, eq=False)
class ReportedScan:
    """What a report says of one scan.

    Parameters
    ----------
    name : str
        What the scan is called.
    facts : dict of str to str, default={}
        What is known of the measurement, by name: its file, range, wavelength.
    found : DecomposedScan, default=None
        Its phases, where these were looked for.
    look_alikes : sequence of n_phases str, default=()
        What could stand in the place of each phase, in words; labels where this is left out.
    candidates : sequence of ReportedCandidate, default=()
        Rivals for one phase, the best first, where these were asked for.
    sentences : sequence of str, default=()
        What is said of the answer and of its doubts.
    error : str, default=""
        Why there is no answer; empty where there is one.

    See Also
    --------
    IdentificationReport
        One page with what is in scans: answers, doubts, pictures, and what they rest on.
    ReportedCandidate : A candidate for the one phase of a scan, as a report shows it.
    """

    name: str
    facts: dict = field(default_factory=dict)
    found: DecomposedScan | None = None
    look_alikes: tuple = ()
    candidates: tuple = ()
    sentences: tuple = ()
    error: str = ""
