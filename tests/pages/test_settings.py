"""The Settings page: what is set up, what is not and how to, what connections can do. Secrets never come to it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from dotenv import dotenv_values
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from sre_core import bootstrap
from sre_core import events as ev
from sre_core.bootstrap import Workbench
from sre_core.domain import Alert, Autonomy, Conclusion, Effect, Limits, Pace, Plan, Verdict
from sre_core.errors import StoreUnavailable
from sre_core.outside_tools.config import read_tools_file
from sre_core.people import Role
from sre_core.policy_file import read_policy
from sre_core.policy_rules import Pattern, Permission, Policy, Rule
from sre_core.settings import Settings
from tests.fakes import PERSON
from tests.scripted_model import Fault, Reply
from tests.scripted_model import Rule as Says
from tests.scripted_model.on_a_thread import ModelOnAThread
from tests.web.servers import Answer, answering, searxng
from ui.settings import about, policy
from ui.settings.page import PARTS
from ui.settings.parts import address, env_line, room
from ui.shell import SHELL

PATIENCE = 60.0
DEAD = "http://127.0.0.1:9"
SECRETS = ("sk-Zq8vX2mN4pR7tY1wB5", "xq7-proxy-9Kd2Lw0aVu", "hunter2Tz5-of-db", "chr0ma-Pw77-yR3e")

With = Callable[..., Workbench]


@pytest.fixture
def bench_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[With]:
    """The process's workbench with these settings, and nobody's environment."""
    for name in ("MODEL_URL", "MODEL", "MODEL_KEY", "MODEL_ROLES", "SEARXNG_URL", "DATABASE_URL", "IDENTITY", "ROLE"):
        monkeypatch.delenv(f"SRE_{name}", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    def begun(**given: Any) -> Workbench:
        return bootstrap.start_workbench(Settings(home=tmp_path / "home", **given))

    yield begun
    bootstrap.stop_workbench()


def opened() -> AppTest:
    page = AppTest.from_file(str(SHELL), default_timeout=60).run()
    page.switch_page("../pages/settings.py").run()
    assert not page.exception
    return page


def again(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception
    return page


def shown(page: AppTest) -> str:
    """As a person reads it."""
    markup = " ".join(one.proto.body for one in page.get("html"))
    html = unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", markup, flags=re.DOTALL))
    texts = (*page.markdown, *page.caption, *page.error, *page.code)
    return "\n".join((html, *(text.value.replace("\\", "") for text in texts)))


def everything(page: AppTest) -> str:
    """All that was sent to the browser, as it was sent."""
    return "\n".join(str(node.proto) for node in page._tree if getattr(node, "proto", None) is not None)


def lines(page: AppTest) -> str:
    """What can be copied."""
    return "\n".join(code.value for code in page.code)


def click(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


# -- what is not set up ------------------------------------------------------------------------------------------------


def test_with_nothing_set_up_it_says_what_each_thing_would_bring_and_the_line_for_it(bench_with: With) -> None:
    bench_with()
    page = opened()
    for name in (
        "SRE_MODEL_URL=",
        "SRE_SEARXNG_URL=",
        "SRE_EMBEDDING_MODEL=default",
        "SRE_DATABASE_URL=",
        "SRE_SUGGEST_ONLY=true",
    ):
        assert name in lines(page), name
    assert "Rules alone reason, and that works." in shown(page)
    assert "Nothing is looked up on the web." in shown(page)
    assert not [button for button in page.button if button.label.startswith("Test")]


def test_every_part_can_be_reached_from_the_list_beside_it(bench_with: With) -> None:
    bench_with()
    html = " ".join(one.proto.body for one in opened().get("html"))
    for part in PARTS:
        assert f'href="#{part.anchor}"' in html
        assert f'id="{part.anchor}"' in html


def test_a_part_that_cannot_be_drawn_says_why_and_harms_no_other(
    bench_with: With, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Workbench) -> None:
        raise StoreUnavailable("The state folder cannot be read: disk I/O error.")

    monkeypatch.setattr(Workbench, "database_holding", full)
    bench_with()
    page = opened()
    assert {error.value.replace("\\", "") for error in page.error} == {
        "The state folder cannot be read: disk I/O error."
    }
    assert "Apache-2.0" in shown(page)


# -- secrets -----------------------------------------------------------------------------------------------------------


def test_secrets_are_nowhere_on_the_page(bench_with: With) -> None:
    key, proxy, password, chroma = SECRETS
    bench = bench_with(model_url=f"{DEAD}/v1", model="m", model_key=key, proxy_secret=proxy, embedding_model="default")
    others = {
        "database_url": SecretStr(f"postgresql://wb:{password}@db.example:5432/wb?password={password}"),
        "chroma_url": f"http://chroma:{chroma}@vectors.example:8000",
    }
    bench.settings = bench.settings.model_copy(update=others)
    page = opened()
    assert "set; it is never shown" in shown(page)
    assert "http://vectors.example:8000" in shown(page)
    for secret in SECRETS:
        for part in (secret, secret[:8], secret[-8:]):
            assert part not in everything(page), part


def test_an_endpoint_that_tells_the_key_it_was_given_tells_it_to_nobody(bench_with: With) -> None:
    said = {"error": {"message": f"No model for the key {SECRETS[0]} here", "code": "model_not_found"}}
    with ModelOnAThread([Says(Reply(fault=Fault.FORBIDDEN, error=said["error"]))]) as url:
        bench = bench_with(model_url=url, model="m", model_key=SECRETS[0])
        page = tried(opened(), bench)
    assert "does not allow this (403)" in shown(page)
    assert SECRETS[0] not in everything(page)


# -- the model ---------------------------------------------------------------------------------------------------------


def tried(page: AppTest, bench: Workbench) -> AppTest:
    click(page, "test-model")
    bench.models.trial.wait(PATIENCE)
    return again(page)


def test_a_connection_is_tested_and_its_answer_stands_there_in_words(bench_with: With) -> None:
    with ModelOnAThread(models=("scripted-1", "larger:8b")) as url:
        bench = bench_with(model_url=url, model="scripted-1")
        page = opened()
        assert "not tested" in shown(page)
        tried(page, bench)
    for sentence in (
        "scripted-1 answers in",
        "It answers by a JSON schema",
        "It streams, and counts tokens.",
        "Tested just",
    ):
        assert sentence in shown(page), sentence
    page.selectbox(key="listed-model").select("larger:8b").run()
    assert "SRE_MODEL=larger:8b" in lines(page)
    page.selectbox(key="listed-role").select("conclude").run()
    assert """SRE_MODEL_ROLES='{"conclude": "larger:8b"}'""" in lines(page)


def test_an_endpoint_that_does_not_work_says_what_to_do(bench_with: With) -> None:
    with ModelOnAThread([Says(Reply(fault=Fault.UNAUTHORIZED))]) as url:
        bench = bench_with(model_url=url, model="scripted-1")
        page = tried(opened(), bench)
    assert "does not accept the key (401). Correct the endpoint's key" in shown(page)
    assert "does not work" in shown(page)


def test_a_test_that_takes_too_long_can_be_cancelled(bench_with: With) -> None:
    with ModelOnAThread([Says(Reply(fault=Fault.STALL))]) as url:
        bench_with(model_url=url, model="scripted-1")
        page = click(opened(), "test-model")
        click(page, "test-model-cancel")
        assert "The test was cancelled; nothing has changed." in shown(page)
        assert not page.button(key="test-model").disabled


def test_an_address_alone_lists_its_models(bench_with: With) -> None:
    with ModelOnAThread(models=("scripted-1", "larger:8b")) as url:
        bench = bench_with(model_url=url)
        page = opened()
        assert "no model chosen" in shown(page)
        assert bench.reasoner == "rules"
        click(page, "list-models")
        bench.models.listing.wait(PATIENCE)
        again(page)
    assert page.selectbox(key="listed-model").options == ["larger:8b", "scripted-1"]
    assert "SRE_MODEL=larger:8b" in lines(page)


# -- the web -----------------------------------------------------------------------------------------------------------


def searched(page: AppTest, bench: Workbench) -> AppTest:
    click(page, "test-search")
    bench.search_trial.wait(PATIENCE)
    return again(page)


def test_a_search_that_works_names_its_engines(bench_with: With) -> None:
    with searxng([{"url": "https://a.example/", "title": "A"}]) as server:
        bench = bench_with(searxng_url=server.url, private_names=("acme.example",))
        page = searched(opened(), bench)
    assert "It works: 1 page in" in shown(page)
    assert "by ours" in shown(page)
    assert "acme.example" not in lines(page)


def test_a_search_that_finds_nothing_says_which_engines_were_silent(bench_with: With) -> None:
    silent = json.dumps({"results": [], "unresponsive_engines": [["google", "CAPTCHA"]]})
    with answering(Answer(silent, media_type="application/json")) as server:
        bench = bench_with(searxng_url=server.url)
        page = searched(opened(), bench)
    assert "found nothing for “kubernetes”" in shown(page)
    assert "Silent just now: google: CAPTCHA." in shown(page)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer("no", status=403), "Add json to search.formats in its settings.yml"),
        (Answer("slow down", status=429), "server.limiter to false"),
        (Answer("<html>hello"), "did not answer with JSON of a search"),
    ],
)
def test_a_search_that_is_refused_says_which_setting_to_change(bench_with: With, answer: Answer, says: str) -> None:
    with answering(answer) as server:
        bench = bench_with(searxng_url=server.url)
        page = searched(opened(), bench)
    assert says in shown(page)
    assert "does not work" in shown(page)


# -- the others --------------------------------------------------------------------------------------------------------


def test_a_viewer_looks_at_everything_and_tests_nothing(bench_with: With, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = bench_with(model_url=f"{DEAD}/v1", model="m", searxng_url=DEAD)
    monkeypatch.setattr(type(bench.roster), "role_of", lambda self, name: Role.VIEWER)
    page = opened()
    assert page.button(key="test-model").disabled
    assert page.button(key="test-search").disabled
    assert "A responder or an admin can test it." in shown(page)
    assert "SQLite" in shown(page)


def test_limits_that_were_set_are_shown_and_are_what_an_investigation_begins_with(bench_with: With) -> None:
    limits = Limits(max_actions=7, max_model_dollars=2)  # type: ignore[arg-type]
    bench = bench_with(limits=limits)
    page = opened()
    assert "$2.00" in shown(page)
    line = next(code.value for code in page.code if code.value.startswith("SRE_LIMITS="))
    written = json.loads(line.removeprefix("SRE_LIMITS=").strip("'"))
    assert Limits.model_validate(written) == limits
    assert bench.state(bench.open(Alert(title="The kiln is too cold"), by=PERSON)).limits == limits


def test_the_operators_rules_are_a_table(bench_with: With) -> None:
    bench = bench_with()
    rule = Rule(
        says=Permission.DENY,
        name="hands off payments",
        because="The payments team does this.",
        line=4,
        tool=("run_*",),
        effect=Effect.WRITES,
        component=("payments", "ledger"),
        role=(Role.RESPONDER,),
        arguments={"command": (Pattern(glob="kubectl delete *"),)},
    )
    bench.policy = Policy(rules=(rule,), suggest_only=True, source="/etc/policy.yaml")
    text = " ".join(shown(opened()).split())
    about_it = (
        "tool run_*, what writes, component payments or ledger, role responder, argument command kubectl delete *"
    )
    assert f"hands off payments deny {about_it} The payments team does this. 4" in text
    assert "suggest only: nothing that changes anything is run" in text


def test_tools_of_others_that_cannot_be_had_are_named_with_the_reason(bench_with: With, tmp_path: Path) -> None:
    file = tmp_path / "others.yaml"
    file.write_text("servers:\n  ours:\n    command: /nowhere/at-all\n", encoding="utf-8")
    bench_with(tools_file=file)
    page = opened()
    assert "some are missing" in shown(page)
    assert "ours: " in shown(page)


def test_what_is_asked_about_is_said_for_each_tool_and_each_choice(bench_with: With) -> None:
    bench_with(searxng_url=DEAD)
    text = " ".join(shown(opened()).split())
    assert "Search runbooks asks runs runs" in text
    assert "Deep research asks asks runs" in text


def test_how_investigations_begin_is_said_with_the_lines_for_it_and_holds(bench_with: With) -> None:
    bench_with(autonomy=Autonomy.ASK_ALL, pace=Pace.SLOW)
    page = opened()
    assert "SRE_AUTONOMY=ask-all\nSRE_PACE=slow" in lines(page)
    page.switch_page("../pages/investigate.py").run()
    assert page.session_state["autonomy"] is Autonomy.ASK_ALL
    assert page.session_state["pace"] is Pace.SLOW


def test_a_tool_of_others_has_one_name_in_every_table() -> None:
    assert policy.named("shop.read_flags") == "shop.read_flags"
    assert policy.named("search_runbooks") == "Search runbooks"


def test_where_neighbours_are_looked_for_is_named_once(bench_with: With) -> None:
    bench = bench_with(embedding_model="default")
    text = " ".join(shown(opened()).split())
    assert text.count(str(bench.folder.path / "chroma")) <= 2
    assert "Chroma in the folder" not in text


# -- data --------------------------------------------------------------------------------------------------------------


def concluded(bench: Workbench, id_: str) -> None:
    told = (
        (PERSON, ev.AlertReceived(alert=Alert(title=f"{id_} is down"))),
        ("memory", ev.MemoryRecalled()),
        ("reasoner:x", ev.PlanProposed(plan=Plan(revision=1, steps=()))),
        ("reasoner:x", ev.ConclusionReached(conclusion=Conclusion(verdict=Verdict.LIKELY, headline="A leak"))),
        ("engine", ev.InvestigationClosed()),
    )
    for seq, (by, happening) in enumerate(told, start=1):
        bench.timeline.append(id_, seq, ev.entry(by, happening))


def test_what_takes_the_room_is_said_kind_by_kind(bench_with: With) -> None:
    bench = bench_with()
    concluded(bench, "carts")
    text = " ".join(shown(opened()).split())
    assert re.search(r"Timelines 5 events \d", text)
    assert re.search(r"Memory 1 incidents \d", text)


def test_one_is_erased_after_it_was_said_what_goes_and_a_word_was_typed(bench_with: With) -> None:
    bench = bench_with()
    concluded(bench, "carts")
    concluded(bench, "orders")
    page = opened()
    page.multiselect(key="erase-ids").select("carts is down · carts · just now").run()
    assert "1 investigation with every event" in shown(page)
    assert "1 memory" in shown(page)
    assert page.button(key="erase-now").disabled
    page.text_input(key="erase-because").input("a drill").run()
    page.text_input(key="erase-typed").input("Erase 1").run()
    click(page, "erase-now")
    bench.erasures.wait(page.session_state["erasure-begun"], PATIENCE)
    again(page)
    assert "Erased: 1 investigation with 5 events, 1 memory." in shown(page)
    assert "Erased so far: 1" in [each.label for each in page.expander]
    assert "a drill" in shown(page)
    assert [one.id for one in bench.investigations()] == ["orders"]


def test_what_is_kept_is_said_and_kept(bench_with: With) -> None:
    bench = bench_with()
    concluded(bench, "carts")
    page = opened()
    page.multiselect(key="erase-ids").select("carts is down · carts · just now").run()
    page.checkbox(key="erase-keep-memory").check().run()
    assert "memory" not in shown(page).partition("Goes, for good:")[2].partition("Stays:")[0]
    page.text_input(key="erase-typed").input("erase 1").run()
    click(page, "erase-now")
    bench.erasures.wait(page.session_state["erasure-begun"], PATIENCE)
    assert len(bench.incidents.incidents()) == 1


def test_everything_takes_another_word_and_stops_what_is_open(bench_with: With) -> None:
    bench = bench_with()
    concluded(bench, "carts")
    bench.timeline.append("open", 1, ev.entry(PERSON, ev.AlertReceived(alert=Alert(title="orders"))))
    page = opened()
    page.segmented_control(key="erase-what").set_value("Everything").run()
    page.text_input(key="erase-typed").input("erase 2").run()
    assert page.button(key="erase-now").disabled
    page.checkbox(key="erase-stop").check().run()
    page.text_input(key="erase-typed").input("erase everything").run()
    click(page, "erase-now")
    bench.erasures.wait(page.session_state["erasure-begun"], PATIENCE)
    assert not bench.investigations()
    assert not bench.incidents.incidents()


def test_only_an_admin_is_offered_to_erase(bench_with: With, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = bench_with()
    concluded(bench, "carts")
    monkeypatch.setattr(type(bench.roster), "role_of", lambda self, name: Role.RESPONDER)
    page = opened()
    assert "Only an admin can erase." in shown(page)
    assert not [one for one in page.button if one.key == "erase-now"]
    click(page, "export-everything")
    assert bench.exports.wait(page.session_state["export-begun"], PATIENCE)


# -- the others once more ----------------------------------------------------------------------------------------------


def test_who_sits_there_and_how_names_become_proven(bench_with: With) -> None:
    bench_with()
    page = opened()
    assert "operator, admin" in shown(page)
    assert "SRE_IDENTITY=login" in lines(page)


def test_it_says_what_it_stands_on_and_under_which_licences(bench_with: With) -> None:
    bench_with()
    text = " ".join(shown(opened()).split())
    assert re.search(r"streamlit \d+\.\d+\.\d+ Apache-2\.0", text)
    assert [name for name in about.STANDS_ON if about.version(name) and name not in text] == []


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("qwen3:8b", "N=qwen3:8b"),
        ("", "N="),
        ("a b", "N='a b'"),
        ("it's", "N='it\\'s'"),
        ("x #y", "N='x #y'"),
        ("two\nlines", "N=twolines"),
        ("$HOME", "N='$HOME'"),
    ],
)
def test_a_line_to_copy_is_one_line_that_means_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, line: str
) -> None:
    assert env_line("N", value) == line
    (tmp_path / ".env").write_text(line, encoding="utf-8")
    assert dotenv_values(tmp_path / ".env", interpolate=False)["N"] == value.replace("\n", "")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://me:secret@host:8000/x?key=1#y", "http://host:8000/x"),
        ("https://[::1]:9/", "https://[::1]:9/"),
        ("http://host:port", "an address that cannot be read"),
        ("secret", "an address that cannot be read"),
    ],
)
def test_an_address_is_shown_without_who_asks_it(url: str, said: str) -> None:
    assert address(url) == said


def test_sizes_are_said_as_people_say_them() -> None:
    assert [room(n) for n in (0, 999, 1000, 1_440_000, 182_000_000, 5_000_000_000_000)] == [
        "0 bytes",
        "999 bytes",
        "1.0 kB",
        "1.4 MB",
        "182 MB",
        "5000 GB",
    ]


def test_the_files_that_it_shows_can_be_used_as_they_are_and_it_says_where_they_go(
    bench_with: With, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = bench_with()
    page = opened()
    monkeypatch.setenv("GITHUB_TOKEN", "one of theirs")
    blocks = [each.value for each in page.code]
    (tmp_path / "policy.yaml").write_text(next(each for each in blocks if each.startswith("rules:")))
    (tmp_path / "tools.yaml").write_text(next(each for each in blocks if each.startswith("servers:")))
    assert read_policy(tmp_path / "policy.yaml").rules[0].name == "hands off payments"
    assert set(read_tools_file(tmp_path / "tools.yaml", required=True).servers) == {"github"}
    assert str(bench.folder.policy) in shown(page)
    assert str(bench.folder.path / "tools.yaml") in shown(page)
