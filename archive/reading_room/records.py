"""Answers the player: which capture of a URL is nearest to a time, and what was received then, decoded.

The player only rewrites; looking up, revisit records and redirects are done here, over the rows, so that a new capture
shows at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from sqlalchemy import Connection, Row, select
from starlette.responses import PlainTextResponse, Response

from archive.errors import ConfigurationError, NothingFound, SvodkaError
from archive.evidence import source_address
from archive.exports.requisites import HTML
from archive.home import Home
from archive.reading_room.player import HOW, find_player
from archive.reading_room.raw import media_type
from archive.rows.schema import capture
from archive.warc.reader import StoredCapture, read_capture_at
from archive.warc.record import ascii_uri
from archive.warc.repeated import body_of

SAME_VISIT = timedelta(minutes=1)  # between a page's exchange and its rendering
MOST_CANDIDATES = 200
KEPT_HEADERS = ("Content-Language", "Content-Disposition", "Last-Modified")
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
# jQuery's: no server gives it a meaning.
_NEVER_MEANT = re.compile(r"(?<=[?&])_=[\d.]+(?:&|$)", re.ASCII)
# Names that say so, and Unix times; `?t=8` is a topic, `?v=2` a version.
_CACHE_BUSTER = re.compile(
    r"(?<=[?&])(?:(?:_|cb|rnd|rand|random|nocache)=[\d.]+|(?:t|ts|time|timestamp|v)=\d{10,13})(?:&|$)", re.ASCII
)


def timestamp(moment: datetime) -> str:
    """14 digits in UTC, as replay tools write a time."""
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}"


def moment_of(digits: str) -> datetime | None:
    """The time of 14 digits; None where they are none."""
    if not (len(digits) == 14 and digits.isascii() and digits.isdigit()):
        return None
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def replay_path(conn: Connection, home: Home, url: str, at: datetime | None) -> str:
    """The path in the reading room where the capture of `url` nearest to `at` is replayed.

    Raises NothingFound where it was never captured, ConfigurationError where there is no player.
    """
    if find_player(home) is None:
        raise ConfigurationError(f"there is no player: {HOW}")
    row = nearest(conn, url, at)
    if row is None:
        raise NothingFound(f"{url}: was never captured; try `svodka search`")
    return "replay?" + urlencode({"url": row.url, "at": timestamp(row.captured_at), "site": row.site})


def nearest(conn: Connection, url: str, at: datetime | None, site: str | None = None) -> Row[Any] | None:
    """The capture of `url` that is nearest to `at`, or the latest; None where there is none.

    A URL that was not captured as it is spelled is looked for with the other scheme, with or without a slash at its
    end, and without what only keeps caches from working: of a script, a style or a picture a number under a name that
    says so, or a time; of a page no more than `_`, since any other parameter may name another page.
    A rendering is preferred to the exchange it was made from.
    """
    wanted = [capture.c.record_type != "request"] + ([capture.c.site == site] if site else [])
    asked = ascii_uri(url)
    return (
        _captured_as(conn, wanted, asked, at)
        or _captured_but_for(_NEVER_MEANT, conn, wanted, asked, at)
        or _captured_but_for(_CACHE_BUSTER, conn, [*wanted, capture.c.mime.not_in(HTML)], asked, at)
    )


def neighbours(conn: Connection, row: Row[Any]) -> dict[str, Row[Any]]:
    """The captures of the same URL before and after `row`, as `earlier` and `later`, where there are any."""
    c = capture.c
    same = select(capture).where(c.url == row.url, c.site == row.site, c.record_type != "request", c.id != row.id)
    earlier = same.where(c.captured_at <= row.captured_at).order_by(c.captured_at.desc(), c.id.desc()).limit(1)
    later = same.where(c.captured_at > row.captured_at).order_by(c.captured_at, c.id).limit(1)
    found = {"earlier": conn.execute(earlier).first(), "later": conn.execute(later).first()}
    return {name: each for name, each in found.items() if each is not None}


def answer(conn: Connection, home: Home, row: Row[Any], wanted_range: str | None = None) -> Response:
    """What was received, as the player takes it: always 200 (206 for a range), the archived status in a header."""
    stored = read_capture_at(home.warc_path(row.site, row.warc_file), row.offset)
    source = stored
    if row.record_type == "revisit":
        try:
            address = source_address(conn, home, row.id)
        except NothingFound:
            return PlainTextResponse("the capture that this one repeats is not here\n", 404)
        source = read_capture_at(address.path, address.offset)
    not_modified = row.status in (304, None) and source is not stored
    head = source if not_modified else stored
    status = (source.status if not_modified else stored.status) or 200
    body, http_status, ranges = _ranged(body_of(stored, source).data, wanted_range)
    headers = {
        "Content-Type": media_type(stored, source),
        "X-Redirect-Status": str(206 if http_status == 206 else status),
        "X-Redirect-StatusText": _reason(head),
        "X-Orig-Ts": timestamp(row.captured_at),
        **_kept(head),
        **ranges,
    }
    if row.location and 300 <= status < 400:
        headers["X-Orig-Location"] = row.location
    return Response(body, http_status, headers)


def problem(error: SvodkaError) -> Response:
    """What the player is told where a record cannot be read."""
    return PlainTextResponse(f"{error}\n", 404 if isinstance(error, NothingFound) else 500)


def _captured_as(conn: Connection, wanted: list[Any], url: str, at: datetime | None) -> Row[Any] | None:
    for spelling in _spellings(url):
        if rows := list(_around(conn, [*wanted, capture.c.url == spelling], at)):
            return _best(rows, at)
    return None


def _captured_but_for(
    parameter: re.Pattern[str], conn: Connection, wanted: list[Any], url: str, at: datetime | None
) -> Row[Any] | None:
    """The capture of a URL that is `url` once both are without the parameter; None where `url` has none."""
    plain = _cut(parameter, url)
    if plain == url:
        return None
    if row := _captured_as(conn, wanted, plain, at):
        return row
    page = plain.partition("?")[0]
    like = select(capture).where(*wanted, capture.c.url.startswith(f"{page}?", autoescape=True)).limit(MOST_CANDIDATES)
    rows = [row for row in conn.execute(like) if _cut(parameter, row.url) == plain]
    return _best(rows, at) if rows else None


def _around(conn: Connection, conditions: list[Any], at: datetime | None) -> Iterator[Row[Any]]:
    """The captures just before and just after `at`; the last two where there is no time."""
    c = capture.c
    before = select(capture).where(*conditions).order_by(c.captured_at.desc(), c.id.desc()).limit(2)
    if at is None:
        yield from conn.execute(before)
        return
    yield from conn.execute(before.where(c.captured_at <= at + timedelta(seconds=1)))  # a time has no fraction
    after = select(capture).where(*conditions, c.captured_at > at).order_by(c.captured_at, c.id).limit(2)
    yield from conn.execute(after)


def _best(rows: Iterable[Row[Any]], at: datetime | None) -> Row[Any]:
    found = list(rows)
    by_time = sorted(found, key=lambda row: abs(row.captured_at - at) if at else -row.captured_at.timestamp())
    first = by_time[0]
    same_visit = [row for row in by_time if abs(row.captured_at - first.captured_at) <= SAME_VISIT]
    return next((row for row in same_visit if row.record_type == "resource"), first)


def _spellings(url: str) -> list[str]:
    try:
        parts = urlsplit(url)
    except ValueError:  # `http://[` and the like
        return [url]
    other = {"http": "https", "https": "http"}.get(parts.scheme, parts.scheme)
    path = parts.path[:-1] if parts.path.endswith("/") else parts.path + "/"
    spelled = [url, urlunsplit(parts._replace(scheme=other)), urlunsplit(parts._replace(path=path))]
    return list(dict.fromkeys(spelled))


def _cut(parameter: re.Pattern[str], url: str) -> str:
    return parameter.sub("", url).rstrip("?&") if parameter.search(url) else url


def _reason(stored: StoredCapture) -> str:
    reason = stored.block.split(b"\r\n", 1)[0].split(b" ", 2)[2:] if stored.http else []
    return _printable(reason[0].decode("latin-1")) if reason else ""


def _kept(stored: StoredCapture) -> dict[str, str]:
    """The headers that change how a body is shown; never cookies, policies or anything that acts on the browser."""
    if stored.http is None:
        return {}
    found = {name: stored.http.get(name) for name in KEPT_HEADERS}
    return {name: _printable(value) for name, value in found.items() if value}


def _printable(text: str) -> str:
    return "".join(each for each in text if " " <= each <= "~")[:500]


def _ranged(body: bytes, wanted: str | None) -> tuple[bytes, int, dict[str, str]]:
    """One range of bytes (RFC 9110, 14.2); the whole where none is asked for that can be given."""
    match = _RANGE.fullmatch(wanted) if wanted else None
    if match is None or not any(match.groups()) or not body:
        return body, 200, {"Accept-Ranges": "bytes"}
    first, last = match.groups()
    start = int(first) if first else max(0, len(body) - int(last))
    end = min(int(last), len(body) - 1) if first and last else len(body) - 1
    if start > end:
        return b"", 416, {"Content-Range": f"bytes */{len(body)}"}
    return body[start : end + 1], 206, {"Content-Range": f"bytes {start}-{end}/{len(body)}"}
