"""Answers about scans: objects, JSON and CSV."""

import json
from dataclasses import dataclass

import numpy as np

from xrdmatch._commands.certainty import Certainty
from xrdmatch._commands.scan_sources import ScanSource
from xrdmatch.crystallography import Scan
from xrdmatch.retrieval import DecomposedScan

FACTS = ("label", "formula", "space_group", "score", "r_wp", "change")
PROBABLE = ("formula", "space_group", "probability", "labels")
BROAD = ("share", "two_theta", "fwhm")
BY_PHASE = ("weight_fraction", "weight_fraction_std", "gain", "lattice", "lattice_sigma")


@dataclass(frozen=True, eq=False)
class Answer:
    """The answer about one scan.

    Parameters
    ----------
    source : ScanSource
        Where it stands.
    scan : Scan or None
        The scan; None if it cannot be read.
    phases : DecomposedScan or None
        What is in it, where that was asked for.
    candidates : list of dict or None
        Rivals for one phase, where these were asked for: output of `find_candidates`.
    certainty : Certainty or None
        How sure the answer is, if it is of one phase and the library has been calibrated.
    error : str
        Why there is no answer; empty where there is one.
    notes : tuple of str
        What is odd about the scan.
    """

    source: ScanSource
    scan: Scan | None = None
    phases: DecomposedScan | None = None
    candidates: list | None = None
    certainty: Certainty | None = None
    error: str = ""
    notes: tuple = ()


def write_json(answers, path):
    """Write all answers: a list with one object for each scan; null where a number is unknown.

    Parameters
    ----------
    answers : list of Answer
        Of the scans.
    path : Path
        The file.
    """
    text = json.dumps([_as_data(one) for one in answers], indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def write_csv(answers, path):
    """Write a table with one row for each phase, or candidate, of each scan.

    Parameters
    ----------
    answers : list of Answer
        Of the scans.
    path : Path
        The file.
    """
    import pandas as pd  # comes with pymatgen, and takes time that few calls need

    frames = [frame for frame in map(_frame, answers) if len(frame)]
    table = pd.concat(frames) if frames else pd.DataFrame(columns=["file", "scan"])
    table.to_csv(path, index=False)


def _frame(answer):
    import pandas as pd

    if answer.phases is not None:
        frame = answer.phases.to_frame()
    else:
        rows = [{name: c[name] for name in FACTS} for c in answer.candidates or []]
        frame = pd.DataFrame(rows, columns=FACTS)
        if answer.certainty is not None:
            names = zip(frame["formula"], frame["space_group"], strict=True)
            frame["probability"] = [answer.certainty.of(*name).probability for name in names]
            frame["not_in_library"] = answer.certainty.unknown
        frame.insert(0, "rank", range(1, len(rows) + 1))
        frame.insert(0, "scan", answer.scan.name if answer.scan else None)
    frame.insert(0, "file", str(answer.source.path))
    return frame


def _as_data(answer):
    data = {"file": str(answer.source.path), "scan": answer.source.scan}
    if answer.error:
        return data | {"error": answer.error}
    scan = answer.scan
    data |= {
        "scan": scan.name,
        "two_theta": [float(scan.two_theta[0]), float(scan.two_theta[-1])],
        "n_points": scan.n_points,
        "wavelength": scan.radiation.wavelength,
    }
    data |= _phases(answer.phases) if answer.phases else _candidates(answer.candidates)
    return data if answer.certainty is None else data | {"certainty": _certainty(answer.certainty)}


def _certainty(known):
    """Write the probabilities of phases, and of none, as plain data."""
    return {
        "not_in_library": known.unknown,
        "rejected": known.rejected,
        "learned_from": known.learned_from,
        "deciding": known.deciding,
        "phases": [
            {name: getattr(phase, name) for name in PROBABLE}
            | {"in_set_of_90_percent": phase.inside}
            for phase in known.phases
        ],
    }


def _phases(found):
    left = found.unexplained
    peaks = zip(left.two_theta, left.height, strict=True)
    return {
        "phases": [_phase(found, i) for i in range(found.n_phases)],
        "zero_shift": _plain(found.zero_shift),
        "r_wp": _plain(found.r_wp),
        "unexplained": {
            "share": _plain(left.share),
            "peaks": [{"two_theta": _plain(x), "height": _plain(y)} for x, y in peaks],
        },
        "broad": {name: _plain(getattr(found.broad, name)) for name in BROAD},
        "notes": list(found.notes),
    }


def _phase(found, i):
    numbers = {name: _plain(getattr(found, name)[i]) for name in BY_PHASE}
    names = {
        "label": str(found.labels[i]),
        "formula": found.formulas[i],
        "space_group": found.space_groups[i],
    }
    return names | numbers | {"look_alikes": [str(label) for label in found.look_alikes[i]]}


def _candidates(candidates):
    return {"candidates": [{name: _plain(c[name]) for name in FACTS} for c in candidates]}


def _plain(value):
    """Numbers as JSON has them."""
    if isinstance(value, np.ndarray):
        return [_plain(x) for x in value]
    if isinstance(value, str):
        return value
    return float(value) if np.isfinite(value) else None
