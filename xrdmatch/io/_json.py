"""JSON: structures as pymatgen writes them, one or a list, or an ASE database."""

import json
from functools import partial

from pymatgen.core import Structure

from xrdmatch.io._ase import read_database


def read_json(path):
    """Yield ``(name, build)`` for every structure of the file.

    Only structures are decoded, never the class that an ``"@class"`` entry names: reading a file
    runs no code that the file chooses. Entries with a ``"structure"`` inside, such as computed
    entries, give that structure.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(content, dict) and {"ids", "nextid"} <= content.keys():
        yield from read_database(path)
        return
    entries = content if isinstance(content, list) else [content]
    for i, entry in enumerate(entries):
        name = path.stem if len(entries) == 1 else f"{path.stem}-{i}"
        yield name, partial(_decode, entry)


def _decode(entry):
    if not isinstance(entry, dict):
        raise ValueError(f"a structure is a JSON object; got {type(entry).__name__}")
    entry = entry.get("structure", entry)
    if missing := [key for key in ("lattice", "sites") if key not in entry]:
        raise ValueError(
            f"a structure has a lattice and sites; this entry lacks {' and '.join(missing)}"
        )
    return Structure.from_dict(entry)
