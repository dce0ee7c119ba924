"""Rule files of Prometheus, read with the line of everything that is wrong in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from sre_core.domain import Value
from sre_core.errors import RefusedInput

_LINE = "\0line"
"""The key under which a mapping's own line is kept; no YAML of anybody can have it."""
MOST_RULES = 20_000
"""Of one file, so that aliases of aliases end."""

Wrong = tuple[int, str]
"""(line, what is wrong there)"""


class AlertRule(Value):
    """One alerting rule, all values as text."""

    name: str
    group: str
    expression: str
    waits: str = ""
    keeps_firing: str = ""
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


class _WithLines(yaml.SafeLoader):
    """Plain values only, and each mapping knows its line."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        return {**super().construct_mapping(node, deep=True), _LINE: node.start_mark.line + 1}

    def as_it_stands(self, node: yaml.ScalarNode) -> Any:
        """A date or a number that is one only by accident stays text."""
        return self.construct_scalar(node)

    def mapping(self, node: yaml.MappingNode) -> Any:
        """Whole at once: rules are not recursive."""
        return self.construct_mapping(node)


for _tag in ("int", "float", "timestamp", "bool", "binary"):
    _WithLines.add_constructor(f"tag:yaml.org,2002:{_tag}", _WithLines.as_it_stands)
_WithLines.add_constructor("tag:yaml.org,2002:map", _WithLines.mapping)


def read_rules(content: str) -> tuple[list[AlertRule], list[Wrong]]:
    """The alerting rules in a file, and what in there is none. Raises ``RefusedInput`` when it cannot be read as YAML."""
    rules: list[AlertRule] = []
    wrong: list[Wrong] = []
    for document in _parsed(content):
        for group, rule, line in _groups(document, wrong):
            if len(rules) >= MOST_RULES:
                raise RefusedInput(f"it holds more than {MOST_RULES} rules. Split it.")
            try:
                rules += _alert(group, rule, line)
            except ValueError as error:
                wrong.append((line, str(error)))
    return rules, wrong


def _parsed(content: str) -> list[Any]:
    try:
        return [found for found in yaml.load_all(content, _WithLines) if found is not None]
    except yaml.MarkedYAMLError as error:
        if template := _template_line(content):
            raise RefusedInput(f"line {template} is a template's: render it first (helm template).") from error
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RefusedInput(f"line {line} is no YAML: {error.problem or error.context}.") from error
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        raise RefusedInput(f"it is no YAML that can be read: {str(error) or 'nested too deeply'}.") from error


def _template_line(content: str) -> int | None:
    """The first line that only a template has; what Prometheus fills in itself stands within a value."""
    lines = enumerate(content.splitlines(), start=1)
    return next((number for number, line in lines if line.lstrip().startswith("{{")), None)


def _groups(document: Any, wrong: list[Wrong]) -> Iterator[tuple[str, Any, int]]:
    """(group, rule, line) of a plain rule file, a PrometheusRule, or a list of them. Other objects of Kubernetes have none."""
    if not isinstance(document, dict):
        wrong.append((1, "this is no rule file: a mapping with 'groups' is expected."))
        return
    if isinstance(items := document.get("items"), list) and "groups" not in document:
        for item in items:
            yield from _groups(item, wrong)
        return
    spec = document.get("spec")
    groups = spec.get("groups") if isinstance(spec, dict) else document.get("groups")
    if groups is None and "kind" in document and document["kind"] != "PrometheusRule":
        return
    if not isinstance(groups, list):
        wrong.append((document[_LINE], "there is no list of 'groups'."))
        return
    for group in groups:
        if not isinstance(group, dict) or not isinstance(group.get("rules"), list):
            wrong.append((_line_of(group, document[_LINE]), "a group has no list of 'rules'."))
            continue
        for rule in group["rules"]:
            yield str(group.get("name", "")), rule, _line_of(rule, group[_LINE])


def _line_of(given: Any, otherwise: int) -> int:
    return int(given[_LINE]) if isinstance(given, dict) else otherwise


def _alert(group: str, rule: Any, line: int) -> list[AlertRule]:
    """The rule, in a list; none where it only records. Raises ``ValueError`` that says what is missing."""
    if not isinstance(rule, dict):
        raise ValueError("a rule is no mapping.")
    if "alert" not in rule:
        if "record" in rule:
            return []
        raise ValueError("a rule has neither 'alert' nor 'record'.")
    name, expression = rule["alert"], rule.get("expr")
    if not isinstance(name, str) or not name.strip():
        raise ValueError("the name of an alert is no text.")
    if not isinstance(expression, str) or not expression.strip():
        raise ValueError(f"the alert {name} has no 'expr'.")
    return [
        AlertRule(
            name=name.strip(),
            group=group,
            expression=expression,
            waits=_text(rule.get("for")),
            keeps_firing=_text(rule.get("keep_firing_for")),
            labels=_texts(rule.get("labels"), f"the labels of {name}"),
            annotations=_texts(rule.get("annotations"), f"the annotations of {name}"),
        )
    ]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(values: Any, what: str) -> dict[str, str]:
    if values is None:
        return {}
    if not isinstance(values, dict) or not all(
        isinstance(value, str | None) for key, value in values.items() if key != _LINE
    ):
        raise ValueError(f"{what} are no mapping of texts.")
    return {str(name): value or "" for name, value in values.items() if name != _LINE}
