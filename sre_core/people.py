"""Who works with the workbench: a name, what they may do, and where they speak from."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field

from sre_core.domain import Value

LONGEST_NAME = 200


class Role(StrEnum):
    """What somebody may do; each may what the ones before may."""

    VIEWER = "viewer"
    """Look at everything, decide nothing."""
    RESPONDER = "responder"
    """Investigate and decide."""
    ADMIN = "admin"
    """Also erase what was stored."""

    def covers(self, needed: Role) -> bool:
        """Whether this role may do what ``needed`` may."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


def in_words(roles: Iterable[Role]) -> str:
    """'an admin', 'a responder or an admin'; empty when there is none."""
    return " or ".join(f"{'an' if role is Role.ADMIN else 'a'} {role.value}" for role in roles)


class Identity(StrEnum):
    """How the workbench knows who somebody is."""

    NAME = "name"
    """They say so themselves: enough for one team behind one door."""
    LOGIN = "login"
    """They log in with an OpenID Connect provider (Streamlit's ``[auth]``)."""
    PROXY = "proxy"
    """A trusted proxy names them in a header."""


class Person(Value):
    """Somebody who says something."""

    name: str = Field(min_length=1)
    role: Role
    via: str = Field(default="", description="Where they speak from, such as 'browser at 10.0.0.7'.")

    @property
    def actor(self) -> str:
        """As the timeline writes it."""
        return f"person:{self.name}"


def tidy(name: str) -> str | None:
    """A name as the login or the proxy gives it, in one line; None when there is none, or it is too long to be one."""
    kept = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    return kept if 0 < len(kept) <= LONGEST_NAME else None


class Roster:
    """Who may do what: the role of a name."""

    def __init__(
        self, default: Role, admins: Iterable[str] = (), responders: Iterable[str] = (), viewers: Iterable[str] = ()
    ) -> None:
        """Names as the login or the proxy gives them, whatever their case; the highest role that names somebody counts."""
        named = {Role.ADMIN: admins, Role.RESPONDER: responders, Role.VIEWER: viewers}
        self._default = default
        self._named = {role: frozenset(name.casefold() for name in names) for role, names in named.items()}

    def role_of(self, name: str) -> Role:
        """What somebody of this name may do."""
        return next((role for role, names in self._named.items() if name.casefold() in names), self._default)
