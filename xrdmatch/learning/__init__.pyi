from ._drawn_scans import DrawnScans
from ._embedding import embeddings
from ._groups import check_different, formulas, split_groups
from ._inputs import Inputs
from ._layer_inputs import LayerSites, LayerTokens, SpotPoints, layer_tokenizer
from ._layer_training import LayerTraining
from ._pairs import PairDataset, Side
from ._powder_inputs import CrystalPeaks, PowderPeaks
from ._powder_training import PowderTraining
from ._radiation import check_radiation
from ._rows import RaggedArray, Rows
from ._spot_augmentation import AUGMENTATIONS, DrawnSpots
from ._training import train, trained_net
from ._training_sets import training_sets
from ._weights import take_weights

__all__ = [
    "AUGMENTATIONS",
    "CrystalPeaks",
    "DrawnScans",
    "DrawnSpots",
    "Inputs",
    "LayerSites",
    "LayerTokens",
    "LayerTraining",
    "PairDataset",
    "PowderPeaks",
    "PowderTraining",
    "RaggedArray",
    "Rows",
    "Side",
    "SpotPoints",
    "check_different",
    "check_radiation",
    "embeddings",
    "formulas",
    "layer_tokenizer",
    "split_groups",
    "take_weights",
    "train",
    "trained_net",
    "training_sets",
]
