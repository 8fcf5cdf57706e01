"""The body of a capture whose bytes stand in another one's record: one rule for reading, evidence and replay.

A revisit that has a head of its own came with it, and is read by it (WARC 1.1, 6.7.2): a server that mends its
Content-Encoding sends the same bytes, and another page. A 304 is as its original was.
"""

from __future__ import annotations

from archive.warc.codings import Decoded, decode
from archive.warc.http_message import decoded_body
from archive.warc.reader import StoredCapture


def body_of(stored: StoredCapture, source: StoredCapture) -> Decoded:
    """The body of `stored`, whose payload `source` holds: itself, or the original of a revisit."""
    own, of_source = stored.http, source.http
    if not _has_its_own_head(stored) or own is None or of_source is None:
        return source.body
    if stored.notes is not None:  # ours: what is the same are the bytes as they were framed
        return decoded_body(stored.block[: own.body_start] + source.block[of_source.body_start or 0 :], own)
    # Others repeat the body without its framing, and may leave out of the head what they do not need.
    found = decode(source.entity.data, own.codings or of_source.codings)
    return Decoded(found.data, found.complete and source.entity.complete, found.problem or source.entity.problem)


def content_type_of(stored: StoredCapture, source: StoredCapture) -> str | None:
    """The Content-Type under which that body came."""
    told_by = stored if _has_its_own_head(stored) else source
    return told_by.http.get("Content-Type") if told_by.http else told_by.record.get("Content-Type")


def _has_its_own_head(stored: StoredCapture) -> bool:
    return stored.record_type == "revisit" and stored.status not in (304, None)
