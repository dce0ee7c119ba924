"""People: who sits here, what each role may, and how the workbench knows who somebody is."""

from __future__ import annotations

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.people import Identity
from sre_core.settings import secret_of
from ui import person
from ui.settings.parts import Standing, facts, how_to

KNOWN_BY = {
    Identity.NAME: "they say their name themselves",
    Identity.LOGIN: "they log in with an OpenID Connect provider",
    Identity.PROXY: "a trusted proxy names them",
}


def standing(bench: Workbench) -> Standing:
    """Whether names are proven."""
    proven = bench.settings.identity is not Identity.NAME
    return Standing("names are proven", "green") if proven else Standing("names are typed in", "gray")


def draw(bench: Workbench) -> None:
    """Draw it."""
    settings, by_name = bench.settings, bench.settings.identity is Identity.NAME
    proxied = settings.identity is Identity.PROXY
    facts(
        {
            "You": f"{person.name()}, {person.role().value}",
            "You may": person.MAY[person.role()].removeprefix("You may ").rstrip("."),
            "Known by": KNOWN_BY[settings.identity],
            "Everybody else": bench.roster.role_of("\0").value,
            "Admins": None if by_name else ", ".join(settings.admins) or "none is named",
            "Responders": None if by_name else _how_many(settings.responders),
            "Viewers": None if by_name else _how_many(settings.viewers),
            "Name in": f"the header {settings.user_header}" if proxied else None,
            "Proxy's secret": ("set; it is never shown" if secret_of(settings) else "not set") if proxied else None,
            "Host names": ", ".join(settings.allowed_hosts),
        }
    )
    if by_name:
        how_to(
            "Anybody who reaches this address may sign with any name: enough for one team behind one door. Behind a login or a "
            "proxy, names are proven, and each has a role.",
            "SRE_IDENTITY=login",
            "SRE_ADMINS=ada@example.org",
            "SRE_RESPONDERS=bo@example.org, cy@example.org",
        )
        st.caption("What else a login or a proxy needs: docs/people.md.")


def _how_many(names: tuple[str, ...]) -> str:
    return counted(len(names), "name") if names else "none is named"
