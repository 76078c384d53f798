"""What a contrastive retriever learns from: pairs, some of them held out, and fresh queries."""

from xrdmatch.learning._groups import copies, split_by_formula
from xrdmatch.learning._pairs import PairDataset, framed_layers, structure_arrays
from xrdmatch.learning._spot_augmentation import AUGMENTATIONS, Augmentation


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
    rows = split_by_formula(pairs.structures["numbers"], fraction, rng)
    if augmentation is None:
        return divided(pairs, rows)

    def fresh(rows):
        framed = framed_layers(tokens[rows], settings)
        perturbation = AUGMENTATIONS.get(augmentation, augmentation)
        return Augmentation(framed, settings, transformer, perturbation, rng)

    return divided(pairs, rows, fresh)


def divided(pairs, rows, fresh=None):
    """Divide pairs into those to train on and those whose loss is watched.

    Parameters
    ----------
    pairs : PairDataset
        All of them.
    rows : (ndarray, ndarray)
        Which to train on, which to hold out.
    fresh : callable, default=None
        Makes the augmentation of some rows; None keeps the patterns as given.

    Returns
    -------
    train : PairDataset
        With fresh patterns in every epoch.
    held_out : PairDataset or None
        With patterns that were fresh once.
    """
    train_rows, held_rows = rows
    train = pairs.subset(train_rows, fresh and fresh(train_rows))
    if not len(held_rows):
        return train, None
    held_out = pairs.subset(held_rows)
    if fresh:
        held_out.points = fresh(held_rows).standard(held_out.points)
    return train, held_out
