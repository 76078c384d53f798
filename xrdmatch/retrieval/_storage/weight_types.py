"""Storage types of weights."""

import torch

DTYPES = {"float32": torch.float32, "float16": torch.float16, "int8": torch.float16}
SCALE = ".scale"  # ending of the name of a matrix' factors
LEAST = 65_536  # entries of a matrix that is stored as whole numbers
STEPS = 127  # largest whole number


def stored(name, values, dtype):
    """Write a tensor as it is stored.

    Parameters
    ----------
    name : str
        Its name.
    values : Tensor
        The weights.
    dtype : {"float32", "float16", "int8"}
        ``"int8"`` stores each row of a large matrix as whole numbers and a factor, and the rest
        as ``"float16"``.

    Returns
    -------
    dict of str to Tensor
        The tensor, or two of them.
    """
    if dtype != "int8" or values.ndim < 2 or values.numel() < LEAST:
        return {name: values.to(DTYPES[dtype]).contiguous()}
    rows = values.float().flatten(1)
    factor = (rows.abs().amax(1) / STEPS).clamp_min(torch.finfo(torch.float32).tiny)
    whole = (rows / factor[:, None]).round().to(torch.int8)
    return {name: whole.view(values.shape), name + SCALE: factor}


def restored(weights):
    """Return tensors as they were before `stored`, those of whole numbers in single precision.

    Parameters
    ----------
    weights : dict of str to Tensor
        What was read.

    Returns
    -------
    dict of str to Tensor
        Without the factors.
    """
    factors = {n: v for n, v in weights.items() if n.endswith(SCALE)}
    whole = {n: v for n, v in weights.items() if f"{n}{SCALE}" in factors}
    read = {
        name: values.float() * factors[name + SCALE].view(-1, *[1] * (values.ndim - 1))
        for name, values in whole.items()
    }
    return {n: v for n, v in weights.items() if n not in factors} | read
