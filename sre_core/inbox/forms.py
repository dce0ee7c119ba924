"""How forms that nobody knows by name are read: what people do with templates, each with their role checked here."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sre_core.cleaned import cleaned
from sre_core.errors import NotAllowed, RefusedInput
from sre_core.gateway.record import json_without_secrets, without_secrets
from sre_core.inbox.payload_paths import first_template, paths_in
from sre_core.inbox.templates import KnownTemplate, TemplateChange, Templates
from sre_core.intake.alerts import Understood
from sre_core.intake.foreign_json import read_json
from sre_core.intake.template_guess import suggest
from sre_core.intake.template_text import text_of
from sre_core.intake.templates import AlertTemplate, apply, suits
from sre_core.investigator import utc_now
from sre_core.people import Person, Role


class Forms:
    """Where people come to the templates. A viewer looks and tries; a responder saves and deletes. Thread-safe."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def all(self) -> Sequence[KnownTemplate]:
        """All, by name."""
        return self._templates.all()

    def templates(self) -> list[AlertTemplate]:
        """The same as they are read by: the first that suits a payload reads it."""
        return [known.template for known in self.all()]

    def changes(self) -> Sequence[TemplateChange]:
        """Who wrote or deleted what, the latest first."""
        return self._templates.changes()

    def suggested(self, payload: str) -> str:
        """A first guess, as text to be edited. Raises ``RefusedInput`` when it is no JSON object with something in it."""
        alone = _alone(payload_without_secrets(payload))
        try:
            return text_of(suggest(alone))
        except RefusedInput:
            if template := first_template(alone):
                return text_of(template)
            raise

    def paths(self, payload: str) -> Sequence[tuple[str, str]]:
        """(path, what stands there) of a payload, to be written into a template."""
        return paths_in(_alone(payload_without_secrets(payload)))

    def tried(self, template: AlertTemplate, payload: str, context: str = "") -> Understood:
        """What a payload would become by it; nothing is kept. Raises ``RefusedInput``."""
        understood = apply(template, _alone(payload_without_secrets(payload)), context, utc_now())
        return understood.model_copy(update={"alert": cleaned(understood.alert)})

    def suits(self, template: AlertTemplate, payload: str) -> bool:
        """Whether such payloads would be read by it; one that is no JSON is not."""
        try:
            return suits(template, read_json(_alone(payload)))
        except ValueError:
            return False

    def save(self, text: str, by: Person, replaces: str | None = None) -> AlertTemplate:
        """Read such payloads by it from now on. Raises ``NotAllowed``; ``RefusedInput`` that names the field that is wrong."""
        needs(by, Role.RESPONDER, "Nothing was saved.")
        return self._templates.save(without_secrets(text), by, replaces)

    def delete(self, name: str, by: Person) -> bool:
        """Read nothing by it any more; what it read stays. False when there was none. Raises ``NotAllowed``."""
        needs(by, Role.RESPONDER, "Nothing was deleted.")
        return self._templates.delete(name, by)


def _alone(payload: str) -> str:
    """The one object of a list: that is how an alert comes that stood among others."""
    try:
        parsed = read_json(payload)
    except ValueError:
        return payload
    return json.dumps(parsed[0], ensure_ascii=False) if isinstance(parsed, list) and len(parsed) == 1 else payload


def payload_without_secrets(payload: str) -> str:
    """What came in, as it may be kept: JSON stays JSON."""
    return json_without_secrets(payload) if payload.lstrip()[:1] in ("{", "[") else without_secrets(payload)


def needs(by: Person, role: Role, instead: str) -> None:
    """Raise ``NotAllowed`` for somebody whose role does not cover this one; ``instead``: what was not done."""
    if not by.role.covers(role):
        takes = f"{'an' if role is Role.ADMIN else 'a'} {role.value}"
        raise NotAllowed(f"{by.name} is {by.role.value}; this takes {takes}. {instead} Ask one of them.")
