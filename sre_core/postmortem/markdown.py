"""A postmortem draft as Markdown: front matter that memory understands, and a note of the evidence behind each sentence."""

from __future__ import annotations

import json

from sre_core.foreign_text import code, inert
from sre_core.postmortem.written import PostmortemDraft, Section, Sentence


def markdown(draft: PostmortemDraft) -> str:
    """The draft as a document that can be edited, kept as knowledge and imported as a memory."""
    parts = [_front_matter(draft), f"# Postmortem: {inert(draft.title)}", ""]
    for section in draft.sections:
        parts += [f"## {section.heading}", "", *_lines(section), ""]
    seen = dict(draft.seen_at)
    if draft.evidence:
        parts += ["## Evidence", ""]
        for piece in draft.evidence:
            place = ", ".join(
                inert(part) for part in (piece.source, piece.component, _event(seen.get(piece.id))) if part
            )
            parts.append(f"- **{piece.id}** ({place}): `{code(piece.quote)}`")
        parts.append("")
    memory = any(sentence.revision for section in draft.sections for sentence in section.sentences)
    of_memory = " [memory n] is revision n of what is remembered of it." if memory else ""
    events = f"[n] is event n of investigation {draft.investigation_id}; E1, E2 ... are its evidence."
    parts.append(events + of_memory)
    return "\n".join(parts) + "\n"


def _front_matter(draft: PostmortemDraft) -> str:
    known = {
        "kind": "postmortem",
        "investigation": draft.investigation_id,
        "title": inert(draft.title),
        "component": draft.component,
        "faults": [draft.fault] if draft.fault else None,
        "started_at": draft.started_at.isoformat() if draft.started_at else None,
    }
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in known.items() if value]
    return "\n".join(("---", *lines, "---", ""))


def _lines(section: Section) -> list[str]:
    lines = [f"- {_line(sentence)}" for sentence in section.sentences]
    return [*lines, *([""] if lines else []), *([f"> To fill in: {section.question}"] if section.question else [])]


def _line(sentence: Sentence) -> str:
    when = f"{sentence.at:%Y-%m-%d %H:%M:%S} UTC · " if sentence.at else ""
    memory = [f"memory {sentence.revision}"] if sentence.revision else []
    return f"{when}{inert(sentence.text)} [{', '.join([*sentence.evidence, *map(str, sentence.events), *memory])}]"


def _event(seq: int | None) -> str:
    return f"event {seq}" if seq else ""
