"""The item loader: raw strings go through the codebook's normalisers, typed values through as they are."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from archive.records import Author, Counter, Image
from crawler.loaders import ArticleLoader


@pytest.fixture
def loader():
    return ArticleLoader.for_article(
        url="https://vpk.name/news/1_a.html",
        site="vpk",
        native_id="1",
        language="ru",
        seen_at=datetime(2025, 9, 8, 9, tzinfo=UTC),
        zone=ZoneInfo("Europe/Moscow"),
    )


def test_nothing_loaded_is_an_item_with_nothing_but_its_identity(loader):
    item = loader.load_item()
    assert (item.url, item.site, item.native_id, item.language) == ("https://vpk.name/news/1_a.html", "vpk", "1", "ru")
    assert (item.title, item.authors, item.body, item.counters) == (None, [], [], [])


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        ("title", "  По\u00adставки  идут ", "Поставки идут"),
        ("title", ["", "Второй"], "Второй"),
        ("lead", ["Один.", "Два\u200b."], "Один.\nДва."),
        ("body", ["Абзац", " ", "\u00a0ещё"], ["Абзац", "ещё"]),
        ("authors", "Питер Сауэр (Pjotr Sauer)", [Author("Питер Сауэр", "Pjotr Sauer")]),
        ("outlet_country", "Великобритания", "GB"),
        ("outlet_country", "GB", "GB"),
        ("published_at", "08.09 04:37", datetime(2025, 9, 8, 1, 37, tzinfo=UTC)),
        ("published_at", "никогда", None),
        (
            "image",
            "https://vpk.name/a-1753083600.jpg",
            Image("https://vpk.name/a-1753083600.jpg", None, datetime(2025, 7, 21, 7, 40, tzinfo=UTC)),
        ),
    ],
)
def test_raw_strings_become_the_codebooks_values(loader, field, raw, value):
    loader.add_value(field, raw)
    assert getattr(loader.load_item(), field) == value


def test_typed_values_pass_as_they_are(loader):
    counters = [Counter("views", 983, "983"), Counter("rating", None, "—", absent_reason="empty")]
    loader.add_value("counters", counters)
    loader.add_value("authors", [Author("Имя", None)])
    assert loader.load_item().counters == counters
    assert loader.load_item().authors == [Author("Имя", None)]
