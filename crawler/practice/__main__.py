"""`python -m crawler.practice`: serves the practice site as a process of its own, until it is interrupted.

Prints one line of JSON with its URL and its size on standard output.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from crawler.practice.content import PracticeArchive
from crawler.practice.markups import MARKUPS
from crawler.practice.server import PracticeServer, PracticeSite


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve; see --help."""
    options = _parser().parse_args(arguments)
    archive = PracticeArchive(options.seed, options.articles, options.now)
    site = PracticeSite(archive, markup=options.markup, encoding=options.encoding, compression=options.compression)
    with PracticeServer(site, port=options.port) as server, suppress(KeyboardInterrupt):
        if options.warm:
            site.warm()
        sys.stdout.write(json.dumps({"url": server.url, "articles": len(archive)}) + "\n")
        sys.stdout.flush()
        server.join()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crawler.practice", description=__doc__)
    parser.add_argument("--articles", type=int, default=500, help="how many article pages")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same site")
    parser.add_argument("--markup", choices=sorted(MARKUPS), default="tables")
    parser.add_argument("--encoding", choices=("utf-8", "windows-1251"), default="utf-8")
    parser.add_argument("--compression", choices=("gzip", "br", "none"), default="gzip")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--now", type=_moment, default=datetime.now(UTC), help="the site's clock, ISO 8601 with a zone")
    parser.add_argument("--warm", action="store_true", help="draw all pages before the URL is printed")
    return parser


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} has no time zone")
    return moment.astimezone(UTC)


if __name__ == "__main__":
    main()
