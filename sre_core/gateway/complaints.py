"""What is wrong with an answer, in short sentences that go back to the model: never its own text, and never much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError

MOST_COMPLAINTS = 12
LONGEST_COMPLAINT = 240
LONGEST_QUOTE = 4000
"""Characters of a bad answer that the model is shown again: its beginning and its end."""


def complaints_of(error: ValidationError) -> tuple[str, ...]:
    """One sentence for each place that does not fit; of a union, only about the member that was meant."""
    found = error.errors(include_url=False, include_context=True, include_input=False)
    return capped(_sentences([dict(one) for one in found]))


def capped(complaints: Iterable[str]) -> tuple[str, ...]:
    """The first few, each cut to a length."""
    kept = list(dict.fromkeys(" ".join(str(each).split())[:LONGEST_COMPLAINT] for each in complaints))
    if len(kept) <= MOST_COMPLAINTS:
        return tuple(kept)
    return (*kept[:MOST_COMPLAINTS], f"... and {len(kept) - MOST_COMPLAINTS} more.")


def asked_again(complaints: Sequence[str]) -> str:
    """What the model is told."""
    listed = "\n".join(f"- {each}" for each in complaints)
    return (
        f"Your answer cannot be used:\n{listed}\nAnswer the same question again, whole, in the form that was asked for."
    )


def quoted(answer: str) -> str:
    """A bad answer as it goes back to the model: whole when it is short."""
    if len(answer) <= LONGEST_QUOTE:
        return answer
    half = LONGEST_QUOTE // 2
    return f"{answer[:half]}\n[... {len(answer) - 2 * half} characters left out ...]\n{answer[-half:]}"


def _sentences(errors: Sequence[dict[str, Any]]) -> Iterator[str]:
    unmeant = _unmeant(errors)
    for one in errors:
        where = tuple(one["loc"])
        if not any(where[: len(prefix)] == prefix for prefix in unmeant):
            yield f"{_path(where)}: {_words(one)}"
    for at in dict.fromkeys(prefix[:-1] for prefix in unmeant if _all_unmeant(prefix[:-1], errors, unmeant)):
        tags = dict.fromkeys(
            one.get("ctx", {}).get("expected", "")
            for one in errors
            if tuple(one["loc"])[: len(at)] == at and _is_tag(one)
        )
        yield f"{_path(at)}: must be one of {', '.join(tag for tag in tags if tag)}."


def _unmeant(errors: Sequence[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """Where members of a union stand whose literal the answer does not carry: all but the last of a tag's place."""
    return {
        tuple(one["loc"])[:-1] for one in errors if _is_tag(one) and len(one["loc"]) >= 2 and _is_member(one["loc"][-2])
    }


def _is_tag(one: dict[str, Any]) -> bool:
    """Whether the literal that names a member of a union is another one; a choice of several is no name."""
    return bool(one["type"] == "literal_error") and " or " not in str(one.get("ctx", {}).get("expected", ""))


def _is_member(part: Any) -> bool:
    """Pydantic puts the class of a union's member into the place: field names here are not capitalised."""
    return isinstance(part, str) and part[:1].isupper()


def _all_unmeant(at: tuple[Any, ...], errors: Sequence[dict[str, Any]], unmeant: set[tuple[Any, ...]]) -> bool:
    below = [tuple(one["loc"]) for one in errors if tuple(one["loc"])[: len(at)] == at]
    return all(any(where[: len(prefix)] == prefix for prefix in unmeant) for where in below)


def _path(where: Sequence[Any]) -> str:
    named = [str(part) for part in where if not _is_member(part)]
    return ".".join(named)[:120] or "the answer"


def _words(one: dict[str, Any]) -> str:
    said = str(one["msg"]).removeprefix("Value error, ")
    return said if said.endswith(".") else f"{said}."
