"""A server of plain sockets that logs every byte it reads and sends; its resources are named after faults."""

from __future__ import annotations

import gzip
import itertools
import os
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PAGE = ("<html><head><title>Сводка</title></head><body>" + "<p>Пятьдесят дней до поражения.</p>" * 400).encode()


@dataclass
class Exchange:
    """What the server read and sent for one request; `stray` was sent behind the end of the response."""

    connection: int  # from 1
    ordinal: int  # of the request on its connection, from 1
    earlier: int  # requests for the same target before this one
    target: str
    request: bytes
    sent: bytearray = field(default_factory=bytearray)
    stray: bytearray = field(default_factory=bytearray)


class Stray(bytes):
    """Bytes to send behind the end of a response."""


@dataclass(frozen=True)
class Together:
    """A response and stray bytes, sent in one go."""

    sent: bytes
    stray: bytes


@dataclass(frozen=True)
class Pause:
    """Send nothing for so many seconds."""

    seconds: float


CLOSE = object()  # close the connection in an orderly way
RESET = object()  # drop it with a RST
SEVER = object()  # end TCP in an orderly way, and leave out what TLS says before

Step = bytes | Pause | Together | object
Resource = Callable[[Exchange], Iterator[Step]]
RESOURCES: dict[str, Resource] = {}


def resource(function: Resource) -> Resource:
    RESOURCES[function.__name__] = function
    return function


def reply(body: bytes = PAGE, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunk(data: bytes, extension: bytes = b"") -> bytes:
    return b"%x%s\r\n%s\r\n" % (len(data), extension, data)


@resource
def plain(exchange: Exchange) -> Iterator[Step]:
    yield reply()


@resource
def odd_header_case(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh:  5 \r\nX-ODD:a\r\nx-odd:\tb\r\ncontent-TYPE: text/html\r\n\r\nhello"


@resource
def repeated_headers(exchange: Exchange) -> Iterator[Step]:
    yield reply(b"x", "200 OK", "Set-Cookie: b=2", "X-A: 1", "Set-Cookie: a=1", "X-a: 2", "Set-Cookie: a=1")


@resource
def folded_header(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\nX-Folded: one\r\n two\r\n\tthree\r\nContent-Length: 1\r\n\r\nx"


@resource
def header_without_colon(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 1\r\n\r\nx"


@resource
def odd_reason_phrase(exchange: Exchange) -> Iterator[Step]:
    yield reply(b"x", "200 Всё  хорошо, наверное ")


@resource
def no_reason_phrase(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx"


@resource
def gzip_body(exchange: Exchange) -> Iterator[Step]:
    yield reply(gzip.compress(PAGE), "200 OK", "Content-Encoding: gzip")


@resource
def brotli_body(exchange: Exchange) -> Iterator[Step]:
    yield reply(brotli.compress(PAGE), "200 OK", "Content-Encoding: br")


@resource
def chunked(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n"
    for start in range(0, len(PAGE), 777):
        yield chunk(PAGE[start : start + 777])
    yield b"0\r\n\r\n"


@resource
def chunked_with_trailers(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nTrailer: X-Sum\r\n\r\n"
    yield chunk(b"hello") + b"0\r\nX-Sum: 5d41\r\nX-More: 1\r\n\r\n"


@resource
def chunk_extensions(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield chunk(b"hello", b";name=value") + chunk(b"world", b'; q="a b"') + b"000\r\n\r\n"


@resource
def not_modified(exchange: Exchange) -> Iterator[Step]:
    yield b'HTTP/1.1 304 Not Modified\r\nETag: "abc"\r\nContent-Length: 500\r\n\r\n'


@resource
def no_content(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n"


@resource
def empty_body(exchange: Exchange) -> Iterator[Step]:
    yield reply(b"")


@resource
def head_only(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n"


@resource
def redirect(exchange: Exchange) -> Iterator[Step]:
    yield reply(b"moved", "301 Moved", "Location: /redirect_again?to=" + exchange.target.partition("?")[2])


@resource
def redirect_again(exchange: Exchange) -> Iterator[Step]:
    yield reply(b"moved on", "302 Found", "location: /plain?from=" + exchange.target.partition("?")[2])


@resource
def not_found(exchange: Exchange) -> Iterator[Step]:
    yield reply(b"nothing here", "404 Not Found")


@resource
def server_error(exchange: Exchange) -> Iterator[Step]:
    yield reply(b"oops", "500 Internal Server Error")


@resource
def busy_then_page(exchange: Exchange) -> Iterator[Step]:
    if not exchange.earlier:
        yield reply(b"busy", "503 Service Unavailable", "Retry-After: 120", "Connection: close")
        yield CLOSE
    else:
        yield reply()


@resource
def interim_heads(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 100 Continue\r\n\r\n"
    yield b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\nLink: </a.js>\r\n\r\n"
    yield b"HTTP/1.1 103\n\n" + reply()


@resource
def http_1_0(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
    yield CLOSE


@resource
def lf_only(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 5\n\nhello"


@resource
def huge_headers(exchange: Exchange) -> Iterator[Step]:
    yield reply(b"x", "200 OK", *(f"X-{n}: {'y' * 50}" for n in range(1000)))


@resource
def slow_drip(exchange: Exchange) -> Iterator[Step]:
    for byte in reply(b"drip" * 4):
        yield bytes([byte])
        yield Pause(0.001)


@resource
def post_echo(exchange: Exchange) -> Iterator[Step]:
    yield reply(exchange.request.partition(b"\r\n\r\n")[2])


@resource
def cut_content_length(exchange: Exchange) -> Iterator[Step]:
    yield reply()[:-1000]
    yield CLOSE


@resource
def cut_chunked(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(PAGE) + b"ffff\r\nonly this"
    yield CLOSE


@resource
def cut_gzip_by_reset(exchange: Exchange) -> Iterator[Step]:
    yield reply(gzip.compress(PAGE), "200 OK", "Content-Encoding: gzip")[:-50]
    yield Pause(0.2)
    yield RESET


@resource
def cut_head(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\nContent-Ty"
    yield CLOSE


@resource
def cut_interim_head(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 103 Early Hints\r\nLink: </sty"
    yield CLOSE


@resource
def malformed_chunk(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(b"good") + b"zz\r\nbad\r\n"
    yield CLOSE


@resource
def not_http(exchange: Exchange) -> Iterator[Step]:
    yield b"SSH-2.0-OpenSSH_9.2\r\n"
    yield CLOSE


@resource
def unknown_transfer_coding(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: wavelets\r\n\r\n~~~~"
    yield CLOSE


@resource
def dropped(exchange: Exchange) -> Iterator[Step]:
    yield CLOSE


@resource
def never_answers(exchange: Exchange) -> Iterator[Step]:
    yield Pause(30)


@resource
def stalls_mid_body(exchange: Exchange) -> Iterator[Step]:
    yield reply()[:-1000]
    yield Pause(30)


@resource
def too_long(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    for _ in range(10_000):
        yield chunk(b"x" * 10_000)


@resource
def endless_headers(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\n"
    for _ in range(20_000):
        yield b"X-Endless: " + b"y" * 4000 + b"\r\n"


@resource
def announces_too_long(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 90000000\r\n\r\n"
    yield b"x" * 90_000_000


@resource
def stray_at_once(exchange: Exchange) -> Iterator[Step]:
    """A second response in the same segment as the first: what response splitting looks like."""
    yield Together(reply(b"all of it"), b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsmuggle")


@resource
def stray_later(exchange: Exchange) -> Iterator[Step]:
    yield b"HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\n"
    yield Pause(0.1)
    yield Stray(b"body")


@resource
def drops_second_request(exchange: Exchange) -> Iterator[Step]:
    """Drops a kept-alive connection at its second request, as servers do that timed it out."""
    yield CLOSE if exchange.ordinal > 1 else reply()


@resource
def takes_its_time(exchange: Exchange) -> Iterator[Step]:
    yield Pause(0.4)
    yield reply()


class RawServer:
    """Serves RESOURCES by path over loopback, one thread a connection. Use as a context manager."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._open: set[socket.socket] = set()
        self.resources = dict(RESOURCES)
        self.log: list[Exchange] = []
        self.connections = 0

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def url(self, target: str) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/{target.lstrip('/')}"

    def of(self, target: str) -> list[Exchange]:
        """The exchanges logged for a target, in order."""
        with self._lock:
            return [exchange for exchange in self.log if exchange.target == "/" + target.lstrip("/")]

    def __enter__(self) -> RawServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._listener.close()
        with self._lock:
            for connection in self._open:
                connection.close()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with self._lock:
                self._open.add(connection)
            buffer = bytearray()
            for ordinal in itertools.count(1):
                request = read_request(connection, buffer)
                if not request or not self._answer(connection, number, ordinal, request):
                    break
        except OSError:
            pass  # the client hung up: what was sent until then is logged
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _answer(self, connection: socket.socket, number: int, ordinal: int, request: bytes) -> bool:
        """Send what the resource yields; False where the connection is over."""
        target = request.split(b" ", 2)[1].decode()
        with self._lock:
            earlier = sum(exchange.target == target for exchange in self.log)
            exchange = Exchange(number, ordinal, earlier, target, request)
            self.log.append(exchange)
        name = target.partition("?")[0].strip("/").replace(".", "_")
        for step in self.resources.get(name, not_found)(exchange):
            if step is RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if step is SEVER:
                with socket.socket(fileno=os.dup(connection.fileno())) as beneath:
                    beneath.shutdown(socket.SHUT_RDWR)
                return False
            if step is CLOSE or step is RESET:
                return self._hang_up(connection)
            self._send(connection, exchange, step)
        return not self._stop.is_set()

    def _send(self, connection: socket.socket, exchange: Exchange, step: Step) -> None:
        if isinstance(step, Pause):
            self._stop.wait(step.seconds)
        elif isinstance(step, Together):
            exchange.sent.extend(step.sent)
            exchange.stray.extend(step.stray)
            connection.sendall(step.sent + step.stray)
        elif isinstance(step, bytes):
            (exchange.stray if isinstance(step, Stray) else exchange.sent).extend(step)
            connection.sendall(step)

    def _hang_up(self, connection: socket.socket) -> bool:
        if isinstance(connection, ssl.SSLSocket):
            try:
                connection = connection.unwrap()
            except OSError:
                return False
        return False


def read_request(connection: socket.socket, buffer: bytearray) -> bytes | None:
    """One whole request, head and body with its framing; None where the client closed."""
    while True:
        end = request_end(bytes(buffer))
        if end is not None:
            request = bytes(buffer[:end])
            del buffer[:end]
            return request
        data = connection.recv(65536)
        if not data:
            return None
        buffer += data


def request_end(data: bytes) -> int | None:
    head, separator, _ = data.partition(b"\r\n\r\n")
    if not separator:
        return None
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    end = len(head) + 4 + length
    return end if len(data) >= end else None


def self_signed(folder: Path) -> ssl.SSLContext:
    """A TLS context for 127.0.0.1 and localhost with a certificate made on the spot."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
