"""An opened library, with its retriever for each kind of radiation."""

import sys
from copy import copy

from xrdmatch._commands.arguments import RADIATIONS
from xrdmatch._commands.library_radiation import library_radiation
from xrdmatch._commands.standards import are_standards, standards_in_words, standards_library
from xrdmatch.crystallography import as_radiation
from xrdmatch.retrieval import (
    CalibratedRetriever,
    PhaseDecomposition,
    PhysicsReranker,
    load_library,
    make_powder_retriever,
)


class Libraries:
    """One library as it answers scans of X-rays, neutrons and electrons.

    Parameters
    ----------
    path : Path or None
        What `index` made; None, or ``standards``, for the shipped standards.
    instrument : InstrumentProfile or None
        The diffractometer.
    max_phases : int
        At most so many in a scan.

    Attributes
    ----------
    remark : str
        What is to be said of the library; empty for one that `index` made.

    Raises
    ------
    ValueError
        If the library cannot be read or is not one of powders.
    """

    def __init__(self, path, instrument, max_phases):
        loaded = standards_library() if are_standards(path) else load_library(path)
        self.remark = standards_in_words(loaded) if are_standards(path) else ""
        self._calibrated = loaded if isinstance(loaded, CalibratedRetriever) else None
        self._first = _reranker(loaded if self._calibrated is None else loaded.inner_)
        self._instrument, self._max_phases = instrument, max_phases
        self._by_kind = {}

    @property
    def n_structures(self):
        """Number of entries."""
        return len(self._first.gallery_)

    def up_to(self, max_phases):
        """Return the same library, opened once, for another number of phases."""
        other = copy(self)
        other._max_phases = max_phases
        return other

    def decomposition(self, kind):
        """Return a `PhaseDecomposition` for a kind of radiation."""
        if kind not in self._by_kind:
            retriever = _for_kind(self._first, kind).set_params(instrument=self._instrument)
            self._by_kind[kind] = PhaseDecomposition(retriever)
        return self._by_kind[kind].set_params(max_phases=self._max_phases)

    def retriever(self, kind):
        """Return the retriever for a kind of radiation."""
        return self.decomposition(kind).retriever

    def calibrated(self, kind):
        """Return what knows how sure answers are, None where there is no calibration."""
        made_for = as_radiation(self._first.simulator_.radiation).kind
        if self._calibrated is None or made_for != kind:
            return None
        calibrated = copy(self._calibrated)
        calibrated.retriever_ = self.retriever(kind)
        return calibrated


def _reranker(retriever):
    """Return a retriever that refines scans."""
    if not isinstance(retriever, PhysicsReranker):
        retriever = make_powder_retriever().set_params(retriever=retriever)
    geometry = retriever.simulator_.geometry
    if geometry != "powder":
        raise ValueError(
            f"The library is of the geometry {geometry!r}, and scans are of powders; make one with "
            "`xrdmatch index`."
        )
    return retriever


def _for_kind(retriever, kind):
    """Simulate a library's structures anew where it was made for another kind of radiation."""
    if as_radiation(retriever.simulator_.radiation).kind == kind:
        return retriever
    n_structures = len(retriever.gallery_)
    print(
        f"note: the library was not made for {RADIATIONS[kind]}; simulating its {n_structures} "
        "structures anew",
        file=sys.stderr,
    )
    anew = make_powder_retriever(library_radiation(kind), cells=retriever.cells)
    return anew.set_gallery(retriever.gallery_, labels=retriever.classes_, on_error="skip")
