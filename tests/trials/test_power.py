"""Short form of the trial of power loss: `make trial-power` is the long one."""

import random

from tests.trials.power import LANDINGS, SECTOR, failing_fsync, land, power_loss


def test_nothing_acknowledged_is_lost_when_the_power_goes():
    result = power_loss(3)
    assert result.broken == []
    assert result.images > 50


def test_nothing_acknowledged_is_lost_after_an_fsync_that_failed():
    result = failing_fsync(2)
    assert result.broken == []
    assert result.images > 10


def test_the_trial_catches_a_writer_that_does_not_sync():
    assert power_loss(2, fsync=lambda descriptor: None).broken


def test_sectors_land_in_every_way():
    old, new = b"o" * 700, b"o" * 700 + random.Random(1).randbytes(2000)
    landed = {landing: land(old, new, landing) for landing in LANDINGS}
    assert landed["none"] == old
    assert landed["all"] == new
    assert landed["zeros"] == old + bytes(2000)
    assert old[: 2 * SECTOR] in landed["half"]
    assert len(set(landed.values())) == len(LANDINGS)
