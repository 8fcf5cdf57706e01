"""One record, one gzip member: so each can be read by its offset, and a torn one costs no other (WARC 1.1, Annex D).

Members are the same bytes whenever they are made from the same record by the same libraries: no time, no name.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, cast

from isal import isal_zlib
from zlib_ng import zlib_ng

from archive.warc.growing import open_file

HEADER: Final = bytes.fromhex("1f8b08000000000000ff")  # RFC 1952, 2.3: no flags, no time, no OS
MAGIC: Final = b"\x1f\x8b\x08"
MAX_RECORD: Final = 1 << 31  # a member that unpacks to more than this is refused: a bomb, or not for this program

UnpackError = cast(type[Exception], isal_zlib.IsalError)  # isal's stub has it as an instance

_READ = 1 << 15
_FIRST_READ = 1 << 11  # two of three records are small, and what is read beyond one is copied twice
_WINDOW = 1 << 23
_RAW_DEFLATE = -15
_LARGEST_STORED = 0xFFFF
_GZIP = 31

Bytes = bytes | mmap.mmap


class MemberError(Exception):
    """No whole and sound gzip member begins at `offset`; `torn` where the data ends before the member does."""

    def __init__(self, offset: int, reason: str, *, torn: bool = False) -> None:
        super().__init__(f"offset {offset}: {reason}")
        self.offset = offset
        self.reason = reason
        self.torn = torn


class Member(NamedTuple):  # one is made for every record of a walk: a frozen dataclass takes three times as long
    """A gzip member: where it stands (bytes) and what it unpacks to."""

    offset: int
    length: int
    data: bytes


def compress(data: bytes, *, coded_from: int | None = None) -> bytes:
    """One gzip member, as small as can be had at a fair speed.

    `coded_from`: from there on `data` is compressed already and cannot be made smaller. It is stored as it is and what
    comes before it is compressed quickly: a quarter of the time, and smaller than trying again.
    """
    parts = [HEADER]
    if coded_from is None:
        parts.append(zlib_ng.compress(data, 6, _RAW_DEFLATE))
    else:
        packer = isal_zlib.compressobj(1, isal_zlib.DEFLATED, _RAW_DEFLATE)
        parts.append(packer.compress(data[:coded_from]))
        parts.append(packer.flush(isal_zlib.Z_SYNC_FLUSH if coded_from < len(data) else isal_zlib.Z_FINISH))
        parts += _stored(data[coded_from:])
    parts.append(struct.pack("<II", isal_zlib.crc32(data), len(data) & 0xFFFF_FFFF))
    return b"".join(parts)


def _stored(data: bytes) -> Iterator[bytes]:
    """Stored blocks (RFC 1951, 3.2.4), the last of them final; they begin at a byte, as a sync flush leaves it."""
    for start in range(0, len(data), _LARGEST_STORED):
        block = data[start : start + _LARGEST_STORED]
        final = start + len(block) == len(data)
        yield struct.pack("<BHH", final, len(block), len(block) ^ 0xFFFF)
        yield block


def read_member(source: Bytes, offset: int, limit: int = MAX_RECORD) -> Member:
    """The member that begins at `offset`, its CRC and length checked. Raises MemberError."""
    if offset >= len(source):
        raise MemberError(offset, "beyond the end of the file", torn=True)
    piece = source[offset : offset + _FIRST_READ]
    if piece[:3] != MAGIC[: len(piece)]:
        raise MemberError(offset, "no gzip member begins here")
    unpacker = isal_zlib.decompressobj(_GZIP)
    parts: list[bytes] = []
    size, position = 0, offset
    while not unpacker.eof:
        if not piece:
            raise MemberError(offset, "the file ends inside this gzip member", torn=True)
        position += len(piece)
        try:
            parts.append(unpacker.decompress(piece, limit + 1 - size))
        except UnpackError as error:
            raise MemberError(offset, f"damaged gzip member ({error})") from error
        size += len(parts[-1])
        if size > limit:
            raise MemberError(offset, f"unpacks to more than {limit} bytes")
        if not unpacker.eof:
            piece = source[position : position + _READ]
    length = position - len(unpacker.unused_data) - offset
    return Member(offset, length, parts[0] if len(parts) == 1 else b"".join(parts))


def iter_members(source: Bytes, start: int = 0) -> Iterator[Member]:
    """Members from `start` to the end, in order. Raises MemberError at the first that is not whole and sound."""
    offset = done = start
    while offset < len(source):
        member = read_member(source, offset)
        yield member
        offset += member.length
        done = let_go(source, done, offset)


def let_go(source: Bytes, done: int, offset: int) -> int:
    """Give back the memory of what was walked, from `done` to `offset`, now and then; returns what is done with.

    The pages of a mapped file count as this program's memory for as long as it maps them: a walk over a file of a
    gigabyte would look like a gigabyte. Whoever goes back reads them from the file again.
    """
    if not isinstance(source, mmap.mmap) or offset - done < _WINDOW:
        return done
    begin, end = done - done % mmap.PAGESIZE, offset - offset % mmap.PAGESIZE
    source.madvise(mmap.MADV_DONTNEED, begin, end - begin)
    return end


@contextmanager
def mapped(path: Path, upto: int | None = None) -> Iterator[Bytes]:
    """The file's bytes, or those before `upto`, mapped into memory while the context lasts."""
    with open_file(path) as file:
        size = os.fstat(file.fileno()).st_size
        length = size if upto is None else min(size, upto)
        if length == 0:  # nothing cannot be mapped
            yield b""
            return
        with mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ) as bytes_of_file:
            yield bytes_of_file
