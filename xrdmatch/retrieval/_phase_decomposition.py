"""Mixtures: which phases a scan has, and how much of each."""

import warnings
from numbers import Integral, Real

import numpy as np
from pymatgen.core import Composition
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from xrdmatch.crystallography import ObjectInput, Scan
from xrdmatch.preprocessing import as_queries
from xrdmatch.retrieval._decomposition.gallery_entries import GalleryEntries
from xrdmatch.retrieval._decomposition.phase_report import decomposed
from xrdmatch.retrieval._decomposition.phase_search import PhaseSearch
from xrdmatch.retrieval._elements import element_filters
from xrdmatch.retrieval._gallery_holder import NO_GALLERY
from xrdmatch.retrieval._n_jobs import check_n_jobs
from xrdmatch.retrieval._retriever import StructureRetriever


class PhaseDecomposition(ObjectInput, BaseEstimator):
    """Find the phases of a mixture in a retriever's gallery, and their weight fractions.

    Entries are accepted one after the other. Those that resemble what is left of the scan are
    refined, what was accepted being projected out; the best three are refined together with all
    that was accepted, cells, textures, widths and damping of each and one zero for all, with
    scales that are never negative. The best is accepted if its log odds are at least
    `min_gain`; what is worth less than that in the end is dropped.

    Weight fractions follow from the scales S by ``W_p = S_p (Z M V)_p / sum_k S_k (Z M V)_k``
    [1]_: Z formula units of the mass M in a cell of the volume V. They are shares of what is
    crystalline and was found. Where the weight fraction of one phase of the sample is known, an
    internal standard, they are shares of the whole sample, and the rest is amorphous or unknown.

    Parameters
    ----------
    retriever : StructureRetriever
        Of powders, with its gallery: a `PatternMatcher`, a `PhysicsReranker` around one, or what
        `load_library` returns. The instrument of a `PhysicsReranker` is used.
    max_phases : int, default=6
        At most so many phases are found in a scan.
    min_gain : float, default=12.0
        Log odds that a phase must be worth: what the joint fit gains by it, less the logarithm
        of the number of entries that the known elements allow, less 3 for each element that no
        other phase has.
    standard : tuple of (str, float), default=None
        Formula of an internal standard and its weight fraction in the sample as it was measured:
        ``("Al2O3", 0.2)``.
    n_jobs : int, default=None
        Number of threads that compare a scan with the gallery; None is 1 unless in a
        `joblib.parallel_config` context, -1 all cores. Answers are the same whatever it is.

    See Also
    --------
    make_powder_retriever : Names the phase of a scan that has one.
    xrdmatch.refinement.refine_scan : Refines a structure that is known.

    References
    ----------
    .. [1] Hill and Howard, J. Appl. Cryst. 20, 467 (1987).

    Examples
    --------
    >>> import numpy as np
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.crystallography import Scan
    >>> from xrdmatch.retrieval import PhaseDecomposition, make_powder_retriever
    >>> from xrdmatch.simulation import DiffractionSimulator, PowderProfile
    >>> salts = [
    ...     Structure.from_spacegroup(
    ...         "Fm-3m", Lattice.cubic(a), [metal, "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    ...     for metal, a in [("Na", 5.64), ("K", 6.29)]]
    >>> angles = PowderProfile(np.arange(20, 90, 0.02), background=0.1)
    >>> halite, sylvite = DiffractionSimulator("powder", "CuKa", profile=angles).transform(salts)
    >>> mixed = Scan(halite.two_theta, 1e-3 * (halite.counts + sylvite.counts), radiation="CuKa")
    >>> retriever = make_powder_retriever().fit(salts, labels=["halite", "sylvite"])
    >>> (found,) = PhaseDecomposition(retriever).decompose([mixed])
    >>> sorted(found.labels.tolist())
    ['halite', 'sylvite']
    >>> float(found.weight_fraction.sum().round(6))
    1.0
    """

    def __init__(self, retriever=None, max_phases=6, *, min_gain=12.0, standard=None, n_jobs=None):
        self.retriever = retriever
        self.max_phases = max_phases
        self.min_gain = min_gain
        self.standard = standard
        self.n_jobs = n_jobs

    def decompose(self, scans, elements=None, on_error="raise", expected=()):
        """Find the phases of scans and how much there is of each.

        Parameters
        ----------
        scans : Scan or list of n_scans Scan
            The scans, with their radiation.
        elements : str, list or ElementFilter, default=None
            Known chemistry of all phases together, as in `StructureRetriever.predict`: ``"Li,O"``
            allows only phases of these elements; a list of filters gives one for each scan.
        on_error : {"raise", "skip"}, default="raise"
            Whether a scan that cannot be refined is an error, or is named in a warning and has
            None in its place.
        expected : array-like of int, shape (n_expected,), default=()
            Positions in the gallery of phases that are as likely in the scans as not, such as the
            ``indices`` of the scan before in a series: they are always refined, and need not gain
            more because many entries compete.

        Returns
        -------
        list of n_scans DecomposedScan
            What is in each.

        Raises
        ------
        TypeError
            If an item is no scan.
        ValueError
            If an option cannot be used, or a scan cannot be refined.
        """
        entries, scans = self._entries(), as_queries(scans)
        standard = self._standard()
        if on_error not in ("raise", "skip"):
            raise ValueError(f"on_error must be 'raise' or 'skip', got {on_error!r}; pick one.")
        filters = element_filters(elements, len(scans))
        expected = self._expected(expected, len(entries.index.elements))
        found = []
        for i, (scan, known) in enumerate(zip(scans, filters, strict=True)):
            try:
                found.append(self._decomposed(entries, scan, known, standard, expected))
            except (TypeError, ValueError) as error:
                if on_error == "raise":
                    kind = TypeError if isinstance(error, TypeError) else ValueError
                    raise kind(f"Scan {i} cannot be decomposed: {error}") from error
                warnings.warn(f"Left scan {i} out: {error}", stacklevel=2)
                found.append(None)
        return found

    def predict(self, scans, elements=None):
        """Name the phases of scans.

        Parameters
        ----------
        scans : Scan or list of n_scans Scan
            The scans.
        elements : str, list or ElementFilter, default=None
            Known chemistry, as in `decompose`.

        Returns
        -------
        ndarray of object, shape (n_scans,)
            A list of labels for each, the phase of most weight first.
        """
        found = self.decompose(scans, elements)
        labels = np.empty(len(found), dtype=object)
        labels[:] = [one.labels.tolist() for one in found]
        return labels

    def _decomposed(self, entries, scan, known, standard, expected):
        if not isinstance(scan, Scan):
            raise TypeError(
                f"Mixtures are found in scans, got {type(scan).__name__}; read one with "
                "read_pattern."
            )
        allowed = known.allowed(entries.index.elements)
        options = self.max_phases, self.min_gain, expected, self.n_jobs
        search = PhaseSearch(entries, entries.prepared(scan), *options)
        found = search.found(allowed)
        notes = []
        if not allowed.any():
            notes.append("The known elements leave no entry of the gallery; name fewer.")
        if len(found.indices) == self.max_phases:
            notes.append(
                f"There may be more than {self.max_phases} phases; raise max_phases to see."
            )
        return decomposed(search, found, standard, tuple(notes))

    def _entries(self):
        """Work out what is known of the gallery, kept as long as it is the same."""
        self._check_options()
        check_is_fitted(self.retriever, "gallery_", msg=NO_GALLERY)
        kept = getattr(self, "_known", None)
        if kept is None or not kept.belongs_to(self.retriever):
            self._known = kept = GalleryEntries(self.retriever)
        return kept

    def _standard(self):
        """Reduced formula and weight fraction of the internal standard."""
        if self.standard is None:
            return None
        try:
            formula, share = self.standard
            formula, share = Composition(formula).reduced_formula, float(share)
        except (TypeError, ValueError):
            formula, share = "", np.nan
        if not formula or not 0 < share < 1:
            raise ValueError(
                "standard must be a formula and its weight fraction between 0 and 1, got "
                f"{self.standard!r}; write ('Al2O3', 0.2), for example."
            )
        return formula, share

    @staticmethod
    def _expected(positions, n_entries):
        """Positions of expected entries, each once."""
        positions = np.asarray(positions)
        whole = positions.size == 0 or np.issubdtype(positions.dtype, np.integer)
        if (
            not whole
            or positions.ndim != 1
            or not ((positions >= 0) & (positions < n_entries)).all()
        ):
            raise ValueError(
                f"expected has positions in the gallery, from 0 to {n_entries - 1}, got "
                f"{positions.tolist()!r}; pass the indices of a DecomposedScan."
            )
        return set(positions.astype(int).tolist())

    def _check_options(self):
        if not isinstance(self.retriever, StructureRetriever):
            raise TypeError(
                "PhaseDecomposition goes around a retriever of powders with its gallery, got "
                f"{self.retriever!r}; write PhaseDecomposition(make_powder_retriever().fit(...))."
            )
        if not isinstance(self.max_phases, Integral) or self.max_phases < 1:
            raise ValueError(
                f"max_phases must be a whole number of at least 1, got {self.max_phases!r}; 6 is "
                "the default."
            )
        if not isinstance(self.min_gain, Real) or not self.min_gain > 0:
            raise ValueError(
                f"min_gain must be a number above 0, got {self.min_gain!r}; 12 is the default."
            )
        check_n_jobs(self.n_jobs)

    def __getstate__(self):
        """Leave out what is known of the gallery: it is found again."""
        return {k: v for k, v in super().__getstate__().items() if k != "_known"}

    def __sklearn_is_fitted__(self):
        return hasattr(self.retriever, "gallery_")
