"""Powders that one kind of scan, and others, are simulated of."""

import warnings

from sklearn.base import clone

from xrdmatch.crystallography import SkippedStructureWarning
from xrdmatch.inspection._ambiguity.powder_lines import powder_lines
from xrdmatch.inspection._ambiguity.powder_screen import candidate_pairs
from xrdmatch.inspection._ambiguity.powder_similarity import scan_similarity
from xrdmatch.inspection._ambiguity.scan_measurement import ScanMeasurement
from xrdmatch.simulation import check_powder_settings

SCAN_OPTIONS = ("two_theta", "fwhm", "cell_change")


class ComparedPowders:
    """Powders, whose lines are simulated when they are asked for.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The crystals.
    simulator : DiffractionSimulator
        Of powders.
    verbose : bool, default=False
        Whether bars show the progress.
    """

    def __init__(self, structures, simulator, verbose=False):
        self.structures, self.simulator = structures, clone(simulator)
        self.verbose, self._lines = verbose, {}

    @staticmethod
    def measurement(simulator, options):
        """Say what is measured, a `ScanMeasurement`."""
        settings = check_powder_settings(simulator)
        chosen = {name: options[name] for name in SCAN_OPTIONS}
        return ScanMeasurement(settings.radiation, **chosen, monochromator=settings.monochromator)

    def simulate(self, measurements):
        """Simulate once what all these measurements need, in silence."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SkippedStructureWarning)
            for kind in {m.radiation.kind for m in measurements}:
                self._simulate(kind, [m for m in measurements if m.radiation.kind == kind])

    def _simulate(self, kind, measurements):
        q_max = max(m.q_needed for m in measurements)
        options = self.simulator, kind, q_max, self.verbose
        self._lines[kind] = powder_lines(self.structures, *options)

    def lines(self, measurement):
        """Lines for a measurement, `PowderLines`."""
        if measurement.radiation.kind not in self._lines:
            self._simulate(measurement.radiation.kind, [measurement])
        return self._lines[measurement.radiation.kind]

    def candidates(self, measurement, threshold):
        """Find the pairs that may be alike, as `candidate_pairs` does."""
        return candidate_pairs(self.lines(measurement), measurement, threshold, self.verbose)

    def similarity(self, pairs, measurement):
        """Compare pairs (n_pairs, 2) of positions, as `scan_similarity` does."""
        return scan_similarity(self.lines(measurement), pairs, measurement, self.verbose)
