"""A failpoint kills as `kill -9` does: at the named passing, and never unless it is asked to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

PROGRAM = """
from archive.failpoints import failpoint
for number in range(3):
    failpoint("here", lambda: print("before", flush=True))
    print(number, flush=True)
"""


def run(variable: str | None) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key != "SVODKA_FAILPOINT"}
    if variable is not None:
        env["SVODKA_FAILPOINT"] = variable
    return subprocess.run([sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("variable", [None, "", "elsewhere", "her", "here:9"])
def test_it_passes_unless_it_is_named(variable):
    done = run(variable)
    assert (done.returncode, done.stdout) == (0, "0\n1\n2\n")


@pytest.mark.parametrize(("variable", "printed"), [("here", "before\n"), ("here:3", "0\n1\nbefore\n")])
def test_it_strikes_at_the_passing_that_is_asked_for(variable, printed):
    done = run(variable)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, printed)
