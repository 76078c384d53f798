"""Phases of one scan, accepted one after the other while they explain enough."""

from dataclasses import dataclass, field, replace

import numpy as np

from xrdmatch.refinement import (
    MixtureFit,
    ScanModel,
    best_hump,
    fit_mixture,
    fit_queries,
    mixture_report,
    scan_queries,
    with_hump,
    without_phases,
)
from xrdmatch.retrieval._decomposition.exchange import exchanged
from xrdmatch.retrieval._decomposition.look_alikes import look_alikes
from xrdmatch.retrieval._decomposition.profile_similarity import profile_similarities
from xrdmatch.retrieval._decomposition.residual_proposals import proposed, residual

# That structures are right leaves smaller errors than candidates are given.
MODEL = ScanModel(model_error=0.12, tail_error=0.04, faintest=0.004)
ZERO = 0.04  # [degrees] shift of all angles that is likely once a phase is known
LAST_ZERO = 0.03  # for the last fit
N_JOINT = 3  # candidates that are refined with all that was accepted
N_STEPS, N_LAST_STEPS = 7, 15
HUMP = 1.5  # [degrees] full width from which on lines are humps of what is amorphous
NEW_ELEMENT = 3.0  # log odds against each element that no other phase has
MOST_HUMPS = 4  # of what is amorphous
CLOSE = 3.0  # log odds within which another entry could do as well


@dataclass
class Found:
    """Phases of one scan.

    Parameters
    ----------
    fit : MixtureFit or None
        The phases refined together; None where there is none.
    indices : list of n_phases ints
        Their positions in the gallery.
    look_alikes : dict of int to list of int
        Entries that could stand in the place of each, by its position.
    gains : list of n_phases floats
        Log odds of having each, given the others.
    """

    fit: MixtureFit | None = None
    indices: list = field(default_factory=list)
    look_alikes: dict = field(default_factory=dict)
    gains: list = field(default_factory=list)


class PhaseSearch:
    """Search for the phases of one scan.

    1. Propose entries that resemble what is left of the scan.
    2. Refine each alone, what was accepted being projected out.
    3. Refine the best three with all that was accepted; accept the best if that gains enough.
    4. Where a broad hump gains more than the best entry, it is taken for a part of the background.
    5. When none gains enough, drop what is worth less than that given all others.
    6. Exchange a phase for a look-alike of fewer foreign elements where that fits as well.

    Parameters
    ----------
    entries : GalleryEntries
        The gallery.
    scan : FlattenedScan
        The scan.
    max_phases : int
        At most so many are accepted.
    min_gain : float
        Log odds that a phase must be worth.
    expected : collection of int, default=()
        Positions of entries that are as likely in the scan as not.
    n_jobs : int, default=None
        Number of threads that compare the gallery with the scan, as joblib understands it.

    Notes
    -----
    Log odds are what the fit gains, less the logarithm of the number of entries that are allowed,
    for each is as likely as any other beforehand, and less 3 for each element that no other phase
    of the scan has: phases of one sample share elements. Nothing is taken off for entries that are
    expected, and these are always refined.
    """

    def __init__(self, entries, scan, max_phases, min_gain, expected=(), n_jobs=None):
        self.n_jobs = n_jobs
        self.entries, self.max_phases, self.min_gain = entries, max_phases, min_gain
        self.expected = np.array(sorted(expected), dtype=int)
        self.name = scan.name
        self.queries = scan_queries(scan, MODEL, entries.instrument)
        self.bare, self.humps = self.queries[-1], []
        self.joint = self._with_zero(ZERO)
        self.n_allowed = 1

    model = MODEL

    @property
    def query(self):
        """The scan on its grid."""
        return self.queries[-1]

    def found(self, allowed):
        """Phases among the allowed entries, ndarray of bool (n_entries,); a `Found`."""
        found, open_, self.n_allowed = Found(), allowed.copy(), max(1, np.count_nonzero(allowed))
        (scan,) = self._alike([self.query.observed - self.query.baseline], allowed)
        left = scan
        while open_.any():
            known = self.expected[open_[self.expected]]
            odds, grown = self._grown(found, np.union1d(proposed(left, scan, open_), known))
            hump = self._hump(found, odds)
            if hump is not None:
                found = self._with_hump(found, hump)
            elif odds < self.min_gain or len(found.indices) == self.max_phases:
                break
            else:
                found = grown
            left, *last = self._left(found, allowed, hump is None)
            for similarity in last:
                open_ &= ~self._claimed(found, allowed, similarity)
        return self._last(exchanged(self, self.pruned(found)))

    def _alike(self, profiles, allowed):
        """Compare profiles with the allowed entries."""
        library = self.entries.index.encoded
        return profile_similarities(library, self.query, profiles, allowed, self.n_jobs)

    def _left(self, found, allowed, grew):
        """Compare what is left of the scan, and the last phase's lines if it has just come."""
        _, profile, _ = mixture_report(self.query, found.fit)
        left = residual(self.query, profile)
        return self._alike([left, found.fit.peaks[-1]] if grew else [left], allowed)

    def _with_zero(self, sigma):
        """Return the scan's last stage, its zero as little off as that."""
        lines = self.query.lines
        mean, spread = lines.zero
        zero = mean, min(spread, sigma * lines.reach)
        return replace(self.query, lines=lines._replace(zero=zero))

    def _hump(self, found, odds):
        """Hump that explains more than the best phase does, and enough; None without one."""
        hump = best_hump(self.query, found.fit) if len(self.humps) < MOST_HUMPS else None
        return None if hump is None or hump.gain < max(odds, self.min_gain) else hump

    def _with_hump(self, found, hump):
        """Take a hump for a part of the background."""
        self.humps.append(hump)
        self.queries = with_hump(self.queries, hump)
        self.joint = self._with_zero(ZERO)
        if not found.indices:
            return found
        return replace(found, fit=fit_mixture(self.joint, found.fit.phases, MODEL, N_STEPS))

    def _grown(self, found, candidates):
        """Add the best candidate to what was found; also its log odds."""
        if len(found.indices) == self.max_phases:
            return -np.inf, found
        before, fits = self.cost(found.fit), []
        for phase, i in self.best(found, candidates):
            fit = fit_mixture(self.joint, [*self.phases(found), phase], MODEL, N_STEPS)
            if fit.scale[-1] > 0 and not self._is_hump(fit.phases[-1]):
                odds = (before - fit.cost) / 2 - self.surprise(i, found.indices)
                fits.append((odds, i, fit))
        if not fits:
            return -np.inf, found
        odds, best, fit = max(fits, key=lambda one: one[0])
        close = [i for other, i, _ in fits if i != best and odds - other < CLOSE]
        return odds, Found(fit, [*found.indices, best], {**found.look_alikes, best: close})

    def surprise(self, i, others):
        """Log odds against entry i beforehand, where the others are there."""
        if i in self.expected:
            return 0.0
        return np.log(self.n_allowed) + NEW_ELEMENT * self.n_new(i, others)

    def n_new(self, i, others):
        """Count elements of entry i that none of the others has."""
        elements = self.entries.index.elements
        known = np.bitwise_or.reduce(elements[list(others)], axis=0, initial=0)
        return sum(int(word).bit_count() for word in elements[i] & ~known)

    def best(self, found, candidates):
        """Refine candidates against the rest, and return the best where they were refined to."""
        queries = self.queries
        if found.fit is not None:
            zero = found.fit.zero, ZERO * self.query.lines.reach
            queries = tuple(replace(q, lines=q.lines._replace(zero=zero)) for q in queries)
        queries = without_phases(queries, self.phases(found))
        powders = self.entries.powders(candidates)
        fits = fit_queries(queries, powders, MODEL, self.entries.monochromator)
        where = {at: fit.parameters[i] for part, fit in fits.parts for i, at in enumerate(part)}
        against = [self.surprise(int(i), found.indices) for i in candidates]
        order = np.argsort(against - fits.log_likelihood, kind="stable")[:N_JOINT]
        return [
            (self.entries.phase(self.queries, int(candidates[at]), where[at]), int(candidates[at]))
            for at in order
            if fits.log_likelihood[at] > 0
        ]

    def _is_hump(self, phase):
        """Tell whether the lines are so wide at both ends that they follow a hump."""
        widths = np.exp(phase.parameters[phase.layout.widths])
        return bool(widths.min() > HUMP * self.query.lines.reach)

    def _claimed(self, found, allowed, similarity):
        """Note what could stand in the place of the last phase; mask of what it leaves no room."""
        last = found.indices[-1]
        same, close = self.entries.same_phase(last), found.look_alikes[last]
        found.look_alikes[last], claimed = look_alikes(similarity, last, same, close, allowed)
        return claimed

    def pruned(self, found):
        """Drop phases that are worth nothing once the others are there, the least one first."""
        while found.indices:
            fits, gains = [], []
            for k, i in enumerate(found.indices):
                others = found.indices[:k] + found.indices[k + 1 :]
                fits.append(self._without(found, k))
                gains.append((self.cost(fits[-1]) - found.fit.cost) / 2)
                gains[-1] -= self.surprise(i, others)
            worst = int(np.argmin(gains))
            if gains[worst] >= self.min_gain:
                return replace(found, gains=gains)
            indices = [i for k, i in enumerate(found.indices) if k != worst]
            found = replace(found, fit=fits[worst], indices=indices)
        return found

    def _without(self, found, k):
        """Refine all phases but one."""
        phases = [p for i, p in enumerate(found.fit.phases) if i != k]
        return fit_mixture(self.joint, phases, MODEL, N_STEPS) if phases else None

    def _last(self, found):
        """Refine once more, to the end."""
        if not found.indices:
            return found
        query = self._with_zero(LAST_ZERO)
        return replace(found, fit=fit_mixture(query, found.fit.phases, MODEL, N_LAST_STEPS))

    def phases(self, found):
        return found.fit.phases if found.fit else ()

    def cost(self, fit):
        return self.query.misfit_of_nothing if fit is None else fit.cost
