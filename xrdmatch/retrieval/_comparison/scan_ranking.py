"""Candidates of powder scans in the order of their refined fits."""

import numpy as np

from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import BackgroundRemover, PeakFinder, flattened, shifted
from xrdmatch.refinement import ScanModel, check_refinable, fit_powders, powders_of, scan_fits
from xrdmatch.retrieval._gallery import picked
from xrdmatch.retrieval._queries import first_rows

N_REMEMBERED = 4000  # structures
SIMILARITY = 75.0  # log odds that a distance of 1 of the first stage is worth
# Whose cells a gallery has. Density functional theory with the PBE functional makes them too large
# by a percent or so, and by several along an axis where layers or chains are held together weakly.
MODELS = {
    "measured": ScanModel(),
    "computed": ScanModel(
        expansion=0.01, distortion=0.012, mean_expansion=-0.008, largest_strain=0.07
    ),
}


class ScanRanking:
    """How probable a scan is if it came from structures of a gallery.

    Parameters
    ----------
    structures : sequence of Structure or ndarray of tokens
        The gallery.
    inner : StructureRetriever
        Gives the simulator, and the transformer that takes the background off.
    instrument : InstrumentProfile, default=None
        What scans were taken with, where that is known.
    cells : {"measured", "computed"}, default="measured"
        Whether the gallery's cells were measured or computed: how far they may be off.
    """

    def __init__(self, structures, inner, instrument=None, cells="measured"):
        self.structures, self.inner = structures, inner
        self.instrument, self.cells = instrument, cells
        self.model = MODELS[cells]
        self._simulator = inner.simulator_
        self._powders = {}
        transformer = inner._transformer(BackgroundRemover)
        self._finds_peaks = isinstance(transformer, PeakFinder)
        self._transformer = BackgroundRemover() if self._finds_peaks else transformer

    def grown(self, structures, n_before, inner):
        """Ranking of a gallery that begins with this one's `n_before` structures."""
        ranking = ScanRanking(structures, inner, self.instrument, self.cells)
        ranking._powders = dict(self._powders)
        return ranking

    def prepared(self, patterns):
        """Check that scans can be refined and find their background; peaks stay as they are."""
        scans = [i for i, pattern in enumerate(patterns) if isinstance(pattern, Scan)]
        for i in scans:
            check_refinable(patterns[i])
        flat = flattened([patterns[i] for i in scans], self._transformer)
        rows = dict(zip(scans, flat, strict=True))
        return [rows.get(i, pattern) for i, pattern in enumerate(patterns)]

    def asked(self, patterns, rows):
        """Patterns as the inner retriever is asked about them.

        Where it compares scans without background, they come with the one that was found; where
        the instrument's zero is known, it is taken off.
        """
        zero = 0.0 if self.instrument is None else self.instrument.zero_shift
        known = patterns if self._finds_peaks else rows
        return [shifted(p, zero) if isinstance(p, Scan) else p for p in known]

    def log_odds(self, rows, owners, distances, indices, n_refined, fits=None):
        """Log probabilities of the candidates, up to a constant; -inf where there is none.

        Parameters
        ----------
        rows : list of n_rows FlattenedScan or DiffractionPattern
            Output of `prepared`; peaks are not refined.
        owners : ndarray of shape (n_rows,)
            Number of the query of each.
        distances, indices : ndarray of shape (n_queries, n_candidates)
            What the inner retriever proposes.
        n_refined : int
            Not used: all candidates are refined.
        fits : ScanFits, default=None
            Output of `fit` for these rows and candidates, where it is at hand.

        Returns
        -------
        ndarray of shape (n_queries, n_candidates)
            The log odds.
        """
        if fits is None:
            pairs = zip(rows, indices[owners], strict=True)
            found = np.array([self._log_likelihood(row, candidates) for row, candidates in pairs])
        else:
            found = fits.log_likelihood
        total = np.add.reduceat(found, first_rows(owners)) + self._prior(distances)
        total[indices < 0] = -np.inf
        return total

    def fit(self, rows, candidates):
        """Fit candidates to scans.

        Parameters
        ----------
        rows : list of n_rows FlattenedScan
            Output of `prepared`.
        candidates : ndarray of int, shape (n_rows, n_candidates)
            Positions in the gallery; -1 for none.

        Returns
        -------
        ScanFits
            One row for each scan.
        """
        _check_scans(rows)
        powders = [self.powders(row) for row in candidates]
        return scan_fits(rows, powders, candidates, **self.options())

    def _prior(self, distances):
        """Turn distances into log odds: a cosine forgives what no refinement can mend."""
        reached = np.where(np.isinf(distances), 0.0, distances)
        return self.inner.log_prior(distances) - SIMILARITY * (reached - reached[:, :1])

    def _log_likelihood(self, row, candidates):
        if not isinstance(row, Scan):
            return np.zeros(len(candidates))
        return fit_powders(row, self.powders(candidates), **self.options()).log_likelihood

    def options(self):
        """Say what `fit_powders` has to know; an instrument knows its own monochromator."""
        options = {"model": self.model, "instrument": self.instrument}
        if self.instrument is None:
            options["monochromator"] = self._simulator.monochromator or 0.0
        return options

    def powders(self, row):
        """Reflections of structures; those that were not asked for before are computed."""
        row = [max(int(i), 0) for i in row]
        new = [i for i in sorted(set(row)) if i not in self._powders]
        if len(self._powders) + len(new) > N_REMEMBERED:
            self._powders, new = {}, sorted(set(row))
        if new:
            found = powders_of(picked(self.structures, new), self._simulator, on_error="skip")
            self._powders |= zip(new, found, strict=True)
        return [self._powders[i] for i in row]


def _check_scans(patterns):
    for pattern in patterns:
        if not isinstance(pattern, Scan):
            raise TypeError(
                "Scans are refined, with the radiation that they were taken with, got a pattern of "
                f"{pattern.n_peaks} powder peaks; ask kneighbors about peaks, which compares them."
            )
