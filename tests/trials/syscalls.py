"""Trial of promise 1 at the kernel's door: a crawl is struck at its k-th write, fsync, rename ..., for every k.

    python -m tests.trials.syscalls [--articles 10] [--every 1] [--call fsync] [--repairing]

strace strikes: it kills the crawl as it enters the call, or has the call fail (EIO of an fsync, ENOSPC of a write).
Where a crawl is told of the fault it ends with one line. Then the next crawl runs undisturbed, and everything that was
acknowledged is there, every URL is known, and `svodka verify` is content. With --repairing the crawl that is struck
begins with what another crash left, half of a record among it: repairing may die as well.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from archive.home import Home
from tests.trials.kill import named_by
from tests.trials.trial import again, command, crawl, judge, practice

KILL, BROKEN, FULL = "signal=KILL", "error=EIO", "error=ENOSPC"
CALLS = ("write", "pwrite64", "fsync", "fdatasync", "rename", "ftruncate", "unlink")
NOT_OURS = "nothing of the archive"
FAULTS = (
    *((call, KILL) for call in CALLS),
    *((call, BROKEN) for call in ("fsync", "fdatasync")),
    *((call, FULL) for call in ("write", "pwrite64")),
)


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault at the `number`-th `call` of a thread, whichever comes to it first; strace counts by thread."""

    call: str
    fault: str
    number: int

    def __str__(self) -> str:
        return f"{self.call}:{self.fault}:when={self.number}"


@dataclass(frozen=True, slots=True)
class Struck:
    """What one strike did: on which kind of file (None: it hit nothing), how the crawl ended, what is wrong since."""

    strike: Strike
    place: str | None
    code: int
    refetched: int
    problems: tuple[str, ...]


@dataclass
class Figures:
    """What a trial saw, by kind of fault."""

    struck: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    missed: int = 0
    refetched: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, struck: Struck) -> None:
        """Count one."""
        self.problems += [f"{struck.strike}: {problem}" for problem in struck.problems]
        if struck.place is None:
            self.missed += 1
            return
        self.struck[f"{struck.strike.call}:{struck.strike.fault}"] += 1
        self.places[struck.place] += 1
        self.refetched += struck.refetched

    def __str__(self) -> str:
        lines = [f"{count:5} {kind}" for kind, count in sorted(self.struck.items())]
        lines += [f"{count:5} on {place}" for place, count in self.places.most_common()]
        return "\n".join([
            *lines,
            f"{self.struck.total()} strikes ({self.missed} more came after the crawl's end), "
            f"{self.refetched} pages fetched again, {len(self.problems)} problems",
        ])  # fmt: skip


def strace_works(*, required: bool = False) -> bool:
    """Whether there is a strace, and the kernel lets it trace. Where it is `required`, a missing one is an error."""
    if shutil.which("strace") is None and not required:
        return False
    return subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0


def calls_of(folder: Path, articles: int, *, repairing: bool = False) -> dict[str, int]:
    """How often the thread that does it most does each call, in a crawl that nobody disturbs."""
    home = Home(folder / "data")
    with practice(articles) as server:
        if repairing:
            _crash(home, server.url)
        code, messages = _traced(home, server.url, [], folder / "calls")
    assert code == 0, messages
    seen = Counter((thread, call) for thread, call, _ in _lines(folder / "calls"))
    return {call: max((n for (_, name), n in seen.items() if name == call), default=0) for call in CALLS}


def strikes(counts: dict[str, int], every: int = 1) -> Iterator[Strike]:
    """Each fault at each passing of its calls, or at every n-th one."""
    for call, fault in FAULTS:
        for number in range(1, counts[call] + 1, every):
            yield Strike(call, fault, number)


def strike(folder: Path, articles: int, named: set[str], blow: Strike, *, repairing: bool = False) -> Struck:
    """Crawl with that fault (when `repairing`, after a crash), crawl again without it, and judge what there is."""
    home = Home(folder / str(blow).replace(":", "-"))
    home.path.mkdir(parents=True)
    log = home.path.with_suffix(".strace")
    with practice(articles) as server:
        if repairing:
            _crash(home, server.url)
        code, messages = _traced(home, server.url, ["-e", f"inject={blow}"], log)
        place = _place(home, log, blow)
        before = _acknowledged(home)
        since = len(server.requests)
        last_code, last_messages = crawl(home, server.url)
        refetched = again(server, since)
        judgement = judge(home, server, named, deaths=1 + repairing)
    judgement.hold(last_code == 0, f"the next crawl ended with {last_code}: {last_messages}")
    lost = before - _acknowledged(home)
    judgement.hold(not lost, f"was acknowledged and is not there: {sorted(lost)[:3]}")
    if place is not None:
        judgement.problems += _ending_faults(blow, place, code, messages)
    shutil.rmtree(home.path)
    log.unlink()
    return Struck(blow, place, code, refetched, tuple(judgement.problems))


def _crash(home: Home, url: str) -> None:
    """A crawl that dies in the middle of a record."""
    code, messages = crawl(home, url, env={"SVODKA_FAILPOINT": "warc.torn:9"})
    assert code == -signal.SIGKILL, messages


def _ending_faults(blow: Strike, place: str, code: int, messages: str) -> Iterator[str]:
    """A killed crawl says nothing; one that a fault was told to says one line, or did not mind and says how it went.

    Where the message itself could not be written, the exit code alone tells.
    """
    if blow.fault == KILL:
        if code != -signal.SIGKILL:
            yield f"was to be killed, and ended with {code}: {messages}"
    elif code not in (0, 1, 3) or messages.count("\n") not in ((0, 1) if place == NOT_OURS else (1,)):
        yield f"ended with {code}: {messages}"


def _traced(home: Home, url: str, options: Sequence[str], log: Path) -> tuple[int, str]:
    tracer = ["strace", "-f", "-y", "-qq", "-o", str(log), "-e", f"trace={','.join(CALLS)}", *options]
    done = subprocess.run(
        [*tracer, *command(home, url)], capture_output=True, text=True, check=False, timeout=600,
        env=os.environ | {"PYTHONWARNINGS": "error"},
    )  # fmt: skip
    return done.returncode, done.stderr


def _lines(log: Path) -> Iterator[tuple[str, str, str]]:
    """(thread, call, what strace says of it)."""
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if found := re.match(r"(\d+) +(\w+)\((.*)", line):
            yield found[1], found[2], found[3]


def _place(home: Home, log: Path, blow: Strike) -> str | None:
    """What kind of file the blow fell on."""
    of_call = [(thread, text) for thread, call, text in _lines(log) if call == blow.call]
    hit = [text for _, text in of_call if "INJECTED" in text]
    if blow.fault == KILL:
        counts = Counter(thread for thread, _ in of_call)
        hit = [
            text
            for thread, text in of_call
            if counts[thread] == blow.number and text.endswith(("= ?", "<unfinished ...>"))
        ]
    if not hit:
        return None
    found = re.search(re.escape(str(home.path)) + r"/?([^\">]*)", hit[-1])
    return NOT_OURS if found is None else re.sub(r"[\w.-]+(?=\.warc\.gz)", "*", found[1]) or "its folder"


def _acknowledged(home: Home) -> set[tuple[object, ...]]:
    """What the database has, as a reader at this moment would find it; read from a copy, for reading would mend it."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("svodka.db", "svodka.db-wal", "svodka.db-journal"):
            if (home.path / name).exists():
                shutil.copy(home.path / name, folder)
        with closing(sqlite3.connect(Path(folder) / "svodka.db")) as conn:
            tables = {name for (name,) in conn.execute("SELECT name FROM sqlite_master")}
            if "frontier" not in tables:
                return set()
            captures = conn.execute('SELECT id, url, warc_file, "offset", length, payload_digest FROM capture')
            urls = conn.execute("SELECT url FROM frontier")
            read = conn.execute("SELECT capture_id FROM reading")
            return (
                {("capture", *row) for row in captures}
                | {("url", *row) for row in urls}
                | {("read", *row) for row in read}
            )


def strike_all(
    folder: Path,
    articles: int,
    blows: Iterable[Strike],
    say: Callable[[str], object] = lambda line: None,
    *,
    repairing: bool = False,
) -> Figures:
    """Every one of `blows` on an archive of its own, two at a time."""
    named = named_by(articles, folder / "named")
    figures = Figures()
    with ThreadPoolExecutor(2) as pool:
        for struck in pool.map(lambda blow: strike(folder, articles, named, blow, repairing=repairing), blows):
            figures.add(struck)
            say(f"{struck.strike!s:40} {struck.place}: {struck.code}, {len(struck.problems)} problems\n")
    return figures


def main() -> int:
    """Run the full trial and say its figures; 1 where anything was lost."""
    parser = argparse.ArgumentParser(description="Strike crawls at every system call that writes.")
    parser.add_argument("--articles", type=int, default=10)
    parser.add_argument("--every", type=int, default=1, help="strike at every n-th passing of a call")
    parser.add_argument("--call", action="append", choices=CALLS, help="only these calls")
    parser.add_argument("--repairing", action="store_true", help="strike a crawl that begins after a crash")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="svodka-trial-") as name:
        folder = Path(name)
        counts = calls_of(folder, options.articles, repairing=options.repairing)
        sys.stdout.write(f"calls of a crawl of {options.articles} articles, by the busiest thread: {counts}\n")
        blows = [blow for blow in strikes(counts, options.every) if blow.call in (options.call or CALLS)]
        figures = strike_all(folder, options.articles, blows, sys.stdout.write, repairing=options.repairing)
    sys.stdout.write(f"{figures}\n")
    sys.stdout.writelines(f"{problem}\n" for problem in figures.problems)
    return 1 if figures.problems else 0


if __name__ == "__main__":
    sys.exit(main())
