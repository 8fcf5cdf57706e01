"""Tables leave the archive whole: from one consistent view of the rows, streamed, counted, each with its digest."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, cast

from sqlalchemy import Connection

from archive.errors import UsageError
from archive.exports.data_package import ExportedFile, data_package, manifest
from archive.exports.folder import digest_of, new_folder
from archive.exports.parquet import write_parquet
from archive.exports.selection import Selection
from archive.exports.tables import TABLES, ExportedTable
from archive.exports.text_files import write_csv, write_jsonl
from archive.exports.wacz import ExportedWacz, export_wacz
from archive.home import Home

TableFormat = Literal["csv", "jsonl", "parquet", "datapackage"]
SUFFIX = {"csv": "csv", "jsonl": "jsonl", "parquet": "parquet", "datapackage": "csv"}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: `rows` over all files."""

    out: Path
    files: int
    rows: int
    bytes: int


def export(
    conn: Connection, home: Home, out: Path, form: str, selection: Selection, *, body: bool = True
) -> Exported | ExportedWacz:
    """Export in any format; a WACZ goes into the folder `out` under a name that says what it holds.

    Raises UsageError for an unknown format, and what `export_tables` and `export_wacz` raise.
    """
    if form == "wacz":
        if not body:
            raise UsageError("--no-body is for tables; a WACZ holds whole pages")
        return export_wacz(conn, home, out / f"{_stem(selection)}.wacz", selection)
    if form not in SUFFIX:
        raise UsageError(f"--format {form}: one of {', '.join(SUFFIX)}, wacz")
    return export_tables(conn, out, cast("TableFormat", form), selection, body=body)


def _stem(selection: Selection) -> str:
    parts = [selection.site, selection.main_article, selection.query]
    parts += [f"{moment:%Y%m%d}" for moment in (selection.since, selection.until) if moment]
    return re.sub(r"\W+", "-", "-".join(filter(None, parts))).strip("-") or "archive"


def export_tables(
    conn: Connection,
    out: Path,
    form: TableFormat,
    selection: Selection,
    *,
    body: bool = True,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Exported:
    """Write the tables that `selection` takes into the new folder `out`, with `manifest.json` or `datapackage.json`.

    `conn` is one of `Database.reader()`: all files are of the same moment. Raises UsageError where `out` is there,
    ConfigurationError where Parquet is asked for and pyarrow is missing.
    """
    with new_folder(out) as folder:
        files = [_write(conn, folder, form, table, selection, body=body) for table in TABLES]
        head = {
            "created": f"{clock():%Y-%m-%dT%H:%M:%SZ}",
            "software": f"svodka/{version('svodka')}",
            "selection": selection.described() | ({} if body else {"body": False}),
        }
        name, described = _describe(form, head, files, body=body)
        text = json.dumps(described, ensure_ascii=False, indent=2) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
    return Exported(out, len(files), sum(file.rows for file in files), sum(file.bytes for file in files))


def _write(
    conn: Connection, folder: Path, form: TableFormat, table: ExportedTable, selection: Selection, *, body: bool
) -> ExportedFile:
    path = folder / f"{table.name}.{SUFFIX[form]}"
    columns = table.columns(body=body)
    with closing(table.rows(conn, selection, body=body)) as rows:
        if form == "parquet":
            count = write_parquet(path, columns, rows)
        else:
            write = write_jsonl if form == "jsonl" else write_csv
            count = write(path, [column.name for column in columns], rows)
    with path.open("rb") as file:
        digest = digest_of(file)
    return ExportedFile(table.name, path.name, count, path.stat().st_size, digest)


def _describe(
    form: TableFormat, head: dict[str, Any], files: list[ExportedFile], *, body: bool
) -> tuple[str, dict[str, Any]]:
    if form == "datapackage":
        return "datapackage.json", data_package(head, files, {table.name: table for table in TABLES}, body=body)
    return "manifest.json", manifest(head, files)
