"""Content codings undone: gzip, deflate, br, zstd, however broken off or hostile. Pure functions that raise for none.

What could be decoded is given, with what went wrong beside it. A name that is no registered coding (`none`, `utf-8`) is
left out of account, as browsers do: the body stands as it is.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

import brotli
import zstandard
from isal import isal_zlib

from archive.warc.gzip_members import UnpackError

DECODED_LIMIT: Final = 1 << 26  # 64 MiB: no page is larger, a decompression bomb is
_ZSTD_WINDOW = 1 << 23  # RFC 8878, 3.1.1.1.2: 8 MB for what comes over HTTP


@dataclass(frozen=True, slots=True)
class Decoded:
    """A body without its content coding; what could be decoded where `complete` is False.

    Where it is True, a `problem` is something that was overlooked.
    """

    data: bytes
    complete: bool
    problem: str | None = None


def decode(entity: bytes, codings: list[str], limit: int = DECODED_LIMIT) -> Decoded:
    """`entity` without the content codings, which are listed in the order in which they were applied."""
    data, complete = entity, True
    known = [coding for coding in codings if coding in _REGISTERED]
    for coding in reversed(known):
        if coding == "identity":
            continue
        decoder = _DECODERS.get(coding)
        if decoder is None:
            return Decoded(data, complete=False, problem=f"content coding {coding!r} cannot be undone")
        if not data:
            continue  # a 304, or a HEAD: a coding of nothing
        result = decoder(data, limit)
        if len(result.data) > limit:
            return Decoded(result.data[:limit], complete=False, problem=f"decodes to more than {limit} bytes")
        if result.problem and not result.data:
            return result
        data, complete = result.data, complete and result.complete
        if result.problem:
            return Decoded(data, complete=False, problem=result.problem)
    return Decoded(data, complete, _overlooked(codings))


def _overlooked(codings: list[str]) -> str | None:
    none = [coding for coding in codings if coding not in _REGISTERED]
    return f"{', '.join(map(repr, none))} is no content coding" if none else None


def _gzip(data: bytes, limit: int) -> Decoded:
    parts: list[bytes] = []
    rest, room = data, limit + 1
    while rest and room > 0:
        piece, finished, rest, problem = _inflate(rest, 31, room)
        parts.append(piece)
        room -= len(piece)
        if len(parts) > 1 and not piece and not finished:
            break  # bytes behind the last member: browsers ignore them, and so do we
        if problem or not finished:
            return Decoded(b"".join(parts), complete=False, problem=problem or "the gzip body is cut off")
    return Decoded(b"".join(parts), complete=True)


def _deflate(data: bytes, limit: int) -> Decoded:
    # RFC 9110, 8.4.1.2 means zlib's format; some servers send raw deflate.
    for wbits in (15, -15):
        piece, finished, _, problem = _inflate(data, wbits, limit + 1)
        if finished or piece:
            return Decoded(piece, complete=finished, problem=problem or (None if finished else "cut off"))
    return Decoded(b"", complete=False, problem=problem)


def _inflate(data: bytes, wbits: int, room: int) -> tuple[bytes, bool, bytes, str | None]:
    """(what it unpacks to, whether it reached its end, what stands behind it, what went wrong)."""
    unpacker = isal_zlib.decompressobj(wbits)
    try:
        piece = unpacker.decompress(data, room)
    except UnpackError:
        return _inflate_what_is_good(data, wbits, room)
    return piece, unpacker.eof, unpacker.unused_data, None


def _inflate_what_is_good(data: bytes, wbits: int, room: int) -> tuple[bytes, bool, bytes, str | None]:
    """In small steps, so that what comes before the damage is not lost with it."""
    unpacker = zlib.decompressobj(wbits)
    parts: list[bytes] = []
    for start in range(0, len(data), 256):
        try:
            parts.append(unpacker.decompress(data[start : start + 256], room))
        except zlib.error as error:
            return b"".join(parts), False, b"", f"damaged body ({error})"
        room -= len(parts[-1])
        if room <= 0 or unpacker.eof:
            break
    return b"".join(parts), unpacker.eof, unpacker.unused_data, None


def _brotli(data: bytes, limit: int) -> Decoded:
    unpacker = brotli.Decompressor()
    parts: list[bytes] = []
    room = limit + 1
    try:
        parts.append(unpacker.process(data, output_buffer_limit=room))
        while parts[-1] and not unpacker.is_finished() and sum(map(len, parts)) < room:
            parts.append(unpacker.process(b"", output_buffer_limit=room))
    except brotli.error as error:
        return Decoded(b"".join(parts), complete=False, problem=f"damaged body ({error})")
    finished = unpacker.is_finished()
    return Decoded(b"".join(parts), complete=finished, problem=None if finished else "the brotli body is cut off")


def _zstd(data: bytes, limit: int) -> Decoded:
    unpacker = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    parts: list[bytes] = []
    room = limit + 1
    try:
        with unpacker.stream_reader(data, read_across_frames=True) as reader:
            while room > 0 and (piece := reader.read(min(room, 1 << 16))):
                parts.append(piece)
                room -= len(piece)
    except zstandard.ZstdError as error:
        return Decoded(b"".join(parts), complete=False, problem=f"damaged body ({error})")
    finished = room <= 0 or _ends_a_zstd_frame(data)
    return Decoded(b"".join(parts), complete=finished, problem=None if finished else "the zstd body is cut off")


def _ends_a_zstd_frame(data: bytes) -> bool:
    """Whether the last frame is whole: the stream reader does not say. For what is known to unpack within limits."""
    while data:
        frame = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        frame.decompress(data)
        if not frame.eof:
            return False
        data = frame.unused_data
    return True


_DECODERS = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
# IANA's HTTP Content Coding Registry; of these, what has no decoder above is never asked for.
_REGISTERED = frozenset(_DECODERS) | {
    "identity", "aes128gcm", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip",
}  # fmt: skip
