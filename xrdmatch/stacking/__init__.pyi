from ._imaging.effects import Contrast, Dirt, Drift, Jitter, ScanRows, Vacancies
from ._simulator import StackSimulator, defect_mixture
from ._stack import Stack

__all__ = [
    "Contrast",
    "Dirt",
    "Drift",
    "Jitter",
    "ScanRows",
    "Stack",
    "StackSimulator",
    "Vacancies",
    "defect_mixture",
]
