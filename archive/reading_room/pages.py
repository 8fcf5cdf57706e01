"""The pages: what is in the archive, what each article says and has said, and the evidence for it.

Each function gives the name of a template and what it is filled with.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from archive.errors import NothingFound, SvodkaError
from archive.evidence import FIELDS, CaptureAddress, FieldEvidence, capture_address, evidence, reading_of, values_of
from archive.home import Home
from archive.reading_room import article_lists, article_page, queries
from archive.reading_room.changes import changes
from archive.reading_room.charts import line_chart, span, turns
from archive.reading_room.choices import ORDERS, PRESENCES, Choices, chosen
from archive.reading_room.player import HOW
from archive.reading_room.records import moment_of, nearest, neighbours, timestamp
from archive.rows.engine import Connection
from archive.search import MOST_HITS, search
from archive.warc.reader import StoredCapture, read_capture_at

SHOWN_HITS = 100
MOST_OUTLETS = 500  # that are offered while one is typed
Filled = tuple[str, dict[str, Any]]


def overview(_home: Home, conn: Connection, _request: Request) -> Filled:
    """The archive at a glance."""
    return "overview.html", {"it": queries.overview(conn)}


def captures(_home: Home, conn: Connection, request: Request) -> Filled:
    """The list of captures."""
    asked = request.query_params
    found = queries.captures(
        conn, asked.get("url", ""), asked.get("site", ""), asked.get("kind", ""), _page_number(request)
    )
    links = _page_links(request, found)
    return "captures.html", {
        "page": found, "sites": sorted(queries.zones(conn)), "kinds": queries.KINDS, "links": links,
    }  # fmt: skip


def articles(_home: Home, conn: Connection, request: Request) -> Filled:
    """The list of articles, or those that have all words that were asked for."""
    choices, words = chosen(request.query_params), request.query_params.get("q", "").strip()
    offered = {
        "languages": article_lists.languages(conn), "outlets": article_lists.outlets(conn, MOST_OUTLETS),
        "orders": ORDERS, "presences": PRESENCES, "choices": choices,
    }  # fmt: skip
    if words:
        return "found.html", {**offered, **_found(conn, words, choices)}
    page = article_lists.article_page(conn, choices)
    return "articles.html", {**offered, "page": page, "links": _list_links(request, page)}


def article(home: Home, conn: Connection, request: Request) -> Filled:
    """One article as one of its readings shows it, by default the latest, and what was seen of it over time."""
    article_id = request.path_params["article_id"]
    read = reading_of(conn, request.query_params.get("capture") or article_id)
    if read.article_id != article_id:
        raise NothingFound(f"{article_id}: was not read from that capture")
    values = values_of(conn, read)
    by_name = {**dict.fromkeys(FIELDS), **{value.field: value.value for value in values}}
    seen = article_page.seen(conn, article_id)
    return "article.html", {
        "read": read, "values": values, "by_name": by_name, "raw_of": _raw_texts(values), "seen": seen,
        "glance": article_page.glance(conn, article_id, by_name["alternate"] or []),
        "charts": _charts(seen), "units": article_page.KINDS,
    }  # fmt: skip


def changed(_home: Home, conn: Connection, request: Request) -> Filled:
    """What changed between two versions of an article."""
    asked = request.query_params
    return "changes.html", {"it": changes(conn, request.path_params["article_id"], asked.get("a"), asked.get("b"))}


def capture(home: Home, conn: Connection, request: Request) -> Filled:
    """One capture: where it stands, what was read from it, and its heads."""
    row = queries.capture_row(conn, request.path_params["capture_id"])
    read, placed, failed = queries.read_from(conn, row.id)
    address, stored, problem = _bytes_of(home, conn, row.id)
    return "capture.html", {
        "row": row, "read": read, "placed": placed, "failed": failed, "address": address, "stored": stored,
        "problem": problem, "heads": _heads(stored), "zones": queries.zones(conn),
    }  # fmt: skip


def evidence_page(home: Home, conn: Connection, request: Request) -> Filled:
    """The bytes that values were read from."""
    identity = request.query_params.get("id", "")
    return "evidence.html", {"it": evidence(conn, home, identity, request.query_params.get("field"))}


def replay(_home: Home, conn: Connection, request: Request) -> Filled:
    """One capture in the player: the one that is nearest to the time that was asked for."""
    asked = request.query_params
    url, at = asked.get("url", ""), asked.get("at", "")
    row = nearest(conn, url, moment_of(at), asked.get("site") or None)
    if row is None:
        raise NothingFound(f"{url}: was never captured")
    values = {"site": row.site, "at": timestamp(row.captured_at), "url": row.url}
    return "replay.html", {"row": row, "frame": urlencode(values), "how": HOW, "others": neighbours(conn, row)}


# --- their parts -----------------------------------------------------------------------------------------------


def _found(conn: Connection, words: str, choices: Choices) -> dict[str, Any]:
    """The hits that fit the choices; where there are any, the best thousand are looked through."""
    looked = MOST_HITS if choices.narrow or choices.order else SHOWN_HITS
    hits = search(conn, words, looked)
    rows = article_lists.narrowed(article_lists.listed(conn, [hit.article_id for hit in hits]), choices)
    return {
        "rows": rows[:SHOWN_HITS], "hits": {hit.article_id: hit for hit in hits}, "count": len(rows),
        "looked": len(hits) if len(hits) == looked else None,
    }  # fmt: skip


def _raw_texts(values: list[FieldEvidence]) -> dict[str, str | None]:
    return {value.field: value.raw for value in values}


def _charts(seen: article_page.Seen) -> list[dict[str, Any]]:
    """A chart for each counter and source that was observed at two times or more."""
    charts = []
    for (kind, source), observed in seen.series.items():
        if (ends := span(observed)) is not None:
            label = f"{kind} over time, {ends.least} to {ends.most}"
            svg = line_chart(turns(observed), label)
            charts.append({"kind": kind, "source": source, "ends": ends, "svg": svg})
    return charts


def _bytes_of(
    home: Home, conn: Connection, capture_id: str
) -> tuple[CaptureAddress | None, StoredCapture | None, str | None]:
    """The capture's bytes, or what is wrong with them: a damaged file must not hide what the rows know."""
    try:
        address = capture_address(conn, home, capture_id)
        return address, read_capture_at(address.path, address.offset), None
    except SvodkaError as error:
        return None, None, str(error)


def _heads(stored: StoredCapture | None) -> dict[str, str]:
    """The request as sent and the head of the answer as it came, as text."""
    if stored is None:
        return {}
    heads = {"Request, as sent": stored.request or b""}
    if stored.http is not None:
        heads["Response head, as received"] = stored.block[: stored.http.body_start or 4096]
    return {name: data[:20_000].decode("utf-8", "replace") for name, data in heads.items() if data}


def _page_number(request: Request) -> int:
    text = request.query_params.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _page_links(request: Request, page: queries.Page) -> dict[str, str]:
    links = {}
    if page.number > 1:
        links["Newer"] = "?" + request.url.include_query_params(page=page.number - 1).query
    if page.more:
        links["Older"] = "?" + request.url.include_query_params(page=page.number + 1).query
    return links


def _list_links(request: Request, page: article_lists.ArticlePage) -> dict[str, str]:
    """To the first page and to the next one, with the choices kept."""
    links = {}
    if request.query_params.get("after"):
        links["Newest"] = "?" + request.url.remove_query_params("after").query
    if page.next is not None:
        links["Older"] = "?" + request.url.include_query_params(after=str(page.next)).query
    return links
