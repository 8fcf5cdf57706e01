"""Trial on real pages: a folder of saved news pages is served as one site and crawled; none is lost, none crashes.

    python -m tests.trials.pages --pages DIR [--truth FILE]

DIR holds gzipped HTML; FILE one JSON object a line with `file`, `url`, `title` and `body` (null: not known).
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote, urlsplit

from scrapy.exceptions import CannotResolveHostError

from archive.home import Home
from archive.upkeep.verify import verify_archive
from benchmarks.reading import body_score, tokens
from crawler.fetching.resolver import Resolver
from tests.trials.trial import ROOT, judged_by_others, rows

ENOUGH = 0.95  # of the pages must give a title and a body


@dataclass(frozen=True)
class SavedPage:
    """A page as it was saved, where it stood, and what is known of it; `path` is where the trial serves it."""

    file: Path
    path: str
    truth: Mapping[str, Any]


def saved_pages(folder: Path, truths: Path | None) -> list[SavedPage]:
    """The pages of a folder; each keeps the host and path that it had, as a path."""
    known: dict[str, dict[str, Any]] = {}
    if truths:
        records = [json.loads(line) for line in truths.read_text(encoding="utf-8").splitlines()]
        known = {Path(record["file"]).name: record for record in records}
    return [
        SavedPage(file, _path(file, known.get(file.name, {})), known.get(file.name, {}))
        for file in sorted(folder.glob("*.html.gz"))
    ]


def _path(file: Path, truth: Mapping[str, Any]) -> str:
    if "url" not in truth:
        return f"/pages/{quote(file.name.removesuffix('.gz'))}"
    parts = urlsplit(truth["url"])
    return quote(f"/{parts.netloc}{parts.path}", safe="/%:@!$&'()*+,;=~") + (f"?{parts.query}" if parts.query else "")


@contextmanager
def serving(pages: Sequence[SavedPage]) -> Iterator[str]:
    """Serve the pages, and an index page that links to all of them, on loopback; gives the base URL."""
    bodies = {page.path: page.file for page in pages}
    links = "".join(f'<li><a href="{escape(page.path)}">{escape(page.file.name)}</a></li>' for page in pages)
    index = f"<!DOCTYPE html><html><head><title>Saved pages</title></head><body><ul>{links}</ul></body></html>".encode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            file = bodies.get(self.path)
            body = index if self.path == "/" else gzip.decompress(file.read_bytes()) if file else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html")  # without a charset: the page must say its own
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True)
class Outcome:
    """What became of one page."""

    page: SavedPage
    captured: bool
    title: str | None
    body: str
    reason: str | None  # why it could not be read

    @property
    def read(self) -> bool:
        """Whether both title and body are there."""
        return bool(self.title and self.body)


def outcomes(home: Home, base_url: str, pages: Sequence[SavedPage]) -> list[Outcome]:
    """What the archive has of each page."""
    captured = {
        str(row[0]): row[1:] for row in rows(home, "SELECT url, id, read_state FROM capture WHERE status = 200")
    }
    found = rows(
        home,
        "SELECT r.capture_id, c.title, c.body FROM reading r JOIN content c "
        "ON c.article_id = r.article_id AND c.digest = r.digest",
    )
    readings = {str(capture): (title, "\n".join(json.loads(str(body or "[]")))) for capture, title, body in found}
    reasons = dict(rows(home, "SELECT capture_id, reason || coalesce(': ' || detail, '') FROM quarantine"))
    result = []
    for page in pages:
        capture, state = captured.get(base_url.rstrip("/") + page.path, (None, None))
        title, body = readings.get(str(capture), (None, ""))
        reason = reasons.get(capture) or (None if title and body else f"read state {state}")
        result.append(Outcome(page, capture is not None, title, body, reason))
    return result


class OnlyLoopback(Resolver):
    """Finds the trial's own server and nothing else: pictures and styles of saved pages stand on real hosts."""

    async def addresses(self, host: str) -> list[str]:
        """127.0.0.1; CannotResolveHostError for all else."""
        if host == "127.0.0.1":
            return await super().addresses(host)
        raise CannotResolveHostError(f"{host}: not on loopback")


def crawl_pages(home: Home, pages: Sequence[SavedPage]) -> tuple[list[str], list[Outcome]]:
    """Serve and crawl the pages; what is wrong with the archive, and what became of each page."""
    with serving(pages) as base_url:
        settings = {
            "SVODKA_HOME": home.path,
            "SVODKA_MAX_PAGES": len(pages) + 50,  # the index, and the feeds that pages name
            "SVODKA_ALLOWED_PRIVATE_HOSTS": "127.0.0.1",
            "SVODKA_RESOLVER": "tests.trials.pages.OnlyLoopback",
            "SVODKA_MAX_ATTEMPTS": 2,  # what stands on real hosts is not found: further tries wait for 8 and 32 seconds
            "DOWNLOAD_DELAY": 0,
            "AUTOTHROTTLE_ENABLED": 0,
        }
        options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        command = [sys.executable, "-m", "scrapy", "crawl", "generic", "-a", f"base_url={base_url}", *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        problems = [f"the crawl ended with {done.returncode}: {done.stderr}"] if done.returncode or done.stderr else []
        problems += [f"the run ended: {row}" for row in rows(home, "SELECT reason FROM run WHERE exit_code != 0")]
        problems += [f"verify: {problem}" for problem in verify_archive(home).problems]
        problems += judged_by_others(sorted(home.path.rglob("*.warc.gz")))
        return problems, outcomes(home, base_url, pages)


def figures(found: Sequence[Outcome]) -> list[str]:
    """The trial's figures, one line each, then what failed."""
    titles = [tokens(each.title or "") == tokens(truth) for each in found if (truth := each.page.truth.get("title"))]
    scores = [score for each in found if (score := body_score(each.body, dict(each.page.truth))) is not None]
    lines = [
        f"{len(found)} pages, {sum(each.captured for each in found)} captured, "
        f"{sum(each.read for each in found)} with title and body ({sum(each.read for each in found) / len(found):.1%})",
    ]
    if titles:
        lines.append(f"title as it should be: {statistics.mean(titles):.1%} of {len(titles)}")
    if scores:
        lines.append(f"body F1: mean {statistics.mean(scores):.3f} of {len(scores)}")
    for each in found:
        if not each.read:
            lines.append(f"{each.page.file.name} {each.page.path}: {each.reason or 'not captured'}")
    return lines


def main() -> int:
    """Run the trial and say its figures; 1 where a page is lost or too few are read."""
    parser = argparse.ArgumentParser(description="Crawl saved pages as one site.")
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--truth", type=Path)
    options = parser.parse_args()
    pages = saved_pages(options.pages, options.truth)
    with tempfile.TemporaryDirectory(prefix="svodka-trial-") as folder:
        problems, found = crawl_pages(Home(Path(folder) / "data"), pages)
    sys.stdout.writelines(f"{line}\n" for line in figures(found) + problems)
    lost = not all(each.captured for each in found)
    return 1 if problems or lost or sum(each.read for each in found) < ENOUGH * len(found) else 0


if __name__ == "__main__":
    sys.exit(main())
