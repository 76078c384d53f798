"""The benchmarks' scripts on a table of generated layers: what they write, and that it repeats."""

import json
import re
import runpy
import shutil
import sys
from argparse import Namespace
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import ContrastiveStructureRetriever, DiffractionSimulator
from xrdmatch.datasets import load_standards, make_monolayers
from xrdmatch.retrieval import (
    load_pretrained,
    make_powder_retriever,
    save_library,
    save_pretrained,
)
from xrdmatch.simulation import PowderProfile
from xrdmatch.solution import PretrainedBondCheck, learn_certainty
from xrdmatch.stacking import Stack, StackSimulator

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("matplotlib")

BENCHMARKS = Path(__file__).parents[1] / "examples" / "benchmarks"
N, N_TEST = 60, 6


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Generated layers as a table; atoms stand in for space groups, which nobody looked for."""
    layers = make_monolayers(N, random_state=0)
    path = tmp_path_factory.mktemp("table") / "layers.parquet"
    columns = {
        "id": [f"layer {i}" for i in range(N)],
        "lattice": [layer.lattice.matrix.ravel() for layer in layers],
        "numbers": [np.array(layer.atomic_numbers) for layer in layers],
        "frac_coords": [layer.frac_coords.ravel() for layer in layers],
        "spacegroup": [len(layer) for layer in layers],
    }
    pq.write_table(pa.table(columns), path)
    return path


@pytest.fixture
def script(monkeypatch):
    """Call a script with arguments; modules beside it are forgotten afterwards."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    before = set(sys.modules)

    def call(name, *arguments):
        monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
        return runpy.run_path(str(BENCHMARKS / f"{name}.py"), run_name="__main__")

    yield call
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "").parent == BENCHMARKS:
            del sys.modules[name]


@pytest.fixture
def small_towers(script, monkeypatch):
    """The module `contenders`, whose towers are small here."""
    contenders = import_module("contenders")
    small = partial(contenders.ContrastiveStructureRetriever, n_layers=1, embedding_dim=16)
    monkeypatch.setattr(contenders, "ContrastiveStructureRetriever", small)
    return contenders


def test_monolayers_and_its_tables(table, tmp_path, script, small_towers, capsys):
    arguments = [table, "--epochs", 1, "--seeds", 0, "--pool-sizes", 3, "--slow-queries", 2]
    arguments += ["--towers", tmp_path / "towers", "--json", tmp_path / "found.json"]
    script("monolayers", *arguments)
    found = json.loads((tmp_path / "found.json").read_text())
    check_rows(found["rows"])
    script("tables", tmp_path / "found.json", tmp_path)
    text = (tmp_path / "found.inc").read_text()
    for name in found["contenders"]:
        assert f"- {name}\n" in text
    assert (tmp_path / "found.svg").read_text().count("<svg") == 1
    with pytest.raises(SystemExit, match=r"of this training and split, .* got split_seed=0 in"):
        script("monolayers", *arguments, "--seed", 1)
    options = Namespace(towers=tmp_path / "towers", seed=0)
    towers, facts = small_towers.trained(range(found["training"][0]["n"]), 0, options)
    assert facts == found["training"][0]  # saved with the towers
    assert towers.embedding_dim == 16
    capsys.readouterr()


def check_rows(rows):
    """Pools and queries are as many as said."""
    assert {(row["pool"], row["n_pools"]) for row in rows} == {(3, 2), (N_TEST, 1), (N, 1)}
    assert [row["contender"] for row in rows if row.get("protocol") == "paper"] == ["embeddings"]
    for row in rows:
        asked = 2 * row["n_pools"] if row["contender"] == "likelihood" else N_TEST
        assert row["n_queries"] == row["n_structures"] == asked
        for kind in ("exact", "twin", "formula", "space_group"):
            low, high = np.transpose(row[kind]["interval"])
            assert (low <= row[kind]["accuracy"]).all()
            assert (row[kind]["accuracy"] <= high).all()
            assert row[kind]["chance"] >= row["exact"]["chance"]


class Shifted:
    """Finds the entry that is `shift` after the right one in a gallery of numbers."""

    def __init__(self, shift):
        self.shift = shift

    def set_gallery(self, structures):
        self.gallery_ = list(structures)

    def kneighbors(self, queries, n_neighbors, elements=None):
        first = np.array([self.gallery_.index(query) for query in queries]) + self.shift
        order = (first[:, None] + np.arange(len(self.gallery_))) % len(self.gallery_)
        return order, order[:, :n_neighbors]


def test_rows_of_seeds_and_pools_together(script, monkeypatch, capsys):
    """Seed 0 is always right, seed 1 never; disjoint pools hold every structure at most once."""
    pools = import_module("pools")
    monkeypatch.setattr(pools, "facts_of", lambda structures: {"parity": np.array(structures) % 2})
    some = pools.random_pools(list(range(23)), 5, random_state=0)
    asked = np.concatenate([pool.asked for pool in some])
    assert len(set(asked)) == len(asked) == 20
    retrievers = {"shifted": {0: Shifted(0), 1: Shifted(1)}}
    rows = pools.measured_rows(retrievers, some, [pools.Ask(1.0)], {1.0: list(range(23))})
    assert [row["seeds"] for row in rows] == [[0], [1], [0, 1]]
    assert [row["exact"]["accuracy"][0] for row in rows] == [100, 0, 50]
    assert rows[2]["exact"]["interval"][0] == [50, 50]  # every structure is right once of twice
    assert rows[2]["exact"]["chance"] == [20, 60, 100, 100]
    assert (rows[2]["n_queries"], rows[2]["n_structures"], rows[2]["n_pools"]) == (40, 20, 4)
    few = pools.measured_rows(retrievers, some[:1], [pools.Ask(1.0)], [], {"shifted": 0})
    assert few == []
    capsys.readouterr()


def test_paper_goes_on_and_keeps_one_row_of_each_settings(table, tmp_path, script, capsys):
    small = ["--reduced", "--epochs", 2, "--embedding-dim", 16, "--batch-size", 10]
    small += ["--checkpoint", tmp_path / "kept", "--json", tmp_path / "paper.json"]
    for _ in range(2):
        script("paper", table, *small)
    rows = json.loads((tmp_path / "paper.json").read_text())["rows"]
    assert [row["contender"] for row in rows] == ["nearest", "sequence"]
    settings, training = rows[1]["settings"], rows[1]["training"]
    assert settings["reduced"]
    assert (settings["n_layers"], settings["n_heads"], settings["n"]) == (4, 4, N // 5)
    assert training["epochs"] == 2
    assert training["milliseconds_per_step"] > 0
    assert rows[0]["exact"]["accuracy"] == [100, 100, 100, 100]  # clean queries
    assert "reduced" in (tmp_path / "paper.inc").read_text()
    assert "going on after epoch 2 of 2" in capsys.readouterr().out


def test_powder_simulation_beside_pymatgen(table, tmp_path, script, capsys):
    script("powder_simulation", table, "--n", 3, "--json", tmp_path / "powder.json")
    found = json.loads((tmp_path / "powder.json").read_text())
    assert found["rows"]
    for row in found["rows"]:
        assert 1 <= row["n"] <= 3
        assert row["position_degrees"] < 1e-5  # pymatgen's bins
        assert row["intensity"] < 1e-4
        assert row["gemmi"] < 1e-6
    text = (tmp_path / "powder.inc").read_text()
    assert text.count(".. list-table::") == 2
    assert f"{found['ratio']:.1f} times as fast" in text
    capsys.readouterr()


def test_mismatches_and_their_tables(table, tmp_path, script, capsys):
    small = ContrastiveStructureRetriever(n_layers=1, embedding_dim=16, max_epochs=1)
    save_pretrained(small.fit(make_monolayers(8, random_state=1)), tmp_path / "small")
    script("mismatches", table, "--json", tmp_path / "found.json", "--towers", tmp_path / "small")
    found = json.loads((tmp_path / "found.json").read_text())
    assert found["pool"] == N_TEST
    for report in found["contenders"].values():
        counts = report["anywhere"]["all"]["n_mismatches"]
        assert counts == sorted(counts)
        assert counts[-1] <= 5 * N_TEST
    text = (tmp_path / "found.inc").read_text()
    assert text.count("list-table::") >= 4
    assert all(name in text for name in found["contenders"])
    capsys.readouterr()


def test_attention_and_its_tables(table, tmp_path, script, capsys):
    small = ContrastiveStructureRetriever(
        "sequence", n_layers=1, embedding_dim=16, max_epochs=1, random_state=0
    )
    save_pretrained(small.fit(make_monolayers(8, random_state=1)), tmp_path / "small")
    script(
        "attention", table, "--json", tmp_path / "found.json", "--items", 4, "--draws", 1,
        "--reductions", "mean", "--retrievers", tmp_path / "small",
    )  # fmt: skip
    found = json.loads((tmp_path / "found.json").read_text())
    assert found["pool"] == N_TEST
    assert [report["side"] for report in found["found"]] == ["pattern", "structure"]
    for report in found["found"]:
        # top-1 can be won by chance, where less is seen
        assert all(-1 <= row["mean"]["attended"] <= 2 for row in report["rows"])
    assert (tmp_path / "found.inc").read_text().count("list-table::") == 2


def rocksalt(species, a):
    return Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(a), species, [[0, 0, 0], [0.5, 0.5, 0.5]]
    )


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Rocksalts, their scans with noise, and a table of other rocksalts that has twins of three."""
    folder = tmp_path_factory.mktemp("measured")
    (folder / "structures_LiMnTiOF").mkdir()
    salts = [("Na", "Cl", 5.64), ("K", "Cl", 6.29), ("Mg", "O", 4.21), ("Mn", "O", 4.44)]
    profile = PowderProfile(np.arange(10, 90, 0.05), background=0.1)
    simulator = DiffractionSimulator("powder", "CuKa", profile=profile)
    rows = ["id,phases,wavelength_A,pattern,structures"]
    for i, (cation, anion, a) in enumerate(salts):
        salt = rocksalt([cation, anion], a)
        folder.joinpath(f"{i}.cif").write_text(salt.to(fmt="cif"), encoding="utf-8")
        (scan,) = simulator.transform([salt])
        counts = np.random.default_rng(i).poisson(500 * scan.counts / scan.counts.max())
        np.savetxt(folder / f"{i}.xy", np.column_stack([scan.two_theta, counts]))
        name = "XRD-AA_MnO" if cation == "Mn" else f"rruff_{cation}{anion}"
        rows.append(f"{name},single,1.54184,{i}.xy,{i}.cif")
    (folder / "structures_LiMnTiOF" / "MnO.cif").write_text(salt.to(fmt="cif"), encoding="utf-8")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    others = [
        ("Na", "Cl", 5.70),
        ("K", "Cl", 6.25),
        ("Mg", "O", 4.25),
        *(("Li", x, 5.0) for x in ("F", "Cl", "Br")),
    ]
    write_rocksalts(folder / "table.parquet", others * 2)
    return folder


def write_rocksalts(path, salts):
    write_crystals(path, [rocksalt([m, x], a) for m, x, a in salts], 225)


def write_crystals(path, structures, space_group):
    columns = {
        "id": [f"salt {i}" for i in range(len(structures))],
        "reduced_formula": [s.composition.reduced_formula for s in structures],
        "lattice": [s.lattice.matrix.ravel() for s in structures],
        "numbers": [np.array(s.atomic_numbers) for s in structures],
        "frac_coords": [s.frac_coords.ravel() for s in structures],
        "spacegroup": [space_group] * len(structures),
    }
    pq.write_table(pa.table(columns), path)


def test_measured_powder_and_its_tables(measured, tmp_path, script, capsys):
    arguments = [measured, measured / "table.parquet", "--sizes", 3, 10]
    arguments += ["--cache", tmp_path / "cache", "--json", tmp_path / "found.json"]
    for _ in range(2):  # the second time from the cache
        script("measured_powder", *arguments)
        found = json.loads((tmp_path / "found.json").read_text())
        galleries = {(row["gallery"], row["pool"]) for row in found["rows"]}
        assert galleries == {("measured + 3", 7), ("measured + 10", 14), ("computed + 10", 16)}
        for row in found["rows"]:
            assert row["n_queries"] == 3
            assert row["accuracy"]["twin"][0] == 100
            assert row["n_wrong"]["twin"][0] == 0
        assert {found["rank"] for found in found["lines"]} == {1}
    text = (tmp_path / "found.inc").read_text()
    assert text.count(".. list-table::") == 4
    assert "1 computed references" in text
    capsys.readouterr()


def test_scans_among_the_standards_and_others(measured, tmp_path, script):
    """Periclase is a shipped standard; calcium sulfide, as which the other scan counts, is none."""
    folder = tmp_path / "two"
    shutil.copytree(measured, folder)
    (folder / "0.cif").write_text(rocksalt(["Ca", "S"], 5.69).to(fmt="cif"), encoding="utf-8")
    lines = (folder / "manifest.csv").read_text().splitlines()
    rows = [lines[0], *(line for line in lines if re.match("rruff_(MgO|NaCl)", line))]
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    script("standards", folder, "--json", tmp_path / "found.json")
    found = json.loads((tmp_path / "found.json").read_text())
    (periclase,), (sulfide,) = found["among"], found["others"]
    assert (periclase["truth"], periclase["rank"]) == ("MgO 225", 1)
    assert periclase["phases"] == [["MgO 225", 1.0]]
    assert (sulfide["truth"], sulfide["rank"]) == ("CaS 225", None)
    assert found["summary"]["first_with_elements"] == 1


def test_mixtures_and_their_tables(measured, tmp_path, script, capsys):
    folder = tmp_path / "mixtures"
    shutil.copytree(measured, folder)
    counts = sum(np.loadtxt(folder / f"{i}.xy") for i in (0, 2))
    scan = np.column_stack([counts[:, 0] / 2, counts[:, 1]])
    lines = (folder / "manifest.csv").read_text().splitlines()
    rows = [lines[0] + ",composition,verified", *(line + ",,yes" for line in lines[1:])]
    for time in ("2min", "8min"):
        np.savetxt(folder / f"{time}.xy", scan)
        rows.append(
            f"dara_both--{time},mixture,1.54184,{time}.xy,0.cif ; 2.cif,"
            "NaCl 0.6000; MgO 0.4000 (weight fractions weighed),yes"
        )
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    arguments = [folder, folder / "table.parquet", "--sizes", 0, 8, "--controls", 2]
    script("mixtures", *arguments, "--json", tmp_path / "found.json")
    found = json.loads((tmp_path / "found.json").read_text())
    assert {row["pool"] for row in found["scans"]} == {7, 8}
    asked = [gain for row in found["scans"] for gain in row["min_gains"]]
    assert sorted(asked) == sorted(2 * 2 * (2 + 2) * found["gains"])
    for row in found["scans"]:
        assert all(phase["found"] for phase in row["phases"])
    text = (tmp_path / "found.inc").read_text()
    assert text.count(".. list-table::") == 3
    assert "4 of 4" in text
    capsys.readouterr()


def test_detection_limit_and_its_tables(measured, tmp_path, script, monkeypatch, capsys):
    """Halite and periclase, as minerals: two fifths are found, with few counts."""
    limit = import_module("detection_limit")
    monkeypatch.setattr(limit, "WEIGHTS", (0.0001, 0.4))
    folder = tmp_path / "minerals"
    shutil.copytree(measured, folder)
    lines = (folder / "manifest.csv").read_text().splitlines()
    rows = [lines[0] + ",composition,verified"]
    rows += [f"{line},,yes" for line in (lines[1], lines[3])]
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    path = tmp_path / "limit.json"
    arguments = [folder, folder / "table.parquet", "--size", 8, "--pairs", 1, "--json", path]
    monkeypatch.setattr(sys, "argv", ["detection_limit", *map(str, arguments)])
    limit.main()
    found = json.loads(path.read_text())
    assert found["pool"] == 8
    for row in found["scans"]:
        minor = row["phases"][1]
        if row["weight"] == 0.4:
            assert minor["found"] == pytest.approx(0.4, abs=0.04)
            assert 0.02 < row["shown"] < 0.98
        else:
            assert minor["found"] is None
    text = (tmp_path / "limit.inc").read_text()
    assert text.count(".. list-table::") == 2
    assert text.count("1 of 1") == 4
    capsys.readouterr()


def stacked(distance):
    """A layer of MoS2 and one of WS2, so far apart."""
    heights = np.array([0, 1.5, -1.5, distance, distance + 1.5, distance - 1.5]) / 30
    coords = np.column_stack([[1 / 3, 2 / 3, 2 / 3] * 2, [2 / 3, 1 / 3, 1 / 3] * 2, 0.3 + heights])
    return Structure(Lattice.hexagonal(3.18, 30), ["Mo", "S", "S", "W", "S", "S"], coords)


def test_ambiguity_and_its_tables(tmp_path, script, capsys):
    """Oxides of neighbours in the periodic table, and two stacks of one projection."""
    oxides = [("Ni", "O", 4.2), ("Cu", "O", 4.2), ("Zn", "O", 4.22), ("Na", "Cl", 5.64)]
    write_rocksalts(tmp_path / "oxides.parquet", oxides)
    write_crystals(tmp_path / "layers.parquet", [stacked(6.2), stacked(6.9)], 156)
    arguments = ["--size", 4, "--asked", 2, "--json", tmp_path / "found.json"]
    layers = ["--layers", tmp_path / "layers.parquet"]
    script("ambiguity", tmp_path / "oxides.parquet", *layers, *arguments)
    powders, layers = json.loads((tmp_path / "found.json").read_text())["kinds"].values()
    assert (powders["n"], powders["entries"], powders["pairs"]) == (4, 3, 3)
    assert powders["groups"] == [0, 0, 0, 1]
    assert powders["longest_chain"] == 3
    assert powders["pairs_split"]["elements"] == 3
    assert layers["pairs"] == layers["pairs_split"]["tilt"] == layers["groups_split"]["tilt"] == 1
    assert layers["pairs_split"]["elements"] == 0
    for facts in (powders, layers):
        assert sum(row["asked"] for row in facts["asked"]) >= 1
        assert all(row["sure"] <= row["right"] <= row["asked"] for row in facts["asked"])
    text = (tmp_path / "found.inc").read_text()
    assert text.count(".. list-table::") == 4
    assert "- 1 (100.0 %)" in text
    capsys.readouterr()


def test_thinned_counts_scatter_as_counts_do():
    """Mean and variance of a thinned Poisson number are both what is left of it."""
    rng = np.random.default_rng(0)
    thinned = rng.binomial(rng.poisson(200.0, 40_000), 0.05)
    assert thinned.mean() == pytest.approx(10.0, rel=0.02)
    assert thinned.var() == pytest.approx(10.0, rel=0.04)


def test_choices_of_measured_powder(measured, tmp_path, script, monkeypatch, capsys):
    choices = import_module("measured_powder_choices")
    monkeypatch.setattr(choices, "VARIED", {"power": [1.0]})
    monkeypatch.setattr(choices, "N_FOLDS", 2)
    path = tmp_path / "choices.json"
    arguments = [measured, measured / "table.parquet", "--n", 5, "--json", path]
    monkeypatch.setattr(sys, "argv", ["choices", *map(str, arguments)])
    choices.main()
    found = json.loads(path.read_text())
    assert len(found["rows"]) == 2 * len(choices.TOLERANCES)
    assert found["held_out"]["own"] == {
        "n": 3,
        "wrong": 0,
        "beyond_10": 0,
        "mean_reciprocal_rank": 1.0,
    }
    assert found["held_out"]["computed"]["n"] == 3
    assert "chosen by folds, held out" in path.with_suffix(".inc").read_text()
    capsys.readouterr()


def test_a_tower_for_powders(measured, tmp_path, script, capsys):
    """Trained on salts that were not measured, it takes part in the benchmark."""
    salts = [(m, x, 4.5 + 0.2 * i) for i, m in enumerate(["Li", "Rb", "Cs"]) for x in ("F", "I")]
    salts += [(m, "Se", 5.0 + 0.1 * i) for i, m in enumerate(["Mg", "Ca", "Sr", "Ba"])]
    write_rocksalts(tmp_path / "salts.parquet", [*salts, ("Na", "Cl", 5.6), ("K", "Cl", 6.3)])
    arguments = [measured, tmp_path / "salts.parquet", "--output", tmp_path / "tower"]
    arguments += ["--structures", 8, "--held-out", 4, "--queries", 1, "--epochs", 1]
    script("powder_tower", *arguments, "--width", 16, "--checkpoint", tmp_path / "state")
    card = json.loads((tmp_path / "tower.json").read_text())
    assert card["parameters"]["simulator"]["parameters"]["geometry"] == "powder"
    assert card["about"]["learned_from"]["formulas"] in (6, 7, 8)  # neither halite nor sylvite
    assert set(card["about"]["held_out"]["top_k"]) == {"tower", "PatternMatcher"}
    assert (tmp_path / "state" / "state.pt").is_file()
    arguments = [measured, measured / "table.parquet", "--sizes", 3, "--tower", tmp_path / "tower"]
    script("measured_powder", *arguments, "--json", tmp_path / "found.json")
    found = json.loads((tmp_path / "found.json").read_text())
    asked = [row["n_queries"] for row in found["rows"] if "tower" in row["contender"]]
    assert asked == [3] * 8
    capsys.readouterr()


def test_refinement_of_measured_powder(measured, tmp_path, script, monkeypatch, capsys):
    refinement = import_module("measured_powder_refinement")
    monkeypatch.setattr(refinement, "VARIED", {"texture": [0.2]})
    monkeypatch.setattr(import_module("measured_powder_choices"), "N_FOLDS", 2)
    path = tmp_path / "refinement.json"
    arguments = [measured, measured / "table.parquet", "--n", 5, "--json", path]
    monkeypatch.setattr(sys, "argv", ["refinement", *map(str, arguments)])
    refinement.main()
    found = json.loads(path.read_text())
    assert len(found["rows"]) == 2 * len(refinement.SIMILARITIES)
    assert found["held_out"]["own"]["n"] == found["held_out"]["computed"]["n"] == 3
    assert found["held_out"]["own"]["wrong"] == 0
    assert "**as shipped**" in path.with_suffix(".inc").read_text()
    capsys.readouterr()


def test_what_is_said_of_a_wrong_answer(script):
    """Halite, silver chloride of nearly its cell, and sylvite, asked about with halite's scan."""
    powder = import_module("measured_powder")
    halite, *others = (
        rocksalt(pair, a)
        for pair, a in ((["Na", "Cl"], 5.64), (["Ag", "Cl"], 5.55), (["K", "Cl"], 6.29))
    )
    profile = PowderProfile(np.arange(20, 90, 0.02), background=0.05)
    (scan,) = DiffractionSimulator("powder", "CuKa", profile=profile).transform([halite])
    for wrong in others:
        found = powder.compared(make_powder_retriever().fit([wrong, halite]), scan)
        assert found["log_odds"] > 0
        assert found["distance"] < found["answer_distance"]
    assert powder.reason(True, 0.1, -30.0) == "the two have nearly the same pattern"
    assert "own structure" in powder.reason(False, 0.5, -30.0)
    assert "far better" in powder.reason(False, 0.2, -30.0)
    assert "nearly equal" in powder.reason(False, 0.2, -1.0)


def test_crystals_written_and_read_back(table, tmp_path, script, capsys):
    cifs = tmp_path / "cifs"
    cifs.mkdir()
    halite = Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    )
    halite.to(filename=str(cifs / "halite.cif"), symprec=0.01)
    (cifs / "broken.cif").write_text("data_broken\n")
    odd = halite.to(fmt="cif").replace("'Na4 Cl4'", "'Na4 Cl8'")
    (cifs / "odd.cif").write_text(odd)
    script("crystal_round_trip", table, "--cifs", cifs, "--n", 4, "--json", tmp_path / "trip.json")
    found = json.loads((tmp_path / "trip.json").read_text())
    assert len(found["rows"]) == 9
    for row in found["rows"]:
        assert (row["n"], row["wrong"], row["skipped"]) == (6, 0, 0)
    assert found["failures"] == found["left_out"] == []
    assert (found["cifs"]["n"], found["cifs"]["read"]) == (3, 2)
    assert len(found["cifs"]["doubts"]) == len(found["cifs"]["skipped"]) == 1
    text = (tmp_path / "trip.inc").read_text()
    assert text.count(".. list-table::") == 1
    assert "2 are read and 1 skipped; 1 disagree with their own formula" in text
    capsys.readouterr()


@pytest.fixture(scope="module")
def crystals_table(tmp_path_factory):
    """Alkali halides of three structures as a table."""
    path = tmp_path_factory.mktemp("crystals") / "crystals.parquet"
    from_prototype = Structure.from_prototype
    pairs = [(a, b) for a in ("Na", "K", "Rb", "Li") for b in ("F", "Cl", "Br", "I")]
    crystals = [
        from_prototype(kind, pair, a=a + i / 20)
        for i, pair in enumerate(pairs)
        for kind, a in (("rocksalt", 5.0), ("cscl", 3.2), ("zincblende", 5.4))
    ]
    columns = {
        "id": [str(i) for i in range(len(crystals))],
        "reduced_formula": [crystal.reduced_formula for crystal in crystals],
        "lattice": [crystal.lattice.matrix.ravel() for crystal in crystals],
        "numbers": [np.array(crystal.atomic_numbers) for crystal in crystals],
        "frac_coords": [crystal.frac_coords.ravel() for crystal in crystals],
        "spacegroup": [crystal.get_space_group_info()[1] for crystal in crystals],
    }
    pq.write_table(pa.table(columns), path)
    return path


def test_the_materials_project_script_makes_its_tables(script, crystals_table, tmp_path):
    script("materials_project", "formulas", tmp_path, "--output", tmp_path / "formulas.json")
    split = ["--tables", crystals_table, "--formulas", tmp_path / "formulas.json"]
    for kind in ("graphs", "peaks"):
        script("materials_project", "prepare", kind, *split, "--data", tmp_path / "data")
    where = ["--data", tmp_path / "data", "--output", tmp_path / "results"]
    small = ["--epochs", 1, "--width", 16, "--layers", 1, "--batch-size", 16]
    small += ["--net", '{"optimizer__weight_decay": 0.1}']
    script("materials_project", "train", "powder", *where, *small, "--keep")
    sides = ["--structure", "equivariant", "--pattern", "resnet1d", "--augmentation", "rescaled"]
    script("materials_project", "train", "eq-140-learned", *where, *small, *sides)
    output = tmp_path / "tables.json"
    script(
        "materials_project_tables",
        tmp_path / "results",
        crystals_table,
        *split[2:],
        "--json",
        output,
    )
    found = json.loads(output.read_text())["trainings"]
    assert {name: report["epochs"] for name, report in found.items()} == {
        "eq-140-learned": 1,
        "powder": 1,
    }
    assert all(0 <= r["mean_of_space_groups"]["clean"] <= 100 for r in found.values())
    kept = np.array([[0, 0], [1, 5], [2, 0], [3, 7]])  # the truth and its rank
    mean_of_groups = import_module("materials_project_pools").mean_of_groups
    assert mean_of_groups(kept, np.array(["a", "a", "b", "a"])) == pytest.approx(66.67)
    text = output.with_suffix(".inc").read_text()
    assert "not measured" in text
    assert "First answers of ``powder``" in text
    retriever = load_pretrained(tmp_path / "results" / "powder")
    assert retriever.embedding_dim == 16
    script("materials_project", "ask", "PatternMatcher", *split, "--queries", 2, "--output", output)
    assert json.loads(output.read_text())["top_k"]["PatternMatcher"]["clean"][0] == 100


def test_confidence_of_spots_and_its_tables(table, tmp_path, script, capsys):
    shutil.copy(table, tmp_path / "monolayers.parquet")
    cache = ("--cache", tmp_path / "answers")
    asked = ("--data", tmp_path, "--spots", 200, "--calibration", 20)
    script("confidence", "ask", "spots-nearest", *asked, *cache)
    script("confidence", "report", *cache, "--json", tmp_path / "found.json")
    found = json.loads((tmp_path / "found.json").read_text())
    assert len(found["rows"]) == 6  # three severities, stated or not
    for row in found["rows"]:
        assert 0 <= row["known_rejected"] <= row["n"] == 20
        assert row["covered"] <= row["n"]
        assert 0.5 < row["auc"] <= 1
    assert (tmp_path / "found.inc").read_text().count(".. list-table::") == 3
    assert (
        "Calibrated on 40 simulated queries"
        in found["words"]["spots-nearest, in words, severity 0.5"]
    )
    capsys.readouterr()


def test_confidence_of_scans(measured, tmp_path, script, capsys):
    shutil.copytree(measured, tmp_path / "measured")
    manifest = tmp_path / "measured" / "manifest.csv"
    lines = manifest.read_text().splitlines()
    rows = [lines[0] + ",composition,verified", *(f"{line},," for line in lines[1:])]
    manifest.write_text("\n".join(rows) + "\n", encoding="utf-8")
    for name in ("mp_le20", "mp_21_52", "mp_gt52"):
        shutil.copy(measured / "table.parquet", tmp_path / f"{name}.parquet")
    cache = ("--cache", tmp_path / "answers")
    asked = ("--data", tmp_path, "--simulated", 160, "--calibration", 20)
    script("confidence", "ask", "scans-1500", *asked, *cache)
    script("confidence", "report", *cache, "--json", tmp_path / "found.json")
    rows = {r["queries"]: r for r in json.loads((tmp_path / "found.json").read_text())["rows"]}
    assert rows["measured, nothing known"]["n"] == 3
    assert rows["measured, nothing known"]["first_right"] == 3
    assert rows["simulated, nothing known"]["n"] == 20
    capsys.readouterr()


def test_cell_finding_and_its_tables(measured, crystals_table, tmp_path, script, capsys):
    """Alkali halides, of one bucket of formulas, and the measured salts."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(crystals_table, data / "mp_le20.parquet")
    shutil.copytree(measured, data / "measured")
    arguments = ["--data", data, "--json", tmp_path / "found.json", "--n", 2, "--bucket", 0]
    script("cell_finding", *arguments, "--sets", "noisy", "imperfect, severity 0.5")
    found = json.loads((tmp_path / "found.json").read_text())
    assert set(found["population"].values()) > {0}
    for name in ("noisy", "measured"):
        assert {row["rank"] for row in found["answers"][name]} == {1}
    assert len(found["answers"]["measured"]) == 4
    text = (tmp_path / "found.inc").read_text()
    assert text.count(".. list-table::") == 3
    assert "as in the table" in text
    capsys.readouterr()


@pytest.fixture
def halides(crystals_table, measured, tmp_path):
    """A folder with this table and the measured salts."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(crystals_table, data / "mp_le20.parquet")
    shutil.copytree(measured, data / "measured")
    return data


def test_structure_solution_and_its_tables(halides, tmp_path, script, capsys):
    """Salts, of one bucket of formulas, by the structures of other salts."""
    cache = ("--cache", tmp_path / "answers")
    asked = ("--data", halides, "--queries", 2, "--library", 30)
    script("structure_solution", "ask", "formula", "prototype", "templates", *asked, *cache)
    report = tmp_path / "found.json"
    script("structure_solution", "report", *cache, "--json", report)
    found = json.loads(report.read_text())
    assert set(found) == {"formula", "prototype", "templates"}
    for part in found.values():
        assert 0 < len(part["answers"]) <= 2
        for answer in part["answers"]:
            assert answer["loose"] is None or answer["loose"] >= 1
    assert (tmp_path / "found.inc").read_text().count(".. list-table::") == 6
    (tmp_path / "answers" / "prototype.joblib").unlink()
    script("structure_solution", "report", *cache, "--json", report)
    assert json.loads(report.read_text()) == found  # what the cache lacks stays
    capsys.readouterr()


def test_what_is_learned_of_solved_structures_is_told_by_those_left_out(script):
    """The residual decides, but for a few."""
    solution, rng = import_module("structure_solution"), np.random.default_rng(0)
    facts = rng.normal(size=(30, 5))
    right = facts[:, 0] + 0.3 * rng.normal(size=30) < 0
    found = solution.left_out(facts, right)
    others = learn_certainty(facts[1:], right[1:])
    assert found[0] == pytest.approx(float(others.probability(facts[0])))
    assert found[right].mean() > found[~right].mean() + 0.3
    told = solution.told(np.array([0.95, 0.95, 0.2, 0.1]), np.array([True, False, False, True]))
    assert told.endswith("AUC 0.375, answered 2, right 1")


def test_of_a_mirror_image_all_metrics_are_those_of_the_crystal(script):
    """Quartz, left-handed and right-handed; then each atom moved by a hundredth of an angstrom."""
    metrics = import_module("solution_metrics")
    sites = [[0.47, 0, 0], [0.413, 0.267, 0.119]]
    right = Structure.from_spacegroup("P3_121", Lattice.hexagonal(4.913, 5.405), ["Si", "O"], sites)
    mirrored = Structure(-right.lattice.matrix, right.species, right.frac_coords)
    assert metrics.judged(mirrored, right)["dihedrals_mae"] == pytest.approx(0, abs=1e-6)
    mirrored.perturb(0.01)
    found = metrics.judged(mirrored, right)
    assert 0 < found["dihedrals_mae"] < 3
    assert found["bonds_mape"] < 0.02


def test_bond_check_and_its_tables(halides, tmp_path, script, capsys):
    report = tmp_path / "found.json"
    weights = tmp_path / "bonds.safetensors"
    sizes = ("--learn", 30, "--ask", 8)
    script("bond_check", "--data", halides, "--json", report, *sizes, "--weights", weights)
    assert PretrainedBondCheck(weights).fit().classes_.tolist() == [False, True]
    found = json.loads(report.read_text())
    assert set(found["kinds"]) >= {"displaced", "wrong template"}
    assert all(0 <= kind["auc"] <= 1 for kind in found["kinds"].values())
    assert (tmp_path / "found.inc").read_text().count(".. list-table::") == 2


@pytest.fixture
def salts_table(tmp_path):
    """Salts of halite's structure as a table of frameworks, and none with carbon."""
    pairs = [(a, b) for a in ("Na", "K", "Rb", "Li") for b in ("F", "Cl", "Br", "I")]
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    salts = [
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.0 + i / 20), pair, sites)
        for i, pair in enumerate(pairs)
    ]
    columns = {
        "id": [f"{'ABCDEF'[i % 6] * 6}{i}" for i in range(len(salts))],
        "formula": [salt.formula.replace(" ", "") for salt in salts],
        "reduced_formula": [salt.reduced_formula for salt in salts],
        "lattice": [salt.lattice.matrix.ravel() for salt in salts],
        "numbers": [np.array(salt.atomic_numbers) for salt in salts],
        "frac_coords": [salt.frac_coords.ravel() for salt in salts],
    }
    pq.write_table(pa.table(columns), tmp_path / "frameworks.parquet")
    return tmp_path


def test_template_library_and_its_table(salts_table, tmp_path, script, capsys):
    """Cubic salts by size: the next one is less than 5 % larger or smaller."""
    queries = import_module("template_queries")
    table = queries.frameworks(salts_table)
    assert table.family.nunique() == 6  # those of one refcode
    assert queries.families_of(["AAAAAA1", "AAAAAA2", "x"], ["A", "B", "B"]) == ["AAAAAA"] * 3
    bucket = table.bucket[table.bucket != 1].iloc[0]
    arguments = ["--data", salts_table, "--kinds", "frameworks", "--buckets", bucket, "--n", 1]
    script("template_library", *arguments, "--json", tmp_path / "found.json")
    found = json.loads((tmp_path / "found.json").read_text())["kinds"]["frameworks"]
    assert found["n_queries"] == 1
    whole = [row for row in found["rows"] if row["library"] == "the whole library"]
    assert len(whole) == 13
    assert all(row["accuracy"][1] == 100 for row in whole if "alone" not in row["told"])
    text = (tmp_path / "found.inc").read_text()
    assert text.count(".. list-table::") == 1
    assert "the nearest of each class" in text
    capsys.readouterr()


@pytest.fixture
def bilayer_sample(tmp_path):
    """A layer and images of its bilayers, laid out and named as the public sample is."""
    plt = pytest.importorskip("matplotlib.pyplot")
    layer = Structure(Lattice.hexagonal(5.0, 20.0), ["Re", "S"], [[0, 0, 0.5], [0.3, 0.6, 0.5]])
    (tmp_path / "structures").mkdir()
    layer.to(filename=str(tmp_path / "structures" / "ReS2.cif"))
    layer = Structure.from_file(tmp_path / "structures" / "ReS2.cif")
    lattice = Stack([layer, layer], (0, 0)).lattice
    for folder in ("clean", "realistic"):
        (tmp_path / folder).mkdir()
        for name, slip in (("x0.5_y1.0", [0.5, 1.0]), ("x1.0_y0.0", [1.0, 0.0])):
            stack = Stack([layer, layer], slip @ np.linalg.inv(lattice))
            simulator = StackSimulator(0.03409, shape=(600, 600), random_state=0)
            (image,) = simulator.transform([stack])
            plt.imsave(tmp_path / folder / f"{name}.png", image[::-1], cmap="gray")
    return tmp_path


def test_stacking_regression_and_its_table(bilayer_sample, tmp_path, script, capsys):
    report = tmp_path / "found.json"
    few = ("--n", 2, "--images", 40, "--epochs", 1, "--sample", 2)
    script("stacking_regression", "--data", bilayer_sample, "--json", report, *few)
    found = json.loads(report.read_text())
    assert len(found["rows"]) == 10
    named = [row for row in found["rows"] if row["against"] == "file names"]
    assert max(row["median_pm"] for row in named if row["reader"] == "fitter") < 1
    assert all(row["n"] + row["failed"] == 2 for row in found["rows"])
    assert (tmp_path / "found.inc").read_text().count(".. list-table::") == 1
    capsys.readouterr()


def test_stacking_maps_and_their_tables(tmp_path, script, capsys):
    report = tmp_path / "found.json"
    script("stacking_maps", "speed", "windows", "--n", 1, "--size", 400, "--json", report)
    script("stacking_maps", "boundaries", "--n", 1, "--json", report)
    found = json.loads(report.read_text())
    assert [row["found"] for row in found["boundaries"].values()] == [1, 1, 1]
    assert all(row["worst"] < 1 for row in found["boundaries"].values())  # [Å]
    assert found["windows"]["median"] < 20  # [pm]
    assert found["windows"]["n"] == 4
    assert found["speed"]["n"] == 9
    text = (tmp_path / "found.inc").read_text()
    assert text.count(".. list-table::") == 3
    capsys.readouterr()


def test_stacking_and_its_tables(tmp_path, script, capsys):
    """Two images of each kind of stack, with defects; parts join what was measured before."""
    report = tmp_path / "found.json"
    script("stacking", "mixture", "--n", 6, "--json", report)
    script("stacking", "antiparallel", "--n", 10, "--json", report)
    found = json.loads(report.read_text())
    assert set(found) == {"mixture", "antiparallel", "surroundings"}
    assert found["mixture"]["all"]["n"] == 6
    assert found["mixture"]["all"]["median"] < 20  # [pm]
    assert found["antiparallel"] == {"n": 2, "right": 2}
    assert (tmp_path / "found.inc").read_text().count(".. list-table::") == 2
    capsys.readouterr()


def test_saed_and_its_tables(table, tmp_path, script, capsys):
    """A few queries of each part that needs no pictures, among all generated layers."""
    table.rename(tmp_path / "monolayers.parquet")
    report = tmp_path / "found.json"
    few = ["--queries", 10, "--moved", 10, "--data", tmp_path, "--json", report]
    try:
        script("saed", "conditions", "tilts", "known", *few)
    finally:
        (tmp_path / "monolayers.parquet").rename(table)
    found = json.loads(report.read_text())
    assert set(found) == {"conditions", "tilts", "known", "surroundings"}
    assert found["conditions"]["lattice right"] >= 0.9
    assert found["conditions"]["all"]["top"][0] >= 5
    assert found["tilts"]["one pattern"]["queries"] == 10
    assert found["known"]["unknown"]["top"][0] > found["known"]["taken as known"]["top"][0]
    assert (tmp_path / "found.inc").read_text().count(".. list-table::") == 3
    capsys.readouterr()


def test_embeddings_in_half_precision(tmp_path, script, capsys):
    structures = load_standards()[:4]
    save_library(make_powder_retriever().fit(structures), tmp_path / "library")
    few = ("--structures", 6, "--queries", 3, "--library", tmp_path / "library")
    for _ in range(2):  # embeddings are kept
        kept = ("--vectors", tmp_path / "kept.npy")
        script("half_precision", "--json", tmp_path / "half.json", *few, *kept)
    rows = json.loads((tmp_path / "half.json").read_text())["rows"]
    assert [row["n"] for row in rows] == [6] * 3 + [4] * 3
    assert all(row["as a set"] == 100 for row in rows)  # all entries are among the first hundred
    assert all(row["queries"] == 3 for row in rows)
    assert (tmp_path / "half.inc").read_text().count("list-table") == 1
    capsys.readouterr()


def test_search_in_large_galleries(tmp_path, script, capsys):
    sizes = ("--sizes", 300, 600, "--structures", 40)
    script("million", "--json", tmp_path / "million.json", *sizes)
    found = json.loads((tmp_path / "million.json").read_text())
    assert [row["n"] for row in found["rows"]] == [300, 600]
    assert all(row[key] >= 0 for row in found["rows"] for key in ("embedding", "profile", "filter"))
    assert (tmp_path / "million.inc").read_text().count("list-table") == 1
    capsys.readouterr()


@pytest.mark.slow
def test_speed_beside_other_codes(tmp_path, script, capsys):
    small = ("--structures", 12, "--layers", 64, "--scans", 2)
    script("speed", "--json", tmp_path / "speed.json", *small)
    rows = json.loads((tmp_path / "speed.json").read_text())["rows"]
    assert {row["unit"] for row in rows} == {"file", "structure", "layer", "scan", "step"}
    assert all(row["ours"] > 0 for row in rows)
    (step,) = (row for row in rows if row["unit"] == "step")
    assert 0 < step["theirs"] < step["ours"]  # no step is faster than its arithmetic
    assert (tmp_path / "speed.inc").read_text().count("list-table") == 1
    capsys.readouterr()
