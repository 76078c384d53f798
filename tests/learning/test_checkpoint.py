"""A training that was stopped goes on."""

import numpy as np
import pytest

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
