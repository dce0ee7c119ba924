"""Whatever the bytes, reading ends with outcomes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.reading.files import _read
from sre_core.knowledge.reading.given import FileGiven, ReadLimits, Refused
from sre_core.knowledge.reading.sandbox import Sandbox
from tests.knowledge.reading.made import notebook, pdf_of_pages, word, zipped
from tests.tries import tried

LIMITS = ReadLimits(seconds=20)
ENDINGS = ["md", "txt", "html", "pdf", "docx", "ipynb", "json", "jsonl", "yaml", "csv", "log", "zip", "bin", "", "rst"]
BEGINNINGS = [
    b"",
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"<html>",
    b"{",
    b"[",
    b"- ",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b'{"cells": [',
]
WHOLE = [
    ("a.pdf", pdf_of_pages([["Hello", "world"], ["Third"]], bookmarks={1: "x"})),
    ("a.docx", word(lambda made: made.add_heading("A", 1), lambda made: made.add_table(2, 2))),
    ("a.zip", zipped({"a.md": b"# A", "b.html": b"<p>b</p>", "c.zip": zipped({"d.csv": b"a,b\n1,2\n"})})),
    ("a.ipynb", notebook({"cell_type": "code", "source": "1", "outputs": [{"output_type": "stream", "text": "1"}]})),
    ("a.html", b"<html><body><h1>A</h1><table><tr><td>1</td></tr></table><pre>x</pre></body></html>"),
    ("a.json", b'{"a": [1, {"b": "c"}], "d": null}'),
    ("a.yaml", b"a: &x [1, 2]\nb:\n  - c: *x\n---\n- 1\n"),
    ("a.csv", b'a,password\n1,"x ""y"" z9"\n'),
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(LIMITS) as sandbox:
        yield sandbox


def all_is_well(name: str, content: bytes, sandbox: Sandbox) -> None:
    for outcome in _read(FileGiven(name=name, content=content), LIMITS, sandbox):
        if isinstance(outcome, Refused):
            assert outcome.reason.endswith(".")
            continue
        assert isinstance(outcome, SourceDocument)
        assert outcome.text.strip()
        outcome.text.encode()
        last = outcome.text.count("\n") + 1
        for section in outcome.sections or ():
            assert 1 <= section.first_line <= section.last_line <= last


@tried(150)
@given(some.sampled_from(ENDINGS), some.sampled_from(BEGINNINGS), some.binary(max_size=2000))
@example("docx", b"PK\x05\x06", b"\x00" * 18)
def test_random_bytes_under_any_name(sandbox: Sandbox, ending: str, beginning: bytes, rest: bytes) -> None:
    all_is_well(f"a.{ending}", beginning + rest, sandbox)


@tried(150)
@given(some.sampled_from(["md", "txt", "html", "json", "yaml", "csv", "ipynb", "jsonl"]), some.text(max_size=500))
def test_random_text_under_any_name(sandbox: Sandbox, ending: str, text: str) -> None:
    all_is_well(f"a.{ending}", text.encode(errors="replace"), sandbox)


@tried(150)
@given(some.sampled_from(WHOLE), some.data())
def test_whole_files_with_some_bytes_changed(sandbox: Sandbox, whole: tuple[str, bytes], data: some.DataObject) -> None:
    name, content = whole
    changed = bytearray(content)
    for _ in range(data.draw(some.integers(1, 8))):
        place = data.draw(some.integers(0, len(changed) - 1))
        changed[place] = data.draw(some.integers(0, 255))
    cut = data.draw(some.sampled_from([len(changed), len(changed), len(changed) // 2]))
    all_is_well(name, bytes(changed[:cut]), sandbox)
