"""Workspaces: what an upload is kept as."""

from __future__ import annotations

from pathlib import Path

import pytest

from sre_core.workspaces import Workspaces
from tests.sources.capsules import zipped


@pytest.mark.parametrize("name", ["n" * 400 + ".zip", "../../../etc/passwd", "\u202e\0.zip", "...", "café 日本.zip"])
def test_an_upload_of_any_name_is_kept_in_its_folder_and_opened_again(tmp_path: Path, name: str) -> None:
    uploads = tmp_path / "uploads"
    workspaces = Workspaces(uploads)
    workspace = workspaces.keep(name, zipped(tmp_path, {}).read_bytes())
    assert workspaces.open(workspace).name == "small"
    assert [file.parent for file in uploads.rglob("*")] == [uploads]
