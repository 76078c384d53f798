"""A training that was stopped goes on."""

import os
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch

from xrdmatch import ContrastiveStructureRetriever
from xrdmatch.datasets import load_monolayers
from xrdmatch.learning import TrainingCheckpoint


def test_stopped_training_goes_on(tmp_path, capsys):
    """Three epochs, stopped in the second, end with the epochs' history in one piece."""
    layers = load_monolayers()[:60]

    class Stop(TrainingCheckpoint):
        def on_epoch_end(self, net, **kwargs):
            super().on_epoch_end(net, **kwargs)
            raise RuntimeError("stopped")

    def retriever(kind, epochs=3):
        callbacks = [("checkpoint", kind(tmp_path / "state"))]
        return ContrastiveStructureRetriever(
            n_layers=1, n_heads=2, embedding_dim=16, max_epochs=epochs, batch_size=8,
            random_state=0, net_params={"callbacks": callbacks},
        )  # fmt: skip

    with pytest.raises(RuntimeError, match="stopped"):
        retriever(Stop).fit(layers)
    with pytest.raises(ValueError, match="that it began with, 3, got 4; or name another folder"):
        retriever(TrainingCheckpoint, epochs=4).fit(layers)
    history = retriever(TrainingCheckpoint).fit(layers).net_.history
    assert "going on after epoch 1 of 3" in capsys.readouterr().out
    assert history[:, "epoch"] == [1, 2, 3]
    whole = ContrastiveStructureRetriever(
        n_layers=1, n_heads=2, embedding_dim=16, max_epochs=3, batch_size=8, random_state=0
    ).fit(layers)
    assert history[0, "train_loss"] == whole.net_.history[0, "train_loss"]
    rates = [np.concatenate(h[:, "batches", :, "event_lr"]) for h in (history, whole.net_.history)]
    np.testing.assert_allclose(*rates)


def trained(folder, n_epochs, kind=TrainingCheckpoint):
    return ContrastiveStructureRetriever(
        n_layers=1, n_heads=2, embedding_dim=16, max_epochs=n_epochs, batch_size=8, random_state=0,
        net_params={"callbacks": [("checkpoint", kind(folder, sink=lambda text: None))]},
    ).fit(load_monolayers()[:20])  # fmt: skip


@pytest.mark.parametrize("event", ["open", "os.rename"])
@pytest.mark.parametrize("before", [0, 1])
def test_killed_while_it_writes(tmp_path, event, before):
    """Whatever is there afterwards is all of one epoch; none is counted twice."""

    class Killed(TrainingCheckpoint):
        def on_epoch_end(self, net, **kwargs):
            stopped_at = len(net.history) == before + 1
            with interrupted(tmp_path, event if stopped_at else None):
                super().on_epoch_end(net, **kwargs)

    with pytest.raises(Interrupted):
        trained(tmp_path, 3, Killed)
    assert (tmp_path / "state.pt").exists() == (before > 0)
    history = trained(tmp_path, 3).net_.history
    assert history[:, "epoch"] == [1, 2, 3]
    assert {file.name for file in tmp_path.iterdir()} == {"state.pt"}


class Interrupted(BaseException):
    """What a kill is, as far as Python sees it."""


@contextmanager
def interrupted(folder, event):
    """End what happens in a folder at a file event."""
    with pytest.MonkeyPatch.context() as patch:
        if event == "open":
            patch.setattr("builtins.open", raising(open, folder))
        elif event == "os.rename":
            patch.setattr(Path, "replace", raising(Path.replace, folder))
        yield


def raising(function, folder):
    def wrapped(path, *args, **settings):
        if str(path).startswith(str(folder)):
            raise Interrupted
        return function(path, *args, **settings)

    return wrapped


class Planted:
    """Runs a command when it is unpickled."""

    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return os.mkdir, (str(self.target),)


def test_a_planted_state_runs_no_code(tmp_path):
    torch.save({"n_epochs": Planted(tmp_path / "planted")}, tmp_path / "state.pt")
    with pytest.raises(ValueError, match=r"from what TrainingCheckpoint kept, got something else"):
        trained(tmp_path, 2)
    assert not (tmp_path / "planted").exists()


@pytest.mark.parametrize("content", [b"", b"PK\3\4 and so on", b"\x80\x04."])
def test_what_is_no_state(tmp_path, content):
    (tmp_path / "state.pt").write_bytes(content)
    with pytest.raises(ValueError, match=r"remove that file to begin anew\."):
        trained(tmp_path, 2)
