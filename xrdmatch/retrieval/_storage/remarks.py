"""What was left out of a library or is doubtful in it, in a file of its own."""

import json
from pathlib import Path

from xrdmatch.retrieval._storage.library_card import data_folder, library_card

REMARKS = "remarks.jsonl"
KINDS = "skipped", "doubtful"


def library_remarks(path):
    """Read what was left out of a library when it was made, and what is doubtful in it.

    Parameters
    ----------
    path : str or path-like
        The library's folder.

    Returns
    -------
    dict of str to list of [str, str]
        ``"skipped"`` and ``"doubtful"``: for each item where it stands and the reason.

    Raises
    ------
    ValueError
        If the folder is no library, or the remarks are damaged.

    See Also
    --------
    library_card : What a library says of itself.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch import PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import library_remarks, save_library
    >>> left_out = {"skipped": [["broken.cif", "it has no cell"]]}
    >>> with TemporaryDirectory() as folder:
    ...     matcher = PatternMatcher().fit(load_monolayers()[:5])
    ...     save_library(matcher, f"{folder}/layers", remarks=left_out)
    ...     library_remarks(f"{folder}/layers")
    {'skipped': [['broken.cif', 'it has no cell']], 'doubtful': []}
    """
    path = Path(path).expanduser()
    card = library_card(path)
    file = data_folder(path, card) / REMARKS
    if not file.exists():
        return {kind: card["about"].get(kind, []) for kind in KINDS}
    found = {kind: [] for kind in KINDS}
    try:
        for line in file.read_text(encoding="utf-8").splitlines():
            kind, *remark = json.loads(line)
            found[kind].append(remark)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"Remarks on a library are lines of JSON, got others in {str(file)!r} ({error}); "
            "build it anew."
        ) from error
    return found


def write_remarks(remarks, folder):
    """Write remarks, a line each; no file where there are none.

    Parameters
    ----------
    remarks : dict of str to list
        As `library_remarks` returns them.
    folder : Path
        Where.
    """
    lines = [json.dumps([kind, *remark]) for kind in KINDS for remark in remarks.get(kind, [])]
    if lines:
        (folder / REMARKS).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
