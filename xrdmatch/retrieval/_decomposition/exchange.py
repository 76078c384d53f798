"""A phase exchanged for a look-alike of elements that the other phases have."""

from dataclasses import replace

import numpy as np

from xrdmatch.refinement import fit_mixture

MOST_TRIED = 8  # look-alikes of a phase


def exchanged(search, found):
    """Exchange phases whose elements no other phase has, where another entry is as likely.

    Phases of one sample share elements. The first one is accepted before any other is known, so
    that an entry of foreign elements, with lines at the same places, may have come before it.
    The exchange is made where the log odds, fit and elements together, are not lower.

    Parameters
    ----------
    search : PhaseSearch
        The search, at its end.
    found : Found
        Its phases.

    Returns
    -------
    Found
        With as many phases, or fewer where one has become worth too little.
    """
    for i in list(found.indices):
        if i in found.indices and len(found.indices) > 1:
            found = _exchanged_one(search, found, found.indices.index(i))
    return found


def _exchanged_one(search, found, k):
    last, others = found.indices[k], found.indices[:k] + found.indices[k + 1 :]
    n_foreign = search.n_new(last, others)
    alike = [j for j in found.look_alikes[last] if search.n_new(j, others) < n_foreign]
    if not alike:
        return found
    phases = tuple(phase for i, phase in enumerate(found.fit.phases) if i != k)
    rest = replace(found, fit=found.fit._replace(phases=phases), indices=others)
    tried = []
    for phase, j in search.best(rest, np.array(alike[:MOST_TRIED])):
        fit = fit_mixture(search.joint, [*phases, phase], search.model)
        worse = (fit.cost - found.fit.cost) / 2
        worse += search.surprise(j, others) - search.surprise(last, others)
        tried.append((worse if fit.scale[-1] > 0 else np.inf, j, fit))
    worse, j, fit = min(tried, key=lambda one: one[0], default=(np.inf, None, None))
    if worse > 0:
        return found
    names = [last, *(i for i in found.look_alikes[last] if i != j)]
    changed = replace(
        found, fit=fit, indices=[*others, j], look_alikes={**found.look_alikes, j: names}
    )
    return search.pruned(changed)
