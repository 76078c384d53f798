"""The 32 crystallographic point groups as one table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PointGroup:
    """One of the 32 crystallographic point groups.

    Parameters
    ----------
    symbol : str
        Hermann-Mauguin symbol.
    schoenflies : str
        Schoenflies symbol.
    crystal_system : str
        Triclinic, monoclinic, orthorhombic, tetragonal, trigonal, hexagonal or cubic.
    laue_class : str
        Symbol of the group that it forms with the inversion, which Friedel's law adds.
    order : int
        Number of operations.
    generators : str
        Operations that make all others: n-fold rotations ``4z``, rotoinversions ``-4z``,
        reflections ``mx`` and the inversion ``-1``, each with the axis that it turns about or the
        mirror's normal; ``d`` is the cube's body diagonal.

    See Also
    --------
    as_point_group : Looks one up.
    """

    symbol: str
    schoenflies: str
    crystal_system: str
    laue_class: str
    order: int
    generators: str


# Standard settings of the International Tables: unique axis b in the monoclinic system; where a
# symbol has two settings, what its second place names lies along a (32 is 321, 3m is 3m1).
# fmt: off
_TABLE = (
    #          symbol   Schoenflies  system        Laue class  order  generators
    PointGroup("1",     "C1",        "triclinic",    "-1",        1,  ""),
    PointGroup("-1",    "Ci",        "triclinic",    "-1",        2,  "-1"),

    PointGroup("2",     "C2",        "monoclinic",   "2/m",       2,  "2y"),
    PointGroup("m",     "Cs",        "monoclinic",   "2/m",       2,  "my"),
    PointGroup("2/m",   "C2h",       "monoclinic",   "2/m",       4,  "2y my"),

    PointGroup("222",   "D2",        "orthorhombic", "mmm",       4,  "2x 2y"),
    PointGroup("mm2",   "C2v",       "orthorhombic", "mmm",       4,  "mx my"),
    PointGroup("mmm",   "D2h",       "orthorhombic", "mmm",       8,  "mx my mz"),

    PointGroup("4",     "C4",        "tetragonal",   "4/m",       4,  "4z"),
    PointGroup("-4",    "S4",        "tetragonal",   "4/m",       4,  "-4z"),
    PointGroup("4/m",   "C4h",       "tetragonal",   "4/m",       8,  "4z mz"),
    PointGroup("422",   "D4",        "tetragonal",   "4/mmm",     8,  "4z 2x"),
    PointGroup("4mm",   "C4v",       "tetragonal",   "4/mmm",     8,  "4z mx"),
    PointGroup("-42m",  "D2d",       "tetragonal",   "4/mmm",     8,  "-4z 2x"),
    PointGroup("4/mmm", "D4h",       "tetragonal",   "4/mmm",    16,  "4z mz mx"),

    PointGroup("3",     "C3",        "trigonal",     "-3",        3,  "3z"),
    PointGroup("-3",    "C3i",       "trigonal",     "-3",        6,  "-3z"),
    PointGroup("32",    "D3",        "trigonal",     "-3m",       6,  "3z 2x"),
    PointGroup("3m",    "C3v",       "trigonal",     "-3m",       6,  "3z mx"),
    PointGroup("-3m",   "D3d",       "trigonal",     "-3m",      12,  "-3z mx"),

    PointGroup("6",     "C6",        "hexagonal",    "6/m",       6,  "6z"),
    PointGroup("-6",    "C3h",       "hexagonal",    "6/m",       6,  "-6z"),
    PointGroup("6/m",   "C6h",       "hexagonal",    "6/m",      12,  "6z mz"),
    PointGroup("622",   "D6",        "hexagonal",    "6/mmm",    12,  "6z 2x"),
    PointGroup("6mm",   "C6v",       "hexagonal",    "6/mmm",    12,  "6z mx"),
    PointGroup("-6m2",  "D3h",       "hexagonal",    "6/mmm",    12,  "-6z mx"),
    PointGroup("6/mmm", "D6h",       "hexagonal",    "6/mmm",    24,  "6z mz mx"),

    PointGroup("23",    "T",         "cubic",        "m-3",      12,  "2z 3d"),
    PointGroup("m-3",   "Th",        "cubic",        "m-3",      24,  "mz 3d"),
    PointGroup("432",   "O",         "cubic",        "m-3m",     24,  "4z 3d"),
    PointGroup("-43m",  "Td",        "cubic",        "m-3m",     24,  "-4z 3d"),
    PointGroup("m-3m",  "Oh",        "cubic",        "m-3m",     48,  "4z mz 3d"),
)
# fmt: on

POINT_GROUPS = {group.symbol: group for group in _TABLE}

# The same groups in other settings, in full, in older spellings.
SYNONYMS = {
    "2": ("121", "112", "211"),
    "m": ("1m1", "11m", "m11", "C1h"),
    "2/m": ("12/m1", "112/m", "2/m11"),
    "mm2": ("m2m", "2mm"),
    "mmm": ("2/m2/m2/m",),
    "-42m": ("-4m2",),
    "4/mmm": ("4/m2/m2/m",),
    "-3": ("S6",),
    "32": ("321", "312"),
    "3m": ("3m1", "31m"),
    "-3m": ("-3m1", "-31m", "-32/m", "-32/m1", "-312/m"),
    "-6": ("3/m",),
    "-6m2": ("-62m", "3/mm2", "3/m2m"),
    "6/mmm": ("6/m2/m2/m",),
    "m-3": ("m3", "2/m-3"),
    "m-3m": ("m3m", "4/m-32/m"),
}
SYMBOL_OF = (
    {symbol: symbol for symbol in POINT_GROUPS}
    | {group.schoenflies: group.symbol for group in _TABLE}
    | {name: symbol for symbol, names in SYNONYMS.items() for name in names}
)
