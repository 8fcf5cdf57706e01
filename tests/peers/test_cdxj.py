"""Our index lines are those of the real cdxj-indexer, byte for byte, for every odd exchange."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from archive.warc.cdxj import add_to_index, cdx_lines
from archive.warc.surt import surt
from archive.warc.writer import WarcWriter

pytestmark = pytest.mark.peers

WARC_TESTS = Path(__file__).parents[1] / "archive" / "warc"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, WARC_TESTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    made = load("conftest")
    writer = WarcWriter(tmp_path / "archive", site="practice", software="Svodka/0.1.0")
    captures = [made.make_capture(number, message) for number, message in enumerate(made.ODD.values())]
    interim = made.make_capture(800, interim=(b"HTTP/1.1 103 Early Hints\r\n\r\n",))
    writer.append([*captures, interim, made.make_capture(801, b""), made.make_rendering(802)])
    closed = writer.close()
    assert closed is not None
    return tmp_path / "archive" / closed.name


def run(command: Path, *arguments: object) -> str:
    done = subprocess.run([command, *map(str, arguments)], capture_output=True, text=True, check=True)
    return done.stdout


def test_lines_are_those_of_cdxj_indexer(warc, peers_bin):
    assert "".join(cdx_lines(warc)) == run(peers_bin / "cdxj-indexer", warc)


def test_a_sorted_index_is_that_of_cdxj_indexer(warc, peers_bin, tmp_path):
    index = tmp_path / "index.cdxj"
    add_to_index(index, [warc])
    assert index.read_text() == run(peers_bin / "cdxj-indexer", "--sort", warc)


def test_url_keys_are_those_of_surt(peers_bin):
    urls = [url for url, _ in load("test_surt").KEYS]
    program = "import sys, surt\nfor url in sys.argv[1:]: print(surt.surt(url))"
    answers = run(peers_bin / "python", "-c", program, *urls).splitlines()
    assert [surt(url) for url in urls] == answers
