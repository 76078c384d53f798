"""CIF, one structure a data block."""

import re
import warnings
from functools import partial

from pymatgen.io.cif import CifParser

# Occupancies are refined and rounded one by one, so a full site may well add up to 1.001.
# Up to this sum they are scaled down to 1; pymatgen says so, and the note is kept.
_OCCUPANCY_TOLERANCE = 1.01


def read_cif(path):
    """Yield ``(name, build)`` for every data block that has atoms.

    The cell stays as the file states it: nothing is reduced to a primitive one. Blocks without
    atoms, which many programs write beside the structure, are passed over.
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    # Split here, not in pymatgen, where the later of two blocks of one name replaces the earlier.
    blocks = re.split(r"^\s*data_", text, flags=re.MULTILINE | re.IGNORECASE)[1:]
    blocks = [block for block in blocks if "_atom_site_fract_x" in block]
    if not blocks:
        raise ValueError("no data block has atoms with fractional coordinates")
    for block in blocks:
        name = path.stem if len(blocks) == 1 else f"{path.stem}-{block.split(maxsplit=1)[0]}"
        yield name, partial(_parse, f"data_{block}")


def _parse(block):
    if "_cell_length_a" not in block:
        raise ValueError("the data block states no cell")
    parser = CifParser.from_str(block, occupancy_tolerance=_OCCUPANCY_TOLERANCE)
    try:
        structures = parser.parse_structures(primitive=False, on_error="raise")
    except ValueError as error:
        raise error.__cause__ or error from None  # the wrapper names a section, the cause the rule
    for note in parser.warnings:
        warnings.warn(note, stacklevel=2)
    return structures[0]
