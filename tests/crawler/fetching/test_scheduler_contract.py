"""The private names that the scheduler stands on: by them it wakes the engine, whose own heartbeat comes every 5 s.

And those by which a crawl that is told to stop leaves unfetched what waits for its turn.
"""

from __future__ import annotations

import asyncio

from scrapy.core.downloader import Downloader, Slot
from scrapy.core.engine import ExecutionEngine, _Slot
from scrapy.core.scheduler import BaseScheduler
from scrapy.utils.reactor import CallLaterOnce

USE = "crawler/fetching/scheduler.py wakes the engine by it"


def test_the_engine_keeps_its_slot_where_it_was() -> None:
    assert "_slot" in ExecutionEngine.__init__.__code__.co_names, f"ExecutionEngine._slot is gone: {USE}"


async def _slot(nextcall: CallLaterOnce[None]) -> _Slot:
    return _Slot(close_if_idle=True, nextcall=nextcall, scheduler=BaseScheduler())


def test_a_slot_has_the_call_that_looks_for_requests() -> None:
    nextcall = CallLaterOnce(lambda: None)
    assert asyncio.run(_slot(nextcall)).nextcall is nextcall, f"_Slot.nextcall is gone: {USE}"
    assert callable(nextcall.schedule), f"CallLaterOnce.schedule is gone: {USE}"


def test_what_waits_for_its_turn_is_a_queue_of_requests_and_their_answers() -> None:
    use = "crawler/fetching/stopping.py empties it"
    assert len(Slot(concurrency=1, delay=0).queue) == 0, f"Slot.queue is gone: {use}"
    names = Downloader._enqueue_request.__code__.co_names
    assert {"queue", "append"} <= set(names), f"requests no longer wait in Slot.queue: {use}"
