"""The parameters of a `StackingRegressor`, checked."""

from numbers import Integral

WHOLE = ("n_images", "n_windows", "n_harmonics", "max_epochs", "batch_size")


def check_options(regressor):
    """Refuse parameters out of their ranges.

    Parameters
    ----------
    regressor : StackingRegressor
        Whose.

    Raises
    ------
    ValueError
        If one is.
    """
    for name in WHOLE:
        value = getattr(regressor, name)
        if not (isinstance(value, Integral) and value > 0):
            raise ValueError(f"{name} must be a whole number above 0, got {value!r}; give one.")
    for name in ("crop", "lr"):
        if not getattr(regressor, name) > 0:
            raise ValueError(f"{name} must be above 0, got {getattr(regressor, name)!r}.")
    share = regressor.validation_fraction
    if not 0 <= share < 1:
        raise ValueError(
            f"validation_fraction must be 0 or more and below 1, got {share!r}; 0.05 is usual."
        )
