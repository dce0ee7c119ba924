"""The real application around the scripted workbench: ``uvicorn tests.browser.scripted_app:app``."""

from sre_core import bootstrap
from tests.browser.scripted import ScriptedWorkbench

bootstrap.Workbench = ScriptedWorkbench  # type: ignore[misc]

from app import app  # noqa: E402

__all__ = ["app"]
