"""Structures that a scan may have come from, made of templates."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from xrdmatch.crystallography import (
    NothingLeftError,
    ObjectInput,
    SkippedStructure,
    warn_of_skipped,
)
from xrdmatch.preprocessing import flattened
from xrdmatch.refinement import check_refinable
from xrdmatch.solution._compositions import as_amounts
from xrdmatch.solution._proposal import Proposal
from xrdmatch.solution._screening.candidates import (
    Wanted,
    candidates_as_they_are,
    candidates_of,
    candidates_on,
)
from xrdmatch.solution._screening.distinct import distinct
from xrdmatch.solution._screening.orderings import orderings, shared_of
from xrdmatch.solution._screening.parts import parts_of
from xrdmatch.solution._screening.query_profile import query_profile
from xrdmatch.solution._screening.substitution import log_prior
from xrdmatch.solution._screening.template_table import TemplateTable


class StructureProposer(ObjectInput, BaseEstimator):
    """Propose structures for a scan: templates with the query's elements, in the right size.

    1. Templates of the composition's anonymous formula take its elements, in every assignment
       that the numbers of atoms allow.
    2. Each candidate's peaks are put on a grid of ln q, on which a crystal that grows only moves:
       one correlation with the scan finds the size at which both are most alike, within 12 % of
       the lengths that volumes of atoms let expect.
    3. Where cells were found from the peaks, templates whose lattice is near to one of them are
       deformed onto it and compared as well; so are those with one more element, without it, and
       those with one less, whose sites of one kind two elements share in an ordered way.
    4. Of candidates that show the same, the best one is kept; one of each space group, size and
       order of elements that is missing then joins them.

    Parameters
    ----------
    n_proposals : int, default=40
        How many that show different things are proposed at most.
    n_more : int, default=100
        How many are proposed beyond these, of kinds that are not among them.
    n_compared : int, default=400
        Best candidates among which those that show the same are sought, beside the best one of
        each kind (space group, size and order of elements).
    most_alike : float, default=0.99
        Cosine of two calculated profiles beyond which they show the same.
    weight_of_prior : float, default=0.005
        What log priors of substitutions count for, beside similarities.

    Attributes
    ----------
    templates_ : TemplateTable
        The library.
    skipped_ : list of SkippedStructure
        What was left out of it.

    See Also
    --------
    StructureSolver : Refines and judges what is proposed.
    CellFinder : Finds cells.

    Notes
    -----
    A proposer of your own needs these two methods, `fit` and `propose`.

    References
    ----------
    G. Hautier, C. Fischer, V. Ehrlacher, A. Jain, G. Ceder, Inorg. Chem. 50, 656 (2011), for the
    probabilities of substitution, which pymatgen ships.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.simulation import perturb_scans
    >>> from xrdmatch.solution import StructureProposer
    >>> def perovskite(a, *elements):
    ...     sites = [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0]]
    ...     return Structure.from_spacegroup("Pm-3m", Lattice.cubic(a), elements, sites)
    >>> proposer = StructureProposer().fit([perovskite(3.9, "Sr", "Ti", "O")])
    >>> scan = perturb_scans([perovskite(4.19, "Ba", "Zr", "O")], 0.3, random_state=0)[0]
    >>> best = proposer.propose(scan, "BaZrO3")[0]
    >>> best.structure.formula, best.label, best.origin
    ('Ba1 Zr1 O3', 0, 'template')
    >>> bool(abs(best.structure.lattice.a - 4.19) < 0.05)
    True
    """

    def __init__(
        self,
        n_proposals=40,
        *,
        n_more=100,
        n_compared=400,
        most_alike=0.99,
        weight_of_prior=0.005,
    ):
        self.n_proposals = n_proposals
        self.n_more = n_more
        self.n_compared = n_compared
        self.most_alike = most_alike
        self.weight_of_prior = weight_of_prior

    def fit(self, structures, labels=None):
        """Take a library of templates.

        Parameters
        ----------
        structures : iterable of Structure
            Crystals; those with mixed sites are left out and named.
        labels : iterable, default=None
            One for each; 0, 1, ... if None.

        Returns
        -------
        StructureProposer
            The proposer itself.

        Raises
        ------
        NothingLeftError
            If no crystal can be a template.
        ValueError
            If there is no structure, or not one label for each.
        """
        self.templates_, self.skipped_ = _template_table(structures, labels)
        warn_of_skipped(self.skipped_, "templates")
        return self

    def propose(self, scan, composition=None, cells=None):
        """Propose structures for one scan.

        Parameters
        ----------
        scan : Scan
            With its radiation.
        composition : Composition or str, default=None
            What the crystal consists of; if None, all templates are compared with the elements
            that they have, 4 % of length larger or smaller.
        cells : sequence of FoundCell, default=None
            Cells found from the peaks: only templates laid onto them are proposed.

        Returns
        -------
        list of Proposal
            The best first; none where no template has this anonymous formula, or none is near to
            a cell.

        Raises
        ------
        ValueError
            If the composition cannot be understood or the scan has no radiation.
        """
        check_is_fitted(self)
        check_refinable(scan)
        (scan,) = flattened([scan])
        found = self._candidates(query_profile(scan), composition, cells)
        counts = self.n_proposals, self.most_alike, self.n_more
        rows = distinct(found.profiles, found.kinds, *counts)
        return self._ordered([_proposal(found.ranked[i]) for i in rows])

    def _candidates(self, query, composition, cells):
        if composition is None:
            templates = self.templates_.alike(query, self.n_compared)
            return candidates_as_they_are(query, templates, cells, self.n_compared)
        amounts, elements = as_amounts(composition)
        wanted = Wanted(amounts, np.array(elements), self.templates_.volumes)
        templates = self.templates_.like(amounts)
        if cells is None:
            return candidates_of(query, templates, wanted, self.n_compared)
        return self._on_cells(query, templates, wanted, cells)

    def _on_cells(self, query, templates, wanted, cells):
        """Templates of the formula, and what others give by leaving out or sharing."""
        given, n = (wanted, cells, self.n_compared), self.n_compared
        found = candidates_on(query, templates, *given)
        parts = parts_of(self.templates_, wanted.amounts)
        found = found.joined(candidates_on(query, parts, *given, "part"), n)
        shared = shared_of(self.templates_, wanted.amounts, wanted.elements.tolist())
        return found.joined(candidates_on(query, shared, *given, "order", orderings), n)

    def _ordered(self, proposals):
        """Sort by similarity and prior."""

        def merit(proposal):
            return proposal.similarity + self.weight_of_prior * proposal.log_prior

        return sorted(proposals, key=merit, reverse=True)


def _proposal(candidate):
    prior = log_prior(candidate.template.elements, candidate.elements)
    label, origin = candidate.template.label, candidate.origin
    return Proposal(candidate.structure, label, origin, candidate.similarity, prior)


def _template_table(structures, labels):
    """Ordered structures as templates, and what was left out."""
    kept, names, skipped = [], [], []
    for structure, label in _labelled(structures, labels):
        if structure.is_ordered:
            kept.append(structure)
            names.append(label)
        else:
            skipped.append(SkippedStructure(str(label), "its sites are mixed or partly empty"))
    if not kept and skipped:
        raise NothingLeftError("A library needs a crystal that can be a template", skipped)
    if not kept:
        raise ValueError("A library needs at least one structure, got none; pass some.")
    return TemplateTable(kept, names), skipped


def _labelled(structures, labels):
    if labels is None:
        return ((structure, i) for i, structure in enumerate(structures))
    structures, labels = list(structures), list(labels)
    if len(structures) != len(labels):
        raise ValueError(
            f"There is one label for each structure, got {len(labels)} for {len(structures)}; "
            "leave labels out to number them."
        )
    return zip(structures, labels, strict=True)
