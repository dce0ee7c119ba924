"""``python -m sre_core inbox``: what is given is listed, and what came of it is said."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from sre_core.__main__ import DONE, REFUSED, main
from tests.inbox.given import fires, group

TWO = group(fires("HighErrors", "cart"), fires("DiskFull", "orders"))


def test_alerts_of_standard_input_and_of_files_are_taken_in_and_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home, over = str(tmp_path / "home"), tmp_path / "over.json"
    monkeypatch.setattr("sys.stdin", io.StringIO(TWO))
    assert main(["inbox", "give", "-", "--home", home]) == DONE
    assert capsys.readouterr().out.count("opened: ") == 2
    over.write_text(group(fires("HighErrors", "cart", resolved=True), fires("Never", "seen", resolved=True)))
    assert main(["inbox", "give", str(over), "--home", home]) == DONE
    said = capsys.readouterr().out
    assert "resolved: HighErrors: cart is not well (2 times)" in said
    assert "nothing open: Never" in said
    assert main(["inbox", "list", "--home", home]) == DONE
    listed = capsys.readouterr().out
    assert "DiskFull" in listed
    assert "HighErrors" not in listed
    assert main(["inbox", "list", "--home", home, "--state", "dismissed"]) == DONE
    assert "no such alert" in capsys.readouterr().out


def test_what_cannot_be_read_is_refused_and_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({})))
    assert main(["inbox", "give", "-", "--home", str(tmp_path / "home")]) == REFUSED
    assert main(["inbox", "list", "--home", str(tmp_path / "nowhere")]) == REFUSED
    assert "There is no state folder" in capsys.readouterr().err
