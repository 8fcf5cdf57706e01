"""The index of a WACZ: CDXJ lines in gzip members that can be found, each by the first key of it.

It is written, and read back, a block at a time.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import groupby, islice
from typing import IO

LINES_A_BLOCK = 3000  # as cdxj-indexer makes them
META = b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n'
COPY_BYTES = 1 << 20


def write_index(lines: Iterable[bytes], index: IO[bytes], at_once: int = LINES_A_BLOCK) -> bytes:
    """Write sorted CDXJ `lines` (of what stands twice, one) to `index`; gives the secondary index."""
    secondary, once = [META], (line for line, _ in groupby(lines))
    while some := list(islice(once, at_once)):
        block = zlib.compress(b"".join(some), wbits=31)
        place = {"offset": index.tell(), "length": len(block), "digest": "sha256:" + sha256(block).hexdigest()}
        key = some[0].partition(b" {")[0]
        secondary.append(key + f" {json.dumps(place | {'filename': 'index.cdx.gz'})}\n".encode())
        index.write(block)
    return b"".join(secondary)


def lines_of(index: IO[bytes]) -> Iterator[bytes]:
    """The lines of a compressed index, without their newlines."""
    unpacker, rest = zlib.decompressobj(31), b""
    while data := index.read(COPY_BYTES):
        while data:
            *lines, rest = (rest + unpacker.decompress(data)).split(b"\n")
            yield from lines
            data = unpacker.unused_data
            unpacker = zlib.decompressobj(31) if unpacker.eof else unpacker
