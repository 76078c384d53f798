"""Calibrations of libraries: what answers are worth, in a file of numbers."""

import json
from dataclasses import asdict

import numpy as np

from xrdmatch.retrieval._calibrated import CalibratedRetriever
from xrdmatch.retrieval._calibration.calibration import KINDS, Calibration
from xrdmatch.retrieval._calibration.confidence import Confidence
from xrdmatch.retrieval._calibration.odds import Curves
from xrdmatch.retrieval._calibration.shares import Shares

CALIBRATION = "calibration.json"
ARRAYS = ("weights", "known", "truth", "unknown")


def write_calibration(retriever, folder):
    """Write what a retriever has learned of its gallery, if it has learned anything.

    Parameters
    ----------
    retriever : StructureRetriever
        Of any kind.
    folder : Path
        That of the library.
    """
    calibration = getattr(retriever, "calibration_", None)
    if calibration is not None:
        text = json.dumps(asdict(calibration), default=np.ndarray.tolist, indent=1)
        (folder / CALIBRATION).write_text(text + "\n", encoding="utf-8")


def read_calibration(retriever, folder):
    """Give a retriever what was learned of its library.

    Parameters
    ----------
    retriever : StructureRetriever
        Just loaded, with its gallery.
    folder : Path
        That of the library.

    Returns
    -------
    StructureRetriever
        The retriever itself.
    """
    file = folder / CALIBRATION
    if isinstance(retriever, CalibratedRetriever) and file.exists():
        content = json.loads(file.read_text(encoding="utf-8"))
        content |= {kind: _confidence(content[kind]) for kind in KINDS}
        retriever.calibration_ = Calibration(**content)
    return retriever


def _confidence(content):
    if content is None:
        return None
    arrays = {name: np.array(content[name], dtype=float) for name in ARRAYS}
    shares, curves = Shares(**content["shares"]), _curves(content.get("curves"))
    tuples = {name: tuple(content[name]) for name in ("names", "beta") if name in content}
    return Confidence(**content | arrays | tuples | {"shares": shares, "curves": curves})


def _curves(content):
    if content is None:
        return None
    arrays = {name: np.array(content[name], dtype=float) for name in ("knots", "heights")}
    return Curves(**arrays, offset=content["offset"])
