"""Takes secrets out of what an incident says, before anything of it is stored."""

from __future__ import annotations

from typing import Any

from sre_core.domain import Incident
from sre_core.redaction import redact

SAID = (
    "title",
    "symptoms",
    "resolution",
    "alert",
    "seen",
    "affected",
    "statement",
    "refuted",
    "runbooks",
    "resolved_by",
)
"""Fields that hold words. Names of components and faults, ids and digests stay: what is compared hangs on them."""


def without_secrets(incident: Incident) -> Incident:
    """The same, its words without secrets; again is the same."""
    words = {name: clean(getattr(incident, name)) for name in SAID}
    evidence = tuple(proof.model_copy(update={"text": clean(proof.text)}) for proof in incident.evidence)
    return incident.model_copy(update={**words, "evidence": evidence})


def clean(value: Any) -> Any:
    """A text, or several, without secrets; anything else as it is."""
    if isinstance(value, str):
        return redact(value).text
    return tuple(clean(one) for one in value) if isinstance(value, tuple) else value
