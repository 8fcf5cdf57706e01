"""`scrapy crawl SITE -a base_url=URL`: exactly the host that the user named may have a private address."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def scrapy_crawl(svodka):
    """Crawls vpk by Scrapy's own command, with spider arguments."""

    def run(**arguments):
        options = [word for name, value in arguments.items() for word in ("-a", f"{name}={value}")]
        settings = [f"SVODKA_HOME={svodka.home.path}", "DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0"]
        options += [word for setting in settings for word in ("-s", setting)]
        subprocess.run([sys.executable, "-m", "scrapy", "crawl", "vpk", *options], cwd=ROOT, check=True, timeout=60)

    return run


def test_the_host_of_the_base_url_is_crawled(svodka, practice, scrapy_crawl):
    url = practice.url.rstrip("/") + practice.site.paths()[-1]
    scrapy_crawl(base_url=practice.url, urls=url)
    assert svodka.sql("SELECT url, state FROM frontier WHERE route = 'user'") == [(url, "done")]


@pytest.mark.parametrize(
    ("arguments", "page"),
    [
        ({"base_url": "http://127.0.0.1:{port}/"}, "http://localhost:{port}/"),
        ({"base_url": "http://127.0.0.1:{port}/"}, "http://127.0.0.2:{port}/"),
        ({}, "http://127.0.0.1:{port}/"),
        ({"base_url": "http://127.0.0.1:{port}/", "guarded": "yes"}, "http://127.0.0.1:{port}/"),
    ],
    ids=["another name", "another address", "no base_url", "guarded"],
)
def test_no_other_host_is_asked(svodka, practice, scrapy_crawl, arguments, page):
    port = practice.url.rstrip("/").rpartition(":")[2]
    scrapy_crawl(urls=page.format(port=port), **{name: value.format(port=port) for name, value in arguments.items()})
    assert practice.requests == []
    assert svodka.sql("SELECT count(*) FROM capture") == [(0,)]
    ((why,),) = svodka.sql("SELECT error FROM frontier")
    assert "loopback address" in why
