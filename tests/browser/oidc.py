"""A provider of OpenID Connect that lets everybody in under the name they ask for. For tests only."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, CLIENT_SECRET = "workbench", "shared-with-the-provider"


class Provider:
    """Asks for an address, believes it, and signs it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self._nonces: dict[str, tuple[str, str]] = {}

    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self.configuration),
            Route("/authorize", self.authorize),
            Route("/let-in", self.let_in),
            Route("/token", self.token, methods=["POST"]),
            Route("/keys", self.keys),
        ]

    async def configuration(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def authorize(self, request: Request) -> Response:
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{request.query_params.get(name, "")}">'
            for name in ("state", "nonce", "redirect_uri")
        )
        field = '<label>Who are you? <input name="email"></label><button>Let me in</button>'
        return HTMLResponse(f'<form action="/let-in"><h1>The provider</h1>{hidden}{field}</form>')

    async def let_in(self, request: Request) -> Response:
        asked = request.query_params
        code = f"code-{len(self._nonces)}"
        self._nonces[code] = (asked["nonce"], asked["email"])
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    async def token(self, request: Request) -> Response:
        nonce, email = self._nonces.pop(str((await request.form())["code"]))
        now = int(time.time())
        says = {"iss": self.url, "aud": CLIENT, "sub": email, "iat": now, "exp": now + 600, "nonce": nonce}
        claims = {**says, "email": email, "email_verified": True, "name": email.partition("@")[0].title()}
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self._key)
        return JSONResponse({"access_token": "none", "token_type": "Bearer", "id_token": signed, "expires_in": 600})

    async def keys(self, _: Request) -> Response:
        return JSONResponse(KeySet([self._key]).as_dict(private=False))


def secrets(provider: str, port: int) -> str:
    """What the workbench on this port must be told, as ``secrets.toml``."""
    return f"""[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "a-long-and-random-text-for-the-cookie"
client_id = "{CLIENT}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


@contextmanager
def provider(port: int) -> Iterator[Provider]:
    """One that listens on loopback."""
    one = Provider(port)
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=one.routes()), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield one
    server.should_exit = True
    thread.join(timeout=5)
