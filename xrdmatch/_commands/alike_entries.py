"""Candidates of equal formula and space group, listed together."""

from collections import Counter

from xrdmatch.crystallography import crystal_symmetry

MOST_READ = 12  # look-alikes whose structures are read
MOST_NAMED = 3  # kinds of them that are named


def twins_together(candidates):
    """Put candidates of one formula and space group together, at the place of the best.

    Parameters
    ----------
    candidates : list of dict
        Output of `find_candidates`.

    Returns
    -------
    list of (dict, str)
        The best of each, and how many there are in words; empty for one alone.
    """
    keys = [(c["formula"], c["space_group"]) for c in candidates]
    counts = Counter(keys)
    best = {}
    for key, candidate in zip(keys, candidates, strict=True):
        best.setdefault(key, candidate)
    return [(candidate, _entries(key, counts[key])) for key, candidate in best.items()]


def alike_in_words(found, i, gallery, *, full=False):
    """Say what could stand in the place of phase i.

    Parameters
    ----------
    found : DecomposedScan
        The phases.
    i : int
        Which.
    gallery : sequence of Structure
        The entries.
    full : bool, default=False
        Whether every label is named, in place of kinds.

    Returns
    -------
    str
        Labels, or formula, space group and number of entries of each kind; empty for none.
    """
    labels, entries = found.look_alikes[i], found.look_alike_indices[i].tolist()
    if full:
        return ", ".join(map(str, labels))
    own = found.formulas[i], found.space_groups[i]
    kinds = Counter(_kind(gallery[entry]) for entry in entries[:MOST_READ])
    twins = kinds.pop(own, 0)
    words = [_entries(own, twins + 1)] if twins else []
    for kind, n in kinds.most_common(MOST_NAMED):
        words.append(_entries(kind, n) or ", ".join(kind))
    n_left = sum(n for _, n in kinds.most_common()[MOST_NAMED:]) + max(0, len(entries) - MOST_READ)
    return "; ".join(words) + (f"; {n_left} more" if n_left else "")


def _kind(structure):
    return structure.composition.reduced_formula, crystal_symmetry(structure).space_group


def _entries(kind, n):
    return f"{', '.join(kind)}: {n} entries" if n > 1 else ""
