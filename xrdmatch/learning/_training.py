"""Training of towers with skorch."""

import sys
from functools import partial

import torch
from skorch.callbacks import Callback, EarlyStopping, GradientNormClipping, LRScheduler
from skorch.helper import predefined_split
from torch.utils.data import WeightedRandomSampler
from tqdm import tqdm

from xrdmatch.encoders import ContrastiveCrossEntropy
from xrdmatch.learning._contrastive_net import ContrastiveNet
from xrdmatch.learning._optimizer import PARAM_GROUPS, MuonAdamW
from xrdmatch.learning._pairs import as_batch
from xrdmatch.learning._process_net import (
    ProcessNet,
    draw_apart,
    make_accelerator,
    shared_batch_size,
)


class TrainingProgress(Callback):
    """A bar with epochs, losses and the time left.

    Parameters
    ----------
    n_steps : int
        Steps of the whole training.

    See Also
    --------
    train : Train towers on pairs.
    """

    def __init__(self, n_steps):
        self.n_steps = n_steps

    def on_train_begin(self, net, **kwargs):
        """Open the bar."""
        self.bar_ = tqdm(
            total=self.n_steps,
            unit="step",
            file=sys.stderr,
            mininterval=1.0,
            disable=not getattr(net, "is_main", True),
        )

    def on_batch_end(self, net, training=False, **kwargs):
        """Advance by a step."""
        if training:
            self.bar_.update()

    def on_epoch_end(self, net, **kwargs):
        """Show the epoch and its losses."""
        row = net.history[-1]
        losses = {
            name: f"{row[f'{name}_loss']:.3f}"
            for name in ("train", "valid")
            if f"{name}_loss" in row
        }
        self.bar_.set_postfix(epoch=f"{row['epoch']}/{net.max_epochs}", **losses)

    def on_train_end(self, net, **kwargs):
        """Close the bar; a net with an open one cannot be pickled."""
        self.bar_.close()
        del self.bar_


def train(
    module,
    pairs,
    held_out,
    *,
    max_epochs,
    batch_size,
    lr,
    device,
    verbose,
    net_params,
    weights=None,
):
    """Train towers on pairs.

    Parameters
    ----------
    module : ContrastiveTowers
        What is trained, in place.
    pairs : PairDataset
        Training pairs.
    held_out : PairDataset or None
        Pairs whose loss decides which epoch's weights are kept.
    max_epochs, batch_size : int
        How long, and how many pairs are compared at a time.
    lr : float
        Peak of the one-cycle schedule.
    device : str
        Torch device, or ``"accelerate"``: one of each process.
    verbose : int
        Whether to show a progress bar.
    net_params : dict or None
        Parameters for `skorch.NeuralNet.set_params`; ``"callbacks"`` are added to ours.
    weights : ndarray of shape (n_pairs,), default=None
        By which as many pairs are drawn for an epoch as there are; None takes each once.

    Returns
    -------
    ContrastiveNet
        The trained net.

    See Also
    --------
    TrainingCheckpoint : Keep a training's state after every epoch, and begin with what is kept.
    training_sets : Divide pairs into those to train on and those whose loss is watched.
    one_cycle : Make the schedule: up to each group's own learning rate and down to nothing.
    """
    params = dict(net_params or {})
    extra = params.pop("callbacks", [])
    net_of, batch_size = _net_on(device, pairs, batch_size)
    drop_last = len(pairs) >= batch_size
    n_batches = len(pairs) // batch_size if drop_last else 1
    net = net_of(
        module,
        criterion=ContrastiveCrossEntropy,
        optimizer=MuonAdamW,
        optimizer__weight_decay=0.01,
        optimizer__param_groups=PARAM_GROUPS,
        lr=lr,
        max_epochs=max_epochs,
        batch_size=batch_size,
        iterator_train__shuffle=weights is None,
        iterator_train__sampler=_sampler(weights),
        iterator_train__drop_last=drop_last,
        iterator_train__collate_fn=as_batch,
        iterator_valid__collate_fn=as_batch,
        train_split=None if held_out is None else predefined_split(held_out),
        callbacks=[
            *_callbacks(max_epochs, n_batches, held_out is not None, verbose),
            *extra,
        ],
        verbose=0,
    )
    set_net_params(net, params)
    net.fit(pairs)
    net.train_split = net.iterator_train__sampler = None  # they would drag the data along
    return net.finished()


def _net_on(device, pairs, batch_size):
    """Return what makes a net, and how many pairs its batches have."""
    if device != "accelerate":
        return partial(ContrastiveNet, device=device), batch_size
    accelerator = make_accelerator()
    draw_apart(pairs, accelerator.process_index)
    shared = shared_batch_size(batch_size, len(pairs), accelerator.num_processes)
    return partial(ProcessNet, accelerator=accelerator), shared


def _sampler(weights):
    return None if weights is None else WeightedRandomSampler(weights, len(weights))


def set_net_params(net, params):
    """Set parameters of a net; a name that skorch does not know is named.

    Parameters
    ----------
    net : skorch.NeuralNet
        Not initialised yet.
    params : dict
        What an estimator's ``net_params`` holds.

    Raises
    ------
    ValueError
        If the net has no parameter of that name.

    See Also
    --------
    train : Train towers on pairs.
    """
    for name, value in params.items():
        try:
            net.set_params(**{name: value})
        except ValueError as error:
            raise ValueError(
                f"net_params must name parameters of skorch.NeuralNet, got {name!r}; "
                "optimizer__weight_decay is one of them."
            ) from error


def _callbacks(max_epochs, n_batches, validates, verbose):
    """Schedule, clipping, best weights, progress; each by name, for net_params."""
    n_steps = max_epochs * n_batches
    schedule = LRScheduler(
        one_cycle,
        step_every="batch",
        total_steps=max(n_steps + 1, 10),  # fewer would leave the warm-up no step
    )
    callbacks = [("schedule", schedule), ("clip", GradientNormClipping(1.0))]
    if validates:
        patience = max(10, max_epochs // 2)
        best = EarlyStopping(patience=patience, load_best=True, sink=_silent)
        callbacks.append(("best", best))
    if verbose:
        callbacks.append(("progress", TrainingProgress(n_steps)))
    return callbacks


def one_cycle(optimizer, total_steps, last_epoch=-1):
    """Make the schedule: up to each group's own learning rate and down to nothing.

    Parameters
    ----------
    optimizer : torch.optim.Optimizer
        Each of its groups has a peak of its own, ``lr``.
    total_steps : int
        Of the whole training.
    last_epoch : int, default=-1
        As skorch gives it.

    Returns
    -------
    OneCycleLR
        A fifth of the steps upwards, the others down.

    See Also
    --------
    train : Train towers on pairs.
    """
    peaks = [group["lr"] for group in optimizer.param_groups]
    return torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=peaks,
        total_steps=total_steps,
        pct_start=0.2,
        cycle_momentum=False,
        last_epoch=last_epoch,
    )


def _silent(text):
    """Say nothing: the progress bar speaks."""
