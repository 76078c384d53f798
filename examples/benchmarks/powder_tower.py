"""Train a tower for powders on simulated scans, and measure it on scans held out.

    OMP_NUM_THREADS=1 python examples/benchmarks/powder_tower.py PATH/measured \
        PATH/mp_le20.parquet PATH/mp_21_52.parquet PATH/mp_gt52.parquet \
        --output TOWER --checkpoint FOLDER

Learned from are entries of the tables, drawn at random, without any reduced formula that occurs
among the structures of `PATH/measured`. Other entries, of formulas that are in neither, are held
out: scans of some are simulated, noise and all, and searched among all. `measured_powder.py
--tower TOWER` measures it on measured scans. Writes TOWER.json and TOWER.safetensors.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from measured_scans import Tables, measured_formulas
from powder_contenders import POWDER
from simulated_scans import simulated_scans
from skorch.callbacks import Callback
from surroundings import surroundings

from xrdmatch import ContrastiveStructureRetriever, PatternMatcher
from xrdmatch.learning import TrainingCheckpoint
from xrdmatch.metrics import top_k_accuracy
from xrdmatch.retrieval import save_pretrained

KS = (1, 3, 5, 10)
LOSSES = ("train_loss", "valid_loss")
LICENCE = "Materials Project, A. Jain et al., APL Materials 1, 011002 (2013), CC BY 4.0"


def main():
    options = arguments()
    torch.manual_seed(options.seed)
    learned, held_out = drawn(options)
    print(f"{len(learned)} structures to learn from, {len(held_out)} held out", flush=True)
    about = {"learned_from": facts(learned)} | surroundings()
    retriever, about["training"] = trained(learned, options)
    save_pretrained(retriever, options.output, about=about)
    about["held_out"] = measured(retriever, held_out, options)
    save_pretrained(retriever, options.output, about=about)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="measured scans, whose formulas are left out")
    parser.add_argument("tables", nargs="+", type=Path, help="Parquet tables of structures")
    parser.add_argument("--output", type=Path, required=True, help="files without their endings")
    parser.add_argument("--checkpoint", type=Path, help="folder from which a training goes on")
    parser.add_argument("--structures", type=int, default=32_000, help="to draw")
    parser.add_argument("--held-out", type=int, default=6000, help="to draw for the pool")
    parser.add_argument("--queries", type=int, default=400, help="scans to simulate")
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def drawn(options):
    """Structures to learn from and held out, no formula in both or among the measured."""
    tables = Tables(options.tables)
    order = np.random.RandomState(options.seed + 1).permutation(len(tables))
    measured = measured_formulas(options.folder)
    learned = [tables.structure(i) for i in order[: options.structures]]
    learned = [s for s in learned if formula(s) not in measured]
    known = measured | {formula(s) for s in learned}
    others = order[options.structures :][: options.held_out]
    held_out = [tables.structure(i) for i in others]
    return learned, [s for s in held_out if formula(s) not in known]


def formula(structure):
    return structure.composition.reduced_formula


def facts(structures):
    formulas = {formula(s) for s in structures}
    return {"structures": len(structures), "formulas": len(formulas), "source": LICENCE}


def trained(structures, options):
    callbacks = [TrainingCheckpoint(options.checkpoint)] if options.checkpoint else []
    retriever = ContrastiveStructureRetriever(
        simulator=POWDER,
        n_layers=options.layers,
        embedding_dim=options.width,
        batch_size=options.batch_size,
        max_epochs=options.epochs,
        random_state=options.seed,
        net_params={"callbacks": [*callbacks, Losses()]},
    )
    start = time.time()
    retriever.fit(structures)
    retriever.set_params(net_params=None)  # callbacks do not travel
    history = retriever.net_.history
    return retriever, {
        "epochs": len(history),
        "minutes": round((time.time() - start) / 60, 1),
        "weights": sum(p.numel() for p in retriever.net_.module_.parameters()),
    } | {name: losses(history, name) for name in LOSSES if name in history[0]}


def losses(history, name):
    return [round(float(loss), 3) for loss in history[:, name]]


def measured(retriever, structures, options):
    """Top-k accuracies, exact entry, of scans that are simulated, among all held out."""
    scans = simulated_scans(structures[: options.queries], options.seed + 2)
    report = {"pool": len(structures), "queries": len(scans), "top_k": {}}
    ks = [min(k, len(structures)) for k in KS]
    contenders = {"tower": retriever, "PatternMatcher": PatternMatcher(POWDER)}
    for name, contender in contenders.items():
        _, found = contender.set_gallery(structures).kneighbors(scans, max(ks))
        rows = np.arange(len(scans))
        accuracy = [round(100 * top_k_accuracy(rows, found, k), 1) for k in ks]
        report["top_k"][name] = accuracy
        print(f"{name}: {accuracy} of {len(scans)} among {len(structures)}", flush=True)
    return report


class Losses(Callback):
    """Print what every epoch has come to."""

    def on_epoch_end(self, net, **kwargs):
        row = net.history[-1]
        losses = " ".join(f"{row[name]:.3f}" for name in LOSSES if name in row)
        print(f"epoch {row['epoch']}: {losses}, {row['dur']:.0f} s", flush=True)


if __name__ == "__main__":
    main()
