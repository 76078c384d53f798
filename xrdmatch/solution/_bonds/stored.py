"""A fitted bond check as arrays in a file."""

import json

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file
from sklearn.ensemble import HistGradientBoostingClassifier

from xrdmatch.solution._bonds.bond_models import BondModels
from xrdmatch.solution._bonds.bond_statistics import BondStatistics, PairStatistics
from xrdmatch.solution._bonds.forests import CalibratedForest, Forest, forest_of
from xrdmatch.solution._screening.atomic_volumes import AtomicVolumes

FORESTS = "atoms", "composition", "structure", "crystals"
PAIRS = "bonds", "contacts"
TABLES = "coordination", "strength", "strength_spread"
NAMES = "atom_names"


def write_check(check, path):
    """Write a fitted bond check.

    Parameters
    ----------
    check : BondCheck
        Fitted, with a `HistGradientBoostingClassifier`.
    path : str or Path
        File of safetensors.

    Raises
    ------
    ValueError
        If its classifier is another one.
    """
    calibrated = check.classifier_.calibrated_classifiers_[0]
    if not isinstance(calibrated.estimator, HistGradientBoostingClassifier):
        raise ValueError(
            "Checks are written whose classifier is a HistGradientBoostingClassifier, got "
            f"{type(calibrated.estimator).__name__}; leave `classifier` out, or pickle the check."
        )
    models, statistics = check.models_, check.statistics_
    forests = models.atoms, models.composition, models.structure, calibrated.estimator
    named = [(name, forest_of(model)) for name, model in zip(FORESTS, forests, strict=True)]
    named += [(name, getattr(statistics, name)) for name in PAIRS]
    arrays = {f"{name}.{field}": v for name, one in named for field, v in one._asdict().items()}
    arrays |= {name: getattr(statistics, name) for name in TABLES}
    (calibrator,) = calibrated.calibrators
    arrays |= {"sums": calibrator.X_thresholds_, "probability": calibrator.y_thresholds_}
    arrays["volumes"] = check.volumes_.volume
    kept = {name: np.ascontiguousarray(values) for name, values in arrays.items()}
    save_file(kept, path, metadata={NAMES: json.dumps(models.atom_names)})


def read_check(path):
    """Read what `write_check` wrote.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    statistics : BondStatistics
        What is usual.
    volumes : AtomicVolumes
        Volumes of atoms.
    models : BondModels
        Of atoms and volumes.
    classifier : CalibratedForest
        Of crystals.

    Raises
    ------
    ValueError
        If the file is no such file.
    """
    try:
        with safe_open(path, "numpy") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            names = tuple(json.loads((file.metadata() or {})[NAMES]))
        forests = [_gathered(Forest, name, arrays) for name in FORESTS]
        pairs = [_gathered(PairStatistics, name, arrays) for name in PAIRS]
        tables = [arrays[name] for name in TABLES]
        classifier = CalibratedForest(forests[-1], arrays["sums"], arrays["probability"])
        volumes = AtomicVolumes(arrays["volumes"])
    except (SafetensorError, KeyError) as error:
        raise ValueError(
            f"A bond check is read from what `BondCheck.save` wrote, got {path}: {error}; learn "
            "and save one anew."
        ) from error
    models = BondModels(forests[0], names, *forests[1:3])
    return BondStatistics(*pairs, *tables), volumes, models, classifier


def _gathered(kind, name, arrays):
    return kind(*(arrays[f"{name}.{field}"] for field in kind._fields))
