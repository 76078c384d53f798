"""Train the shipped retrievers of monolayers, measure them and save them.

    python examples/pretraining/layers.py mp_le20.parquet mp_21_52.parquet --output layers.parquet
    python examples/pretraining/pretrain.py --layers layers.parquet \
        --benchmark monolayers.parquet --output xrdmatch/retrieval/weights/monolayers

Learned from are the known and the generated monolayers of `xrdmatch.datasets` and layers cut out
of the Materials Project. The benchmark's table is read only once the training is over.
"""

import argparse
import platform
import time
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from pool_accuracies import benchmark

from xrdmatch import ContrastiveStructureRetriever
from xrdmatch.datasets import load_monolayers, make_monolayers, unique_layers
from xrdmatch.io import read_structures
from xrdmatch.learning import TrainingCheckpoint
from xrdmatch.retrieval import save_pretrained

TOWERS = {  # name -> parameters of the retriever
    "structure_factor": {},
    "sequence": {"n_layers": 2, "n_heads": 4, "embedding_dim": 64},
}
ORIGINS = {  # where structures come from -> licence and attribution
    "known monolayers": (
        "BSD-3-Clause",
        "shipped with xrdmatch: rounded literature values, each with its publication",
    ),
    "generated monolayers": (
        "BSD-3-Clause",
        "xrdmatch.datasets.make_monolayers: plausible ones, many of which nobody has made",
    ),
    "Materials Project": (
        "CC BY 4.0",
        "layers cut out of its crystals with xrdmatch.datasets.cut_layers; A. Jain et al., "
        "APL Materials 1, 011002 (2013)",
    ),
}


def main():
    options = arguments()
    torch.manual_seed(options.seed)
    structures = learning_set(options)
    retriever, training = trained(structures, options)
    about = {"learned_from": sources(structures), "training": training}
    save_pretrained(retriever, options.output, about=about, dtype=options.dtype)
    if options.benchmark:
        about["benchmark"] = benchmark(options.output, structures, options.benchmark)
        save_pretrained(retriever, options.output, about=about, dtype=options.dtype)
    size = sum(file.stat().st_size for file in written(options.output))
    print(f"wrote {options.output}.json and .safetensors, {size / 1e6:.1f} MB")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True, help="files without their endings")
    parser.add_argument("--layers", type=Path, help="Parquet table of layers")
    parser.add_argument("--generated", type=int, default=4000, help="monolayers to generate")
    parser.add_argument("--max-atoms", type=int, default=40, help="learn from no larger layers")
    parser.add_argument("--limit", type=int, help="learn from this many only, for a trial")
    parser.add_argument("--tower", choices=TOWERS, default="structure_factor")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=384)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--checkpoint", type=Path, help="folder from which a training goes on")
    parser.add_argument("--dtype", choices=("float16", "float32"), default="float16")
    parser.add_argument("--benchmark", type=Path, help="Parquet table of monolayers to measure on")
    return parser.parse_args()


def learning_set(options):
    """Different structures to learn from, each with its ``"origin"``; the known ones first.

    A structure that two sources have counts for the first: known, Materials Project, generated.
    """
    parts = {"known monolayers": load_monolayers()}
    parts["Materials Project"] = read_structures(options.layers) if options.layers else []
    n_generated = options.generated
    parts["generated monolayers"] = (
        make_monolayers(n_generated, random_state=options.seed) if n_generated else []
    )
    for origin, structures in parts.items():
        for structure in structures:
            structure.properties["origin"] = origin
    every = [s for part in parts.values() for s in part if len(s) <= options.max_atoms]
    structures = unique_layers(every)
    if options.limit and options.limit < len(structures):
        rows = np.linspace(0, len(structures) - 1, options.limit).astype(int)
        structures = [structures[i] for i in rows]
    print(f"{len(structures)} different structures:", dict(origins(structures)))
    return structures


def origins(structures):
    return Counter(structure.properties["origin"] for structure in structures)


def sources(structures):
    """What was learned from, for the card."""
    rows = [
        {"origin": origin, "structures": n, "licence": licence, "attribution": attribution}
        for origin, (licence, attribution) in ORIGINS.items()
        if (n := origins(structures)[origin])
    ]
    n_formulas = len({s.reduced_formula for s in structures})
    return {"structures": len(structures), "formulas": n_formulas, "sources": rows}


def trained(structures, options):
    """A retriever, and what its training took."""
    callbacks = (
        [("checkpoint", TrainingCheckpoint(options.checkpoint))] if options.checkpoint else []
    )
    retriever = ContrastiveStructureRetriever(
        options.tower,
        **TOWERS[options.tower],
        max_epochs=options.epochs,
        batch_size=options.batch_size,
        random_state=options.seed,
        verbose=1,
        net_params={"callbacks": callbacks},
    )
    start = time.perf_counter()
    retriever.fit(structures)
    retriever.set_params(net_params=None)  # callbacks are of this training alone
    return retriever, {
        "epochs": len(retriever.net_.history),
        "seconds_of_the_last_start": round(time.perf_counter() - start),
        "machine": machine(retriever),
        "torch": torch.__version__,
        "weights": sum(p.numel() for p in retriever.net_.module_.parameters()),
        "best_valid_loss": min(retriever.net_.history[:, "valid_loss"], default=None)
        if "valid_loss" in retriever.net_.history[-1]
        else None,
    }


def machine(retriever):
    if torch.device(retriever.net_.device).type == "cuda":
        return torch.cuda.get_device_name()
    return f"{torch.get_num_threads()} threads, {platform.machine()}"


def written(stem):
    return [stem.with_name(stem.name + ending) for ending in (".json", ".safetensors")]


if __name__ == "__main__":
    main()
