"""Signatures and time stamps of a manifest, made and checked by OpenSSL as well as by us; each forgery is named."""

import subprocess
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from archive.custody.manifest import add_to_manifest
from archive.custody.signatures import check_custody, sign_head, stamp_head
from archive.errors import DamagedArchive, NothingFound, SvodkaError, UsageError
from archive.warc.writer import ClosedFile

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TSA_CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/ca.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
"""


def openssl(*arguments, **options):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False, **options)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def new_key(path: Path) -> Path:
    openssl("genpkey", "-algorithm", "ed25519", "-out", path)
    openssl("pkey", "-in", path, "-pubout", "-out", path.with_suffix(".pub"))
    return path


class Archive:
    """A manifest of some files and the folder of its heads."""

    def __init__(self, path: Path) -> None:
        self.manifest, self.heads = path / "manifest.jsonl", path / "heads"
        self.add(1)
        self.add(2)

    def add(self, number: int) -> None:
        add_to_manifest(self.manifest, ClosedFile(f"{number}.warc.gz", 1, 1, NOON, NOON, f"{number:064}"))

    def sign(self, key: Path) -> Path:
        return sign_head(self.manifest, self.heads, "vpk", key)

    def faults(self, key: Path | None = None, ca: Path | None = None) -> list[tuple[str, str]]:
        return [(f.file, f.reason) for f in check_custody(self.manifest, self.heads, "vpk", key, ca)]


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path)


@pytest.fixture
def key(tmp_path):
    return new_key(tmp_path / "key.pem")


@pytest.fixture(scope="session")
def tsa(tmp_path_factory):
    """A time stamping authority on loopback: its URL and its certificates."""
    with authority(tmp_path_factory.mktemp("tsa")) as served:
        yield served


@contextmanager
def authority(folder, lifetime=timedelta(days=3650)):
    """A time stamping authority whose own certificate, not that of its root, lasts so long."""
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(TSA_CONFIG.format(folder=folder))
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "ca.key", "-out", folder / "ca.pem",
            "-subj", "/CN=A test's authority", "-days", "3650")  # fmt: skip
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr",
            "-subj", "/CN=A test's clock")  # fmt: skip
    (folder / "tsa.pem").write_bytes(issued(folder, lifetime))

    class Clock(BaseHTTPRequestHandler):
        def do_POST(self):
            query = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/timestamp-query"
            (folder / "query").write_bytes(query)
            reply = openssl("ts", "-reply", "-queryfile", folder / "query", "-config", folder / "tsa.cnf")
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(reply if self.path == "/" else reply[:40])

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Clock) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", folder / "ca.pem"
        server.shutdown()
        thread.join()


def issued(folder, lifetime):
    """A certificate for time stamping, valid from now on: OpenSSL's command cannot say for how many seconds."""
    root = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    root_key = load_pem_private_key((folder / "ca.key").read_bytes(), None)
    request = x509.load_pem_x509_csr((folder / "tsa.csr").read_bytes())
    now = datetime.now(UTC)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    certificate = (
        x509.CertificateBuilder(root.subject, request.subject, request.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + lifetime)
        .add_extension(usage, critical=True)
        .sign(root_key, SHA256())
    )
    return certificate.public_bytes(Encoding.PEM)


# --- signatures --------------------------------------------------------------------------------------------------


def test_a_signature_holds_after_more_files_are_added(archive, key):
    archive.sign(key)
    archive.add(3)
    assert archive.faults(key.with_suffix(".pub")) == []


def test_openssl_alone_can_check_a_signature(archive, key):
    signature = archive.sign(key)
    openssl("pkeyutl", "-verify", "-pubin", "-inkey", key.with_suffix(".pub"), "-rawin",
            "-in", signature.with_suffix(".head"), "-sigfile", signature)  # fmt: skip


def test_a_signature_with_any_bit_changed_is_named(archive, key):
    signature = archive.sign(key)
    good = signature.read_bytes()
    for bit in range(0, len(good) * 8, 37):
        forged = bytearray(good)
        forged[bit // 8] ^= 1 << bit % 8
        signature.write_bytes(forged)
        ((name, reason),) = archive.faults()
        assert (name, "forged" in reason) == ("000002.sig", True)


def test_a_signature_by_somebody_else_is_named_where_the_key_is_known(archive, key, tmp_path):
    archive.sign(new_key(tmp_path / "other.pem"))
    assert archive.faults() == []
    ((name, reason),) = archive.faults(key.with_suffix(".pub"))
    assert (name, "is of another key" in reason) == ("000002.sig", True)


def test_a_manifest_that_was_written_again_does_not_fit_its_head(archive, key):
    archive.sign(key)
    archive.manifest.unlink()
    archive.add(2)
    archive.add(1)
    ((name, reason),) = archive.faults()
    assert (name, "has changed since" in reason) == ("000002.head", True)
    with pytest.raises(DamagedArchive, match="has changed"):
        archive.sign(key)


def test_a_manifest_that_was_cut_does_not_fit_its_head(archive, key):
    archive.sign(key)
    archive.manifest.write_bytes(archive.manifest.read_bytes().splitlines(keepends=True)[0])
    assert [name for name, _ in archive.faults()] == ["000002.head"]


def test_signatures_that_are_gone_are_missed_where_the_key_is_known(archive, key):
    archive.sign(key).unlink()
    assert [name for name, _ in archive.faults(key.with_suffix(".pub"))] == ["000002.head", "manifest.jsonl"]


def test_what_is_no_key_is_refused(archive, tmp_path):
    openssl("genpkey", "-algorithm", "x25519", "-out", tmp_path / "wrong.pem")
    (tmp_path / "text").write_text("no key")
    for path in (tmp_path / "wrong.pem", tmp_path / "text", tmp_path / "nowhere"):
        with pytest.raises(UsageError, match=path.name):
            archive.sign(path)


def test_an_empty_manifest_cannot_be_signed(tmp_path, key):
    with pytest.raises(NothingFound):
        sign_head(tmp_path / "none.jsonl", tmp_path, "vpk", key)


# --- time stamps -------------------------------------------------------------------------------------------------


def test_a_time_stamp_of_a_real_authority_holds(archive, tsa):
    url, ca = tsa
    stamp = stamp_head(archive.manifest, archive.heads, "vpk", url, ca)
    assert archive.faults() == archive.faults(ca=ca) == []
    openssl("ts", "-verify", "-data", stamp.with_suffix(".head"), "-in", stamp, "-CAfile", ca)


def test_a_time_stamp_of_another_head_is_named(archive, tsa):
    url, ca = tsa
    first = stamp_head(archive.manifest, archive.heads, "vpk", url, ca)
    archive.add(3)
    second = stamp_head(archive.manifest, archive.heads, "vpk", url, ca)
    second.write_bytes(first.read_bytes())
    ((name, reason),) = archive.faults()
    assert (name, "is no time stamp of this head" in reason) == ("000003.tsr", True)


def test_a_time_stamp_of_another_authority_is_named(archive, tsa, tmp_path):
    url, ca = tsa
    stamp_head(archive.manifest, archive.heads, "vpk", url, ca)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "o.key", "-out", tmp_path / "o.pem",
            "-subj", "/CN=Another authority")  # fmt: skip
    assert [name for name, _ in archive.faults(ca=tmp_path / "o.pem")] == ["000002.tsr"]


def test_a_time_stamp_outlives_the_certificate_of_its_authority(archive, tmp_path):
    lifetime = timedelta(seconds=5)
    with authority(tmp_path, lifetime) as (url, ca):
        stamp = stamp_head(archive.manifest, archive.heads, "vpk", url, ca)
        time.sleep(lifetime.total_seconds() + 1)
        with pytest.raises(AssertionError, match="certificate has expired"):
            openssl("ts", "-verify", "-data", stamp.with_suffix(".head"), "-in", stamp, "-CAfile", ca)
        assert archive.faults() == archive.faults(ca=ca) == []
        archive.add(3)
        with pytest.raises(SvodkaError, match="certificate has expired"):
            stamp_head(archive.manifest, archive.heads, "vpk", url, ca)


def test_the_commands_of_the_docs_hold_a_time_stamp(archive, tsa):
    url, ca = tsa
    stamp_head(archive.manifest, archive.heads, "vpk", url, ca)
    docs = Path(__file__).parents[3] / "docs" / "custody.md"
    commands = [line for line in docs.read_text().splitlines() if line.startswith(("openssl ts", "issued="))]
    done = subprocess.run(["sh", "-ec", "\n".join(commands)], cwd=archive.heads, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"Verification: OK\n")


def test_a_useless_answer_is_not_kept(archive, tsa):
    url, ca = tsa
    with pytest.raises(SvodkaError, match="of no use"):
        stamp_head(archive.manifest, archive.heads, "vpk", f"{url}broken", ca)
    with pytest.raises(SvodkaError, match=r"http://127\.0\.0\.1:9/"):
        stamp_head(archive.manifest, archive.heads, "vpk", "http://127.0.0.1:9/", ca)
    assert list(archive.heads.iterdir()) == []
