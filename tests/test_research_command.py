"""``python -m sre_core research``: an alert taken to the web and back, with citations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sre_core.__main__ import DONE, FAILED, REFUSED, main
from sre_core.settings import shipped
from tests.scripted_model import Fault, Reply, Rule
from tests.scripted_model.on_a_thread import ModelOnAThread
from tests.scripted_model.researching import rules
from tests.web.plugin_pages import results
from tests.web.plugin_web import SITE
from tests.web.searx import searx
from tests.web.servers import Answer, LoopbackServer, searxng, site

ALERT = str(shipped("data") / "sample_alerts" / "ext_plugin_replication.json")


@pytest.fixture
def web() -> Iterator[LoopbackServer]:
    with site(SITE) as server:
        yield server


def configured(monkeypatch: pytest.MonkeyPatch, engine: str, server: LoopbackServer) -> None:
    monkeypatch.setenv("SRE_SEARXNG_URL", engine)
    monkeypatch.setenv("SRE_WEB_ALLOWED_HOSTS", server.host)


@pytest.mark.slow
def test_the_alert_of_the_failing_plugin_ends_with_cited_findings(
    web: LoopbackServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with searxng(results(web.url)) as engine:
        configured(monkeypatch, engine.url, web)
        assert main(["research", "--alert", ALERT]) == DONE
    said = capsys.readouterr()
    assert "cause: It is caused by a second installation" in said.out
    assert f"] {web.url}/docs/errors" in said.out
    assert "searching  ExtPluginReplicationError 7749" in said.err
    assert "read       ExtPlugin error codes" in said.err


@pytest.mark.slow
def test_a_dossier_as_json_has_a_quote_for_every_statement(
    web: LoopbackServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with searxng(results(web.url)) as engine:
        configured(monkeypatch, engine.url, web)
        asked = ["research", "ExtPluginReplicationError 7749", "--pages", "2", "--mode", "error code", "--json"]
        assert main(asked) == DONE
    dossier = json.loads(capsys.readouterr().out)
    assert dossier["statements"]
    assert all(one["citations"] for one in dossier["statements"])


def test_nothing_found_is_no_success(
    web: LoopbackServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with searxng([]) as engine:
        configured(monkeypatch, engine.url, web)
        assert main(["research", "ExtPluginReplicationError 7749"]) == FAILED
    assert capsys.readouterr().out.startswith("No page was found.")


@pytest.mark.parametrize("asked", [["research", "x"], ["tool", "search_web", "--input", "{}"]])
def test_without_a_search_it_says_what_to_set(
    asked: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SRE_SEARXNG_URL", raising=False)
    assert main(asked) == REFUSED
    assert "set SRE_SEARXNG_URL" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("follows", "flags", "by"),
    [
        (rules(), [], "by scripted-1"),
        (rules(), ["--rules"], "by rules"),
        ([Rule(Reply(fault=Fault.UNAUTHORIZED))], [], "Rules took over from the model: "),
    ],
)
def test_a_model_researches_where_one_is_set_up_and_rules_where_it_cannot(
    follows: list[Rule],
    flags: list[str],
    by: str,
    web: LoopbackServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with searxng(results(web.url)) as engine, ModelOnAThread(follows) as url:
        configured(monkeypatch, engine.url, web)
        monkeypatch.setenv("SRE_MODEL_URL", url)
        monkeypatch.setenv("SRE_MODEL", "scripted-1")
        assert main(["research", "--alert", ALERT, *flags]) == DONE
    said = capsys.readouterr().out
    assert by in said
    assert "the old installation was still registered" in said
    assert "Reboot everything." not in said


@pytest.mark.slow
@pytest.mark.needs("searx-run")
def test_a_real_searx_finds_it_too(
    web: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = json.dumps({"results": results(web.url)})
    with LoopbackServer(lambda path, form: Answer(rows, media_type="application/json")) as ours:
        with searx(tmp_path, f"{ours.url}/find?q={{query}}") as url:
            configured(monkeypatch, url, web)
            assert main(["research", "--alert", ALERT]) == DONE
        assert ours.requests[0].startswith("/find?q=ExtPluginReplicationError+7749")
    assert f"] {web.url}/docs/errors" in capsys.readouterr().out
