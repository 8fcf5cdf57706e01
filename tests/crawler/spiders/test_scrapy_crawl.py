"""`scrapy crawl SITE` ends as Scrapy does; its row says what the run came to, as that of `svodka crawl` does."""

import subprocess
import sys
from pathlib import Path

import pytest

from crawler.practice.server import Fault

ROOT = Path(__file__).parents[3]


@pytest.fixture
def scrapy_crawl(svodka, practice):
    """Crawls the practice site by Scrapy's own command; gives its log."""

    def run(**arguments):
        arguments = {"base_url": practice.url} | arguments
        options = [word for name, value in arguments.items() for word in ("-a", f"{name}={value}")]
        for setting in (f"SVODKA_HOME={svodka.home.path}", "DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0"):
            options += ["-s", setting]
        command = [sys.executable, "-m", "scrapy", "crawl", "vpk", *options]
        return subprocess.run(command, cwd=ROOT, check=True, timeout=120, capture_output=True, text=True).stderr

    return run


def ends(svodka):
    return svodka.sql("SELECT reason, exit_code FROM run")


def test_a_crawl_that_went_well_is_finished_and_silent(svodka, practice, scrapy_crawl):
    url = practice.url.rstrip("/") + practice.site.paths()[-1]
    assert scrapy_crawl(urls=url) == ""
    assert ends(svodka) == [("finished", 0)]
    ((options,),) = svodka.sql("SELECT options FROM run")
    assert url in options  # so it does not count as a walk over the lists


def test_a_site_that_lets_nobody_in_is_told_in_the_log_and_in_the_row(svodka, practice, scrapy_crawl):
    practice.site.faults["*"] = Fault("challenge", status=403)
    practice.site.faults["/robots.txt"] = Fault("status", status=404)
    told = scrapy_crawl()
    ((reason, code),) = ends(svodka)
    assert code == 5
    assert reason.startswith(f"failed: {practice.url}: the site does not let us in")
    assert reason.removeprefix("failed: ") in told
