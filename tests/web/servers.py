"""A web site and a SearXNG on this machine, both scripted, and one that is the real thing."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Answer:
    """What a server says to one request."""

    body: bytes | str = b""
    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


Script = Callable[[str, Mapping[str, str]], Answer]
"""(path with query, headers or form) -> answer"""


def redirect(to: str, status: int = 302) -> Answer:
    """Somewhere else."""
    return Answer(status=status, headers={"Location": to})


class LoopbackServer:
    """Serves on 127.0.0.1 at a port of its own; ``requests`` are the paths asked for, ``seen`` their headers."""

    def __init__(self, script: Script, secured: ssl.SSLContext | None = None) -> None:
        self.requests: list[str] = []
        self.seen: list[Mapping[str, str]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(script(self.path, dict(self.headers)))

            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                self._answer(script(self.path, {name: values[0] for name, values in parse_qs(form).items()}))

            def _answer(self, answer: Answer) -> None:
                server.requests.append(self.path)
                server.seen.append(dict(self.headers))
                body = answer.body.encode() if isinstance(answer.body, str) else answer.body
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.media_type)
                self.send_header("Content-Length", str(len(body)))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if secured is not None:
            self._server.socket = secured.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def host(self) -> str:
        """As an operator would allow it."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def __enter__(self) -> LoopbackServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def site(pages: Mapping[str, Answer | str]) -> LoopbackServer:
    """A site of these pages, by path; a text is an HTML page. Without a robots.txt it has none."""

    def script(path: str, _: Mapping[str, str]) -> Answer:
        page = pages.get(path, Answer("Not here.", status=404))
        return Answer(page) if isinstance(page, str) else page

    return LoopbackServer(script)


def searxng(results: Sequence[Mapping[str, Any]], queries: list[Mapping[str, str]] | None = None) -> LoopbackServer:
    """Answers every search with these results, in the form of SearXNG's documentation."""

    def script(path: str, form: Mapping[str, str]) -> Answer:
        if queries is not None:
            queries.append(form)
        rows = [{"engine": "ours", "engines": ["ours"], "score": 1.0, "category": "general", **row} for row in results]
        answer = {"query": form.get("q", ""), "number_of_results": len(rows), "results": rows}
        rest = {"answers": [], "corrections": [], "infoboxes": [], "suggestions": [], "unresponsive_engines": []}
        return Answer(json.dumps({**answer, **rest}), media_type="application/json")

    return LoopbackServer(script)


@contextmanager
def answering(answer: Answer) -> Iterator[LoopbackServer]:
    """Says the same to everything."""
    with LoopbackServer(lambda path, form: answer) as server:
        yield server


class ScriptedResolver:
    """Names -> addresses, a list of answers for each: the last one is given again and again. Remembers what was asked."""

    def __init__(self, names: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._names = {name: list(answers) for name, answers in names.items()}
        self.asked: list[str] = []

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        answers = self._names.get(host)
        if answers is None:
            return [host]  # as a system does with an IP address
        return answers.pop(0) if len(answers) > 1 else answers[0]
