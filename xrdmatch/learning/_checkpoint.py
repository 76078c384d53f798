"""Checkpoints of a training, from which it is resumed."""

import json
import os
from pathlib import Path

import numpy as np
import torch
from skorch.callbacks import Callback
from skorch.history import History

BEST = ("best_epoch_", "best_model_weights_", "dynamic_threshold_", "misses_")


class TrainingCheckpoint(Callback):
    """Keep a training's state after every epoch, and begin with what is kept.

    The state is one file, which is replaced as a whole: whenever a training is stopped, it holds
    all of one epoch. It is read as data, never as code. Weights, optimizer, schedule, history and
    the best weights so far are restored, random numbers are not: what comes after a stop is
    another draw of the same kind.

    Parameters
    ----------
    folder : str or path-like
        Where the state is kept; made where there is none.
    sink : callable, default=print
        Is told where a training goes on.

    See Also
    --------
    train : Train towers on pairs.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch import ContrastiveStructureRetriever
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.learning import TrainingCheckpoint
    >>> with TemporaryDirectory() as folder:
    ...     kept = TrainingCheckpoint(folder)
    ...     retriever = ContrastiveStructureRetriever(
    ...         n_layers=1, embedding_dim=16, max_epochs=1, net_params={"callbacks": [kept]})
    ...     for _ in range(2):  # as after a stop: the second has nothing left to do
    ...         net = retriever.fit(load_monolayers()[:20]).net_
    going on after epoch 1 of 1
    >>> len(net.history)
    1
    """

    def __init__(self, folder, sink=print):
        self.folder = folder
        self.sink = sink

    @property
    def file(self):
        """Where the state is."""
        return Path(self.folder) / "state.pt"

    def on_train_begin(self, net, **kwargs):
        """Go on from what is kept."""
        self.n_epochs_ = net.max_epochs
        if not self.file.is_file():
            return
        state = self._read(net.device)
        if state["n_epochs"] != net.max_epochs:
            raise ValueError(
                f"A training goes on for the number of epochs that it began with, "
                f"{state['n_epochs']}, got {net.max_epochs}; or name another folder."
            )
        if net.is_main:
            self.sink(f"going on after epoch {state['n_done']} of {net.max_epochs}")
        self._restore(net, state)

    def _read(self, device):
        try:
            state = torch.load(self.file, map_location=device, weights_only=True)
            return dict(state, n_epochs=int(state["n_epochs"]), history=str(state["history"]))
        except Exception as error:  # of unpickling anything
            reason = str(error).strip().splitlines()[0] if str(error) else type(error).__name__
            raise ValueError(
                f"A training goes on from what TrainingCheckpoint kept, got something else in "
                f"{str(self.file)!r} ({reason}); remove that file to begin anew."
            ) from error

    def _restore(self, net, state):
        net.module_.load_state_dict(state["module"])
        net.optimizer_.load_state_dict(state["optimizer"])
        net.history_ = History(json.loads(state["history"]))
        callbacks = dict(net.callbacks_)
        callbacks["schedule"].lr_scheduler_.load_state_dict(state["schedule"])
        if "best" in callbacks:
            vars(callbacks["best"]).update(state["best"])
        net.max_epochs -= state["n_done"]

    def on_epoch_end(self, net, **kwargs):
        """Keep the state; of several processes, which have the same one, the first does."""
        if not net.is_main:
            return
        callbacks = dict(net.callbacks_)
        best = vars(callbacks["best"]) if "best" in callbacks else {}
        state = {
            "module": net.module_.state_dict(),
            "optimizer": net.optimizer_.state_dict(),
            "schedule": callbacks["schedule"].lr_scheduler_.state_dict(),
            "history": json.dumps(net.history.to_list()),
            "n_done": len(net.history),
            "n_epochs": self.n_epochs_,
            "best": {name: best[name] for name in BEST if name in best},
        }
        self._write(_plain(state))

    def _write(self, state):
        """Replace the file; who stops in between finds the old one."""
        Path(self.folder).mkdir(parents=True, exist_ok=True)
        partial = self.file.with_suffix(".new")
        with open(partial, "wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self.file)


def _plain(value):
    """Write numbers of numpy as Python's, which are all that is read back."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_plain(item) for item in value)
    return value
