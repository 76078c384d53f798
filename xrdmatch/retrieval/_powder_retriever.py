"""The retriever that does best on measured powders."""

from xrdmatch.retrieval._matcher import PatternMatcher
from xrdmatch.retrieval._reranker import PhysicsReranker
from xrdmatch.simulation import DiffractionSimulator

N_REFINED = 20  # candidates: about half a second a scan


def make_powder_retriever(
    radiation="CuKa", *, instrument=None, cells="measured", n_jobs=None, score_k=1
):
    """Make the retriever that does best on measured powder scans.

    A `PatternMatcher` proposes 20 candidates by their profiles, and a `PhysicsReranker` refines
    them and puts them into a new order. Where speed counts, ask the one inside, ``retriever``: it
    is ten times faster and misses a few more. Nothing is learned, and it is not fitted: `fit` or
    `set_gallery` give it structures to search among. Queries are scans, as
    `xrdmatch.io.read_pattern` reads them, or powder peaks, which are compared but not refined.

    Parameters
    ----------
    radiation : str, float or Radiation, default="CuKa"
        What the gallery is simulated for, as `xrdmatch.crystallography.as_radiation` accepts it.
        Queries may have been taken with another wavelength; only the kind must agree.
    instrument : InstrumentProfile, default=None
        What queries were taken with, where that is known: it says what widths and zero shift to
        expect. Its monochromator is the gallery's.
    cells : {"measured", "computed", "stated"}, default="measured"
        Whether the gallery's cells were measured, or computed, as those of the Materials Project:
        how far they may be off, when profiles are compared (``comparison="strained_profile"`` of
        the `PatternMatcher`) and when candidates are refined. ``"stated"`` is for galleries that
        have both, as the shipped standards: profiles are compared as if cells were computed, and
        candidates are refined as their ``properties["cells"]`` say.
    n_jobs : int, default=None
        Number of joblib workers for the simulation.
    score_k : int, default=1
        k of the accuracy that `score` gives.

    Returns
    -------
    PhysicsReranker
        The composition that did best in the benchmark of measured scans.

    See Also
    --------
    PatternMatcher : How scans are compared.
    PhysicsReranker : How they are refined.

    Examples
    --------
    >>> import numpy as np
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.retrieval import make_powder_retriever
    >>> from xrdmatch.simulation import PowderProfile
    >>> salts = [
    ...     Structure.from_spacegroup(
    ...         "Fm-3m", Lattice.cubic(a), [metal, "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    ...     for metal, a in [("Na", 5.64), ("K", 6.29)]]
    >>> retriever = make_powder_retriever().fit(salts, labels=["halite", "sylvite"])
    >>> molybdenum = DiffractionSimulator(
    ...     "powder", "MoKa", profile=PowderProfile(np.arange(5, 50, 0.02)))
    >>> retriever.predict(molybdenum.transform(salts))
    array(['halite', 'sylvite'], dtype='<U7')
    """
    monochromator = getattr(instrument, "monochromator", None)  # none of what is no instrument
    simulator = DiffractionSimulator("powder", radiation, monochromator=monochromator)
    comparison = "auto" if cells == "measured" else "strained_profile"
    matcher = PatternMatcher(simulator, comparison=comparison, n_jobs=n_jobs)
    return PhysicsReranker(
        matcher, n_candidates=N_REFINED, instrument=instrument, cells=cells, score_k=score_k
    )
