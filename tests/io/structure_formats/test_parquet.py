"""Parquet tables, one row a structure."""

import sys
import time

import numpy as np
import pytest

from xrdmatch.io import SkippedStructureWarning, read_structures

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

N_MONOLAYERS = 8397  # rows that the table's own description states
SECONDS = 10  # what reading them may take at most


@pytest.fixture
def rows(triclinic):
    row = {
        "lattice": triclinic.lattice.matrix.ravel().tolist(),
        "numbers": list(triclinic.atomic_numbers),
        "frac_coords": triclinic.frac_coords.ravel().tolist(),
    }
    return [{"id": f"x-{i}", **row, "spacegroup": 1, "gap": None} for i in range(3)]


def write(path, rows, **types):
    schema = pa.Table.from_pylist(rows).schema
    for name, kind in types.items():
        schema = schema.set(schema.names.index(name), pa.field(name, kind))
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    return path


def test_round_trip(tmp_path, rows, triclinic, assert_same):
    path = write(tmp_path / "table.parquet", rows)
    structures = read_structures(path)
    for read in structures:
        assert_same(read, triclinic, atol=1e-12)
        np.testing.assert_allclose(read.lattice.matrix, triclinic.lattice.matrix, atol=1e-12)
    assert [read.properties["name"] for read in structures] == ["x-0", "x-1", "x-2"]
    assert structures[0].properties == {"name": "x-0", "source": str(path), "spacegroup": 1}


def test_list_types_of_other_writers(tmp_path, rows, triclinic, assert_same):
    path = write(
        tmp_path / "table.parquet",
        rows,
        lattice=pa.list_(pa.float64(), 9),
        numbers=pa.large_list(pa.uint8()),
        frac_coords=pa.list_(pa.float32()),
        id=pa.large_string(),
    )
    assert_same(read_structures(path)[2], triclinic, atol=1e-6)


def test_scalar_columns_become_facts_and_lists_do_not(tmp_path, rows):
    more = {"name": "other", "source": "a paper", "stable": True, "forces": [0.0, 1.0]}
    path = write(tmp_path / "table.parquet", [row | more for row in rows])
    facts = read_structures(path)[1].properties
    assert facts["name"] == "x-1"
    assert facts["original_source"] == "a paper"
    assert facts["stable"] is True
    assert "forces" not in facts


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("lattice", [1.0] * 8, "a cell has 9 numbers, three row vectors; got 8"),
        ("lattice", None, "a cell has 9 numbers, three row vectors; got 0"),
        ("lattice", [1.0] * 9, "its cell is not finite or has no volume"),
        ("lattice", [float("nan")] * 9, "its cell is not finite or has no volume"),
        ("frac_coords", [0.0] * 11, "every site has 3 coordinates; got 11 for 4 sites"),
        ("frac_coords", [None] * 12, "a coordinate is not a finite number"),
        ("numbers", [42, 16, 16, 0], "atomic numbers are whole and run from 1 to 118; got 0"),
        ("numbers", [42, 16, 16, None], "atomic numbers are whole and run from 1 to 118; got nan"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_read(tmp_path, rows, column, value, reason):
    rows[1][column] = value
    path = write(tmp_path / "table.parquet", rows)
    with pytest.warns(SkippedStructureWarning, match=rf"entry x-1 \({reason}\)"):
        structures = read_structures(path)
    assert [read.properties["name"] for read in structures] == ["x-0", "x-2"]


def test_empty_rows_are_refused(tmp_path, rows):
    rows[0] |= {"numbers": [], "frac_coords": []}
    with pytest.warns(SkippedStructureWarning, match=r"entry x-0 \(it has no atoms\)"):
        read_structures(write(tmp_path / "table.parquet", rows))


def test_missing_columns_are_named(tmp_path, rows):
    for row in rows:
        del row["numbers"], row["id"]
    path = write(tmp_path / "table.parquet", rows)
    with pytest.raises(ValueError, match=r"needs the columns .* and lacks id, numbers"):
        read_structures(path)


def test_a_table_without_rows_is_said(tmp_path, rows):
    path = tmp_path / "table.parquet"
    pq.write_table(pa.Table.from_pylist(rows).slice(0, 0), path)
    with pytest.raises(ValueError, match=r"table\.parquet \(the file holds no structure\)"):
        read_structures(path)


def test_broken_files_say_why(tmp_path):
    (tmp_path / "x.parquet").write_bytes(b"no table at all" * 10)
    with pytest.raises(ValueError, match=r"x\.parquet \(Parquet magic bytes not found"):
        read_structures(tmp_path / "x.parquet")


def test_without_pyarrow_the_sentence_says_how_to_install_it(tmp_path, rows, monkeypatch):
    path = write(tmp_path / "table.parquet", rows)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(
        ImportError, match=r"needs pyarrow; install it with `pip install xrdm.*\[io"
    ):
        read_structures(path)


def test_a_library_of_monolayers(shared_data):
    start = time.perf_counter()
    structures = read_structures(shared_data / "monolayers.parquet")
    assert time.perf_counter() - start < SECONDS
    assert len(structures) == N_MONOLAYERS
    # The table states formula and number of atoms beside the arrays they were read from.
    for read in structures[::97]:
        assert read.reduced_formula == read.properties["reduced_formula"]
        assert len(read) == read.properties["natoms"]
