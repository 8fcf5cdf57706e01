"""The process that commands are forked from: it has imported Svodka and what others wrote, most of what a start costs.

A command ends as others do, but for one thing: it does not take apart the modules that it was forked with. Each page of
memory it would write to for that must first be copied, which takes longer than most commands.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import SimpleNamespace
from typing import Any

PACKAGES = ("archive", "crawler", "pipelines")
SCRIPTS = ("__main__", "env")  # not to be imported; env.py is Alembic's
# What is imported by its name, or late, by those who wrote it.
OF_OTHERS = (
    "scrapy.downloadermiddlewares.defaultheaders",
    "scrapy.downloadermiddlewares.downloadtimeout",
    "scrapy.downloadermiddlewares.useragent",
    "scrapy.extensions.closespider",
    "scrapy.extensions.corestats",
    "scrapy.extensions.feedexport",
    "scrapy.extensions.logcount",
    "scrapy.extensions.throttle",
    "scrapy.logformatter",
    "typer._adapters",
)
_ending = SimpleNamespace(code=0)


def _leave() -> None:
    """The last thing that a command does. What it left in cycles is collected: a file that is open is told of."""
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_ending.code)


atexit.register(_leave)  # before all others, so it is called after them


def main() -> None:
    """Run each command that is asked for, a line each, and answer with its exit code."""
    _prepare()
    for line in sys.stdin:
        if child := os.fork():
            sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
            sys.stdout.flush()
        else:
            _run(**json.loads(line))
            break


def _prepare() -> None:
    """Import what commands import; what is there by now, no collection looks at again."""
    import_module("svodka")
    for package in map(import_module, PACKAGES):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.rpartition(".")[2] not in SCRIPTS:
                import_module(module.name)
    for name in OF_OTHERS:
        import_module(name)
    import_module("crawler.extraction.normalisers.outlets").country_code("France")  # puts all their names in a table
    gc.collect()
    gc.freeze()


def _run(command: list[str], environment: dict[str, str], folder: str, output: list[str]) -> None:
    """Run `program ...` in this process, as if it had been started with these."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for fd, path in enumerate(output, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), fd)
    program, *sys.argv[1:] = command
    sys.path[0] = str(Path(program).parent)
    _note(1)  # of an exception that nobody catches
    try:
        runpy.run_path(program, run_name="__main__")
    except SystemExit as end:
        _note(end.code)
        raise
    _note(0)


def _note(code: Any) -> None:
    """Remember with what to leave; a text is printed by Python itself."""
    _ending.code = code if isinstance(code, int) else int(code is not None)


if __name__ == "__main__":
    main()
