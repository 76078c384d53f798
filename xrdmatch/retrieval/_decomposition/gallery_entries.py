"""Gallery entries with the facts that the decomposition needs."""

import numpy as np
from pymatgen.core import Element

from xrdmatch.crystallography import site_table
from xrdmatch.refinement import mixture_phase
from xrdmatch.retrieval._comparison.profile_library import ProfileLibrary
from xrdmatch.retrieval._comparison.scan_ranking import ScanRanking
from xrdmatch.retrieval._entry_facts import EntryFacts
from xrdmatch.retrieval._wrapper import RetrieverWrapper


class GalleryEntries:
    """Profiles, reflections, formulas and space groups of a retriever's gallery.

    Parameters
    ----------
    retriever : StructureRetriever
        Of powders, with its gallery.

    Raises
    ------
    ValueError
        If its gallery is not compared by profiles.
    """

    def __init__(self, retriever):
        inner = _innermost(retriever)
        self.index = inner.index_
        if not isinstance(self.index.encoded, ProfileLibrary):
            raise ValueError(
                "Mixtures are searched among profiles of powders, got a gallery that is compared "
                f"by {type(self.index.encoded).__name__}; take make_powder_retriever, or a "
                "PatternMatcher with DiffractionSimulator('powder'), and in place of "
                "load_libraries join_libraries."
            )
        self.instrument = getattr(retriever, "instrument", None)
        self._ranking = ScanRanking(self.index.structures, inner, self.instrument)
        self._facts = EntryFacts(self.index.structures)

    def belongs_to(self, retriever):
        """Tell whether the gallery and the instrument are still those of a retriever."""
        instrument = getattr(retriever, "instrument", None)
        return self.index is _innermost(retriever).index_ and self.instrument is instrument

    @property
    def monochromator(self):
        """As in `lorentz_polarization` [degrees]."""
        if self.instrument is not None:
            return self.instrument.monochromator
        return self._ranking.options()["monochromator"]

    def prepared(self, scan):
        """Find the background of a scan and check that it can be refined."""
        return self._ranking.prepared([scan])[0]

    def powders(self, indices):
        """Reflections of entries, a list of `Powder`."""
        return self._ranking.powders(indices)

    def phase(self, queries, i, parameters):
        """Entry i before a scan, a `MixturePhase`."""
        (powder,) = self.powders([i])
        return mixture_phase(queries, powder, parameters, self.monochromator)

    def structure(self, i):
        """Entry i as a structure."""
        return self._facts.structure(i)

    def facts(self, i):
        """Reduced formula and space group of entry i, which count as one phase."""
        return self._facts.formula(i), self._facts.space_group(i)

    def mass(self, i):
        """Mass of the cell of entry i [u]."""
        sites = site_table([self.structure(i)])
        return sum(
            Element.from_Z(z).atomic_mass * occupancy
            for z, occupancy in zip(sites.numbers[0], sites.occupancy[0], strict=True)
            if z > 0
        )

    def same_phase(self, i):
        """Entries with the formula and the space group of entry i; ndarray of positions."""
        of_elements = (self.index.elements == self.index.elements[i]).all(1)
        own, of_elements = self.facts(i), np.flatnonzero(of_elements).tolist()
        of_formula = [j for j in of_elements if self._facts.formula(j) == own[0]]
        return np.array([j for j in of_formula if self.facts(j) == own], dtype=int)


def _innermost(retriever):
    """Find the retriever that compares profiles."""
    while isinstance(retriever, RetrieverWrapper):
        retriever = retriever.inner_
    return retriever
