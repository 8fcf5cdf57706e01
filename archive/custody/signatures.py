"""Signatures and time stamps of a manifest's head: they show that all the lines before it are those of that time.

Each stands in files of its own that OpenSSL alone can check: `000012.head` is the text, `.sig` and `.pub` a raw
Ed25519 signature (RFC 8032) and its key, `.tsr` and `.ca` an RFC 3161 time stamp and the certificates it is held
against. Keep copies of them elsewhere: who can change the archive can remove them.
"""

from __future__ import annotations

import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive.custody.manifest import Fault, Head, check_manifest, head_of
from archive.disk import replaced, sync_folder
from archive.errors import ConfigurationError, DamagedArchive, NothingFound, SvodkaError, UsageError
from archive.home import Home

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from sqlalchemy import RowMapping

TSA_TIMEOUT = 60.0  # seconds
MOST_OF_A_REPLY = 1 << 20
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_ISSUED_AT = re.compile(
    rf"^Time stamp: ({'|'.join(re.findall('...', _MONTHS))}) +(\d+) ([\d:]+)(?:\.\d+)? (\d+) GMT", re.M
)


def custody_faults(home: Home, site: str, paths: Mapping[str, Path], rows: Mapping[str, RowMapping]) -> list[Fault]:
    """All that the manifest of `site`, its signatures and its time stamps show to be wrong.

    `paths` are the WARC files that are there by final name, `rows` those of `warc_file` for this site; that the bytes
    have the digests of the rows is checked elsewhere.
    """
    manifest, config = home.manifest(site), home.config
    sha256s = {name: row["sha256"] for name, row in rows.items()}
    closed = [name for name, row in rows.items() if row["state"] == "closed"]
    key, ca = home.setting_path(config.public_key), home.setting_path(config.tsa_ca)
    return [
        *check_manifest(manifest, paths, sha256s, closed),
        *check_custody(manifest, home.heads_folder(site), site, key, ca),
    ]


def sign_head(manifest: Path, folder: Path, site: str, key: Path) -> Path:
    """Sign today's head with the Ed25519 private key in `key` (PEM, not encrypted); gives the signature's file.

    Raises UsageError for a key that is none, NothingFound where the manifest is empty.
    """
    head = _head(manifest, site)
    private = _private_key(key)
    stem = _write_head(folder, head)
    _write(stem.with_suffix(".pub"), _pem(private.public_key()))
    _write(stem.with_suffix(".sig"), private.sign(head.statement))
    return stem.with_suffix(".sig")


def stamp_head(manifest: Path, folder: Path, site: str, tsa: str, certificates: Path) -> Path:
    """Have today's head stamped by the time stamping authority at the URL `tsa` (RFC 3161); gives the stamp's file.

    The stamp is held against `certificates` (PEM) before it is kept. Raises SvodkaError where that, or the authority,
    fails.
    """
    head = _head(manifest, site)
    if not certificates.is_file():
        raise UsageError(f"{certificates}: no such file")
    stem = _write_head(folder, head)
    stamp = stem.with_suffix(".tsr.new")
    try:
        query = _openssl("ts", "-query", "-data", stem.with_suffix(".head"), "-sha256", "-cert")
        reply = _ask(tsa, query)
        stamp.write_bytes(reply)
        if fault := _stamp_fault(stem.with_suffix(".head"), stamp, certificates, as_of=datetime.now(UTC)):
            raise SvodkaError(f"{tsa}: the time stamp is of no use: {fault}")
    except BaseException:
        stamp.unlink(missing_ok=True)
        if not (stem.with_suffix(".sig").exists() or stem.with_suffix(".tsr").exists()):
            stem.with_suffix(".head").unlink()
        raise
    _write(stem.with_suffix(".ca"), certificates.read_bytes())
    _write(stem.with_suffix(".tsr"), reply)
    return stem.with_suffix(".tsr")


def check_custody(manifest: Path, folder: Path, site: str, key: Path | None, ca: Path | None) -> Iterator[Fault]:
    """What is wrong with the signatures and time stamps of a manifest.

    `key` is the public key that every signature must be of, `ca` the certificates for every time stamp; without them
    those kept beside are used, which shows that nothing was changed since, but not by whom it was signed.
    """
    heads = sorted(folder.glob("*.head"))
    for path in heads:
        stem = path.with_suffix("")
        head = head_of(manifest, site, _number(stem))
        if head is None or path.read_bytes() != head.statement:
            yield Fault(path.name, f"{manifest.name} has changed since this head was written: lines before it were "
                        "removed or written again")  # fmt: skip
        if not (stem.with_suffix(".sig").exists() or stem.with_suffix(".tsr").exists()):
            yield Fault(path.name, "has neither a signature nor a time stamp: it was removed, or never finished")
        yield from _signature_faults(stem, key)
        yield from _stamp_faults(stem, ca)
    if key is not None and manifest.exists() and not any(folder.glob("*.sig")):
        yield Fault(manifest.name, "is not signed, though archive.public_key is set: run `svodka manifest sign`")


def _signature_faults(stem: Path, key: Path | None) -> Iterator[Fault]:
    signature = stem.with_suffix(".sig")
    if not signature.exists():
        return
    try:
        from cryptography.exceptions import InvalidSignature
    except ImportError:
        yield Fault(signature.name, "was not checked: pip install 'svodka[sign]'")
        return
    try:
        own = _public_key(stem.with_suffix(".pub"))
        if key is not None and _pem(own) != _pem(_public_key(key)):
            yield Fault(signature.name, f"is of another key than {key}: forged, or signed by somebody else")
        own.verify(signature.read_bytes(), stem.with_suffix(".head").read_bytes())
    except InvalidSignature:
        yield Fault(signature.name, "is no signature of this head: forged, or the head was changed")
    except UsageError as error:
        yield Fault(signature.name, str(error))


def _stamp_faults(stem: Path, ca: Path | None) -> Iterator[Fault]:
    stamp = stem.with_suffix(".tsr")
    if stamp.exists() and (fault := _stamp_fault(stem.with_suffix(".head"), stamp, ca or stem.with_suffix(".ca"))):
        yield Fault(stamp.name, f"is no time stamp of this head: {fault}")


def _stamp_fault(data: Path, stamp: Path, certificates: Path, as_of: datetime | None = None) -> str | None:
    """What is wrong with a stamp; its certificates must be valid `as_of` then, else when it was issued.

    An authority's certificate lasts some years, what it stamped does not end with it (RFC 3161, 4, 1).
    """
    try:
        at = str(int((as_of or _issued_at(stamp)).timestamp()))
        _openssl("ts", "-verify", "-attime", at, "-data", data, "-in", stamp, "-CAfile", certificates)
    except SvodkaError as error:
        return str(error)
    return None


def _issued_at(stamp: Path) -> datetime:
    """The time that a stamp states (genTime; it is always UTC). Raises SvodkaError."""
    printed = _openssl("ts", "-reply", "-in", stamp, "-text").decode("utf-8", "replace")
    found = _ISSUED_AT.search(printed)
    if found is None:
        raise SvodkaError("openssl finds no time in it")
    month, day, clock, year = found.groups()
    return datetime.fromisoformat(f"{year}-{_MONTHS.index(month) // 3 + 1:02}-{int(day):02}T{clock}Z")


def _head(manifest: Path, site: str) -> Head:
    head = head_of(manifest, site)
    if head is None:
        raise NothingFound(f"{manifest}: has no entry yet; a WARC file gets one when it is closed")
    return head


def _write_head(folder: Path, head: Head) -> Path:
    if not folder.exists():
        folder.mkdir(parents=True)
        sync_folder(folder.parent)
    stem = folder / f"{head.number:06}"
    path = stem.with_suffix(".head")
    if path.exists() and path.read_bytes() != head.statement:
        raise DamagedArchive(f"{path}: the manifest has changed since this head was written; see `svodka verify`")
    _write(path, head.statement)
    return stem


def _number(stem: Path) -> int:
    return int(stem.name) if stem.name.isascii() and stem.name.isdigit() else 0


def _ask(tsa: str, query: bytes) -> bytes:
    if not tsa.startswith(("http://", "https://")):
        raise UsageError(f"{tsa}: not an http or https URL")
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        tsa, data=query, headers={"Content-Type": "application/timestamp-query"}
    )
    try:
        with urllib.request.urlopen(request, timeout=TSA_TIMEOUT) as answer:  # noqa: S310
            reply: bytes = answer.read(MOST_OF_A_REPLY)
    except (urllib.error.URLError, OSError) as error:
        raise SvodkaError(f"{tsa}: {error}") from error
    return reply


def _openssl(*arguments: str | Path) -> bytes:
    try:
        done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False)
    except FileNotFoundError:
        raise ConfigurationError("time stamps need the `openssl` command") from None
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").split("\n")
        told = [line for line in lines if ":error:" in line or "rror" in line] or lines
        raise SvodkaError(f"openssl says: {told[0].strip()}")
    return done.stdout


def _private_key(path: Path) -> Ed25519PrivateKey:
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        raise ConfigurationError("signatures need the extra [sign]: pip install 'svodka[sign]'") from None
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{path}: no private key in PEM without a password: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path}: not an Ed25519 key; make one with `openssl genpkey -algorithm ed25519`")
    return key


def _public_key(path: Path) -> Ed25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: no public key in PEM: {error}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{path}: not an Ed25519 key")
    return key


def _pem(key: Ed25519PublicKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _write(path: Path, data: bytes) -> None:
    with replaced(path) as file:
        file.write(data)
