"""Our reading of other projects' WARC, ARC and WACZ files beside what their tools say; writes docs/conformance.md.

    python -m benchmarks.conformance FOLDER

FOLDER holds the files; `warc_expected.json` beside it (or in it) holds the tools' verdicts. Fails where we crash, or
where we differ from a tool without the reason being known: a new difference needs a line in EXPLAINED.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.warc.cdxj import cdx_lines
from archive.warc.check import open_check

PAGE = Path(__file__).parent.parent / "docs" / "conformance.md"
TWO_WAYS = """
## Where the standard is read in two ways

**The payload digest of a chunked body.** WARC 1.1 (5.9) means the digest of the body without its chunks. `warcio check`
and FastWARC hash it as it stands in the record, with the chunks' framing, and call the other digest wrong. Ours is the
one that they confirm: a digest that every tool at hand calls wrong is worth nothing to whoever has to show it. It says
more, too: two bodies with this digest were framed alike, so a revisit record and its original are still every byte that
was received. The digest that the standard means is in the rows, `capture.entity_digest`. Of others' files
`svodka verify` takes either.

**A line of blanks in the head of a response.** It goes on with the line before (RFC 9112, 5.2), for FastWARC as well;
for warcio the head ends there. Such a record gets no payload digest, as they would not agree on it.
"""
NAMES = {"warc", "arc", "gz"}

# Why our count of records, our verdict or our index is not the tools', by the end of the file's name.
EXPLAINED = {
    "blackbook-truncated.arc": "no line ends between records: warcio loses its place, we read all nine, with a note",
    "record-then-garbage.arc": "warcio stops with an error; we read the one record, and name what stands behind it",
    "test-arc-1.0-invalid-fields.arc": "the description has no length: damage for us; warcio counts it as a record",
    "bad.arc": "two records have no length (`-1`, `abc`): damage for us; warcio counts them and indexes empty ones",
    "example-space-in-url.arc": "the record is 11 bytes shorter than it says: cut off for us; warcio does not compare",
    "example.arc": "FastWARC does not read ARC",
    "example.com.wacz, archive/data.warc": "payload digests of the de-chunked body, as the standard has them; "
    "warcio hashes the chunks too",
    "duplicate-fields.warc": "we read the record and name each field that stands twice; FastWARC stops behind it",
    "fields-missing.warc": "no length, so no record: damage for us; the tools count an empty record",
    "lonely-continuation.warc": "a record without any field: damage for us; the tools count an empty record",
    "lonely-monkeys.warc": "a record without any field: damage for us; the tools count an empty record",
    "lonely-request-response-resource-conversion.warc": "records without fields: damage for us, an error for the tools",
    "lonely-revisit.warc": "a record without any field: damage for us, an error for the tools",
    "valid-warcfile-fields-continuation.warc": "folded fields: we unfold them; the tools keep white space in the type",
    "valid-warcfile-fields-metainfo.warc": "folded fields: we unfold them; the tools keep the white space in the type",
    "valid-warcfile-fields-warcinfo.warc": "folded fields: we unfold them; the tools keep the white space in the type",
    "valid-warcfile-upper-lower-case.warc": "names and types have no case (RFC 5234, 2.3): `RESPONSE` is a response",
    "example-trunc.warc": "a Content-Length that runs into the next record is damage for us; warcio reads on",
    "example-wrong-chunks.warc.gz": "Content-Length beyond the record's end is damage for us; tools read what is there",
    "example-digest.warc": "a digest that does not match, as `warcio check` finds too",
    "netpreserve-twitter.warc": "digests that do not match, as `warcio check` finds too",
    "missing-http.warc.gz": "an empty response with a digest of something else, as `warcio check` finds too",
}


@dataclass
class Reading:
    """What we make of one file."""

    format: str = ""
    types: Counter[str] = field(default_factory=Counter)
    damage: list[str] = field(default_factory=list)
    index: str = ""

    def counts(self) -> str:
        """Records by type."""
        return ", ".join(f"{kind or '(none)'} {count}" for kind, count in sorted(self.types.items())) or "none"


@dataclass(frozen=True)
class Line:
    """One file of the table."""

    name: str
    ours: str
    tools: str
    index: str
    verdict: str
    why: str
    unexplained: bool


def read(path: Path, name: str) -> Reading:
    """Our reading of a WARC or ARC file, which the tools were given as `name`."""
    reading = Reading()
    with open_check(path) as check:
        reading.types.update(found.record.type for found in check.records_found())
        report = check.report()
    reading.format = report.format
    reading.damage = [f"{each.offset}: {each.reason}" for each in report.problems if each.severity == "damage"]
    reading.index = "".join(sorted(line.replace(f'"{path.name}"', f'"{name}"') for line in cdx_lines(path)))
    return reading


def lines(folder: Path) -> Iterator[Line]:
    """Every file of the folder that holds records."""
    known = {Path(each["file"]).name: each for each in _expected(folder)["files"]}
    for path in sorted(folder.iterdir()):
        said = known.get(path.name, {})
        name = f"{said['repo']}: {Path(said['path']).name}" if said else path.name
        if path.suffix == ".wacz":
            yield from _members(path, name, said.get("archives", {}))
        elif NAMES & set(path.name.split(".")[-2:]) and "cdx" not in path.name.split(".")[-2:]:
            yield _line(name, read(path, said.get("path", path.name).replace("/", "__")), said)


def others(folder: Path) -> int:
    """How many files hold no records: indexes."""
    return sum(1 for path in folder.iterdir() if set(path.name.split(".")[-2:]) & {"cdx", "cdxj", "idx"})


def _members(path: Path, name: str, said: dict[str, Any]) -> Iterator[Line]:
    try:
        with zipfile.ZipFile(path) as wacz:
            found = [each for each in wacz.namelist() if each.startswith("archive/") and not each.endswith("/")]
            if not found:
                yield Line(name, "no WARC file inside", "the same", "-", "sound", "", unexplained=False)
            for member in found:
                with tempfile.TemporaryDirectory() as folder:
                    inside = Path(folder) / Path(member).name
                    inside.write_bytes(wacz.read(member))
                    yield _line(f"{name}, {member}", read(inside, inside.name), said.get(member, {}))
    except zipfile.BadZipFile as error:
        yield Line(name, f"no ZIP file ({error})", "the same", "-", "damaged", "", unexplained=False)


def _line(name: str, reading: Reading, said: dict[str, Any]) -> Line:
    tools = _verdicts(reading, said)
    index = _index(reading, said.get("cdxj_indexer"))
    verdict = f"damaged: {reading.damage[0]}" if reading.damage else "sound"
    complained = bool(said) and said["warcio_check"]["rc"] != 0
    differs = tools != "the same" or index.startswith("differs") or (bool(reading.damage) != complained and bool(said))
    why = next((text for end, text in EXPLAINED.items() if name.endswith(end)), "")
    return Line(
        name, reading.counts(), tools, index, verdict, why if differs or reading.damage else "", differs and not why
    )


def _verdicts(reading: Reading, said: dict[str, Any]) -> str:
    """Where warcio or FastWARC count other records than we do."""
    if not said:
        return "not asked"
    parts = []
    for tool in ("warcio", "fastwarc"):
        counted = said[tool]
        if {kind: count for kind, count in counted["by_type"].items() if count} != dict(reading.types):
            error = f", then {counted['error'].split(':')[0]}" if counted["error"] else ""
            types = ", ".join(f"{kind.strip() or '(none)'} {n}" for kind, n in sorted(counted["by_type"].items()))
            parts.append(f"{tool}: {types or 'none'}{error}")
    return "; ".join(parts) or "the same"


def _index(reading: Reading, said: dict[str, Any] | None) -> str:
    if not said:
        return "-"
    if said["rc"] != 0:
        return f"cdxj-indexer fails; ours has {reading.index.count(chr(10))} lines"
    same = hashlib.sha256(reading.index.encode()).hexdigest() == said["sha256_sorted"]
    count = reading.index.count("\n")
    return f"the same {count}" if same else f"differs: ours {count}, cdxj-indexer's {said['lines']}"


def _expected(folder: Path) -> dict[str, Any]:
    for place in (folder / "warc_expected.json", folder.parent / "warc_expected.json"):
        if place.exists():
            found: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
            return found
    return {"files": [], "tools": {}}


def as_page(found: Sequence[Line], folder: Path) -> str:
    """The page of documentation."""
    tools = ", ".join(f"{name} {version}" for name, version in _expected(folder)["tools"].items())
    differences = sum(1 for line in found if line.why)
    out = io.StringIO()
    out.write(
        "# Conformance\n\n"
        f"Other projects' test files, good ones and ones that are broken on purpose, read by Svodka and by {tools}.\n"
        "Made by `make conformance WARC=folder`, which fails where Svodka differs from a tool and nobody knows why.\n\n"
        f"{len(found)} WARC and ARC files (those inside WACZ files counted), beside {others(folder)} index files that\n"
        f"hold no records. No crash; {sum(line.verdict != 'sound' for line in found)} are named damaged; {differences} "
        "are read otherwise than by a tool, or need a word.\n\n"
        "| file | records, as we count them | the tools count | index lines | verdict | why |\n"
        "|---|---|---|---|---|---|\n"
    )
    for line in found:
        cells = (line.name, line.ours, line.tools, line.index, line.verdict, line.why)
        out.write("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n")
    out.write(TWO_WAYS)
    return out.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page; 1 where a difference has no explanation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args(arguments).folder
    found = list(lines(folder))
    PAGE.write_text(as_page(found, folder), encoding="utf-8")
    for line in found:
        if line.unexplained:
            print(f"not explained: {line.name}: ours {line.ours}; {line.tools}; index {line.index}; {line.verdict}")
    print(f"{len(found)} files read; {PAGE.relative_to(PAGE.parent.parent)} written")
    return 1 if any(line.unexplained for line in found) else 0


if __name__ == "__main__":
    sys.exit(main())
