"""Tables as CSV and JSON Lines: UTF-8, times in ISO 8601 and UTC, streamed row by row.

CSV cells are inert: a text that a spreadsheet would take for a formula gets an apostrophe in front. `=1+1` is written
as `'=1+1`, and a text that begins with apostrophes before such a sign gets one more, so taking one away is exact.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.rows.schema import utc_text

# What Excel, LibreOffice and Google Sheets begin a formula with, full-width forms and leading control characters too.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_MADE_INERT = re.compile(r"''*[=+\-@\t\r\n＝＋－＠]")


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a head line and the rows as RFC 4180 has it; returns how many rows. Absent is an empty cell."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_cell(value) for value in row])
            count += 1
    return count


def write_jsonl(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write an object a line; returns how many. Absent is null."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            values = {name: _json_value(value) for name, value in zip(columns, row, strict=True)}
            file.write(json.dumps(values, ensure_ascii=False) + "\n")
            count += 1
    return count


def inert(text: str) -> str:
    """`text` as a cell that no spreadsheet calculates; undone by `original`."""
    return f"'{text}" if _FORMULA.match(text) else text


def original(cell: str) -> str:
    """The text of an inert cell."""
    return cell[1:] if _MADE_INERT.match(cell) else cell


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def _json_value(value: Any) -> Any:
    return utc_text(value) if isinstance(value, datetime) else value
