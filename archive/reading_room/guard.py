"""What every request must pass and every answer carries, whatever page it is: the room only reads, and only for here.

A name that leads to loopback from outside (DNS rebinding) is refused by its Host header; a worker or a script that
asks for archived bytes is refused by what the browser says it wants them for.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

HOSTS = frozenset({"127.0.0.1", "localhost"})
TO_LOOK_AT = frozenset({"document", "iframe", "frame", "image", "style", "empty"})  # Sec-Fetch-Dest of a reader

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# Without frame-src an archived script loaded MAIN in its frame through a link in the parent's document.
MAIN_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; frame-src {frames}"
)
# Seen in trials: without `sandbox` the same bytes made twelve kinds of request, with it none.
RAW_POLICY = {
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'; style-src 'self' 'unsafe-inline'",
}


class Guard:
    """ASGI middleware: refuses what is not a plain reader's request, and puts `policy` on every answer without one.

    `own_worker` is the path of the one script that may become a service worker here; no other bytes may. Every request
    is told to the logger of this module, refused or not.
    """

    def __init__(self, app: ASGIApp, policy: Mapping[str, str], *, own_worker: str | None = None) -> None:
        self.app = app
        self.policy = {**EVERYWHERE, **policy}
        self.own_worker = own_worker

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.policy.items():
                    headers.setdefault(name, value)
            await send(message)

        logger.debug("%s %s:%s%s", scope["method"], *scope["server"], scope["path"])
        refusal = _refusal(scope["method"], Headers(scope=scope)) or self._misuse(scope) or _unspeakable(scope)
        await (refusal or self.app)(scope, receive, send_guarded)

    def _misuse(self, scope: Scope) -> PlainTextResponse | None:
        """A use that the browser names and that is none of a reader's; another origin's, where it is no navigation."""
        headers = Headers(scope=scope)
        use, uses = headers.get("sec-fetch-dest", "document"), TO_LOOK_AT
        if self.own_worker is not None:
            uses = TO_LOOK_AT | {"script"} | ({"serviceworker"} if scope["path"] == self.own_worker else set())
        elsewhere = headers.get("sec-fetch-site", "none") in {"same-site", "cross-site"}
        if (
            use not in uses
            or ("service-worker" in headers and scope["path"] != self.own_worker)
            or (elsewhere and headers.get("sec-fetch-mode", "navigate") != "navigate")
        ):
            return PlainTextResponse("archived bytes are to be looked at, not run\n", 403)
        return None


def _refusal(method: str, headers: Headers) -> PlainTextResponse | None:
    if len(headers.getlist("host")) != 1 or headers["host"].rpartition(":")[0] not in HOSTS:
        return PlainTextResponse("this reading room is for the machine it runs on\n", 400)
    if method not in {"GET", "HEAD"}:
        return PlainTextResponse("this reading room only reads\n", 405, {"Allow": "GET, HEAD"})
    return None


def _unspeakable(scope: Scope) -> PlainTextResponse | None:
    """No name here holds a NUL, and PostgreSQL takes none."""
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        return PlainTextResponse("no name here holds a NUL\n", 400)
    return None
