"""The report as a table that fits a terminal and a page of documentation."""

from __future__ import annotations

from benchmarks.field import BARE, CAPTURE, WEBARCHIVE, WHOLE_JOB, Contestant
from benchmarks.results import MEMORY_TARGET, Memory, Report

_ROW = "{:<28} {:>9} {:>10} {:>7} {:>7} {:>7}   {}"


def as_table(report: Report) -> str:
    """The report in lines of at most 100 characters."""
    header = _ROW.format("", "start, s", "page, ms", "least", "median", "most", "target")
    contestants = [each for each in (BARE, CAPTURE, WHOLE_JOB, WEBARCHIVE) if report.ratios(each.name)]
    lines = [
        f"CPU time (user + system) over the same {report.pages:,} pages, {len(report.rounds)} rounds; "
        "least, median, most:",
        "ratio of the cost of a page to bare Scrapy's",
        "",
        header,
        *(_line(report, each) for each in contestants),
        *(f"{name}: could not be run: {reason}" for name, reason in report.could_not_run.items()),
        "",
        *([_memory(report.memory)] if report.memory else []),
        "Measured on " + ", ".join(f"{name} {value}" for name, value in report.machine.items()),
    ]
    return "\n".join(lines)


def _line(report: Report, contestant: Contestant) -> str:
    ratios = report.ratios(contestant.name)
    assert ratios is not None
    verdict = f"{contestant.target:.2f} {_verdict(ratios.median, contestant.target)}" if contestant.target else ""
    numbers = (f"{value:.2f}" for value in (report.start(contestant.name), report.page(contestant.name), *ratios))
    return _ROW.format(contestant.title, *numbers, verdict).rstrip()


def _memory(memory: Memory) -> str:
    return (
        f"Peak memory of the whole job: {memory.few / 1e6:.0f} MB over {memory.few_pages:,} pages, "
        f"{memory.many / 1e6:.0f} MB over {memory.many_pages:,}: {memory.ratio:.2f} times "
        f"(target {MEMORY_TARGET:.2f} {_verdict(memory.ratio, MEMORY_TARGET)})"
    )


def _verdict(value: float, target: float) -> str:
    return "kept" if value <= target else "MISSED"
