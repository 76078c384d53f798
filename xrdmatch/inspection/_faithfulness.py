"""Faithfulness of attention: change of the embedding when attended parts are removed."""

import warnings

import numpy as np
from sklearn.utils import Bunch, check_random_state

from xrdmatch.inspection._attention import REDUCTIONS, attention_maps, received_attention
from xrdmatch.inspection._faithfulness_effects import (
    EmbeddingChange,
    effects_by_choice,
    report_rows,
)
from xrdmatch.inspection._interventions import PatternParts, StructureParts
from xrdmatch.inspection._learned import learned_retriever

OPERATIONS = ("delete", "permute")


class FaithfulnessReport(Bunch):
    """What `attention_faithfulness` found; it prints as a table.

    See Also
    --------
    attention_faithfulness : Ask whether parts that are attended to matter more than others.
    """

    def __str__(self):
        lines = [f"{self.n_items} {self.side}s of {self.n_parts:g} {self.parts} (median)"]
        lines.append(f"{'':34}" + "".join(f"{name:>11}" for name in self.rows[0].mean))
        for row in self.rows:
            means = "".join(f"{value:11.3f}" for value in row.mean.values())
            lines.append(f"{row.operation:8}{100 * row.fraction:4.0f} %    {row.measure:16}{means}")
            for name, (low, high) in row.interval.items():
                difference = row.mean["attended"] - row.mean[name]
                ends = f"({low:+.3f} to {high:+.3f})"
                lines.append(f"{'':18}attended - {name:11}{difference:+.3f} {ends}")
        return "\n".join(lines)

    __repr__ = __str__


def attention_faithfulness(
    retriever,
    X,
    *,
    truth=None,
    clusters=None,
    fractions=(0.05, 0.1, 0.2, 0.4),
    reduction="mean",
    n_random=5,
    random_state=0,
):
    """Ask whether parts that are attended to matter more than others.

    If attention explains an embedding, then taking away the most attended parts changes it more
    than taking away as many at random [1]_. Two things are done to the parts. ``"delete"``: spots
    leave the pattern, sites the crystal, which is then read anew. ``"permute"``: spots keep their
    places and take the intensities of spots of other patterns; sites become those of other
    crystals. The same is done to parts that are chosen without any attention: the strongest spots,
    those nearest to the beam, or the heaviest sites. Attention that does no better than these
    tells nothing that one could not see in the pattern itself.

    Parameters
    ----------
    retriever : ContrastiveStructureRetriever, or Pipeline, search or wrapper that holds one
        A retriever that has learned.
    X : list of patterns, or of Structure, or ndarray of tokens
        What it reads. Structures are for towers that read their sites, ``"sequence"``.
    truth : array-like of int, shape (n_items,), default=None
        For patterns: the position in the retriever's gallery of each one's structure. Then the
        loss of top-1 accuracy is measured too.
    clusters : array-like of shape (n_items,), default=None
        Which items belong together in the bootstrap, such as patterns of one structure; each is
        its own if None.
    fractions : sequence of float, default=(0.05, 0.1, 0.2, 0.4)
        How many of an item's parts; at least one, never all.
    reduction : {"mean", "last", "rollout"}, default="mean"
        How layers come together, see `received_attention`.
    n_random : int, default=5
        How often parts are drawn at random.
    random_state : int, RandomState or None, default=0
        Makes the draws repeatable.

    Returns
    -------
    FaithfulnessReport
        A Bunch that prints as a table: ``rows``, one Bunch for each operation, fraction and
        measure (``"1 - cosine"`` between the embeddings before and after; ``"top-1 lost"``), with
        two dicts by how the parts were chosen: ``mean``, of ``"attended"``, ``"random"`` and
        ``"strongest"`` and ``"innermost"`` or ``"heaviest"``, and ``interval``, the 95 % intervals
        of attended minus each of the others. Besides, ``side``, ``parts`` (``"spots"``,
        ``"peaks"`` or ``"sites"``), ``n_items``, ``n_parts`` (median) and ``reduction``.

    Raises
    ------
    ValueError
        If structures are asked about of towers that do not read sites, fewer than two items have
        parts to spare, or `truth` comes with structures.

    See Also
    --------
    attention_maps : The weights themselves.
    xrdmatch.metrics.clustered_bootstrap : The intervals.

    Notes
    -----
    Patterns are those that the towers see: Friedel mates are one spot and go together. The
    fraction is of an item's own parts, and the means are over items. An item with a single part
    is left out, with a warning.

    References
    ----------
    .. [1] S. Jain and B. C. Wallace, Attention is not Explanation, NAACL (2019).

    Examples
    --------
    >>> from xrdmatch import ContrastiveStructureRetriever, DiffractionSimulator
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.inspection import attention_faithfulness
    >>> layers = load_monolayers()[:10]
    >>> patterns = DiffractionSimulator(hk_max=2).transform(layers)
    >>> retriever = ContrastiveStructureRetriever(
    ...     n_layers=1, n_heads=2, embedding_dim=16, max_epochs=1).fit(layers, patterns)
    >>> report = attention_faithfulness(retriever, patterns, fractions=[0.2])
    >>> [(row.operation, row.measure) for row in report.rows]
    [('delete', '1 - cosine'), ('permute', '1 - cosine')]
    """
    _check_numbers(fractions, n_random, reduction)
    inner, X = learned_retriever(retriever, X)
    maps = attention_maps(inner, X)
    parts = _parts_of(maps)
    _check_truth(truth, maps, inner)
    attention = [
        parts.part_attention(i, received_attention(*pair, reduction))
        for i, pair in enumerate(zip(maps.attention, maps.read_out, strict=True))
    ]
    kept = _divisible(attention)
    scores = {"attended": attention} | parts.baselines()
    measure = EmbeddingChange(inner, parts, kept, truth)
    clusters = kept if clusters is None else np.asarray(clusters)[kept]
    rng = check_random_state(random_state)
    rows = []
    for operation in OPERATIONS:
        for fraction in fractions:
            found = effects_by_choice(measure, operation, fraction, scores, n_random, rng)
            rows += report_rows(operation, fraction, found, clusters)
    return FaithfulnessReport(
        rows=rows,
        side=maps.side,
        parts=parts.parts,
        n_items=len(kept),
        n_parts=float(np.median([len(attention[i]) for i in kept])),
        reduction=reduction,
    )


def _parts_of(maps):
    if maps.side == "pattern":
        return PatternParts(maps)
    if any(site is None for site in maps.site):
        raise ValueError(
            "Sites are changed where towers read them, got a retriever whose towers read the spots "
            "that a structure is expected to give; pass patterns, or a 'sequence' retriever."
        )
    return StructureParts(maps)


def _divisible(attention):
    """Positions of the items that have more than one part."""
    n_parts = np.array([len(row) for row in attention])
    kept, single = np.flatnonzero(n_parts > 1), np.flatnonzero(n_parts == 1)
    if len(kept) < 2:
        raise ValueError(
            f"At least two items must have parts to spare, got {len(kept)} with more than one; "
            "pass more patterns or larger structures."
        )
    if len(single):
        warnings.warn(
            f"{len(single)} items have a single part and are left out, at positions "
            f"{', '.join(map(str, single[:10]))}{' ...' * (len(single) > 10)}.",
            stacklevel=3,
        )
    return kept


def _check_truth(truth, maps, retriever):
    if truth is None:
        return
    if maps.side == "structure" or not hasattr(retriever, "gallery_"):
        raise ValueError(
            "truth says which gallery structure each pattern is of, got "
            f"{'structures' if maps.side == 'structure' else 'a retriever without a gallery'}; "
            "pass patterns and call set_gallery, or truth=None."
        )
    truth, n = np.asarray(truth), len(retriever.gallery_)
    if truth.shape != (len(maps.tokens),) or not ((truth >= 0) & (truth < n)).all():
        raise ValueError(
            f"truth needs a position in the gallery of {n} for each of {len(maps.tokens)} "
            f"patterns, got shape {truth.shape} or others; pass one for each."
        )


def _check_numbers(fractions, n_random, reduction):
    if reduction not in REDUCTIONS:
        raise ValueError(
            f"reduction must be one of {', '.join(map(repr, REDUCTIONS))}, got {reduction!r}; "
            "pick one."
        )
    if not len(fractions) or not all(0 < fraction < 1 for fraction in fractions):
        raise ValueError(f"fractions must lie between 0 and 1, got {fractions!r}; 0.1 is a tenth.")
    if n_random < 1:
        raise ValueError(f"n_random must be at least 1, got {n_random!r}; 5 is the default.")
