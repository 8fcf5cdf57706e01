"""CPU time over one large WARC file: `svodka verify` beside `warcio check`, the index beside cdxj-indexer.

    python -m benchmarks.archive [--megabytes 200] [--rounds 3]

The file is Svodka's own: gzipped pages of 25 KB, a request and a metadata record beside each. cdxj-indexer is run from
the environment of the peers (`make peers`, or SVODKA_PEERS_VENV); without it its line says so.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.ids import uuid7
from archive.records import Capture, CaptureContext, Exchange
from archive.warc.writer import WarcWriter
from benchmarks.results import machine

ROOT = Path(__file__).parent.parent
WORDS = (ROOT / "crawler" / "practice" / "data" / "seed_article.txt").read_text(encoding="utf-8").split()
PAGES = 60  # different ones
INDEX = (
    "import sys; from pathlib import Path; from archive.warc.cdxj import cdx_lines; "
    "sys.stdout.writelines(sorted(cdx_lines(Path(sys.argv[1]))))"
)


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is measured; `limit` is the greatest ratio to `against` that is promised."""

    name: str
    command: tuple[str, ...]
    against: str | None = None
    limit: float | None = None


def make_file(folder: Path, size: int) -> Path:
    """A WARC file of about `size` bytes."""
    bodies = [_body(number) for number in range(PAGES)]
    writer = WarcWriter(folder, site="bench", software="svodka/bench", max_bytes=1 << 40)
    number = written = 0
    while written < size:
        captures = [_capture(number + each, bodies[(number + each) % PAGES]) for each in range(50)]
        rows = writer.append(captures)
        number, written = number + 50, rows[-1].offset
    closed = writer.close()
    assert closed is not None
    return folder / closed.name


def _body(number: int) -> bytes:
    chosen = random.Random(number).choices(WORDS, k=9000)
    paragraphs = (" ".join(chosen[start : start + 60]) for start in range(0, len(chosen), 60))
    return gzip.compress("".join(f'<div class="a b"><p>{each}</p></div>\n' for each in paragraphs).encode(), 6, mtime=0)


def _capture(number: int, body: bytes) -> Capture:
    at = datetime(2025, 9, 8, tzinfo=UTC) + timedelta(seconds=number)
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    request = b"GET /news/%d_a.html HTTP/1.1\r\nHost: practice.example\r\n\r\n" % number
    url = f"https://practice.example/news/{number}_a.html"
    context = CaptureContext(str(uuid7()), "bench", "run", "article", "listing")
    return Capture(context, Exchange(url, request, head.encode() + body, at, at, ip="127.0.0.1"))


def programs(file: Path, peers: Path | None) -> list[Program]:
    """What is measured."""
    python, bin_folder = sys.executable, Path(sys.executable).parent
    found = [
        Program("warcio check", (str(bin_folder / "warcio"), "check", str(file))),
        Program("svodka verify", (python, "svodka.py", "verify", str(file)), "warcio check", 1.0),
    ]
    if peers is not None:
        found.append(Program("cdxj-indexer", (str(peers / "bin" / "cdxj-indexer"), "--sort", str(file))))
    found.append(Program("svodka's index", (python, "-c", INDEX, str(file)), "cdxj-indexer" if peers else None, 0.5))
    return found


def cpu_seconds(program: Program, out: Path) -> float:
    """User and system time of one run; its output goes to `out`. Raises CalledProcessError."""
    with out.open("wb") as stream:
        process = subprocess.Popen(program.command, cwd=ROOT, stdout=stream, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, program.command)
    return usage.ru_utime + usage.ru_stime


def peers_folder() -> Path | None:
    """The environment with cdxj-indexer in it."""
    for place in (os.environ.get("SVODKA_PEERS_VENV"), ROOT / ".peers"):
        if place and (Path(place) / "bin" / "cdxj-indexer").exists():
            return Path(place)
    return None


def measure(file: Path, rounds: int, folder: Path) -> tuple[dict[str, float], bool | None, list[Program]]:
    """Medians by program, whether the indexes are the same, and the programs."""
    peers = peers_folder()
    found = programs(file, peers)
    times: dict[str, list[float]] = {program.name: [] for program in found}
    for _ in range(rounds):  # interleaved, so that a busy moment is nobody's alone
        for program in found:
            times[program.name].append(cpu_seconds(program, folder / program.name.replace(" ", "-")))
    same = None
    if peers is not None:
        same = (folder / "cdxj-indexer").read_bytes() == (folder / "svodka's-index").read_bytes()
    return {name: statistics.median(values) for name, values in times.items()}, same, found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        file = make_file(Path(folder), options.megabytes * 1_000_000)
        size = file.stat().st_size / 1e6
        print(f"CPU seconds (user + system) over one WARC file of {size:.0f} MB, medians of {options.rounds}")
        medians, same, found = measure(file, options.rounds, Path(folder))
    kept = same is not False
    for program in found:
        line = f"{program.name:<16} {medians[program.name]:>7.2f}"
        if program.against and program.limit:
            ratio = medians[program.name] / medians[program.against]
            kept = kept and ratio <= program.limit
            verdict = "kept" if ratio <= program.limit else "MISSED"
            line += f"   {ratio:.2f} of {program.against} (target {program.limit:.2f} {verdict})"
        print(line)
    answers = {None: "cdxj-indexer was not run: `make peers`", True: "the indexes are the same, byte for byte"}
    print(answers.get(same, "THE INDEXES DIFFER"))
    print("Measured on " + ", ".join(f"{name} {value}" for name, value in machine().items()))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
