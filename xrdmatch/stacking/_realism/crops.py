"""Pairs of crops for a content and attribute model."""

import numpy as np
from torch.utils.data import Dataset


class CropPairs(Dataset):
    """Crops of simulated images, each beside one of experimental images that is unlike it.

    Crops are drawn anew whenever they are asked for, and half of them mirrored.

    Parameters
    ----------
    simulated, experimental : list of ndarray of shape (h, w)
        Images, each at least as large as a crop.
    crop : int
        Size of a crop [pixels].
    n_pairs : int
        Of an epoch.
    rng : numpy.random.Generator
        Draws the crops.
    """

    def __init__(self, simulated, experimental, crop, n_pairs, rng):
        self.images = {"simulated": simulated, "experimental": experimental}
        self.crop = crop
        self.n_pairs = n_pairs
        self.rng = rng

    def __len__(self):
        return self.n_pairs

    def __getitem__(self, index):
        """Draw a pair: {domain: (1, crop, crop)} and a target that nobody reads."""
        crops = {name: self._drawn(images) for name, images in self.images.items()}
        return {name: standardised(crop)[None] for name, crop in crops.items()}, 0.0

    def _drawn(self, images):
        crop = drawn_crop(images, self.crop, self.rng)
        return crop[:: self.rng.choice((-1, 1)), :: self.rng.choice((-1, 1))]


def drawn_crop(images, size, rng):
    """Cut a square from an image, both drawn; larger images are drawn more often.

    Parameters
    ----------
    images : list of ndarray of shape (h, w)
        Images.
    size : int
        Of the square [pixels].
    rng : numpy.random.Generator
        Draws.

    Returns
    -------
    ndarray of shape (size, size)
        Part of an image.
    """
    areas = np.array([image.size for image in images], dtype=float)
    image = images[rng.choice(len(images), p=areas / areas.sum())]
    row, column = (rng.integers(n - size + 1) for n in image.shape)
    return image[row : row + size, column : column + size]


def standardised(image):
    """Return an image of mean 0 and standard deviation 1, in single precision.

    Parameters
    ----------
    image : ndarray of shape (h, w)
        Any image that is not flat.

    Returns
    -------
    ndarray of shape (h, w)
        The image.
    """
    image = np.asarray(image, dtype=np.float32)
    return (image - image.mean()) / max(image.std(), 1e-6)
