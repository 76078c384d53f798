"""Ask the shipped standards for measured scans, as `xrdmatch identify` does without a library.

    OMP_NUM_THREADS=1 python examples/benchmarks/standards.py PATH/measured \
        --json docs/benchmarks/standards.json

A phase is among the standards where one of them has its formula and space group. Three kinds of
scans are asked: of one phase that is among them, of one that is not, and of mixtures all of whose
phases are. Nothing was chosen on these scans.
"""

import argparse
import json
import time
import warnings
from pathlib import Path

from measured_scans import measured_scans
from mixture_scans import measured_mixtures
from surroundings import surroundings

from xrdmatch.datasets import load_standards
from xrdmatch.retrieval import PhaseDecomposition, make_powder_retriever

N_RANKED = 10
MAX_PHASES = 6
NOTED = 0.3  # unexplained share of the net counts from which on there is a note


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("measured", type=Path, help="folder with manifest.csv")
    parser.add_argument("--json", type=Path, required=True, help="what is written")
    options = parser.parse_args()
    warnings.simplefilter("ignore", UserWarning)
    standards = load_standards()
    start = time.process_time()
    retriever = make_powder_retriever(cells="stated").set_gallery(standards)
    seconds = time.process_time() - start
    asked = Asked(retriever, [twin_of_standard(standard) for standard in standards])
    scans, mixtures = measured_scans(options.measured), measured_mixtures(options.measured)
    known = set(asked.twins)
    report = {
        "n_standards": len(standards),
        "seconds_of_gallery": round(seconds, 2),
        "among": [asked.ranked(one) for one in scans if one.twin in known],
        "others": [asked.ranked(one) for one in scans if one.twin not in known],
        "mixtures": [asked.mixed(one) for one in mixtures if known.issuperset(one.twins)],
    }
    report |= {"summary": summary(report)} | surroundings()
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(report["summary"], indent=1))


def twin_of_standard(standard):
    return f"{standard.composition.reduced_formula} {standard.properties['space_group']}"


def rank_in(ranking, twin):
    """Place of a phase in a ranking, from 1 on; None where it is not there."""
    return ranking.index(twin) + 1 if twin in ranking else None


class Asked:
    """The standards, asked for a ranking and for phases."""

    def __init__(self, retriever, twins):
        self.retriever, self.twins = retriever, twins
        self.decomposition = PhaseDecomposition(retriever, MAX_PHASES)

    def ranked(self, one):
        """Rank of a scan's phase, and the phases that are found in it."""
        ranking = self.ranking(one.scan)
        facts = {"scan": one.name, "truth": one.twin, "first": ranking[0]}
        facts["rank"] = rank_in(ranking, one.twin)
        if one.twin in self.twins:
            elements = [element.symbol for element in one.structure.composition]
            facts["rank_with_elements"] = rank_in(self.ranking(one.scan, elements), one.twin)
        return facts | self.phases(one.scan)

    def ranking(self, scan, elements=None):
        """The first candidates for one phase."""
        _, (indices,) = self.retriever.kneighbors([scan], N_RANKED, elements=elements)
        return [self.twins[i] for i in indices if i >= 0]

    def mixed(self, one):
        """Phases that are found in a mixture."""
        return {"scan": one.name, "truth": one.twins} | self.phases(one.scan)

    def phases(self, scan):
        (found,) = self.decomposition.decompose([scan])
        shares = sorted(zip(found.weight_fraction, found.indices, strict=True), reverse=True)
        return {
            "phases": [[self.twins[i], round(float(share), 3)] for share, i in shares],
            "unexplained": round(float(found.unexplained.share), 3),
        }


def no_note(one):
    """Whether phases are named and nothing is said of much that they leave unexplained."""
    return bool(one["phases"]) and one["unexplained"] <= NOTED


def summary(report):
    among, others, mixtures = (report[kind] for kind in ("among", "others", "mixtures"))
    found = [{twin for twin, _ in one["phases"]} for one in mixtures]
    return {
        "among": len(among),
        "ranked_first": sum(one["rank"] == 1 for one in among),
        "ranked_in_3": sum(one["rank"] is not None and one["rank"] <= 3 for one in among),
        "first_with_elements": sum(one["rank_with_elements"] == 1 for one in among),
        "heaviest": sum(one["phases"][:1] and one["phases"][0][0] == one["truth"] for one in among),
        "others": len(others),
        "others_with_phases": sum(bool(one["phases"]) for one in others),
        "others_with_phases_and_no_note": sum(no_note(one) for one in others),
        "among_with_phases_and_no_note": sum(no_note(one) for one in among),
        "mixtures": len(mixtures),
        "phases_in_mixtures": sum(len(one["truth"]) for one in mixtures),
        "found_in_mixtures": sum(
            len(seen.intersection(one["truth"])) for seen, one in zip(found, mixtures, strict=True)
        ),
        "wrong_in_mixtures": sum(
            len(seen.difference(one["truth"])) for seen, one in zip(found, mixtures, strict=True)
        ),
    }


if __name__ == "__main__":
    main()
