"""Makes the pictures of the docs again: the reading room over a made-up site, as Chromium shows it.

    python -m tests.docs.pictures [--into docs/images]

What is on them is made up, and their times are those of the crawl; their sizes are always the same.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from archive.home import Home
from archive.reading_room.server import ReadingRoom
from tests.archive.reading_room.changing_world import Told, crawl_while_it_changes
from tests.archive.reading_room.opened import opened
from tests.trials.trial import crawl

IMAGES = Path(__file__).parents[2] / "docs" / "images"
WIDTH = 1000
Picture = tuple[str, str, str, int]  # name, path, the part that stands at its top, height


def pictures(told: Told) -> list[Picture]:
    """The pictures; that of evidence begins below the path of the WARC file, which is another on each machine."""
    article = f"article/{told.edited}"
    return [
        ("reading-room.png", "articles", "body", 640),
        ("article.png", article, "body", 640),
        ("counters.png", article, "#counters", 320),
        ("changes.png", f"changes/{told.edited}", "body", 720),
        ("evidence.png", f"evidence?id={told.edited}&field=title", ".evidence", 320),
    ]


def main() -> None:
    """Crawl, open the reading room, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, default=IMAGES)
    into = parser.parse_args().into
    with tempfile.TemporaryDirectory(prefix="svodka-pictures-") as folder:
        home = Home(Path(folder) / "practice").create()
        told = crawl_while_it_changes(lambda *arguments: crawl(home, *_in_order(arguments)))
        with opened(ReadingRoom(home)) as room, _chromium() as browser:
            for picture in pictures(told):
                sys.stdout.write(f"{_take(browser, room, picture, into)}\n")


def _in_order(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """The site's address first, as the trials' crawl takes it."""
    *urls, _, base_url = arguments
    return base_url, *urls


def _take(browser: Browser, room: ReadingRoom, picture: Picture, into: Path) -> str:
    name, path, top, height = picture
    page = browser.new_page(viewport={"width": WIDTH, "height": height}, color_scheme="light")
    page.goto(room.url + path)
    y = page.locator(top).bounding_box()["y"] if top != "body" else 0  # type: ignore[index]
    page.set_viewport_size({"width": WIDTH, "height": int(y) + height})
    page.screenshot(path=into / name, clip={"x": 0, "y": int(y), "width": WIDTH, "height": height})
    page.close()
    return f"{name}: {(into / name).stat().st_size:,} bytes"


@contextmanager
def _chromium() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    if executable is None:
        raise SystemExit("Chromium is missing; on Debian: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, chromium_sandbox=os.geteuid() != 0)
        yield browser
        browser.close()


if __name__ == "__main__":
    main()
