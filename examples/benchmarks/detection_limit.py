"""How little of a phase is found: measured scans of single minerals, summed to weighed mixtures.

    OMP_NUM_THREADS=1 python examples/benchmarks/detection_limit.py PATH/measured \
        PATH/mp_le20.parquet PATH/mp_21_52.parquet PATH/mp_gt52.parquet \
        --json docs/benchmarks/detection_limit.json

Pairs of scans with one grid and whole counts are drawn. How many counts a weight gives is found
from the sum of both scans at about equal counts, refined with their two structures alone. Each
point of a scan is then thinned binomially: what is counted with a chance p, of counts that scatter
as Poisson's law says, scatters as Poisson's law says. The gallery has all measured
structures; half of the rest are entries of the pairs' own chemical systems, the hardest rivals.
Writes the JSON and, beside it, the documentation's table (.inc).
"""

import argparse
import json
import time
import warnings
from pathlib import Path

import numpy as np
from measured_scans import Tables, measured_scans, twin_of
from mixture_scans import Mixture, measured_mixtures, of_systems, own_structures
from mixture_tables import table
from mixtures import elements_of, judged
from surroundings import surroundings

from xrdmatch.crystallography import Scan
from xrdmatch.retrieval import PhaseDecomposition, make_powder_retriever

WEIGHTS = (0.01, 0.02, 0.05, 0.10, 0.20)
SHOWN = ((0.0, 0.01), (0.01, 0.02), (0.02, 0.05), (0.05, 0.1), (0.1, 1.0))  # of the net counts
KNOWN = ("nothing", "elements")
WRONG = {"rruff_Al4Os4SO14_4"}  # its structure has osmium where the mineral has hydroxyl
SURE = 0.2  # R_wp up to which a refinement calibrates


def main():
    options = arguments()
    rng = np.random.default_rng(options.seed)
    singles = measured_scans(options.folder)
    pairs = calibrated_pairs(singles, options.pairs, rng)
    structures = gallery(singles, pairs, options)
    retriever = make_powder_retriever().set_gallery(structures)
    twins = [twin_of(structure) for structure in structures]
    report = surroundings() | {
        "pool": len(structures), "seed": options.seed, "pairs": len(pairs), "scans": []
    }  # fmt: skip
    for host, guest, worth in pairs:
        for weight in WEIGHTS:
            mixture, shown = summed(host, guest, worth, weight, rng)
            rows = [row(retriever, twins, mixture, known) for known in KNOWN]
            report["scans"] += [{"weight": weight, "shown": round(shown, 4)} | one for one in rows]
            print(report["scans"][-1], flush=True)
        write(report, options.json)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="measured scans with their manifest.csv")
    parser.add_argument("tables", nargs="+", type=Path, help="Parquet tables of structures")
    parser.add_argument("--json", type=Path, default=Path("detection_limit.json"))
    parser.add_argument("--size", type=int, default=6000, help="of the gallery")
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0, help="of pairs, counts and entries drawn")
    return parser.parse_args()


def calibrated_pairs(singles, n_pairs, rng):
    """Draw pairs of other elements, each mineral once, with what a count is worth in weight."""
    able = [m for m in singles if m.name.startswith("rruff") and is_counted(m.scan)]
    able = [m for m in able if m.name not in WRONG]
    pairs, used = [], set()
    for i, j in (rng.choice(len(able), 2, replace=False) for _ in range(100 * n_pairs)):
        host, guest = able[i], able[j]
        if {host.twin, guest.twin} & used or host.twin == guest.twin or not one_grid(host, guest):
            continue
        worth = worth_of(host, guest)
        if worth is not None:
            used |= {host.twin, guest.twin}
            pairs.append((host, guest, worth))
        if len(pairs) == n_pairs:
            break
    return pairs


def is_counted(scan):
    """Tell whether counts are whole numbers, as a detector gives them."""
    return scan.sigma is None and bool((scan.counts == np.round(scan.counts)).all())


def one_grid(one, other):
    angles = one.scan.two_theta, other.scan.two_theta
    return len(angles[0]) == len(angles[1]) and np.allclose(*angles, atol=1e-4)


def worth_of(host, guest):
    """Weight of the guest's scan in units of the host's; None where the fit does not tell."""
    level = net(host.scan) / net(guest.scan)  # both give as many counts
    counts = host.scan.counts + level * guest.scan.counts
    scan = Scan(host.scan.two_theta, counts, radiation=host.scan.radiation)
    retriever = make_powder_retriever().set_gallery([host.structure, guest.structure])
    (found,) = PhaseDecomposition(retriever).decompose([scan])
    shares = dict(zip(found.indices.tolist(), found.weight_fraction, strict=True))
    if set(shares) != {0, 1} or found.r_wp > SURE:
        return None
    return float(shares[1] / shares[0] / level)


def net(scan):
    """Counts above the level that a fifth of the points lies below."""
    return float(np.maximum(scan.counts - np.quantile(scan.counts, 0.2), 0).sum())


def summed(host, guest, worth, weight, rng):
    """Scan with so much weight of the guest, and its share of the net counts."""
    ratio = weight / (1 - weight) / worth  # scans of the guest for one of the host
    chances = np.array([1.0, ratio]) / max(1.0, ratio)
    counts = sum(
        rng.binomial(m.scan.counts.astype(int), chance)
        for m, chance in zip((host, guest), chances, strict=True)
    )
    scan = Scan(host.scan.two_theta, counts, radiation=host.scan.radiation)
    shares = chances * [net(host.scan), net(guest.scan)]
    name = f"{host.name} + {guest.name}"
    mixture = Mixture(name, scan, [host.structure, guest.structure], [1 - weight, weight])
    return mixture, float(shares[1] / shares.sum())


def gallery(singles, pairs, options):
    """All measured structures, entries of the pairs' chemical systems, and random ones."""
    tables, own = Tables(options.tables), measured_mixtures(options.folder)
    structures = own_structures(singles, own, options.folder)
    systems = [
        elements_of(Mixture("", None, [a.structure, b.structure], None)) for a, b, _ in pairs
    ]
    missing = max(0, options.size - len(structures))
    near = np.random.default_rng(options.seed).permutation(of_systems(tables, systems))
    structures += [tables.structure(int(i)) for i in near[: missing // 2]]
    return [*structures, *tables.random(options.size - len(structures), options.seed)]


def row(retriever, twins, mixture, known):
    """What was found of one sum."""
    start = time.process_time()
    elements = elements_of(mixture) if known == "elements" else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        (found,) = PhaseDecomposition(retriever).decompose([mixture.scan], elements)
    seconds = round(time.process_time() - start, 3)
    facts = judged(found, retriever, twins, mixture)
    return {"known": known, "seconds": seconds} | facts


def write(report, path):
    rows = ",\n".join(json.dumps(one) for one in report["scans"])
    text = json.dumps(report | {"scans": []}, indent=1).replace(
        '"scans": []', f'"scans": [\n{rows}]'
    )
    path.write_text(text + "\n", encoding="utf-8")
    path.with_suffix(".inc").write_text(included(report), encoding="utf-8")


def included(report):
    """Tables: the minor phase found, by its weight and by its share of the net counts."""
    weights = {f"{100 * w:.0f} wt%": (w - 1e-6, w + 1e-6) for w in WEIGHTS}
    shown = {f"{100 * a:.0f} to {100 * b:.0f} %": (a, b) for a, b in SHOWN}
    where = f"among {report['pool']} entries, {report['pairs']} pairs, seed {report['seed']}"
    return "\n".join([
        found_table(report["scans"], "weight", weights, f"Minor phases found {where}"),
        found_table(report["scans"], "shown", shown, "The same by share of the net counts"),
    ])  # fmt: skip


def found_table(scans, by, classes, title):
    header = ["known", *classes, "false phases, in scans"]
    lines = []
    for known in KNOWN:
        rows = [r for r in scans if r["known"] == known]
        parts = [[r for r in rows if low <= r[by] < high] for low, high in classes.values()]
        false = f"{sum(len(r['false']) for r in rows)} in {len(rows)}"
        lines.append([known, *map(minor_found, parts), false])
    return table(title, header, lines)


def minor_found(rows):
    return f"{sum(r['phases'][1]['found'] is not None for r in rows)} of {len(rows)}"


if __name__ == "__main__":
    main()
