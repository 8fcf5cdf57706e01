"""`svodka site new`: from a few pages a site file with its fixtures, to be gone through by a person.

What stands on the pages is put into Python source only as literals: a page must not be able to write code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from archive.errors import NothingFound, UsageError
from archive.home import Home
from archive.ownership import open_own_database
from archive.rows.reading import pages_of_run
from archive.warc.reader import read_capture_at
from crawler.extraction.page import Page
from crawler.fetching.answer import of_capture, page_of
from crawler.sites import site_names
from pipelines.run import CrawlOptions, crawl
from pipelines.site_at import checked_url
from pipelines.site_check import SITES, site_from_file, write_fixture
from pipelines.site_guess import Guess, guess, verified

_CANONICAL = 'link[rel="canonical"]'
_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")


@dataclass(frozen=True, slots=True)
class NewSite:
    """What was written, what is found on none of the pages, and what only a person can say."""

    name: str
    file: str
    fixtures: tuple[str, ...]
    selectors: dict[str, str]
    not_found: tuple[str, ...]
    open_questions: tuple[str, ...]


def new_site(
    home: Home,
    name: str,
    sources: Sequence[str],
    *,
    urls: Sequence[str] = (),
    base_url: str | None = None,
    into: Path | None = None,
) -> NewSite:
    """Write the site file `name` from articles: URLs (fetched by a crawl of `generic`), or files with their `urls`.

    `into`: the folder of the site file, the program's own unless given. Raises UsageError.
    """
    folder = into or SITES
    target = folder / f"{name}.py"
    if not _NAME.fullmatch(name) or name == "site":
        raise UsageError(f"{name}: a site's name is a word of small letters, digits and underscores")
    if target.exists() or (into is None and name in site_names()):
        raise UsageError(f"{target}: is there already")
    fetched = all("://" in source for source in sources)
    if not fetched and any("://" in source for source in sources):
        raise UsageError("URLs or files, not both")
    pages = _fetched(home, sources, base_url) if fetched else list(_saved([Path(each) for each in sources], urls))
    return _written(name, guess(pages), pages, target, "fetched" if fetched else "saved by the user")


def _written(name: str, found: Guess, pages: Sequence[Page], target: Path, source: str) -> NewSite:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(site_file(name, found), encoding="utf-8")
    site = site_from_file(target)
    fixtures = target.parent / "fixtures" / name
    names = [f"article-{number}" for number in range(1, len(pages) + 1)]
    for each, page in zip(names, pages, strict=True):
        write_fixture(fixtures, each, page, site, made_up=False, source=source)
    return NewSite(
        name, str(target), tuple(str(fixtures / f"{each}.html") for each in names), found.selectors,
        tuple(verified(site, pages)), tuple(found.open_questions),
    )  # fmt: skip


# --- pages -----------------------------------------------------------------------------------------------------


def _saved(files: Sequence[Path], urls: Sequence[str]) -> Iterator[Page]:
    for number, file in enumerate(files):
        try:
            body, saved_at = file.read_bytes(), datetime.fromtimestamp(file.stat().st_mtime, UTC)
        except OSError as error:
            raise UsageError(f"{file}: {error.strerror}") from error
        url = urls[number] if number < len(urls) else _own_url(file, body, saved_at)
        yield Page(checked_url("--url", url), body, None, saved_at)


def _own_url(file: Path, body: bytes, saved_at: datetime) -> str:
    """The address that a saved page gives as its own."""
    page = Page("http://localhost/", body, None, saved_at)
    node = page.tree.css_first(_CANONICAL) if page.refused is None else None
    url = (node.attrs.get("href") or "") if node is not None else ""
    if "://" not in url:
        raise UsageError(f"{file}: does not say where it is from; give --url for each file, in their order")
    return url


def _fetched(home: Home, urls: Sequence[str], base_url: str | None) -> list[Page]:
    parts = urlsplit(checked_url("URL", urls[0]))
    here = base_url or f"{parts.scheme}://{parts.netloc}/"
    summary = crawl(home, "generic", CrawlOptions(base_url=here, urls=tuple(urls), guarded=base_url is None))
    database = open_own_database(home)
    try:
        with database.reader() as conn:
            captures = pages_of_run(conn, summary.run_id)
    finally:
        database.close()
    pages = []
    for each in captures:
        answer = of_capture(read_capture_at(home.warc_path(each.site, each.warc_file), each.offset))
        if answer.status == 200 and answer.whole:
            pages.append(page_of(answer, each.url, each.captured_at, "article"))
    if not pages:
        raise NothingFound(f"{here}: none of the pages could be fetched")
    return [Page(page.url, page.body, page.content_type, page.fetched_at) for page in pages]


# --- the file --------------------------------------------------------------------------------------------------


def site_file(name: str, found: Guess) -> str:
    """The text of the site file."""
    questions = "\n".join(f"# Open: {question}." for question in found.open_questions)
    labels = "".join(f"    {field}={_words(words)},\n" for field, words in found.labels.items())
    selectors = "".join(
        f"                {_quoted(field)}: {_quoted(css)},\n" for field, css in found.selectors.items()
    )
    return f'''"""The site {name}. First written by `svodka site new` from saved pages; go through it line by line."""

from __future__ import annotations

import re

from crawler.sites.generic import SITE as GENERIC
from crawler.sites.site import Labels, Seed, SelectorSet, Site, UrlPattern

{questions}

LABELS = Labels(
{labels})  # fmt: skip

SITE = Site(
    name={_quoted(name)},
    title={_quoted(found.title)},
    base_url={_quoted(found.base_url)},
    hosts={_words(found.hosts)},
    seeds=(
{"".join(_seed_lines(found))}    ),
    patterns=(
{"".join(_pattern_lines(found))}    ),
    time_zone={_quoted(found.time_zone or "UTC")},
    languages={_words(found.languages)},
    labels=LABELS,
    selectors=(
        SelectorSet(
            "V1",
            {{
{selectors}            }},
        ),
    ),
    layers=GENERIC.layers,
)  # fmt: skip
'''


def _seed_lines(found: Guess) -> Iterator[str]:
    yield '        Seed("/", "listing", "listing"),\n'
    if found.feed:
        yield f'        Seed({_quoted(found.feed)}, "feed", "feed"),\n'
    yield '        Seed("/sitemap.xml", "sitemap", "sitemap"),\n'


def _pattern_lines(found: Guess) -> Iterator[str]:
    language = f", {_quoted(found.languages[0])}" if len(found.languages) == 1 else ""
    for regex, of_pages in found.patterns:
        spoken = f", {_quoted(of_pages)}" if of_pages else ""
        yield f'        UrlPattern(re.compile({_raw(regex)}), "article"{spoken}),\n'
    if found.feed:
        yield f'        UrlPattern(re.compile({_raw(re.escape(found.feed))}), "feed"),\n'
    yield '        UrlPattern(re.compile(r"/[^/?]*sitemap[^/?]*\\.xml(?:\\.gz)?"), "sitemap"),\n'
    yield f'        UrlPattern(re.compile(r"/(?:page/(?P<page>\\d+)/?)?"), "listing"{language}),\n'


def _quoted(text: str | None) -> str:
    """As Python source, whatever a page put into it."""
    quoted = repr(text)
    return f'"{quoted[1:-1]}"' if quoted.startswith("'") and '"' not in quoted else quoted


def _raw(regex: str) -> str:
    plain = '"' not in regex and regex.isprintable() and not regex.endswith("\\")
    return f'r"{regex}"' if plain else repr(regex)


def _words(words: Sequence[str]) -> str:
    return f"({', '.join(map(_quoted, words))},)" if words else "()"
