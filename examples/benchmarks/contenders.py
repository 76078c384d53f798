"""What is compared, and the towers that have to be trained before, or loaded."""

import json
import time

from xrdmatch import ContrastiveStructureRetriever, PatternMatcher, PhysicsReranker
from xrdmatch.retrieval import load_pretrained, save_pretrained

CONTENDERS = {  # name -> what it is
    "embeddings": "ContrastiveStructureRetriever()",
    "nearest": "PatternMatcher()",
    "likelihood": 'PatternMatcher(comparison="likelihood")',
    "embeddings + physics": "PhysicsReranker(ContrastiveStructureRetriever(), n_candidates=50)",
    "nearest + physics": "PhysicsReranker(PatternMatcher(), n_candidates=50)",
}
SLOW = ("likelihood",)
N_CANDIDATES = 50
COMPOSITION = "composition"  # the protocol whose split is by composition


def contenders(learned):
    """Retrievers by name and seed of training (None: nothing is trained)."""
    reranked = {s: PhysicsReranker(r, n_candidates=N_CANDIDATES) for s, r in learned.items()}
    return {
        "embeddings": learned,
        "nearest": {None: PatternMatcher()},
        "likelihood": {None: PatternMatcher(comparison="likelihood")},
        "embeddings + physics": reranked,
        "nearest + physics": {None: PhysicsReranker(PatternMatcher(), n_candidates=N_CANDIDATES)},
    }


def trained(structures, seed, options, protocol=COMPOSITION, **params):
    """A retriever with the defaults, trained or loaded, and what its training took."""
    stem = stem_of(options.towers, protocol, seed)
    task = {"protocol": protocol, "seed": seed, "split_seed": options.seed, "n": len(structures)}
    if stem and beside(stem, ".safetensors").is_file():
        return loaded(stem, task)
    retriever = ContrastiveStructureRetriever(random_state=seed, verbose=1, **params)
    if options.epochs:
        retriever.set_params(max_epochs=options.epochs)
    facts = task | fit_facts(retriever, structures)
    if stem:
        save_pretrained(retriever, stem)
        beside(stem, ".facts.json").write_text(json.dumps(facts, indent=1) + "\n")
    return retriever, facts


def stem_of(towers, protocol, seed):
    """Files of a training without their endings: named themselves, or in a folder."""
    if towers is None:
        return None
    if protocol == COMPOSITION and beside(towers, ".safetensors").is_file():
        return towers
    return towers / (f"seed{seed}" if protocol == COMPOSITION else f"{protocol}-seed{seed}")


def beside(stem, ending):
    return stem.with_name(stem.name + ending)


def loaded(stem, task):
    """Trained towers, if they are those of the task: never of another split."""
    found = json.loads(beside(stem, ".facts.json").read_text())
    # where nothing else is said, one seed was that of the split and of the training
    facts = {"protocol": COMPOSITION, "split_seed": found.get("seed")} | found
    if wrong := [name for name, value in task.items() if facts.get(name) != value]:
        raise SystemExit(
            f"Towers must be of this training and split, {task}, got {wrong[0]}="
            f"{facts.get(wrong[0])!r} in {stem}; name another folder for --towers."
        )
    print(f"towers of {stem}")
    return load_pretrained(stem), facts


def fit_facts(retriever, structures):
    """Fit, and say what it took."""
    start, cpu_start = time.perf_counter(), time.process_time()
    retriever.fit(structures)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu_start
    print(f"training took {seconds / 60:.1f} min ({cpu / 60:.1f} min of processor time)")
    return {
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "epochs": len(retriever.net_.history),
        "device": str(retriever.net_.device),
        "weights": sum(p.numel() for p in retriever.net_.module_.parameters()),
    }
