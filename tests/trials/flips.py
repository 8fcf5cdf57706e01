"""Trial of `svodka verify`: every byte of a WARC file is flipped, every truncation made, and each must be found.

    python -m tests.trials.flips [--step 1]

Beside it, in the same run and on the same files, what `warcio check` and `fastwarc check` find. "the archive" knows
what the rows say of a file (length, records, SHA-256); "the file alone" knows nothing but the file, as do the others.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from gzip import compress
from pathlib import Path
from types import SimpleNamespace

import brotli

from archive.ids import uuid7
from archive.records import Capture, CaptureContext, Exchange, Original, Rendering
from archive.warc.check import check_file
from archive.warc.gzip_members import iter_members
from archive.warc.writer import WarcWriter

RECORDS = 30
JUDGES = ("svodka verify, the archive", "svodka verify, the file alone", "warcio check", "fastwarc check")
MOMENT = datetime(2025, 9, 8, 1, 37, tzinfo=UTC)
HTML = "<!doctype html><title>Сводка</title><p>Су-57 и другие новости, как они были.</p>".encode() * 3


@dataclass
class Found:
    """How many damaged files there were, and how many each judge found; `wrong` is what must not be, a line each."""

    files: int = 0
    by: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Whole:
    """The file before any damage. `records` are what its members unpack to."""

    data: bytes
    sha256: str
    records: tuple[bytes, ...]
    borders: frozenset[int]


def make_file(folder: Path) -> Whole:
    """A file of 30 records: pages in every coding, a cut-off one, both kinds of revisit, a rendering."""
    writer = WarcWriter(folder, site="practice", software="svodka/trial", hostname="trial", clock=lambda: MOMENT)
    rows = writer.append([_capture(number, each) for number, each in enumerate(_responses())])
    first = rows[0]
    original = Original(
        first.id, first.url, first.captured_at, first.payload_digest or "", '"a"', None, first.warc_file, first.offset
    )
    unchanged = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'
    writer.append(
        [replace(_capture(20, unchanged), original=original), replace(_capture(21, _responses()[0]), original=original)]
    )
    writer.append([_capture(22, b"", rendering=True)])
    closed = writer.close()
    assert closed is not None
    data = (folder / closed.name).read_bytes()
    members = list(iter_members(data))
    assert len(members) == RECORDS
    borders = frozenset(member.offset for member in members)
    return Whole(data, closed.sha256, tuple(member.data for member in members), borders)


def _responses() -> list[bytes]:
    packed, br = compress(HTML, mtime=0), brotli.compress(HTML)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    return [
        head + b'ETag: "a"\r\nContent-Length: %d\r\n\r\n' % len(HTML) + HTML,
        head + b"Content-Encoding: gzip\r\n\r\n" + packed,
        head + b"Content-Encoding: br\r\n\r\n" + br,
        head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(HTML), HTML),
        head + b"Transfer-Encoding: chunked\r\nContent-Encoding: br\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(br), br),
        b"HTTP/1.1 301 Moved\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n",
        head + b"Content-Length: 5000\r\n\r\n" + HTML,
    ]


def _capture(number: int, response: bytes, *, rendering: bool = False) -> Capture:
    context = CaptureContext(str(uuid7(1_757_295_420_000 + number)), "practice", "run-1", "article", "listing")
    url, at = f"https://practice.example/{number % 20}.html", MOMENT + timedelta(seconds=number)
    if rendering:
        return Capture(context, Rendering(url, HTML, at, "chromium 140.0", 200))
    request = b'GET / HTTP/1.1\r\nHost: practice.example\r\nIf-None-Match: "a"\r\n\r\n'
    cut = "disconnect" if b"5000" in response[:99] else None
    return Capture(context, Exchange(url, request, response, at, at + timedelta(milliseconds=9), truncated=cut))


def flips(whole: Whole, step: int) -> Iterator[bytes]:
    """The file with one byte changed, each in turn: one bit of it, and all its bits."""
    for position in range(0, len(whole.data), step):
        for mask in (1 << position % 8, 0xFF):
            data = bytearray(whole.data)
            data[position] ^= mask
            yield bytes(data)


def truncations(whole: Whole, step: int) -> Iterator[bytes]:
    """The file cut off at every length."""
    return (whole.data[:length] for length in range(0, len(whole.data), step))


def look(whole: Whole, data: bytes) -> tuple[tuple[bool, ...], str | None]:
    """Which judges find `data` damaged, and what Svodka did wrong, if anything."""
    path = Path(tempfile.gettempdir()) / f"svodka-flips-{os.getpid()}.warc.gz"
    path.write_bytes(data)
    try:
        archive = check_file(path, sha256=whole.sha256, length=len(whole.data), records=len(whole.records))
        alone = check_file(path)
        verdicts = (not archive.ok, not alone.ok, _warcio(path), _fastwarc(path))
    finally:
        path.unlink()
    return verdicts, _wrong(whole, data, ok=alone.ok, records=alone.records)


def _wrong(whole: Whole, data: bytes, *, ok: bool, records: int) -> str | None:
    if len(data) == len(whole.data):
        if ok and tuple(member.data for member in iter_members(data)) != whole.records:
            return "a change of what is kept was not found in the file alone"
        return None if records >= len(whole.records) - 1 else f"only {records} records beside the damaged one were read"
    if ok and len(data) not in whole.borders:
        return f"a truncation to {len(data)} bytes was not found in the file alone"
    kept = sum(1 for border in whole.borders if 0 < border <= len(data))
    return None if records >= kept - (len(data) in whole.borders) else f"{records} of {kept} whole records were read"


def _warcio(path: Path) -> bool:
    # warcio breaks on any br body where the package `brotli` is installed (warcio#73): run it as if it were not.
    from warcio import bufferedreaders
    from warcio.checker import Checker

    bufferedreaders.BufferedReader.DECOMPRESSORS.pop("br", None)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            return bool(Checker(SimpleNamespace(inputs=[str(path)], verbose=False)).process_all())
        except Exception:  # it ends with a traceback, and so not with 0
            return True


def _fastwarc(path: Path) -> bool:
    from fastwarc.cli import check

    try:  # with -p it calls every revisit record damaged
        check.callback(infile=str(path), decompress_alg="auto", verify_payloads=False, quiet=True, output=None)
    except Exception:  # click's Exit, or a traceback
        return True
    return False


def trial(step: int = 1, workers: int = 2) -> dict[str, Found]:
    """All flips and all truncations, every `step`-th; what each judge found of them."""
    with tempfile.TemporaryDirectory() as folder:
        whole = make_file(Path(folder))
    verdicts, _ = look(whole, whole.data)
    assert not any(verdicts), f"the undamaged file: {dict(zip(JUDGES, verdicts, strict=True))}"
    found = {"flips": Found(), "truncations": Found()}
    with ProcessPoolExecutor(workers) as pool:
        for name, damaged in (("flips", flips(whole, step)), ("truncations", truncations(whole, step))):
            for verdicts, wrong in pool.map(partial(look, whole), damaged, chunksize=50):
                found[name].files += 1
                found[name].by.update(judge for judge, says in zip(JUDGES, verdicts, strict=True) if says)
                found[name].wrong += [wrong] if wrong else []
    return found


def as_table(found: dict[str, Found]) -> str:
    """What was found, a line for each judge."""
    lines = [f"{'':<32}" + "".join(f"{name:>24}" for name in found)]
    for judge in JUDGES:
        cells = (f"{each.by[judge]:,} of {each.files:,}" for each in found.values())
        lines.append(f"{judge:<32}" + "".join(f"{cell:>24}" for cell in cells))
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trial; 1 where something was not found or a record was lost beside a damaged one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--step", type=int, default=1, help="every so many bytes")
    found = trial(parser.parse_args(arguments).step)
    wrong = [line for each in found.values() for line in each.wrong]
    missed = [name for name, each in found.items() if each.by[JUDGES[0]] != each.files]
    end = (
        "NOT ALL WAS FOUND"
        if wrong or missed
        else "every flip and every truncation was found, and no other record lost"
    )
    sys.stdout.write("\n".join([as_table(found), *wrong[:20], end, ""]))
    return 1 if wrong or missed else 0


if __name__ == "__main__":
    sys.exit(main())
