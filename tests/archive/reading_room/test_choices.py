"""What a reader chose is read from the address; what cannot be meant is an error with a clear message."""

import re
from datetime import UTC, date, datetime

import pytest

from archive.errors import UsageError
from archive.reading_room.choices import Choices, Place, chosen


def test_nothing_is_chosen_by_default() -> None:
    assert chosen({}) == chosen({"language": "", "since": " ", "order": ""}) == Choices()


def test_all_that_can_be_chosen() -> None:
    asked = {
        "order": "published", "language": "ru", "outlet": "TASS", "presence": "present", "since": "2025-09-01",
        "until": "2025-09-02", "after": "2025-09-01T12:00:00+00:00~vpk:ru:1",
    }  # fmt: skip
    place = Place(datetime(2025, 9, 1, 12, tzinfo=UTC), "vpk:ru:1")
    expected = Choices("published", "ru", "TASS", "present", date(2025, 9, 1), date(2025, 9, 2), place)
    assert chosen(asked) == expected


@pytest.mark.parametrize(
    "place", [Place(datetime(2025, 9, 1, 12, 0, 0, 5, tzinfo=UTC), "a~b"), Place(None, "vpk:ru:1")]
)
def test_a_place_can_be_written_and_read_again(place: Place) -> None:
    assert chosen({"after": str(place), "order": "published"}).after == place


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"order": "oldest"}, "order is 'oldest'; it can be read, published"),
        ({"presence": "gone"}, "presence is 'gone'"),
        ({"since": "01.09.2025"}, "since is '01.09.2025'; it can be a day as 2026-09-01"),
        ({"until": "2025-02-30"}, "until is '2025-02-30'"),
        ({"since": "2025-09-02", "until": "2025-09-01"}, "exchange the two days"),
        ({"after": "vpk:ru:1"}, "follow the link"),
        ({"after": "tomorrow~vpk:ru:1"}, "follow the link"),
        ({"after": "0001-01-01T00:00:00+14:00~x"}, "follow the link"),
        ({"after": "~vpk:ru:1"}, "follow the link"),
        ({"after": "~vpk:ru:1", "order": "read"}, "follow the link"),
    ],
)
def test_what_cannot_be_meant_is_said(asked: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)):
        chosen(asked)
