"""Train the towers of Fu et al. (2025) as they did, and vary their heads and layers.

    python examples/benchmarks/paper.py PATH/monolayers.parquet --checkpoint FOLDER \
        --json docs/benchmarks/paper.json
    python examples/benchmarks/paper.py PATH/monolayers.parquet --checkpoint FOLDER \
        --json docs/benchmarks/paper.json --ablation

Crystals as tokens, clean patterns, no augmentation, rows split 8:1:1 at random; the pool is the
whole test part. A training goes on where --checkpoint has it. Rows are added to the JSON, in
place of those of the same settings, and its table is written beside it. --reduced makes towers
and data small enough for a processor, and says so in the rows.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from pools import Ask, Pool, measured_rows
from skorch.callbacks import Callback
from surroundings import peak_memory, surroundings
from tables import list_table, percent

from xrdmatch import ContrastiveStructureRetriever, DiffractionSimulator, PatternMatcher
from xrdmatch.datasets import split_by_row
from xrdmatch.io import read_structures
from xrdmatch.learning import TrainingCheckpoint

FULL = {"embedding_dim": 384, "fraction": 1.0, "epochs": 100}
REDUCED = {"embedding_dim": 96, "fraction": 0.25, "epochs": 10}
PAPER_SIZE = (4, 4)  # layers, heads
ABLATION = [(4, n_heads) for n_heads in (1, 2, 4, 8)] + [(n, 4) for n in (1, 2, 3, 6)]
SETTINGS = ("embedding_dim", "epochs", "batch_size", "lr", "dropout", "temperature")
SETTINGS += ("optimizer", "fraction", "seed", "reduced")
COLUMNS = {
    "n_layers": "layers",
    "n_heads": "heads",
    "embedding_dim": "width",
    "n": "learned from",
    "epochs": "epochs",
    "batch_size": "batch",
    "optimizer": "optimiser",
    "lr": "lr",
}
OPTIMIZERS = {"adamw": {"optimizer": torch.optim.AdamW}, "default": {}}  # the retriever's own
LOSSES = ("train_loss", "valid_loss")
PUBLISHED = (62, 92, 95, 99)  # top-1/3/5/10 [%], clean queries, a pool of 796 of another data set


def main():
    options = arguments()
    structures = read_structures(options.path)[: options.limit]
    train, _, test = split_by_row(structures, random_state=options.seed)
    order = np.random.RandomState(options.seed).permutation(train)
    train = order[: max(2, round(options.fraction * len(train)))]
    pool = Pool("test part", [structures[i] for i in test], *2 * [np.arange(len(test))])
    queries = {0.0: DiffractionSimulator().transform(pool.structures)}
    print(f"{len(train)} to learn from, pool of {len(test)}")
    add_row(measured("nearest", PatternMatcher(), pool, queries), options)
    for n_layers, n_heads in ABLATION if options.ablation else [PAPER_SIZE]:
        settings = settings_of(options, n_layers, n_heads) | {"n": len(train)}
        retriever, facts = trained([structures[i] for i in train], settings, options)
        row = measured("sequence", retriever, pool, queries)
        add_row(row | {"settings": settings, "training": facts}, options)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="Parquet table of monolayers")
    parser.add_argument("--json", type=Path, default=Path("paper.json"))
    parser.add_argument("--checkpoint", type=Path, help="folder where trainings are kept")
    parser.add_argument("--ablation", action="store_true", help="1 to 8 heads, 1 to 6 layers")
    parser.add_argument("--reduced", action="store_true", help=f"{REDUCED} instead of {FULL}")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--embedding-dim", type=int)
    parser.add_argument("--fraction", type=float, help="share of the training part that is used")
    parser.add_argument("--batch-size", type=int, default=384)
    parser.add_argument("--lr", type=float, default=3e-4)
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default="adamw")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--temperature", type=temperature, default="learned")
    parser.add_argument("--seed", type=int, default=0, help="of split and training")
    parser.add_argument("--limit", type=int, help="so many structures only, for a trial")
    options = parser.parse_args()
    for name, value in (REDUCED if options.reduced else FULL).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    return options


def temperature(text):
    return text if text == "learned" else float(text)


def settings_of(options, n_layers, n_heads):
    """All that a row's towers and training differ in from another's."""
    return {"n_layers": n_layers, "n_heads": n_heads} | {n: getattr(options, n) for n in SETTINGS}


def trained(structures, settings, options):
    """The paper's towers of one size, and what their training took."""
    callbacks = [("clock", StepClock())]
    if options.checkpoint:
        folder = options.checkpoint / "-".join(map(str, settings.values()))
        callbacks.append(("checkpoint", TrainingCheckpoint(folder)))
    names = ("n_layers", "n_heads", "embedding_dim", "batch_size", "lr", "dropout", "temperature")
    retriever = ContrastiveStructureRetriever(
        "sequence",
        augmentation=None,
        max_epochs=settings["epochs"],
        random_state=settings["seed"],
        net_params={"callbacks": callbacks} | OPTIMIZERS[settings["optimizer"]],
        **{name: settings[name] for name in names},
    )
    print(f"{settings['n_layers']} layers, {settings['n_heads']} heads")
    start = time.perf_counter()
    retriever.fit(structures)
    return retriever, training_facts(retriever.net_, time.perf_counter() - start)


def training_facts(net, seconds):
    durations, steps = net.history[:, "dur"], net.history[:, "train_batch_count"]
    return {
        "epochs": len(net.history),
        "steps": sum(steps),
        "seconds_of_all_epochs": round(sum(durations), 1),
        "seconds_of_the_last_start": round(seconds, 1),
        "milliseconds_per_step": round(1000 * sum(durations) / sum(steps), 1),
        "best": {n: min(net.history[:, n]) for n in LOSSES if n in net.history[-1]},
        "weights": sum(p.numel() for p in net.module_.parameters()),
        "device": str(net.device),
    }


class StepClock(Callback):
    """Print losses and the time of a step after every epoch."""

    def on_epoch_end(self, net, **kwargs):
        last = net.history[-1]
        milliseconds = 1000 * last["dur"] / last["train_batch_count"]
        losses = ", ".join(f"{name} {last[name]:.4f}" for name in LOSSES if name in last)
        print(f"epoch {len(net.history):4}: {losses}, {milliseconds:.0f} ms a step", flush=True)


def measured(name, retriever, pool, queries):
    return measured_rows({name: {None: retriever}}, [pool], [Ask(0.0)], queries)[0]


def add_row(row, options):
    """Write a row into the JSON in place of one of the same settings, and the table anew."""
    found = json.loads(options.json.read_text()) if options.json.is_file() else {"rows": []}
    identity = (row["contender"], row["pool"], row.get("settings"))
    found["rows"] = [
        old
        for old in found["rows"]
        if (old["contender"], old["pool"], old.get("settings")) != identity
    ]
    row["measured_with"] = surroundings() | {"peak_memory_GB": peak_memory()}
    found["rows"].append(row)
    options.json.write_text(json.dumps(found, indent=1) + "\n")
    table = list_table("The paper's towers on clean patterns", paper_table(found["rows"]))
    options.json.with_suffix(".inc").write_text(table + "\n")


def paper_table(rows):
    """Published, chance and baseline first, then whatever was trained."""
    head = ["retriever", *COLUMNS.values(), "pool", *(f"top-{k}" for k in rows[0]["ks"])]
    yield [*head, "ms a step", "trained on", "note"]
    published = {"n_layers": 4, "n_heads": 4, "embedding_dim": 384}
    yield ["Fu et al. (2025)", *sizes(published), 796, *PUBLISHED, "", "", "other structures"]
    chance = (f"{value:.1f}" for value in rows[0]["exact"]["chance"])
    yield ["chance", *sizes({}), rows[0]["pool"], *chance, *3 * [""]]
    for row in sorted(rows, key=lambda row: list(sizes(row.get("settings", {})))):
        yield paper_cells(row)


def sizes(settings):
    return (str(settings.get(name, "")) for name in COLUMNS)


def paper_cells(row):
    exact = map(percent, row["exact"]["accuracy"], row["exact"]["interval"])
    cells = [row["contender"], *sizes(row.get("settings", {})), row["pool"], *exact]
    if "settings" not in row:
        return [*cells, *3 * [""]]
    training, machine = row["training"], row["measured_with"]["machine"]
    where = machine.split(",")[0] if training["device"] != "cpu" else "CPU"
    note = "reduced" if row["settings"]["reduced"] else ""
    return [*cells, f"{training['milliseconds_per_step']:.0f}", where, note]


if __name__ == "__main__":
    main()
