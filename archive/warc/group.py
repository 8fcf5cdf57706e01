"""A capture as a group of records: what was received first, then what was sent, then the notes that end the group.

The main record comes first and every other names it in WARC-Concurrent-To, so a reader that stands on the main record
finds the rest ahead of it; the notes come last, so a group with its notes is a whole group.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import NAMESPACE_OID, uuid5

from archive.digests import sha256
from archive.records import Capture, Exchange, Original, Rendering
from archive.warc.http_message import ResponseMessage, parse_header_lines
from archive.warc.notes import Notes, notes_of, to_block
from archive.warc.record import (
    HTTP_REQUEST,
    HTTP_RESPONSE,
    WARC_FIELDS,
    Record,
    ascii_uri,
    urn,
    warc_date,
)

HTML = "text/html; charset=utf-8"
FASTWARC_HEAD_LIMIT = 32 << 10  # it stops reading the file at a longer application/http head
IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
SERVER_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one capture in the order of the file. `request` is None for a rendering and where it is `main`."""

    main: Record
    request: Record | None
    metadata: Record
    notes: Notes
    message: ResponseMessage | None  # of a response

    @property
    def records(self) -> tuple[Record, ...]:
        """All of them, in the order of the file."""
        return (self.main, self.metadata) if self.request is None else (self.main, self.request, self.metadata)


def group_of(capture: Capture, warcinfo_id: str) -> Group:
    """The records that keep `capture`."""
    notes = notes_of(capture)
    main_id = urn(capture.context.capture_id)
    content = capture.content
    common = _common(content, warcinfo_id)
    linked = (*common, ("WARC-Concurrent-To", main_id))
    request = message = None
    if isinstance(content, Rendering):
        main = _resource(content, main_id, common)
    elif content.response:
        message = content.message
        profile = revisit_profile(content, capture.original)
        if profile and capture.original:
            main = _revisit(content, main_id, common, profile, capture.original)
            if profile == SERVER_NOT_MODIFIED:
                notes = replace(notes, not_modified=content.response)
        else:
            main = _response(content, main_id, common)
        request = _record("request", _id_of(main_id, "request"), linked, HTTP_REQUEST, content.request)
    else:
        main = _record("request", main_id, common, HTTP_REQUEST, content.request)
    metadata = _record("metadata", _id_of(main_id, "metadata"), linked, WARC_FIELDS, to_block(notes))
    return Group(main, request, metadata, notes, message)


def _common(content: Exchange | Rendering, warcinfo_id: str) -> tuple[tuple[str, str], ...]:
    moment = content.started_at if isinstance(content, Exchange) else content.rendered_at
    fields = [
        ("WARC-Target-URI", ascii_uri(content.url)),
        ("WARC-Date", warc_date(moment)),
        ("WARC-Warcinfo-ID", warcinfo_id),
    ]
    if isinstance(content, Exchange) and content.ip:
        fields.append(("WARC-IP-Address", content.ip))
    return tuple(fields)


def _response(exchange: Exchange, main_id: str, common: tuple[tuple[str, str], ...]) -> Record:
    extra = []
    head = exchange.message.head
    if head.regular:  # otherwise tools do not agree on where the payload begins
        # With its chunks' framing, as those hash it who check: docs/conformance.md.
        extra.append(("WARC-Payload-Digest", exchange.message.body_digest))
    if exchange.truncated:
        extra.append(("WARC-Truncated", exchange.truncated))
    readable = (head.body_start or len(exchange.response)) <= FASTWARC_HEAD_LIMIT
    content_type = HTTP_RESPONSE if readable else "message/http"  # RFC 9112, 10.1
    return _record("response", main_id, (*common, *extra), content_type, exchange.response)


def repeats(capture: Capture) -> bool:
    """Whether `capture` will be kept as a revisit record of its original."""
    content = capture.content
    if not isinstance(content, Exchange) or capture.original is None:
        return False
    return revisit_profile(content, capture.original) is not None


def revisit_profile(exchange: Exchange, original: Original | None) -> str | None:
    """The profile by which `exchange` repeats `original` (WARC 1.1, 6.7); None where it does not, or says too little.

    A 304 counts only as the answer to the original's own validators. Equal payloads have equal framing as well, so
    head and original together are still every byte that was received; under other codings they are another page.
    """
    if original is None or exchange.truncated or exchange.error:
        return None
    head = exchange.message.head
    if not head.regular or head.body_start is None:
        return None
    if head.status == 304:
        return SERVER_NOT_MODIFIED if _asked_with(exchange.request, original) else None
    has_body = len(exchange.response) > head.body_start
    if head.status != 200 or not has_body or head.all_codings != original.codings:
        return None
    return IDENTICAL_PAYLOAD if exchange.message.body_digest == original.payload_digest else None


def _asked_with(request: bytes, original: Original) -> bool:
    """RFC 9110, 13.2.2: If-None-Match counts before If-Modified-Since."""
    sent = {name.lower(): value for name, value in parse_header_lines(request.partition(b"\r\n\r\n")[0])}
    tag, since = sent.get(b"if-none-match"), sent.get(b"if-modified-since")
    if tag is not None:
        return tag == (original.etag or "").encode()
    return since is not None and original.last_modified is not None and since == original.last_modified.encode()


def _revisit(
    exchange: Exchange, main_id: str, common: tuple[tuple[str, str], ...], profile: str, original: Original
) -> Record:
    fields = [
        ("WARC-Profile", profile),
        ("WARC-Refers-To", urn(original.capture_id)),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", warc_date(original.captured_at)),
        # Of the original, on a 304 too: by it pywb and others find the payload.
        ("WARC-Payload-Digest", original.payload_digest),
    ]
    if profile == SERVER_NOT_MODIFIED:  # WARC 1.1, 6.7.3: without a block it is replayed as the original was
        return _record("revisit", main_id, (*common, *fields), None, b"")
    fields.append(("WARC-Truncated", "length"))  # WARC 1.1, 6.7.2: the payload that is left out
    head = exchange.response[: exchange.message.head.body_start]
    return _record("revisit", main_id, (*common, *fields), HTTP_RESPONSE, head)


def _resource(rendering: Rendering, main_id: str, common: tuple[tuple[str, str], ...]) -> Record:
    payload = ("WARC-Payload-Digest", sha256(rendering.html))
    return _record("resource", main_id, (*common, payload), HTML, rendering.html)


def _record(
    record_type: str, record_id: str, fields: tuple[tuple[str, str], ...], content_type: str | None, block: bytes
) -> Record:
    headers = (
        ("WARC-Type", record_type),
        ("WARC-Record-ID", record_id),
        *fields,
        *((("Content-Type", content_type),) if content_type else ()),
        ("WARC-Block-Digest", sha256(block)),
    )
    return Record(headers, block)


def _id_of(main_id: str, part: str) -> str:
    return urn(str(uuid5(NAMESPACE_OID, f"{main_id} {part}")))
