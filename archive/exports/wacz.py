"""One file that opens in any WACZ player: WARC records copied byte for byte, their index, a list of pages, digests.

WACZ 1.1.1, https://specs.webrecorder.net/wacz/1.1.1/ . Written to a temporary file, read back and checked, renamed.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Row, Select, select

from archive.errors import DamagedArchive
from archive.exports.folder import digest_of, new_file
from archive.exports.picking import Captures, pick
from archive.exports.requisites import HTML
from archive.exports.selection import Selection
from archive.home import Home
from archive.rows.in_lists import SOME, chunks
from archive.rows.schema import content, reading
from archive.warc.cdxj import cdx_lines
from archive.warc.description import target_uri
from archive.warc.formats import parse, record_at, records_of
from archive.warc.growing import OPEN_SUFFIX
from archive.warc.gzip_members import Bytes, Member, MemberError, compress, mapped, read_member
from archive.warc.record import RECORD_END, RecordError

WACZ_VERSION = "1.1.1"
LINES_A_BLOCK = 3000  # of the compressed index, as cdxj-indexer makes them
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
    pages = pages_of(conn, captures, selection.main_article)
    with new_file(path) as part, tempfile.TemporaryDirectory(prefix=".wacz-", dir=path.parent) as folder:
        warcs = _warcs(home, captures, Path(folder), selection)
        with zipfile.ZipFile(part, "w", allowZip64=True) as archive:
            _fill(archive, warcs, pages)
        check_wacz(part)
        with part.open("rb") as file:
            digest = digest_of(file)
    main = pages[0]["url"] if pages else None
    return ExportedWacz(path, path.stat().st_size, digest, len(captures), len(pages), main)


# --- the WARC files ----------------------------------------------------------------------------------------------


def _warcs(home: Home, captures: Captures, folder: Path, selection: Selection) -> dict[str, Path]:
    """The WARC files by their names in the WACZ: whole where all is wanted and they are closed, parts otherwise.

    What came in unpacked is packed, a gzip member a record: players read ranges of these.
    """
    by_file: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
    for row in captures.values():
        by_file[row.site, row.warc_file].append(row)
    warcs = {}
    for (site, name), rows in sorted(by_file.items()):
        source = home.warc_path(site, name)
        everything = selection.has_all_of(site) and not source.name.endswith(OPEN_SUFFIX)
        if everything and name.endswith(".gz"):
            _require_members(source, _offsets(rows))
            warcs[name] = source
            continue
        part = folder / (f"{name}.gz" if everything else _part_name(name))
        if name.endswith(".gz"):
            _copy_members(source, _offsets(rows), part)
        else:
            _pack_records(source, None if everything else _offsets(rows), part)
        warcs[part.name] = part
    return warcs


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


def _part_name(name: str) -> str:
    stem, _, kind = name.removesuffix(".gz").rpartition(".")
    return f"{stem}-part.{kind}.gz"


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


# --- the pages ---------------------------------------------------------------------------------------------------


def pages_of(conn: Connection, captures: Captures, main_article: str | None) -> list[dict[str, Any]]:
    """Articles with title and text, the main one and the newest first; then the other HTML pages."""
    articles = list(_readings(conn, [row.id for row in captures.values() if _is_page(row)]))
    articles.sort(key=lambda row: (row.article_id == main_article, row.observed_at), reverse=True)
    read = {row.capture_id for row in articles}
    others = [row for row in captures.values() if row.id not in read and _is_page(row) and row.status == 200]
    others.sort(key=lambda row: row.captured_at, reverse=True)
    return [_article_page(captures[row.capture_id], row) for row in articles] + [_page(row) for row in others]


_OF_CAPTURES: Select[Any] = (
    select(
        reading.c.capture_id, reading.c.article_id, reading.c.observed_at, content.c.title, content.c.subtitle,
        content.c.lead, content.c.body,
    )
    .join(content, (content.c.article_id == reading.c.article_id) & (content.c.digest == reading.c.digest))
    .where(reading.c.capture_id.in_(SOME))
)  # fmt: skip


def _readings(conn: Connection, capture_ids: Collection[str]) -> Iterator[Row[Any]]:
    for some in chunks(capture_ids):
        yield from conn.execute(_OF_CAPTURES, {"some": some})


def _is_page(row: Row[Any]) -> bool:
    return row.record_type in ("response", "resource") and row.mime in HTML and row.page_kind != "requisite"


def _page(row: Row[Any]) -> dict[str, Any]:
    return {"id": row.id, "url": row.url, "ts": _seconds(row.captured_at), "title": row.url}


def _article_page(row: Row[Any], said: Row[Any]) -> dict[str, Any]:
    text = "\n".join(filter(None, [said.subtitle, said.lead, *said.body]))
    return _page(row) | {"title": said.title or row.url, "text": text}


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


def _fill(archive: zipfile.ZipFile, warcs: dict[str, Path], pages: Sequence[dict[str, Any]]) -> None:
    created = datetime.now(UTC)
    package = _Package(archive, created)
    for name, path in warcs.items():
        with path.open("rb") as file:
            package.add(f"archive/{name}", file, stored=True)
    index, secondary = compressed_index(sorted({line for path in warcs.values() for line in cdx_lines(path)}))
    package.add("indexes/index.cdx.gz", io.BytesIO(index), stored=True)
    package.add("indexes/index.idx", io.BytesIO(secondary), stored=False)
    package.add("pages/pages.jsonl", io.BytesIO(_page_list(pages)), stored=False)
    descriptor = _descriptor(package.resources, pages, created)
    digest = json.dumps({"path": "datapackage.json", "hash": "sha256:" + sha256(descriptor).hexdigest()}, indent=2)
    package.add("datapackage.json", io.BytesIO(descriptor), stored=False)
    package.add("datapackage-digest.json", io.BytesIO(digest.encode()), stored=False)


def compressed_index(lines: Sequence[str], at_once: int = LINES_A_BLOCK) -> tuple[bytes, bytes]:
    """The sorted CDXJ `lines` in gzip members of `at_once` lines, and the secondary index: the first key of each."""
    index, secondary = io.BytesIO(), ['!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n']
    for start in range(0, len(lines), at_once):
        block = zlib.compress("".join(lines[start : start + at_once]).encode(), wbits=31)
        place = {"offset": index.tell(), "length": len(block), "digest": "sha256:" + sha256(block).hexdigest()}
        key = lines[start].partition(" {")[0]
        secondary.append(f"{key} {json.dumps(place | {'filename': 'index.cdx.gz'})}\n")
        index.write(block)
    return index.getvalue(), "".join(secondary).encode()


def _page_list(pages: Sequence[dict[str, Any]]) -> bytes:
    head = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": True}
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in [head, *pages])


def _descriptor(resources: Sequence[dict[str, Any]], pages: Sequence[dict[str, Any]], created: datetime) -> bytes:
    main = {"mainPageURL": pages[0]["url"], "mainPageDate": pages[0]["ts"]} if pages else {}
    title = {"title": pages[0]["title"]} if len(pages) == 1 else {}
    return json.dumps(
        {
            "profile": "data-package",
            "resources": list(resources),
            **title,
            **main,
            "created": _seconds(created),
            "wacz_version": WACZ_VERSION,
            "software": f"svodka/{version('svodka')}",
        },
        ensure_ascii=False,
        indent=2,
    ).encode()


def _seconds(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


# --- read back ---------------------------------------------------------------------------------------------------


def check_wacz(path: Path) -> int:
    """Hold a WACZ of ours against itself: digests, and the record of every line of its index; gives their number.

    Raises DamagedArchive.
    """
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory(prefix=".wacz-", dir=path.parent) as folder:
        descriptor = archive.read("datapackage.json")
        told = json.loads(archive.read("datapackage-digest.json"))["hash"]
        if told != "sha256:" + sha256(descriptor).hexdigest():
            raise DamagedArchive(f"{path}: datapackage.json has not its digest")
        for resource in json.loads(descriptor)["resources"]:
            with archive.open(resource["path"]) as file:
                if digest_of(file) != resource["hash"]:
                    raise DamagedArchive(f"{path}: {resource['path']} has not its digest")
        return sum(_check_lines(archive, name, lines, Path(folder)) for name, lines in _by_warc(archive).items())


def _by_warc(archive: zipfile.ZipFile) -> dict[str, list[dict[str, str]]]:
    by_warc: dict[str, list[dict[str, str]]] = defaultdict(list)
    for line in _index_lines(archive):
        fields = json.loads(line.split(b" ", 2)[2])
        by_warc[fields["filename"]].append(fields)
    return by_warc


def _index_lines(archive: zipfile.ZipFile) -> Iterator[bytes]:
    data = archive.read("indexes/index.cdx.gz")
    while data:
        unpacker = zlib.decompressobj(31)
        yield from unpacker.decompress(data).splitlines()
        data = unpacker.unused_data


def _check_lines(archive: zipfile.ZipFile, name: str, lines: Sequence[dict[str, str]], folder: Path) -> int:
    copy = folder / name
    with archive.open(f"archive/{name}") as source, copy.open("wb") as target:
        shutil.copyfileobj(source, target, COPY_BYTES)
    with mapped(copy) as data:
        for fields in lines:
            try:
                member = read_member(data, int(fields["offset"]))
                found = target_uri(parse(member.data))
            except (MemberError, RecordError) as error:
                raise DamagedArchive(f"{name}: {fields['url']}: {error}") from error
            if found != fields["url"] or member.length != int(fields["length"]):
                raise DamagedArchive(f"{name}: offset {fields['offset']} does not hold {fields['url']}")
    copy.unlink()
    return len(lines)
