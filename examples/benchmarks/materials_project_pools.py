"""Where the truth stands among pools of several sizes."""

import numpy as np

from xrdmatch.learning import ScanAugmentation, TrainingData

KS = (1, 3, 5, 10)
POOLS = (256, 1024)
N_DRAWS = 40  # of each smaller pool
N_NOISY = 2000
BLOCK = 500
N_KEPT = 10


def asked(gallery, queries, truth):
    """Top-k accuracies by pool [%], and ranks and first answers among the whole."""
    similarity = np.concatenate(
        [queries[i : i + BLOCK] @ gallery.T for i in range(0, len(queries), BLOCK)]
    )
    rng = np.random.RandomState(0)
    report = {"n_queries": len(queries)}
    for size in POOLS:
        if size < len(gallery):
            drawn = [ranks_in_pool(similarity, truth, size, rng) for _ in range(N_DRAWS)]
            report[str(size)] = accuracies(np.concatenate(drawn))
    ranks = ranks_of(similarity, truth)
    report[str(len(gallery))] = accuracies(ranks)
    first = np.argsort(-similarity, axis=1, kind="stable")[:, :N_KEPT].astype(np.int32)
    return report, np.column_stack([truth, ranks, first])


def accuracies(ranks):
    return [round(100 * float(np.mean(ranks < k)), 2) for k in KS]


def mean_of_groups(kept, groups):
    """Top-1 [%] of each space group of the truth, averaged over these groups."""
    truth, ranks = kept[:, 0], kept[:, 1]
    _, group = np.unique(groups[truth], return_inverse=True)
    return round(100 * float(np.mean(np.bincount(group, ranks < 1) / np.bincount(group))), 2)


def ranks_of(similarity, truth):
    """How many others are nearer; those that are as near count as nearer, so ties help nobody."""
    own = similarity[np.arange(len(truth)), truth][:, None]
    return (similarity >= own).sum(axis=1) - 1


def ranks_in_pool(similarity, truth, size, rng):
    """Ranks of the queries whose truth is in a random pool."""
    pool = rng.choice(similarity.shape[1], size, replace=False)
    place = np.full(similarity.shape[1], -1)
    place[pool] = np.arange(size)
    rows = (place[truth] >= 0).nonzero()[0]
    return ranks_of(similarity[np.ix_(rows, pool)], place[truth[rows]])


def noisy_rows(folder, inputs, given):
    """Noisy scans of some of the pool, as training draws them, and which these are."""
    data = TrainingData.load(folder)
    rng = np.random.RandomState(1)
    truth = rng.permutation(len(data))[:N_NOISY]
    draws = ScanAugmentation(data.reflections, inputs.diffractometer, rng)
    parts = [
        inputs.of_draws(draws.standard(rows), given[rows])
        for rows in np.array_split(truth, max(1, len(truth) // 200))
    ]
    return truth, joined(parts)


def joined(parts):
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.joined(part)
    return whole
