"""A library of templates as a folder without code."""

import json
import shutil
from pathlib import Path

from xrdmatch import __version__
from xrdmatch.preprocessing import Rows, rows_as_arrays, rows_from_arrays
from xrdmatch.retrieval import read_arrays, write_arrays

CARD, FORMAT, UNFINISHED = "templates.json", 1, ".unfinished"


def save_templates(library, path):
    """Write a fitted library into a folder; `TemplateLibrary.save` says more."""
    path = Path(path).expanduser().absolute()
    _check_free(path)
    folder = path.with_name(path.name + UNFINISHED)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _write(library, folder)
    if path.exists():
        shutil.rmtree(path)
    folder.rename(path)


def _write(library, folder):
    """Write all files; the card comes last: it says that the rest is there."""
    rows = Rows(**vars(library.rows_))
    encoded = vars(rows).pop("encoded")
    arrays = rows_as_arrays(rows, "rows") | library.pattern_classes_._asdict()
    card = {"format": FORMAT, "xrdmatch": __version__, "n_templates": len(library.rows_)}
    parameters = {k: v for k, v in library.get_params(deep=False).items() if k != "n_jobs"}
    card["parameters"] = {k: write_arrays(v, folder, k) for k, v in parameters.items()}
    card["encoded"] = write_arrays(encoded, folder, "encoded")
    names = [name.replace(":", "-") for name in arrays]
    parts = zip(arrays, names, arrays.values(), strict=True)
    card["arrays"] = {key: write_arrays(array, folder, name) for key, name, array in parts}
    card["labels"] = write_arrays(library.labels_.tolist(), folder, "labels")
    (folder / CARD).write_text(json.dumps(card) + "\n", encoding="utf-8")


def read_templates(path, card):
    """Read what `save_templates` wrote.

    Parameters
    ----------
    path : Path
        The folder.
    card : dict
        Output of `template_card`.

    Returns
    -------
    parameters : dict
        Those of the library.
    rows : Rows
        What it keeps of each template.
    labels : list
        Their names.
    arrays : dict of str to ndarray
        All others.
    """
    parameters = {k: read_arrays(v, path) for k, v in card["parameters"].items()}
    arrays = {k: read_arrays(v, path) for k, v in card["arrays"].items()}
    rows = rows_from_arrays(arrays, "rows")
    rows.encoded = read_arrays(card["encoded"], path)
    return parameters, rows, read_arrays(card["labels"], path), arrays


def template_card(path):
    """Read the card of a library of templates, and check that it is one."""
    if not path.exists():
        raise ValueError(
            f"There is no library of templates {str(path)!r}; check the path, or build it first."
        )
    try:
        card = json.loads((path / CARD).read_text(encoding="utf-8"))
        found = card["format"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ValueError(
            f"A library of templates is a folder with a {CARD}, got {str(path)!r}, which has none; "
            "name the folder that TemplateLibrary.save wrote."
        ) from error
    if found != FORMAT:
        raise ValueError(
            f"Libraries of templates of format {FORMAT} are read, got {found!r} at {str(path)!r}, "
            f"written by xrdmatch {card.get('xrdmatch')}; build it anew, or install that version."
        )
    return card


def _check_free(path):
    """Check that a library can be written there: nothing is, or another library."""
    if path.is_dir() and not any(path.iterdir()):
        path.rmdir()
    elif path.exists() and not (path / CARD).is_file():
        raise ValueError(
            f"A library is written into a folder of its own, got {str(path)!r}, where something "
            "else is; name another folder, or remove what is there."
        )
