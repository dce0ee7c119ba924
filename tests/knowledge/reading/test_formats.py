"""Each format comes out with its text, headings, tables and lines."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sre_core.knowledge.chunks import parse_document
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.reading import FileGiven, read_files
from tests.knowledge.reading.made import (
    add_link,
    document,
    lines_of,
    notebook,
    outcomes,
    pdf_of_pages,
    word,
    zipped,
)

TOKEN = "ghp_" + "a1B2c3D4e5F6" * 3


class Uploaded(io.BytesIO):
    """As a browser's upload: a name and bytes."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name


def test_an_upload_and_a_file_on_the_disk_are_the_same_document(tmp_path: Path) -> None:
    content = b"---\ntitle: Disk full\n---\n# Disk full\n\nSee https://runbooks.example.com/disk\n"
    upload = Uploaded("disk full.md", content)
    (tmp_path / "disk full.md").write_bytes(content)
    given = [
        FileGiven(name=upload.name, content=upload.getvalue()),
        FileGiven(name="disk full.md", content=tmp_path / "disk full.md"),
    ]
    first, second = read_files(given)
    assert first == second
    assert isinstance(first, SourceDocument)
    assert (first.path, first.text, first.form) == ("disk full.md", content.decode(), "markdown")


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.md", "markdown"),
        ("a.MARKDOWN", "markdown"),
        ("a.txt", "text"),
        ("a.log", "text"),
        ("a.rst", "text"),
        ("a.adoc", "text"),
        ("README", "text"),
        ("nginx.conf", "text"),
    ],
)
def test_text_keeps_the_lines_of_the_file(name: str, form: str) -> None:
    read = document(name, b"\xef\xbb\xbfone\r\n\r\n  three\rfour\n")
    assert (read.text, read.form) == ("one\n\n  three\nfour\n", form)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_other_encodings_are_understood(encoding: str) -> None:
    text = "Die Größe der Tabelle wächst über alle Maßen, sobald der naïve Prüfer läuft."
    assert document("a.txt", text.encode(encoding)).text == text


def test_a_guessed_encoding_is_said() -> None:
    assert document("a.txt", "Größe für drei Bäume".encode("cp1252")).notes == (
        "It is not UTF-8; it was read as cp1252.",
    )


def test_html_keeps_headings_tables_links_and_lines_of_code_and_drops_what_surrounds_them() -> None:
    page = b"""<!doctype html><html><head><title>Page title</title><link rel="canonical" href="https://wiki.example.com/7">
    <style>p {}</style></head><body><nav>Menu</nav><div role="navigation">Crumbs</div><h2>Fix it</h2>
    <p>See <a href="https://runbooks.example.com/x">the runbook</a>, <a href="javascript:evil()">here</a>.</p>
    <pre><code>kubectl get pods\n  kubectl logs web_0 --tail=5</code></pre><img src="data:image/png;base64,AAAA" alt="graph">
    <table><tr><th>port</th><th>use</th></tr><tr><td>80</td><td>http</td></tr></table>
    <script>alert(1)</script><footer>Copyright</footer></body></html>"""
    read = document("page.html", page)
    assert "## Fix it\n" in read.text
    assert "[the runbook](https://runbooks.example.com/x), here." in read.text
    assert "```\nkubectl get pods\n  kubectl logs web_0 --tail=5\n```" in read.text
    assert "| port | use |\n| --- | --- |\n| 80 | http |" in read.text
    assert "graph" in read.text
    assert not any(word in read.text for word in ("Menu", "Crumbs", "Copyright", "alert", "base64"))
    assert (read.title, read.links, read.form) == ("Page title", ("https://wiki.example.com/7",), "markdown")


def test_html_is_known_without_its_ending() -> None:
    assert document("page", b"<html><body><h1>Hello</h1></body></html>").text == "# Hello\n"


def test_html_says_its_own_encoding() -> None:
    assert document("a.html", '<html><meta charset="cp1251"><p>Перезапуск</p>'.encode("cp1251")).text == "Перезапуск\n"


def test_each_page_of_a_pdf_is_a_section_under_its_bookmark() -> None:
    read = document("a.pdf", pdf_of_pages([["Hello", "world"], [], ["Third"]], bookmarks={0: "Start", 2: "The end"}))
    assert read.text == "Hello\nworld\n\nThird\n"
    assert lines_of(read, ("Start", "page 1")) == "Hello\nworld"
    assert lines_of(read, ("The end", "page 3")) == "Third"
    assert read.notes == ("No text on page 2: pictures are not read.",)


def test_word_keeps_headings_lists_links_and_tables_in_their_order() -> None:
    def fill(made: object) -> None:
        made.add_heading("Failover", 0)  # type: ignore[attr-defined]
        made.add_heading("Before", 1)  # type: ignore[attr-defined]
        add_link(made.add_paragraph("Read "), "this", "https://runbooks.example.com/f#now")  # type: ignore[attr-defined]
        for point in ("one", "two"):
            made.add_paragraph(point, style="List Number")  # type: ignore[attr-defined]
        table = made.add_table(2, 2)  # type: ignore[attr-defined]
        for cell, text in zip(
            (cell for row in table.rows for cell in row.cells), ("host", "role", "a|b", "x\ny"), strict=True
        ):
            cell.text = text
        made.add_paragraph("# not a heading")  # type: ignore[attr-defined]

    assert document("a.docx", word(fill)).text == (
        "# Failover\n\n## Before\n\nRead [this](https://runbooks.example.com/f#now)\n\n- one\n- two\n\n"
        "| host | role |\n| --- | --- |\n| a\\|b | x y |\n\n\\# not a heading"
    )


def test_a_notebook_keeps_prose_code_and_some_of_what_it_printed() -> None:
    read = document(
        "a.ipynb",
        notebook(
            {"cell_type": "markdown", "source": ["# Latency\n", "by hour"]},
            {
                "cell_type": "code",
                "source": "print('```')",
                "outputs": [{"output_type": "stream", "text": ["\x1b[31m1\x1b[0m\n"]}],
            },
            {
                "cell_type": "code",
                "source": "x",
                "outputs": [{"data": {"text/plain": "y" * 9000}}, {"data": {"image/png": "AA"}}],
            },
        ),
    )
    assert read.text.startswith(
        "# Latency\nby hour\n\n````python\nprint('```')\n````\n\n```text\n1\n```\n\n```python\nx\n```\n\n```text\nyyy"
    )
    assert len(read.text) < 3000
    assert read.notes == ("2 long or pictured outputs were cut or left out.",)


def test_json_has_a_section_for_each_key_at_the_files_own_lines() -> None:
    text = '{\n  "a": {\n    "b": "}, \\"c\\": 1"\n  },\n  "services": [\n    1\n  ]\n}\n'
    read = document("a.json", text.encode())
    assert read.text == text
    assert lines_of(read, ["a"]) == "\n".join(text.split("\n")[:4])
    assert lines_of(read, ["services"]).startswith('  "services"')


def test_json_in_one_long_line_is_set_in_lines() -> None:
    value = {"names": [{"name": f"service {number}", "empty": {}, "none": []} for number in range(200)], "twice": 1e400}
    read = document("a.json", json.dumps(value).encode())
    assert json.loads(read.text) == value
    assert '{\n  "names": [\n    {\n      "name": "service 0",' in read.text
    assert len(read.notes) == 1


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_json_lines_are_grouped(name: str) -> None:
    text = "".join(json.dumps({"event": "x" * 300, "n": number}) + "\n" for number in range(5))
    read = document(name, text.encode())
    assert read.text == text
    assert [section.heading[0] for section in read.sections or ()] == ["lines 1 to 3", "lines 4 to 5"]


def test_yaml_has_a_section_for_each_key_of_each_document() -> None:
    text = "# top\napiVersion: v1\nkind: Thing\nspec:\n  a:\n  - b\n  c: &x [1]\n---\nother:\n  d: *x\nlast:\n  - 1\n"
    read = document("a.yaml", text.replace("*x", "1").encode())
    assert [(one.heading[0], one.first_line, one.last_line) for one in read.sections or ()] == [
        ("apiVersion", 1, 2),
        ("kind", 3, 3),
        ("spec", 4, 8),
        ("other", 9, 10),
        ("last", 11, 13),
    ]


def test_a_template_that_is_no_yaml_yet_is_read_as_text() -> None:
    read = document("values.yaml", b"a: {{ .Values.a }}\n{{- if .b }}\n")
    assert read.sections is None
    assert "no valid YAML" in read.notes[0]


def test_each_group_of_rows_knows_the_header() -> None:
    rows = [f'"host {number}";"says ""hi""\nand more";{number}' for number in range(60)]
    read = document("a.csv", "\n".join(["host;what;size", *rows]).encode())
    assert read.sections is not None
    assert len(read.sections) > 1
    assert {section.heading[0] for section in read.sections} == {"host | what | size"}
    first, second = read.sections[:2]
    assert (first.first_line, second.first_line) == (2, first.last_line + 1)
    assert first.heading[1].startswith("rows 1 to ")
    assert read.sections[-1].last_line == 121


def test_a_table_without_a_header_has_none() -> None:
    assert [section.heading for section in document("a.csv", b"1,2\n3,4\n").sections or ()] == [("rows 1 to 2",)]


def test_secrets_are_out_of_text_headings_and_columns() -> None:
    table = document("a.csv", b'user,db_password\nann,swordfish\nbob,"a ""b"" c9"\neve,<password>\n')
    assert table.text == 'user,db_password\nann,[redacted: password]\nbob,"[redacted: password]"\neve,<password>\n'
    assert table.redacted == {"password": 2}
    data = document("a.yaml", b"ghp_abcdefghijklmnopqrstuvwxyz0123456789:\n  a: 1\nb:\n  password: hunter2\n")
    assert "hunter2" not in data.model_dump_json()
    assert "ghp_" not in data.model_dump_json()
    assert data.redacted == {"GitHub token": 1, "password": 1}


@pytest.mark.parametrize("name", [f"token-{TOKEN}.md", f"all.zip/notes/{TOKEN}/a.md", f"{TOKEN}.csv", f"{TOKEN}.bin"])
def test_a_secret_in_a_files_name_is_nowhere_in_what_comes_of_it(name: str) -> None:
    content = zipped({name.removeprefix("all.zip/"): b"one, two"}) if "zip" in name else b"one, two\n1,2\n"
    (read,) = outcomes(name.partition("/")[0] if "zip" in name else name, content)
    assert TOKEN not in read.model_dump_json()
    shown = read.path if isinstance(read, SourceDocument) else read.name
    assert shown == name.replace(TOKEN, "[redacted: GitHub token]")
    if isinstance(read, SourceDocument):
        assert read.redacted == {"GitHub token": 1}
        assert TOKEN not in parse_document(read).model_dump_json()


def test_a_name_that_only_speaks_of_secrets_stays_as_it_is() -> None:
    names = ["token-rotation.md", "password-reset.md", "secrets/README.md", "rotate the api key.txt"]
    assert [document(name, b"text").path for name in names] == names


def test_the_files_of_an_archive_are_documents_of_their_own() -> None:
    packed = zipped({"a.md": b"# A", "in/b.csv": b"x,y\n1,2\n", "in/more.zip": zipped({"c.txt": b"c"}), "in/": b""})
    assert [one.path for one in outcomes("all.zip", packed) if isinstance(one, SourceDocument)] == [
        "all.zip/a.md",
        "all.zip/in/b.csv",
        "all.zip/in/more.zip/c.txt",
    ]


def test_what_a_system_adds_to_archives_is_not_spoken_of() -> None:
    packed = zipped({"a.md": b"# A", "__MACOSX/._a.md": b"\x00\x05", "sub/.DS_Store": b"\x00\x00"})
    assert len(outcomes("all.zip", packed)) == 1


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ("../../etc/cron.md", "z.zip/etc/cron.md"),
        ("/abs/a.md", "z.zip/abs/a.md"),
        ("C:\\docs\\..\\a.md", "z.zip/docs/a.md"),
        ("a\x01b\n.md", "z.zip/ab.md"),
    ],
)
def test_paths_in_an_archive_lead_nowhere_else(inside: str, outside: str) -> None:
    assert document("z.zip", zipped({inside: b"# A"})).path == outside


def test_an_over_long_path_keeps_its_ends_and_its_difference() -> None:
    packed = zipped({"x" * 300 + "1" + "y" * 300 + ".md": b"# A", "x" * 300 + "2" + "y" * 300 + ".md": b"# B"})
    first, second = (one.path for one in outcomes("z.zip", packed) if isinstance(one, SourceDocument))
    assert first != second
    assert len(first) < 220
    assert first.endswith(".md")


def test_many_files_come_in_their_order() -> None:
    make: list[tuple[str, Callable[[], bytes]]] = [
        ("1.md", lambda: b"# one"),
        ("2.html", lambda: b"<p>two</p>"),
        ("3.pdf", lambda: pdf_of_pages([["three"]])),
        ("4.docx", lambda: word(lambda made: made.add_paragraph("four"))),
        ("5.txt", lambda: b"five"),
    ]
    read = list(read_files(FileGiven(name=name, content=content()) for name, content in make))
    assert [(one.path, one.text.strip("# \n")) for one in read if isinstance(one, SourceDocument)] == [
        ("1.md", "one"),
        ("2.html", "two"),
        ("3.pdf", "three"),
        ("4.docx", "four"),
        ("5.txt", "five"),
    ]


def test_a_zip_with_a_pdf_stored_at_its_head_is_a_zip() -> None:
    packed = zipped({"a.pdf": pdf_of_pages([["Page one"]])}, zipfile.ZIP_STORED)
    assert "Page one" in document("z.zip", packed).text
