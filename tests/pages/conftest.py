"""The whole application without a browser, on a workbench of its own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from sre_core import bootstrap
from sre_core.bootstrap import Workbench
from sre_core.settings import Settings
from ui.shell import SHELL


@pytest.fixture(autouse=True, scope="session")
def packages_are_looked_through_once() -> Iterator[None]:
    """Every AppTest looks through all installed packages for components; that is most of what a test of a page costs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """The process's workbench, in a folder that goes away."""
    yield bootstrap.start_workbench(Settings(home=tmp_path / "home"))
    bootstrap.stop_workbench()


@pytest.fixture
def page(bench: Workbench) -> AppTest:
    """The start page, drawn once."""
    return AppTest.from_file(str(SHELL), default_timeout=30).run()
