"""Nothing that is logged holds a secret, whoever logs it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from sre_core.redacted_logs import redact_logs

TOKEN = "ghp_" + "a1B2" * 9


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a handler of some library's logger writes."""
    before, stream = logging.getLogRecordFactory(), io.StringIO()
    redact_logs(["kiln-door"])
    logger, handler = logging.getLogger("a.library"), logging.StreamHandler(stream)
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)
    logging.setLogRecordFactory(before)


def test_neither_a_message_nor_its_arguments_hold_a_secret(written: io.StringIO) -> None:
    logging.getLogger("a.library").warning("calling with %s, again with " + TOKEN, {"Authorization": f"Bearer {TOKEN}"})
    assert "calling with" in written.getvalue()
    assert TOKEN not in written.getvalue()


def test_a_traceback_holds_none_either(written: io.StringIO) -> None:
    try:
        raise ValueError(f"https://ada:{TOKEN}@example.org refused us")
    except ValueError:
        logging.getLogger("a.library").exception("it broke")
    assert "ValueError" in written.getvalue()
    assert TOKEN not in written.getvalue()


def test_our_own_keys_are_known_by_what_they_are(written: io.StringIO) -> None:
    logging.getLogger("a.library").warning("sent kiln-door to the endpoint")
    assert written.getvalue() == "sent [redacted: our own secret] to the endpoint\n"


def test_what_holds_no_secret_stands_as_it_was_logged(written: io.StringIO) -> None:
    logging.getLogger("a.library").warning("%s of %d passages", "three", 9)
    assert written.getvalue() == "three of 9 passages\n"
