"""Graph inputs of towers."""

import torch

from xrdmatch.preprocessing import RaggedArray, Rows

LAST_ELEMENT = 118


class CrystalGraphs:
    """Crystals as the graphs that `CrystalGraph` makes, a batch of them as one.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Not used: a graph knows nothing of diffraction.

    See Also
    --------
    Inputs
        What a tower reads of a structure, or of a pattern: the methods that such an object has.
    xrdmatch.preprocessing.CrystalGraph
        Write each crystal as a graph: its atoms, their neighbours, its primitive lattice.

    Examples
    --------
    >>> from pymatgen.core import Structure
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.learning import CrystalGraphs
    >>> from xrdmatch.preprocessing import CrystalGraph
    >>> metals = [Structure.from_prototype("bcc", ["Fe"], a=a) for a in (2.87, 3.3)]
    >>> inputs = CrystalGraphs(DiffractionSimulator("powder", "CuKa"))
    >>> inputs.batch(CrystalGraph().transform(metals))["crystal"]
    tensor([0, 0, 1, 1])
    """

    def __init__(self, simulator): ...

    def of(self, graphs):
        """Return the graphs as they are, output of `CrystalGraph`.

        Atomic numbers are checked here, once: in the tower a check would let a GPU wait at every
        step.
        """
        highest = graphs.numbers.values.max(initial=0)
        if highest > LAST_ELEMENT:
            raise ValueError(
                f"Atomic numbers end at {LAST_ELEMENT}, got {highest}; take the structure out."
            )
        return graphs

    def batch(self, rows):
        """Return one graph of all: atoms and pairs by numbers that count through the batch."""
        ends = rows.ends.values + rows.numbers.starts[rows.ends.row][:, None]
        values = {
            "numbers": rows.numbers.values.astype("int64"),
            "ends": ends.astype("int64"),
            "vectors": rows.vectors.values,
            "weights": rows.weights.values,
            "crystal": rows.numbers.row,
            "lattice": rows.lattice,
        }
        return {name: torch.as_tensor(value) for name, value in values.items()}

    def rescaled(self, rows, factors):
        """Return the graphs with all lengths multiplied by factors (n,)."""
        grown = rows.vectors.values * factors[rows.vectors.row, None].astype("float32")
        return Rows(
            **vars(rows)
            | {
                "vectors": RaggedArray(grown, rows.vectors.starts),
                "lattice": rows.lattice * factors[:, None].astype("float32"),
            }
        )
