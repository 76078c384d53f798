"""Check that all patterns are of one kind of radiation."""

from xrdmatch.crystallography import DiffractionPattern, Scan
from xrdmatch.preprocessing import as_queries


def check_radiation(patterns, kind):
    """Check that no pattern says to be of another kind of radiation than towers learn with.

    Parameters
    ----------
    patterns : list of patterns, or one
        The patterns; those that do not say what they were taken with pass.
    kind : {"xray", "electron", "neutron"}
        What the towers' simulator has.

    Raises
    ------
    ValueError
        If one is of another kind.

    See Also
    --------
    training_sets : Divide pairs into those to train on and those whose loss is watched.
    """
    for i, pattern in enumerate(as_queries(patterns)):
        if not isinstance(pattern, DiffractionPattern | Scan) or pattern.radiation is None:
            continue
        got = pattern.radiation.kind
        if got != kind:
            raise ValueError(
                f"Towers that have learned with {kind} patterns read those only, got one of "
                f"{got} as pattern {i}; train others with DiffractionSimulator(radiation={got!r}), "
                "or ask a PatternMatcher with that simulator."
            )
