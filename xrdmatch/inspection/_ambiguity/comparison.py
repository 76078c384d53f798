"""Structures that one kind of measurement, and others, are simulated for."""

from sklearn.base import clone

from xrdmatch.inspection._ambiguity.layer_spots import LayerSpots
from xrdmatch.inspection._ambiguity.powder_lines import powder_lines
from xrdmatch.inspection._ambiguity.powder_similarity import scan_similarity
from xrdmatch.inspection._ambiguity.scan_measurement import ScanMeasurement
from xrdmatch.inspection._ambiguity.spot_measurement import SpotMeasurement
from xrdmatch.inspection._ambiguity.spot_similarity import spot_similarity
from xrdmatch.simulation import check_powder_settings, check_settings

SCAN_OPTIONS = ("two_theta", "fwhm", "cell_change")


class ComparedPowders:
    """Powders, whose lines are simulated when they are asked for.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The crystals.
    simulator : DiffractionSimulator
        Of powders.
    """

    def __init__(self, structures, simulator):
        self.structures, self.simulator = structures, clone(simulator)
        self._lines = {}

    @staticmethod
    def measurement(simulator, options):
        """Say what is measured, a `ScanMeasurement`."""
        settings = check_powder_settings(simulator)
        chosen = {name: options[name] for name in SCAN_OPTIONS}
        return ScanMeasurement(settings.radiation, **chosen, monochromator=settings.monochromator)

    def simulate(self, measurements):
        """Simulate once what all these measurements need."""
        for kind in {m.radiation.kind for m in measurements}:
            q_max = max(m.q_needed for m in measurements if m.radiation.kind == kind)
            self._lines[kind] = powder_lines(self.structures, self.simulator, kind, q_max)

    def lines(self, measurement):
        """Lines for a measurement, `PowderLines`."""
        if measurement.radiation.kind not in self._lines:
            self.simulate([measurement])
        return self._lines[measurement.radiation.kind]

    def similarity(self, pairs, measurement):
        """Compare pairs (n_pairs, 2) of positions, as `scan_similarity` does."""
        return scan_similarity(self.lines(measurement), pairs, measurement)


class ComparedLayers:
    """Layers; the parameters and methods are those of `ComparedPowders`."""

    def __init__(self, structures, simulator):
        self.structures = structures
        self.layers = LayerSpots(structures, simulator)

    @staticmethod
    def measurement(simulator, options):
        """Say what is measured, a `SpotMeasurement`."""
        settings = check_settings(simulator)
        reach = settings.hk_max, settings.q_max
        return SpotMeasurement(settings.radiation.kind, *reach, options["severity"])

    def simulate(self, measurements):
        """Do nothing: spots are simulated for each pair."""

    def similarity(self, pairs, measurement):
        """Compare pairs (n_pairs, 2) of positions, as `spot_similarity` does."""
        return spot_similarity(self.layers, pairs, measurement)


COMPARED = {"powder": ComparedPowders, "zone_axis": ComparedLayers}  # by the geometry
