"""Whether a WACZ file of others is what its own datapackage.json says: each listed file there, with its digest.

WACZ 1.1.1, 5.1 (resources, hash) and 5.1.1 (datapackage-digest.json). Nothing is changed; each difference is one line.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from archive.digests import same

DESCRIPTION = "datapackage.json"
DIGEST = "datapackage-digest.json"
_ALGORITHMS = ("sha256", "sha512", "sha1", "md5")


def wacz_faults(wacz: zipfile.ZipFile) -> Iterator[str]:
    """What differs, a line each. Raises zipfile.BadZipFile where a member cannot be unpacked."""
    names = set(wacz.namelist())
    description = _object(wacz, DESCRIPTION, names)
    resources = description.get("resources")
    if not isinstance(resources, list):
        yield f"{DESCRIPTION} is missing or lists nothing: its files cannot be held against their digests"
        resources = []
    digest = _object(wacz, DIGEST, names)
    for listed in [*resources, *([digest] if DIGEST in names else [])]:
        path, given = _listed(listed) if isinstance(listed, dict) else (None, None)
        said_by = DIGEST if listed is digest else DESCRIPTION
        if not isinstance(path, str) or not isinstance(given, str):
            yield f"{said_by} has an entry without a path or a hash"
        elif path not in names:
            yield f"{path} is not in it, but in {said_by}"
        elif (found := _digest(wacz, path, given)) is not None and same(found, given) is False:
            yield f"{path} has the digest {found}, not {given} as {said_by} says"


def _listed(entry: dict[str, Any]) -> tuple[object, object]:
    """Path and labelled digest; before WACZ 1.1 the label stood apart (`hashing`, `stats.hash`)."""
    given, stats = entry.get("hash"), entry.get("stats")
    if given is None and isinstance(stats, dict):
        given = f"{entry.get('hashing', 'sha256')}:{stats.get('hash')}"
    return entry.get("path"), given


def _object(wacz: zipfile.ZipFile, name: str, names: set[str]) -> dict[str, Any]:
    try:
        found = json.loads(wacz.read(name)) if name in names else {}
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {}


def _digest(wacz: zipfile.ZipFile, path: str, given: str) -> str | None:
    """The digest of a member by the algorithm of `given`; None for an algorithm that is not known."""
    algorithm = given.partition(":")[0].lower().replace("-", "")
    if algorithm not in _ALGORITHMS:
        return None
    with wacz.open(path) as member:
        return f"{algorithm}:{hashlib.file_digest(member, algorithm).hexdigest()}"  # type: ignore[arg-type]
