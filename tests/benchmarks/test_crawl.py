"""The whole benchmark, in short: every contestant fetches the same pages, and the report holds their costs."""

import json
import subprocess
import sys
import tempfile

from benchmarks.measure import ROOT


def test_a_short_benchmark_runs_to_its_end():
    command = [sys.executable, "-m", "benchmarks.crawl", "--json"]
    short = ["--pages", "40", "--few", "10", "--rounds", "1", "--memory-pages", "0"]
    done = subprocess.run([*command, *short], cwd=ROOT, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    (costs,) = report["rounds"]
    assert {"bare", "capture", "whole job"} <= costs["page"].keys()
    assert all(seconds > 0.1 for seconds in costs["start"].values())  # so few pages cost less than the noise
    assert all(1e7 < peak < 1e9 for peak in costs["peak_rss"].values())
    assert str(ROOT) not in done.stdout
    assert tempfile.gettempdir() not in done.stdout
