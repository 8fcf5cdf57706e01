"""A crawled practice archive to export from: two crawls, so that there are revisit records."""

import pytest

from archive.rows.engine import open_database
from crawler.practice.server import PracticeArchive, PracticeServer, PracticeSite


@pytest.fixture(scope="session")
def crawled(svodka_at, tmp_path_factory):
    """The data folder of a practice site that was crawled twice."""
    svodka = svodka_at(tmp_path_factory.mktemp("export") / "data")
    with PracticeServer(PracticeSite(PracticeArchive(seed=1, articles=30))) as server:
        for _ in range(2):
            svodka.run("crawl", "vpk", "--base-url", server.url)
    return svodka


@pytest.fixture
def crawled_rows(crawled):
    """A connection that reads its rows."""
    database = open_database(crawled.home.database_url)
    with database.reader() as conn:
        yield conn
    database.close()
