"""Who sits there: by a name that the browser keeps, by a login, or by a trusted proxy's word. Pages ask here, and only here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

import streamlit as st

from sre_core.people import Identity, Person, Role, tidy
from ui import process
from ui.listing import as_text

COOKIE = "sre_name"
NOBODY_YET = "operator"
LONGEST_NAME = 40
LONGEST_LABEL = 20

MAY = {
    Role.VIEWER: "You may look at everything here, and decide nothing.",
    Role.RESPONDER: "You may investigate, decide and approve.",
    Role.ADMIN: "You may investigate, decide and approve, and have investigations and outputs erased.",
}
"""What each role means to the person who has it."""

_KEEP = st.components.v2.component(
    "sre_remember_name",
    js="""
export default function ({ data }) {
  document.cookie = `${data.cookie}=${data.name}; path=/; max-age=31536000; SameSite=Lax`;
}
""",
)


def identity() -> Identity:
    """How this workbench knows who somebody is."""
    return process.workbench().settings.identity


def known() -> str | None:
    """The name of whoever sits there; None when nobody has logged in, or the proxy named nobody."""
    match identity():
        case Identity.NAME:
            return _said()
        case Identity.LOGIN:
            return _logged_in(st.user.to_dict())
        case Identity.PROXY:
            return tidy(_in_utf8(st.context.headers.get(process.workbench().settings.user_header) or ""))


def require() -> None:
    """First line of every page: nothing of it is shown to somebody unknown, whichever way they came."""
    if known() is None:
        ask_to_log_in()
        st.stop()


def name() -> str:
    """The name that decisions are signed with. Raises ``RuntimeError`` for somebody unknown; see ``require``."""
    found = known()
    if found is None:
        raise RuntimeError("nobody is known here")
    return found


def is_unnamed() -> bool:
    """Whether they could say their name here, and have not."""
    return identity() is Identity.NAME and name() == NOBODY_YET


def role() -> Role:
    """What they may."""
    return process.workbench().roster.role_of(name())


def person() -> Person:
    """Who sits there, what they may, and from where they speak."""
    return Person(name=name(), role=role(), via=f"browser at {st.context.ip_address or '127.0.0.1'}")


def may_act() -> bool:
    """Whether they may decide anything at all."""
    return role().covers(Role.RESPONDER)


# -- how they are known ------------------------------------------------------------------------------------------------


def clean(name: str) -> str:
    """A name that is fit to be an actor: letters, digits, spaces and .-_@ ; never empty."""
    kept = re.sub(r"[^\w .@-]+", "", name).strip()
    return kept[:LONGEST_NAME] or NOBODY_YET


def _said() -> str:
    if "person" not in st.session_state:
        st.session_state["person"] = clean(_kept() or "")
    return str(st.session_state["person"])


def _kept() -> str | None:
    """What the browser remembers; None when it was never asked."""
    kept = st.context.cookies.get(COOKIE)
    return unquote(kept) if isinstance(kept, str) else None


def _logged_in(claims: Mapping[str, object]) -> str | None:
    """The address that the provider has verified, else the user name, else the name."""
    if claims.get("is_logged_in") is not True:
        return None
    fields = (
        ("preferred_username", "name")
        if claims.get("email_verified") is False
        else ("email", "preferred_username", "name")
    )
    return next((found for field in fields if (found := tidy(str(claims.get(field) or "")))), None)


def _in_utf8(header: str) -> str:
    """Headers arrive as Latin-1, whatever the proxy meant."""
    try:
        return header.encode("latin-1").decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return header


# -- what is drawn -----------------------------------------------------------------------------------------------------


def ask_to_log_in() -> None:
    """Instead of a page, for somebody unknown."""
    with st.container(horizontal_alignment="center"), st.container(key="login", width=420):
        st.subheader("SRE workbench", anchor=False)
        if identity() is Identity.LOGIN:
            _login()
        else:
            st.markdown("The proxy in front of this workbench did not say who you are. Come in through its address.")


def _login() -> None:
    if st.user.to_dict().get("is_logged_in") is True:
        st.markdown("You are logged in, but your provider sent no name for you: no e-mail address, user name or name.")
        st.button("Log out", on_click=st.logout)
        return
    st.markdown("Everything that is decided here is recorded with who decided it. Log in to go on.")
    st.button("Log in", type="primary", icon=":material/login:", on_click=st.login)


def badge() -> None:
    """Name and role in the bar; opens to say more, or to change the name where people say it themselves."""
    by_name = identity() is Identity.NAME
    unnamed = by_name and name() == NOBODY_YET
    with st.popover("Set your name" if unnamed else as_text(_short(name())), icon=":material/person:"):
        if by_name:
            _name_field("person_field")
            st.caption("Approvals and everything you say are recorded under this name. This browser remembers it.")
        else:
            st.text(name())
        st.badge(role().value, color="violet" if may_act() else "gray", icon=":material/shield_person:")
        st.caption(MAY[role()])
        if identity() is Identity.LOGIN:
            st.button("Log out", key="logout", on_click=st.logout)
    if st.session_state.get("person_renamed"):
        _KEEP(key="remember-name", data={"cookie": COOKIE, "name": quote(name())}, height=1)


def _short(name: str) -> str:
    """As much of it as the bar has room for on a phone."""
    return name if len(name) <= LONGEST_LABEL else f"{name.partition('@')[0][: LONGEST_LABEL - 2]} …"


def ask_once() -> None:
    """A line at the head of the start page, until it was answered or waved away in this browser."""
    if identity() is not Identity.NAME or _kept() is not None or st.session_state.get("person_renamed"):
        return
    with st.container(key="ask-name", border=True, horizontal=True, vertical_alignment="bottom", gap="small"):
        _name_field("first_name", "What is your name? Decisions are signed with it.")
        st.button("Not now", key="no-name", on_click=_keep_as, args=(NOBODY_YET,), width="content")


def _name_field(key: str, label: str = "Your name") -> None:
    st.text_input(
        label,
        value="" if name() == NOBODY_YET else name(),
        placeholder="such as Ada",
        key=key,
        on_change=lambda: _keep_as(st.session_state[key]),
        max_chars=LONGEST_NAME,
    )


def _keep_as(name: str) -> None:
    st.session_state["person"] = clean(name)
    st.session_state["person_renamed"] = True
