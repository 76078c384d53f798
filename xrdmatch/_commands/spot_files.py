"""Answers about spots as JSON and as a table of rows."""

import json

import numpy as np

FACTS = ("label", "phase", "formula", "log_odds", "rotation", "mirrored", "scale")
FACTS = (*FACTS, "n_extra", "n_missing")


def write_spot_json(results, errors, path):
    """Write all answers: a list with one object for each file; null where a number is unknown.

    Parameters
    ----------
    results : dict of Path to (SeenSpots, SpotAnswer) or SpotMap
        What was answered.
    errors : dict of Path to str
        Why others were not.
    path : Path
        The file.
    """
    data = [{"file": str(file), **_as_data(result)} for file, result in results.items()]
    data += [{"file": str(file), "error": error} for file, error in errors.items()]
    text = json.dumps(data, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def write_spot_csv(results, path):
    """Write a row for each candidate of a picture, and for each place of a map.

    Parameters
    ----------
    results : dict of Path to (SeenSpots, SpotAnswer) or SpotMap
        What was answered.
    path : Path
        The file.
    """
    import pandas as pd  # comes with pymatgen, and takes time that few calls need

    rows = [{"file": str(file), **row} for file, one in results.items() for row in _rows(one)]
    pd.DataFrame(rows, columns=None if rows else ["file"]).to_csv(path, index=False)


def _as_data(result):
    if not isinstance(result, tuple):
        places = _map_rows(result)
        return {"shape": list(result.phase_.shape), "shares": result.shares_, "places": places}
    seen, answer = result
    return {
        "n_spots": seen.pattern.n_peaks,
        "phase": answer.phase or None,
        "margin": _plain(answer.margin),
        "certainty": answer.certainty,
        "could_also_be": [{"phase": name, "behind": _plain(x)} for name, x in answer.alike],
        "cautions": answer.cautions,
        "candidates": _candidate_rows(answer),
        "notes": seen.remarks,
    }


def _rows(result):
    if not isinstance(result, tuple):
        return _map_rows(result)
    rows = _candidate_rows(result[1])
    return [{"rank": rank, **row} for rank, row in enumerate(rows, start=1)]


def _candidate_rows(answer):
    return [{name: _plain(c[name]) for name in FACTS} for c in answer.candidates]


def _map_rows(found):
    columns = {
        "margin": found.margin_,
        "rotation": found.rotation_,
        "scale": found.magnification_ - 1,
        "n_spots": found.n_spots_,
    }
    return [
        {"row": place[0], "column": place[1], "phase": found.phase_[place]}
        | {name: _plain(values[place]) for name, values in columns.items()}
        for place in np.ndindex(found.phase_.shape)
    ]


def _plain(value):
    """Numbers as JSON has them."""
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, np.integer):
        return int(value)
    return float(value) if np.isfinite(value) else None
