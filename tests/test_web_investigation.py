"""The first alert of the article, by rules and through the engine, with a search of our own: it ends with cited findings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from sre_core.__main__ import DONE, main
from sre_core.settings import shipped
from tests.web.plugin_pages import NOTES, PAGES, results
from tests.web.servers import Answer, searxng, site

SAMPLE = str(shipped("data") / "sample_incidents" / "ext-plugin-replication.zip")
SITE = {**PAGES, "/notes.md": Answer(NOTES, media_type="text/markdown")}
OWN = ("plugin-host", "catalog-replica", "shop")
"""Names of the capsule's own systems."""


@pytest.mark.slow
def test_the_failing_plugin_ends_with_findings_of_the_web_each_on_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, sent = tmp_path / "report.json", list[Mapping[str, str]]()
    with site(SITE) as web, searxng(results(web.url), sent) as engine:
        monkeypatch.setenv("SRE_SEARXNG_URL", engine.url)
        monkeypatch.setenv("SRE_WEB_ALLOWED_HOSTS", web.host)
        assert main(["investigate", "--capsule", SAMPLE, "--report", str(report)]) == DONE
        pages = {f"{web.url}{path}": page for path, page in SITE.items()}
    finished = json.loads(report.read_text(encoding="utf-8"))
    assert (finished["verdict"], finished["root_cause"]["component"]) == ("likely", "plugin-host")
    evidence = {piece["id"]: piece for piece in finished["evidence"]}
    external = [lead for lead in finished["leads"] if lead["where"].startswith("http")]
    assert any("one replication slot" in lead["text"] for lead in external)
    for lead in external:
        (cited,) = lead["evidence"]
        page = pages[lead["where"]]
        said = page if isinstance(page, str) else page.body
        assert _words(evidence[cited]["quote"]) in _words(str(said))
    assert any("what the public web says" in settle.lower() for settle in finished["would_settle"])
    queries = " ".join(form["q"] for form in sent)
    assert "7749" in queries
    assert not any(name in queries for name in OWN)


def _words(text: str) -> str:
    plain = text.replace("<code>", "").replace("</code>", "").replace("`", "")
    return " ".join(plain.replace("<p>", " ").split())
