"""Training data of towers for layers."""

import numpy as np

from xrdmatch.crystallography import is_tokens, layer_frame, site_table
from xrdmatch.learning._groups import copies
from xrdmatch.learning._layer_inputs import VACUUM, framed_layers
from xrdmatch.learning._spot_augmentation import AUGMENTATIONS, SpotAugmentation
from xrdmatch.simulation import check_settings


class LayerTraining:
    """Layers to learn from: their patterns, which of them are copies, and imperfect queries.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Of the geometry ``"zone_axis"``.
    crystals : ndarray of tokens or list of Structure
        The layers.

    See Also
    --------
    PowderTraining : The same of crystals of any size and powders.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.learning import LayerTraining
    >>> training = LayerTraining(DiffractionSimulator(), load_monolayers()[:4])
    >>> draws = training.augmentation("standard", np.random.RandomState(0))
    >>> draws.standard(np.array([0, 3])).patterns()[0].radiation.kind
    'xray'
    """

    settings_of = staticmethod(check_settings)

    def __init__(self, simulator, crystals):
        self.simulator = simulator
        self.settings = check_settings(simulator)
        self.crystals = crystals

    def patterns(self):
        """Simulate ideal patterns."""
        return self.simulator.transform(self.crystals)

    def groups(self):
        """Give copies one number; (n,)."""
        if not len(self.crystals):
            return np.zeros(0)
        # tokens have one vacuum already, and what is not moved keeps all its digits
        vacuum = None if is_tokens(self.crystals) else VACUUM
        return copies(layer_frame(site_table(self.crystals), vacuum=vacuum))

    def augmentation(self, name, rng):
        """Make what draws imperfect patterns, by its name or with a `Perturbation`."""
        perturbation = AUGMENTATIONS.get(name, name)
        framed = framed_layers(self.crystals, self.settings)
        return SpotAugmentation(framed, self.settings, perturbation, rng)
