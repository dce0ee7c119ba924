"""What is logged, by us or by a library, is written without secrets: the message, its arguments and the traceback."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from logging import Formatter, LogRecord
from typing import Any

from sre_core.redaction import redact


def redact_logs(known: Iterable[str] = ()) -> None:
    """From now on, whichever logger and whichever handler. ``known``: secrets that no shape gives away, such as our own keys."""
    secrets = sorted(filter(None, known), key=len, reverse=True)

    def without_secrets(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, "[redacted: our own secret]")
        return redact(text).text

    class Redacted(LogRecord):
        """A record whose words are redacted when a handler asks for them."""

        def getMessage(self) -> str:
            return without_secrets(super().getMessage())

    def record(*args: Any, **kwargs: Any) -> LogRecord:
        made = Redacted(*args, **kwargs)
        if made.exc_info:  # a formatter takes a traceback that is there already as it is
            made.exc_text = without_secrets(Formatter().formatException(made.exc_info))
        return made

    logging.setLogRecordFactory(record)
