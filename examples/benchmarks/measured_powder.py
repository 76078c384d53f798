"""Name the phase of measured powder scans, among entries of the Materials Project.

    OMP_NUM_THREADS=1 python examples/benchmarks/measured_powder.py PATH/measured \
        PATH/mp_le20.parquet PATH/mp_21_52.parquet PATH/mp_gt52.parquet \
        --json docs/benchmarks/measured_powder.json --cache CACHE

`PATH/measured` holds manifest.csv with the scans and structures that it names. Galleries are the
measured structures and ever more entries of the tables, drawn at random, the smaller ones part of
the larger; encoded ones are kept in CACHE. A tower that powder_tower.py trained takes part with
--tower. Writes the JSON and, beside it, the documentation's tables (.inc).
"""

import argparse
import json
import time
from copy import copy
from pathlib import Path

import joblib
import numpy as np
from measured_powder_tables import included
from measured_scans import (
    Tables,
    distances_to_all,
    measured_scans,
    references,
    twin_of,
    unique_structures,
)
from powder_contenders import CONTENDERS, CONTENDERS_COMPUTED, EXPLAINED, GALLERIES, add_tower
from surroundings import peak_memory, surroundings

from xrdmatch.metrics import retrieval_report
from xrdmatch.retrieval import GalleryIndex

KS = (1, 3, 5, 10)
MAIN = "rruff"  # scans whose names begin so are the main line
BATTERY = "XRD-AA"  # scans that are searched among the references of their system
WORST_OWN = 0.4  # distance above which a structure hardly explains its scan
STRONG = 10.0  # log odds beyond which one structure explains a scan far better than another
SAME = 0.1  # distance of two entries below which scans do not tell them apart


def main():
    options = arguments()
    if options.tower:
        add_tower(options.tower)
    measured = measured_scans(options.folder)
    tables = Tables(options.tables)
    decoys = tables.random(max(options.sizes), options.seed)
    own = unique_structures(measured)
    report = surroundings() | {"seed": options.seed, "decoys": options.sizes, "rows": []}
    report |= {"failures": {}, "encoding": {}, "lines": []}
    for size, retrievers in galleries(own, decoys, options, report):
        ask_all(measured, retrievers, f"measured + {size}", report)
    twins = tables.twins({m.twin for m in measured})
    size = options.sizes[min(1, len(options.sizes) - 1)]
    computed = computed_gallery([*twins, *decoys[:size]])
    contenders = CONTENDERS | CONTENDERS_COMPUTED
    ask_all(measured, computed, f"computed + {size}", report, contenders, failures=False)
    ask_battery(measured, references(options.folder), report)
    report["peak_memory_GB"] = peak_memory()
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(report), encoding="utf-8")
    print(f"wrote {options.json} and its .inc")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="measured scans with their manifest.csv")
    parser.add_argument("tables", nargs="+", type=Path, help="Parquet tables of structures")
    parser.add_argument("--json", type=Path, default=Path("measured_powder.json"))
    parser.add_argument("--sizes", type=int, nargs="+", default=[1500, 15000, 60000])
    parser.add_argument("--seed", type=int, default=0, help="of the entries drawn")
    parser.add_argument("--cache", type=Path, help="folder for encoded galleries")
    parser.add_argument("--tower", type=Path, help="what powder_tower.py wrote, without endings")
    return parser.parse_args()


def galleries(own, decoys, options, report):
    """Yield size and retrievers, whose galleries grow, so that nothing is encoded twice."""
    retrievers, before = dict.fromkeys(GALLERIES), 0
    for size in sorted(options.sizes):
        structures = [*own, *decoys[:size]]
        for name in GALLERIES:
            added = structures[before:]
            retrievers[name] = grown(retrievers[name], name, structures, added, options, report)
        before = len(structures)
        yield size, retrievers


def grown(retriever, name, structures, added, options, report):
    """Read the retriever with this gallery from the cache, or append to the one that there is."""
    path = options.cache and options.cache / f"{name}-{len(structures)}.joblib"
    if path and path.exists():
        encodings, seconds = joblib.load(path)
        retriever = GALLERIES[name]().set_index(GalleryIndex(structures, *encodings))
    else:
        start = time.process_time()
        retriever = copy(retriever) if retriever else GALLERIES[name]()
        filled = hasattr(retriever, "gallery_")
        (retriever.add_to_gallery if filled else retriever.set_gallery)(added)
        seconds = time.process_time() - start
        if path:
            options.cache.mkdir(parents=True, exist_ok=True)
            index = retriever.index_  # but for its structures, which are read from the tables
            joblib.dump(((index.labels, index.elements, index.encoded), seconds), path)
    report["encoding"].setdefault(name, []).append({"n": len(added), "seconds": seconds})
    return retriever


def computed_gallery(structures):
    return {name: make().set_gallery(structures) for name, make in GALLERIES.items()}


def ask_all(measured, retrievers, gallery, report, contenders=CONTENDERS, failures=True):
    """Rows of every contender for the main line, what it missed, and the other scans one by one."""
    structures = next(iter(retrievers.values())).gallery_
    twins = np.array([twin_of(s) for s in structures])
    main = [m for m in measured if m.name.startswith(MAIN) and m.twin in twins]
    others = [m for m in measured if not m.name.startswith(MAIN) and m.twin in twins]
    for name, (encoded, make) in contenders.items():
        retriever = make(retrievers[encoded])
        for known in ("nothing", "elements"):
            found = asked(retriever, main, twins, known)
            report["rows"].append({"gallery": gallery, "contender": name, "known": known} | found)
            print_row(report["rows"][-1])
            if failures and name == EXPLAINED:
                report["failures"][f"{gallery}, {known}"] = missed(retriever, main, twins, known)
        report["lines"] += lines(retriever, others, twins, gallery, name)


def asked(retriever, measured, twins, known):
    """Accuracies, intervals and counts of wrong answers, exact and with twins."""
    truth = np.array([position_of(m, retriever.gallery_, twins) for m in measured])
    report = retrieval_report(
        retriever,
        [m.scan for m in measured],
        truth,
        facts={"twin": twins},
        ks=KS,
        clusters=np.array([m.twin for m in measured]),
        elements=[elements_of(m) for m in measured] if known == "elements" else None,
    )
    n_wrong = {kind: (~hits).sum(0).tolist() for kind, hits in report.hits.items()}
    return {
        "pool": report.n_gallery,
        "n_queries": report.n_queries,
        "n_minerals": report.n_clusters,
        "accuracy": {kind: percent(value) for kind, value in report.accuracy.items()},
        "interval": {kind: percent(value) for kind, value in report.interval.items()},
        "chance": {kind: percent(value) for kind, value in report.chance.items()},
        "n_wrong": n_wrong,
        "milliseconds_per_query": round(report.milliseconds_per_query, 2),
    }


def position_of(measured, structures, twins):
    """Position of a scan's own structure, or of its first twin where its own is not there."""
    for i in np.flatnonzero(twins == measured.twin):
        if structures[i] is measured.structure:
            return i
    return np.flatnonzero(twins == measured.twin)[0]


def elements_of(measured):
    return [element.symbol for element in measured.structure.composition.elements]


def percent(value):
    return np.round(100 * np.asarray(value), 2).tolist()


def missed(retriever, measured, twins, known):
    """What was answered in place of the phases that did not come first."""
    elements = [elements_of(m) for m in measured] if known == "elements" else None
    found = []
    for m, _, indices, right in answers(retriever, measured, twins, elements):
        if right > 0:
            pair = [retriever.gallery_[i] for i in indices[[0, right]]]
            facts = {"scan": m.name, "right": m.twin, "rank": int(right + 1)}
            facts |= {"answer": str(twins[indices[0]])}
            found.append(facts | compared(copy(retriever).set_gallery(pair), m.scan))
    return found


def compared(pair, scan):
    """How a scan compares with a wrong answer and its own structure, and what that suggests."""
    matcher = pair.retriever_
    (distances,) = distances_to_all(matcher, [scan])
    fits = pair.refine(scan, 2)
    odds = np.diff(fits.log_likelihood[0, np.argsort(fits.indices[0])])[0]
    peaks = matcher.simulator_.transform(matcher.gallery_[1:])
    alike = distances_to_all(matcher, peaks)[0, 0] < SAME
    return {
        "distance": round(float(distances[1]), 3),
        "answer_distance": round(float(distances[0]), 3),
        "log_odds": round(float(odds), 1),
        "reason": reason(alike, distances[1], odds),
    }


def reason(alike, own_distance, log_odds):
    """Say what is likely behind a wrong answer."""
    if alike:
        return "the two have nearly the same pattern"
    if own_distance > WORST_OWN:
        return "the scan is not well explained by its own structure"
    if log_odds < -STRONG:
        return "refined, the answer explains the scan far better"
    return "nearly equal, once refined"


def answers(retriever, measured, twins, elements=None):
    """Yield each scan with its answers and the place of the right one."""
    scans = [m.scan for m in measured]
    everything = retriever.kneighbors(scans, len(twins), elements=elements)
    for m, distances, indices in zip(measured, *everything, strict=True):
        yield m, distances, indices, np.flatnonzero(twins[indices] == m.twin)[0]


def lines(retriever, measured, twins, gallery, contender):
    """Where the phases of single scans come among the answers."""
    if not measured:
        return []
    return [
        {
            "scan": m.name,
            "right": m.twin,
            "rank": int(right + 1),
            "distance": round(float(distances[right]), 3),
            "answer": str(twins[indices[0]]),
            "gallery": gallery,
            "contender": contender,
        }
        for m, distances, indices, right in answers(retriever, measured, twins)
    ]


def ask_battery(measured, structures, report):
    """Scans of the Li-Mn-Ti-O-F system among its computed structures only."""
    twins = np.array([twin_of(s) for s in structures])
    retrievers = computed_gallery(structures)
    gallery = f"{len(structures)} computed references"
    for name, (encoded, make) in CONTENDERS.items():
        retriever = make(retrievers[encoded])
        scans = [m for m in measured if m.name.startswith(BATTERY) and m.twin in twins]
        report["lines"] += lines(retriever, scans, twins, gallery, name)


def print_row(row):
    exact, twin = row["n_wrong"]["exact"], row["n_wrong"]["twin"]
    print(
        f"{row['gallery']:18} {row['pool']:6} {row['known']:9} {row['contender']:30} wrong, beyond "
        f"10: exact {exact[0]} {exact[-1]}, or twin {twin[0]} {twin[-1]} of {row['n_queries']}; "
        f"{row['milliseconds_per_query']} ms",
        flush=True,
    )


if __name__ == "__main__":
    main()
