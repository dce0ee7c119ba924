"""Our options hold wherever the server is started from, and never over what somebody set."""

from __future__ import annotations

import pytest
from streamlit import config

from ui import options


def test_we_listen_to_this_machine_only_and_tell_nobody() -> None:
    ours = options.shipped_options()
    assert ours["server.address"] == "127.0.0.1"
    assert ours["browser.gatherUsageStats"] is False
    assert ours["runner.postScriptGC"] is False


def test_every_option_of_ours_is_one_that_streamlit_knows() -> None:
    assert set(options.shipped_options()) <= set(config._config_options_template)


def test_what_somebody_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "is_manually_set", lambda name: name == "server.port")
    left = options.nobody_set()
    assert "server.port" not in left
    assert "server.address" in left
