"""No value whatsoever becomes a second word of a command, changes its program, or is looked at by a template or a shell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.errors import ToolError
from sre_core.toolsets.templates import CannotRun, CommandTemplate

DESCRIBE = "kubectl describe {{ kind }} {{ name }}{% if namespace %} -n {{ namespace }}{% endif %}"

HOSTILE = [
    *("; rm -rf /", "$(id)", "`id`", "a b", "a\nb", "a\tb", "| sh", "> /etc/passwd", "&& id", "'", '"', "\\", "*", "~"),
    *(
        "' ; id '",
        '" ; id "',
        "{{ 7*7 }}",
        "{% raw %}",
        "{{ config }}",
        "${HOME}",
        "#",
        "!!",
        "x'\"`$(",
        "\u2028",
        "\r",
    ),
    *("-rf", "--kubeconfig=/tmp/x", "-", "--", "", "\0", "a" * 20_000, "\ud800"),
]


def run(template: str, arguments: Mapping[str, Any], **more: Any) -> list[str]:
    return CommandTemplate(template).argv(arguments, **more)


TEMPLATES = [
    ("ls {{ x }}", lambda x: ["ls", x]),
    ("ls '{{ x }}' -l", lambda x: ["ls", x, "-l"]),
    ('ls "{{ x }}" -l', lambda x: ["ls", x, "-l"]),
    ("ls a/{{ x }}/b", lambda x: ["ls", f"a/{x}/b"]),
    ("ls --name={{ x }}", lambda x: ["ls", f"--name={x}"]),
    ('ls --where K=a,V="{{ x }}"', lambda x: ["ls", "--where", f"K=a,V={x}"]),
    ("ls {{ x }}{{ x }}", lambda x: ["ls", f"{x}{x}"]),
    ("ls {% if x %}-n {{ x }}{% endif %} z", lambda x: ["ls", "-n", x, "z"] if x else ["ls", "z"]),
    ("ls {{ x | default('d') }}", lambda x: ["ls", x]),
    ("ls {{ x }} \\\n  {{ y | default(3) }}", lambda x: ["ls", x, "3"]),
]


@pytest.mark.parametrize(("template", "expected"), TEMPLATES)
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_stays_one_word_or_is_refused(template: str, expected: Any, value: str) -> None:
    try:
        argv = run(template, {"x": value})
    except ToolError:
        return
    assert argv == expected(value)


@given(st.sampled_from(TEMPLATES), st.text() | st.sampled_from(HOSTILE))
def test_no_value_whatsoever_adds_a_word_or_changes_the_program(chosen: Any, value: str) -> None:
    template, expected = chosen
    try:
        argv = run(template, {"x": value})
    except ToolError:
        return
    assert argv == expected(value)
    assert argv[0] == "ls"


@given(st.dictionaries(st.sampled_from(["kind", "name", "namespace", "extra"]), st.text(max_size=20)))
def test_several_values_keep_to_their_places(arguments: dict[str, str]) -> None:
    try:
        argv = run(DESCRIBE, arguments)
    except ToolError:
        return
    rest = ["-n", arguments["namespace"]] if arguments.get("namespace") else []
    assert argv == ["kubectl", "describe", arguments["kind"], arguments["name"], *rest]


def test_a_value_that_begins_with_a_dash_is_refused_where_it_would_be_an_option() -> None:
    for template in ("ls {{ x }}", "ls '{{ x }}'", "ls {{ x }}{{ y | default('') }}"):
        with pytest.raises(ToolError, match="would be taken for an option"):
            run(template, {"x": "-rf", "y": "z"})
    assert run("ls a{{ x }}", {"x": "-rf"}) == ["ls", "a-rf"]
    assert run("ls {{ x }}", {"x": "-rf"}, dashes=True) == ["ls", "-rf"]


def test_an_empty_first_value_does_not_let_a_second_one_become_an_option() -> None:
    with pytest.raises(ToolError, match="would be taken for an option"):
        run("ls {{ x }}{{ y }}", {"x": "", "y": "-rf"})


def test_what_may_be_left_out_is_left_out_even_where_jinja_has_a_global_of_that_name() -> None:
    template = CommandTemplate(DESCRIBE)
    assert template.placeholders.optional == {"namespace"}
    assert template.argv({"kind": "pod", "name": "till"}) == ["kubectl", "describe", "pod", "till"]
    assert template.argv({"kind": "pod", "name": "till", "namespace": None})[-1] == "till"
    with pytest.raises(ToolError, match="not given"):
        template.argv({"kind": "pod"})


def test_settings_of_the_toolset_can_be_named() -> None:
    template = CommandTemplate("timeout {{ config.timeout | default(30) }} hubble observe", {"timeout": 5})
    assert template.argv({}) == ["timeout", "5", "hubble", "observe"]
    assert template.placeholders.names == ()


@pytest.mark.parametrize(
    ("template", "because"),
    [
        ("kubectl get {{ x }} | grep {{ y }}", "pipes"),
        ("kubectl get {{ x }} > /tmp/{{ y }}", "redirects"),
        ("kubectl get {{ x }}>a", "redirects"),
        ("a {{ x }}; b", "several commands"),
        ("a $(b {{ x }})", "command substitutions"),
        ("{{ x }} get pods", "program itself"),
        ("a{{ x }} get pods", "program itself"),
        ("kubectl exec pod -- {{ x }}", "program itself"),
        ("bash -c {{ x }}", "runs a shell"),
        ("kubectl exec pod -- sh -c {{ x }}", "runs a shell"),
        ("/bin/sh script", "runs a shell"),
        ("python3 {{ x }}", "could run what an argument says"),
        ("find / -name a -exec {{ x }} \\;", "program that it runs"),
        ("git -c core.sshCommand={{ x }} fetch", "program that it runs"),
        ("tar --checkpoint-action=exec={{ x }} -xf a", "program that it runs"),
        ("ssh -o ProxyCommand={{ x }} a", "argument"),
        ("a {{ config.__class__ }}", "getattr"),
        ("a {% if x %}" * 500 + "{% endif %}" * 500, "nested too deeply"),
        ("timeout 5 xargs {{ x }}", "could run what an argument says"),
        ("az aks list --query \"[?name=='{{ x }}'].id\"", "part of an expression"),
        ("jq '.a | .{{ x }}'", "part of an expression"),
        ("a '{{ x }} {{ y }}'", "part of an expression"),
        ("a {{ x.__class__ }}", "getattr"),
        ("a {{ x['y'] }}", "getitem"),
        ("a {{ x() }}", "call"),
        ("a {{ x | attr('y') }}", "'attr'"),
        ("a {% for i in x %}{{ i }}{% endfor %}", "for"),
        ("a {% set y = 1 %}", "assign"),
        ("a {% include 'b' %}", "include"),
        ("a {{ x ~ 'y' }}", "concat"),
        ("a {{", "not Jinja"),
        ("", "empty"),
        ("{# nothing #}", "empty"),
    ],
)
def test_a_template_that_needs_more_than_values_is_refused_with_the_reason(template: str, because: str) -> None:
    with pytest.raises(CannotRun, match=because):
        CommandTemplate(template)


def test_what_only_some_values_bring_out_is_refused_then() -> None:
    template = CommandTemplate("a {{ x }}{% if x == 'b' %} | c{% endif %}")
    assert template.argv({"x": "y"}) == ["a", "y"]
    with pytest.raises(ToolError, match="pipes need a shell"):
        template.argv({"x": "b"})
