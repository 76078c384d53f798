"""What a contrastive retriever learns from: pairs, some of them held out, and fresh queries."""

import numpy as np

from xrdmatch.retrieval._augmentation import AUGMENTATIONS, Augmentation
from xrdmatch.retrieval._groups import copies, split_by_formula
from xrdmatch.retrieval._pairs import PairDataset, framed_layers, structure_arrays


def training_sets(tokens, points, settings, transformer, augmentation, fraction, rng):
    """Make the pairs to train on and those whose loss is watched.

    Parameters
    ----------
    tokens : ndarray of shape (n, n_tokens)
        The structures.
    points : ndarray of shape (n, n_points, 3)
        Their patterns.
    settings : Settings
        The simulator's options.
    transformer : PatternPointCloud
        Turns fresh patterns into points.
    augmentation : str, Perturbation or None
        As in `ContrastiveStructureRetriever`.
    fraction : float
        Share of the pairs to hold out.
    rng : RandomState
        Source of chance.

    Returns
    -------
    train : PairDataset
        Pairs with fresh patterns in every epoch, unless `augmentation` is None.
    held_out : PairDataset or None
        Other pairs, perturbed once with severity 1 unless `augmentation` is None.
    """
    pairs = PairDataset(structure_arrays(tokens, settings), points, copies(tokens))
    train_rows, held_rows = split_by_formula(pairs.structures["numbers"], fraction, rng)
    if augmentation is None:
        return pairs.subset(train_rows), pairs.subset(held_rows) if len(held_rows) else None

    def fresh(rows):
        framed = framed_layers(tokens[rows], settings)
        perturbation = AUGMENTATIONS.get(augmentation, augmentation)
        return Augmentation(framed, settings, transformer, perturbation, rng)

    train = pairs.subset(train_rows, fresh(train_rows))
    if not len(held_rows):
        return train, None
    held_out = pairs.subset(held_rows)
    held_out.points = fresh(held_rows).points(np.arange(len(held_rows)), np.ones(len(held_rows)))
    return train, held_out
