"""An archive of the practice site, the same in every test, and the text of its pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from lxml import html

from crawler.practice.content import PracticeArchive
from crawler.practice.server import PracticeServer, PracticeSite

NOW = datetime(2025, 9, 22, 9, tzinfo=UTC)
INLINE = {"a", "b", "strong", "i", "em", "font", "span", "sup", "small"}


@pytest.fixture
def archive() -> PracticeArchive:
    return PracticeArchive(seed=1, articles=80, now=NOW)


@pytest.fixture
def site(archive: PracticeArchive) -> PracticeSite:
    return PracticeSite(archive)


@pytest.fixture
def server(site: PracticeSite) -> Iterator[PracticeServer]:
    with PracticeServer(site) as running:
        yield running


@pytest.fixture(scope="session")
def tree_of() -> Callable[[str], html.HtmlElement]:
    """A page as lxml reads it: from bytes, as it refuses a text that begins with an XML declaration."""
    return lambda page: html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))


@pytest.fixture(scope="session")
def text_of(tree_of) -> Callable[[str], str]:
    """The visible text of a page, with single spaces and no invisible hyphens."""

    def read(page: str) -> str:
        tree = tree_of(page)
        for hidden in tree.xpath("//script|//style|//title"):
            hidden.drop_tree()
        for element in tree.iter():
            if isinstance(element.tag, str) and element.tag not in INLINE:
                element.text = " " + (element.text or "")
                element.tail = " " + (element.tail or "")
        return re.sub(r"\s+", " ", tree.text_content().replace("\u00ad", ""))

    return read
