"""JSON: structures as pymatgen writes them, one or a list, or an ASE database."""

import json
from functools import partial

from xrdmatch.crystallography import structure_from_dict
from xrdmatch.io._decoding import bare_stem, read_text
from xrdmatch.io._structure_formats.ase import read_database

_KEYS = {"lattice", "sites", "structure"}


def read_json(path):
    """Yield ``(name, build)`` for every structure of the file.

    Only structures are decoded, never the class that an ``"@class"`` entry names: reading a file
    runs no code that the file chooses. Entries with a ``"structure"`` inside, such as computed
    entries, give that structure.
    """
    content = json.loads(read_text(path))
    if isinstance(content, dict) and {"ids", "nextid"} <= content.keys():
        yield from read_database(path)
        return
    entries = content if isinstance(content, list) else [content]
    if len(entries) > 1 and not any(isinstance(e, dict) and _KEYS & e.keys() for e in entries):
        raise ValueError(f"none of its {len(entries)} entries is a structure")
    for i, entry in enumerate(entries):
        name = bare_stem(path) if len(entries) == 1 else f"{bare_stem(path)}-{i}"
        yield name, partial(_decode, entry)


def _decode(entry):
    if not isinstance(entry, dict):
        raise ValueError(f"a structure is a JSON object; got {type(entry).__name__}")
    entry = entry.get("structure", entry)
    if missing := [key for key in ("lattice", "sites") if key not in entry]:
        raise ValueError(
            f"a structure has a lattice and sites; this entry lacks {' and '.join(missing)}"
        )
    if not isinstance(charge := entry.get("charge", 0.0), int | float | None):
        raise ValueError(f"a charge is a number; this entry's is {charge!r}")
    return structure_from_dict(entry)
