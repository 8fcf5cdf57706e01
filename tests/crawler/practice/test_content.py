"""The archive's articles: the same from the same seed, and rich in what the codebook wants read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest

from crawler.practice.content import SEED_CAPTURED_AT, PracticeArchive, seed_article, seed_truth, truth
from crawler.practice.counts import counters_of

NOW = datetime(2025, 9, 22, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def many():
    return list(PracticeArchive(seed=1, articles=400, now=NOW).articles)


@pytest.fixture(scope="module")
def seed_lines():
    text = files("crawler.practice.data").joinpath("seed_article.txt").read_text(encoding="utf-8")
    return [line.strip("• ") for line in text.splitlines() if line.strip()]


def test_the_same_seed_makes_the_same_articles():
    one, two, other = (list(PracticeArchive(seed, 60, NOW).articles) for seed in (5, 5, 6))
    assert one == two
    assert one[20:] != other[20:]


@pytest.mark.parametrize("count", [1, 10, 11, 57])
def test_there_are_as_many_pages_as_asked_for(count):
    archive = PracticeArchive(1, count, NOW)
    assert len(archive) == len(list(archive.articles)) == count


def test_ids_rise_with_time(many):
    ids = [int(article.native_id) for article in many]
    times = [article.published_at for article in many]
    assert ids == sorted(ids)
    assert times[10:] == sorted(times[10:])
    assert max(times) <= NOW


def test_an_article_does_not_depend_on_what_else_was_asked_for():
    small, large = PracticeArchive(1, 60, NOW), PracticeArchive(1, 60, NOW)
    key = list(large.entries)[40]
    assert small.article(*key) == list(large.articles)[40]


def test_the_headline_of_an_entry_is_that_of_its_article(many):
    archive = PracticeArchive(1, 400, NOW)
    for entry, article in zip(archive.entries.values(), many, strict=True):
        head = archive.headline(entry)
        assert (head.heading, head.slug, archive.path(entry)) == (article.heading, article.slug, article.path)


def test_a_clock_before_the_seed_page_is_refused():
    with pytest.raises(ValueError, match="begins at 2025-09-08"):
        PracticeArchive(1, 20, SEED_CAPTURED_AT - timedelta(seconds=1))


def test_the_languages_of_a_pair_name_each_other(many):
    paths = {article.path: article for article in many}
    pairs = [article for article in many if article.alternate]
    assert len(pairs) > 100
    for article in pairs:
        other = paths[article.alternate]
        assert (other.alternate, other.native_id) == (article.path, article.native_id)
        assert other.language != article.language


def test_every_string_of_the_seed_truth_stands_in_the_seed_text(seed_lines):
    known = seed_truth()
    lines = set(seed_lines)
    assert set(known["body"]) <= lines
    assert {known["title_raw"], known["subtitle"], known["lead"], known["disclaimer"]} <= lines
    assert [row["title"] for row in known["placements"]] == seed_lines[-43::3]
    assert [row["comments_raw"] for row in known["placements"]] == seed_lines[-44::3]
    joined = "\n".join(lines)
    assert all(note["text"] in joined for note in known["editor_notes"])


def test_the_seed_article_says_what_the_codebook_says_of_it():
    known = truth(seed_article())
    expected = seed_truth()
    for field in set(expected) - {"url", "image", "placements", "published_at", "published_precision"}:
        assert known[field] == expected[field], field
    assert known["image"]["uploaded_at"] == "2025-07-21T07:40:00Z"
    assert len(known["editor_notes"]) == 4


def test_rows_of_the_seed_page_lead_to_articles(many):
    paths = {article.path for article in many}
    named = [row["url"] for row in seed_truth()["placements"] if row["native_id"]]
    assert len(named) == 9
    assert set(named) <= paths


def test_notes_name_the_paragraph_that_holds_them(many):
    notes = [(article, note) for article in many for note in article.editor_notes]
    assert len(notes) > 100
    for article, note in notes:
        paragraph = article.body[note.paragraph].text
        assert note.text in paragraph
        assert note.signature in paragraph.split(note.text, 1)[1]


def test_subjects_carry_their_marker(many):
    footnotes = [(article, footnote) for article in many for footnote in article.footnotes]
    assert {footnote.marker for _, footnote in footnotes} == {"*", "**"}
    for article, footnote in footnotes:
        text = " ".join(block.text for block in article.body)
        assert any(f"{footnote.subjects[0]}{quote}{footnote.marker}" in text for quote in ("", "»", '"'))


def test_the_archive_holds_every_case_of_the_codebook(many):
    counters = [counters_of(article) for article in many]
    views = {counter.views.raw for counter in counters}
    cases = {
        "no outlet": any(a.outlet is None for a in many),
        "unsigned": any(a.outlet and not a.authors for a in many),
        "several authors": any(len(a.authors) > 1 for a in many),
        "no original name": any(a.authors and a.authors[0].name_original is None for a in many),
        "no subtitle": any(a.subtitle is None for a in many),
        "no lead": any(not a.lead for a in many),
        "two blocks of lead": any(len(a.lead) == 2 for a in many),
        "no picture": any(a.picture is None for a in many),
        "implausible time": any(a.picture and a.picture.uploaded_at is None for a in many),
        "a bracket that is no outlet": any("(ТАСС)" in a.title for a in many),
        "soft hyphens": any("\u00ad" in a.heading and "\u00ad" not in a.title for a in many),
        "sponsored": any(span.rel == "sponsored" for a in many for span in a.links),
        "inner links": any(s.href and not s.outbound for a in many for b in a.body for s in b.spans),
        "no kind": any(m.kind is None for a in many for m in a.mentions),
        "original's date": any(a.original_published_at for a in many),
        "dash": "—" in views,
        "empty": "" in views,
        "thousands": any("тыс." in raw for raw in views),
        "letter": any("K" in raw for raw in views),
        "no-break": any("\u00a0" in raw for raw in views),
        "narrow": any("\u202f" in raw for raw in views),
        "minus": any(counter.rating.raw.startswith("−") for counter in counters),
    }
    kinds = {block.kind for a in many for block in a.body}
    assert [name for name, found in cases.items() if not found] == []
    assert kinds == {"paragraph", "subheading", "item", "quote"}


def test_a_lead_alone_is_never_a_single_sentence(many):
    for article in many:
        if article.subtitle is None and article.lead:
            assert article.lead[0].count(". ") >= 1


def test_texts_are_as_long_as_those_of_the_site(many):
    sizes = sorted(len("\n".join(block.text for block in a.body).encode()) for a in many)
    assert 4_000 < sizes[len(sizes) // 2] < 12_000
