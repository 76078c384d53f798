"""Training data of towers for powders."""

from functools import cached_property

import numpy as np

from xrdmatch.learning._groups import alike, alike_steps
from xrdmatch.learning._peak_points import pattern_points, table_points
from xrdmatch.learning._rescaling import Rescaling
from xrdmatch.learning._sampling import space_groups
from xrdmatch.learning._scan_augmentation import ScanAugmentation
from xrdmatch.simulation import library_simulator, reflection_table


def _diffractometer(simulator):
    return library_simulator(simulator)[1]


def powder_augmentation(name, source, settings, rng):
    """Make what changes pairs of powders.

    Parameters
    ----------
    name : {"standard", "rescaled"}
        Noisy scans, or larger and smaller crystals.
    source : PowderTraining or TrainingData
        Has the ``reflections`` that scans are drawn of.
    settings : Diffractometer
        What they are taken with.
    rng : RandomState
        Source of chance.

    Returns
    -------
    ScanAugmentation or Rescaling
        What `PairDataset` takes.

    See Also
    --------
    ScanAugmentation : Noisy scans of the training structures, fresh every time they are asked for.
    Rescaling : Draw factors by which crystals grow while their peaks move inwards.
    """
    if name == "rescaled":
        return Rescaling(rng)
    return ScanAugmentation(source.reflections, settings, rng)


class PowderTraining:
    """Crystals to learn from: their powders, which of them are alike, and imperfect queries.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Of the geometry ``"powder"``.
    crystals : list of Structure or ndarray of tokens
        The crystals, of any size.

    See Also
    --------
    LayerTraining : The same of layers and spots.

    Examples
    --------
    >>> import numpy as np
    >>> from pymatgen.core import Structure
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.learning import PowderTraining
    >>> metals = [Structure.from_prototype("bcc", ["Fe"], a=a) for a in (2.87, 2.87, 3.3)]
    >>> training = PowderTraining(DiffractionSimulator("powder", "CuKa"), metals)
    >>> training.groups()
    array([1, 1, 0])
    >>> draws = training.augmentation("standard", np.random.RandomState(0))
    >>> draws.standard(np.array([0, 2])).counts.shape
    (2, 4096)
    """

    settings_of = staticmethod(_diffractometer)

    def __init__(self, simulator, crystals):
        self.simulator, self.settings = library_simulator(simulator)
        self.crystals = crystals

    @cached_property
    def reflections(self):
        """What the scans are drawn of, a `ReflectionTable`."""
        return reflection_table(self.crystals, self.simulator)

    @property
    def space_groups(self):
        """Symbols of the space groups, (n,)."""
        return space_groups(self.crystals)

    def patterns(self):
        """Simulate ideal peaks."""
        return self.simulator.transform(self.crystals)

    def groups(self):
        """Give structures that no scan tells apart one number; (n,)."""
        if not len(self.crystals):
            return np.zeros(0)
        return alike(table_points(self.reflections, self.settings))

    def alike_steps(self, patterns):
        """Return rows that are equal for structures that no scan tells apart, (n, m).

        Parameters
        ----------
        patterns : list of DiffractionPattern
            The ideal peaks of the structures, output of `patterns`.
        """
        return alike_steps(pattern_points(patterns))

    def augmentation(self, name, rng):
        """Make what changes pairs, ``"standard"`` or ``"rescaled"``."""
        return powder_augmentation(name, self, self.settings, rng)
