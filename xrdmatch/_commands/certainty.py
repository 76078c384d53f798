"""Probabilities of the phases of a scan, where the library has been calibrated."""

from dataclasses import dataclass
from functools import partial

from xrdmatch.crystallography import crystal_symmetry
from xrdmatch.inspection import deciding_measurements
from xrdmatch.simulation import DiffractionSimulator

COVERAGE = 0.9
N_LISTED = 20  # entries whose probability is asked for
N_NAMED = 4  # phases of the set that are named
WORTH = 0.05  # probability of a second phase from which on it is said what would decide
LEAST = "under 1 %"
LARGEST_ANGLE = 160.0  # [degrees] of what is simulated for that

say = partial(print, flush=True)


@dataclass(frozen=True)
class ProbablePhase:
    """A phase of the library that a scan may be of.

    Parameters
    ----------
    formula, space_group : str
        What makes it one phase.
    labels : tuple of str
        Its entries.
    best : int
        Position of the best one in the library; -1 for none.
    probability : float
        That it is the answer.
    inside : bool
        Whether it belongs to those among which the right one is in 90 % of such cases.
    """

    formula: str
    space_group: str
    labels: tuple
    best: int
    probability: float
    inside: bool


@dataclass(frozen=True)
class Certainty:
    """How probable phases are for a scan of one phase.

    Parameters
    ----------
    phases : list of ProbablePhase
        The most probable first.
    unknown : float
        Probability that the crystal is not in the library.
    rejected : bool
        Whether that is how the scan is answered.
    learned_from : str
        What the calibration was learned from.
    deciding : str
        What would decide between the first two phases; empty where there is but one.
    """

    phases: list
    unknown: float
    rejected: bool
    learned_from: str
    deciding: str = ""

    def of(self, formula, space_group):
        """Find a phase; one of no probability where it is not listed."""
        name = formula, space_group
        none = ProbablePhase(*name, (), -1, 0.0, False)
        return next((p for p in self.phases if (p.formula, p.space_group) == name), none)


def find_certainty(calibrated, scan, elements=None):
    """Compute the probabilities of the phases of a scan.

    Parameters
    ----------
    calibrated : CalibratedRetriever or None
        With its library; None where that has not been calibrated.
    scan : Scan
        The scan.
    elements : ElementFilter, default=None
        Known chemistry.

    Returns
    -------
    Certainty or None
        None where there is no calibration.
    """
    if calibrated is None:
        return None
    n = min(N_LISTED, len(calibrated.gallery_))
    found = calibrated.weigh([scan], n, COVERAGE, elements)
    known, phases = calibrated.calibration_, _phases(calibrated, found)
    return Certainty(
        phases,
        float(found.probabilities[0, -1]),
        bool(found.rejected[0]),
        f"{known.n_queries} {known.source} queries",
        _deciding(calibrated, phases, scan),
    )


def _deciding(calibrated, phases, scan):
    """Say what would decide between the two most probable phases."""
    if len(phases) < 2 or phases[1].probability < WORTH:
        return ""
    crystals = [calibrated.gallery_[phase.best] for phase in phases[:2]]
    simulator = DiffractionSimulator("powder", scan.radiation)
    reach = float(scan.two_theta[0]), float(min(scan.two_theta[-1], LARGEST_ANGLE))
    try:
        sentence = deciding_measurements(*crystals, simulator, two_theta=reach).sentence
    except ValueError:  # one has no line in the range of the scan
        return ""
    return f"Between {phases[0].formula} and {phases[1].formula}: {sentence}"


def _phases(calibrated, found):
    """Put entries of one phase together; they come one after the other."""
    entries = {}
    for i, share in zip(found.indices[0], found.probabilities[0], strict=False):
        if i >= 0:
            structure = calibrated.gallery_[int(i)]
            name = structure.reduced_formula, crystal_symmetry(structure).space_group
            entries.setdefault(name, []).append((int(i), float(share)))
    phases = []
    for name, pairs in entries.items():
        labels = [calibrated.classes_[i] for i, _ in pairs]
        probability, inside = sum(share for _, share in pairs), labels[0] in found.sets[0]
        named = tuple(map(str, labels)), pairs[0][0]
        phases.append(ProbablePhase(*name, *named, probability, inside))
    return phases


def print_certainty(certainty):
    """Print how sure the answer is; nothing where that is not known."""
    for sentence in certainty_sentences(certainty):
        say(sentence)


def certainty_sentences(certainty):
    """Say how sure the answer is, in sentences; none where that is not known.

    Parameters
    ----------
    certainty : Certainty or None
        What is known of it.

    Returns
    -------
    list of str
        Sentences.
    """
    if certainty is None:
        return []
    probably = "Probably not in the library" if certainty.rejected else "Not in the library"
    said = [f"{probably}: {percent(certainty.unknown)}."]
    inside = [phase for phase in certainty.phases if phase.inside]
    if not inside:
        none = "No phase of the library is probable enough to be named with a confidence of 90 %."
        return [*said, none]
    said.append(f"Set of 90 %: {_named(inside)}.")
    return [*said, certainty.deciding] if certainty.deciding else said


def _named(phases):
    """Name the first phases, but for those of hardly any probability, which are counted."""
    shown = [phase for phase in phases[:N_NAMED] if percent(phase.probability) != LEAST]
    names = [f"{p.formula}, {p.space_group} ({percent(p.probability)})" for p in shown]
    left = phases[len(shown) :]
    if left:
        names.append(f"{len(left)} more of {_at_most(left[0].probability)} each")
    return "; ".join(names)


def _at_most(probability):
    """Write the largest of several probabilities."""
    text = percent(probability)
    return text if text == LEAST else f"at most {text}"


def percent(probability):
    """Write a probability; the ends are never reached."""
    if probability < 0.005:
        return LEAST
    return "over 99 %" if probability > 0.995 else f"{100 * probability:.0f} %"
