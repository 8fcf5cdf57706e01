"""A capture as a group of records: what was received first, then what was sent, then the notes that end the group.

The main record comes first and every other names it in WARC-Concurrent-To, so a reader that stands on the main record
finds the rest ahead of it; the notes come last, so a group with its notes is a whole group.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal

from archive.digests import sha256
from archive.records import Capture, Exchange, Rendering
from archive.warc.http_message import ResponseHead, entity_of, parse_head
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
PayloadDigest = Literal["validators", "standard"]


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one capture in the order of the file. `request` is None for a rendering and where it is `main`."""

    main: Record
    request: Record | None
    metadata: Record
    notes: Notes
    head: ResponseHead | None  # of a response

    @property
    def records(self) -> tuple[Record, ...]:
        """All of them, in the order of the file."""
        return (self.main, self.metadata) if self.request is None else (self.main, self.request, self.metadata)


def group_of(capture: Capture, warcinfo_id: str, payload_digest: PayloadDigest = "validators") -> Group:
    """The records that keep `capture`."""
    notes = notes_of(capture)
    main_id = urn(capture.context.capture_id)
    content = capture.content
    common = _common(content, warcinfo_id)
    linked = (*common, ("WARC-Concurrent-To", main_id))
    request = head = None
    if isinstance(content, Rendering):
        main = _resource(content, main_id, common)
    elif content.response:
        head = parse_head(content.response)
        main = _response(content, head, main_id, common, payload_digest)
        request = _record("request", _id_of(main_id, "request"), linked, HTTP_REQUEST, content.request)
    else:
        main = _record("request", main_id, common, HTTP_REQUEST, content.request)
    metadata = _record("metadata", _id_of(main_id, "metadata"), linked, WARC_FIELDS, to_block(notes))
    return Group(main, request, metadata, notes, head)


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


def _response(
    exchange: Exchange,
    head: ResponseHead,
    main_id: str,
    common: tuple[tuple[str, str], ...],
    payload_digest: PayloadDigest,
) -> Record:
    extra = []
    if head.regular:  # otherwise tools do not agree on where the payload begins
        extra.append(("WARC-Payload-Digest", _payload_digest(exchange.response, head, payload_digest)))
    if exchange.truncated:
        extra.append(("WARC-Truncated", exchange.truncated))
    readable = (head.body_start or len(exchange.response)) <= FASTWARC_HEAD_LIMIT
    content_type = HTTP_RESPONSE if readable else "message/http"  # RFC 9112, 10.1
    return _record("response", main_id, (*common, *extra), content_type, exchange.response)


def _payload_digest(message: bytes, head: ResponseHead, reading: PayloadDigest) -> str:
    """For a chunked body WARC 1.1, 5.9 means the de-chunked one; warcio check and FastWARC hash it with its framing."""
    if reading == "standard":
        return sha256(entity_of(message, head).data)
    return sha256(memoryview(message)[head.body_start :])


def _resource(rendering: Rendering, main_id: str, common: tuple[tuple[str, str], ...]) -> Record:
    payload = ("WARC-Payload-Digest", sha256(rendering.html))
    return _record("resource", main_id, (*common, payload), HTML, rendering.html)


def _record(
    record_type: str, record_id: str, fields: tuple[tuple[str, str], ...], content_type: str, block: bytes
) -> Record:
    headers = (
        ("WARC-Type", record_type),
        ("WARC-Record-ID", record_id),
        *fields,
        ("Content-Type", content_type),
        ("WARC-Block-Digest", sha256(block)),
    )
    return Record(headers, block)


def _id_of(main_id: str, part: str) -> str:
    return urn(str(uuid.uuid5(uuid.NAMESPACE_OID, f"{main_id} {part}")))
