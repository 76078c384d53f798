"""Which elements may decorate which prototype, and the layers that decorations start from."""

from itertools import product

from xrdmatch.datasets._monolayer_table import MONOLAYERS

_TETRELS, _PNICTOGENS = "C Si Ge Sn Pb", "N P As Sb Bi"
_CHALCOGENS, _HALOGENS = "O S Se Te", "F Cl Br I"
_DIVALENT = "Mg Ca Sr Ba V Cr Mn Fe Co Ni Cu Zn Cd Hg Ge Sn Pb Yb"
_TRIVALENT = "Al Ga In Sc Y La Ti V Cr Mn Fe Co Mo Ru Rh Ir As Sb Bi"
_TETRAVALENT = "Ti Zr Hf V Nb Ta Cr Mo W Mn Re Fe Ru Co Rh Ir Ni Pd Pt Si Ge Sn Pb"
_EARLY = "Ca Sc Y La Ti Zr Hf V Nb Ta Cr Mo W Mn"

# fmt: off
# prototype: one or more choices, each with the elements of every role.
_FAMILIES = {
    "hexagonal-1": [("Cu Ag Au Ni Pd Pt Co Rh Ir Fe Ru Zn Cd Hg Mg Ca Al Ga In Tl Sn Pb Sb Bi",)],
    "square-1":    [("Cu Ag Au Ni Pd Pt Co Rh Ir Fe Ru Zn Cd Al Ga In Tl Sn Pb Sb Bi Po",)],
    "graphene":    [("B C Si Ge Sn Pb N P As",)],
    "silicene":    [("B C Si Ge Sn Pb P As Sb Bi Se Te",)],
    "borophene":   [("B C Si Ge Al Ga In P As",)],
    "phosphorene": [("C Si Ge Sn N P As Sb Bi",)],
    "BN":          [("B Al Ga In Tl", _PNICTOGENS), (_TETRELS, _TETRELS),
                    ("Be Mg Ca Sr Ba Zn Cd Hg Mn Ni Cu", _CHALCOGENS),
                    ("Li Na K Cu Ag Tl", _HALOGENS)],
    "GaAs":        [("B Al Ga In Tl", _PNICTOGENS), (_TETRELS, _TETRELS), ("As Sb Bi", "N P As Sb"),
                    ("Be Mg Ca Zn Cd Hg Si Ge Sn Pb", _CHALCOGENS), ("Li Cu Ag Au", _HALOGENS)],
    "C3N":         [("N P B Al", "C Si Ge")],
    "graphane":    [("C Si Ge Sn Pb As Sb Bi", "H F Cl Br I")],
    "2H":          [(_TETRAVALENT + " Sc", _CHALCOGENS), ("Sc Y La Ti Zr Hf V", _HALOGENS)],
    "1T":          [(_TETRAVALENT, _CHALCOGENS), (_DIVALENT, _HALOGENS)],
    "2H-Janus":    [(_TETRAVALENT + " Sc", _CHALCOGENS, _CHALCOGENS)],
    "1T-Janus":    [(_TETRAVALENT, _CHALCOGENS, _CHALCOGENS), (_DIVALENT, _HALOGENS, _HALOGENS),
                    (_TRIVALENT, _CHALCOGENS, _HALOGENS)],
    "GaSe":        [("Al Ga In Tl Sc Y Bi Sb", _CHALCOGENS), ("Si Ge Sn", _PNICTOGENS)],
    "GaSe-1T":     [("Al Ga In Tl Sc Y Bi Sb", _CHALCOGENS), ("Si Ge Sn", _PNICTOGENS)],
    "Mg(OH)2":     [(_DIVALENT, "O S Se", "H Li")],
    "ZrNCl":       [("Ti Zr Hf Sc Y La Nb Ta", "N P C O", _HALOGENS)],
    "Ti2C":        [(_EARLY, "C N B O P S"), ("Ti Zr Hf Tl Ag K Rb Cs", _CHALCOGENS)],
    "Ti2CO2":      [(_EARLY, "C N B", "O S Se F Cl Br I H")],
    "Ti3C2":       [(_EARLY, "C N B")],
    "Ti3C2O2":     [(_EARLY, "C N B", "O S Se F Cl Br I H")],
    "CrI3":        [(_TRIVALENT + " Hf Zr Nb W Pd Pt", _HALOGENS)],
    "MnPS3":       [("Mg Ca V Cr Mn Fe Co Ni Cu Zn Cd Hg Sc Y In Al Ga Ti Zr",
                     "P As Si Ge Sn", "O S Se Te")],
    "Bi2Te3":      [("As Sb Bi Sc Y In Tl La Al Ga", "S Se Te", "O S Se Te")],
    "MnBi2Te4":    [("Mn V Cr Fe Ni Ge Sn Pb Mg Ca Eu Yb Ti", "As Sb Bi Sc Y In", "S Se Te")],
    "In2Se3":      [("Al Ga In Tl Sc Sb Bi", _CHALCOGENS)],
    "Fe3GeTe2":    [("V Cr Mn Fe Co Ni", "Al Ga Ge Sn As Sb", "S Se Te")],
    "MoSi2N4":     [("Ti Zr Hf V Nb Ta Cr Mo W Sc", "Si Ge Sn C Al Ga", _PNICTOGENS)],
    "CuO2":        [("Cu Ni Pd Pt Fe Co Zn Mn Ag Au", _CHALCOGENS + " N Cl")],
    "K2NiF4":      [("Na K Rb Cs Tl", "Mg Mn Fe Co Ni Cu Zn Cd Ge Sn Pb", _HALOGENS),
                    ("Ca Sr Ba La Eu", "Ti Zr Hf Sn V Cr Mo Mn Fe Ru Rh Ir Ni Co Cu", "O S Se")],
    "FeSe":        [("Fe Co Ni Mn Cr Cu Pd Ru Ag Zn", "S Se Te P As Sb"),
                    ("O F S N", "Pb Sn Ge Li Na Mg Ca Bi"),
                    ("Cu Ag Li Na", _HALOGENS)],
    "BiOCl":       [("Bi Sb Y La Sc In Al Ga Tl", "O S", _HALOGENS),
                    ("Ca Sr Ba Pb Mg Cd Eu", "F H", "Cl Br I")],
    "NaCl":        [("Li Na K Rb Cs Ag Tl Cu", _HALOGENS),
                    ("Mg Ca Sr Ba Mn Cd Sn Pb Ge Eu", _CHALCOGENS),
                    ("Sc Y La Bi Sb", _PNICTOGENS)],
    "pentagonal":  [("C Si Ge Sn B Al", "C N B P As Si"), ("Zn Cd Ni Pd Pt Mn", "S Se Te P N C")],
    "GeS":         [("Si Ge Sn Pb", _CHALCOGENS), ("As Sb Bi", _PNICTOGENS),
                    ("Al Ga In", "N P As")],
    "FeOCl":       [(_TRIVALENT, "O S Se N", _HALOGENS), ("Ti Zr Hf Sn Mn", "O S", "O S Se")],
    "1T'":         [(_TETRAVALENT, "S Se Te O"), ("V Cr Mn Cu Hg Ti", "Cl Br I")],
    "ZrS3":        [("Ti Zr Hf Nb Ta V Sn Th U Y La", "S Se Te O")],
    "MoO3":        [("Mo W Cr V Re Nb Te", "O S Se")],
    "PdSe2":       [("Pd Pt Ni Cu Co Fe Ru Ir Rh Mn Zn Cd", "S Se Te P As N")],
    "V2O5":        [("V Nb Ta Cr Mo P As Sb Mn", "O S Se")],
}

# Elsewhere, one element in two roles would be another prototype or an element.
_LAST_TWO_MAY_AGREE = ("Bi2Te3", "FeOCl")

# Prototypes without a shipped monolayer start from these: elements, cell [Å], internal.
_TEMPLATES = {
    "hexagonal-1": (("Au",), (2.75,), ()),
    "square-1":    (("Au",), (2.65,), ()),
    "GaSe-1T":     (("Ga", "Se"), (3.80,), (1.235, 2.41)),
    "CuO2":        (("Cu", "O"), (3.85,), ()),
    "K2NiF4":      (("K", "Ni", "F"), (4.01,), (2.00, 1.95)),
    "NaCl":        (("Pb", "Te"), (4.56,), (1.55, 1.75)),
}
# fmt: on


def templates(prototype):
    """List elements, cell and internal parameters of the known layers of a prototype."""
    if prototype in _TEMPLATES:
        return [_TEMPLATES[prototype]]
    return [row[2:5] for row in MONOLAYERS if row[1] == prototype]


def decorations():
    """List the allowed elements of each prototype: tuples in the order of its roles, sorted."""
    return {name: sorted(_choices(name, families)) for name, families in _FAMILIES.items()}


def siblings(prototype, elements, role):
    """Elements that may stand in for the one at a role, all others being kept."""
    columns = [
        family[role].split()
        for family in _FAMILIES[prototype]
        if all(e in column.split() for e, column in zip(elements, family, strict=True))
    ]
    return sorted({e for column in columns for e in column} - set(elements))


def _choices(name, families):
    n_distinct = len(families[0]) - (name in _LAST_TWO_MAY_AGREE)
    return {
        elements
        for family in families
        for elements in product(*(column.split() for column in family))
        if len(set(elements)) >= n_distinct
    }
