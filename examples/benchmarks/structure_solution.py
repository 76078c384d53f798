"""Structures solved from powder scans whose formulas are in no library.

    OMP_NUM_THREADS=1 python examples/benchmarks/structure_solution.py ask PART ... --cache CACHE \
        --data PATH
    python examples/benchmarks/structure_solution.py report --cache CACHE \
        --json docs/benchmarks/structure_solution.json

`PATH` holds mp_le20.parquet and measured/ with its manifest.csv. The library is made of formulas of
other buckets than the queries'. Each PART (`ask --help` lists them) keeps its answers in CACHE;
queries that were answered are not asked again; `report` keeps parts that are not in CACHE as the
JSON has them. The part "choose" asks about scans with all faults, of a bucket of its own; `learn`
learns probabilities from its answers and says how well they hold for each answer that is left out,
and `report` judges all answers by the shipped ones:

    python examples/benchmarks/structure_solution.py learn --cache CACHE \
        --weights xrdmatch/solution/weights/certainty.json
"""

import argparse
import json
import time
import warnings
from pathlib import Path

import joblib
import numpy as np
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import LeaveOneOut
from solution_metrics import LOOSE, MOST, STRICT, cell_rank, first_match, judged
from solution_queries import (
    CHOOSE,
    TEST,
    asked,
    cut,
    library,
    measured_formulas_of,
    measured_queries,
    queries_of,
    structure_of,
    tables,
    without_formulas,
    without_prototype,
)
from solution_tables import included
from surroundings import surroundings

from xrdmatch.solution import StructureRefiner, StructureSolver, learn_certainty
from xrdmatch.solution._solving.certainty import shipped_certainty

LAST = 60  # degrees, of the shorter range
SEVERITY = 1.0  # of the faults of scans of the part "choose"
LADDER = ("templates", "cells-refined", "coordinates", "cells-found")
PARTS = (
    *("choose", "formula", "formula-20", "prototype", "nothing", "range-60", "measured"),
    *("molecules", *LADDER),
)
LISTED = (
    "choose",
    "formula-20",
    "measured",
)  # parts of which twenty different structures are asked


def main():
    options = arguments()
    if options.command != "ask":
        {"report": write_report, "learn": learn}[options.command](options)
        return
    solver = solver_of(options)
    for part in options.parts:
        ask(part, solver, options)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    asking = commands.add_parser("ask", help="ask queries of parts")
    asking.add_argument("parts", nargs="+", choices=PARTS, metavar="PART", help=", ".join(PARTS))
    asking.add_argument("--data", type=Path, required=True, help="folder of the data")
    asking.add_argument("--library", type=int, default=40_000, help="templates")
    asking.add_argument("--queries", type=int, default=300, help="queries of a part")
    reporting = commands.add_parser("report", help="write what the answers show")
    reporting.add_argument("--json", type=Path, default=Path("structure_solution.json"))
    learning = commands.add_parser("learn", help="learn probabilities from answers")
    learning.add_argument("--weights", type=Path, default=Path("certainty.json"))
    for command in (asking, reporting, learning):
        command.add_argument("--cache", type=Path, required=True, help="folder of the answers")
    return parser.parse_args()


def solver_of(options):
    """A solver with the library, fitted once, and the probabilities that are shipped now."""
    file = options.cache / "solver.joblib"
    if not file.exists():
        options.cache.mkdir(parents=True, exist_ok=True)
        joblib.dump(fitted(options), file)
    solver = joblib.load(file)
    solver.certainty_ = shipped_certainty()
    return solver


def fitted(options):
    """A solver fitted on the library."""
    table = without_formulas(tables(options.data), measured_formulas_of(options.data))
    rows = library(table, options.library)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # noble gases have no electronegativity
        structures = map(structure_of, rows.itertuples())
        solver = StructureSolver().fit(structures, labels=[str(name) for name in rows.id])
        solver.proposer_.templates_.make_all()
    return solver


def ask(part, solver, options):
    """Ask the queries of a part that were not asked yet, one after the other."""
    file = options.cache / f"{part}.joblib"
    answers = joblib.load(file)["answers"] if file.exists() else []
    for query in list(chosen(part, options))[len(answers) :]:
        answers.append(answer(part, solver_for(part, solver, query), query))
        joblib.dump({"answers": answers, "with": surroundings()}, file)
        shown = {name: answers[-1][name] for name in ("formula", "loose", "answered", "seconds")}
        print(part, len(answers), shown, flush=True)


def chosen(part, options):
    if part == "measured":
        return measured_queries(options.data)
    bucket = CHOOSE if part == "choose" else TEST
    molecules = part == "molecules"
    rows = asked(tables(options.data), bucket, options.queries, with_molecules=molecules)
    severity = SEVERITY if part == "choose" else None
    return queries_of(rows, severity=severity)


def solver_for(part, solver, query):
    """The solver as a part wants it."""
    if part == "prototype":
        return without_prototype(solver, query)
    changed = StructureSolver().set_params(**solver.get_params(deep=False))
    changed.__dict__.update(solver.__dict__)
    if part in LADDER:
        changed.bond_check_ = None
    if part in LADDER[:3]:
        changed.cell_finder_ = None
    if part in LADDER[:2]:
        changed.refiner_ = StructureRefiner(displacement=0, symprec=0)
    return changed


def answer(part, solver, query):
    """What was answered, and how right it is."""
    scan = cut(query["scan"], LAST) if part == "range-60" else query["scan"]
    composition = None if part == "nothing" else query["structure"].composition
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        (solution,) = solver.solve(scan, composition, MOST if part in LISTED else 1)
        seconds = time.process_time() - start
        if part == "templates":
            solution.ranked.sort(key=lambda one: -one.proposal.similarity)
        return described(query, solution, part == "nothing") | {"seconds": round(seconds, 2)}


def described(query, solution, anonymous):
    truth, structures = query["structure"], solution.structures(MOST)
    facts = {name: query[name] for name in ("name", "formula", "n_atoms", "space_group", "system")}
    loose = first_match(structures, truth, LOOSE, anonymous=anonymous)
    best = solution.ranked[0] if solution.ranked else None
    return facts | {
        "loose": loose,
        "strict": first_match(structures, truth, STRICT, anonymous=anonymous),
        "cell": cell_rank(solution.cells, truth) if solution.cells else None,
        "n_cells": len(solution.cells),
        "answered": solution.answer is not None,
        "probability": best.probability if best else None,
        "facts": list(best.facts.values()) if best else [],
        "n_different": len(structures),
        "origin": best.origin if best else None,
        "label": str(best.label) if best else None,
        "residual": best.refined.residual if best and best.refined else None,
        "metrics": judged(structures[loose - 1], truth) if loose and not anonymous else {},
        "reason": solution.reason,
    }


def learn(options):
    """Learn how probable it is that the best structure is right, and say how well that goes."""
    answers = joblib.load(options.cache / "choose.joblib")["answers"]
    answers = [one for one in answers if one["facts"]]
    facts = np.array([one["facts"] for one in answers])
    right = np.array([one["loose"] == 1 for one in answers])
    certainty = learn_certainty(facts, right)
    print(f"{len(right)} queries, {right.sum()} right first")
    print("learned, each left out in turn:", told(left_out(facts, right), right))
    print("shipped until now:", told(shipped_certainty().probability(facts), right))
    options.weights.write_text(certainty.to_json(), encoding="utf-8")
    print(certainty)


def left_out(facts, right):
    """Probability of each answer by what the others teach."""
    probability = np.empty(len(right))
    for others, own in LeaveOneOut().split(facts):
        probability[own] = learn_certainty(facts[others], right[others]).probability(facts[own])
    return probability


def told(probability, right):
    """How well probabilities tell right answers from wrong ones."""
    given = probability >= StructureSolver().min_probability
    loss, area = log_loss(right, probability), roc_auc_score(right, probability)
    return (
        f"log loss {loss:.3f}, AUC {area:.3f}, answered {given.sum()}, right {right[given].sum()}"
    )


def write_report(options):
    """Write what the answers show; parts that are not in the cache stay as they were reported."""
    report = before(options.json)
    for part in PARTS[1:]:
        file = options.cache / f"{part}.joblib"
        if file.exists():
            content = joblib.load(file)
            report[part] = {"with": content["with"], "answers": content["answers"]}
    report = {part: report[part] for part in PARTS if part in report}
    for content in report.values():
        content["answers"] = [judged_anew(rounded(answer)) for answer in content["answers"]]
    parts = (f"{json.dumps(part)}: {as_json(**content)}" for part, content in report.items())
    options.json.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(report), encoding="utf-8")
    print(f"wrote {options.json} and its .inc")


def judged_anew(answer):
    """An answer with the probability that the shipped law gives for its facts, as they are kept."""
    if not answer["facts"]:
        return answer
    probability = float(shipped_certainty().probability(answer["facts"]))
    sure = probability >= StructureSolver().min_probability
    return answer | {"probability": probability, "answered": sure}


def before(file):
    """What a JSON has; nothing where there is none."""
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def as_json(answers, **others):
    """A part as text, an answer a line."""
    rows = ",\n".join(json.dumps(rounded(answer)) for answer in answers)
    return f'{{"with": {json.dumps(others["with"])}, "answers": [\n{rows}\n]}}'


def rounded(value):
    """Numbers of numpy as Python's, with four digits behind the point."""
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    value = value.item() if isinstance(value, np.generic) else value
    return round(value, 4) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
