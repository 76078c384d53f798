from ._checkpoint import TrainingCheckpoint
from ._contrastive_net import trained_net
from ._drawn_scans import DrawnScans
from ._embedding import embeddings
from ._graph_inputs import CrystalGraphs
from ._groups import check_different, formulas, split_groups
from ._inputs import Inputs
from ._layer_inputs import LayerSites, LayerTokens, SpotPoints, layer_tokenizer
from ._layer_training import LayerTraining
from ._pairs import PairDataset, Side
from ._powder_inputs import CrystalPeaks, PowderPeaks
from ._powder_training import PowderTraining, powder_augmentation
from ._profile_inputs import PowderProfiles
from ._radiation import check_radiation
from ._rescaling import Rescaling
from ._sampling import balanced_weights, space_groups
from ._scan_augmentation import ScanAugmentation
from ._spot_augmentation import AUGMENTATIONS, DrawnSpots
from ._training import TrainingProgress, one_cycle, set_net_params, train
from ._training_data import TrainingData, joined_data
from ._training_sets import training_sets
from ._weights import take_weights

__all__ = [
    "AUGMENTATIONS",
    "CrystalGraphs",
    "CrystalPeaks",
    "DrawnScans",
    "DrawnSpots",
    "Inputs",
    "LayerSites",
    "LayerTokens",
    "LayerTraining",
    "PairDataset",
    "PowderPeaks",
    "PowderProfiles",
    "PowderTraining",
    "Rescaling",
    "ScanAugmentation",
    "Side",
    "SpotPoints",
    "TrainingCheckpoint",
    "TrainingData",
    "TrainingProgress",
    "balanced_weights",
    "check_different",
    "check_radiation",
    "embeddings",
    "formulas",
    "joined_data",
    "layer_tokenizer",
    "one_cycle",
    "powder_augmentation",
    "set_net_params",
    "space_groups",
    "split_groups",
    "take_weights",
    "train",
    "trained_net",
    "training_sets",
]
