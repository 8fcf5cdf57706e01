"""A WARC record: its header fields in order, and its block, byte for byte (WARC 1.1, 4)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

VERSION = "WARC/1.1"
WARC_FIELDS = "application/warc-fields"
RECORD_END = b"\r\n\r\n"
HTTP_REQUEST = "application/http; msgtype=request"
HTTP_RESPONSE = "application/http; msgtype=response"

# A line as nearly every tool writes it: `Name: value`, no white space at the ends, nothing folded.
PLAIN_LINE = rb"(?:[!-9;-~]++: [!-~](?:[ -~]*[!-~])?\r\n)"
_PLAIN_LINES = re.compile(PLAIN_LINE + rb"++")
_NAME_AND_VALUE = re.compile(r"([^:]+): (.*)\r\n")
_COARSE_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?", re.ASCII)
_PRINTABLE_ASCII = "".join(map(chr, range(0x21, 0x7F)))


class RecordError(ValueError):
    """These bytes are not a WARC record."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `headers` holds the named fields without the version line and without Content-Length."""

    headers: tuple[tuple[str, str], ...]
    block: bytes
    _first: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def get(self, name: str) -> str | None:
        """The first field of that name, whatever its case; None where there is none."""
        # Made when first asked, as a record that is written is asked for nothing. The first of a name counts, so it is
        # put in last. Asked a dozen times a record: a walk each time was a third of the time of a check.
        if not self._first:
            self._first.update((name.lower(), value) for name, value in reversed(self.headers))
        return self._first.get(name.lower())

    @property
    def type(self) -> str:
        """WARC-Type in lower case; empty where it is missing."""
        return (self.get("WARC-Type") or "").lower()

    @property
    def id(self) -> str | None:
        """WARC-Record-ID with its angle brackets."""
        return self.get("WARC-Record-ID")

    @property
    def is_segment(self) -> bool:
        """Whether the block is a part only, with the rest in `continuation` records (WARC 1.1, 7)."""
        return self.get("WARC-Segment-Number") is not None


def serialize(record: Record) -> bytes:
    """The record as it stands in a file, before compression."""
    fields = "".join([f"{name}: {value}\r\n" for name, value in record.headers])
    head = f"{VERSION}\r\n{fields}Content-Length: {len(record.block)}\r\n\r\n"
    return b"".join((head.encode(), record.block, RECORD_END))


def parse_record(data: bytes) -> Record:
    """The one record in `data`. Raises RecordError where the head or the length is wrong."""
    head, block_start = split_head(data)
    headers = parse_fields(head)
    # Its length first, and no function to ask: this is done for every field of every record.
    lengths = [value for name, value in headers if len(name) == 14 and name.lower() == "content-length"]
    if len(set(lengths)) != 1 or not (lengths[0].isascii() and lengths[0].isdigit()) or len(lengths[0]) > 15:
        raise RecordError("Content-Length is missing, ambiguous or not a number")
    block_end = block_start + int(lengths[0])
    if block_end > len(data) or data[block_end:].strip(b"\r\n"):  # some tools write one line end, or three
        raise RecordError(f"Content-Length {lengths[0]} does not reach the end of the record")
    kept = [field for field in headers if len(field[0]) != 14 or field[0].lower() != "content-length"]
    return Record(tuple(kept), data[block_start:block_end])


def warc_start(data: bytes) -> bool:
    """Whether a WARC record begins here; literals of the standard's grammar have no case (RFC 5234, 2.3)."""
    return data[:5].upper() == b"WARC/"


def split_head(data: bytes) -> tuple[bytes, int]:
    """The header fields' bytes without the version line, and where the block begins. Raises RecordError."""
    if not warc_start(data):
        raise RecordError("no WARC version line")
    first = data.find(b"\r\n")
    end = data.find(b"\r\n\r\n")
    if end < 0:
        raise RecordError("the record's head has no end")
    return data[first + 2 : end + 2], end + 4


def parse_fields(data: bytes) -> tuple[tuple[str, str], ...]:
    """Named fields, a line each; a line that begins with white space continues the one before (WARC 1.1, 4)."""
    if _PLAIN_LINES.fullmatch(data):
        return tuple(plain_fields(data))
    lines = data.decode("utf-8", "replace").split("\r\n")
    fields: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and fields:
            name, value = fields[-1]
            fields[-1] = (name, f"{value} {line.strip()}".strip())
        elif line:
            name, _, value = line.partition(":")
            fields.append((name.strip(), value.strip()))
    return tuple(fields)


def plain_fields(lines: bytes) -> list[tuple[str, str]]:
    """The fields in lines that are all of the form of PLAIN_LINE."""
    return _NAME_AND_VALUE.findall(lines.decode())


def urn(identifier: str) -> str:
    """A record id as WARC-Record-ID has it."""
    return f"<urn:uuid:{identifier}>"


def ascii_uri(url: str) -> str:
    """`url` with all but printable ASCII percent-encoded as UTF-8; existing escapes are left alone (RFC 3987, 3.1)."""
    return quote(url, safe=_PRINTABLE_ASCII, encoding="utf-8", errors="surrogatepass")


def moment_of(date: str | None) -> datetime:
    """A WARC-Date as an aware datetime: one that names no more than a day, month or year is its first moment.

    Every precision of W3CDTF is allowed (WARC 1.1, 5.4). Raises RecordError where it is missing or no date.
    """
    text = (date or "").upper()
    if _COARSE_DATE.fullmatch(text):
        text = f"{text}{'-01-01'[len(text) - 4 :]}T00:00:00Z"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RecordError(f"WARC-Date {date!r} is no date") from error
    if moment.tzinfo is None:
        raise RecordError(f"WARC-Date {date!r} has no time zone")
    return moment


def is_coarse(date: str | None) -> bool:
    """Whether a WARC-Date leaves open at what time of a day it was."""
    return _COARSE_DATE.fullmatch(date or "") is not None


def warc_date(moment: datetime) -> str:
    """WARC-Date in UTC with microseconds (WARC 1.1, 5.4). Raises ValueError for a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError(f"naive datetime {moment!r}: every time in the archive is UTC")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"
