"""Two readings are one wording where nothing differs, and one version where nothing that makes a version differs."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from archive.records import Alternate, ArticleRecord, Author, Counter, EditorNote, Footnote, Image, Link, Mention
from archive.rows.schema import content
from archive.rows.wording import PLAIN_FIELDS, VERSION_FIELDS, digests

AT = datetime(2025, 9, 8, 4, 37, tzinfo=UTC)
PLAIN = ArticleRecord(
    capture_id="c1", observed_at=AT, site="vpk", native_id="1", language="ru", url="https://vpk.name/1", title="Т"
)
CHANGES: dict[str, Any] = {
    "title": "t", "title_raw": "t (A, UK)", "outlet": "A", "outlet_country": "GB", "subtitle": "s", "lead": "l",
    "body": ("a",), "authors": (Author("A"),), "editor_notes": (EditorNote("n", None, 0),),
    "footnotes": (Footnote("*", "f"),), "image": Image("u"), "published_at": AT, "published_precision": "day",
    "published_source": "page", "rights_holder": "r", "rights_statement": "r", "original_url": "u",
    "original_published_at": AT, "disclaimer": "d", "mentions": (Mention("m"),), "links": (Link("u"),),
    "alternates": (Alternate("en", "u"),),
}  # fmt: skip
OF_THE_CAPTURE: dict[str, Any] = {
    "capture_id": "c2", "observed_at": AT + timedelta(1), "url": "https://vpk.name/2", "slug": "s", "site": "x",
    "native_id": "2", "language": "en", "counters": (Counter("views", 1, "1"),), "layers": {"a": "b"},
    "raw": {"a": "b"}, "conflicts": ({"a": "b"},), "reader": "2",
}  # fmt: skip


def test_every_field_is_of_the_wording_or_of_the_capture() -> None:
    assert CHANGES.keys() | OF_THE_CAPTURE.keys() == {field.name for field in fields(ArticleRecord)}
    derived = {"article_id", "digest", "version_digest", "capture_id", "published_day"}
    assert set(PLAIN_FIELDS) == set(content.c.keys()) - derived


@pytest.mark.parametrize("name", CHANGES)
def test_another_value_is_another_wording(name: str) -> None:
    changed = digests(replace(PLAIN, **{name: CHANGES[name]}))
    assert changed[0] != digests(PLAIN)[0]
    assert (changed[1] != digests(PLAIN)[1]) == (name in VERSION_FIELDS)


def test_what_is_of_the_capture_changes_no_wording() -> None:
    assert digests(replace(PLAIN, **OF_THE_CAPTURE)) == digests(PLAIN)


def test_the_zone_of_a_time_changes_no_wording() -> None:
    moscow = AT.astimezone(timezone(timedelta(hours=3)))
    assert digests(replace(PLAIN, published_at=moscow)) == digests(replace(PLAIN, published_at=AT))


def test_paragraphs_do_not_run_together() -> None:
    assert digests(replace(PLAIN, body=("a", "b"))) != digests(replace(PLAIN, body=("ab",)))


def test_text_that_has_no_utf8_has_a_digest() -> None:
    assert digests(replace(PLAIN, title="\ud800")) == digests(replace(PLAIN, title="\ufffd"))


def test_digests_never_change_between_releases() -> None:
    """The same rows come out of old WARC files: `printf '{"title":"Т"}' | sha256sum`."""
    assert digests(PLAIN) == ("b0d0d507683c320ba5adfb55a71ff45a", "b0d0d507683c320ba5adfb55a71ff45a")
