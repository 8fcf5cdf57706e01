"""Pages of the practice site with their truth, without a server between."""

from functools import cache

from crawler.extraction.as_json import reading_as_json
from crawler.extraction.page import Page
from crawler.extraction.read import read_page
from crawler.practice.server import PracticeArchive, PracticeSite
from crawler.sites import load_site

BASE = "http://127.0.0.1:8000"
ARTICLE_FIELDS = (
    "url",
    "site",
    "native_id",
    "slug",
    "language",
    "title",
    "title_raw",
    "outlet",
    "outlet_country",
    "subtitle",
    "lead",
    "authors",
    "body",
    "editor_notes",
    "footnotes",
    "image",
    "views",
    "views_raw",
    "comments",
    "comments_raw",
    "rating",
    "rating_raw",
    "published_at",
    "published_precision",
    "rights_holder",
    "rights_statement",
    "original_url",
    "original_published_at",
    "disclaimer",
    "mentions",
    "links",
    "alternate",
)


@cache
def archive(seed, articles):
    """Its articles are made up once for all sites: none publishes more."""
    return PracticeArchive(seed=seed, articles=articles)


def practice_site(markup, *, articles=31, seed=1, **options):
    site = PracticeSite(archive(seed, articles), markup=markup, compression="none", **options)
    site.base_url = BASE
    return site


def fetched(practice, path):
    """Body and Content-Type of a page."""
    head, _, body = practice.answer("GET", path, {}).wire.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    return body, next(line.partition(": ")[2] for line in lines if line.lower().startswith("content-type"))


def read(practice, path, body=None, kind=None):
    """What the reader makes of a page, as JSON."""
    wire, content_type = fetched(practice, path)
    page = Page(BASE + path, wire if body is None else body, content_type, practice.world.now, kind)
    return reading_as_json(read_page(page, load_site("vpk").at(BASE)))


def as_truth_has_it(name, value):
    """A value of the reading with no more keys than the truth gives."""
    if name == "links":
        return [{key: link[key] for key in ("url", "rel", "text")} for link in value]
    return value


def wrong_fields(found, truth):
    """The fields in which a reading departs from the truth: {field: (found, true)}."""
    if found["article"] is None:
        return {"article": (found["unreadable"], "an article")}
    wrong = {}
    for name in ARTICLE_FIELDS:
        value = as_truth_has_it(name, found["article"][name])
        if value != truth["article"][name]:
            wrong[name] = (value, truth["article"][name])
    rows = [
        {key: row[key] for key in truth_row}
        for row, truth_row in zip(found["placements"], truth["placements"], strict=False)
    ]
    if rows != truth["placements"] or len(found["placements"]) != len(rows):
        wrong["placements"] = (rows, truth["placements"])
    return wrong
