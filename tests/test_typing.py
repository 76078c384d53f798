"""A type checker knows what the headline classes and the readers give to a user's script."""

import re
from pathlib import Path

import pytest
from mypy import api

ROOT = Path(__file__).parents[1]
LARGE = ("torch", "skorch", "pandas", "plotly", "matplotlib", "scipy", "sympy", "networkx")
SETUP = """\
from pathlib import Path

import numpy as np

from xrdmatch import (
    CalibratedRetriever,
    ContrastiveStructureRetriever,
    CrystalTokenizer,
    DiffractionPattern,
    DiffractionSimulator,
    PatternMatcher,
    PatternPointCloud,
    PhysicsReranker,
)
from xrdmatch.crystallography import Scan
from xrdmatch.io import (
    doubts_about,
    find_scan_files,
    find_structure_files,
    list_scans,
    read_image,
    read_pattern,
    read_spots,
    read_structures,
    stream_structures,
)

structures = read_structures("my-cifs", on_error="raise")
scan = Scan([20.0, 20.1], (7, 40), radiation="CuKa", name="quartz")
spots = DiffractionPattern([[0.5, 0.0]], [1.0], radiation="electron")
simulator = DiffractionSimulator("powder", "CuKa", q_max=0.8)
tokenizer, cloud = CrystalTokenizer(vacuum=20.0), PatternPointCloud(max_points=50)
matcher = PatternMatcher(simulator).fit(structures, labels=["a", "b"])
learned = ContrastiveStructureRetriever("equivariant", max_epochs=2).fit(structures)
reranker = PhysicsReranker(matcher, n_candidates=20)
calibrated = CalibratedRetriever(reranker, 0.1, random_state=0).calibrate()
tokens = tokenizer.transform(structures)
"""
# Class names without their modules, arrays by what is in them: how numpy spells them changes.
FOUND = "tuple[array of floats, array of integers]"
PATTERNS = "list[DiffractionPattern] | list[Scan]"
ARRAY = (
    r"numpy\.ndarray\[(?:tuple\[Any, \.\.\.\]|Any), numpy\.dtype\[(?:numpy\.)?(\w+)(?:\[Any\])?\]\]"
)
KINDS = {"float": "floats", "signe": "integers", "Any": "anything"}
PROMISED = {  # a user's expression: its type
    "structures": "list[Structure]",
    'read_pattern("scan.xy", wavelength="CuKa")': "Scan",
    'read_pattern(Path("scan.xy"), 1.5406, "all")': "list[Scan]",
    'read_image("spots.png", scale=40)': "Picture",
    'read_image("spots.emd", frame="all")': "list[Picture]",
    'read_spots("spots.csv", 100.0)': "DiffractionPattern",
    'list_scans("scans.xrdml")': "list[ScanEntry]",
    'list_scans("scans.xrdml")[0].notes': "tuple[str, ...]",
    'find_scan_files("run")': "list[Path] | None",
    'find_structure_files("my-cifs")': "list[Path]",
    "doubts_about(structures[0])": "list[SkippedStructure]",
    "next(stream_structures(structures))": "tuple[tuple[int, int], Structure | SkippedStructure]",
    "scan.counts": "array of floats",
    "scan.q": "array of floats",
    "scan.sigma": "array of floats | None",
    "scan.radiation": "Radiation | None",
    "scan.n_points": "int",
    "scan.step": "float",
    "spots.q": "array of floats",
    "spots.hkl": "array of integers | None",
    "spots.radiation": "Radiation | None",
    "spots.orientation": "str",
    "spots.n_peaks": "int",
    "simulator": "DiffractionSimulator",
    "simulator.fit()": "DiffractionSimulator",
    "simulator.transform(structures)": PATTERNS,
    "simulator.fit_transform(structures)": PATTERNS,
    "tokenizer.fit()": "CrystalTokenizer",
    "tokens": "array of floats",
    "tokenizer.fit_transform(structures)": "array of floats",
    "tokenizer.inverse_transform(tokens)": "list[Structure]",
    "cloud.fit([spots])": "PatternPointCloud",
    "cloud.transform([spots])": "array of floats",
    "cloud.fit_transform([spots])": "array of floats",
    "matcher": "PatternMatcher",
    "matcher.set_gallery(structures)": "PatternMatcher",
    'matcher.predict(scan, k=3, elements="Mn,O")': "array of anything",
    "matcher.kneighbors([scan, (scan, scan)])": FOUND,
    "matcher.score(structures, [scan])": "float",
    "matcher.classes_": "array of anything",
    "matcher.simulator_": "DiffractionSimulator",
    "learned": "ContrastiveStructureRetriever",
    "learned.encode_patterns([spots])": "array of floats",
    "learned.encode_structures(structures)": "array of floats",
    "learned.predict(spots)": "array of anything",
    "reranker.fit(structures)": "PhysicsReranker",
    "reranker.kneighbors(scan)": FOUND,
    "reranker.refine(scan)": "SpotFits | ScanFits",
    "calibrated": "CalibratedRetriever",
    "calibrated.calibration_": "Calibration",
    "calibrated.predict(scan)": "array of anything",
    "calibrated.probabilities(scan)": FOUND,
    "calibrated.predict_set(scan)": "list[set[Any]]",
}
WRONG = {  # what a type checker must complain about: a part of its message
    "PatternMatcher(orientation='somehow')": 'incompatible type "Literal[',
    "PhysicsReranker(n_candidates='many')": 'incompatible type "str"',
    "scan.n_points.upper()": 'has no attribute "upper"',
    "CrystalTokenizer(layouts='interleaved')": "Unexpected keyword argument",
    "read_pattern('scan.xy').hkl": 'has no attribute "hkl"',
}


def plain(text):
    """Shorten a type as mypy prints it, see above."""
    text = re.sub(r"\[numpy\._typing\.[^\]]*\]", "", text)
    text = re.sub(ARRAY, lambda found: f"array of {KINDS[found[1][:5]]}", text)
    return re.sub(r"(?:\w+\.)+(?=[A-Z])", "", text)


@pytest.fixture(scope="module")
def remarks(tmp_path_factory):
    """What mypy says of each line below `SETUP`, and of lines of `SETUP` that are not accepted."""
    folder = tmp_path_factory.mktemp("typing")
    rows = [*(f"reveal_type({expression})" for expression in PROMISED), *WRONG]
    (folder / "script.py").write_text(SETUP + "\n".join(rows), encoding="utf-8")
    skipped = "\n".join(f"[mypy-{name}.*]\nfollow_imports = skip" for name in LARGE)
    settings = f"[mypy]\nmypy_path = {ROOT}\nfollow_imports = silent\n{skipped}\n"
    (folder / "mypy.ini").write_text(settings, encoding="utf-8")
    out, errors, _ = api.run(
        [
            *("--config-file", f"{folder / 'mypy.ini'}", "--cache-dir", f"{folder / 'cache'}"),
            *("--no-pretty", "--no-error-summary", "--hide-error-codes", f"{folder / 'script.py'}"),
        ]
    )
    assert errors == ""
    first = len(SETUP.splitlines())
    said = {}
    for number, text in re.findall(r"script\.py:(\d+): \w+: (.*)", out):
        row = int(number) - first - 1
        said.setdefault(rows[row] if row >= 0 else number, text)
    return said


def test_a_users_script_is_accepted(remarks):
    accepted = {f"reveal_type({expression})" for expression in PROMISED}
    assert {row: text for row, text in remarks.items() if row not in accepted | set(WRONG)} == {}


@pytest.mark.parametrize("expression", PROMISED)
def test_a_type_is_known_where_one_is_promised(remarks, expression):
    said = re.fullmatch('Revealed type is "(.*)"', remarks[f"reveal_type({expression})"])
    assert plain(said.group(1)) == PROMISED[expression]


@pytest.mark.parametrize("expression", WRONG)
def test_a_mistake_is_found(remarks, expression):
    assert WRONG[expression] in remarks[expression]
