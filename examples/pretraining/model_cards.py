"""Write the documentation's part about the shipped retrievers from their own cards.

python examples/pretraining/model_cards.py --output docs/models.inc
"""

import argparse
import json
from importlib.resources import files
from pathlib import Path

from xrdmatch.retrieval import PRETRAINED

NONE = "No retriever is shipped with this version.\n"
HEAD = ("queries", "retriever", "asked about", "top-1", "top-3", "top-5", "top-10")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True)
    parser.parse_args().output.write_text(all_cards(), encoding="utf-8")


def all_cards():
    folder = files("xrdmatch.retrieval") / "weights"
    cards = {name: json.loads((folder / f"{name}.json").read_bytes()) for name in PRETRAINED}
    return "\n".join(card_text(name, card) for name, card in cards.items()) or NONE


def card_text(name, card):
    about = card["about"]
    parts = [f"{name}\n{'-' * len(name)}", *what_it_is(card), learned_from(about["learned_from"])]
    if "page" in about.get("benchmark", {}):
        parts += measured_powders(about["benchmark"])
    elif "benchmark" in about:
        parts += measured(about["benchmark"])
    return "\n\n".join(parts) + "\n"


def what_it_is(card):
    p, training = card["parameters"], card["about"]["training"]
    other = p.get("pattern_encoder")
    names = f"``{p['structure_encoder']}``" + (f" and ``{other}``" if other else "")
    yield (
        f"Towers {names} with n_layers={p['n_layers']}, "
        f"n_heads={p['n_heads']}, embedding_dim={p['embedding_dim']}: {training['weights']:,} "
        f"weights. Saved by xrdmatch {card['xrdmatch']}."
    )
    yield (
        f"Trained for {training['epochs']} epochs in batches of {p['batch_size']} with "
        f"augmentation ``{p['augmentation']}``, lr={p['lr']:g}, random_state={p['random_state']} "
        f"({training['machine']}, torch {training['torch']})."
    )


def learned_from(facts):
    lines = [
        f"Learned from {facts['structures']:,} different structures of {facts['formulas']:,} "
        "reduced formulas:",
        "",
    ]
    lines += [
        f"* {row['structures']:,} {row['origin']} ({row['licence']}): {row['attribution']}."
        for row in facts["sources"]
    ]
    return "\n".join(lines)


def measured(facts):
    yield (
        f"Measured on the test part of the benchmark (:doc:`benchmarks/monolayers`), split by "
        f"composition with seed {facts['split_seed']}, queries with seed {facts['query_seed']}; "
        f"the pool is all of it, {facts['pool']} structures, and chance is "
        f"{100 / facts['pool']:.1f} % top-1."
    )
    yield (
        f"Of the benchmark's {facts['formulas']:,} reduced formulas "
        f"{facts['formulas_learned_from']:,} occur in what was learned from. In the pool "
        f"{facts['pool_with_formula_learned_from']} structures have such a formula, and "
        f"{facts['pool_copies_learned_from']} are copies, within 0.05 Å, of a structure that was "
        "learned from. The rows *new formulas* ask only about the others, in the same pool."
    )
    yield table([HEAD, *map(cells, facts["rows"])])


def measured_powders(facts):
    yield (
        f"Measured on the test part of :doc:`benchmarks/{facts['page']}`, whose formulas were not "
        "learned from: exact entry, embeddings alone, by pool. Clean queries are ideal peaks. "
        "Accuracies of smaller pools are means over 40 random ones."
    )
    head = ("queries", "pool", "asked about", *HEAD[3:])
    rows = [cells({**row, "retriever": row["retriever"].split()[-1]}) for row in facts["rows"]]
    yield table([head, *rows])


def cells(row):
    asked = f"{row['which']} ({row['n']})"
    return row["queries"], row["retriever"], asked, *(f"{value:.1f}" for value in row["top_k"])


def table(rows):
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for row in rows:
        lines += [f"   {'*' if i == 0 else ' '} - {cell}" for i, cell in enumerate(row)]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
