"""Elements, formula and space group of phases."""

from xrdmatch.crystallography import crystal_symmetry, layer_symmetries


def _of_layer(structure):
    number = layer_symmetries([structure])[0].space_group
    return f"space group {number}" if number else "?"


def _of_crystal(structure):
    return crystal_symmetry(structure).space_group


SPACE_GROUPS = {"powder": _of_crystal, "zone_axis": _of_layer}  # by the geometry


class PhaseFacts:
    """Formulas, elements and space groups, worked out when they are asked for.

    Parameters
    ----------
    structures : list of Structure
        The crystals.
    geometry : {"powder", "zone_axis"}
        Whether they are crystals or layers.
    """

    def __init__(self, structures, geometry):
        self.structures, self._space_group = structures, SPACE_GROUPS[geometry]
        self._formulas, self._groups = {}, {}

    def formula(self, i):
        """Reduced formula of crystal i."""
        if i not in self._formulas:
            self._formulas[i] = self.structures[i].composition.reduced_formula
        return self._formulas[i]

    def elements(self, i):
        """Symbols of the elements of crystal i, a set."""
        return {element.symbol for element in self.structures[i].composition.elements}

    def space_group(self, i):
        """Space group of crystal i."""
        if i not in self._groups:
            self._groups[i] = self._space_group(self.structures[i])
        return self._groups[i]

    def are_twins(self, i, j):
        """Tell whether two crystals share formula and space group, and so count as one."""
        if self.formula(i) != self.formula(j):
            return False
        return self.space_group(i) == self.space_group(j) != "?"
