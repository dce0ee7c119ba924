"""An export holds all that is known of its investigations, and whatever is altered in it is found."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine as Database

from sre_core.errors import RefusedInput, UnknownInvestigation
from sre_core.export.bundle import export
from sre_core.export.checking import check
from sre_core.export.desk import ExportDesk
from tests.export.conftest import LONG, Folder
from tests.fakes import PERSON, VIEWER
from tests.tries import tried

Change = Callable[[dict[str, bytes]], object]


@pytest.fixture
def database(each_database: Database) -> Database:
    return each_database


def files(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def rewritten(path: Path, change: Change) -> Path:
    """The same export after somebody was at it."""
    held = files(path)
    change(held)
    altered = path.with_name("altered.zip")
    with zipfile.ZipFile(altered, "w") as file:
        for name, raw in held.items():
            file.writestr(name, raw)
    return altered


def test_it_holds_timelines_outputs_reports_and_postmortems_and_each_output_once(folder: Folder) -> None:
    digest = folder.investigated("one")
    fork = folder.forked("one")
    folder.documents["postmortems/one.md"] = "# What happened\n"
    held = files(folder.exported("one", fork))
    assert held[f"outputs/{digest}.txt"].decode() == LONG
    assert json.loads(held["one/report.json"])["headline"] == "No fuel"
    assert held["one/postmortem.md"] == b"# What happened\n"
    assert held["one/report.md"].startswith(b"# No fuel")
    assert len(held[f"{fork}/timeline.jsonl"].splitlines()) == 1 + 7 + 1
    assert f"{fork}/postmortem.md" not in held
    assert sum(name.startswith("outputs/") for name in held) == 1


def test_it_checks_out_with_and_without_the_secret(folder: Folder) -> None:
    folder.investigated("one")
    path = folder.exported("one")
    assert check(path).fine
    assert check(path, folder.secret).fine
    assert check(path).notes
    assert (check(path).investigations, check(path).events) == (1, 9)
    assert "manifest.json was not sealed by this state folder, or was altered" in check(path, b"o" * 32).findings


def test_an_output_that_was_erased_is_named_as_such(folder: Folder) -> None:
    digest = folder.investigated("one")
    folder.contents.erase(digest, "a customer's name in it")
    path = folder.exported("one")
    manifest = json.loads(files(path)["manifest.json"])["manifest"]
    assert manifest["investigations"][0]["erased_outputs"] == [digest]
    assert check(path).fine


def without_an_event(held: dict[str, bytes]) -> None:
    lines = held["one/timeline.jsonl"].splitlines(keepends=True)
    held["one/timeline.jsonl"] = b"".join([*lines[:3], *lines[4:]])
    manifest = json.loads(held["manifest.json"])
    for file in manifest["manifest"]["files"]:
        if file["name"] == "one/timeline.jsonl":
            raw = held["one/timeline.jsonl"]
            file.update(size=len(raw), sha256=hashlib.sha256(raw).hexdigest())
    held["manifest.json"] = json.dumps(manifest).encode()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda held: held.update({"one/report.md": b"All is well."}), "one/report.md was altered"),
        (lambda held: held.pop("one/report.json"), "one/report.json is missing"),
        (lambda held: held.update({"../evil": b"x"}), "../evil is not of this export"),
        (without_an_event, "one: event 3 is missing"),
        (lambda held: held.pop("one/timeline.jsonl"), "one: its timeline is missing"),
    ],
)
def test_what_somebody_altered_is_found(folder: Folder, change: Change, found: str) -> None:
    folder.investigated("one")
    assert found in check(rewritten(folder.exported("one"), change)).findings


@given(data=st.data())
@tried(25)
def test_no_byte_of_any_file_can_be_another_one_unnoticed(folder: Folder, data: st.DataObject) -> None:
    path = folder.path / "law.zip"
    if not path.exists():
        folder.investigated("law", "short output\n" * 3)
        folder.exported("law", name="law.zip")
    held = files(path)
    name = data.draw(st.sampled_from(sorted(set(held) - {"manifest.json"})))
    at = data.draw(st.integers(0, len(held[name]) - 1))

    def flip(held: dict[str, bytes]) -> None:
        raw = bytearray(held[name])
        raw[at] ^= data.draw(st.integers(1, 255))
        held[name] = bytes(raw)

    assert f"{name} was altered" in check(rewritten(path, flip)).findings


def test_what_is_no_export_is_refused(folder: Folder) -> None:
    folder.investigated("one")
    path = folder.exported("one")
    text = folder.path / "a.zip"
    text.write_text("no zip")
    for wrong in (text, rewritten(path, lambda held: held.pop("manifest.json"))):
        with pytest.raises(RefusedInput):
            check(wrong)
    with pytest.raises(RefusedInput, match="damaged, or a newer workbench"):
        check(rewritten(path, lambda held: held.update({"manifest.json": b"{}"})))


@pytest.mark.parametrize("packed", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_of_which_any_byte_is_another_one_is_never_a_traceback(tmp_path: Path, packed: int) -> None:
    whole, altered = tmp_path / "whole.zip", tmp_path / "altered.zip"
    with zipfile.ZipFile(whole, "w", packed) as file:
        file.writestr("manifest.json", "{}" * 20)
    raw = whole.read_bytes()
    for at in range(0, len(raw), 3):
        for broken in (raw[:at], raw[:at] + bytes((raw[at] ^ 0x88,)) + raw[at + 1 :]):
            altered.write_bytes(broken)
            with pytest.raises(RefusedInput):
                check(altered)


def test_a_damaged_timeline_is_exported_as_it_is(folder: Folder) -> None:
    folder.investigated("one")
    with folder.database.begin() as connection:
        connection.exec_driver_sql("UPDATE wb_events SET body = 'damaged' WHERE seq = 3")
    held = files(folder.exported("one"))
    assert b"damaged" in held["one/timeline.jsonl"]
    assert "one/report.json" not in held


def test_one_that_is_not_there_leaves_no_file(folder: Folder) -> None:
    to = folder.path / "none.zip"
    with pytest.raises(UnknownInvestigation):
        list(export(["nobody"], folder.recorded(), to, by="person:ada"))
    assert not list(folder.path.glob("none.zip*"))


def test_an_export_that_is_let_go_of_leaves_nothing(folder: Folder) -> None:
    folder.investigated("one")
    folder.investigated("two")
    to = folder.path / "half.zip"
    steps = export(["one", "two"], folder.recorded(), to, by="person:ada")
    next(steps), next(steps)
    steps.close()
    assert not list(folder.path.glob("half.zip*"))


# -- the desk ----------------------------------------------------------------------------------------------------------


def test_an_export_is_made_in_the_background_and_is_its_maker_s_alone(folder: Folder) -> None:
    folder.investigated("one")
    desk = ExportDesk(folder.recorded(), folder.path / "exports")
    id_ = desk.begin(["one"], VIEWER)
    assert desk.wait(id_, 30)
    ready = desk.ready(id_, VIEWER)
    assert (ready.name, ready.investigations) == ("investigation-one.zip", 1)
    assert check(ready.file).fine
    with pytest.raises(RefusedInput, match="not there"):
        desk.ready(id_, PERSON)
    assert desk.discard() == 1
    with pytest.raises(RefusedInput, match="Make it again"):
        desk.ready(id_, VIEWER)


def test_where_something_is_erased_an_export_that_is_being_made_ends_too(folder: Folder, tmp_path: Path) -> None:
    folder.investigated("one")
    desk = ExportDesk(folder.recorded(), tmp_path / "exports")
    ready = desk.begin(["one"], PERSON)
    desk.wait(ready, 30)
    (tmp_path / "exports" / "x.zip.part").write_bytes(b"half of it")
    assert desk.discard() == 2
    assert not list((tmp_path / "exports").iterdir())


def test_what_nobody_fetched_for_a_day_makes_room(folder: Folder) -> None:
    folder.investigated("one")
    now = [1_000_000.0]
    desk = ExportDesk(folder.recorded(), folder.path / "exports", clock=lambda: now[0])
    first = desk.begin(["one"], PERSON)
    desk.wait(first, 30)
    now[0] = desk.ready(first, PERSON).file.stat().st_mtime + 25 * 3600
    desk.wait(desk.begin(["one"], PERSON), 30)
    with pytest.raises(RefusedInput):
        desk.ready(first, PERSON)


def test_nothing_to_export_is_said(folder: Folder) -> None:
    with pytest.raises(RefusedInput, match="Choose one"):
        ExportDesk(folder.recorded(), folder.path).begin([], PERSON)


def test_a_folder_that_cannot_be_written_is_said_in_words(folder: Folder) -> None:
    folder.investigated("one")
    blocked = folder.path / "blocked"
    blocked.write_text("a file where the folder should be")
    desk = ExportDesk(folder.recorded(), blocked)
    id_ = desk.begin(["one"], PERSON)
    desk.wait(id_, 30)
    standing = desk.standing(id_, PERSON)
    assert standing is not None
    assert "cannot be written" in str(standing.problem)
    shutil.rmtree(blocked, ignore_errors=True)
