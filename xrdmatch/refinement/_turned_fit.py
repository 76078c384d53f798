"""Rank the entries of a gallery for a pattern whose orientation is not known."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from xrdmatch.refinement._lattice_keys import LatticeKeys, joined_keys, lattice_keys
from xrdmatch.refinement._lattice_settings import Settings, find_settings
from xrdmatch.refinement._spot_table import SpotTable, spot_table
from xrdmatch.refinement._turned_likelihood import (
    OUTLIER,
    SettingFits,
    fit_settings,
    typical_likelihood,
)
from xrdmatch.refinement._turned_refinement import moved_evidence
from xrdmatch.refinement._turned_tilts import tilted_likelihood

N_FITTED = 240  # settings that are fitted, of those that are found
N_MOVED = 25  # of the most probable ones have their atoms moved ...
MARGIN = 40.0  # ... where they are not farther behind the best, in log units
BLOCK = 4096  # settings at a time
BEHIND = 10.0  # log units between what is fitted worst and what has no setting


@dataclass(frozen=True, eq=False)
class TurnedLibrary:
    """A gallery that patterns of unknown orientation are compared with.

    Parameters
    ----------
    table : SpotTable
        Expected spots.
    keys : LatticeKeys
        By which lattices the entries are found.

    See Also
    --------
    turned_library
        Prepare layers for patterns of unknown orientation; see `moment_library` for arguments.
    fit_entries : Fit the entries of a gallery to a pattern, whatever its orientation.
    """

    table: SpotTable
    keys: LatticeKeys

    def __len__(self):
        return len(self.table)

    def joined(self, other):
        """Both galleries in one."""
        keys = joined_keys(self.keys, other.keys, len(self))
        return TurnedLibrary(self.table.joined(other.table), keys)


class EntryFits(NamedTuple):
    """Entries of a gallery fitted to one pattern, each in its most probable setting."""

    log_odds: np.ndarray  # of every entry of the gallery, (n_entries,)
    settings: Settings  # of the S entries that were fitted, most probable first
    fits: SettingFits  # of these


def turned_library(structures, settings):
    """Prepare layers for patterns of unknown orientation; see `moment_library` for arguments.

    See Also
    --------
    TurnedLibrary : A gallery that patterns of unknown orientation are compared with.
    fit_entries : Fit the entries of a gallery to a pattern, whatever its orientation.
    """
    table = spot_table(structures, settings)
    return TurnedLibrary(table, lattice_keys(table))


def fit_entries(library, query, allowed=None):
    """Fit the entries of a gallery to a pattern, whatever its orientation.

    1. Entries are looked up by the pattern's lattice, in all settings.
    2. The likelihood at a typical displacement of the atoms ranks the settings.
    3. The best of them are fitted, summed over displacements and noise.
    4. Atoms of the best of these are moved.
    5. The odds of an entry are those of its settings together.

    Parameters
    ----------
    library : TurnedLibrary
        The gallery.
    query : TurnedQuery
        The pattern.
    allowed : ndarray of bool, shape (n_entries,), optional
        Which entries count; all if None.

    Returns
    -------
    EntryFits
        Log odds, and what was fitted.

    See Also
    --------
    read_lattices : Read a pattern as spots on lattices.
    turned_fits : Fit candidates to patterns of unknown orientation.
    """
    errors = query.scale_error, query.distortion_error
    found = [_found(library, reading, errors, allowed) for reading in query.readings]
    worst = query.n_spots * math.log(OUTLIER)
    if not any(len(settings.entry) for settings, _ in found):
        return without_fits(_unfitted(library, query, worst - BEHIND))
    fitted = [
        _fitted(library.table, reading, *part)
        for reading, part in zip(query.readings, _best(found), strict=True)
    ]
    settings, fits, total = (_concatenated(parts) for parts in zip(*fitted, strict=True))
    log_odds = _unfitted(library, query, min(worst, total.min()) - BEHIND)
    for all_settings, log in found:
        np.maximum.at(log_odds, all_settings.entry, np.minimum(log, total.min()))
    entry, first, together = _by_entry(settings.entry, total)
    log_odds[entry] = together
    order = first[np.argsort(-together, kind="stable")]
    return EntryFits(log_odds, settings.chosen(order), fits.chosen(order))


def _found(library, reading, errors, allowed):
    """All settings for one reading, and their log odds at typical strengths."""
    scale_error, distortion_error = errors
    settings = find_settings(
        library.keys, reading.basis, scale_error, allowed, distortion_error=distortion_error
    )
    blocks = range(0, len(settings.entry), BLOCK)
    logs = [
        typical_likelihood(library.table, reading, settings.chosen(slice(i, i + BLOCK)))
        for i in blocks
    ]
    return settings, np.concatenate([np.empty(0), *logs]) + settings.log_prior


def _best(found):
    """Choose the settings of every reading that are among the best of all."""
    logs = np.concatenate([log for _, log in found])
    least = np.partition(logs, -N_FITTED)[-N_FITTED] if len(logs) > N_FITTED else -np.inf
    return [(settings.chosen(log >= least),) for settings, log in found]


def _fitted(table, reading, settings):
    """Fit settings: they, their fits and log odds, the atoms of the best being moved."""
    fits = fit_settings(table, reading, settings)
    total = fits.log_likelihood + settings.log_prior
    total = total + tilted_likelihood(table, reading, settings)
    leading = np.argsort(-total, kind="stable")[:N_MOVED]
    leading = leading[total[leading] > total.max(initial=-np.inf) - MARGIN]
    if len(leading):
        moved = moved_evidence(table, reading, settings.chosen(leading))
        total[leading] += np.maximum(moved - fits.evidence[leading], 0.0)
    return settings, fits, total


def _concatenated(parts):
    """Join arrays, or tuples of arrays."""
    if isinstance(parts[0], tuple):
        return type(parts[0])(*map(np.concatenate, zip(*parts, strict=True)))
    return np.concatenate(parts)


def _by_entry(entry, total):
    """Entries, the most probable setting of each, and the log odds of all its settings."""
    order = np.lexsort((-total, entry))
    entries, first = np.unique(entry[order], return_index=True)
    return entries, order[first], np.logaddexp.reduceat(total[order], first)


def _unfitted(library, query, level):
    """Log odds of entries without a setting: the less the cells' areas differ, the higher."""
    own = np.abs(np.linalg.det(library.table.reciprocal))
    area = np.abs(np.linalg.det(query.readings[0].basis)) if query.readings else own.mean()
    return level - np.minimum(np.abs(np.log(own / area)), BEHIND)


def without_fits(log_odds):
    """`EntryFits` where no entry has the pattern's lattice; log odds of all, (n_entries,)."""
    nothing = np.empty(0)
    settings = Settings(nothing.astype(int), *(np.empty((0, 2, 2)) for _ in range(2)), nothing)
    fits = SettingFits(*(nothing for _ in SettingFits._fields))
    return EntryFits(log_odds, settings, fits)
