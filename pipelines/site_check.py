"""`svodka site check`: saved pages with what a right reader reads from them, one folder a site.

A fixture is NAME.html with NAME.json beside it: `url`, `fetched_at`, `content_type`, `made_up` (nobody fetched it) with
`source` (where it is from), and `expected` (kind, article, placements, unreadable; not how it was found).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive.errors import ConfigurationError, UsageError
from crawler import sites
from crawler.extraction.as_json import reading_as_json
from crawler.extraction.page import Page
from crawler.extraction.read import read_page
from crawler.sites import load_site
from crawler.sites.site import Site

SITES = Path(sites.__file__).parent
_NOT_COMPARED = {"raw", "layer"}  # how a value was found may change as the reader gets better


@dataclass(frozen=True, slots=True)
class Checked:
    """One fixture; `differences` is empty where everything is read as it should be."""

    site: str
    fixture: str
    made_up: bool
    differences: tuple[str, ...]


def check_fixtures(site: Site, folder: Path) -> list[Checked]:
    """Read every fixture of a site. Raises UsageError where there is none: a site file without one proves nothing."""
    pages = sorted((folder / site.name).glob("*.html"))
    if not pages:
        raise UsageError(f"{folder / site.name}: no saved page; `svodka site new` makes the first ones")
    return [_checked(site, page) for page in pages]


def site_in(folder: Path | None, name: str) -> tuple[Site, Path]:
    """The site file of that name and the folder of the fixtures: the program's own, or those of another folder."""
    if folder is None:
        return load_site(name), SITES / "fixtures"
    return site_from_file(folder / f"{name}.py"), folder / "fixtures"


def site_from_file(path: Path) -> Site:
    """The site that a file describes. Raises UsageError where there is none, ConfigurationError where it is wrong."""
    spec = spec_from_file_location(f"svodka_site_{path.stem}", path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise UsageError(f"{path}: no such site file")
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ConfigurationError(f"{path}: {type(error).__name__}: {error}") from error
    site = getattr(module, "SITE", None)
    if not isinstance(site, Site) or site.name != path.stem:
        raise ConfigurationError(f'{path}: does not define SITE = Site(name="{path.stem}", ...)')
    return site


def expected_of(page: Page, site: Site) -> dict[str, Any]:
    """What the reader makes of a page today, in the form of a fixture."""
    shown = reading_as_json(read_page(page, site))
    return {name: _without(shown[name]) for name in ("kind", "article", "placements", "unreadable")}


def write_fixture(folder: Path, name: str, page: Page, site: Site, *, made_up: bool, source: str) -> None:
    """Save a page and what is read of it today: to be looked through by a person before it is believed."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.html").write_bytes(page.body)
    described = {
        "url": page.url, "fetched_at": page.fetched_at.astimezone(UTC).isoformat(timespec="seconds"),
        "content_type": page.content_type, "made_up": made_up, "source": source, "expected": expected_of(page, site),
    }  # fmt: skip
    text = json.dumps(described, ensure_ascii=False, indent=1)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _checked(site: Site, path: Path) -> Checked:
    described = _description(path.with_suffix(".json"))
    try:
        moment = datetime.fromisoformat(described["fetched_at"])
        page = Page(described["url"], path.read_bytes(), described.get("content_type"), moment)
        expected, made_up = described["expected"], bool(described["made_up"])
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"{path.with_suffix('.json')}: {type(error).__name__}: {error}") from error
    parts = urlsplit(page.url)
    here = site if parts.netloc in site.hosts else site.at(f"{parts.scheme}://{parts.netloc}/")
    return Checked(site.name, path.stem, made_up, tuple(_differences("", expected, expected_of(page, here))))


def _description(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path}: cannot be read: {error}") from error
    return found


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without(each) for name, each in value.items() if name not in _NOT_COMPARED}
    return [_without(each) for each in value] if isinstance(value, list) else value


def _differences(name: str, expected: Any, found: Any) -> Iterator[str]:
    """Each field that is not as expected, in one line."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in [*expected, *(key for key in found if key not in expected)]:
            yield from _differences(f"{name}.{key}".lstrip("."), expected.get(key), found.get(key))
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, (left, right) in enumerate(zip(expected, found, strict=True)):
            yield from _differences(f"{name}[{number}]", left, right)
    elif expected != found:
        yield f"{name}: expected {_brief(expected)}, read {_brief(found)}"


def _brief(value: Any) -> str:
    if isinstance(value, list):
        return f"{len(value)} entries"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else text[:117] + "..."
