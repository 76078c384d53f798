"""Pairs of structures and patterns, batch by batch."""

import numpy as np
import torch
from torch.utils.data import Dataset

from xrdmatch.crystallography import form_factors, layer_frame, site_table


def structure_arrays(tokens, settings):
    """Make what crystal towers read: tokens, and cells and sites in the layer's frame.

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

    Raises
    ------
    ValueError
        If an element has no form factor for the simulator's radiation.
    """
    framed = framed_layers(tokens, settings)
    form_factors(framed.numbers, 0.0, settings.radiation.kind)  # every element must have one
    return {
        "tokens": tokens.astype(np.float32),
        "lattice": framed.lattice.astype(np.float32),
        "frac_coords": framed.frac_coords.astype(np.float32),
        "numbers": framed.numbers,
    }


def framed_layers(tokens, settings):
    """Cells and sites of tokens as the simulator sees them, a `SiteTable`."""
    return layer_frame(site_table(tokens), sort_lattice=settings.sort_lattice)


class PairDataset(Dataset):
    """Structures with their patterns, fetched a whole batch at a time.

    Parameters
    ----------
    structures : dict of str to ndarray
        What crystal towers read: output of `structure_arrays`, say.
    points : ndarray of shape (n, n_points, n_columns)
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
    trimmed = dict(structures)
    if "numbers" in structures:
        n_sites = int((structures["numbers"] > 0).sum(1).max(initial=1))
        for name in ("frac_coords", "numbers"):
            trimmed[name] = structures[name][:, :n_sites]
    return {name: torch.as_tensor(x) for name, x in trimmed.items()}


def as_batch(samples):
    """Collate for a DataLoader whose dataset already returns whole batches."""
    return samples
