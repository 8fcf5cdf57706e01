"""An article is missing from the first 404 after it was last seen, and removed only when that lasts."""

from datetime import UTC, datetime, timedelta

import pytest

from archive.rows.presence import Presence, Sighting, judge

DAY = datetime(2025, 9, 8, tzinfo=UTC)
HERE, OLD = "https://vpk.name/en/1_b.html", "https://vpk.name/en/1_a.html"


def day(number, *, there, url=HERE):
    return Sighting(DAY + timedelta(days=number), f"capture-{number}", url, there)


def at(number):
    return DAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("sightings", "expected"),
    [
        ([day(0, there=True)], Presence("present", at(0), None, 0)),
        ([day(0, there=True), day(1, there=False)], Presence("missing_suspected", at(0), at(1), 1)),
        (
            [day(0, there=True), *(day(n, there=False) for n in (1, 2, 3))],
            Presence("removed_confirmed", at(0), at(1), 3),
        ),
        (
            [day(0, there=True), *(day(1 + n / 24, there=False) for n in range(9))],
            Presence("missing_suspected", at(0), at(1), 9),
        ),
        ([day(0, there=True), day(1, there=False), day(2, there=True)], Presence("returned", at(2), None, 0)),
        ([day(0, there=True), day(1, there=True, url=OLD)], Presence("present", at(1), None, 0)),
        ([day(0, there=True, url=OLD), day(1, there=True), day(2, there=False, url=OLD)],
         Presence("present", at(1), None, 0)),
        ([day(0, there=False), day(1, there=True)], Presence("present", at(1), None, 0)),
        ([day(0, there=False)], None),
    ],
    ids=["seen", "one miss", "misses over days", "misses in a day", "back again", "under an older URL too",
         "gone only under its old URL", "not there yet", "never there"],
)  # fmt: skip
def test_what_sightings_come_to(sightings, expected):
    assert judge(sightings) == expected
    assert judge(sightings[::-1]) == expected
