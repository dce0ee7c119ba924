"""What tools looked like when they were agreed to."""

from __future__ import annotations

from pathlib import Path

import pytest

from sre_core.errors import RefusedInput
from sre_core.outside_tools.pins import Pins


def test_what_is_seen_first_is_agreed_to_and_what_changes_or_joins_later_is_not(tmp_path: Path) -> None:
    file = tmp_path / "pins.json"
    assert Pins(file).unchanged("bakery", {"read": "1", "list": "2"}) == {"read", "list"}
    assert Pins(file).unchanged("bakery", {"read": "1", "list": "changed", "new": "3"}) == {"read"}
    assert Pins(file).unchanged("dairy", {"read": "9"}) == {"read"}


def test_a_server_that_shows_its_tools_late_cannot_slip_one_in(tmp_path: Path) -> None:
    pins = Pins(tmp_path / "pins.json")
    assert pins.unchanged("bakery", {}) == frozenset()
    assert pins.unchanged("bakery", {"read": "1"}) == frozenset()


def test_confirming_agrees_to_what_is_there_now_and_to_nothing_else(tmp_path: Path) -> None:
    running, other = Pins(tmp_path / "pins.json"), Pins(tmp_path / "pins.json")
    running.unchanged("bakery", {"read": "1", "gone": "2"})
    other.confirm("bakery", {"read": "changed"})
    assert running.unchanged("bakery", {"read": "changed", "gone": "2"}) == {"read"}


def test_a_look_alone_writes_nothing(tmp_path: Path) -> None:
    Pins(tmp_path / "pins.json", keep=False).unchanged("bakery", {"read": "1"})
    assert list(tmp_path.iterdir()) == []


def test_a_broken_file_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    file = tmp_path / "pins.json"
    for broken in ("{", "[]", '{"bakery": 3}', "[" * 100_000):
        file.write_text(broken)
        with pytest.raises(RefusedInput, match="cannot be read"):
            Pins(file).unchanged("bakery", {"read": "1"})
