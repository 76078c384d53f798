"""What answers to known and unknown queries show, in numbers."""

import numpy as np
from sklearn.metrics import roc_auc_score

from xrdmatch.metrics import (
    clustered_bootstrap,
    expected_calibration_error,
    log_loss_with_unknown,
    risk_coverage,
)

SURE = 0.9
N_DRAWS = 300
N_BINS, FEWEST_IN_A_BIN = 15, 6


def rows_of(asked):
    """Numbers of one kind of queries, a dict of plain data."""
    if "is_known" not in asked:
        return of_mixtures(asked)
    known, probabilities, right = asked["is_known"], asked["probabilities"], asked["right"]
    clusters = np.tile(asked["clusters"], 2) if "clusters" in asked else asked["query"]
    top, correct, confidence = judged(probabilities, right, known)
    sure = top >= SURE
    numbers = {
        "n": int(known.sum()),
        "auc": float(roc_auc_score(known, -probabilities[:, -1])),
        "first_right": int(right[known, 0].sum()),
        "known_rejected": int(asked["rejected"][known].sum()),
        "unknown_rejected": int(asked["rejected"][~known].sum()),
        "sure": int((sure & known).sum()),
        "sure_wrong": int((sure & known & ~right[:, 0]).sum()),
        "sure_unknown": int((sure & ~known).sum()),
        "covered": int(asked["covered"][known].sum()),
        "set_size": float(asked["n_phases_in_set"][known].mean()),
        "set_labels": float(asked["n_labels_in_set"][known].mean()),
        "empty_sets_of_unknown": int((asked["n_phases_in_set"][~known] == 0).sum()),
    }
    intervals = {
        "unknown_rejected": asked["rejected"][~known].astype(float),
        "covered": asked["covered"][known].astype(float),
    }
    halves = clusters[: len(known) // 2]
    numbers["interval"] = {
        name: clustered_bootstrap(hits, halves).round(4).tolist()
        for name, hits in intervals.items()
    }
    return numbers | reliability(correct, confidence, clusters) | log_loss(asked, known, clusters)


def judged(probabilities, right, known):
    """Probability of the first phase, and the likeliest answer: whether it is right, how sure."""
    own = (probabilities[:, :-1] * right).sum(1)  # twins are one phase
    top = np.where(right[:, 0], own, probabilities[:, 0])
    unknown = probabilities[:, -1]
    return top, np.where(top >= unknown, right[:, 0], ~known), np.maximum(top, unknown)


def reliability(correct, confidence, clusters):
    options = {"clusters": clusters, "n_draws": N_DRAWS}
    bins = {"n_bins": max(1, min(N_BINS, len(correct) // FEWEST_IN_A_BIN))}
    error = expected_calibration_error(correct, confidence, **bins, **options)
    constant = expected_calibration_error(correct, np.full(len(correct), 0.9), **options)
    risk = risk_coverage(correct, confidence, **options)
    return {
        "accuracy": float(np.mean(correct)),
        "ece": float(error.error),
        "ece_interval": np.round(error.interval, 4).tolist(),
        "ece_chance": {name: float(value) for name, value in error.chance.items()},
        "ece_constant": float(constant.error),
        "risk_area": float(risk.area),
        "risk_area_constant": float(risk.chance),
        "bins": {
            name: np.round(error[f"bin_{name}"], 4).tolist()
            for name in ("confidence", "accuracy", "interval", "count")
        },
    }


def log_loss(asked, known, clusters):
    """Of probabilities over all entries; the right phase's entries are one."""
    listed, places = asked["probabilities"].copy(), asked["indices"].copy()
    n_entries = int(places.max()) + 2  # the last stands for what is not listed
    truth = np.where(known, n_entries - 1, -1)
    for row, right in enumerate(asked["right"]):
        first, *others = np.flatnonzero(right) if right.any() else [None]
        if first is not None:
            truth[row] = places[row, first]
            listed[row, first] += listed[row, others].sum()
            listed[row, others], places[row, others] = 0.0, -1
    options = {"n_gallery": n_entries, "clusters": clusters, "n_draws": N_DRAWS}
    found = log_loss_with_unknown(truth, listed, places, **options)
    return {
        "log_loss": float(found.loss),
        "log_loss_interval": np.round(found.interval, 3).tolist(),
        "log_loss_constant": float(found.constant),
    }


def of_mixtures(asked):
    top = asked["probabilities"][:, 0]
    return {
        "n": len(top),
        "first_right": int(asked["first_is_a_phase"].sum()),
        "known_rejected": int(asked["rejected"].sum()),
        "sure": int((top >= SURE).sum()),
        "sure_wrong": int((~asked["first_is_a_phase"] & (top >= SURE)).sum()),
    }
