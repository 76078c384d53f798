"""Parquet tables, one row a structure."""

from functools import partial

import numpy as np

from xrdmatch.crystallography import structure_from_arrays

_COLUMNS = ("id", "lattice", "numbers", "frac_coords")


def read_parquet(path):
    """Yield ``(name, build)`` for every row of the table, by its id.

    Columns: ``id``; ``lattice``, 9 floats, the row vectors a, b, c [Å]; ``numbers``, the atomic
    numbers; ``frac_coords``, 3 floats a site. Other columns of numbers or texts become facts
    about the structure, but for a ``name``, which gives way to the id.
    """
    pa, pq = _import_pyarrow()
    file = pq.ParquetFile(path)
    schema = file.schema_arrow
    if missing := [column for column in _COLUMNS if column not in schema.names]:
        raise ValueError(
            f"the table needs the columns {', '.join(_COLUMNS)} and lacks {', '.join(missing)}"
        )
    scalars = [f.name for f in schema if f.name not in _COLUMNS and _is_scalar(pa, f.type)]
    table = file.read(columns=[*_COLUMNS, *scalars])
    lists = (_split(pa, table[column]) for column in _COLUMNS[1:])
    facts = table.select(scalars).to_pylist() if scalars else [{}] * len(table)
    for name, *arrays, known in zip(table["id"].to_pylist(), *lists, facts, strict=True):
        known = {key: value for key, value in known.items() if value is not None}
        yield str(name), partial(structure_from_arrays, *arrays, {**known, "name": str(name)})


def _split(pa, column):
    """Cut a column of lists into one numpy array a row; a null becomes an empty one."""
    column = column.combine_chunks()
    lengths = pa.compute.fill_null(pa.compute.list_value_length(column), 0).to_numpy()
    values = pa.compute.list_flatten(column).to_numpy(zero_copy_only=False)
    ends = np.cumsum(lengths)
    return (values[start:end] for start, end in zip(ends - lengths, ends, strict=True))


def _is_scalar(pa, kind):
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    tests = ("boolean", "integer", "floating", "string", "large_string")
    return any(getattr(pa.types, f"is_{test}")(kind) for test in tests)


def _import_pyarrow():
    try:
        import pyarrow as pa
        import pyarrow.compute
        import pyarrow.parquet as pq
    except ImportError as error:
        raise ImportError(
            "reading Parquet files needs pyarrow; install it with `pip install xrdmatch[io]`"
        ) from error
    return pa, pq
