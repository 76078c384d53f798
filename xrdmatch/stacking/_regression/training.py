"""Training of a slip network with skorch, on average cells with random origins."""

import numpy as np
import torch
from skorch import NeuralNet
from skorch.callbacks import GradientNormClipping, LRScheduler
from skorch.helper import predefined_split
from torch.utils.data import Dataset

from xrdmatch.learning import TrainingProgress, one_cycle, set_net_params
from xrdmatch.stacking._regression.network import SlipNetwork


class MovedCells(Dataset):
    """Average cells of several windows of each image; one is drawn, and moved to a new origin.

    Parameters
    ----------
    cells : ndarray of shape (n_images, n_windows, n, n)
        As `LatticeHarmonics` averages them.
    targets : ndarray of shape (n_images, n_targets)
        Of the images.
    """

    def __init__(self, cells, targets):
        self.cells = cells
        self.targets = targets.astype(np.float32)

    def __len__(self):
        return len(self.cells)

    def __getitem__(self, i):
        """Return a cell (n, n) and its targets (n_targets,)."""
        windows = self.cells[i]
        size = windows.shape[-1]
        window, *shift = torch.randint(len(windows) * size**2, (3,)).tolist()
        moved = np.roll(windows[window % len(windows)], shift, axis=(0, 1))
        return moved, self.targets[i]


def train_slips(cells, targets, held_out, *, max_epochs, batch_size, lr, device, verbose, options):
    """Train a network to tell targets from average cells.

    Parameters
    ----------
    cells : ndarray of shape (n_images, n_windows, n, n)
        Of several windows of each image.
    targets : ndarray of shape (n_images, n_targets)
        What the images show.
    held_out : ndarray of bool, shape (n_images,)
        Images whose loss is watched and not learned from.
    max_epochs, batch_size, lr : int, int, float
        How long, how many images at a time, and the peak of the one-cycle schedule.
    device : str
        Torch device.
    verbose : int
        Whether to show a progress bar.
    options : dict or None
        Parameters for `skorch.NeuralNet.set_params`; ``"callbacks"`` are added to ours.

    Returns
    -------
    skorch.NeuralNet
        The trained net.
    """
    shown = MovedCells(cells[~held_out], targets[~held_out])
    watched = MovedCells(cells[held_out][:, :1], targets[held_out]) if held_out.any() else None
    options = dict(options or {})
    extra = options.pop("callbacks", [])
    n_steps = max_epochs * -(-len(shown) // batch_size)
    net = _net(
        targets.shape[1],
        device,
        lr=lr,
        max_epochs=max_epochs,
        batch_size=batch_size,
        callbacks=[*_callbacks(n_steps, verbose), *extra],
    )
    if watched is not None:
        net.set_params(train_split=predefined_split(watched))
    set_net_params(net, options)
    net.fit(shown)
    net.train_split = None  # it would drag the images along
    return net


def trained_slips(n_targets, device, options):
    """Make the net of a network whose weights come from a file.

    Parameters
    ----------
    n_targets : int
        How many numbers it tells.
    device : str
        Torch device.
    options : dict or None
        Parameters for `skorch.NeuralNet.set_params`, as when it was trained.

    Returns
    -------
    skorch.NeuralNet
        An initialised net with an empty history.
    """
    net = _net(n_targets, device)
    set_net_params(net, options or {})
    return net.initialize()


def _net(n_targets, device, **params):
    return NeuralNet(
        SlipNetwork,
        module__n_targets=n_targets,
        criterion=torch.nn.MSELoss,
        optimizer=torch.optim.AdamW,
        optimizer__weight_decay=1e-4,
        iterator_train__shuffle=True,
        train_split=None,
        device=device,
        verbose=0,
        **params,
    )


def _callbacks(n_steps, verbose):
    """Schedule, clipping and progress; each by name, for net_params."""
    schedule = LRScheduler(one_cycle, step_every="batch", total_steps=max(n_steps + 1, 10))
    callbacks = [("schedule", schedule), ("clip", GradientNormClipping(1.0))]
    if verbose:
        callbacks.append(("progress", TrainingProgress(n_steps)))
    return callbacks
