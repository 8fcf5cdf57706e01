"""The demo: what it leaves is as true as an archive of a real site. The practice site's articles are made up."""

from datetime import UTC, datetime, timedelta

# docs/research.md, "The two languages of a story": the practice site publishes both at once.
HOURS = (
    "SELECT (julianday(en.published_at) - julianday(ru.published_at)) * 24 FROM article_latest ru "
    "JOIN article_latest en ON en.native_id = ru.native_id AND en.language = 'en' WHERE ru.language = 'ru'"
)
NEWEST = "SELECT max(published_at) FROM article_latest"


def test_the_practice_site_lives_by_the_clock_by_which_it_is_crawled(svodka):
    """Its listing prints no years: they are told from the capture."""
    svodka.run("demo", "--keep")
    hours = svodka.sql(HOURS)
    assert len(hours) > 10
    assert set(hours) == {(0,)}
    ((newest,),) = svodka.sql(NEWEST)
    assert timedelta(0) < datetime.now(UTC) - datetime.fromisoformat(newest) < timedelta(days=1)
