"""How much of many images each stacking covers."""

import numpy as np
from sklearn.utils import Bunch

from xrdmatch.metrics import clustered_bootstrap


def stacking_shares(maps, level=0.95, random_state=0):
    """Tell how much each stacking covers, over one or several maps.

    Parameters
    ----------
    maps : list of StackingMap
        Fitted maps, one of each image.
    level : float, default=0.95
        Probability that the intervals stand for.
    random_state : int, RandomState or None, default=0
        Makes the intervals repeatable.

    Returns
    -------
    shares : Bunch
        ``names`` (list of str), the most frequent first, ``share`` (n_names,), of all windows
        with an answer, ``interval`` (n_names, 2), ``n_windows`` (n_names,).

    Raises
    ------
    ValueError
        If there is no map, or no window has an answer.

    Notes
    -----
    Whole images are drawn with replacement, since windows of one image tend to be alike. One
    image says nothing about others: its intervals are NaN.

    See Also
    --------
    StackingMap : Makes the maps.

    Examples
    --------
    >>> import numpy as np
    >>> from types import SimpleNamespace
    >>> from xrdmatch.stacking import stacking_shares
    >>> rows = [["2H", "2H"], ["2H", "3R"]], [["2H", "2H"], [None, "2H"]]
    >>> maps = [SimpleNamespace(name_=np.array(names, dtype=object)) for names in rows]
    >>> shares = stacking_shares(maps)
    >>> shares.names, shares.share.round(2), shares.interval.round(2).tolist()
    (['2H', '3R'], array([0.86, 0.14]), [[0.75, 1.0], [0.0, 0.25]])
    """
    named = [[name for name in one.name_.ravel() if name is not None] for one in maps]
    windows = np.array([name for own in named for name in own], dtype=object)
    if not len(windows):
        raise ValueError(
            f"Shares are of windows with a stacking, got {len(maps)} maps without one; look at the "
            "maps' failures_."
        )
    names, counts = np.unique(windows.astype(str), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    hits = windows[:, None] == names[order]
    images = np.repeat(np.arange(len(named)), [len(own) for own in named])
    return Bunch(
        names=names[order].tolist(),
        share=hits.mean(0),
        interval=_intervals(hits, images, level, random_state),
        n_windows=counts[order],
    )


def _intervals(hits, images, level, random_state):
    if len(np.unique(images)) < 2:
        return np.full((hits.shape[1], 2), np.nan)
    return clustered_bootstrap(hits, images, level=level, random_state=random_state)
