"""The capture against which a URL is asked again, and to which a revisit record refers (WARC 1.1, 6.7).

Only a capture that can be read back now, with the payload digest it was given, is ever referred to, and only one of our
own: to vouch for somebody else's file today would make its body our observation, and its record has another id.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import Connection, RowMapping, func, select

from archive.digests import matches
from archive.errors import SvodkaError
from archive.home import IMPORTED, Home
from archive.records import LINE_END, Capture, Lease, Original
from archive.rows.in_lists import SOME, chunks
from archive.rows.schema import capture
from archive.warc.reader import StoredCapture, read_capture_at
from archive.warc.record import ascii_uri

_CANDIDATE = (
    capture.c.id, capture.c.url, capture.c.captured_at, capture.c.record_type, capture.c.payload_digest,
    capture.c.etag, capture.c.last_modified, capture.c.warc_file, capture.c.offset, capture.c.refers_to,
)  # fmt: skip
_OURS = capture.c.site != IMPORTED
_CAPTURED = select(capture.c.url).where(capture.c.url.in_(SOME), _OURS).distinct()


def with_originals(conn: Connection, home: Home, leases: Sequence[Lease]) -> list[Lease]:
    """The leases, each with the last whole capture of its URL where there is one. Reads those captures back."""
    known = _known(conn, {ascii_uri(lease.url) for lease in leases if lease.render == "never"})
    found = {url: _original(conn, home, url) for url in known}
    return [replace(lease, original=found.get(ascii_uri(lease.url))) for lease in leases]


def with_earlier_robots(conn: Connection, home: Home, captures: Sequence[Capture]) -> list[Capture]:
    """The captures; a robots.txt, which every run asks for and no lease brings, with the last whole one of its URL.

    It is asked for without validators: its rules are evaluated from a body (RFC 9309, 2.3), and kept once.
    """
    urls = {_robots_url(each) for each in captures} - {None}
    found = {url: _original(conn, home, url) for url in urls if url is not None}
    return [replace(each, original=found.get(_robots_url(each) or "", each.original)) for each in captures]


def read_original(home: Home, original: Original) -> StoredCapture:
    """The original as it is kept, in whatever collection of ours. Raises NothingFound or DamagedArchive."""
    return read_capture_at(home.find_warc(original.warc_file), original.offset)


def _robots_url(each: Capture) -> str | None:
    return ascii_uri(each.content.url) if each.context.page_kind == "robots" and each.original is None else None


def _known(conn: Connection, urls: Collection[str]) -> set[str]:
    return {url for some in chunks(urls) for url in conn.scalars(_CAPTURED, {"some": some})}


def _original(conn: Connection, home: Home, url: str) -> Original | None:
    """The latest capture that was content; where that is itself a revisit, what it refers to, with its validators."""
    latest = (
        select(*_CANDIDATE)
        .where(
            capture.c.url == url,
            _OURS,
            capture.c.record_type.in_(("response", "revisit")),
            capture.c.status.in_((200, 304)),
            capture.c.truncated.is_(None),
            capture.c.error.is_(None),
            capture.c.payload_digest.is_not(None),
            func.coalesce(capture.c.stray_bytes, 0) <= LINE_END,  # else it may be half a page
            capture.c.read_state.not_in(("not_content", "missing")),
        )
        .order_by(capture.c.captured_at.desc(), capture.c.id.desc())
        .limit(1)
    )
    row = conn.execute(latest).mappings().first()
    if row is None:
        return None
    holder = row
    if row["record_type"] == "revisit":
        named = select(*_CANDIDATE).where(capture.c.id == row["refers_to"], _OURS)
        found = conn.execute(named).mappings().first()
        if found is None:
            return None
        holder = found
    return _if_sound(home, holder, row)


def _if_sound(home: Home, holder: RowMapping, latest: RowMapping) -> Original | None:
    original = Original(
        capture_id=holder["id"],
        url=holder["url"],
        captured_at=holder["captured_at"],
        payload_digest=holder["payload_digest"],
        etag=latest["etag"] or holder["etag"],
        last_modified=latest["last_modified"] or holder["last_modified"],
        warc_file=holder["warc_file"],
        offset=holder["offset"],
    )
    try:
        stored = read_original(home, original)
    except SvodkaError:
        return None  # damaged or not here: the page is fetched whole
    if stored.http is None:
        return None
    payload = stored.block[stored.http.body_start or 0 :]
    is_sound = matches(original.payload_digest, payload) and stored.body.complete
    return replace(original, codings=stored.http.all_codings) if is_sound else None
