"""Learned towers for powders, every structure encoder with every pattern encoder, at full size.

    python examples/benchmarks/materials_project.py formulas PATH/measured --output FORMULAS
    python examples/benchmarks/materials_project.py prepare graphs --tables PATH/mp_le20.parquet \
        --formulas FORMULAS --data DATA --jobs 16
    python examples/benchmarks/materials_project.py prepare peaks --tables PATH/mp_le20.parquet \
        PATH/mp_21_52.parquet PATH/mp_gt52.parquet --formulas FORMULAS --data DATA --jobs 16 \
        --most-atoms 100
    python examples/benchmarks/materials_project.py train NAME --data DATA --output RESULTS \
        --structure equivariant --pattern resnet1d --epochs 40

The first table's entries are divided by reduced formula; its test part is the pool. `prepare`
writes arrays, `train` learns from them, embeds the pool and asks for it: several can run side by
side. `materials_project_tables.py` makes the tables of the documentation of what they write.
"""

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from materials_project_pools import asked, mean_of_groups, noisy_rows
from materials_project_split import parts
from measured_scans import measured_formulas
from simulated_scans import simulated_scans
from skorch.callbacks import Callback
from surroundings import peak_memory, surroundings

from xrdmatch import ContrastiveStructureRetriever, DiffractionSimulator, PatternMatcher
from xrdmatch.learning import TrainingCheckpoint, TrainingData, embeddings
from xrdmatch.metrics import top_k_accuracy
from xrdmatch.preprocessing import BinnedPattern
from xrdmatch.retrieval import (
    PATTERN_ENCODERS,
    STRUCTURE_ENCODERS,
    load_pretrained,
    prepare_training,
    save_pretrained,
)

POWDER = DiffractionSimulator("powder", "CuKa")
KINDS = {
    "graphs": {"structure_encoder": "equivariant", "augmentation": None},
    "peaks": {"structure_encoder": "peaks", "augmentation": "standard"},
}
HOLDS = {"equivariant": "graphs", "resnet1d": "graphs", "peaks": "peaks"}
NUMBERS = {  # of a training; workers are processes that load batches
    "epochs": 8,
    "batch_size": 512,
    "lr": 1.5e-3,
    "layers": 2,
    "width": 384,
    "dropout": 0.0,
    "workers": 0,
    "seed": 0,
}
LICENCE = "Materials Project, A. Jain et al., APL Materials 1, 011002 (2013), CC BY 4.0"


def main():
    options = arguments()
    steps = {"formulas": write_formulas, "prepare": prepare, "train": train, "ask": ask}
    steps[options.what](options)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    steps = parser.add_subparsers(dest="what", required=True)
    step = steps.add_parser("formulas", help="list the formulas that nothing may be learned from")
    step.add_argument("folder", type=Path, help="measured scans with their structures")
    step.add_argument("--output", type=Path, required=True)
    step = steps.add_parser("prepare", help="write what towers read and learn from")
    step.add_argument("kind", choices=KINDS)
    add_split(step)
    step.add_argument("--data", type=Path, required=True, help="folder for the arrays")
    step.add_argument("--jobs", type=int, default=2)
    step = steps.add_parser("ask", help="ask retrievers for scans by the simulator and clean peaks")
    step.add_argument("names", nargs="+", help="PatternMatcher, and names of load_pretrained")
    step.add_argument("--queries", type=int, default=300)
    step.add_argument("--output", type=Path, required=True)
    add_split(step)
    add_training(steps.add_parser("train", help="train towers and ask for the test part"))
    return parser.parse_args()


def add_split(step):
    step.add_argument("--tables", nargs="+", type=Path, required=True, help="the first is split")
    step.add_argument("--formulas", type=Path, required=True)
    step.add_argument("--first", type=int, help="this many entries of each table only")
    step.add_argument("--most-atoms", type=int, help="entries of at most so many atoms only")


def add_training(step):
    step.add_argument("name", help="of the files")
    step.add_argument("--data", type=Path, required=True)
    step.add_argument("--output", type=Path, required=True)
    step.add_argument("--structure", choices=["equivariant", "peaks"], default="peaks")
    step.add_argument("--pattern", choices=["resnet1d", "peaks"], default="peaks")
    step.add_argument("--length", type=int, default=140, help="bins that resnet1d reads")
    step.add_argument("--intensity", default="root")
    step.add_argument("--augmentation", choices=["none", "rescaled", "standard"], default="none")
    step.add_argument("--entries", type=int, help="learn from the first so many only")
    for name, value in NUMBERS.items():
        step.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    step.add_argument("--temperature", default="learned")
    step.add_argument("--net", type=json.loads, default={}, help="net_params as JSON")
    step.add_argument("--seconds", type=float, default=np.inf, help="end training then, at most")
    step.add_argument("--checkpoint", type=Path, help="folder from which a training goes on")
    step.add_argument("--keep", action="store_true", help="save weights and embeddings")


def write_formulas(options):
    options.output.write_text(json.dumps(sorted(measured_formulas(options.folder))))


def split_of(options):
    """Structures to learn from and to ask for, as `add_split` has them chosen."""
    left_out = set(json.loads(options.formulas.read_text()))
    return parts(options.tables, left_out, options.first, options.most_atoms)


def prepare(options):
    retriever = ContrastiveStructureRetriever(simulator=POWDER, **KINDS[options.kind])
    for part, structures in split_of(options).items():
        start = time.time()
        folder = options.data / options.kind / part
        data = prepare_training(retriever, structures, folder, n_jobs=options.jobs)
        print(f"{options.kind} {part}: {len(data)} in {time.time() - start:.0f} s", flush=True)


def ask(options):
    """Retrievers as users have them: galleries of structures, scans by the simulator."""
    pool = [*split_of(options)["test"]]
    truth = np.random.RandomState(2).permutation(len(pool))[: options.queries]
    asked_for = [pool[i] for i in truth]
    queries = {"clean": POWDER.transform(asked_for), "scans": simulated_scans(asked_for, 3)}
    report = {"pool": len(pool), "queries": len(truth), "top_k": {}} | surroundings()
    for name in options.names:
        retriever = PatternMatcher(POWDER) if name == "PatternMatcher" else load_pretrained(name)
        retriever.set_gallery(pool)
        for kind, patterns in queries.items():
            ks = [min(k, len(pool)) for k in (1, 3, 5, 10)]
            _, found = retriever.kneighbors(patterns, max(ks))
            top_k = [round(100 * top_k_accuracy(truth, found, k), 1) for k in ks]
            report["top_k"].setdefault(name, {})[kind] = top_k
            print(f"{name}, {kind}: {top_k} of {len(truth)} among {len(pool)}", flush=True)
    options.output.write_text(json.dumps(report, indent=1))


def train(options):
    torch.manual_seed(options.seed)
    torch.set_num_threads(min(torch.get_num_threads(), 4))
    retriever = retriever_of(options)
    data = crossed(options, "learn", retriever)
    if options.entries:
        data = first_of(data, options.entries)
    start = time.time()
    retriever.fit(data)
    report = {
        "name": options.name,
        "options": {k: str(v) if isinstance(v, Path) else v for k, v in vars(options).items()},
        "learned_from": len(data),
        "seconds": round(time.time() - start, 1),
        "epochs": len(retriever.net_.history),
        "losses": [
            [round(float(row.get(n, np.nan)), 4) for n in ("train_loss", "valid_loss")]
            for row in retriever.net_.history
        ],
        "scale": retriever.net_.module_.scale.item(),
        "weights": sum(p.numel() for p in retriever.net_.module_.parameters()),
        "memory": peak_memory(),
    } | surroundings()
    options.output.mkdir(parents=True, exist_ok=True)
    write(options, report)
    if options.keep:
        keep(retriever, options, report)
    report["top_k"], report["mean_of_space_groups"] = measured(retriever, options)
    write(options, report)


def keep(retriever, options, report):
    retriever.set_params(net_params={k: v for k, v in options.net.items() if "encoder__" in k})
    about = {name: report[name] for name in ("learned_from", "seconds", "epochs", "machine")}
    about |= {"source": LICENCE}
    save_pretrained(retriever, options.output / options.name, about=about, dtype="float16")


def write(options, report):
    (options.output / f"{options.name}.report.json").write_text(json.dumps(report, indent=1))


def retriever_of(options):
    temperature = options.temperature
    net = {
        "callbacks": [Progress(options.seconds), *kept_states(options)],
        "iterator_train__num_workers": options.workers,
        "iterator_train__pin_memory": torch.cuda.is_available(),
        "iterator_train__persistent_workers": options.workers > 0,
        **options.net,
    }
    bins = BinnedPattern(options.length, intensity=options.intensity)
    return ContrastiveStructureRetriever(
        options.structure,
        pattern_encoder=options.pattern,
        pattern_transformer=bins if options.pattern == "resnet1d" else None,
        simulator=POWDER,
        n_layers=options.layers,
        embedding_dim=options.width,
        dropout=options.dropout,
        temperature=temperature if temperature == "learned" else float(temperature),
        augmentation=None if options.augmentation == "none" else options.augmentation,
        batch_size=options.batch_size,
        max_epochs=options.epochs,
        lr=options.lr,
        validation_fraction=0.03,
        random_state=options.seed,
        net_params=net,
    )


def kept_states(options):
    return [TrainingCheckpoint(options.checkpoint)] if options.checkpoint else []


def crossed(options, part, retriever):
    """Rows of one side from one preparation and of the other from another."""
    sides = [HOLDS[name] for name in (options.structure, options.pattern)]
    if options.augmentation == "standard":
        sides.append("peaks")  # which has reflections
    loaded = [TrainingData.load(options.data / side / part) for side in sides]
    n = min(map(len, loaded))  # one preparation may have read more tables
    first, second, *drawn = (data if len(data) == n else first_of(data, n) for data in loaded)
    return replace(
        first,
        patterns=second.patterns,
        reflections=drawn[0].reflections if drawn else None,
        made_for=retriever._made_for(),
    )


def first_of(data, n):
    rows = np.arange(min(n, len(data)))
    table = data.reflections
    return replace(
        data,
        structures=data.structures[rows],
        patterns=data.patterns[rows],
        groups=data.groups[rows],
        formulas=data.formulas[rows],
        space_groups=data.space_groups[rows],
        reflections=table if table is None or len(rows) == len(table) else table.subset(rows),
    )


def measured(retriever, options):
    """Top-k accuracies of clean and of noisy queries among the test part; means of groups."""
    pool = crossed(options, "test", retriever)
    structure_inputs = STRUCTURE_ENCODERS["powder"][options.structure].inputs(POWDER)
    encoder = PATTERN_ENCODERS["powder"][options.pattern]
    finder = retriever.pattern_transformer or encoder.transformer()
    pattern_inputs = encoder.inputs(POWDER, finder)
    towers, device = retriever.net_.module_.towers.eval(), retriever.net_.device
    gallery = embeddings(towers.encode_structures, structure_inputs, pool.structures, device)
    queries = {"clean": (np.arange(len(pool)), pool.patterns)}
    if (options.data / "peaks" / "test" / "training.json").is_file():
        queries["noisy"] = noisy_rows(
            options.data / "peaks" / "test", pattern_inputs, pool.patterns
        )
    report, means, kept = {}, {}, {}
    for name, (truth, rows) in queries.items():
        found = embeddings(towers.encode_patterns, pattern_inputs, rows, device)
        report[name], kept[name] = asked(gallery, found, truth)
        means[name] = mean_of_groups(kept[name], pool.space_groups)
        print(options.name, name, report[name], "space groups alike", means[name], flush=True)
    if options.keep:
        np.savez_compressed(options.output / f"{options.name}.npz", **kept)
    return report, means


class Progress(Callback):
    """Print what every epoch has come to, and end when the time is over."""

    def __init__(self, seconds):
        self.seconds = seconds

    def on_train_begin(self, net, **kwargs):
        self.start_ = time.time()

    def on_batch_end(self, net, training=False, **kwargs):
        if time.time() - self.start_ > self.seconds:
            raise KeyboardInterrupt  # which keeps the best weights so far

    def on_epoch_end(self, net, **kwargs):
        row = net.history[-1]
        losses = " ".join(f"{row.get(n, np.nan):.3f}" for n in ("train_loss", "valid_loss"))
        print(f"epoch {row['epoch']}/{net.max_epochs}: {losses}, {row['dur']:.1f} s", flush=True)


if __name__ == "__main__":
    main()
