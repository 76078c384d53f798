"""Libraries with a calibration."""

from pathlib import Path

from xrdmatch.retrieval._calibrated import CalibratedRetriever
from xrdmatch.retrieval._storage.data_folder import only_writer
from xrdmatch.retrieval._storage.library import load_library
from xrdmatch.retrieval._storage.library_card import library_card
from xrdmatch.retrieval._storage.library_writing import write_library
from xrdmatch.retrieval._storage.remarks import library_remarks


def calibrate_library(path, **options):
    """Calibrate the retriever of a library, and keep the calibration with it.

    Parameters
    ----------
    path : str or path-like
        The folder that `save_library` or ``xrdmatch index`` wrote.
    **options
        Parameters of the `CalibratedRetriever`; those of the library's own, if it has been
        calibrated before, and the defaults else.

    Returns
    -------
    CalibratedRetriever
        What `load_library` gives from now on.

    Raises
    ------
    ValueError
        If the folder is no library, or its gallery is too small to calibrate.

    See Also
    --------
    CalibratedRetriever : What is learned.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch import PatternMatcher, PhysicsReranker
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import calibrate_library, load_library, save_library
    >>> layers = load_monolayers()[:40]
    >>> with TemporaryDirectory() as folder:
    ...     reranker = PhysicsReranker(PatternMatcher().fit(layers), n_candidates=10)
    ...     save_library(reranker, f"{folder}/layers")
    ...     _ = calibrate_library(f"{folder}/layers", n_queries=40, severity=0.5)
    ...     load_library(f"{folder}/layers").calibration_.n_queries
    40
    """
    path = Path(path).expanduser().absolute()
    about = library_card(path)["about"]
    with only_writer(path):
        retriever = load_library(path)
        if not isinstance(retriever, CalibratedRetriever):
            retriever = CalibratedRetriever(retriever)
        retriever.set_params(**options).calibrate()
        remarks = library_remarks(path)
        write_library(retriever, [retriever.index_], path, about=about, remarks=remarks)
    return retriever
