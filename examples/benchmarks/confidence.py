"""How sure answers are: probabilities, unknown crystals, sets, for scans and for spots.

    OMP_NUM_THREADS=1 python examples/benchmarks/confidence.py ask PART ... --cache CACHE \
        --data PATH
    python examples/benchmarks/confidence.py report --cache CACHE \
        --json docs/benchmarks/confidence.json

`PATH` holds measured/ with its manifest.csv, the Parquet tables of the Materials Project and
monolayers.parquet. Each PART (`ask --help` lists them) calibrates a retriever, asks it twice about
every query, with its crystal in the gallery and with all entries of that phase taken out, and keeps
the answers in CACHE; parts that are there are not asked again. `report` makes the JSON and, beside
it, the documentation's tables (.inc) and picture (.svg) of them; parts that are not in CACHE stay
as the JSON has them.
"""

import argparse
import json
import time
import warnings
from copy import copy
from pathlib import Path

import joblib
from confidence_rows import rows_of
from confidence_scans import (
    computed_gallery,
    in_other_minerals,
    measured_gallery,
    mixtures_asked,
    on_humps,
    simulated_of,
)
from confidence_spots import SEVERITIES, layers_of, spots_of
from confidence_tables import draw, included
from surroundings import surroundings

from xrdmatch import CalibratedRetriever

DRAWN = "scans-15000", "simulated, nothing known"
SIZES = (1500, 15000, 60000)
MIDDLE = SIZES[1]
PARTS = (
    *(f"scans-{size}" for size in SIZES),
    "minerals",
    "computed",
    "mixtures",
    "humps",
    "spots",
    "spots-nearest",
)


def main():
    options = arguments()
    if options.command == "report":
        write_report(options)
        return
    for part in options.parts:
        file = options.cache / f"{part}.joblib"
        if file.exists():
            continue
        start = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # noble gases have no electronegativity
            answers = ask(part, options)
        options.cache.mkdir(parents=True, exist_ok=True)
        joblib.dump((answers, time.process_time() - start, surroundings()), file)
        print(f"{part}: {time.process_time() - start:.0f} s of processor time", flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    asking = commands.add_parser("ask", help="ask queries of parts")
    asking.add_argument("parts", nargs="+", choices=PARTS, metavar="PART", help=", ".join(PARTS))
    asking.add_argument("--data", type=Path, required=True, help="folder of the data")
    asking.add_argument("--simulated", type=int, default=2000, help="scans at the middle pool")
    asking.add_argument("--spots", type=int, default=5000, help="queries of each severity")
    asking.add_argument("--calibration", type=int, default=200, help="queries of a calibration")
    reporting = commands.add_parser("report", help="write what the answers show")
    reporting.add_argument("--json", type=Path, default=Path("confidence.json"))
    for command in (asking, reporting):
        command.add_argument("--cache", type=Path, required=True, help="folder of the answers")
    return parser.parse_args()


def ask(part, options):
    """Answers of one part: a dict by what was asked."""
    if part.startswith("spots"):
        return ask_spots(part, options)
    if part == "computed":
        return ask_computed(options)
    size = int(part.removeprefix("scans-")) if part.startswith("scans-") else MIDDLE
    gallery = measured_gallery(options.data, size, with_mixtures=part == "mixtures")
    calibrated = CalibratedRetriever(
        gallery.retriever, n_queries=options.calibration, verbose=1
    ).calibrate()
    if part == "minerals":
        return in_other_minerals(calibrated, gallery)
    if part == "mixtures":
        return mixtures_asked(calibrated, gallery)
    if part == "humps":
        return {"simulated, humps": on_humps(calibrated, min(300, options.simulated))}
    return ask_scans(calibrated, gallery, options.simulated // (1 if size == MIDDLE else 8))


def ask_scans(calibrated, gallery, n_simulated):
    answers = {}
    for known in ("nothing", "elements"):
        asked = calibrated.ask_with_and_without(gallery.scans, gallery.truth, known=known)
        answers[f"measured, {known} known"] = asked | {"clusters": gallery.minerals}
    answers["simulated, nothing known"] = simulated_of(calibrated, n_simulated)[0]
    answers["in words"] = str(calibrated.calibration_)
    return answers


def ask_computed(options):
    """Of a gallery that has computed structures only, told so or not."""
    answers = {}
    for cells in ("mixed", "computed"):
        gallery = computed_gallery(options.data, MIDDLE, cells)
        calibrated = CalibratedRetriever(
            gallery.retriever, cells=cells, n_queries=options.calibration, verbose=1
        ).calibrate()
        asked = calibrated.ask_with_and_without(gallery.scans, gallery.truth)
        answers[f"measured, cells={cells!r}"] = asked | {"clusters": gallery.minerals}
    return answers


def ask_spots(part, options):
    """Of monolayers, the severity stated or not."""
    layers = layers_of(options.data)
    retriever = spots_of(layers, nearest=part == "spots-nearest")
    n = options.spots if part == "spots" else options.spots // 10
    answers, not_stated = {}, None
    for severity in (None, *SEVERITIES):
        calibrated = CalibratedRetriever(
            copy(retriever), severity=severity, n_queries=2 * options.calibration, verbose=1
        ).calibrate()
        answers[f"in words, severity {severity}"] = str(calibrated.calibration_)
        if severity is None:
            not_stated = calibrated
            continue
        answers[f"severity {severity}, stated"], queries = simulated_of(calibrated, n, severity)
        answers[f"severity {severity}, not stated"] = not_stated.ask_with_and_without(*queries)
    return answers


def write_report(options):
    """Write what the answers show; parts that are not in the cache stay as they were reported."""
    before = {"parts": {}, "rows": [], "words": {}}
    if options.json.exists():
        before = json.loads(options.json.read_text(encoding="utf-8"))
    report = {"parts": {}, "rows": [], "words": {}}
    for part in PARTS:
        file = options.cache / f"{part}.joblib"
        joined(report, reported(part, file, options) if file.exists() else kept(part, before))
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(report), encoding="utf-8")
    print(f"wrote {options.json}, its .inc and its .svg")


def joined(report, part):
    report["rows"] += part["rows"]
    for name in ("parts", "words"):
        report[name] |= part[name]


def kept(part, before):
    """What was reported of a part."""
    return {
        "parts": {name: value for name, value in before["parts"].items() if name == part},
        "rows": [row for row in before["rows"] if row["part"] == part],
        "words": {k: v for k, v in before["words"].items() if k.startswith(f"{part},")},
    }


def reported(part, file, options):
    """What the answers of a part show."""
    answers, seconds, where = joblib.load(file)
    report = {"parts": {part: {"processor_seconds": round(seconds), **where}}}
    report |= {"rows": [], "words": {}}
    for name, asked in answers.items():
        if isinstance(asked, str):
            report["words"][f"{part}, {name}"] = asked
            continue
        report["rows"].append({"part": part, "queries": name} | rows_of(asked))
        if (part, name) == DRAWN:
            draw(asked, options.json.with_suffix(".svg"))
    return report


if __name__ == "__main__":
    main()
