"""Find the phases of measured mixtures and their weight fractions, among Materials Project entries.

    OMP_NUM_THREADS=1 python examples/benchmarks/mixtures.py PATH/measured \
        PATH/mp_le20.parquet PATH/mp_21_52.parquet PATH/mp_gt52.parquet \
        --json docs/benchmarks/mixtures.json

`PATH/measured` holds manifest.csv with the scans and structures that it names. Galleries are all
structures of these scans, then all entries of the mixtures' own chemical systems, then entries
drawn at random up to each size. Every scan is decomposed at the lowest of some thresholds; where a
higher one would have changed the phases, once more. The threshold that is reported is chosen on
the other samples. Writes the JSON and, beside it, the documentation's tables (.inc).
"""

import argparse
import json
import time
from pathlib import Path

from measured_scans import Tables, measured_scans, twin_of
from mixture_scans import measured_mixtures, of_systems, own_structures
from mixture_tables import included
from surroundings import surroundings

from xrdmatch.retrieval import PhaseDecomposition, make_powder_retriever

GAINS = (5.0, 8.0, 12.0, 18.0)  # thresholds that are compared
KNOWN = ("nothing", "elements")


def main():
    options = arguments()
    singles = measured_scans(options.folder)
    mixtures = measured_mixtures(options.folder)
    own = own_structures(singles, mixtures, options.folder)
    controls = [m for m in singles if m.name.startswith(options.control)][: options.controls]
    report = surroundings() | {"gains": GAINS, "scans": []}
    for structures in galleries(own, mixtures, options):
        retriever = make_powder_retriever().set_gallery(structures)
        twins = [twin_of(structure) for structure in structures]
        for known in KNOWN:
            for kind, scans in (("mixture", mixtures), ("single", controls)):
                for scan in scans:
                    rows = decomposed(retriever, twins, scan, known)
                    shared = {"kind": kind, "pool": len(structures), "known": known}
                    report["scans"] += [shared | row for row in rows]
                    print(shared, rows[0], flush=True)
            write(report, options.json)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="measured scans with their manifest.csv")
    parser.add_argument("tables", nargs="+", type=Path, help="Parquet tables of structures")
    parser.add_argument("--json", type=Path, default=Path("mixtures.json"))
    parser.add_argument("--sizes", type=int, nargs="+", default=[0, 1850, 6000])
    parser.add_argument("--seed", type=int, default=0, help="of the entries drawn")
    parser.add_argument("--control", default="rruff", help="how names of controls begin")
    parser.add_argument("--controls", type=int, default=45, help="scans of a single phase")
    return parser.parse_args()


def galleries(own, mixtures, options):
    """The measured structures, and with ever more entries up to each size; 0: none."""
    tables = Tables(options.tables)
    systems = [tables.structure(i) for i in of_systems(tables, [m.elements for m in mixtures])]
    n = max(0, max(options.sizes) - len(own))
    more = [*systems, *tables.random(max(0, n - len(systems)), options.seed)]
    for size in sorted(options.sizes):
        yield [*own, *more[: max(0, size - len(own))]]


def decomposed(retriever, twins, scan, known):
    """Phases found, false ones, fractions: a row for each run, with the thresholds it is for."""
    elements = elements_of(scan) if known == "elements" else None
    rows, found = [], None
    for gain in GAINS:
        if found is not None and (found.gain >= gain).all():
            rows[-1]["min_gains"].append(gain)
            continue
        start = time.process_time()
        decomposition = PhaseDecomposition(retriever, min_gain=gain)
        (found,) = decomposition.decompose([scan.scan], elements)
        seconds = round(time.process_time() - start, 3)
        rows.append({"min_gains": [gain], "seconds": seconds})
        rows[-1] |= judged(found, retriever, twins, scan)
    return rows


def elements_of(scan):
    """Elements of all phases."""
    structures = getattr(scan, "structures", None) or [scan.structure]
    return sorted({e.symbol for s in structures for e in s.composition.elements})


def judged(found, retriever, twins, scan):
    """Compare what was found with what is there."""
    structures = getattr(scan, "structures", None) or [scan.structure]
    fractions = getattr(scan, "fractions", None) or [None] * len(structures)
    names = [names_of(found, k, twins, retriever) for k in range(found.n_phases)]
    place = [
        next((k for k, name in enumerate(names) if twin_of(s) in name), None) for s in structures
    ]
    false = [k for k in range(found.n_phases) if k not in place]
    return {
        "scan": scan.name,
        "sample": scan.name.split("--")[0],
        "phases": [
            {
                "phase": twin_of(s),
                "weighed": weighed,
                "found": None if k is None else round(float(found.weight_fraction[k]), 4),
                "sigma": None if k is None else round(float(found.weight_fraction_std[k]), 4),
                "gain": None if k is None else round(float(found.gain[k]), 1),
            }
            for s, weighed, k in zip(structures, fractions, place, strict=True)
        ],
        "false": [
            {
                "phase": twins[found.indices[k]],
                "share": round(float(found.weight_fraction[k]), 4),
                "gain": round(float(found.gain[k]), 1),
                "foreign": not elements_in(retriever, found.indices[k]) <= {*elements_of(scan)},
            }
            for k in false
        ],
        "r_wp": round(found.r_wp, 4),
        "unexplained": round(found.unexplained.share, 4),
    }


def names_of(found, k, twins, retriever):
    """Twins that phase k counts as: its own, and look-alikes of the same elements."""
    i = found.indices[k]
    own = elements_in(retriever, i)
    alike = [j for j in found.look_alikes[k] if elements_in(retriever, j) == own]
    return {twins[j] for j in (i, *alike)}


def elements_in(retriever, i):
    return {e.symbol for e in retriever.gallery_[i].composition.elements}


def write(report, path):
    rows = ",\n".join(json.dumps(row) for row in report["scans"])
    text = json.dumps(report | {"scans": []}, indent=1).replace(
        '"scans": []', f'"scans": [\n{rows}]'
    )
    path.write_text(text + "\n", encoding="utf-8")
    path.with_suffix(".inc").write_text(included(report), encoding="utf-8")


if __name__ == "__main__":
    main()
