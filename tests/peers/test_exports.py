"""Exports in the hands of others: py-wacz, Frictionless, pywb, pyarrow and ReplayWeb.page take them as they are."""

from __future__ import annotations

import csv
import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Page, TimeoutError, sync_playwright

from archive.reading_room.player import FETCHED
from crawler.practice.server import PracticeArchive, PracticeServer, PracticeSite

pytestmark = pytest.mark.peers

ROOT = Path(__file__).parents[2]
ARTICLE = "SELECT article_id, url, title FROM article_latest WHERE title LIKE '50 days%'"


@pytest.fixture(scope="module")
def crawled(svodka_at: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A practice site that was crawled twice, so that there are revisit records."""
    svodka = svodka_at(tmp_path_factory.mktemp("exports") / "data")
    with PracticeServer(PracticeSite(PracticeArchive(seed=1, articles=20))) as server:
        for _ in range(2):
            svodka.run("crawl", "vpk", "--base-url", server.url)
    return svodka


@pytest.fixture(scope="module")
def site(crawled: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WACZ of the whole site."""
    return _wacz(crawled, tmp_path_factory.mktemp("site"), "--site", "vpk")


@pytest.fixture(scope="module")
def article(crawled: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WACZ of one article."""
    return _wacz(crawled, tmp_path_factory.mktemp("article"), crawled.sql(ARTICLE)[0][0])


def _wacz(crawled: Any, out: Path, *asked: str) -> Path:
    crawled.run("export", "--format", "wacz", "--out", out, *asked)
    (path,) = out.iterdir()
    return path


@pytest.mark.parametrize("which", ["site", "article"])
def test_py_wacz_finds_a_wacz_valid(which: str, request: pytest.FixtureRequest, peers_bin: Path) -> None:
    path = request.getfixturevalue(which)
    done = subprocess.run([peers_bin / "wacz", "validate", "-f", path], capture_output=True, text=True, check=False)
    assert (done.returncode, "Validation succeeded" in done.stdout) == (0, True), done.stdout


def test_py_wacz_does_not_find_everything_valid(article: Path, tmp_path: Path, peers_bin: Path) -> None:
    with zipfile.ZipFile(article) as good, zipfile.ZipFile(tmp_path / "bad.wacz", "w") as bad:
        for info in good.infolist():
            data = good.read(info)
            bad.writestr(info, data + b"\n" if info.filename == "pages/pages.jsonl" else data)
    command = [peers_bin / "wacz", "validate", "-f", tmp_path / "bad.wacz"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Validation succeeded" not in done.stdout


def test_cdxj_indexer_makes_the_index_of_a_part(article: Path, tmp_path: Path, peers_bin: Path) -> None:
    with zipfile.ZipFile(article) as wacz:
        wacz.extractall(tmp_path)
    lines = subprocess.run(
        [peers_bin / "cdxj-indexer", "--sort", *(tmp_path / "archive").iterdir()], capture_output=True, check=True
    ).stdout
    ours = subprocess.run(["gunzip", "-c", tmp_path / "indexes/index.cdx.gz"], capture_output=True, check=True).stdout
    assert ours == lines


def test_frictionless_finds_a_data_package_valid(crawled: Any, tmp_path: Path, peers_bin: Path) -> None:
    crawled.run("export", "--format", "datapackage", "--out", tmp_path / "package")
    command = [peers_bin / "frictionless", "validate", "--json", "datapackage.json"]
    done = subprocess.run(command, cwd=tmp_path / "package", capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert report["valid"], report
    assert report["stats"]["tasks"] == len(list((tmp_path / "package").glob("*.csv")))
    written = json.loads((tmp_path / "package" / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert all(_data_rows(tmp_path / "package" / each["path"]) == each["rows"] for each in written)


def _data_rows(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


READ = """
import json, sys
import pyarrow.parquet as parquet
from pathlib import Path
read = {path.stem: parquet.read_table(path) for path in Path(sys.argv[1]).glob("*.parquet")}
content = read["content"]
print(json.dumps({
    "rows": {name: table.num_rows for name, table in read.items()},
    "types": {each.name: str(each.type) for name in ("content", "counter", "capture") for each in read[name].schema},
    "body": content.column("body").to_pylist()[0],
    "titles": sorted(content.column("title").to_pylist()),
}))
"""


def test_pyarrow_reads_parquet_with_its_types(crawled: Any, tmp_path: Path, peers_bin: Path) -> None:
    libraries = subprocess.run(
        [peers_bin / "python", "-c", "import pyarrow; print(pyarrow.__path__[0])"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    # As with the extra [export] installed: the peers' pyarrow behind our own libraries.
    program = f"import sys; sys.path[:0] = [{str(ROOT)!r}]; sys.path.append({str(Path(libraries).parent)!r}); "
    arguments = ["--home", crawled.home.path, "export", "--format", "parquet", "--out", tmp_path / "parquet"]
    subprocess.run([sys.executable, "-c", f"{program}import svodka; svodka.main()", *arguments], check=True)
    command = [peers_bin / "python", "-c", READ, tmp_path / "parquet"]
    read = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    manifest = json.loads((tmp_path / "parquet" / "manifest.json").read_text())
    assert read["rows"] == {file["table"]: file["rows"] for file in manifest["files"]}
    assert {name: read["types"][name] for name in ("body", "value", "captured_at", "title")} == {
        "body": "list<element: string>", "value": "int64", "captured_at": "timestamp[us, tz=UTC]", "title": "string",
    }  # fmt: skip
    assert read["titles"] == sorted(title for (title,) in crawled.sql("SELECT title FROM content"))
    assert all(isinstance(paragraph, str) for paragraph in read["body"])


# --- replay ------------------------------------------------------------------------------------------------------


def test_pywb_replays_the_article_of_a_wacz(article: Path, crawled: Any, tmp_path: Path, peers_bin: Path) -> None:
    ((_, url, title),) = crawled.sql(ARTICLE)
    for arguments in (["init", "cited"], ["add", "--unpack-wacz", "cited", article]):
        subprocess.run([peers_bin / "wb-manager", *arguments], cwd=tmp_path, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with (tmp_path / "log").open("wb") as log, subprocess.Popen(
        [peers_bin / "wayback", "-b", "127.0.0.1", "-p", str(port)], cwd=tmp_path, stdout=log, stderr=log
    ) as process:  # fmt: skip
        try:
            answer = _get(f"http://127.0.0.1:{port}/cited/20990101000000id_/{url}", process)
        finally:
            process.terminate()
    assert answer.status_code == 200
    assert title.replace("'", "&#39;") in answer.text or title in answer.text


def _get(url: str, process: subprocess.Popen[bytes]) -> httpx.Response:
    deadline = time.monotonic() + 60
    while True:
        try:
            return httpx.get(url, timeout=30)
        except httpx.ConnectError:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)


class _WithRanges(http.server.SimpleHTTPRequestHandler):
    """Python's own file server, with the ranges that a player of WACZ files asks for."""

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "")
        path = Path(self.translate_path(self.path))
        if not asked or not path.is_file():
            super().do_GET()
            return
        first, _, last = asked.removeprefix("bytes=").partition("-")
        data = path.read_bytes()
        start = int(first) if first else max(0, len(data) - int(last))
        end = min(int(last), len(data) - 1) if first and last else len(data) - 1
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{end}/{len(data)}")
        self.send_header("Content-Length", str(end + 1 - start))
        self.end_headers()
        self.wfile.write(data[start : end + 1])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


PAGE = """<!doctype html><meta charset=utf-8><script src="ui.js"></script>
<replay-web-page source="{source}"{url} replayBase="./replay/" embed="replayonly"></replay-web-page>"""


@pytest.fixture(scope="module")
def replaywebpage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address and the folder of a web site with the whole of ReplayWeb.page on it."""
    folder = tmp_path_factory.mktemp("player")
    (folder / "replay").mkdir()
    for name, place in (("ui.js", folder), ("ui.js", folder / "replay"), ("sw.js", folder / "replay")):
        shutil.copy(FETCHED.parent / name, place)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_WithRanges, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", folder
        server.shutdown()
        thread.join()


@pytest.mark.browser
@pytest.mark.player
@pytest.mark.parametrize("which", ["site", "article"])
def test_replaywebpage_shows_the_article(
    which: str, request: pytest.FixtureRequest, replaywebpage: tuple[str, Path], crawled: Any
) -> None:
    address, folder = replaywebpage
    ((_, url, title),) = crawled.sql(ARTICLE)
    shutil.copy(request.getfixturevalue(which), folder / f"{which}.wacz")
    (folder / f"{which}.html").write_text(PAGE.format(source=f"{which}.wacz", url=f' url="{url}"'), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), chromium_sandbox=os.geteuid() != 0
        )
        page = browser.new_page()
        _load_until_shown(page, f"{address}{which}.html", title)
        frame = next(frame for frame in page.frames if "mp_/" in frame.url and quote(url, safe=":/?=&%") in frame.url)
        frame.wait_for_function("[...document.images].every(image => image.complete)", timeout=90_000)
        widths = frame.evaluate("[...document.images].map(image => image.naturalWidth)")
        browser.close()
    assert len(widths) > 3
    assert all(widths)


def _load_until_shown(page: Page, address: str, title: str) -> None:
    """On a busy machine the player can miss its own start and stay empty: it is loaded again, as a reader would."""
    inner = page.frame_locator("replay-web-page iframe").first.frame_locator("iframe").first
    for last in (False, False, True):
        page.goto(address)
        try:
            inner.locator("body", has_text=title).wait_for(timeout=60_000)
        except TimeoutError:
            if last:
                raise
        else:
            return
