"""How the Knowledge page says things, in one place."""

from __future__ import annotations

import re
from collections.abc import Mapping

import streamlit as st

from sre_core.counting import counted
from ui import listing, words
from ui.listing import as_text

__all__ = ["ago", "counted", "lines_asked", "secrets", "secrets_badge", "secrets_count", "who"]


def secrets(redacted: Mapping[str, int]) -> str:
    """'3 secrets taken out: 2 passwords, 1 private key'; empty when there were none."""
    if not redacted:
        return ""
    kinds = ", ".join(f"{number} {words.plain(kind)}" for kind, number in sorted(redacted.items()))
    return f"{counted(sum(redacted.values()), 'secret')} taken out: {kinds}"


def secrets_badge(redacted: Mapping[str, int]) -> None:
    """How many and of what kind; never what they were."""
    if said := secrets(redacted):
        st.badge(as_text(said), color="orange", icon=":material/key_off:")


def secrets_count(redacted: Mapping[str, int]) -> None:
    """The number alone, where there is little room; what kinds they were when it is pointed at."""
    if said := secrets(redacted):
        st.badge(
            counted(sum(redacted.values()), "secret"), color="orange", icon=":material/key_off:", help=as_text(said)
        )


def who(actor: str) -> str:
    """A name, as it may stand in Markdown."""
    return as_text(words.actor(actor))


def lines_asked(text: str | None) -> tuple[int, int] | None:
    """'12-20' or '12' of an address; None when it is neither."""
    found = re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", text or "")
    if not found:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return (first, last) if 1 <= first <= last else None


ago = listing.ago
