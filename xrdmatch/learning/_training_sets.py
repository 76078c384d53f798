"""Training and validation pairs."""

from torch.utils.data import Subset


def training_sets(pairs, rows):
    """Divide pairs into those to train on and those whose loss is watched.

    Parameters
    ----------
    pairs : PairDataset
        All of them, with their augmentation if there is one.
    rows : (ndarray, ndarray)
        Which to train on, which to hold out.

    Returns
    -------
    train : PairDataset or Subset of it
        With fresh patterns in every epoch, where there is an augmentation.
    held_out : PairDataset or None
        With patterns that were fresh once.

    See Also
    --------
    PairDataset : Structures with their patterns, fetched a whole batch at a time.
    split_groups : Rows to train on and rows to hold out, no group in both.
    train : Train towers on pairs.
    """
    shown, held_out = rows
    if not len(held_out):
        return pairs, None
    return Subset(pairs, shown), pairs.frozen(held_out)
