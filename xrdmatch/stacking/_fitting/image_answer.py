"""The fit result of one image."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.stacking._fitting.model_image import ModelImage
from xrdmatch.stacking._stack import Stack


@dataclass(frozen=True, eq=False)
class ImageAnswer:
    """Fit result of one image, as `StackFits` holds it for many."""

    stack: Stack | None = None
    residual: float = np.nan
    slip_std: np.ndarray | None = None
    rotation: float = np.nan
    pixel_size: float = np.nan
    face: float = np.nan
    origin: tuple = (np.nan, np.nan)
    lattice: tuple = ((np.nan, np.nan), (np.nan, np.nan))
    probe_sigma: float = np.nan
    second: Stack | None = None
    second_residual: float = np.nan
    model: ModelImage | None = None
    failure: str = ""
