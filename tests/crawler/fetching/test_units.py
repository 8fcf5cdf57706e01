"""What becomes of a page on which our own code fails. No page is known that does this, so the failure is put in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FAILING = """
import runpy
import {module}

sound = {module}.{name}

def failing(first, *others):
    if {where}:
        raise LookupError("put in by a test")
    return sound(first, *others)

{module}.{name} = failing
runpy.run_path("svodka.py", run_name="__main__")
"""
READER = FAILING.format(
    module="crawler.spiders.aggregator", name="read_page", where='first.page_kind == "article"'
)  # fmt: skip
KEEPER = FAILING.format(module="pipelines.persist", name="keep", where="first.article is not None")


@pytest.fixture
def url(practice):
    """An article of the practice site."""
    return practice.url.rstrip("/") + practice.site.paths()[-1]


@pytest.fixture
def crawl_failing(svodka, practice, url):
    """Crawls the article with a program that fails on it."""

    def run(program):
        command = [sys.executable, "-c", program, *svodka.command("crawl", "vpk", url, "--base-url", practice.url)[2:]]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(
            command, check=False, cwd=ROOT, env=environment, timeout=60, capture_output=True, text=True
        )

    return run


@pytest.mark.parametrize("program", [READER, KEEPER], ids=["reader", "pipeline"])
def test_a_page_on_which_our_code_fails_is_kept_and_not_done(svodka, url, crawl_failing, program):
    crawl_failing(program)
    assert svodka.sql(f"SELECT state, error FROM frontier WHERE url = '{url}'") == [
        ("failed", "unreadable: LookupError: put in by a test")
    ]
    assert svodka.sql("SELECT reason, detail FROM quarantine") == [("reader_error", "LookupError: put in by a test")]
    assert svodka.sql("SELECT status, read_state FROM capture WHERE page_kind = 'article'") == [(200, "failed")]
    assert svodka.sql("SELECT count(*) FROM reading") == [(0,)]
    svodka.run("verify")


@pytest.mark.parametrize("program", [READER, KEEPER], ids=["reader", "pipeline"])
def test_it_is_fetched_again_where_a_list_of_a_later_run_names_it(svodka, practice, url, crawl_failing, program):
    crawl_failing(program)
    svodka.run("crawl", "vpk", "--base-url", practice.url)
    assert svodka.sql(f"SELECT state FROM frontier WHERE url = '{url}'") == [("done",)]
    assert svodka.sql("SELECT count(*) FROM article_latest") == [(30,)]
