from ._defect_mixture import defect_mixture
from ._fits import StackFits
from ._fitter import StackFitter
from ._imaging.effects import Contrast, Dirt, Drift, Jitter, ScanRows, Vacancies
from ._simulator import StackSimulator
from ._stack import Stack

__all__ = [
    "Contrast",
    "Dirt",
    "Drift",
    "Jitter",
    "ScanRows",
    "Stack",
    "StackFits",
    "StackFitter",
    "StackSimulator",
    "Vacancies",
    "defect_mixture",
]
