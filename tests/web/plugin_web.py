"""The small web of ``plugin_pages`` on loopback, with a search that names its pages and can be made to keep one waiting."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.web.plugin_pages import NOTES, PAGES, results
from tests.web.servers import Answer, LoopbackServer, site

SITE = {**PAGES, "/notes.md": Answer(NOTES, media_type="text/markdown")}


class Web:
    """``pages``: the site; ``engine``: the search. While ``may_answer`` is not set, it keeps whoever asks waiting."""

    def __init__(self, pages: LoopbackServer) -> None:
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.asked = threading.Event()
        self.queries: list[str] = []
        self.engine = LoopbackServer(self._answer)
        self.pages = pages
        self._rows = json.dumps({"results": results(pages.url)})

    def _answer(self, path: str, form: Mapping[str, str]) -> Answer:
        self.queries.append(form.get("q", ""))
        self.asked.set()
        self.may_answer.wait(30)
        return Answer(self._rows, media_type="application/json")


@contextmanager
def plugin_web() -> Iterator[Web]:
    """It, running."""
    with site(SITE) as pages:
        web = Web(pages)
        with web.engine:
            yield web
            web.may_answer.set()
