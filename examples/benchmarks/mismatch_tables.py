"""The tables of what mismatches.py found, and nothing else."""

from tables import list_table

IN_DETAIL = ("mm2", "2/m")
REFERENCES = {"anywhere": "whole gallery", "within_class": "same 2D class and system"}
FACTS = {  # what is shared, or how far it is, and the chance against which that says something
    "crystal_system": ("crystal system", "anywhere"),
    "laue_class": ("Laue class", "anywhere"),
    "plane_class": ("2D Laue class", "anywhere"),
    "point_group": ("point group", "within_class"),
    "distance": ("distance of point groups", "within_class"),
    "anions": ("anions' column", "within_class"),
    "cations": ("cations' column", "within_class"),
}
HEAD = ("observed", "chance", "difference", "ratio")


def included(found):
    """All tables, each below its title, then how this was measured."""
    blocks = [
        list_table("The same point group, all queries", of_group(found, "all")),
        list_table("What else mismatches share with the query: the first 5", other_facts(found)),
        *(
            list_table(f"The same point group, queries of point group {group}", rows)
            for group in IN_DETAIL
            if (rows := list(of_group(found, group)))[1:]
        ),
        list_table(
            "The same point group, group by group: the first 5, same 2D class and system",
            by_group(found),
        ),
        list_table("Five clusters of the point groups of all mismatches", clusters(found)),
        measured_with(found),
    ]
    return "\n\n".join(blocks) + "\n"


def of_group(found, group):
    """Retrievers and references down, for every k."""
    yield ["retriever", "drawn from", "k", "mismatches", "structures", *HEAD]
    for name, report in found["contenders"].items():
        for reference, words in REFERENCES.items():
            summary = report[reference].get(group)
            for i, k in enumerate(report["ks"] if summary else ()):
                counts = summary["n_mismatches"][i], summary["n_structures"][i]
                yield [name, words, k, *counts, *cells(summary, "point_group", i)]


def other_facts(found):
    """Facts down, for every retriever."""
    yield ["what", "drawn from", "retriever", *HEAD]
    for fact, (words, reference) in FACTS.items():
        for name, report in found["contenders"].items():
            summary = report[reference]["all"]
            yield [words, REFERENCES[reference], name, *cells(summary, fact, -1)]


def by_group(found):
    """Point groups of the queries down, retrievers across."""
    names = list(found["contenders"])
    yield ["query", *(f"{name}: {cell}" for name in names for cell in ("n", "observed", "chance"))]
    groups = [report["point_groups"] for report in found["contenders"].values()]
    for group in [s for s in found["symbols"] if all(s in known for known in groups)]:
        row = [group]
        for report in found["contenders"].values():
            summary = report["within_class"][group]
            row += [summary["n_mismatches"][-1], *cells(summary, "point_group", -1)[:2]]
        yield row


def clusters(found):
    """Clusters down: their members, and how often a mismatch stays in its query's cluster."""
    names = list(found["contenders"])
    yield ["point groups", *(f"{name}: {x}" for name in names for x in ("n", "stays", "chance"))]
    for cluster in found["clusters"]:
        row = [", ".join(cluster["members"])]
        for name in names:
            stays = cluster["same"][name]
            row += [
                cluster["counts"][name],
                *map(percent, (stays["candidates"], stays["expected"])),
            ]
        yield row


def cells(summary, fact, i):
    """Observed, by chance, difference with its interval, ratio."""
    observed, chance, difference, ratio = (summary[name][fact][i] for name in HEAD)
    if observed is None:
        return [""] * 4
    low, high = summary["difference_interval"][fact][i]
    if fact == "distance":
        spread = f"{difference:+.2f} ({low:+.2f} to {high:+.2f})"
        return [f"{observed:.2f}", f"{chance:.2f}", spread, f"{ratio:.2f}" if ratio else ""]
    spread = f"{100 * difference:+.1f} ({100 * low:+.1f} to {100 * high:+.1f})"
    return [percent(observed), percent(chance), spread, f"{ratio:.2f}" if ratio else ""]


def percent(share):
    return "" if share is None else f"{100 * share:.1f} %"


def measured_with(found):
    versions = ", ".join(f"{name} {value}" for name, value in found["versions"].items())
    return (
        f"Pool and queries: {found['pool']} structures, severity {found['severity']:g}, queries "
        f"with seed {found['query_seed']}.\nMeasured on: {found['machine']}; {versions}."
    )
