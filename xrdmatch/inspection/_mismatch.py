"""Symmetry and chemistry of wrong candidates, compared with chance."""

import warnings

import numpy as np
from sklearn.utils import Bunch

from xrdmatch.crystallography import is_tokens
from xrdmatch.inspection._crystal_facts import FACTS, UNKNOWN, crystal_facts, distances_of
from xrdmatch.inspection._embeddings import last_step
from xrdmatch.inspection._mismatch_numbers import record, summary

REFERENCES = {  # where chance draws from
    "anywhere": "whole gallery",
    "within_class": "same 2D Laue class and crystal system",
}
ALL = "all"
N_NAMED = 10  # structures that a warning names


def mismatch_report(
    retriever,
    structures,
    patterns,
    ks=(1, 3, 5),
    point_groups=None,
    *,
    n_jobs=None,
    verbose=False,
    random_state=0,
):
    """Compare wrong candidates with the structures that they were taken for.

    A *mismatch* is a candidate among the first k that differs from the query's structure in
    reduced formula or space group; the structure itself and its twins are no mismatches. With
    k = 1 only queries whose first answer is wrong have one, with more nearly all have.

    Chance draws at random among the gallery's entries, of which those that would be no mismatch
    are left out too. It is given for each mismatch and averaged over them, in two ways:

    - ``anywhere``: all mismatches, against draws from the whole gallery;
    - ``within_class``: the mismatches that share the query's Laue class in the plane *and* its
      crystal system, against draws from the entries that share both. What a retriever knows of the
      symmetry beyond the lattice shows only here.

    Parameters
    ----------
    retriever : StructureRetriever or Pipeline that ends in one
        Fitted, with its gallery; whatever has ``kneighbors`` and ``gallery_``.
    structures : list of Structure or ndarray of tokens
        Structure of each query. Those that are the gallery's own objects are analysed once.
    patterns : list of length n_queries
        The queries.
    ks : sequence of int, default=(1, 3, 5)
        How many candidates count: a narrow, a medium and a wide range.
    point_groups : sequence of str, default=None
        Only queries whose structure has one of these, such as ``("mm2", "2/m")``; None is all.
    n_jobs : int, default=None
        Workers that look for symmetry.
    verbose : bool, default=False
        Whether bars show the progress.
    random_state : int, RandomState or None, default=0
        Makes the intervals repeatable.

    Returns
    -------
    report : Bunch
        ``anywhere`` and ``within_class``, dicts by point group of the query, ``"all"`` first;
        ``ks``, ``facts``, ``point_groups`` (those with mismatches, sorted), ``n_queries`` (dict)
        and ``mismatched`` (ndarray of str: the point group of each query's mismatches among the
        first ``max(ks)``, one after the other). Each entry of the dicts is a Bunch:

        - ``n_mismatches`` and ``n_structures``, int arrays of shape (n_ks,): how many there are,
          and of how many structures;
        - ``observed``, ``chance``, ``difference`` and ``ratio``, dicts by fact of arrays
          (n_ks,), and the 95 % intervals ``interval`` of the first and ``difference_interval`` of
          the third, (n_ks, 2), by bootstrap over the structures; NaN where nothing is mismatched.
          The facts are shares of mismatches that have the query's ``point_group``,
          ``laue_class``, ``crystal_system`` or ``plane_class`` (the Laue class in the plane), or an
          element from a column of the periodic table that the query's ``anions`` or
          ``cations`` are from; and ``distance``, the mean distance of the point groups;
        - ``candidates`` and ``expected``, dicts by point group of arrays (n_ks,): the shares of
          mismatches that have it, and what chance gives.

    Raises
    ------
    ValueError
        If structures and patterns differ in number, no structure has an asked point group, or ks
        are not whole numbers.

    Warns
    -----
    UserWarning
        If a structure has no symmetry that could be found, for example because atoms coincide. It
        is left out.

    See Also
    --------
    SymmetryDisplay : The point groups of mismatches as bars.
    xrdmatch.cluster.PointGroupClustering : The distances, and the clusters that they make.

    Notes
    -----
    Within the class, the crystal system and the class in the plane are shared by construction, and
    a difference of zero says nothing. Entries of nearly equal cells may be nearer in symmetry than
    others of their class; how much of a difference that makes shows a retriever that knows nothing
    but cells. Intervals of few structures are too narrow, and one among many point groups lies
    beside its truth once in twenty times.

    Examples
    --------
    >>> from xrdmatch import PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.inspection import mismatch_report
    >>> from xrdmatch.simulation import perturb_patterns
    >>> layers = load_monolayers()[:40]
    >>> queries = perturb_patterns(layers, random_state=0)
    >>> report = mismatch_report(PatternMatcher().fit(layers), layers, queries, ks=(1, 5))
    >>> of_all = report.within_class["all"]
    >>> bool(of_all.observed["point_group"][1] > of_all.chance["point_group"][1])
    True
    """
    retriever = last_step(retriever)
    ks = _checked_ks(ks, len(structures), len(patterns))
    n_gallery = len(retriever.gallery_)
    facts, truth = _facts(retriever.gallery_, structures, n_jobs, verbose)
    asked = _asked(facts.point_group[truth], point_groups)
    _, found = retriever.kneighbors([patterns[i] for i in asked], n_neighbors=max(ks))
    records = {name: [] for name in REFERENCES}
    distances = distances_of(facts.point_group)
    for one, candidates in zip(truth[asked], found, strict=True):
        agreement = facts.agreement(one, distances)[:n_gallery]
        for name, pool in _pools(facts, one, n_gallery).items():
            records[name].append(record(one, candidates, pool, agreement, facts.point_group))
    symbols = facts.point_group[truth[asked]]
    return _report(records, symbols, ks, random_state)


def _facts(gallery, structures, n_jobs, verbose):
    """Facts of the gallery, behind them those of other structures, and each structure's place."""
    facts = crystal_facts(gallery, n_jobs, verbose)
    if is_tokens(gallery) or is_tokens(structures):
        rest, truth = structures, len(gallery) + np.arange(len(structures))
    else:
        places = {id(entry): i for i, entry in enumerate(gallery)}
        rest = list({id(s): s for s in structures if id(s) not in places}.values())
        places |= {id(s): len(gallery) + i for i, s in enumerate(rest)}
        truth = np.array([places[id(s)] for s in structures], dtype=int)
    if len(rest):
        facts = facts + crystal_facts(rest, n_jobs, verbose)
    _warn_of_unknown(facts.point_group[: len(gallery)], "gallery")
    _warn_of_unknown(facts.point_group[truth], "queries")
    return facts, truth


def _warn_of_unknown(symbols, where):
    unknown = np.flatnonzero(symbols == UNKNOWN)
    if len(unknown):
        places = f"{', '.join(map(str, unknown[:N_NAMED]))}{' ...' * (len(unknown) > N_NAMED)}"
        warnings.warn(
            f"No symmetry was found for {len(unknown)} structures of the {where}, which are left "
            f"out: position {places}",
            stacklevel=4,
        )


def _asked(symbols, point_groups):
    """Positions of the queries that are looked at."""
    if isinstance(point_groups, str):
        raise ValueError(
            f"point_groups is a sequence of symbols, got {point_groups!r}; "
            f"write [{point_groups!r}]."
        )
    wanted = set(symbols) if point_groups is None else set(point_groups)
    asked = np.flatnonzero([symbol in wanted - {UNKNOWN} for symbol in symbols])
    if not len(asked):
        raise ValueError(
            f"Some query's structure must have an asked point group, got {sorted(wanted)} where "
            f"there are {sorted(set(symbols))}; ask for one of these."
        )
    return asked


def _checked_ks(ks, n_structures, n_patterns):
    ks = tuple(ks)
    if not ks or any(k != int(k) or k < 1 for k in ks):
        raise ValueError(f"ks are whole numbers of at least 1, got {ks}; (1, 3, 5), for example.")
    if n_structures != n_patterns:
        raise ValueError(
            f"Every query needs its structure, got {n_structures} structures for {n_patterns} "
            "patterns; pass them in pairs."
        )
    return tuple(int(k) for k in ks)


def _pools(facts, one, n_gallery):
    """Which gallery entries may be mismatches of a structure, anywhere and within its class."""
    twin = np.array([kind == facts.kind[one] for kind in facts.kind[:n_gallery]])
    pool = ~twin & (facts.point_group[:n_gallery] != UNKNOWN)
    classes = (facts.plane_class, facts.crystal_system)
    same = np.all([values[:n_gallery] == values[one] for values in classes], axis=0)
    return {"anywhere": pool, "within_class": pool & same}


def _report(records, symbols, ks, random_state):
    """Summaries of all queries and of those of each point group."""
    anywhere = records["anywhere"]
    mismatched = np.concatenate([np.array([], dtype=object), *(r.symbol for r in anywhere)])
    names = sorted({s for s, r in zip(symbols, anywhere, strict=True) if len(r.rank)})
    members = {ALL: np.ones(len(symbols), dtype=bool)} | {name: symbols == name for name in names}
    summaries = {
        reference: {
            name: summary([r for r, m in zip(rows, member, strict=True) if m], ks, random_state)
            for name, member in members.items()
        }
        for reference, rows in records.items()
    }
    return Bunch(
        **summaries,
        ks=ks,
        facts=FACTS,
        point_groups=tuple(names),
        n_queries={name: int(member.sum()) for name, member in members.items()},
        mismatched=mismatched.astype(str),
    )
