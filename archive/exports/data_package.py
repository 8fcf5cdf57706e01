"""Describes exported tables: a manifest of files, or a Frictionless Data Package with every column's type and meaning.

Data Package 1.0 and Table Schema 1.0, https://specs.frictionlessdata.io/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer

from archive.exports.parquet import TEXT_LISTS
from archive.exports.tables import ExportedTable
from archive.rows.schema import UtcTime

INERT = (
    "In CSV a text that begins with = + - @, a tab or a line end has an apostrophe in front, so that no spreadsheet "
    "calculates it; take one apostrophe away to have the text."
)


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file: `bytes` its size, `sha256` as `sha256:<hex>` over all of it."""

    table: str
    path: str
    rows: int
    bytes: int
    sha256: str


def manifest(head: Mapping[str, Any], files: Sequence[ExportedFile]) -> dict[str, Any]:
    """What was exported, and the digest of each file."""
    return {**head, "files": [asdict(file) for file in files]}


def data_package(
    head: Mapping[str, Any], files: Sequence[ExportedFile], tables: Mapping[str, ExportedTable], *, body: bool
) -> dict[str, Any]:
    """The descriptor of a Data Package whose resources are the CSV files in `files`."""
    return {
        "profile": "tabular-data-package",
        "name": "svodka-export",
        "title": "An export of a Svodka archive",
        "description": INERT,
        **head,
        "resources": [_resource(file, tables[file.table], body=body) for file in files],
    }


def _resource(file: ExportedFile, table: ExportedTable, *, body: bool) -> dict[str, Any]:
    columns = table.columns(body=body)
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in columns],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-"),
        "path": file.path,
        "description": table.doc,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.bytes,
        "hash": file.sha256,
        "rows": file.rows,
        "schema": schema,
    }


def _field(column: Column[Any]) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, **_type(column)}
    if column.doc:
        field["description"] = column.doc
    if not column.nullable and not column.info.get("may_be_empty"):  # an empty text is an empty cell
        field["constraints"] = {"required": True}
    return field


def _type(column: Column[Any]) -> dict[str, str]:
    kind = column.type
    if isinstance(kind, UtcTime):
        return {"type": "datetime", "format": "any"}
    if isinstance(kind, Boolean):
        return {"type": "boolean"}
    if isinstance(kind, Integer | BigInteger):
        return {"type": "integer"}
    if isinstance(kind, JSON):
        return {"type": "array" if column.name in TEXT_LISTS | {"conflicts"} else "object"}
    return {"type": "string"}
