"""The wheel carries everything that the workbench needs, and starts from anywhere."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_the_wheel_finds_its_samples_pages_and_theme_in_another_folder(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    unpacked, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    zipfile.ZipFile(wheel).extractall(unpacked)
    elsewhere.mkdir()
    code = (
        "import app, sre_core.settings as s, sre_core.workspaces as w, pathlib;"
        "assert pathlib.Path(app.__file__).parent == pathlib.Path(s.__file__).parent.parent;"
        "assert len(w.sample_incidents()) == 6 and s.shipped('pages').is_dir();"
        "w.Workspaces(pathlib.Path('.')).open('sample:orders-503');"
        "import streamlit as st; print(st.get_option('runner.postScriptGC'))"
    )
    command = [sys.executable, "-c", code]
    environment = {"PYTHONPATH": str(unpacked), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=elsewhere, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False"
