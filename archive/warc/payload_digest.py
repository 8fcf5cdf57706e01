"""Whether a record has the digests that it names, of its block and of its payload."""

from __future__ import annotations

from archive.digests import matches
from archive.warc.codings import decode
from archive.warc.http_message import blank_line_end, entity_of, parse_head
from archive.warc.record import Record


def has_block(record: Record) -> bool:
    """Whether the block has its WARC-Block-Digest, where there is one."""
    digest = record.get("WARC-Block-Digest")
    return not digest or matches(digest, record.block) is not False


def has_payload(record: Record) -> bool:
    """The same of WARC-Payload-Digest, of a whole record.

    Tools differ in what they hash of a chunked or coded body (WARC 1.1, 5.9): any of the readings will do.
    """
    digest = record.get("WARC-Payload-Digest")
    if not digest or record.type not in ("request", "response", "resource"):
        return True
    if record.type == "resource":
        return matches(digest, record.block) is not False
    head = parse_head(record.block)  # of a request too: it ends in the same way
    starts = {head.body_start or 0, blank_line_end(record.block) or 0}  # tools differ in this as well
    if any(matches(digest, record.block[start:]) is not False for start in starts):
        return True
    if head.status is None:
        return matches(digest, record.block) is not False
    entity = entity_of(record.block, head).data
    return bool(matches(digest, entity) or matches(digest, decode(entity, head.codings).data))
