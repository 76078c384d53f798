"""Training and calibration of a network that reads slips from average cells."""

import torch

from xrdmatch.learning import take_weights
from xrdmatch.stacking._regression.reading import SlipReader
from xrdmatch.stacking._regression.training import train_slips, trained_slips


def learned_reader(regressor, kind, data, rng):
    """Train a network, then calibrate it on what was held out.

    Parameters
    ----------
    regressor : StackingRegressor
        Has the options.
    kind : StackKind
        What the images show.
    data : TrainingCells
        Their cells and slips.
    rng : RandomState
        Seeds the training.

    Returns
    -------
    SlipReader
        Ready to read.
    """
    targets = kind.targets(regressor.n_harmonics)
    with torch.random.fork_rng():
        torch.manual_seed(rng.randint(2**31))
        net = train_slips(
            data.cells,
            targets.encode(data.slips),
            data.held_out,
            max_epochs=regressor.max_epochs,
            batch_size=regressor.batch_size,
            lr=regressor.lr,
            device=_device(regressor.device),
            verbose=regressor.verbose,
            options=regressor.net_params,
        )
    reader = SlipReader(kind, targets, net, regressor.crop)
    held = data.slips[data.held_out]
    return reader.calibrated(data.held_images, held) if len(held) else reader


def stored_reader(regressor, kind, weights, calibrated):
    """Make a reader of weights that were trained already.

    Parameters
    ----------
    regressor : StackingRegressor
        Has the options that it was trained with.
    kind : StackKind
        What it learned.
    weights : dict of str to Tensor
        The network's.
    calibrated : dict of str to float
        ``target_std`` and ``misfit_unit``.

    Returns
    -------
    SlipReader
        Ready to read.

    Raises
    ------
    ValueError
        If the weights are not those of such a network.
    """
    targets = kind.targets(regressor.n_harmonics)
    net = trained_slips(targets.n_targets, _device(regressor.device), regressor.net_params)
    take_weights(net.module_, weights)
    return SlipReader(kind, targets, net, regressor.crop, **calibrated)


def _device(name):
    if name != "auto":
        return name
    return "cuda" if torch.cuda.is_available() else "cpu"
