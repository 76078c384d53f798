"""What each of two processes trains: torchrun --nproc_per_node 2 tests/two_processes.py FOLDER."""

import os
import pickle
import sys
from functools import partial
from pathlib import Path

import numpy as np
import torch
from skorch.callbacks import Callback

from xrdmatch import ContrastiveStructureRetriever, DiffractionSimulator
from xrdmatch.datasets import make_monolayers
from xrdmatch.learning import TrainingCheckpoint

SIZE = {"n_layers": 1, "n_heads": 2, "embedding_dim": 16, "random_state": 0}
LAYERS = make_monolayers(40, random_state=0)
PLAIN_STEPS = {"optimizer": torch.optim.SGD, "optimizer__param_groups": []}


class Shares(Callback):
    """Notes which pairs of each batch a process reads."""

    def on_train_begin(self, net, **kwargs):
        self.groups_ = []

    def on_batch_end(self, net, batch=None, training=False, **kwargs):
        if training:
            self.groups_.append(batch[1].tolist())


def layers(**net_params):
    """Train on batches of all layers, whose order decides nothing, by plain steps."""
    retriever = ContrastiveStructureRetriever(
        **SIZE, max_epochs=4, lr=0.1, augmentation=None, validation_fraction=0.2,
        device=device(), net_params={**PLAIN_STEPS, **net_params},
    )  # fmt: skip
    return retriever.fit(LAYERS)


def powders():
    """Train two towers, of which one has parts that are not used, piece by piece."""
    retriever = ContrastiveStructureRetriever(
        "peaks", pattern_encoder="resnet1d", simulator=DiffractionSimulator("powder", "CuKa"),
        **SIZE, max_epochs=2, lr=0.1, augmentation=None, validation_fraction=0, device=device(),
        net_params={**PLAIN_STEPS, "chunk_size": 7},
    )  # fmt: skip
    return retriever.fit(LAYERS)


CASES = {"layers": layers, "pieces": partial(layers, chunk_size=7), "powders": powders}


def drawn_queries(folder, shares):
    """Train on queries that are drawn, two of each crystal; the best weights are kept."""
    callbacks = [shares, TrainingCheckpoint(folder / "state")]
    retriever = ContrastiveStructureRetriever(
        **SIZE, max_epochs=2, batch_size=16, validation_fraction=0.2, device=device(), verbose=1,
        net_params={"callbacks": callbacks, "n_views": 2},
    )  # fmt: skip
    return retriever.fit(LAYERS)


def device():
    return "accelerate" if "RANK" in os.environ else "cpu"


def learned(retriever):
    losses = [name for name in ("train_loss", "valid_loss") if name in retriever.net_.history[0]]
    return {
        "weights": retriever.net_.module_.state_dict(),
        "losses": np.array(retriever.net_.history[:, losses], dtype=float),
    }


def main(folder):
    shares = Shares()
    drawn = drawn_queries(folder, shares)
    found = {"groups": shares.groups_}
    found |= {name: learned(case()) for name, case in CASES.items()}
    found["drawn"] = learned(pickle.loads(pickle.dumps(drawn)))
    found["again"] = learned(drawn_queries(folder, shares))  # nothing is left to do
    torch.save(found, folder / f"{os.environ['RANK']}.pt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
