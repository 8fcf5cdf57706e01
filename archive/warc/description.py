"""From records to the row of the table `capture`: one function for writer and reader, so rows come from WARC alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast
from urllib.parse import urljoin

from archive.digests import sha256
from archive.records import WrittenCapture
from archive.warc.http_message import ResponseHead, ResponseMessage
from archive.warc.notes import Notes
from archive.warc.record import Record, RecordError, ascii_uri, moment_of

MainType = Literal["response", "revisit", "resource", "request"]
SEGMENT = "segment"  # in place of WARC-Truncated's reason
MAIN_TYPES = ("response", "revisit", "resource", "request")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a capture's records stand: offsets and length of gzip members in bytes; `file` is the final name."""

    file: str
    offset: int
    length: int
    request_offset: int | None
    metadata_offset: int | None


@dataclass(frozen=True, slots=True)
class _Payload:
    """What the main record's block says."""

    status: int | None = None
    mime: str | None = None
    location: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    entity_digest: str | None = None
    content_digest: str | None = None
    body_size: int | None = None


def written_capture(main: Record, notes: Notes, place: Place, message: ResponseMessage | None = None) -> WrittenCapture:
    """The row of a capture; `message` saves taking a response apart again.

    Raises RecordError where the main record lacks what every record must have.
    """
    if main.type not in MAIN_TYPES:
        raise RecordError(f"a capture cannot be a {main.type or 'nameless'} record")
    context = notes.context
    payload = _payload(main, notes, message)
    return WrittenCapture(
        id=context.capture_id,
        site=context.site,
        run_id=context.run_id,
        page_kind=context.page_kind,
        route=context.route,
        render=context.render,
        via=context.via,
        attempt=context.attempt,
        record_type=cast(MainType, main.type),
        url=target_uri(main),
        captured_at=captured_at(main),
        warc_file=place.file,
        offset=place.offset,
        length=place.length,
        request_offset=place.request_offset,
        metadata_offset=place.metadata_offset,
        ip=main.get("WARC-IP-Address"),
        status=payload.status,
        mime=payload.mime,
        location=payload.location,
        etag=payload.etag,
        last_modified=payload.last_modified,
        payload_digest=main.get("WARC-Payload-Digest"),
        entity_digest=payload.entity_digest,
        content_digest=payload.content_digest,
        body_size=payload.body_size,
        truncated=_truncated(main),
        error=notes.error,
        refers_to=_refers_to(main),
        stray_bytes=notes.stray_size or None,
    )


def target_uri(record: Record) -> str:
    """WARC-Target-URI without the angle brackets and spaces of some tools. Raises RecordError where it is missing."""
    url = record.get("WARC-Target-URI")
    if not url:
        raise RecordError("no WARC-Target-URI")
    url = url[1:-1] if url.startswith("<") and url.endswith(">") else url
    return url.replace(" ", "%20")


def captured_at(record: Record) -> datetime:
    """WARC-Date as an aware datetime in UTC. Raises RecordError where it is missing or no date."""
    return moment_of(record.get("WARC-Date"))


def stated_time(record: Record) -> datetime | None:
    """The same; None where the record has no date."""
    try:
        return captured_at(record)
    except RecordError:
        return None


def _payload(main: Record, notes: Notes, message: ResponseMessage | None) -> _Payload:
    if main.type == "request":
        return _Payload()
    if main.type == "resource":
        digest = sha256(main.block)
        mime = (main.get("Content-Type") or "").partition(";")[0].strip().lower() or None
        return _Payload(notes.status, mime, None, None, None, digest, digest, len(main.block))
    message = message or ResponseMessage(main.block or notes.not_modified or b"")
    return _revisit_payload(main, message.head) if main.type == "revisit" else _http_payload(main, message)


def _revisit_payload(main: Record, head: ResponseHead) -> _Payload:
    """What a revisit's head says; its payload is the original's."""
    location = _location(head, target_uri(main))
    return _Payload(head.status, head.mime, location, head.get("ETag"), head.get("Last-Modified"))


def _http_payload(main: Record, message: ResponseMessage) -> _Payload:
    head = message.head
    return _Payload(
        status=head.status,
        mime=head.mime,
        location=_location(head, target_uri(main)),
        etag=head.get("ETag"),
        last_modified=head.get("Last-Modified"),
        entity_digest=message.entity_digest,
        content_digest=message.content_digest,
        body_size=len(message.entity.data),
    )


def _location(head: ResponseHead, url: str) -> str | None:
    """The absolute target of a redirect, percent-encoded as WARC-Target-URI is (RFC 9110, 10.2.2)."""
    location = head.get("Location")
    if location is None or head.status is None or not 300 <= head.status < 400:
        return None
    try:
        return ascii_uri(urljoin(url, location))
    except ValueError:  # `http://[` and the like
        return None


def _truncated(main: Record) -> str | None:
    if main.type == "revisit":  # it leaves out, and cuts off nothing
        return None
    return SEGMENT if main.is_segment else main.get("WARC-Truncated")


def _refers_to(main: Record) -> str | None:
    referred = main.get("WARC-Refers-To")
    return referred.removeprefix("<urn:uuid:").removesuffix(">") if referred else None
