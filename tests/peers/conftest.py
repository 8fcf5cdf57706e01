"""Other people's tools, run as they are. Without SVODKA_PEERS_VENV these tests are not selected."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "SVODKA_PEERS_VENV"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the peers' tests where there are no peers."""
    if os.environ.get(VARIABLE):
        return
    peers = [item for item in items if item.get_closest_marker("peers")]
    if peers:
        config.hook.pytest_deselected(items=peers)
        items[:] = [item for item in items if item not in peers]


@pytest.fixture(scope="session")
def peers_bin() -> Path:
    """The folder of the peers' commands."""
    return Path(os.environ[VARIABLE]) / "bin"
