"""Serves the live element's modules. Their path changes when they do, so a browser may keep them for ever."""

from __future__ import annotations

import os
from collections.abc import Mapping

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class Modules(StaticFiles):
    """JavaScript files of one folder, and those that are made: the text of each, by its name."""

    def __init__(self, folder: str | os.PathLike[str], made: Mapping[str, str]) -> None:
        super().__init__(directory=folder)
        self._made = made

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, to be kept."""
        text = self._made.get(path)
        response = await super().get_response(path, scope) if text is None else Response(text)
        if response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            response.headers["Content-Type"] = "text/javascript; charset=utf-8"
        return response
