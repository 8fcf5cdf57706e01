"""What a page said becomes records; what cannot be true becomes none."""

from datetime import UTC, datetime, timedelta

from archive.records import UnitOfWork
from crawler.items import PageItem, Placement
from pipelines.keep import keep

NOW = datetime(2025, 9, 22, 9, 0, tzinfo=UTC)


def test_a_date_in_a_list_that_lies_in_the_future_is_kept_as_printed_only():
    dates = [NOW, NOW + timedelta(hours=23), NOW + timedelta(hours=25), datetime(2099, 9, 22, tzinfo=UTC), None]
    rows = [Placement("feed", n, f"https://vpk.name/{n}", "t", at, "as printed") for n, at in enumerate(dates, 1)]
    work = UnitOfWork()
    keep(PageItem("capture", None, rows, None), work, "vpk", NOW)
    assert [row.posted_at for row in work.placements] == [*dates[:2], None, None, None]
    assert {row.posted_raw for row in work.placements} == {"as printed"}
    assert rows[3].posted_at == dates[3]
