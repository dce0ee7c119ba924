"""Launcher: the pages, the routes beside them, and the workbench behind both. ``streamlit run app.py`` or ``uvicorn app:app``."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from types import FrameType
from typing import Any, NoReturn

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route

from sre_core import report
from sre_core.api.guard import OnlyKnownHosts, OnlyTheProxy
from sre_core.api.headers import BrowserHeaders, page_policy
from sre_core.api.hub import Hub
from sre_core.api.routes import Api, Words
from sre_core.bootstrap import start_workbench, stop_workbench, workbench
from sre_core.errors import WorkbenchError
from sre_core.people import Identity
from sre_core.reasoning.briefing import brief
from sre_core.redacted_logs import redact_logs
from sre_core.settings import read_settings, secret_of, secrets_of
from ui import graph, login, options, process
from ui.at_hand import AtHand
from ui.inline import inline_scripts
from ui.live import MADE, MODULES, modules_path
from ui.modules import Modules
from ui.picture import Picture
from ui.shell import SHELL
from ui.trouble import calmly

TOKEN = re.compile(r"token=[^&\s\"]+")

at_hand = AtHand(
    next_checks=lambda state: workbench().checks.next_checks(state),
    runbooks=lambda links: workbench().runbooks(links),
    has_model=lambda: workbench().models.endpoint is not None,
)
hub = Hub(partial(Picture, at_hand=at_hand))


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Start the workbench before the first page, close it after the last."""
    try:
        bench = await asyncio.to_thread(start_workbench, settings)
    except WorkbenchError as refused:
        _give_up(str(refused))
    hub.start(bench)
    bench.models.desk.write = hub.write
    bench.on_erased(hub.forget)
    loop = asyncio.get_running_loop()
    _before_the_server_stops(lambda: loop.call_soon_threadsafe(hub.close))
    yield
    hub.close()
    await asyncio.to_thread(stop_workbench)


def _give_up(because: str) -> NoReturn:
    """One clear line; anything softer than this exit ends in a traceback of the server's."""
    print(f"sre-workbench: {because}", file=sys.stderr, flush=True)  # noqa: T201
    os._exit(1)


def _before_the_server_stops(close: Callable[[], Any]) -> None:
    """End the open streams on SIGTERM and Ctrl-C: a server waits for its connections, and a stream never ends by itself."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _first(close, signal.getsignal(number)))


def _first(close: Callable[[], Any], then: Any) -> Callable[[int, FrameType | None], None]:
    def handle(number: int, frame: FrameType | None) -> None:
        close()
        if callable(then):
            then(number, frame)

    return handle


def _without_token(record: logging.LogRecord) -> bool:
    """Access logs name addresses, and an event stream's address carries its token."""
    if isinstance(record.args, tuple):
        record.args = tuple(TOKEN.sub("token=…", arg) if isinstance(arg, str) else arg for arg in record.args)
    return True


async def _to_the_first_page(request: Request) -> RedirectResponse:
    """The page called Investigate is the first one, and Streamlit knows that one by no other name."""
    return RedirectResponse(f"/?{request.url.query}")


def routes() -> list[BaseRoute]:
    """What answers beside the pages."""
    words = Words(
        markdown=report.markdown, chat=report.chat_text, briefing=partial(brief, budget=settings.brief_characters)
    )
    api = Api(hub, workbench, process.tokens, settings.allowed_hosts, words)
    modules = [Mount(modules_path(), Modules(MODULES, MADE)), Mount(graph.modules_path(), Modules(graph.MODULES, {}))]
    return [*api.routes(), *modules, Route("/investigate", _to_the_first_page)]


def middleware() -> list[Middleware]:
    """Who is answered at all, and what a browser may do with the answer."""
    headers = Middleware(BrowserHeaders, page_policy=page_policy(inline_scripts()))
    hosts = Middleware(OnlyKnownHosts, allowed_hosts=settings.allowed_hosts)
    if settings.identity is not Identity.PROXY:
        return [headers, hosts]
    named = {"secret": secret_of(settings), "user_header": settings.user_header, "tokens": process.tokens}
    return [headers, hosts, Middleware(OnlyTheProxy, **named)]


try:
    settings = read_settings()
except WorkbenchError as refused:
    _give_up(str(refused))
if settings.identity is Identity.LOGIN and (missing := login.missing()):
    _give_up(missing)
redact_logs(secrets_of(settings))
logging.getLogger("uvicorn.access").addFilter(_without_token)
if options.listens_to_everybody():
    _give_up("say which address to listen on: --server.address 127.0.0.1, or start it with: python -m app")
defaults = options.apply_where_unset()
app = st.App(
    SHELL,
    routes=routes(),
    middleware=middleware(),
    lifespan=lifespan,
    on_script_error=calmly,
)


def serve(**given: Any) -> None:
    """Run the server until it is stopped; ``given`` are Streamlit options such as ``{"server.port": 8600}``."""
    app.run(config={**defaults, **given})


if __name__ == "__main__":
    serve()
