"""Reads a suspicious page in a process of its own: at its budget of time or memory it dies, and the crawl goes on.

The caller waits for it, for the budget at most; a page in ten thousand is suspicious. What comes back is unpickled
from known classes only: the child has read hostile bytes.
"""

from __future__ import annotations

import pickle
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from crawler.extraction.page import Page
    from crawler.extraction.reader import PageReading
    from crawler.sites.site import Site

_MODULES = frozenset({"archive.records", "crawler.items", "crawler.extraction.reader", "crawler.extraction.links"})
_CLASSES = frozenset({("datetime", "datetime"), ("datetime", "timezone"), ("datetime", "timedelta")})
_OUT_OF_MEMORY = 70


@dataclass(frozen=True, slots=True)
class Budget:
    """`cpu` in seconds of processor time, without start-up (about 0.3 s); `wall` in seconds; `memory` in bytes."""

    cpu: float = 1.0
    wall: float = 8.0
    memory: int = 300 * 1024 * 1024


def read_contained(page: Page, site: Site, budget: Budget = Budget()) -> PageReading | str:
    """What the reader makes of the page; or why nothing came back, in one line."""
    question = pickle.dumps((budget, page.url, page.body, page.content_type, page.fetched_at, page.page_kind, site))
    command = [sys.executable, "-m", "crawler.extraction.contained"]
    try:
        done = subprocess.run(command, input=question, capture_output=True, timeout=budget.wall, check=False)
    except subprocess.TimeoutExpired:
        return f"reading took more than {budget.wall:g} s"
    if done.returncode == -signal.SIGPROF:
        return f"reading took more than {budget.cpu:g} s of processor time"
    if done.returncode == _OUT_OF_MEMORY:
        return f"reading took more than {budget.memory // 2**20} MB"
    if done.returncode:
        return f"the process that read it ended with {done.returncode}"
    return _Answer(BytesIO(done.stdout)).load()  # type: ignore[no-any-return]


class _Answer(pickle.Unpickler):
    """Knows the classes that a reading is made of, and no others."""

    def find_class(self, module: str, name: str) -> Any:
        """The class, or an error for what no reading holds."""
        if module in _MODULES or (module, name) in _CLASSES:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a reading")


def main(question: BinaryIO, answer: BinaryIO) -> int:
    """The child: limit itself, read, answer."""
    budget, *known, site = pickle.load(question)  # noqa: S301 - from our own parent
    from selectolax.lexbor import SelectolaxError

    from crawler.extraction.page import Page
    from crawler.extraction.reader import read_here

    signal.setitimer(signal.ITIMER_PROF, budget.cpu)  # SIGPROF ends a process that does not handle it
    resource.setrlimit(resource.RLIMIT_DATA, (budget.memory, budget.memory))
    try:
        answer.write(pickle.dumps(read_here(Page(*known), site)))
    except (MemoryError, SelectolaxError):  # the parser's only error is that it got no memory
        return _OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin.buffer, sys.stdout.buffer))
