"""A picture in larger pixels, for what needs no detail."""

import numpy as np


def binned(values, factor):
    """Average blocks of pixels; those at the far rims that fill no block are left out."""
    if factor == 1:
        return values
    rows, columns = (n // factor for n in values.shape)
    blocks = values[: rows * factor, : columns * factor]
    return blocks.reshape(rows, factor, columns, factor).mean((1, 3))


def binned_mask(mask, factor):
    """Mark blocks more than half of whose pixels are marked."""
    return binned(mask.astype(float), factor) > 0.5


def unbinned(values, factor, shape):
    """Give each pixel its block's value; those at the far rims the nearest one's."""
    if factor == 1:
        return values
    rows, columns = (
        np.minimum(np.arange(n) // factor, m - 1) for n, m in zip(shape, values.shape, strict=True)
    )
    return values[rows[:, None], columns]
