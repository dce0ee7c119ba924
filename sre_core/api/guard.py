"""Who may call the browser routes: a signed token, an expected host, our own page as the origin."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LIFETIME = 900.0
"""Seconds that a token is good for; an open stream brings a new one well before."""

OPEN_TO_ANY_HOST = ("/api/health", "/_stcore/health", "/_stcore/script-health-check")
"""Probes come with whatever address a platform gives us, and what they read is no secret."""


class Refused(Exception):
    """The request is not answered. ``status`` 401: who are you; 403: not from here."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Pass:
    """What a valid token says: which investigation, and in whose name."""

    investigation_id: str
    by: str


class Tokens:
    """Issues and checks tokens, each bound to one investigation, one person and an expiry."""

    def __init__(self, secret: bytes, now: Callable[[], float] = time.time, lifetime: float = LIFETIME) -> None:
        self._secret = secret
        self._now = now
        self.lifetime = lifetime

    def issue(self, investigation_id: str, by: str) -> str:
        """A token for this page, good for ``lifetime`` seconds."""
        says = {"inv": investigation_id, "by": by, "exp": self._now() + self.lifetime}
        body = base64.urlsafe_b64encode(json.dumps(says).encode()).decode().rstrip("=")
        return f"{body}.{self._sign(body)}"

    def check(self, token: str, investigation_id: str) -> Pass:
        """What it says. Raises ``Refused`` when it is forged, expired or meant for another investigation."""
        body, _, signature = token.partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            raise Refused(401, "This page's pass is missing or not ours. Reload the page.")
        says = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        if says["exp"] < self._now():
            raise Refused(401, "This page's pass has expired. Reload the page.")
        if says["inv"] != investigation_id:
            raise Refused(403, "This page's pass is for another investigation.")
        return Pass(investigation_id, says["by"])

    def _sign(self, body: str) -> str:
        return hmac.new(self._secret, b"browser:" + body.encode(), hashlib.sha256).hexdigest()


def host_name(header: str) -> str:
    """'127.0.0.1:8501' -> '127.0.0.1', '[::1]:8501' -> '[::1]'."""
    if header.startswith("["):
        return header.partition("]")[0].lower() + "]"
    return header.partition(":")[0].lower()


def check_origin(request: HTTPConnection, allowed_hosts: Collection[str]) -> None:
    """Raise ``Refused`` unless the request comes from our own page, on a host we answer to."""
    host = request.headers.get("host", "")
    if not _is_allowed(host, allowed_hosts):
        raise Refused(403, f"This workbench does not answer to the host {host_name(host)!r}; see SRE_ALLOWED_HOSTS.")
    origin = request.headers.get("origin")
    if origin is not None and _host_of(origin) != host.lower():
        raise Refused(403, "The request comes from another site.")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(403, "The request comes from another site.")


def _host_of(origin: str) -> str | None:
    """Host and port of an origin; None when it is not one."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _is_allowed(host: str, allowed_hosts: Collection[str]) -> bool:
    return "*" in allowed_hosts or host_name(host) in allowed_hosts


class OnlyKnownHosts:
    """Middleware: pages and websocket answer to known hosts only, so that a rebound name reaches nothing."""

    def __init__(self, app: ASGIApp, allowed_hosts: Collection[str]) -> None:
        self._app = app
        self._allowed_hosts = allowed_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 403."""
        answer: ASGIApp = self._app
        if scope["type"] in ("http", "websocket") and scope["path"] not in OPEN_TO_ANY_HOST:
            host = HTTPConnection(scope).headers.get("host", "")
            if not _is_allowed(host, self._allowed_hosts):
                answer = refusal(Refused(403, "Unknown host; see SRE_ALLOWED_HOSTS."))
        await answer(scope, receive, send)


class NotInAFrame:
    """Middleware: no other site may put our pages under its own, and so lead a click onto Approve."""

    HEADERS: ClassVar = {
        "X-Frame-Options": "SAMEORIGIN",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with three more headers on the answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def refusal(refused: Refused) -> JSONResponse:
    """The answer to a request that is refused."""
    return JSONResponse({"error": str(refused)}, status_code=refused.status)
