from ._defect_mixture import defect_mixture
from ._fits import StackFits
from ._fitter import StackFitter
from ._image_realism import ImageRealism
from ._imaging.effects import Contrast, Dirt, Drift, Jitter, ScanRows, Vacancies
from ._mapping.boundaries import StackingBoundary
from ._mapping.shares import stacking_shares
from ._realism.label_drift import label_drift
from ._simulator import StackSimulator
from ._slip_display import SlipDisplay
from ._stack import Stack
from ._stack_readings import StackReadings
from ._stacking_display import StackingDisplay
from ._stacking_map import StackingMap
from ._stacking_map_display import StackingMapDisplay
from ._stacking_regressor import StackingRegressor
from ._stored_regressor import load_regressor, save_regressor

__all__ = [
    "Contrast",
    "Dirt",
    "Drift",
    "ImageRealism",
    "Jitter",
    "ScanRows",
    "SlipDisplay",
    "Stack",
    "StackFits",
    "StackFitter",
    "StackReadings",
    "StackSimulator",
    "StackingBoundary",
    "StackingDisplay",
    "StackingMap",
    "StackingMapDisplay",
    "StackingRegressor",
    "Vacancies",
    "defect_mixture",
    "label_drift",
    "load_regressor",
    "save_regressor",
    "stacking_shares",
]
