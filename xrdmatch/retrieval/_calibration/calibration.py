"""`Calibration`: what was learned from queries with known truth."""

from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from xrdmatch.retrieval._calibration.confidence import Confidence, is_enough, learn_confidence
from xrdmatch.retrieval._elements import ElementFilter

N_MORE = 10  # candidates more, of which the right phase's are taken out
AT_ONCE = 8  # queries between two steps of the progress bar
KINDS = ("nothing", "elements")  # what is known of the chemistry
TOO_FEW = "too few candidates are left to learn from; what was learned without them is used."


@dataclass(frozen=True, eq=False)
class Calibration:
    """What was learned of a retriever with its gallery.

    Parameters
    ----------
    nothing : Confidence
        Where nothing is known of the chemistry.
    elements : Confidence or None
        Where the elements are; None if these leave too few candidates to learn from.
    source : str
        What the queries were: ``"simulated"`` or ``"measured"``.
    n_queries : int
        How many there were.
    n_gallery : int
        How many structures were in the gallery.
    """

    nothing: Confidence
    elements: Confidence | None
    source: str
    n_queries: int
    n_gallery: int

    def of(self, elements):
        """Choose by what is known of the chemistry."""
        return self.nothing if None in (elements, self.elements) else self.elements

    def __str__(self):
        """Say in words what was learned."""
        texts = [
            f"Calibrated on {self.n_queries} {self.source} queries among {self.n_gallery} "
            "structures."
        ]
        texts += [f"With {kind} known: {getattr(self, kind) or TOO_FEW}" for kind in KINDS]
        return "\n".join(texts)


def learn_calibration(gatherer, patterns, truth, *, source, prior_unknown, verbose=False):
    """Learn from patterns whose crystals are in the gallery.

    Each is asked twice: as it is, and with all entries of its own phase taken out.

    Parameters
    ----------
    gatherer : EvidenceGatherer
        Asks the retriever.
    patterns : list
        The queries.
    truth : ndarray of int, shape (n_queries,)
        Position of each one's structure in the gallery.
    source : str
        What the queries are: ``"simulated"`` or ``"measured"``.
    prior_unknown : float
        As of `learn_confidence`.
    verbose : bool, default=False
        Whether to show a progress bar.

    Returns
    -------
    Calibration
        What was learned.
    """
    asked = {kind: asked_in_parts(gatherer, patterns, truth, kind, verbose) for kind in KINDS}
    enough = {kind: is_enough(*parts) for kind, parts in asked.items()}
    learned = {
        kind: learn_confidence(*parts, prior_unknown) if enough[kind] or kind == "nothing" else None
        for kind, parts in asked.items()
    }
    n_gallery = len(gatherer.retriever.gallery_)
    return Calibration(**learned, source=source, n_queries=len(patterns), n_gallery=n_gallery)


def asked_in_parts(gatherer, patterns, truth, kind, verbose=False):
    """Gather evidence on patterns, a few at a time.

    Parameters
    ----------
    gatherer : EvidenceGatherer
        Asks the retriever.
    patterns : list
        The queries.
    truth : ndarray of int, shape (n_queries,)
        Position of each one's structure in the gallery.
    kind : {"nothing", "elements"}
        What is known of the chemistry.
    verbose : bool, default=False
        Whether to show a progress bar.

    Returns
    -------
    known, right, unknown : Evidence, ndarray of bool, Evidence
        As `asked_twice` returns them.
    """
    parts = []
    text = f"{kind} known"
    with tqdm(total=len(patterns), unit=" queries", desc=text, disable=not verbose) as bar:
        for start in range(0, len(patterns), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            filters = None if kind == "nothing" else own_elements(gatherer.facts, truth[some])
            parts.append(asked_twice(gatherer, patterns[some], truth[some], filters))
            bar.update(len(truth[some]))
    return joined_parts(parts)


def own_elements(facts, truth):
    """Make filters that allow nothing but the elements of the queries' own structures."""
    found = (facts.structure(int(i)).composition.elements for i in truth)
    return [ElementFilter(only=[element.symbol for element in own]) for own in found]


def asked_twice(gatherer, patterns, truth, elements=None):
    """Gather evidence with the right phase in the gallery, and with it taken out.

    Returns
    -------
    known : Evidence
        With it.
    right : ndarray of bool, shape (n_queries, n_candidates)
        Which of its candidates are of the right phase.
    unknown : Evidence
        Without it.
    """
    found = gatherer.gather(patterns, N_MORE, elements)
    right = np.array(
        [gatherer.facts.alike(row, int(own)) for row, own in zip(found.indices, truth, strict=True)]
    )
    n = gatherer.n_candidates
    known = found.without(np.zeros_like(right), n)
    return known, right[:, :n], found.without(right, n)


def joined_parts(parts):
    """Put what was asked in parts together."""
    known, right, unknown = zip(*parts, strict=True)
    return joined_evidence(known), np.concatenate(right), joined_evidence(unknown)


def joined_evidence(parts):
    """Evidence of all queries, one after the other."""
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.joined(part)
    return whole
