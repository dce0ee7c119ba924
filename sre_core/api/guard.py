"""Who may call the routes: a signed token, an expected host, and for browsers our own page as the origin."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from sre_core.people import Role

LIFETIME = 900.0
"""Seconds that a token is good for; an open stream brings a new one well before."""

OPEN_TO_ANY_HOST = ("/api/health", "/_stcore/health", "/_stcore/script-health-check")
"""Probes come with whatever address a platform gives us, and what they read is no secret."""


PROXY_HEADER = "X-Workbench-Proxy"
"""Where a trusted proxy says the secret that it shares with us."""


class Refused(Exception):
    """The request is not answered. ``status`` 401: who are you; 403: not from here."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


EVERY = "*"
"""Instead of an investigation's id: a program's token is good for all of them."""


@dataclass(frozen=True)
class Pass:
    """What a valid token says: which investigation (or every), in whose name, and what they may."""

    investigation_id: str
    name: str
    role: Role

    @property
    def of_a_program(self) -> bool:
        """Made on the command line for a program, not by a page for itself."""
        return self.investigation_id == EVERY


class Tokens:
    """Issues and checks tokens, each bound to one investigation (or to every), one person, their role and an expiry."""

    def __init__(self, secret: bytes, now: Callable[[], float] = time.time, lifetime: float = LIFETIME) -> None:
        self._secret = secret
        self._now = now
        self.lifetime = lifetime

    def issue(self, investigation_id: str, name: str, role: Role, lifetime: float | None = None) -> str:
        """A token for this page, good for ``lifetime`` seconds; with ``EVERY``, one for a program."""
        expires = self._now() + (lifetime or self.lifetime)
        says = {"inv": investigation_id, "by": name, "role": role.value, "exp": expires}
        body = base64.urlsafe_b64encode(json.dumps(says).encode()).decode().rstrip("=")
        return f"{body}.{self._sign(body)}"

    def check(self, token: str, investigation_id: str | None) -> Pass:
        """What it says; None is no investigation in particular, which takes a program's token.

        Raises ``Refused`` when it is forged, expired or meant for another investigation.
        """
        body, _, signature = token.partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            raise Refused(
                401, "The pass is missing or not ours. Reload the page; a program needs a token of this workbench."
            )
        says = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        if says["exp"] < self._now():
            raise Refused(401, "The pass has expired. Reload the page; a program needs a new token.")
        if says["inv"] not in (EVERY, investigation_id):
            raise Refused(403, "This page's pass is for another investigation.")
        return Pass(says["inv"], says["by"], Role(says.get("role", Role.VIEWER)))

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
    if _is_of_another_site(request) or request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise Refused(403, "The request comes from another site.")


def _is_of_another_site(request: HTTPConnection) -> bool:
    """Whether a browser says that a page of another origin asks."""
    origin = request.headers.get("origin")
    return origin is not None and _host_of(origin) != request.headers.get("host", "").lower()


def _host_of(origin: str) -> str | None:
    """Host and port of an origin; None when it is not one."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _is_allowed(host: str, allowed_hosts: Collection[str]) -> bool:
    return "*" in allowed_hosts or host_name(host) in allowed_hosts


class OnlyKnownHosts:
    """Middleware: pages and websocket answer to known hosts only, so that a rebound name reaches nothing.

    A websocket, by which a page does all that a person does, answers to our own pages only: no rule of a browser keeps another
    site from opening one, and Streamlit would take whatever else this machine serves for ours.
    """

    def __init__(self, app: ASGIApp, allowed_hosts: Collection[str]) -> None:
        self._app = app
        self._allowed_hosts = allowed_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 403."""
        answer: ASGIApp = self._app
        if scope["type"] in ("http", "websocket") and scope["path"] not in OPEN_TO_ANY_HOST:
            try:
                self._refuse(HTTPConnection(scope))
            except Refused as refused:
                answer = refusal(refused)
        await answer(scope, receive, send)

    def _refuse(self, request: HTTPConnection) -> None:
        if not _is_allowed(request.headers.get("host", ""), self._allowed_hosts):
            raise Refused(403, "Unknown host; see SRE_ALLOWED_HOSTS.")
        if request.scope["type"] == "websocket" and _is_of_another_site(request):
            raise Refused(403, "The request comes from another site.")


class OnlyTheProxy:
    """Middleware: pages, websocket and routes answer to the trusted proxy alone, and only when it names somebody.

    Programs may come directly to the routes with a token of their own; probes need nothing.
    """

    def __init__(self, app: ASGIApp, secret: str, user_header: str, tokens: Callable[[], Tokens]) -> None:
        """``tokens`` is asked for per request: it comes with startup, and raises ``RuntimeError`` before."""
        self._app = app
        self._secret = secret.encode()
        self._user_header = user_header
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 403."""
        answer: ASGIApp = self._app
        if scope["type"] in ("http", "websocket") and scope["path"] not in OPEN_TO_ANY_HOST:
            try:
                self._refuse(HTTPConnection(scope))
            except Refused as refused:
                answer = refusal(refused)
        await answer(scope, receive, send)

    def _refuse(self, request: HTTPConnection) -> None:
        sent = request.headers.getlist(PROXY_HEADER)
        if len(sent) != 1 or not hmac.compare_digest(sent[0].encode("latin-1"), self._secret):
            if not self._is_program(request):
                raise Refused(
                    403, "Only the proxy in front of this workbench may call it. Come in through its address."
                )
        elif len(request.headers.getlist(self._user_header)) != 1 or not request.headers[self._user_header].strip():
            raise Refused(403, f"The proxy did not say who you are: {self._user_header} is missing, or there twice.")

    def _is_program(self, request: HTTPConnection) -> bool:
        """Whether a valid token of a program comes along. Which investigation it may see, the route decides."""
        if not request.scope["path"].startswith("/api/"):
            return False
        try:
            return self._tokens().check(token_of(request), None).of_a_program
        except (Refused, RuntimeError):
            return False


def token_of(request: HTTPConnection) -> str:
    """From the header; from the address where a browser cannot send one (event streams, downloads)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else request.query_params.get("token", "")


def refusal(refused: Refused) -> JSONResponse:
    """The answer to a request that is refused."""
    return JSONResponse({"error": str(refused)}, status_code=refused.status)
