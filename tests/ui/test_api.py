"""The routes on a real workbench: opening, listing, forking, comparing, erasing, and who may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from sre_core import events as ev
from sre_core import report
from sre_core.api.guard import EVERY, Tokens
from sre_core.api.hub import Hub
from sre_core.api.routes import Api, Words, export_pass
from sre_core.bootstrap import Workbench
from sre_core.domain import Action, Alert, Observation, Pace
from sre_core.door import MOST_DROPPED
from sre_core.events import Event, entry
from sre_core.people import Role, Roster
from sre_core.reasoning.briefing import brief
from sre_core.settings import Settings
from tests.fakes import PERSON, approval

HERE = "http://localhost:8501"
TOKENS = Tokens(b"secret")
ACTION = Action(id="A1", tool="look", arguments={"nth": 1})

Client = Callable[[Role], httpx.AsyncClient]


class NoPicture:
    """Nobody looks."""

    def take(self, event: Event) -> dict[str, Any]:
        return {}

    def sections(self) -> dict[str, Any]:
        return {}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """Never started: what is recorded stays as it is."""
    bench = Workbench(Settings(home=tmp_path / "home"))
    yield bench
    bench.close()


@pytest.fixture
def app(bench: Workbench) -> Starlette:
    words = Words(markdown=report.markdown, chat=report.chat_text, briefing=brief)
    return Starlette(
        routes=Api(Hub(lambda _: NoPicture()), lambda: bench, lambda: TOKENS, ["localhost"], words).routes()
    )


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[Client]:
    """A program with a token of this role."""
    clients: list[httpx.AsyncClient] = []

    def made(role: Role) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {TOKENS.issue(EVERY, 'pager', role)}"}
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=True, client=("10.0.0.7", 4711))
        clients.append(httpx.AsyncClient(transport=transport, base_url=HERE, headers=headers))
        return clients[-1]

    yield made
    await asyncio.gather(*(each.aclose() for each in clients))


@pytest.fixture
def inv(bench: Workbench) -> str:
    """One that waits for an approval."""
    id_ = bench.open(Alert(title="cart is down"), by=PERSON, pace=Pace.FULL)
    asked = ev.ApprovalRequested(action_id="A1", digest=ACTION.digest, reason="asked")
    for by, happening in (
        ("memory", ev.MemoryRecalled()),
        ("reasoner:x", ev.ActionProposed(action=ACTION)),
        ("policy", asked),
    ):
        append(bench, id_, by, happening)
    return id_


def append(bench: Workbench, id_: str, by: str, happening: Any) -> None:
    bench.timeline.append(id_, bench.state(id_).seq + 1, entry(by, happening))


async def test_an_alert_opens_an_investigation_in_the_name_of_the_token(client: Client, bench: Workbench) -> None:
    wanted = {
        "alert": "cart answers 500",
        "context": "deployed at 13:55",
        "workspace": "sample:orders-503",
        "pace": "plan",
    }
    answer = await client(Role.RESPONDER).post("/api/investigations", json=wanted)
    assert answer.status_code == 201
    opened = bench.read(answer.json()["investigation_id"])[0]
    assert (opened.actor, opened.role, opened.via) == ("person:pager", Role.RESPONDER, "api at 10.0.0.7")
    state = bench.state(opened.investigation_id)
    assert (state.alert.title, state.workspace, state.pace) == ("cart answers 500", "sample:orders-503", Pace.PLAN)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"alert": ""}, "alert"),
        ({"alert": "x", "colour": "red"}, "colour"),
        ({"alert": "x", "limits": {"max_actions": 0}}, "limits.max_actions"),
        ({"alert": "x", "workspace": "capsule:/etc"}, "path on the server"),
        ({"alert": " \n "}, "is empty"),
        ({"alert": "x", "workspace": "sample:nope"}, "There are: "),
        ({"alert": "x", "workspace": "moon:1"}, "There are: "),
        ([], "object"),
    ],
)
async def test_what_cannot_be_opened_is_said_and_nothing_is(
    client: Client, bench: Workbench, wanted: Any, says: str
) -> None:
    answer = await client(Role.RESPONDER).post("/api/investigations", json=wanted)
    assert answer.status_code in (400, 422)
    assert says in answer.json()["error"]
    assert not bench.investigations()


async def test_those_that_wait_are_listed_first_with_what_they_wait_for(
    client: Client, bench: Workbench, inv: str
) -> None:
    later = bench.open(Alert(title="orders is slow"), by=PERSON)
    listed = (await client(Role.VIEWER).get("/api/investigations")).json()
    assert [each["id"] for each in listed] == [inv, later]
    assert [each["waiting"] for each in listed] == [True, False]
    assert listed[0]["waiting_for"] == "approve: look"


async def test_only_so_many_checks_and_only_those_that_there_are_can_be_dropped(
    client: Client, bench: Workbench, inv: str
) -> None:
    person = client(Role.RESPONDER)

    async def drop(tool: str, nth: int) -> httpx.Response:
        said = {"type": "CheckDropped", "tool": tool, "arguments": {"expression": f"{nth}"}, "reason": "no"}
        return await person.post(f"/api/decide/{inv}", json=said)

    unknown = await drop("no_such_tool", 0)
    assert (unknown.status_code, "no tool 'no_such_tool'" in unknown.json()["error"]) == (400, True)
    answers = [(await drop("calculate", nth)).status_code for nth in range(MOST_DROPPED + 1)]
    assert answers == [200] * MOST_DROPPED + [409]


async def test_what_waits_can_be_approved_from_the_report_alone(client: Client, inv: str, bench: Workbench) -> None:
    program = client(Role.RESPONDER)
    pending = (await program.get(f"/api/report/{inv}")).json()["pending"]
    decision = {"type": "ActionApproved", **{name: pending[name] for name in ("action_id", "digest", "request")}}
    assert (await program.post(f"/api/decide/{inv}", json=decision)).status_code == 200
    assert bench.state(inv).actions["A1"].decided_by == "person:pager"


async def test_the_second_answer_is_told_who_was_first_when_and_from_where(client: Client, inv: str) -> None:
    rejected = {"type": "ActionRejected", "action_id": "A1", "reason": "peak hours"}
    await client(Role.RESPONDER).post(f"/api/decide/{inv}", json=rejected)
    answer = await client(Role.ADMIN).post(f"/api/decide/{inv}", json=rejected)
    assert answer.status_code == 409
    assert "was rejected by pager at " in answer.json()["error"]
    assert "UTC (api at 10.0.0.7)" in answer.json()["error"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/investigations", {"alert": "cart is down"}),
        ("/api/decide/INV", {"type": "PaceSet", "pace": "full"}),
        ("/api/decide/INV", {"type": "ActionRejected", "action_id": "A1", "reason": "no"}),
        ("/api/decide/INV", {"type": "QuestionAsked", "text": "why?"}),
        ("/api/fork/INV", {"at": 1}),
    ],
)
async def test_a_viewer_is_told_what_it_takes_and_nothing_is_recorded(
    client: Client, bench: Workbench, inv: str, path: str, body: Any
) -> None:
    answer = await client(Role.VIEWER).post(path.replace("INV", inv), json=body)
    assert answer.status_code == 403
    assert "pager is viewer; this takes a responder" in answer.json()["error"]
    assert bench.state(inv).seq == 4
    assert len(bench.investigations()) == 1


@pytest.mark.parametrize("what", ["report/INV", "briefing/INV", "audit/INV", "compare/INV/INV", "investigations"])
async def test_a_viewer_may_look_at_everything(client: Client, inv: str, what: str) -> None:
    assert (await client(Role.VIEWER).get(f"/api/{what.replace('INV', inv)}")).status_code == 200


async def test_a_fork_goes_its_own_way(client: Client, bench: Workbench, inv: str) -> None:
    answer = await client(Role.RESPONDER).post(f"/api/fork/{inv}", json={"at": 2, "guidance": "look at redis"})
    assert answer.status_code == 201
    state = bench.state(answer.json()["investigation_id"])
    assert (state.origin, state.pace, state.guidance[0].text) == ((inv, 2), Pace.PLAN, "look at redis")
    assert bench.state(inv).seq == 4


@pytest.mark.parametrize("at", [0, 99, "two", None, 10**30])
async def test_a_fork_needs_an_event_that_is_there(client: Client, inv: str, at: Any) -> None:
    answer = await client(Role.RESPONDER).post(f"/api/fork/{inv}", json={"at": at})
    assert answer.status_code in (400, 422)
    assert answer.json()["error"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "report/no"), ("GET", "audit/no"), ("GET", "compare/INV/no"), ("POST", "fork/no"), ("POST", "decide/no")],
)
async def test_what_is_not_there_is_a_404(client: Client, inv: str, method: str, path: str) -> None:
    body = {"at": 1} if "fork" in path else {"type": "PaceSet", "pace": "full"}
    request = {"json": body} if method == "POST" else {}
    answer = await client(Role.ADMIN).request(method, f"/api/{path.replace('INV', inv)}", **request)
    assert (answer.status_code, "no investigation" in answer.json()["error"]) == (404, True)


async def test_a_pages_pass_does_not_list_or_open(app: Starlette, inv: str) -> None:
    headers = {"Authorization": f"Bearer {TOKENS.issue(inv, 'Ada', Role.ADMIN)}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=HERE, headers=headers) as page:
        assert (await page.get("/api/investigations")).status_code == 403
        assert (await page.post("/api/investigations", json={"alert": "x"})).status_code == 403
        assert (await page.get(f"/api/report/{inv}")).status_code == 200


async def test_a_page_that_stays_open_does_not_keep_a_role_that_was_taken_away(
    app: Starlette, bench: Workbench, inv: str
) -> None:
    bench.roster = Roster(Role.VIEWER, admins=["grace"])
    headers = {"Authorization": f"Bearer {TOKENS.issue(inv, 'Ada', Role.ADMIN)}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=HERE, headers=headers) as page:
        answer = await page.post(f"/api/decide/{inv}", json={"type": "PaceSet", "pace": "full"})
    assert (answer.status_code, bench.state(inv).seq) == (403, 4)


async def test_an_admin_erases_an_output_and_the_timeline_says_so(client: Client, bench: Workbench, inv: str) -> None:
    bring_back(bench, inv, "the password is hunter2")
    erasing = {"action_id": "A1", "reason": "it held a password"}
    refused = await client(Role.RESPONDER).post(f"/api/erase/{inv}", json=erasing)
    assert (refused.status_code, "takes an admin" in refused.json()["error"]) == (403, True)
    assert "hunter2" in (await client(Role.VIEWER).get(f"/api/output/{inv}/A1")).text
    assert (await client(Role.ADMIN).post(f"/api/erase/{inv}", json=erasing)).status_code == 200
    gone = await client(Role.ADMIN).get(f"/api/output/{inv}/A1")
    assert (gone.status_code, gone.json()["error"]) == (404, "This output was erased: it held a password")
    assert bench.read(inv)[-1].happening.type == "ContentErased"


async def test_what_is_not_stored_apart_cannot_be_erased(client: Client, inv: str) -> None:
    answer = await client(Role.ADMIN).post(f"/api/erase/{inv}", json={"action_id": "A1", "reason": "why not"})
    assert answer.status_code == 404


def bring_back(bench: Workbench, inv: str, text: str) -> None:
    bench.record(inv, entry(PERSON, approval(bench.state(inv).pending)))
    append(bench, inv, "engine", ev.ActionStarted(action_id="A1", run_id="r"))
    content = bench.contents.keep_now(text)
    seen = Observation(action_id="A1", tool="look", source="s", summary="", output_type="T", content=content)
    append(bench, inv, "tool:look", ev.ActionSucceeded(action_id="A1", run_id="r", observation=seen))


@pytest.mark.parametrize("path", ["/api/investigations", "/api/decide/INV", "/api/fork/INV", "/api/erase/INV"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"NaN",
        b'{"at": NaN}',
        b'{"type": "LimitsSet", "limits": {"max_seconds": Infinity}}',
        b'{"type": "LimitsSet", "limits": {"max_seconds": 1e999}}',
        b"[" * 9_000,
        b'{"a":' * 200 + b"1" + b"}" * 200,
        b"1" * 6_000,
        b"null",
        b'"words"',
        b'{"type": ["ActionApproved"]}',
        b'{"type": "\\ud800"}',
    ],
)
async def test_a_body_that_cannot_be_used_is_a_sentence_and_never_an_error_of_ours(
    client: Client, bench: Workbench, inv: str, path: str, body: bytes
) -> None:
    answer = await client(Role.ADMIN).post(path.replace("INV", inv), content=body)
    assert answer.status_code in (400, 422)
    assert "Nothing was recorded" in answer.json()["error"]
    assert bench.state(inv).seq == 4


@pytest.mark.parametrize(
    ("path", "size"), [("decide/INV", 30_000), ("fork/INV", 30_000), ("investigations", 1_100_000)]
)
async def test_a_body_that_is_too_long_is_refused_before_it_is_read(
    client: Client, inv: str, path: str, size: int
) -> None:
    answer = await client(Role.ADMIN).post(f"/api/{path.replace('INV', inv)}", content=b" " * size)
    assert (answer.status_code, "too long" in answer.json()["error"]) == (413, True)


async def test_half_a_character_is_written_down_as_one_that_can_be_read_again(
    client: Client, bench: Workbench, inv: str
) -> None:
    body = b'{"type": "GuidanceGiven", "text": "look \\ud800 there"}'
    assert (await client(Role.RESPONDER).post(f"/api/decide/{inv}", content=body)).status_code == 200
    assert bench.state(inv).guidance[0].text == "look \ufffd there"


async def test_an_export_is_fetched_with_its_own_pass_and_by_nobody_else(
    app: Starlette, inv: str, bench: Workbench
) -> None:
    maker = PERSON.model_copy(update={"name": "ada"})
    id_ = bench.exports.begin([inv], maker)
    assert await asyncio.to_thread(bench.exports.wait, id_, 30)
    own = TOKENS.issue(export_pass(id_), "ada", Role.RESPONDER)
    others = {
        "of another investigation": TOKENS.issue(inv, "ada", Role.RESPONDER),
        "of another export": TOKENS.issue(export_pass("other"), "ada", Role.RESPONDER),
    }
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=HERE) as browser:
        answer = await browser.get(f"/api/export/{id_}", params={"token": own})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
        assert f'filename="investigation-{inv}.zip"' in answer.headers["content-disposition"]
        assert answer.content == bench.exports.ready(id_, maker).file.read_bytes()
        for name, token in others.items():
            assert (await browser.get(f"/api/export/{id_}", params={"token": token})).status_code == 403, name
        not_mine = TOKENS.issue(export_pass(id_), "bo", Role.ADMIN)
        assert (await browser.get(f"/api/export/{id_}", params={"token": not_mine})).status_code == 400
