"""Loading of stored weights into towers."""

import torch


def take_weights(module, weights):
    """Put stored weights into towers, in the towers' own precision.

    Parameters
    ----------
    module : Module
        The towers.
    weights : dict of str to Tensor
        One tensor for each entry of ``module.state_dict()``.

    Raises
    ------
    ValueError
        If a tensor is missing, unknown, of another shape or not finite.

    See Also
    --------
    trained_net : Make the net of towers that are trained already.
    """
    wanted = module.state_dict()
    for name in sorted(wanted.keys() ^ weights.keys()):
        there = "none" if name in wanted else "one"
        raise ValueError(
            f"Weights must be those of the towers that the card describes, got {there} called "
            f"{name!r}; keep the two files of a retriever together."
        )
    for name, values in weights.items():
        if values.shape != wanted[name].shape:
            raise ValueError(
                f"Weights must be those of the towers that the card describes, got shape "
                f"{tuple(values.shape)} in place of {tuple(wanted[name].shape)} for {name!r}; keep "
                "the two files of a retriever together."
            )
        if not torch.isfinite(values).all():
            raise ValueError(
                f"Weights must be finite, got others in {name!r}; the file is damaged or its "
                "training failed: fetch or make it anew."
            )
    module.load_state_dict(weights)
