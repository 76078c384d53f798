"""Layers that spots of one kind, and of others, are simulated of."""

from xrdmatch.inspection._ambiguity.lattice_screen import alike_lattices
from xrdmatch.inspection._ambiguity.layer_spots import LayerSpots
from xrdmatch.inspection._ambiguity.spot_measurement import SpotMeasurement
from xrdmatch.inspection._ambiguity.spot_similarity import spot_similarity
from xrdmatch.simulation import check_settings


class ComparedLayers:
    """Layers; the parameters and methods are those of `ComparedPowders`.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The layers.
    simulator : DiffractionSimulator
        Of spots.
    verbose : bool, default=False
        Whether bars show the progress.
    """

    def __init__(self, structures, simulator, verbose=False):
        self.layers, self.verbose = LayerSpots(structures, simulator), verbose

    @staticmethod
    def measurement(simulator, options):
        """Say what is measured, a `SpotMeasurement`."""
        settings = check_settings(simulator)
        reach = settings.hk_max, settings.q_max
        return SpotMeasurement(settings.radiation.kind, *reach, options["severity"])

    def simulate(self, measurements):
        """Do nothing: spots are simulated for each pair."""

    def candidates(self, measurement, threshold):
        """Find the pairs that may be alike, whatever the threshold, by their lattices."""
        return alike_lattices(self.layers.reciprocal, measurement.strain, self.verbose)

    def similarity(self, pairs, measurement):
        """Compare pairs (n_pairs, 2) of positions, as `spot_similarity` does."""
        return spot_similarity(self.layers, pairs, measurement, self.verbose)
