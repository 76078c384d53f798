"""Pairs of structures and patterns, batch by batch."""

import numpy as np
import torch
from torch.utils.data import Dataset

from xrdmatch.crystallography import layer_frame, site_table
from xrdmatch.simulation import Perturbation, perturbed_spots

SHARE_GIVEN = 0.15  # of the queries stay as given: ideal crystals must be found too
MAX_SEVERITY = 1.5  # the others' severities are uniform between 0 and this
AUGMENTATIONS = {"standard": Perturbation()}


def structure_arrays(tokens, settings):
    """What crystal towers read: tokens, and cells and sites in the layer's frame.

    Parameters
    ----------
    tokens : ndarray of shape (n, n_tokens)
        Output of `CrystalTokenizer`.
    settings : Settings
        The simulator's options.

    Returns
    -------
    dict of str to ndarray
        ``tokens``, ``lattice`` (n, 3, 3) [Å], ``frac_coords`` (n, n_sites, 3), ``numbers``
        (n, n_sites).
    """
    framed = layer_frame(site_table(tokens), sort_lattice=settings.sort_lattice)
    return {
        "tokens": tokens.astype(np.float32),
        "lattice": framed.lattice.astype(np.float32),
        "frac_coords": framed.frac_coords.astype(np.float32),
        "numbers": framed.numbers,
    }


class PairDataset(Dataset):
    """Structures with their patterns, fetched a whole batch at a time.

    Parameters
    ----------
    structures : dict of str to ndarray
        Output of `structure_arrays`.
    points : ndarray of shape (n, n_points, 3)
        The patterns as given.
    groups : ndarray of shape (n,)
        Equal numbers for copies of one structure.
    augment : callable, default=None
        Maps (indices, points) to fresh points; None keeps the patterns as given.
    """

    def __init__(self, structures, points, groups, augment=None):
        self.structures = structures
        self.points = points
        self.groups = groups
        self.augment = augment

    def __len__(self):
        return len(self.points)

    def __getitem__(self, index):
        inputs, groups = self.__getitems__([index])
        return {name: values[0] for name, values in inputs.items()}, groups[0]

    def __getitems__(self, indices):
        """Return the inputs and groups of a batch as tensors."""
        rows = np.asarray(indices)
        points = self.points[rows]
        if self.augment is not None:
            points = self.augment(rows, points)
        inputs = batch_tensors({name: x[rows] for name, x in self.structures.items()})
        inputs["points"] = torch.as_tensor(points.astype(np.float32))
        return inputs, torch.as_tensor(self.groups[rows])

    def subset(self, rows, augment=None):
        """Rows of this dataset, with an augmentation of their own."""
        structures = {name: x[rows] for name, x in self.structures.items()}
        return PairDataset(structures, self.points[rows], self.groups[rows], augment)


def batch_tensors(structures):
    """Tensors of a batch of structures, without the sites that no member has."""
    n_sites = max(1, int((structures["numbers"] > 0).sum(1).max()))
    trimmed = dict(structures)
    for name in ("frac_coords", "numbers"):
        trimmed[name] = structures[name][:, :n_sites]
    return {name: torch.as_tensor(x) for name, x in trimmed.items()}


def as_batch(samples):
    """Collate for a DataLoader whose dataset already returns whole batches."""
    return samples


class Augmentation:
    """Fresh imperfect patterns of the training structures, every time they are asked for.

    Parameters
    ----------
    table : SiteTable
        The training structures in their frame.
    settings : Settings
        The simulator's options.
    transformer : PatternPointCloud
        Turns spots into points.
    perturbation : Perturbation
        Strengths at severity 1.
    rng : RandomState
        Source of chance.
    """

    def __init__(self, table, settings, transformer, perturbation, rng):
        self.table = table
        self.settings = settings
        self.transformer = transformer
        self.perturbation = perturbation
        self.rng = rng

    def __call__(self, rows, points):
        """Return points (n, n_points, 3) for `rows`, some of them as given in `points`."""
        severity = self.rng.uniform(0, MAX_SEVERITY, len(rows))
        fresh = self.points(rows, severity)
        given = self.rng.uniform(size=len(rows)) < SHARE_GIVEN
        width = max(fresh.shape[1], points.shape[1])
        return np.where(given[:, None, None], _widened(points, width), _widened(fresh, width))

    def points(self, rows, severity):
        """Points of the structures in `rows`, perturbed with `severity` (n,)."""
        spots = perturbed_spots(
            self.table[rows], severity, self.settings, self.rng, self.perturbation
        )
        return self.transformer.transform_spots(*spots)


def _widened(points, width):
    extra = width - points.shape[1]
    return np.pad(points, ((0, 0), (0, extra), (0, 0)), constant_values=np.nan)


def copies(tokens):
    """Number structures so that copies share a number; shape (n,)."""
    rounded = np.nan_to_num(tokens, nan=-9.0).round(3)
    return np.unique(rounded, axis=0, return_inverse=True)[1].ravel()


def formula_groups(numbers):
    """Number structures so that those of one reduced formula share a number; shape (n,)."""
    counts = np.stack([np.bincount(row[row > 0], minlength=119) for row in numbers])
    divisor = np.gcd.reduce(counts, axis=1)
    return np.unique(counts // divisor[:, None], axis=0, return_inverse=True)[1].ravel()
