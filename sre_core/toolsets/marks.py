"""Marks that stand for values while a command is cut into words."""

from __future__ import annotations

import re
import secrets
from typing import Any


class Marks:
    """Stands for values while a command is cut into words. No text that was written before can hold its marks."""

    def __init__(self) -> None:
        nonce = secrets.token_hex(8)
        self._values: list[str] = []
        self._format = f"x{nonce}v%dx"
        self.pattern = re.compile(rf"x{nonce}v(\d+)x")

    def environment(self) -> Any:
        """Where templates are filled in: a sandbox in which every value that comes out is a mark."""
        from jinja2 import Undefined, pass_context
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        class Missing(Undefined):
            """May be asked whether it is there, and nothing else."""

            __str__ = Undefined._fail_with_undefined_error

        @pass_context  # so that constants are marked where they are used, not where they are compiled
        def marked(_: Any, value: Any) -> str:
            self._values.append(str(value))
            return self._format % (len(self._values) - 1)

        environment = ImmutableSandboxedEnvironment(undefined=Missing, finalize=marked, autoescape=False)
        environment.globals.clear()  # ``namespace`` is one of them, and the name of many a parameter
        return environment

    def any_in(self, text: str) -> bool:
        """Whether a value stands in it."""
        return self.pattern.search(text) is not None

    def replaced(self, text: str) -> str:
        """With values, none of which is looked at again."""
        return self.pattern.sub(lambda match: self._values[int(match[1])], text)
