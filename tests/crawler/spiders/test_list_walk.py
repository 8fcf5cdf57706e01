"""A list is followed until so many articles in a row are known, over its pages."""

from crawler.spiders.list_walk import ListWalk


def walk(known=(), backfill=False):
    return ListWalk(3, lambda urls: set(known) & set(urls), backfill=backfill)


def test_new_articles_are_followed():
    assert walk().follow("ru", ["a", "b"])


def test_known_ones_in_a_row_end_the_walk():
    assert not walk(known="bcd").follow("ru", ["a", "b", "c", "d"])


def test_known_ones_with_a_new_one_among_them_do_not():
    assert walk(known="abde").follow("ru", ["a", "b", "c", "d", "e"])


def test_the_row_goes_on_over_pages():
    pages = walk(known="bcd")
    assert pages.follow("ru", ["a", "b", "c"])
    assert not pages.follow("ru", ["d", "e"])


def test_each_list_has_a_row_of_its_own():
    pages = walk(known="abc")
    assert pages.follow("ru", ["a", "b"])
    assert pages.follow("en", ["c"])


def test_an_empty_page_ends_the_walk():
    assert not walk().follow("ru", [])
    assert not walk(backfill=True).follow("ru", [])


def test_backfill_goes_on_past_known_ones():
    assert walk(known="abc", backfill=True).follow("ru", ["a", "b", "c"])
