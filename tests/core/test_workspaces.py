"""Workspaces: what an upload is kept as."""

from __future__ import annotations

from pathlib import Path

import pytest

from sre_core.errors import RefusedInput
from sre_core.workspaces import Workspaces
from tests.sources.capsules import zipped


@pytest.mark.parametrize("name", ["n" * 400 + ".zip", "../../../etc/passwd", "\u202e\0.zip", "...", "café 日本.zip"])
def test_an_upload_of_any_name_is_kept_in_its_folder_and_opened_again(tmp_path: Path, name: str) -> None:
    uploads = tmp_path / "uploads"
    workspaces = Workspaces(uploads)
    workspace = workspaces.keep(name, zipped(tmp_path, {}).read_bytes())
    assert workspaces.open(workspace).name == "small"
    assert [file.parent for file in uploads.rglob("*")] == [uploads]


def test_a_capsule_that_was_replaced_is_opened_again(tmp_path: Path) -> None:
    path = zipped(tmp_path, {})
    workspaces = Workspaces(tmp_path / "uploads")
    workspace = workspaces.name_of(path)
    first = workspaces.open(workspace)
    assert workspaces.open(workspace) is first
    path.write_bytes(path.read_bytes())
    assert workspaces.open(workspace) is not first


def test_a_file_that_is_no_capsule_is_refused_and_nothing_of_it_is_kept(tmp_path: Path) -> None:
    uploads = tmp_path / "uploads"
    with pytest.raises(RefusedInput):
        Workspaces(uploads).keep("mine.zip", b"no zip")
    assert list(uploads.rglob("*")) == []
