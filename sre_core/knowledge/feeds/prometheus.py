"""Prometheus alerting rules as documents: one a rule, with the runbook that its annotation names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sre_core.errors import RefusedInput
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.feeds.base import FeedItem, ItemRead, Redact, Refusal, Unlisted
from sre_core.knowledge.feeds.folder import sha256_of
from sre_core.knowledge.feeds.paths import files_below, folder_at, stamp_of, wanted
from sre_core.knowledge.feeds.rules import AlertRule, read_rules
from sre_core.knowledge.feeds.settings import PrometheusSettings

RULE_FILES = ("*.yaml", "*.yml", "*.rules")
LARGEST = 5_000_000
"""Bytes of one rule file."""


class PrometheusFeed:
    """Rule files: one, or all in a folder. Implements ``Feed``."""

    def __init__(self, settings: PrometheusSettings, redact: Redact) -> None:
        given = Path(settings.path).expanduser().absolute()
        self._only = given.name if given.is_file() else None
        self._folder = folder_at(str(given.parent if self._only else given))
        self._settings = settings
        self._redact = redact

    def items(self) -> Iterator[FeedItem | Unlisted]:
        """A file each; the stamp is size and times."""
        if self._only is not None:
            stamp = stamp_of(self._folder, self._folder / self._only)
            if stamp is not None:
                yield FeedItem(self._only, stamp)
            return
        for found in files_below(self._folder):
            if isinstance(found, Unlisted) or wanted(
                found.id, self._settings.include or RULE_FILES, self._settings.exclude
            ):
                yield found

    def digest(self, item: FeedItem) -> str:
        """SHA-256 of the file."""
        return sha256_of(self._folder / item.id)

    def read(self, items: Sequence[FeedItem]) -> Iterator[ItemRead]:
        """The alerting rules of each file. Recording rules give nothing."""
        for item in items:
            yield self._read(item)

    def _read(self, item: FeedItem) -> ItemRead:
        try:
            rules, wrong = read_rules(self._text(item))
        except OSError as error:
            return ItemRead(item, refused=(Refusal(item.id, f"it cannot be opened: {error.strerror}.", again=True),))
        except RefusedInput as error:
            return ItemRead(item, refused=(Refusal(item.id, str(error)),))
        refused = tuple(Refusal(f"{item.id}, line {line}", reason) for line, reason in wrong)
        return ItemRead(item, tuple(_documents(item.id, rules, self._redact)), refused)

    def _text(self, item: FeedItem) -> str:
        file = self._folder / item.id
        if file.stat().st_size > LARGEST:
            raise RefusedInput(f"it is larger than {LARGEST // 1_000_000} MB, which no rule file is.")
        try:
            return file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise RefusedInput("it is no UTF-8 text.") from error


def _documents(file: str, rules: Sequence[AlertRule], redact: Redact) -> Iterator[SourceDocument]:
    taken: dict[str, int] = {}
    for rule in rules:
        severity = rule.labels.get("severity", "")
        path = "/".join(part.replace("/", "-") for part in (rule.group, rule.name, severity) if part)
        taken[path] = taken.get(path, 0) + 1
        number = f"-{taken[path]}" if taken[path] > 1 else ""
        yield _document(f"{file}/{path}{number}", rule, redact)


def _document(path: str, rule: AlertRule, redact: Redact) -> SourceDocument:
    clean = redact("\n".join(_lines(rule)) + "\n")
    link = rule.annotations.get("runbook_url") or rule.annotations.get("runbook") or ""
    return SourceDocument(
        path=path,
        text=clean.text,
        title=rule.name,
        kind="alert_rule",
        component=_component(rule.labels),
        names=(rule.name,),
        links=(link,) if "://" in link and "{{" not in link else (),
        redacted=clean.found,
    )


def _component(labels: Mapping[str, str]) -> str | None:
    named = (labels.get(label) for label in ("component", "service"))
    return next((name for name in named if name and "{{" not in name), None)


def _lines(rule: AlertRule) -> Iterator[str]:
    known = {"summary", "description", "message", "runbook_url", "runbook"}
    said = [
        rule.annotations[name].strip() for name in ("summary", "description", "message") if name in rule.annotations
    ]
    yield f"# {rule.name}"
    for paragraph in said:
        yield from ("", paragraph)
    facts = {
        "Severity": rule.labels.get("severity"),
        "Fires after the condition holds for": rule.waits,
        "Keeps firing for": rule.keeps_firing,
        "Rule group": rule.group,
        "Runbook": rule.annotations.get("runbook_url") or rule.annotations.get("runbook"),
    }
    yield ""
    yield from (f"- {name}: {value}" for name, value in facts.items() if value)
    yield from ("", "## Condition", "", "```promql", *rule.expression.strip().splitlines(), "```")
    yield from _table("Labels", {name: value for name, value in rule.labels.items() if name != "severity"})
    yield from _table("Annotations", {name: value for name, value in rule.annotations.items() if name not in known})


def _table(heading: str, values: Mapping[str, str]) -> Iterator[str]:
    if values:
        yield from ("", f"## {heading}", "")
        yield from (f"- {name}: {' '.join(value.split())}" for name, value in sorted(values.items()))
