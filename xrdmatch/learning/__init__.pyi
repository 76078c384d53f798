from ._embedding import point_embeddings, structure_embeddings
from ._groups import check_different
from ._layer_inputs import LayerPairs
from ._pairs import batch_tensors
from ._powder_inputs import PowderPairs
from ._spot_augmentation import AUGMENTATIONS
from ._training import train, trained_net
from ._weights import take_weights

__all__ = [
    "AUGMENTATIONS",
    "LayerPairs",
    "PowderPairs",
    "batch_tensors",
    "check_different",
    "point_embeddings",
    "structure_embeddings",
    "take_weights",
    "train",
    "trained_net",
]
