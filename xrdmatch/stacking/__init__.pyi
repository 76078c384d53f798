from ._defect_mixture import defect_mixture
from ._fits import StackFits
from ._fitter import StackFitter
from ._imaging.effects import Contrast, Dirt, Drift, Jitter, ScanRows, Vacancies
from ._simulator import StackSimulator
from ._stack import Stack
from ._stack_readings import StackReadings
from ._stacking_regressor import StackingRegressor
from ._stored_regressor import load_regressor, save_regressor

__all__ = [
    "Contrast",
    "Dirt",
    "Drift",
    "Jitter",
    "ScanRows",
    "Stack",
    "StackFits",
    "StackFitter",
    "StackReadings",
    "StackSimulator",
    "StackingRegressor",
    "Vacancies",
    "defect_mixture",
    "load_regressor",
    "save_regressor",
]
