"""One's own profile: name, team, services, and how investigations begin for oneself."""

from __future__ import annotations

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.domain import Autonomy, Pace
from sre_core.memory.profiles import Profile
from ui import person, words
from ui.danger import irreversible_button
from ui.listing import ago, as_text
from ui.memory.attempt import attempt

AS_IT_IS = "as the workbench has it"


def profile(bench: Workbench) -> None:
    """Draw the form with what is remembered of whoever sits there."""
    who = person.person()
    if person.is_unnamed():
        st.markdown("**Say your name first** (above, right): a profile belongs to a name.")
        return
    mine = bench.memory_desk.profile(who)
    st.markdown(f"**{as_text(who.name)}**")
    if mine is None:
        st.caption("Nothing is remembered of you yet. What you say here is used as defaults on the start page.")
    elif mine.updated_at:
        st.caption(f"Saved {ago(mine.updated_at)}. Used as defaults on the start page. Others do not see it here.")
    with st.form("my-profile", border=False):
        given = _fields(who.name, mine or Profile(name=who.name))
        pressed = st.form_submit_button("Save", type="primary", key="profile-save")
    if pressed:
        attempt(lambda: bench.memory_desk.save_profile(given, who), "Saved.")
    if mine and irreversible_button(
        "Erase my profile …",
        "your team, your services and how investigations begin for you.",
        key="profile-erase",
        confirm="Erase my profile for good",
        stays="what you said and decided in investigations, with your name.",
    ):
        attempt(lambda: bench.memory_desk.erase_profile(who), "Erased.")


def _fields(name: str, known: Profile) -> Profile:
    team = st.text_input("Team", known.team, key="profile-team", max_chars=200)
    services = st.text_input(
        "Services that you own",
        ", ".join(known.services),
        key="profile-services",
        placeholder="such as: checkout, cart",
    )
    autonomy = st.selectbox(
        "What waits for your yes",
        [None, *Autonomy],
        index=[None, *Autonomy].index(known.autonomy),
        key="profile-autonomy",
        format_func=lambda one: words.AUTONOMY[one] if one else AS_IT_IS,
    )
    pace = st.selectbox(
        "How far it goes by itself",
        [None, *Pace],
        index=[None, *Pace].index(known.pace),
        key="profile-pace",
        format_func=lambda one: words.PACE[one] if one else AS_IT_IS,
    )
    owned = tuple(dict.fromkeys(each.strip() for each in services.split(",") if each.strip()))
    return Profile(name=name, team=team.strip(), services=owned, autonomy=autonomy, pace=pace)
