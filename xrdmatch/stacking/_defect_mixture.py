"""Images with defects of every kind."""

from xrdmatch.stacking._imaging.effects import (
    Contrast,
    Dirt,
    Drift,
    Jitter,
    ScanRows,
    Vacancies,
)
from xrdmatch.stacking._simulator import StackSimulator


def defect_mixture(random_state=None, **parameters):
    """Return a simulator whose images have defects of every kind, each drawn from a range.

    Dose 2 to 30 counts a pixel, up to 10 % vacancies, displacements up to 0.2 Å, dirt up to the
    image's own contrast, shifts of rows up to 0.1 Å, drift up to 1 %, a slope of the contrast up
    to 30 %, probes of 0.35 to 0.5 Å, layers that are seen differently by up to 10 %, any rotation
    and 1 % strain.

    Parameters
    ----------
    random_state : int, RandomState instance or None, default=None
        Makes the images repeatable.
    **parameters
        Parameters of `StackSimulator` that take other values.

    Returns
    -------
    StackSimulator
        The simulator.

    See Also
    --------
    StackSimulator : Simulate annular dark-field images of stacks.
    StackingRegressor : Read slips of stacked layers from images by a residual network.

    Examples
    --------
    >>> from xrdmatch.stacking import defect_mixture
    >>> defect_mixture(random_state=0).dose
    (2.0, 30.0)
    """
    effects = [
        Vacancies((0.0, 0.1)),
        Jitter((0.0, 0.2)),
        ScanRows((0.0, 0.1)),
        Drift((-0.01, 0.01)),
        Dirt((0.0, 1.0)),
        Contrast((0.0, 0.3)),
    ]
    mixture = {
        "probe_sigma": (0.35, 0.5),
        "dose": (2.0, 30.0),
        "layer_ratio": (0.9, 1.1),
        "rotation": (0.0, 360.0),
        "strain": 0.01,
        "effects": effects,
        "random_state": random_state,
    }
    return StackSimulator(**(mixture | parameters))
