"""An alarm rings at the earliest of the moments it was set to, and can be set again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from crawler.fetching.alarm import Alarm

SOON, LATE = timedelta(seconds=0.05), timedelta(hours=1)


async def rings(*waits: timedelta) -> float:
    """After how many seconds an alarm rings that is set to these, one after the other."""
    rung, loop = asyncio.Event(), asyncio.get_running_loop()
    alarm, began = Alarm(rung.set), loop.time()
    for wait in waits:
        alarm.set(datetime.now(UTC) + wait)
    await asyncio.wait_for(rung.wait(), 60)
    alarm.cancel()
    return loop.time() - began


@pytest.mark.parametrize("waits", [(SOON,), (LATE, SOON), (SOON, LATE), (LATE, SOON, LATE)])
def test_the_earliest_moment_counts(waits: tuple[timedelta, ...]) -> None:
    assert asyncio.run(rings(*waits)) >= SOON.total_seconds()


def test_what_is_over_rings_at_once() -> None:
    assert asyncio.run(rings(LATE, -LATE)) < 30


def test_it_can_be_set_again_after_it_rang_and_rings_no_more_once_it_is_cancelled() -> None:
    async def trial() -> list[str]:
        told: list[str] = []
        alarm = Alarm(lambda: told.append("rung"))
        for _ in range(2):
            alarm.set(datetime.now(UTC))
            await asyncio.sleep(0.2)
        alarm.set(datetime.now(UTC))
        alarm.cancel()
        await asyncio.sleep(0.2)
        return told

    assert asyncio.run(trial()) == ["rung", "rung"]
