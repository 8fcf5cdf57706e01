"""One file that opens in any WACZ player: WARC records copied byte for byte, their index, a list of pages, digests.

WACZ 1.1.1, https://specs.webrecorder.net/wacz/1.1.1/ . Written to a temporary file, read back and checked, renamed.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from itertools import chain, count
from pathlib import Path
from typing import IO, Any, NamedTuple

from sqlalchemy import Connection, Row

from archive.errors import DamagedArchive
from archive.exports.folder import digest_of, new_file
from archive.exports.picking import Captures, pick
from archive.exports.selection import Selection
from archive.exports.wacz_index import lines_of, write_index
from archive.exports.wacz_pages import order_of_pages, pages_of, seconds, write_pages
from archive.home import Home
from archive.warc.cdxj import INDEXED_TYPES, cdx_lines
from archive.warc.description import captured_at, target_uri
from archive.warc.formats import parse, record_at, records_of
from archive.warc.growing import OPEN_SUFFIX
from archive.warc.gzip_members import Bytes, Member, MemberError, compress, mapped, read_member
from archive.warc.record import RECORD_END, WARC_FIELDS, RecordError
from archive.warc.sorting import in_order

WACZ_VERSION = "1.1.1"
COPY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ExportedWacz:
    """What was written; `main_page` is the page that it opens on."""

    path: Path
    bytes: int
    sha256: str
    captures: int
    pages: int
    main_page: str | None


def export_wacz(conn: Connection, home: Home, path: Path, selection: Selection) -> ExportedWacz:
    """Write the captures of `selection`, and what is needed to show them, into the new file `path`.

    The list of pages begins with the article that was named, or the newest. Raises UsageError where `path` is there,
    NothingFound where nothing was captured, DamagedArchive where a record cannot be read back.
    """
    captures = pick(conn, home, selection)
    order = order_of_pages(conn, captures, selection.main_article)
    main = next(pages_of(conn, captures, order[:1]), None)
    with new_file(path) as part, tempfile.TemporaryDirectory(prefix=".wacz-", dir=path.parent) as folder:
        warcs = _warcs(home, captures, Path(folder), selection)
        with zipfile.ZipFile(part, "w", allowZip64=True) as archive:
            opens_on = _opens_on(main, alone=len(order) == 1)
            _fill(archive, warcs, pages_of(conn, captures, order), opens_on, Path(folder))
        check_wacz(part, captures.values())
        with part.open("rb") as file:
            digest = digest_of(file)
    return ExportedWacz(path, path.stat().st_size, digest, len(captures), len(order), main["url"] if main else None)


# --- the WARC files ----------------------------------------------------------------------------------------------


def _warcs(home: Home, captures: Captures, folder: Path, selection: Selection) -> dict[str, Path]:
    """The WARC files by their names in the WACZ: whole where all is wanted and they are closed, parts otherwise.

    What came in unpacked is packed, a gzip member a record: players read ranges of these.
    """
    by_file: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
    for row in captures.values():
        by_file[row.site, row.warc_file].append(row)
    warcs, made = {}, []
    for (site, name), rows in sorted(by_file.items()):
        source = home.warc_path(site, name)
        everything = selection.has_all_of(site) and not source.name.endswith(OPEN_SUFFIX)
        if everything and name.endswith(".gz"):
            _require_members(source, _offsets(rows))
            warcs[name] = source
        else:
            made.append((source, name, rows, everything))
    for source, name, rows, everything in made:  # last: what stays as it is keeps its name
        part = folder / _free_name(name, warcs, whole=everything)
        if name.endswith(".gz"):
            _copy_members(source, _offsets(rows), part)
        else:
            _pack_records(source, None if everything else _offsets(rows), part)
        warcs[part.name] = part
    return warcs


def _free_name(name: str, taken: Collection[str], *, whole: bool) -> str:
    """What is made of the file `name` is called so, with a number where another file has that name.

    `y.warc` and `y.warc.gz` may both be here. Capitals make no other name: datapackage.json has all in small letters.
    """
    stem, _, kind = name.removesuffix(".gz").rpartition(".")
    stem = stem if whole else f"{stem}-part"
    in_use = {each.lower() for each in taken}
    names = (f"{stem}{number}.{kind}.gz" for number in chain([""], (f"-{n}" for n in count(2))))
    return next(each for each in names if each.lower() not in in_use)


def _require_members(source: Path, offsets: Iterable[int]) -> None:
    """Raise DamagedArchive where one of the records cannot be read: the index of a damaged file would leave it out."""
    with mapped(source) as data:
        for offset in offsets:
            _member(source, data, offset)


def _member(source: Path, data: Bytes, offset: int) -> Member:
    try:
        return read_member(data, offset)
    except MemberError as error:
        raise DamagedArchive(f"{source}: {error}") from error


def _copy_members(source: Path, offsets: Iterable[int], target: Path) -> None:
    """The file's first record (its warcinfo) and those at these offsets, each gzip member as it stands."""
    with mapped(source) as data, target.open("wb") as out:
        for offset in [0, *offsets]:
            out.write(data[offset : offset + _member(source, data, offset).length])


def _pack_records(source: Path, offsets: Iterable[int] | None, target: Path) -> None:
    """Of a plain file the first record and those at these offsets, or all of them, each in a gzip member of its own."""
    with mapped(source) as data, target.open("wb") as out:
        wanted = [found.offset for found in records_of(data)] if offsets is None else [0, *offsets]
        for offset in wanted:
            try:
                found = record_at(data, offset)
            except (MemberError, RecordError) as error:
                raise DamagedArchive(f"{source}: offset {offset}: {error}") from error
            out.write(compress(data[offset : offset + found.length] + RECORD_END))


def _offsets(rows: Iterable[Row[Any]]) -> list[int]:
    offsets = {offset for row in rows for offset in (row.offset, row.request_offset, row.metadata_offset)}
    return sorted(offset for offset in offsets if offset)


# --- the ZIP -----------------------------------------------------------------------------------------------------


class _Package:
    """Files of a ZIP, each with the digest that datapackage.json gives it."""

    def __init__(self, archive: zipfile.ZipFile, created: datetime) -> None:
        self._archive, self._created = archive, created
        self.resources: list[dict[str, Any]] = []

    def add(self, path: str, source: IO[bytes], *, stored: bool) -> None:
        """Copy `source` into the ZIP; `stored` for what is compressed already, as players need it for ranges.

        ZIP64 fields stand before the data only where they stand in the central directory too: ReplayWeb.page reckons
        with the central directory alone where that has none.
        """
        info = zipfile.ZipInfo(path, self._created.timetuple()[:6])
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        digest, size = sha256(), 0
        large = source.seek(0, io.SEEK_END) > zipfile.ZIP64_LIMIT
        source.seek(0)
        with self._archive.open(info, "w", force_zip64=large) as target:
            while piece := source.read(COPY_BYTES):
                target.write(piece)
                digest.update(piece)
                size += len(piece)
        name = path.rpartition("/")[2].lower()
        self.resources.append({"name": name, "path": path, "hash": f"sha256:{digest.hexdigest()}", "bytes": size})


def _fill(
    archive: zipfile.ZipFile,
    warcs: dict[str, Path],
    pages: Iterator[dict[str, Any]],
    opens_on: dict[str, str],
    folder: Path,
) -> None:
    """Put the files into the ZIP; what does not fit into memory waits in unnamed files in `folder`."""
    created = datetime.now(UTC)
    package = _Package(archive, created)
    for name, path in warcs.items():
        with path.open("rb") as file:
            package.add(f"archive/{name}", file, stored=True)
    with tempfile.TemporaryFile(dir=folder) as index:
        with in_order(_index_lines(warcs.values()), folder) as lines:
            secondary = write_index(lines, index)
        package.add("indexes/index.cdx.gz", index, stored=True)
    package.add("indexes/index.idx", io.BytesIO(secondary), stored=False)
    with tempfile.TemporaryFile(dir=folder) as listed:
        write_pages(listed, pages)
        package.add("pages/pages.jsonl", listed, stored=False)
    descriptor = _descriptor(package.resources, opens_on, created)
    digest = json.dumps({"path": "datapackage.json", "hash": "sha256:" + sha256(descriptor).hexdigest()}, indent=2)
    package.add("datapackage.json", io.BytesIO(descriptor), stored=False)
    package.add("datapackage-digest.json", io.BytesIO(digest.encode()), stored=False)


def _index_lines(warcs: Iterable[Path]) -> Iterator[bytes]:
    return (line.encode() for path in warcs for line in cdx_lines(path))


def _opens_on(main: dict[str, Any] | None, *, alone: bool) -> dict[str, str]:
    """What datapackage.json says of the page that the WACZ opens on; of the only one also its title."""
    if main is None:
        return {}
    title = {"title": main["title"]} if alone else {}
    return title | {"mainPageURL": main["url"], "mainPageDate": main["ts"]}


def _descriptor(resources: Sequence[dict[str, Any]], opens_on: dict[str, str], created: datetime) -> bytes:
    return json.dumps(
        {
            "profile": "data-package",
            "resources": list(resources),
            **opens_on,
            "created": seconds(created),
            "wacz_version": WACZ_VERSION,
            "software": f"svodka/{version('svodka')}",
        },
        ensure_ascii=False,
        indent=2,
    ).encode()


# --- read back ---------------------------------------------------------------------------------------------------


def check_wacz(path: Path, captures: Iterable[Row[Any]] = ()) -> int:
    """Hold a WACZ of ours against itself: digests, and the record of every line of its index; gives their number.

    Raises DamagedArchive, also where the index does not lead to the record of each of `captures`.
    """
    missing = Counter((row.url, row.captured_at) for row in captures if _is_indexed(row))
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory(prefix=".wacz-", dir=path.parent) as folder:
        _check_digests(path, archive)
        by_warc = _by_warc(archive)
        for name, lines in by_warc.items():
            for found in _found_by(archive, name, lines, Path(folder)):
                if found in missing:
                    missing[found] -= 1
    if lost := [url for (url, _), times in missing.items() if times > 0]:
        raise DamagedArchive(f"{path}: its index does not lead to {len(lost):,} captures, such as {lost[0]}")
    return sum(map(len, by_warc.values()))


def _is_indexed(row: Row[Any]) -> bool:
    return row.record_type in INDEXED_TYPES and not (row.record_type == "resource" and row.mime == WARC_FIELDS)


def _check_digests(path: Path, archive: zipfile.ZipFile) -> None:
    descriptor = archive.read("datapackage.json")
    told = json.loads(archive.read("datapackage-digest.json"))["hash"]
    if told != "sha256:" + sha256(descriptor).hexdigest():
        raise DamagedArchive(f"{path}: datapackage.json has not its digest")
    for resource in json.loads(descriptor)["resources"]:
        with archive.open(resource["path"]) as file:
            if digest_of(file) != resource["hash"]:
                raise DamagedArchive(f"{path}: {resource['path']} has not its digest")


class _Told(NamedTuple):
    """Where the index says that a URL's record stands."""

    offset: int
    length: int
    url: str


def _by_warc(archive: zipfile.ZipFile) -> dict[str, list[_Told]]:
    by_warc: dict[str, list[_Told]] = defaultdict(list)
    with archive.open("indexes/index.cdx.gz") as index:
        for line in lines_of(index):
            fields = json.loads(line.split(b" ", 2)[2])
            by_warc[fields["filename"]].append(_Told(int(fields["offset"]), int(fields["length"]), fields["url"]))
    return by_warc


def _found_by(
    archive: zipfile.ZipFile, name: str, lines: Sequence[_Told], folder: Path
) -> Iterator[tuple[str, datetime]]:
    """URL and time of the record of each line. Raises DamagedArchive where another stands there, or none."""
    copy = folder / name
    with archive.open(f"archive/{name}") as source, copy.open("wb") as target:
        shutil.copyfileobj(source, target, COPY_BYTES)
    with mapped(copy) as data:
        for told in lines:
            try:
                member = read_member(data, told.offset)
                record = parse(member.data)
                url, moment = target_uri(record), captured_at(record)
            except (MemberError, RecordError) as error:
                raise DamagedArchive(f"{name}: {told.url}: {error}") from error
            if url != told.url or member.length != told.length:
                raise DamagedArchive(f"{name}: offset {told.offset} does not hold {told.url}")
            yield url, moment
    copy.unlink()
