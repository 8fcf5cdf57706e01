"""Of Scrapy's own parts a crawl has those that its settings name, and what it has not is not imported, either."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from scrapy.settings import Settings

CRAWL = """
import json, sys
from pathlib import Path
from archive.home import Home
from pipelines.run import CrawlOptions, crawl

crawl(Home(Path(sys.argv[1])), "vpk", CrawlOptions(base_url=sys.argv[2], max_pages=2))
json.dump(sorted(sys.modules), sys.stdout)
"""


@pytest.fixture
def named():
    """The parts of a kind that a crawl loads, by the last part of their names."""
    settings = Settings()
    settings.setmodule("crawler.settings")

    def of(kind):
        return {each.rpartition(".")[2] for each in settings.get_component_priority_dict_with_base(kind)}

    return of


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        (
            "DOWNLOADER_MIDDLEWARES",
            {
                "RobotsMiddleware",
                "StopMiddleware",
                "PauseMiddleware",
                "ContentCodingMiddleware",
                "DownloadTimeoutMiddleware",
                "DefaultHeadersMiddleware",
                "UserAgentMiddleware",
            },
        ),
        ("SPIDER_MIDDLEWARES", {"UnitOutputMiddleware"}),
        ("EXTENSIONS", {"NoProxies", "CoreStats", "LogCount", "CloseSpider", "FeedExporter", "AutoThrottle"}),
    ],
)
def test_no_part_of_scrapy_is_there_that_is_not_named(named, kind, parts):
    assert named(kind) == parts


def test_what_a_crawl_does_not_use_is_not_imported(tmp_path, practice):
    command = [sys.executable, "-c", CRAWL, str(tmp_path / "data"), practice.url]
    modules = set(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    assert "crawler.fetching.wire" in modules
    unused = {"tldextract", "aiohttp", "playwright", "trafilatura", "scrapy.extensions.telnet"}
    assert modules & unused == set()
