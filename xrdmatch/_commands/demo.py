"""The demo: learn from some monolayers, find others, and show how well that went."""

from functools import partial
from time import perf_counter

import numpy as np

from xrdmatch.datasets import load_monolayers, make_monolayers, split_by_composition
from xrdmatch.inspection import RetrievalDisplay
from xrdmatch.metrics import top_k_accuracy
from xrdmatch.retrieval import ContrastiveStructureRetriever, PatternMatcher, load_pretrained
from xrdmatch.simulation import DiffractionSimulator, Perturbation, perturb_patterns

HELD_OUT = 0.27  # share of the structures that make the pool
TOWERS = {"n_layers": 1, "embedding_dim": 96, "batch_size": 192, "lr": 3e-3}  # small, hence quick
KS = (1, 3, 5, 10)
WELL_KNOWN = ("MoS2-2H", "WSe2-2H", "MoSe2-2H", "WS2-2H", "h-BN", "graphene", "SnS2-1T", "GaSe")
N_CANDIDATES, N_PANELS = 10, 6
COLUMNS = "{:2}{:>4}  {:28}{:16}{:14}{:13}{:>8}"

say = partial(print, flush=True)


def library(n_samples, random_state):
    """Well-known monolayers, and generated ones with other names.

    Parameters
    ----------
    n_samples : int
        How many to generate.
    random_state : int
        Makes them repeatable.

    Returns
    -------
    list of Structure
        The known ones first.
    """
    known = load_monolayers()
    names = _names(known)
    made = make_monolayers(n_samples, random_state=random_state) if n_samples else []
    return known + [structure for structure in made if _name(structure) not in names]


def pretrained():
    """Load the shipped retriever.

    Returns
    -------
    ContrastiveStructureRetriever
        It has learned already, and has no gallery yet.
    """
    return load_pretrained("monolayers")


def demonstrate(structures, *, n_epochs, random_state, output, verbose, retriever=None):
    """Train where nothing is trained yet, measure, look one monolayer up, and draw it.

    Parameters
    ----------
    structures : list of Structure
        Output of `library`.
    n_epochs : int
        Passes over the training part.
    random_state : int
        Makes the demo repeatable.
    output : Path
        Where the picture goes.
    verbose : bool
        Whether to show a progress bar.
    retriever : ContrastiveStructureRetriever, default=None
        One that has learned already.
    """
    start = perf_counter()
    learned, held_out = _split(structures, random_state, trains=retriever is None)
    if retriever is None:
        retriever = _trained([structures[i] for i in learned], n_epochs, random_state, verbose)
    pool = [structures[i] for i in held_out]
    queries = _queries(pool, random_state)
    _print_accuracies(pool, queries, retriever)
    name = next((n for n in WELL_KNOWN if n in _names(pool)), _name(pool[0]))
    pattern = queries["perturbed"][_names(pool).index(name)]
    retriever.set_gallery(structures, labels=_names(structures))
    display = RetrievalDisplay.from_estimator(retriever, pattern, k=N_CANDIDATES)
    _print_candidates(name, display.candidates, len(structures))
    _draw(display, output)
    say(f"\nAll done in {perf_counter() - start:.0f} s.")


def _split(structures, random_state, trains=True):
    """Rows to learn from and rows of the pool, no formula in both."""
    learned, held_out = split_by_composition(
        structures, fractions=(1 - HELD_OUT, HELD_OUT), random_state=random_state
    )
    n_known = len(load_monolayers())
    say(f"Monolayers  {len(structures):5}  {n_known} known, {len(structures) - n_known} generated")
    if trains:
        say(f"Training    {len(learned):5}")
        say(f"Pool        {len(held_out):5}  held out: none of their formulas is trained on\n")
    else:
        say(f"Pool        {len(held_out):5}  the shipped retriever has learned from some of them\n")
    return learned, held_out


def _trained(structures, n_epochs, random_state, verbose):
    say(f"Training for {n_epochs} epochs; Ctrl-C stops and goes on with the best so far.")
    start = perf_counter()
    retriever = ContrastiveStructureRetriever(
        **TOWERS, max_epochs=n_epochs, random_state=random_state, verbose=int(verbose)
    ).fit(structures)
    done = sum("train_loss" in epoch for epoch in retriever.net_.history)
    say(f"Trained for {done} of {n_epochs} epochs in {perf_counter() - start:.0f} s.\n")
    return retriever


def _print_accuracies(pool, queries, retriever):
    """Print top-k accuracies: clean and perturbed queries, each retriever, and chance."""
    retrievers = {"PatternMatcher": PatternMatcher(), type(retriever).__name__: retriever}
    say(f"Own structure among the first k of a pool of {len(pool)} [% of {len(pool)} queries]\n")
    say(f"{'queries':11}{'retriever':31}" + "".join(f"{f'top-{k}':>8}" for k in KS) + " seconds")
    for kind, patterns in queries.items():
        say(_row(kind, "chance", [min(k / len(pool), 1.0) for k in KS]))
        for name, each in retrievers.items():
            start = perf_counter()
            accuracies = _accuracies(each.set_gallery(pool), patterns)
            say(_row(kind, name, accuracies) + f"{perf_counter() - start:8.1f}")
    strain, displacement, noise = Perturbation().effects
    say(
        "\nPatternMatcher simulates the very same clean patterns, hence is right there by "
        f"construction.\nPerturbed: strained by {strain.sigma:.0%}, atoms displaced by "
        f"{displacement.u:g} Å, intensities noisy by {noise.sigma:.0%}."
        "\nSeconds: to take in the pool and to search it.\n"
    )


def _queries(pool, random_state):
    return {
        "clean": DiffractionSimulator().transform(pool),
        "perturbed": perturb_patterns(pool, severity=1.0, random_state=random_state),
    }


def _accuracies(retriever, patterns):
    """Top-k accuracies where the gallery's row i is the right answer to pattern i."""
    _, indices = retriever.kneighbors(patterns, n_neighbors=min(max(KS), len(patterns)))
    truth = np.arange(len(patterns))
    return [top_k_accuracy(truth, indices, min(k, indices.shape[1])) for k in KS]


def _row(kind, name, accuracies):
    return f"{kind:11}{name:31}" + "".join(f"{100 * value:8.1f}" for value in accuracies)


def _print_candidates(name, candidates, n_structures):
    """Print one query's candidates, the right one marked."""
    say(f"One of the perturbed queries, {name}, among all {n_structures} structures\n")
    header = ("", "rank", "label", "formula", "elements", "point group", "distance")
    say(COLUMNS.format(*header))
    for c in candidates:
        mark, elements = "*" if c.label == name else "", " ".join(c.elements)
        row = (mark, c.rank, c.label, c.formula, elements, c.point_group, f"{c.distance:.4f}")
        say(COLUMNS.format(*row))
    found = any(c.label == name for c in candidates)
    say("\n* the right one\n" if found else f"\n{name} is not among them.\n")


def _draw(display, output):
    """Write the picture, or say why there is none."""
    try:
        best = RetrievalDisplay(display.pattern, display.candidates[:N_PANELS]).plot()
    except ImportError as error:
        say(error)
        return
    best.figure_.savefig(output, dpi=150)
    say(f"Picture of the query over its {N_PANELS} best candidates: {output.absolute()}")


def _name(structure):
    return structure.properties["name"]


def _names(structures):
    return [_name(structure) for structure in structures]
