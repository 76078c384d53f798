"""Candidates of powder scans in the order of their refined fits."""

import numpy as np

from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import BackgroundRemover, PeakFinder, flattened, shifted
from xrdmatch.refinement import ScanModel, check_refinable, fit_powders, powders_of, scan_fits
from xrdmatch.retrieval._gallery import picked
from xrdmatch.retrieval._queries import first_rows

N_REMEMBERED = 4000  # structures
N_FITTED = 64  # scans whose fits are remembered
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
    cells : {"measured", "computed", "stated"}, default="measured"
        Whether the gallery's cells were measured or computed: how far they may be off. Where each
        structure states it, those with ``properties["cells"] == "computed"`` were computed.
    """

    def __init__(self, structures, inner, instrument=None, cells="measured"):
        self.structures, self.inner = structures, inner
        self.instrument, self.cells = instrument, cells
        self.models = MODELS
        self._simulator = inner.simulator_
        self._powders, self._fits = {}, {}
        transformer = inner._transformer(BackgroundRemover)
        self._finds_peaks = isinstance(transformer, PeakFinder)
        self._transformer = BackgroundRemover() if self._finds_peaks else transformer

    def __getstate__(self):
        """Leave out what is only remembered."""
        return vars(self) | {"_powders": {}, "_fits": {}}

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
        fitted = [self._fitted(*pair) for pair in zip(rows, candidates, strict=True)]
        return scan_fits(rows, powders, candidates, fitted)

    def _prior(self, distances):
        """Log odds of the first stage, relative to its best candidate."""
        known = self.inner.log_prior(np.where(np.isinf(distances), 0.0, distances))
        return known - known[:, :1]

    def _log_likelihood(self, row, candidates):
        if not isinstance(row, Scan):
            return np.zeros(len(candidates))
        return self._fitted(row, candidates).log_likelihood

    def _fitted(self, row, candidates):
        """Fit candidates to a scan; those that were fitted to it before are remembered."""
        candidates, key = [max(int(i), 0) for i in candidates], _identity(row)
        places, fits = self._fits.pop(key, ({}, None))
        missing = [i for i in dict.fromkeys(candidates) if i not in places]
        for model, new in self._by_model(missing):
            found = fit_powders(row, self.powders(new), model=model, **self.options())
            fits = found if fits is None else fits.joined(found)
            places = places | {i: len(places) + at for at, i in enumerate(new)}
        if len(self._fits) >= N_FITTED:
            self._fits.pop(next(iter(self._fits)))
        self._fits[key] = places, fits
        return fits.picked([places[i] for i in candidates])

    def _by_model(self, entries):
        """Pairs of a model and the entries whose cells it is for."""
        by_cells = {}
        for i in entries:
            cells = stated_cells(self.structures[i]) if self.cells == "stated" else self.cells
            by_cells.setdefault(cells, []).append(i)
        return [(self.models[cells], own) for cells, own in by_cells.items()]

    def options(self):
        """Say what `fit_powders` has to know; an instrument knows its own monochromator."""
        options = {"instrument": self.instrument}
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


def stated_cells(structure):
    """Where a structure's cell is from, as it states: measured unless it says computed."""
    stated = getattr(structure, "properties", {}).get("cells")
    return "computed" if stated == "computed" else "measured"


def _identity(scan):
    """Tell scans without their background from others by their values."""
    columns = (scan.two_theta, scan.counts, scan.background, scan.sigma)
    return scan.radiation, *(None if x is None else np.asarray(x).tobytes() for x in columns)


def _check_scans(patterns):
    for pattern in patterns:
        if not isinstance(pattern, Scan):
            raise TypeError(
                "Scans are refined, with the radiation that they were taken with, got a pattern of "
                f"{pattern.n_peaks} powder peaks; ask kneighbors about peaks, which compares them."
            )
