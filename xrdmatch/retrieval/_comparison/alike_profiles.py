"""Comparison of powders by their profiles."""

from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import FlattenedScan, check_powders
from xrdmatch.retrieval._comparison.profile_library import ProfileLibrary, profile_library
from xrdmatch.retrieval._comparison.profile_queries import ProfileQuery


class AlikeProfiles:
    """Take 1 minus the cosine of two profiles as their distance.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Simulates the gallery.
    transformer : BackgroundRemover
        What scans go through first; peaks stay as they are.
    """

    strained = False  # whether profiles are compared that are blurred far more, too

    def __init__(self, simulator, transformer):
        self.simulator, self.transformer = simulator, transformer

    def gallery(self, structures):
        """Simulate the gallery; a `ProfileLibrary`."""
        return profile_library(structures, self.simulator)

    def reads(self, encoded):
        """Tell whether an encoded gallery is of the kind that is compared here."""
        return isinstance(encoded, ProfileLibrary)

    def queries(self, patterns):
        """Take the background off scans; a list of `ProfileQuery`."""
        check_powders(patterns)
        flat = {i: p.flat for i, p in enumerate(patterns) if isinstance(p, FlattenedScan)}
        scans = [i for i, p in enumerate(patterns) if isinstance(p, Scan) and i not in flat]
        new = self.transformer.transform([patterns[i] for i in scans])
        flat |= zip(scans, new, strict=True)
        return [
            ProfileQuery(flat.get(i, pattern), i, self.strained)
            for i, pattern in enumerate(patterns)
        ]


class StrainedProfiles(AlikeProfiles):
    """The same, or 1 minus the cosine of far more blurred profiles where that is nearer.

    Peaks of a cell that is off by percents, differently along its axes, still overlap then.
    """

    strained = True
