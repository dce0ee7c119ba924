"""The policy as an operator writes it: read to the letter, and a mistake is named with its line and what to write instead."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.__main__ import DONE, REFUSED, main
from sre_core.bootstrap import Workbench
from sre_core.domain import Action, Alert, Effect, Plan
from sre_core.errors import RefusedInput
from sre_core.events import (
    ActionEdited,
    ActionProposed,
    AlertReceived,
    ApprovalRequested,
    MemoryRecalled,
    PlanProposed,
    entry,
)
from sre_core.home import StateFolder
from sre_core.people import Role
from sre_core.policy_commands import our_tools
from sre_core.policy_file import LARGEST, read_policy
from sre_core.policy_rules import Pattern, Permission, Reach, Rule
from sre_core.settings import Settings, policy_of, shipped
from sre_core.tools.registry import TOOLS
from tests.fakes import PERSON

CAPSULE = str(shipped("data") / "sample_incidents" / "orders-503.zip")

WHOLE = """\
# who may do what
mode: suggest-only
rules:
  - deny: hands off payments
    tool: "apply_*"
    effect: writes
    component: [payments*, ledger]
    role: responder
    arguments:
      to: v1.*
      command: [{regex: "kubectl (delete|drain)"}, rm *]
    because: The payments team does this itself.
  - allow: logs
    tool: read_logs
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.yaml"


def test_a_policy_is_read_to_the_letter(file: Path) -> None:
    file.write_text(WHOLE, encoding="utf-8")
    policy = read_policy(file)
    assert (policy.suggest_only, policy.source) == (True, str(file))
    assert policy.rules == (
        Rule(
            says=Permission.DENY,
            name="hands off payments",
            line=4,
            because="The payments team does this itself.",
            tool=("apply_*",),
            effect=Effect.WRITES,
            component=("payments*", "ledger"),
            role=(Role.RESPONDER,),
            arguments={
                "to": (Pattern(glob="v1.*"),),
                "command": (Pattern(regex="kubectl (delete|drain)"), Pattern(glob="rm *")),
            },
        ),
        Rule(says=Permission.ALLOW, name="logs", line=13, tool=("read_logs",)),
    )


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "write 'rules: []'"),
        ("# nothing\n", 1, "write 'rules: []'"),
        ("- deny: x", 1, "has names and values"),
        ("rule:\n", 1, "did you mean 'rules'?"),
        ("mode: sugest-only", 1, "there are: normal, suggest-only"),
        ("rules:\n", 1, "rules is a list"),
        ("rules:\n - x\n", 2, "a rule has names and values"),
        ("rules:\n - deny: x\n   tool: *\n", 3, '"*"'),
        ("rules:\n - deny: x\n   tools: look\n", 3, "did you mean 'tool'?"),
        ("rules:\n - tool: look\n", 2, "one of deny, ask, allow"),
        ("rules:\n - deny: x\n   ask: y\n   tool: look\n", 2, "one of deny, ask, allow"),
        ("rules:\n - deny: x\n", 2, "what it is about"),
        ("rules:\n - deny: x\n   because: y\n", 2, "what it is about"),
        ("rules:\n - deny: x\n   tool: []\n", 3, "names none"),
        ("rules:\n - deny: x\n   tool:\n", 3, "not empty"),
        ("rules:\n - deny: x\n   tool: {a: b}\n", 3, "is a text"),
        ("rules:\n - deny: x\n   tool: look\n   tool: listen\n", 4, "twice"),
        ("rules:\n - deny: x\n   effect: write\n", 3, "there are: reads, writes"),
        ("rules:\n - deny: x\n   role: [admin, king]\n", 3, "there are: viewer, responder, admin"),
        ("rules:\n - deny: x\n   arguments: {}\n", 3, "name at least one"),
        ("rules:\n - deny: x\n   arguments: {do: {regex: '('}}\n", 3, "no regular expression"),
        ("rules:\n - deny: x\n   arguments: {do: {regex: '(a)\\1'}}\n", 3, "no regular expression: invalid escape"),
        ("rules:\n - deny: x\n   arguments: {do: {regex: '(?=a)'}}\n", 3, "no regular expression: invalid perl"),
        ("rules:\n - deny: x\n   arguments: {do: {glob: a}}\n", 3, "has no 'glob'"),
        ("rules:\n - deny: x\n   arguments: {do: {}}\n", 3, "is a text"),
        ("rules:\n - deny: x\n   tool: a\n - allow: x\n   tool: b\n", 4, "another rule is called 'x'"),
        ("rules:\n\t- deny: x\n", 2, "no YAML"),
        ("rules: [", 1, "no YAML"),
        ("rules: !!python/object:os.system []\nmode: [", 2, "no YAML"),
    ],
)
def test_a_mistake_is_named_with_its_line(file: Path, text: str, line: int, says: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RefusedInput) as refused:
        read_policy(file)
    assert str(refused.value).startswith(f"The policy {file} cannot be used: line {line}: ")
    assert says in str(refused.value)


@pytest.mark.parametrize(("content", "says"), [(b"\xff\xfe", "UTF-8"), (b"#" * (LARGEST + 1), "larger than")])
def test_what_cannot_be_a_policy_is_refused(file: Path, content: bytes, says: str) -> None:
    file.write_bytes(content)
    with pytest.raises(RefusedInput, match=says):
        read_policy(file)


def test_a_pipe_is_not_waited_for(file: Path) -> None:
    os.mkfifo(file)
    with pytest.raises(RefusedInput, match="it is no file"):
        read_policy(file)


@given(text=st.text(alphabet="rulesdnyaktoc: -\n[]{}*&!'\"#|>", max_size=60))
def test_whatever_is_in_it_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text(text, encoding="utf-8")
    with suppress(RefusedInput):
        read_policy(file)


# -- where it is -----------------------------------------------------------------------------------------------------


def test_the_state_folders_policy_holds_where_no_other_is_named(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("rules: [{deny: other, tool: x}]", encoding="utf-8")
    folder = StateFolder(tmp_path)
    assert policy_of(Settings(home=tmp_path), folder).rules == ()
    folder.policy.write_text(WHOLE, encoding="utf-8")
    assert len(policy_of(Settings(home=tmp_path), folder).rules) == 2
    assert [rule.name for rule in policy_of(Settings(home=tmp_path, policy_file=other), folder).rules] == ["other"]


@pytest.mark.parametrize(("mode", "setting"), [("suggest-only", False), ("normal", True)])
def test_either_makes_it_suggest_only(tmp_path: Path, mode: str, setting: bool) -> None:
    folder = StateFolder(tmp_path)
    folder.policy.write_text(f"mode: {mode}", encoding="utf-8")
    assert policy_of(Settings(home=tmp_path, suggest_only=setting), folder).suggest_only


def test_nothing_starts_with_a_policy_that_cannot_be_used_and_the_folder_stays_free(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("rules: {}", encoding="utf-8")
    with pytest.raises(RefusedInput, match="line 1"):
        Workbench(Settings(home=tmp_path))
    with pytest.raises(RefusedInput, match=r"nowhere.yaml cannot be read"):
        Workbench(Settings(home=tmp_path / "b", policy_file=tmp_path / "nowhere.yaml"))
    folder = StateFolder(tmp_path)
    folder.take()
    folder.release()


# -- the commands ----------------------------------------------------------------------------------------------------


def test_the_table_shows_the_strongest_rules_first_and_every_tool(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "policy.yaml").write_text(WHOLE, encoding="utf-8")
    assert main(["policy", "--home", str(tmp_path)]) == DONE
    said = capsys.readouterr().out
    assert "mode     suggest-only" in said
    assert said.index("deny   line 4") < said.index("allow  line 13")
    assert "because: The payments team does this itself." in said
    assert "argument command /kubectl (delete|drain)/ or rm *" in said
    assert "apply_remediation    writes  always waits for a person  [line 4: deny some]" in said
    assert "read_logs            reads   runs; asked about under ask-all  [line 13: allow]" in said
    assert "deep_research        reads   runs; asked about under ask-all, and under ask-risky" in said


def test_without_a_file_the_table_says_what_is_built_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "--home", str(tmp_path / "nowhere")]) == DONE
    assert "no file: what is built in holds" in capsys.readouterr().out
    assert not (tmp_path / "nowhere").exists()


def test_every_tool_of_the_workbench_is_in_the_table() -> None:
    assert len(our_tools()) >= len(TOOLS)


def test_a_check_tells_what_has_no_effect(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(
        "rules:\n - {allow: fixes, tool: apply_remediation}\n - {deny: typo, tool: aply}\n", encoding="utf-8"
    )
    assert main(["policy", "check", str(file)]) == DONE
    said = capsys.readouterr().out
    assert "note: line 2, 'fixes': what changes something waits for a person all the same" in said
    assert "note: line 3, 'typo': no tool that comes with the workbench is called aply" in said


def test_a_check_of_a_broken_file_ends_as_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("rules: {}", encoding="utf-8")
    assert main(["policy", "check", str(file)]) == REFUSED
    assert "line 1: rules is a list" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ("rules: [{deny: no, tool: apply_remediation}]", "The policy denies it: no"),
        ("mode: suggest-only", "Suggest-only"),
    ],
)
def test_nor_does_a_person_at_the_keyboard_run_what_is_forbidden(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], rules: str, says: str
) -> None:
    file.write_text(rules, encoding="utf-8")
    monkeypatch.setenv("SRE_POLICY_FILE", str(file))
    write = '{"kind": "restart", "component": "orders"}'
    assert main(["tool", "apply_remediation", "--capsule", CAPSULE, "--input", write]) == REFUSED
    assert says in capsys.readouterr().err


def test_the_example_of_the_documentation_can_be_used(file: Path) -> None:
    told = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
    file.write_text(told.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    policy = read_policy(file)
    assert [rule.says.value for rule in policy.rules] == ["deny", "deny", "ask", "allow"]
    drop = Reach(tool="run_diagnostic", effect=Effect.READS, arguments={"command": "psql -c 'DROP TABLE orders'"})
    assert (policy.ruled(drop, Role.ADMIN) or policy.rules[0]).name == "what deletes"


@pytest.mark.parametrize(
    "rule", ["deny: no web, tool: deep_research", "deny: no web, tool: '*', role: [responder, admin]"]
)
def test_nor_do_people_research_what_nobody_may(tmp_path: Path, rule: str) -> None:
    (tmp_path / "policy.yaml").write_text(f"rules: [{{{rule}}}]", encoding="utf-8")
    bench = Workbench(Settings(home=tmp_path, searxng_url="http://127.0.0.1:9", embedding_model="none"))
    try:
        with pytest.raises(RefusedInput, match=r"The policy denies it.*no web"):
            bench.research.preview("redis OOM")
    finally:
        bench.close()


def test_an_edit_to_what_is_forbidden_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(
        "rules: [{deny: big sums, tool: calculate, arguments: {expression: '*9*'}}]", encoding="utf-8"
    )
    bench = Workbench(Settings(home=tmp_path, embedding_model="none"))
    action = Action(id="A1", tool="calculate", arguments={"expression": "1 + 1"})
    try:
        happenings = (
            AlertReceived(alert=Alert(title="cold")),
            MemoryRecalled(),
            PlanProposed(plan=Plan(revision=1, steps=())),
            ActionProposed(action=action),
            ApprovalRequested(action_id="A1", digest=action.digest, reason="?"),
        )
        for seq, happening in enumerate(happenings, start=1):
            bench.timeline.append("inv", seq, entry(PERSON, happening))
        edit = ActionEdited(action_id="A1", request=5, arguments={"expression": "9 + 9"})
        with pytest.raises(RefusedInput, match="The policy denies it: big sums"):
            bench.record("inv", entry(PERSON, edit))
        assert len(bench.read("inv")) == 5
    finally:
        bench.close()
