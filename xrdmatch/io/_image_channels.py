"""Reduction of colour images to one channel."""

import numpy as np

CHANNELS = ("red", "green", "blue", "mean")
_COLOURLESS = 2 / 255  # of the range; rounding between colour spaces changes grey by as much


def grey_values(values, channel=None):
    """Reduce channels to one.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns) or (n_rows, n_columns, n_channels)
        Of two or four channels the last is opacity.
    channel : {"red", "green", "blue", "mean"} or int, optional
        What to take of a picture whose channels differ.

    Returns
    -------
    values : ndarray of shape (n_rows, n_columns)
    how : str
        ``"grey"`` where there is one channel, else what was made of several.

    Raises
    ------
    ValueError
        When channels differ and none was chosen, when there is no such channel, or when some
        pixels are transparent.
    """
    if values.ndim == 2:
        return values, "grey"
    full = np.iinfo(values.dtype).max if values.dtype.kind in "iu" else np.nanmax(np.abs(values))
    if values.shape[2] in (2, 4):
        _check_opaque(values[..., -1])
        values = values[..., :-1]
    if channel is not None:
        return _chosen(values, channel)
    apart = np.ptp(values.astype(float), axis=2).max()
    if apart == 0:
        return values[..., 0], "grey" if values.shape[2] == 1 else "equal channels"
    if apart <= _COLOURLESS * full:
        return values.mean(axis=2), f"mean of channels that differ by up to {apart:g} of {full:g}"
    raise ValueError(
        f"it is in colour (channels differ by up to {apart:g} of {full:g}), and colours are no "
        f"counts; convert it to greyscale, or choose one of channel={', '.join(CHANNELS)}"
    )


def _check_opaque(opacity):
    if np.ptp(opacity.astype(float)) != 0 or not opacity.flat[0]:
        raise ValueError("parts of it are transparent; save it without an alpha channel")


def _chosen(values, channel):
    if channel == "mean":
        return values.mean(axis=2), "mean of channels"
    index = CHANNELS.index(channel) if channel in CHANNELS else channel
    if index not in range(values.shape[2]):
        raise ValueError(
            f"it has {values.shape[2]} channels and no channel={channel!r}; choose one of "
            f"{', '.join(CHANNELS)} or an index"
        )
    return values[..., index], f"channel {channel}"
