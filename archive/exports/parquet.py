"""Tables as Parquet, with their types kept: integers, UTC timestamps in microseconds, lists of texts.

Needs the extra `[export]` (pyarrow), which is imported only here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer

from archive.errors import ConfigurationError
from archive.rows.schema import UtcTime

ROWS_A_GROUP = 20_000
TEXT_LISTS = {"body", "subjects"}


def write_parquet(path: Path, columns: Sequence[Column[Any]], rows: Iterable[Sequence[Any]]) -> int:
    """Write the rows in groups; returns how many. Other JSON than lists of texts is kept as JSON text.

    Raises ConfigurationError where pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise ConfigurationError("Parquet needs the extra [export]: pip install 'svodka[export]'") from None
    schema = pyarrow.schema([pyarrow.field(each.name, _type(pyarrow, each), each.nullable) for each in columns])
    as_text = [isinstance(each.type, JSON) and each.name not in TEXT_LISTS for each in columns]
    count, remaining = 0, iter(rows)
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := list(islice(remaining, ROWS_A_GROUP)):
            values = [_column(group, number, text) for number, text in enumerate(as_text)]
            arrays = [pyarrow.array(each, field.type) for each, field in zip(values, schema, strict=True)]
            writer.write_batch(pyarrow.record_batch(arrays, schema=schema))
            count += len(group)
    return count


def _column(group: Sequence[Sequence[Any]], number: int, as_text: bool) -> list[Any]:
    values = [row[number] for row in group]
    return [None if v is None else json.dumps(v, ensure_ascii=False) for v in values] if as_text else values


def _type(pyarrow: Any, column: Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, UtcTime):
        return pyarrow.timestamp("us", tz="UTC")
    if isinstance(kind, Boolean):
        return pyarrow.bool_()
    if isinstance(kind, Integer | BigInteger):
        return pyarrow.int64()
    if isinstance(kind, JSON) and column.name in TEXT_LISTS:
        return pyarrow.list_(pyarrow.string())
    return pyarrow.string()
