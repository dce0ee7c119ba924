"""The routes beside the pages, as a browser calls them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from sre_core import events as ev
from sre_core import report
from sre_core.api.guard import Tokens
from sre_core.api.hub import Hub
from sre_core.api.routes import Api, Words
from sre_core.domain import Action, ContentRef, Evidence, Observation, Reflection
from sre_core.events import entry
from sre_core.investigation import fold
from sre_core.people import Role
from sre_core.reasoning.briefing import brief
from tests.fakes import OPENED, PERSON, approval
from tests.ui.fakes import INV, MemoryBench
from ui.picture import Picture

HERE = "http://localhost:8501"
TOKENS = Tokens(b"secret")
ACTION = Action(id="A1", tool="look", arguments={"nth": 1})


@pytest.fixture
def bench() -> MemoryBench:
    bench = MemoryBench()
    bench.say(OPENED)
    bench.say(entry("memory", ev.MemoryRecalled()))
    bench.say(entry("reasoner:fake", ev.ActionProposed(action=ACTION)))
    bench.say(entry("policy", ev.ApprovalRequested(action_id="A1", digest=ACTION.digest, reason="asked")))
    return bench


@pytest.fixture
async def browser(bench: MemoryBench) -> AsyncIterator[httpx.AsyncClient]:
    words = Words(markdown=report.markdown, chat=report.chat_text, briefing=brief)
    api = Api(Hub(Picture), lambda: bench, lambda: TOKENS, ["localhost"], words)
    transport = httpx.ASGITransport(app=Starlette(routes=api.routes()))
    headers = {"Authorization": f"Bearer {TOKENS.issue(INV, 'Ada', Role.RESPONDER)}", "Origin": HERE}
    async with httpx.AsyncClient(transport=transport, base_url=HERE, headers=headers) as client:
        yield client


async def decide(browser: httpx.AsyncClient, **decision: object) -> httpx.Response:
    return await browser.post(f"/api/decide/{INV}", json=decision)


async def test_a_decision_is_recorded_in_the_persons_name(browser: httpx.AsyncClient, bench: MemoryBench) -> None:
    answer = await decide(browser, type="ActionApproved", action_id="A1", digest=ACTION.digest, request=4)
    assert (answer.status_code, answer.json()) == (200, {"seq": 5})
    assert bench.timeline.events[-1].actor == "person:Ada"


async def test_a_stale_decision_is_answered_with_who_decided(browser: httpx.AsyncClient) -> None:
    await decide(browser, type="ActionRejected", action_id="A1", reason="too risky")
    answer = await decide(browser, type="ActionApproved", action_id="A1", digest=ACTION.digest)
    assert answer.status_code == 409
    assert "was rejected by Ada" in answer.json()["error"]


async def test_an_approval_of_other_arguments_is_refused(browser: httpx.AsyncClient, bench: MemoryBench) -> None:
    answer = await decide(browser, type="ActionApproved", action_id="A1", digest="0" * 64)
    assert answer.status_code == 409
    assert len(bench.timeline.events) == 4


@pytest.mark.parametrize(
    "decision",
    [
        {"type": "ActionSucceeded", "action_id": "A1", "run_id": "r", "observation": {}},
        {"type": "AlertReceived", "alert": {"title": "forged"}},
        {"type": "GuidanceGiven", "text": ""},
        {"type": "PaceSet", "pace": "warp"},
        {},
    ],
)
async def test_only_what_a_person_may_say_is_taken(
    browser: httpx.AsyncClient, bench: MemoryBench, decision: dict[str, object]
) -> None:
    assert (await decide(browser, **decision)).status_code == 422
    assert len(bench.timeline.events) == 4


async def test_too_much_is_refused(browser: httpx.AsyncClient) -> None:
    assert (await decide(browser, type="GuidanceGiven", text="x" * 30_000)).status_code == 413


async def test_blank_guidance_is_no_decision(browser: httpx.AsyncClient) -> None:
    assert (await decide(browser, type="GuidanceGiven", text=" \n ")).status_code == 422


async def test_an_origin_that_is_none_is_another_site(browser: httpx.AsyncClient) -> None:
    assert (await browser.get(f"/api/report/{INV}", headers={"Origin": "http://[::1"})).status_code == 403


@pytest.mark.parametrize("what", ["stream", "report", "briefing", "output/A1"])
async def test_without_a_token_nothing_is_told(browser: httpx.AsyncClient, what: str) -> None:
    head, *rest = what.split("/")
    url = "/".join(["/api", head, INV, *rest])
    assert (await browser.get(url, headers={"Authorization": ""})).status_code == 401
    assert (await browser.get(url, headers={"Origin": "http://evil.example"})).status_code == 403
    assert (await browser.get(url, headers={"Host": "evil.example", "Origin": ""})).status_code == 403


async def test_a_token_in_the_address_will_do(browser: httpx.AsyncClient) -> None:
    token = TOKENS.issue(INV, "Ada", Role.RESPONDER)
    assert (await browser.get(f"/api/briefing/{INV}?token={token}", headers={"Authorization": ""})).status_code == 200


async def test_an_investigation_that_is_not_there_is_a_404(browser: httpx.AsyncClient) -> None:
    headers = {"Authorization": f"Bearer {TOKENS.issue('nowhere', 'Ada', Role.RESPONDER)}"}
    answer = await browser.get("/api/stream/nowhere", headers=headers)
    assert (answer.status_code, "no investigation" in answer.json()["error"]) == (404, True)


async def test_the_briefing_holds_the_reason_of_a_rejection(browser: httpx.AsyncClient) -> None:
    await decide(browser, type="ActionRejected", action_id="A1", reason="peak hours")
    assert "peak hours" in (await browser.get(f"/api/briefing/{INV}")).text


async def test_a_report_comes_as_json_markdown_and_chat(browser: httpx.AsyncClient) -> None:
    answers = {kind: await browser.get(f"/api/report/{INV}?format={kind}") for kind in ("json", "md", "chat")}
    assert answers["json"].json()["investigation_id"] == INV
    assert answers["md"].text.startswith("# ")
    assert "Alert: The kiln is too cold" in answers["chat"].text
    assert f"investigation-{INV}.md" in answers["md"].headers["content-disposition"]


async def test_an_output_comes_whole(browser: httpx.AsyncClient, bench: MemoryBench) -> None:
    finish(
        bench, Observation(action_id="A1", tool="look", source="s", summary="", output_type="T", data={"celsius": 3})
    )
    assert '"celsius": 3' in (await browser.get(f"/api/output/{INV}/A1")).text


async def test_an_output_that_was_erased_says_so(browser: httpx.AsyncClient, bench: MemoryBench) -> None:
    content = ContentRef(digest="d", characters=10)
    finish(bench, Observation(action_id="A1", tool="look", source="s", summary="", output_type="T", content=content))
    answer = await browser.get(f"/api/output/{INV}/A1")
    assert (answer.status_code, answer.json()) == (404, {"error": "This output was erased: it held a password."})


def finish(bench: MemoryBench, observation: Observation) -> None:
    bench.say(entry(PERSON, approval(bench.timeline.state.pending)))
    bench.say(entry("engine", ev.ActionStarted(action_id="A1", run_id="r")))
    bench.say(entry("tool:look", ev.ActionSucceeded(action_id="A1", run_id="r", observation=observation)))


async def test_health_needs_no_token(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/api/health", headers={"Authorization": "", "Host": "10.0.0.7"})
    assert answer.json() == {"status": "ok"}


async def started(bench: MemoryBench) -> httpx.AsyncClient:
    """A browser of a server that watches its timelines."""
    words = Words(markdown=report.markdown, chat=report.chat_text, briefing=brief)
    hub = Hub(Picture)
    hub.start(bench)
    routes = Api(hub, lambda: bench, lambda: TOKENS, ["localhost"], words).routes()
    headers = {"Authorization": f"Bearer {TOKENS.issue(INV, 'vera', Role.VIEWER)}", "Origin": HERE}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=Starlette(routes=routes)), base_url=HERE, headers=headers
    )


async def test_a_viewer_may_look_at_any_moment_and_gets_what_stood_beside_the_trace_then(bench: MemoryBench) -> None:
    async with await started(bench) as browser:
        answer = await browser.get(f"/api/moment/{INV}?at=3")
        picture = Picture(INV)
        for event in bench.timeline.events[:3]:
            picture.take(event)
        assert answer.json() == {"at": 3, "state": json.loads(json.dumps(picture.sections(), default=str))}
        assert answer.json()["state"]["dock"]["asks"] == []
        now = (await browser.get(f"/api/moment/{INV}?at=4")).json()
        assert [ask["action"] for ask in now["state"]["dock"]["asks"]] == ["A1"]


@pytest.mark.parametrize("at", ["0", "5", "-1", "x", "9" * 40, ""])
async def test_a_moment_that_never_was_is_refused_in_a_sentence(bench: MemoryBench, at: str) -> None:
    async with await started(bench) as browser:
        answer = await browser.get(f"/api/moment/{INV}", params={"at": at})
    assert answer.status_code == 400
    assert "has events 1 to 4" in answer.json()["error"]


async def test_what_the_reasoner_was_told_can_be_asked_for_as_of_a_moment(bench: MemoryBench) -> None:
    async with await started(bench) as browser:
        then, now = [(await browser.get(f"/api/briefing/{INV}{at}")).text for at in ("?at=2", "")]
    assert then == brief(fold(INV, bench.timeline.events[:2]))
    assert now == brief(bench.timeline.state)
    assert then != now


async def test_evidence_is_shown_in_its_source_with_its_words_marked(
    browser: httpx.AsyncClient, bench: MemoryBench
) -> None:
    seen = Observation(
        action_id="A1", tool="look", source="look", summary="cold", output_type="X", data={"said": "so cold in here"}
    )
    bench.say(entry(PERSON, approval(bench.timeline.state.pending)))
    bench.say(entry("engine", ev.ActionStarted(action_id="A1", run_id="r")))
    bench.say(entry("tool:look", ev.ActionSucceeded(action_id="A1", run_id="r", observation=seen)))
    piece = Evidence(id="E1", action_id="A1", source="look", finding="cold", quote="so cold in here")
    bench.say(
        entry(
            "reasoner:fake", ev.ReflectionMade(reflection=Reflection(action_id="A1", thought="so", evidence=(piece,)))
        )
    )
    source = (await browser.get(f"/api/source/{INV}/E1")).json()
    assert source["citations"] == [{"evidence": "E1", "line": 1, "first": 7, "last": 22}]
    assert source["lines"] == [{"number": 1, "text": "{said: so cold in here}"}]
    assert (await browser.get(f"/api/source/{INV}/E9")).status_code == 404


async def test_while_it_starts_there_are_no_moments_yet(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(f"/api/moment/{INV}?at=1")
    assert answer.status_code == 503
    assert "still starting" in answer.json()["error"]
