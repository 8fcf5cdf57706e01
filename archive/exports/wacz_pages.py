"""The list of pages of a WACZ: which captures are pages, in what order, and what each says.

Texts are read as they are written: an archive's do not fit into memory together.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import IO, Any

from sqlalchemy import Connection, Row, Select, select

from archive.exports.picking import Captures
from archive.exports.requisites import HTML
from archive.rows.in_lists import AT_ONCE, SOME, chunks
from archive.rows.schema import content, reading

_HEAD = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": True}
_READINGS = select(reading.c.capture_id, reading.c.article_id, reading.c.observed_at).where(
    reading.c.capture_id.in_(SOME)
)
_SAID: Select[Any] = (
    select(reading.c.capture_id, content.c.title, content.c.subtitle, content.c.lead, content.c.body)
    .join(content, (content.c.article_id == reading.c.article_id) & (content.c.digest == reading.c.digest))
    .where(reading.c.capture_id.in_(SOME))
)


def order_of_pages(conn: Connection, captures: Captures, main_article: str | None) -> list[str]:
    """Ids of captures: articles, the main one and the newest first; then the other HTML pages."""
    articles = list(_in_chunks(conn, _READINGS, [row.id for row in captures.values() if _is_page(row)]))
    articles.sort(key=lambda row: (row.article_id == main_article, row.observed_at), reverse=True)
    read = {row.capture_id for row in articles}
    others = [row for row in captures.values() if row.id not in read and _is_page(row) and row.status == 200]
    others.sort(key=lambda row: row.captured_at, reverse=True)
    return [row.capture_id for row in articles] + [row.id for row in others]


def pages_of(conn: Connection, captures: Captures, ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Each of these pages, articles with title and text, as it is asked for."""
    waiting = iter(ids)
    while some := list(islice(waiting, AT_ONCE)):
        said = {row.capture_id: row for row in _in_chunks(conn, _SAID, some)}
        yield from (_page(captures[each], said.get(each)) for each in some)


def write_pages(file: IO[bytes], pages: Iterator[dict[str, Any]]) -> None:
    """Write `pages` as a WACZ lists them, a line of JSON each."""
    file.write(_line(_HEAD))
    file.writelines(map(_line, pages))


def seconds(moment: datetime) -> str:
    """A time as WACZ writes it, to the second."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _in_chunks(conn: Connection, statement: Select[Any], capture_ids: Collection[str]) -> Iterator[Row[Any]]:
    for some in chunks(capture_ids):
        yield from conn.execute(statement, {"some": some})


def _is_page(row: Row[Any]) -> bool:
    return row.record_type in ("response", "resource") and row.mime in HTML and row.page_kind != "requisite"


def _page(row: Row[Any], said: Row[Any] | None) -> dict[str, Any]:
    page = {"id": row.id, "url": row.url, "ts": seconds(row.captured_at), "title": row.url}
    if said is None:
        return page
    text = "\n".join(filter(None, [said.subtitle, said.lead, *said.body]))
    return page | {"title": said.title or row.url, "text": text}
