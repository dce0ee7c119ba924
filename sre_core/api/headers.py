"""What a browser is told with every answer: load nothing from elsewhere, run nothing that is not ours, stand in no frame."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""The policy of what is no page: a file that is opened by its address runs and loads nothing, whatever is in it."""

POLICY = "Content-Security-Policy"
NOT_MODIFIED = 304
"""What the browser kept counts, with its policy. Headers that came with this answer would replace those, and it says no kind."""

FILES = "/media/"
"""Where Streamlit serves what somebody gave or takes along; a page in there is not one of ours."""


def page_policy(inline_scripts: Collection[str]) -> str:
    """The policy of a page. ``inline_scripts``: of the scripts that stand in it, what each is known by, as ``sha256-...``.

    Streamlit needs two concessions: styles in the page (``emotion`` writes them), and scripts from ``blob:``, which is how a
    component of ours is handed over. Neither can be reached by text: it takes a script to make a blob.
    """
    ours = " ".join(f"'{one}'" for one in inline_scripts)
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' blob: {ours}".rstrip(),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{what} {where}" for what, where in rules.items())


class BrowserHeaders:
    """Middleware, the outermost: headers on every answer, refusals and streams included."""

    ALWAYS: ClassVar = {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }

    def __init__(self, app: ASGIApp, page_policy: str) -> None:
        self._app = app
        self._page_policy = page_policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the headers on the answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.ALWAYS)
                if message["status"] != NOT_MODIFIED:
                    headers[POLICY] = self._policy(scope["path"], headers.get("content-type", ""))
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _policy(self, path: str, kind: str) -> str:
        is_page = kind.startswith("text/html") and not path.startswith(FILES)
        return self._page_policy if is_page else NOTHING
