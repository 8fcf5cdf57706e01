"""What the wire does not say about a capture, as the fields of a metadata record, and back again without loss.

`via` and `fetchTimeMs` are the standard's own (WARC 1.1, 6.5); the others are ours. Heads of interim responses stand
here too: any record of another content type would be indexed by cdxj-indexer or pywb beside the page. So does a 304: in
the revisit record it would be what pywb replays, with nothing in it, in place of the page. Bytes behind the end of the
response are no part of it (RFC 9112, 6.3), and were sent all the same: a wrong Content-Length leaves half a page there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast, get_args

from archive.records import Capture, CaptureContext, Exchange, PageKind
from archive.warc.record import Record, RecordError, parse_fields

RenderMode = Literal["never", "always"]


@dataclass(frozen=True, slots=True)
class Notes:
    """A capture's context and what its client or browser had to say. `duration` is that of the whole exchange."""

    context: CaptureContext
    duration: timedelta | None = None
    error: str | None = None
    interim: tuple[bytes, ...] = ()  # heads of 1xx responses, byte for byte
    browser: str | None = None
    status: int | None = None  # of a rendered page; otherwise it stands in the response
    not_modified: bytes | None = None  # the 304 of a revisit, byte for byte
    stray: bytes = b""  # what came behind the end of the response, byte for byte, as far as it was kept
    stray_size: int = 0  # how many bytes came there


def notes_of(capture: Capture) -> Notes:
    """The notes to be kept beside a capture."""
    content = capture.content
    if isinstance(content, Exchange):
        duration = content.ended_at - content.started_at
        return Notes(
            capture.context, duration=duration, error=content.error, interim=content.interim,
            stray=content.stray, stray_size=content.stray_size,
        )  # fmt: skip
    return Notes(capture.context, browser=content.browser, status=content.status)


def to_block(notes: Notes) -> bytes:
    """The block of the metadata record."""
    return "".join(f"{name}: {_quoted(value)}\r\n" for name, value in _fields(notes)).encode()


def _fields(notes: Notes) -> Iterator[tuple[str, str]]:
    context = notes.context
    if context.via is not None:
        yield "via", context.via
    if notes.duration is not None:
        yield "fetchTimeMs", str(notes.duration // timedelta(milliseconds=1))
        yield "fetchTimeUs", str(notes.duration // timedelta(microseconds=1))
    yield "capture", context.capture_id
    yield "site", context.site
    yield "run", context.run_id
    yield "pageKind", context.page_kind
    yield "route", context.route
    yield "render", context.render
    yield "attempt", str(context.attempt)
    if notes.browser is not None:
        yield "browser", notes.browser
    if notes.status is not None:
        yield "status", str(notes.status)
    if notes.error is not None:
        yield "error", notes.error
    for head in notes.interim:
        yield "interimResponse", head.decode("latin-1")  # a code point a byte
    if notes.not_modified is not None:
        yield "notModifiedResponse", notes.not_modified.decode("latin-1")
    if notes.stray_size:
        yield "strayBytes", str(notes.stray_size)
        yield "stray", notes.stray.decode("latin-1")


def from_record(record: Record) -> Notes | None:
    """The notes in a metadata record; None where it is not one of ours. Raises RecordError where it is damaged."""
    fields = [(name, _unquoted(value)) for name, value in parse_fields(record.block)]
    found = dict(fields)
    if not {"capture", "site", "run", "pageKind", "route", "render", "attempt"} <= found.keys():
        return None
    interim = tuple(value.encode("latin-1") for name, value in fields if name == "interimResponse")
    try:
        duration = timedelta(microseconds=int(found["fetchTimeUs"])) if "fetchTimeUs" in found else None
        status = int(found["status"]) if "status" in found else None
        not_modified = found["notModifiedResponse"].encode("latin-1") if "notModifiedResponse" in found else None
        stray = found.get("stray", "").encode("latin-1")
        return Notes(
            _context(found), duration, found.get("error"), interim, found.get("browser"), status, not_modified,
            stray, int(found.get("strayBytes", "0")),
        )  # fmt: skip
    except ValueError as error:
        raise RecordError(f"metadata of capture {found['capture']}: {error}") from error


def _context(found: dict[str, str]) -> CaptureContext:
    if found["pageKind"] not in get_args(PageKind):
        raise ValueError(f"unknown page kind {found['pageKind']!r}")
    if found["render"] not in get_args(RenderMode):
        raise ValueError(f"unknown render mode {found['render']!r}")
    return CaptureContext(
        capture_id=found["capture"],
        site=found["site"],
        run_id=found["run"],
        page_kind=cast(PageKind, found["pageKind"]),
        route=found["route"],
        render=cast(RenderMode, found["render"]),
        via=found.get("via"),
        attempt=int(found["attempt"]),
    )


def _quoted(value: str) -> str:
    """As it is where a line can hold it, as a JSON string otherwise."""
    plain = value and value.isprintable() and value == value.strip() and not value.startswith('"')
    return value if plain else json.dumps(value)


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        text = json.loads(value)
    except ValueError:
        return value
    return text if isinstance(text, str) else value
