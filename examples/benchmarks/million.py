"""Search in galleries of up to a million entries: time a query, memory, and the floor beside it.

    python examples/benchmarks/million.py --json docs/benchmarks/million.json

Entries are perturbed real ones: powders of the shipped standards and their embeddings by the
shipped tower, each with noise of its own. They lie in files of a temporary folder, as those of a
library do. Times are of the processor, so that other work on the machine counts little; the floor
is the time that reading the same numbers once takes. Writes the JSON and, beside it, the table of
the documentation (.inc).
"""

import argparse
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from surroundings import peak_memory, surroundings
from tables import list_table
from threadpoolctl import threadpool_limits

from xrdmatch.datasets import load_standards
from xrdmatch.retrieval import ElementFilter, EmbeddedGallery, load_pretrained
from xrdmatch.retrieval._approximate import ApproximateGallery
from xrdmatch.retrieval._comparison.profile_library import ProfileLibrary, profile_library
from xrdmatch.retrieval._comparison.profile_queries import ProfileQuery
from xrdmatch.simulation import DiffractionSimulator

SIZES = (10_000, 100_000, 1_000_000)
BATCH = 32  # queries of embeddings that are asked together
BLOCK = 10_000  # entries that are made at once
NOISE = 0.3  # of a row's length
N_FOUND = 10
N_PROBE = 16  # cells that an approximate search looks into


def main():
    options = arguments()
    standards = load_standards()[: options.structures]
    simulator = DiffractionSimulator("powder", "CuKa")
    peaks = simulator.transform(standards[:BATCH])
    tower = load_pretrained("powder").set_gallery(standards)
    report = surroundings() | {"threads": options.threads, "batch": BATCH, "rows": []}
    with TemporaryDirectory() as folder, threadpool_limits(options.threads):
        for n in options.sizes:
            row = {"n": n} | embeddings(tower, peaks, n, Path(folder))
            row |= profiles(profile_library(standards, simulator), peaks[0], n, Path(folder))
            report["rows"].append(row | {"filter": filtered(n), "memory": peak_memory()["process"]})
            print(report["rows"][-1])
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(report), encoding="utf-8")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--structures", type=int, default=264, help="that entries are made of")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def embeddings(tower, peaks, n, folder):
    """Time a query of a batch, and the floor [ms]."""
    vectors = perturbed(tower.index_.encoded.vectors, n, np.float32, folder / "vectors.npy")
    queries = tower.encode_queries(peaks)
    gallery = EmbeddedGallery(vectors)
    seconds = timed(lambda: gallery.search(queries, np.arange(len(queries)), N_FOUND))
    floor = timed(lambda: np.add.reduce(vectors, axis=None))
    milliseconds = 1000 * seconds / len(queries)
    found = {"dimension": vectors.shape[1], "embedding": milliseconds, "read": 1000 * floor}
    return found | approximate(gallery, queries)


def approximate(gallery, queries):
    """Time a query of a batch [ms], and the share of the nearest that is found, by faiss."""
    fast, owners = ApproximateGallery(gallery.vectors, N_PROBE), np.arange(len(queries))
    seconds = timed(lambda: fast.search(queries, owners, N_FOUND))
    pairs = zip(*(one.search(queries, owners, N_FOUND)[1] for one in (gallery, fast)), strict=True)
    recall = np.mean([np.isin(nearest, found).mean() for nearest, found in pairs])
    return {"approximate": 1000 * seconds / len(queries), "recall": 100 * float(recall)}


def profiles(library, peak, n, folder):
    """Time one query [ms]."""
    rows = perturbed(library.rows.astype(np.float32), n, np.float16, folder / "rows.npy")
    gallery, query = ProfileLibrary(rows, library.diffractometer), [ProfileQuery(peak, 0)]
    seconds = timed(lambda: gallery.search(query, np.zeros(1, int), N_FOUND))
    return {"points": rows.shape[1], "profile": 1000 * seconds}


def filtered(n):
    """Time the choice of entries by their elements [ms]."""
    elements = np.random.default_rng(0).integers(0, 1 << 63, (n, 2)).astype(np.uint64)
    known = ElementFilter(any_of=["O", "S"], none_of=["F"])
    return 1000 * timed(lambda: known.allowed(elements))


def perturbed(rows, n, dtype, path):
    """Rows of length 1 in a file: those given, over and over, each with noise of its own."""
    rng = np.random.default_rng(0)
    out = np.lib.format.open_memmap(path, "w+", dtype, (n, rows.shape[1]))
    for start in range(0, n, BLOCK):
        size = min(BLOCK, n - start)
        block = rows[(start + np.arange(size)) % len(rows)]
        noise = rng.normal(size=block.shape).astype(np.float32) / np.sqrt(block.shape[1])
        block = block + NOISE * noise
        out[start : start + size] = block / np.linalg.norm(block, axis=1, keepdims=True)
    out.flush()
    return np.load(path, mmap_mode="r")


def timed(call):
    """Processor time of the faster of two calls [s]."""
    seconds = []
    for _ in range(2):
        start = time.process_time()
        call()
        seconds.append(time.process_time() - start)
    return min(seconds)


def in_words(milliseconds):
    return f"{milliseconds:,.0f}" if milliseconds >= 100 else f"{milliseconds:.3g}"


def included(report):
    head = [
        "entries",
        "embeddings, ms a query",
        "reading them once, ms",
        "approximate, ms a query",
        "of the nearest 10 found, %",
        "powder profiles, ms a query",
    ]
    head += ["filter by elements, ms", "peak memory, GB"]
    keys = ("embedding", "read", "approximate", "recall", "profile", "filter")
    rows = [
        [f"{row['n']:,}", *(in_words(row[key]) for key in keys), f"{row['memory']:.2f}"]
        for row in report["rows"]
    ]
    first = report["rows"][0]
    caption = (
        f"{report['machine']}. Embeddings of "
        f"{first['dimension']} numbers in single precision, {report['batch']} queries at a time; "
        f"profiles of {first['points']} points in half precision, one scan at a time."
    )
    return list_table("Processor time a query", [head, *rows]) + f"\n\n{caption}\n"


if __name__ == "__main__":
    main()
