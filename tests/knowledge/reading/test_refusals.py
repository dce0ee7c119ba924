"""What cannot be read ends in a reason, and never in a hang, a crash or half a document."""

from __future__ import annotations

import os
import socket
import zlib
from pathlib import Path

import pytest

from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.reading import FileGiven, ReadLimits, Refused, read_files
from sre_core.knowledge.reading.sandbox import Sandbox
from tests.knowledge.reading.made import (
    WORD,
    bomb,
    document,
    outcomes,
    pdf,
    pdf_of_pages,
    protected_zip,
    refusal,
    stream,
    word,
    word_with_body,
    zipped,
)

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
ONE_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"


@pytest.mark.parametrize("name", ["a.md", "a.pdf", "a.docx", "a.zip", "a.json", "a"])
@pytest.mark.parametrize("content", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\x00" * 50])
def test_an_empty_file(name: str, content: bytes) -> None:
    assert "is empty" in refusal(name, content)


@pytest.mark.parametrize(
    ("name", "content", "looks_like"),
    [
        ("a.pdf", b"just text", "plain text"),
        ("a.pdf", zipped({"a.md": b"x"}), "a ZIP archive"),
        ("a.docx", pdf_of_pages([["x"]]), "a PDF"),
        ("a.docx", zipped({"a.md": b"x"}), "a ZIP archive"),
        ("a.docx", b"<html><p>x</p></html>", "an HTML page"),
        ("a.md", pdf_of_pages([["x"]]), "a PDF"),
        ("a.csv", zipped({"a.md": b"x"}), "a ZIP archive"),
        ("a.zip", word(), "a Word document"),
        ("a.zip", b"text", "plain text"),
        ("a.md", b"\x89PNG\r\n\x1a\n\x00", "a PNG picture"),
        ("a.txt", b"\x7fELF\x02\x01", "a Linux program"),
        ("a.log", b"\x1f\x8b\x08\x00", "a gzip file"),
        ("a.docx", OLD_OFFICE, "an old Office file"),
        ("a.doc", OLD_OFFICE, "an old Office file"),
        ("a.docx", zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b"x"}), "an Excel workbook"),
        ("a.xlsx", zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b"x"}), "an Excel workbook"),
        ("a.odt", zipped({"mimetype": b"x", "content.xml": b"x"}), "an OpenDocument file"),
        ("a.tar", b"a.md".ljust(257, b"\x00") + b"ustar\x0000", "a tar archive"),
    ],
)
def test_a_file_that_is_something_else_than_it_says(name: str, content: bytes, looks_like: str) -> None:
    assert f"looks like {looks_like}" in refusal(name, content)


def test_a_word_document_without_its_ending_is_read() -> None:
    assert document("report", word(lambda made: made.add_paragraph("hello"))).text == "hello"


@pytest.mark.parametrize("content", [b"text\x00text", bytes(range(256)) * 20, os.urandom(5000) + b"\x00"])
@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.json", "a.csv", "a.html", "a.yaml", "a"])
def test_binary_is_no_text(name: str, content: bytes) -> None:
    assert "not text" in refusal(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", pdf_of_pages([["x"] * 30])[:-100]),
        ("a.docx", word()[:-100]),
        ("a.zip", zipped({"a.md": b"x"})[:-5]),
        ("a.json", b'{"a": [1, 2'),
        ("a.ipynb", b'{"cells": [{"cell_type": "mark'),
        ("a.md", "müde Grüße".encode()[:-2]),
        ("a.txt", "Text".encode("utf-16")[:-1]),
    ],
)
def test_a_file_that_is_cut_off(name: str, content: bytes) -> None:
    assert "cut off" in refusal(name, content)


def test_a_pdf_that_is_broken_inside() -> None:
    assert "damaged" in refusal("a.pdf", b"%PDF-1.7\n" + b"x" * 3000 + b"\n%%EOF\n")


def test_an_entry_of_an_archive_that_is_damaged_leaves_the_others() -> None:
    packed = bytearray(zipped({"a.md": b"# A" * 50, "b.md": b"# B"}, compression=0))
    packed[packed.index(b"# A# A") + 5] ^= 0xFF
    first, second = outcomes("z.zip", bytes(packed))
    assert isinstance(first, Refused)
    assert "damaged" in first.reason
    assert isinstance(second, SourceDocument)


def test_what_is_protected_by_a_password() -> None:
    pytest.importorskip("fpdf")
    from fpdf import FPDF

    made = FPDF()
    made.set_encryption(owner_password="a", user_password="b")
    made.add_page()
    reason = refusal("a.pdf", bytes(made.output()))
    assert reason == "The PDF is protected by a password. Save it without one."
    (outcome,) = outcomes("a.zip", protected_zip({"a.md": b"# A"}))
    assert isinstance(outcome, Refused)
    assert (outcome.name, "protected by a password" in outcome.reason) == ("a.zip/a.md", True)
    assert "protected by a password" in refusal("a.docx", OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"))


def test_a_pdf_without_text_is_a_scan() -> None:
    assert "no text in it" in refusal("a.pdf", pdf_of_pages([[], []]))


def test_a_pdf_of_a_million_pages() -> None:
    pages = b"<</Type/Pages/Count 1000000/Kids[3 0 R]>>"
    assert "has 1,000,000 pages; at most 2,000" in refusal(
        "a.pdf", pdf([b"<</Type/Catalog/Pages 2 0 R>>", pages, ONE_PAGE])
    )


def test_a_pdf_that_speaks_of_pages_it_does_not_have() -> None:
    pages = b"<</Type/Pages/Count 500/Kids[3 0 R]>>"
    assert refusal("a.pdf", pdf([b"<</Type/Catalog/Pages 2 0 R>>", pages, ONE_PAGE]))


@pytest.mark.slow
def test_a_pdf_whose_page_unpacks_to_gigabytes() -> None:
    deflate = zlib.compressobj(9)
    packed = b"".join(deflate.compress(b"(aaaaaaaaaaaaaaa) Tj " * 50_000) for _ in range(600)) + deflate.flush()
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    content = stream(packed).replace(b">>stream", b"/Filter/FlateDecode>>stream", 1)
    made = pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, content])
    assert refusal("a.pdf", made, ReadLimits(seconds=20))


def test_a_large_file_is_not_even_opened(tmp_path: Path) -> None:
    with open(tmp_path / "a.md", "wb") as file:
        file.truncate(200_000_000)
    (outcome,) = read_files([FileGiven(name="a.md", content=tmp_path / "a.md")])
    assert isinstance(outcome, Refused)
    assert outcome.reason.startswith("It has 200 MB; at most 20 MB are read.")
    assert "20 MB" in refusal("b.md", b"x" * 20_000_001)


@pytest.mark.parametrize("name", ["a.zip", "a.docx"])
def test_an_archive_that_would_fill_the_disk(name: str) -> None:
    inside = "word/document.xml" if name == "a.docx" else "a.txt"
    assert "would unpack to 60 MB; at most 50 MB" in refusal(name, bomb(60, inside))
    assert "times its size" in refusal(name, bomb(15, inside))


def test_an_archive_in_an_archive_counts_with_it() -> None:
    limits = ReadLimits(unpacked_bytes=1000)
    inner = zipped({"a.md": os.urandom(300).hex().encode()})
    first, second = outcomes("z.zip", zipped({"1.zip": inner, "2.zip": inner}, compression=0), limits)
    assert "would unpack" in getattr(first, "reason", "")
    assert "would unpack" in getattr(second, "reason", "")


def test_archives_are_opened_once_nested_and_no_further() -> None:
    third = zipped({"a.md": b"x"})
    (outcome,) = outcomes("z.zip", zipped({"2.zip": zipped({"3.zip": third})}))
    assert isinstance(outcome, Refused)
    assert outcome.name == "z.zip/2.zip/3.zip"
    assert "Unpack it first" in outcome.reason


def test_of_too_many_files_the_rest_is_counted() -> None:
    files = {f"{number}.md": b"x" for number in range(7)}
    *read, left_out = outcomes("z.zip", zipped(files), ReadLimits(archive_files=5))
    assert len(read) == 5
    assert isinstance(left_out, Refused)
    assert "holds 7 files; the first 5 were read and 2 were left out" in left_out.reason


@pytest.mark.slow
def test_more_small_files_than_anybody_reads() -> None:
    *read, left_out = outcomes("z.zip", zipped({f"{number}.md": b"x" for number in range(12_000)}))
    assert len(read) == 10_000
    assert "2,000 were left out" in getattr(left_out, "reason", "")


def test_an_archive_without_files_with_one_twice_or_with_a_link() -> None:
    import io
    import zipfile

    assert "holds no files" in refusal("z.zip", zipped({}))
    _, twice = outcomes("z.zip", zipped({"a.md": b"x", "./a.md": b"y"}))
    assert "this name twice" in getattr(twice, "reason", "")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("passwd.md")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    (outcome,) = outcomes("z.zip", packed.getvalue())
    assert "is a link" in getattr(outcome, "reason", "")


def test_a_word_document_that_repeats_itself_without_end() -> None:
    entities = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    entities = f'<!DOCTYPE x [<!ENTITY a "{"lol" * 500}">{entities}]>'
    body = f"{entities}<w:document {WORD}><w:body><w:p><w:r><w:t>&i;</w:t></w:r></w:p></w:body></w:document>"
    assert refusal("a.docx", word_with_body(body))


def test_a_word_document_that_names_a_file_of_ours() -> None:
    entity = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    body = f"{entity}<w:document {WORD}><w:body><w:p><w:r><w:t>see &a;</w:t></w:r></w:p></w:body></w:document>"
    read = outcomes("a.docx", word_with_body(body))[0]
    assert Path("/etc/hostname").read_text(encoding="utf-8").strip() not in read.model_dump_json()


@pytest.mark.slow
def test_a_word_table_with_a_cell_over_a_billion_columns() -> None:
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr><w:p/></w:tc>'
    body = f"<w:document {WORD}><w:body><w:tbl><w:tr>{cell}</w:tr></w:tbl></w:body></w:document>"
    assert refusal("a.docx", word_with_body(body), ReadLimits(memory_bytes=500_000_000))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b"[" * 100_000 + b"]" * 100_000),
        ("a.json", b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
        ("a.yaml", b"[" * 100_000),
        ("a.yaml", "\n".join(" " * depth + "a:" for depth in range(500)).encode()),
        ("a.ipynb", b'{"cells":' + b"[" * 100_000),
        ("a.html", b"<div>" * 20_000 + b"x"),
    ],
)
def test_what_is_nested_without_end(name: str, content: bytes) -> None:
    assert "nested" in refusal(name, content)


def test_aliases_of_yaml_are_not_followed() -> None:
    doubled = "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    read = document("a.yaml", f"a: &a [x]\n{doubled}".encode())
    assert read.text == f"a: &a [x]\n{doubled}"


def test_a_huge_cell_and_an_open_quote() -> None:
    assert "A cell has more than 1,000,000 characters" in refusal("a.csv", b'a,b\n"' + b"x" * 1_100_000 + b'",1\n')
    read = document("a.csv", b'a,b\n"open,1\n2,3\n')
    assert (read.text, read.sections) == ('a,b\n"open,1\n2,3\n', None)
    assert "plain lines" in read.notes[0]


@pytest.mark.slow
def test_reading_that_takes_too_long_is_ended_and_the_next_file_is_read() -> None:
    slow = FileGiven(name="slow.html", content=b"<p>hello <b>x</b></p>" * 400_000)
    first, second = read_files([slow, FileGiven(name="next.html", content=b"<p>next</p>")], ReadLimits(seconds=2))
    assert isinstance(first, Refused)
    assert "takes longer than 2 seconds" in first.reason
    assert isinstance(second, SourceDocument)


@pytest.mark.slow
def test_one_file_that_takes_too_long_does_not_cost_the_others_of_its_archive() -> None:
    files = {"a.html": b"<p>a</p>", "slow.html": b"<p>hello <b>x</b></p>" * 400_000, "z.html": b"<p>z</p>"}
    a, slow, z = outcomes("z.zip", zipped(files, compression=0), ReadLimits(seconds=2))
    assert [getattr(one, "path", None) for one in (a, z)] == ["z.zip/a.html", "z.zip/z.html"]
    assert (getattr(slow, "name", ""), "takes longer" in getattr(slow, "reason", "")) == ("z.zip/slow.html", True)


@pytest.mark.slow
def test_an_archive_that_keeps_breaking_its_reader_is_given_up() -> None:
    files = {f"{number}.html": b"<p>hello <b>x</b></p>" * 150_000 for number in range(6)}
    read = outcomes("z.zip", zipped(files, compression=0), ReadLimits(seconds=1))
    assert len(read) == 4
    assert "the rest was left out" in getattr(read[-1], "reason", "")


@pytest.mark.slow
def test_reading_that_takes_too_much_memory_is_ended() -> None:
    page = b"<p>hello <b>x</b></p>" * 400_000
    first, second = read_files(
        [FileGiven(name="a.html", content=page), FileGiven(name="b.html", content=b"<p>b</p>")],
        ReadLimits(memory_bytes=300_000_000),
    )
    assert "memory" in getattr(first, "reason", "")
    assert isinstance(second, SourceDocument)


def test_a_reader_that_is_killed_is_started_again() -> None:
    with Sandbox(ReadLimits()) as sandbox:
        list(sandbox.read("a.html", b"<p>a</p>"))
        first = sandbox.pid
        assert first is not None
        list(sandbox.read("a.html", b"<p>a</p>"))
        assert sandbox.pid == first
        os.kill(first, 9)
        outcomes = [*sandbox.read("b.html", b"<p>b</p>"), *sandbox.read("c.html", b"<p>c</p>")]
        assert isinstance(outcomes[-1], SourceDocument)
        assert sandbox.pid != first


def test_nothing_is_left_running_when_reading_ends_early() -> None:
    others = _children()
    reading = read_files(FileGiven(name=f"{number}.html", content=b"<p>a</p>") for number in range(5))
    next(reading)
    children = _children() - others
    assert children
    reading.close()  # type: ignore[attr-defined]
    assert not _children() & children


def _children() -> set[int]:
    me = str(os.getpid())
    stats = ((path, path.read_text(encoding="utf-8")) for path in Path("/proc").glob("[0-9]*/stat") if path.exists())
    return {int(path.parent.name) for path, text in stats if text.rpartition(")")[2].split()[1] == me}


class TestPaths:
    """Files given by where they lie."""

    def reason(self, path: Path, within: Path | None = None) -> str:
        (outcome,) = read_files([FileGiven(name=path.name, content=path, within=within)])
        assert isinstance(outcome, Refused), outcome
        return outcome.reason

    def test_a_link_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "real.md").write_text("# A", encoding="utf-8")
        (tmp_path / "link.md").symlink_to(tmp_path / "real.md")
        assert "is a link" in self.reason(tmp_path / "link.md")

    def test_a_link_is_followed_inside_its_folder_only(self, tmp_path: Path) -> None:
        folder = tmp_path / "docs"
        folder.mkdir()
        (folder / "real.md").write_text("# A", encoding="utf-8")
        (folder / "inside.md").symlink_to("real.md")
        (folder / "outside.md").symlink_to("/etc/hostname")
        (folder / "up").symlink_to("/etc")
        (outcome,) = read_files([FileGiven(name="inside.md", content=folder / "inside.md", within=folder)])
        assert isinstance(outcome, SourceDocument)
        assert "out of its folder" in self.reason(folder / "outside.md", folder)
        assert "out of its folder" in self.reason(folder / "up" / "hostname", folder)

    def test_pipes_folders_sockets_and_devices_are_no_files(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.md")
        (tmp_path / "folder.md").mkdir()
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(tmp_path / "socket.md"))
            for path in (tmp_path / "pipe.md", tmp_path / "folder.md", tmp_path / "socket.md", Path("/dev/zero")):
                assert "no ordinary file" in self.reason(path)

    def test_a_file_that_went_away(self, tmp_path: Path) -> None:
        assert "not there" in self.reason(tmp_path / "gone.md")
        (tmp_path / "loop.md").symlink_to("loop.md")
        assert "is a link" in self.reason(tmp_path / "loop.md", tmp_path)
        assert "not there" in self.reason(tmp_path / "nul\x00.md")


def test_a_large_workbench_does_not_wear_out_its_reader() -> None:
    """The memory of the process that starts a reader is not the reader's."""
    limits = ReadLimits()
    large = bytearray(b"x" * int(0.6 * limits.memory_bytes))
    with Sandbox(limits) as sandbox:
        list(sandbox.read("a.html", b"<p>a</p>"))
        assert sandbox.pid is not None
    assert large
