"""The alerts of the inbox: narrowed, ordered, a page at a time; several can be chosen at once. It looks again by itself."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.domain import Severity
from sre_core.inbox.desk import MOST_TOGETHER, NOT_SAID, Facets
from sre_core.inbox.narrowing import Order, State, Wanted
from sre_core.inbox.received import InboxAlert
from ui import listing, person, places, tokens, toned, words
from ui.listing import as_text, titled
from ui.memory.attempt import attempt

PICKED = "inbox-picked"
"""Ids of the alerts that are chosen, in the order they were."""
PAGE = "inbox-page"
ALL = "all"

STANDINGS: dict[str, State] = {
    "waiting for somebody": "waiting",
    "firing": "firing",
    "being investigated": "investigated",
    "resolved": "resolved",
    "dismissed": "dismissed",
    "all": "all",
}
ORDERS: dict[str, Order] = {
    "Newest first": "newest",
    "Loudest first": "loudest",
    "Component": "component",
    "Most often": "most often",
}


def alerts(bench: Workbench) -> None:
    """Draw them, or say what to do when there is none."""
    if not bench.inbox.page().total:
        st.markdown(
            "**Nothing was received yet.** Give an alert under *Give alerts*: paste what your monitoring sends, or the words of "
            "a colleague. What says the same again is counted on its row, and what is over says so."
        )
        return
    _rows(bench, _narrowed(bench.inbox.facets()))


def _narrowed(facets: Facets) -> Wanted:
    with st.container(key="inbox-narrow", horizontal=True, vertical_alignment="bottom", gap="small"):
        found = st.text_input(
            "Find",
            key="inbox-find",
            placeholder="a word of the alert or a label",
            live=True,
            label_visibility="collapsed",
            persist_state="session",
        )
        standing = _choice("Standing", list(STANDINGS), "inbox-standing", 176)
        severity = _choice("Severity", [ALL, *facets.severities], "inbox-severity", 126, "any severity")
        component = _choice("Component", [ALL, *facets.components], "inbox-component", 152, "any component")
        vendor = _choice("Sender", [ALL, *facets.vendors], "inbox-vendor", 126, "any sender", words.sender)
        order = _choice("Order", list(ORDERS), "inbox-order", 130)
    return Wanted(
        words=found or "",
        state=STANDINGS[standing],
        severity=None if severity == ALL else Severity(severity),
        component=None if component == ALL else component,
        vendor=None if vendor == ALL else vendor,
        order=ORDERS[order],
    )


def _choice(
    label: str, options: list[str], key: str, width: int, any_: str = "", called: Callable[[str], str] = words.plain
) -> str:
    """One way to narrow the list. What is no longer there to be chosen is let go."""
    if st.session_state.get(key) not in (None, *options):
        del st.session_state[key]

    def shown(option: str) -> str:
        if any_ and option == ALL:
            return any_
        return "names no component" if option == NOT_SAID else called(option)

    chosen = st.selectbox(
        label,
        options,
        key=key,
        width=width,
        label_visibility="collapsed",
        format_func=shown,
        persist_state="session",
    )
    return str(chosen)


@st.fragment(run_every=listing.LOOK_AGAIN)
def _rows(bench: Workbench, wanted: Wanted) -> None:
    """Looks again by itself; what is chosen stays chosen."""
    shown = bench.inbox.page(wanted.model_copy(update={"page": st.session_state.get(PAGE) or 1}))
    _bar(bench, wanted)
    if not shown.alerts:
        st.markdown(_nothing(bench, wanted))
    with st.container(key="rows-inbox", gap="xsmall"):
        sizes = bench.inbox.group_sizes(shown.alerts)
        for one in shown.alerts:
            _row(one, sizes[one.id])
    with st.container(horizontal=True, vertical_alignment="center"):
        if shown.pages > 1:
            st.pagination(shown.pages, key=PAGE)
        st.caption(f"{shown.found} of {counted(shown.total, 'alert')}. {bench.inbox.kept()}")


def _nothing(bench: Workbench, wanted: Wanted) -> str:
    if wanted == Wanted(order=wanted.order):
        return "**No alert waits for anybody.** All of them are investigated, resolved or dismissed; *all* shows them."
    return "No alert is like that. Ask for less, or for *all*."


def _row(one: InboxAlert, others: int) -> None:
    alert = one.alert
    with st.container(key=f"inbox-row-{one.id}", horizontal=True, vertical_alignment="center", gap="small"):
        _pick(one)
        with st.container(width=84, key=f"inbox-loud-{one.id}"):
            toned.badge(alert.severity.value, tokens.SEVERITY[alert.severity])
        st.page_link(places.inbox(), label=titled(alert.title, _beside(one, others)), query_params={"alert": one.id})
        if one.standing != "firing":
            toned.badge(one.standing, tokens.RECEIVED[one.standing])
        often = f"{one.times} times · " if one.times > 1 else ""
        st.caption(f"{often}{listing.ago(one.last_seen)}", width="content")


def _beside(one: InboxAlert, others: int) -> str:
    """'cart · goes with 3 others'."""
    goes = f"goes with {counted(others, 'other')}" if others else ""
    return " · ".join(part for part in (one.alert.component or "", goes) if part)


# -- several at once ---------------------------------------------------------------------------------------------------


def _pick(one: InboxAlert) -> None:
    if not person.may_act():
        return
    key = _key(one.id)
    if key not in st.session_state:
        st.session_state[key] = one.id in _picked()
    label = f"Choose {as_text(one.alert.title)}"
    st.checkbox(label, key=key, on_change=_toggle, args=(one.id,), label_visibility="collapsed")


def _key(alert_id: str) -> str:
    return f"inbox-pick-{alert_id}"


def _picked() -> list[str]:
    picked: list[str] = st.session_state.setdefault(PICKED, [])
    return picked


def _toggle(alert_id: str) -> None:
    others = [id_ for id_ in _picked() if id_ != alert_id]
    st.session_state[PICKED] = [*others, alert_id] if st.session_state[_key(alert_id)] else others


def let_go() -> None:
    """Nothing is chosen any more."""
    for id_ in st.session_state.pop(PICKED, []):
        if _key(id_) in st.session_state:
            st.session_state[_key(id_)] = False


def _bar(bench: Workbench, wanted: Wanted) -> None:
    """What can be done with those that are chosen."""
    chosen = bench.inbox.some(_picked())
    if not chosen:
        return
    ids, many = [one.id for one in chosen], len(chosen)
    with st.container(key="inbox-bar", horizontal=True, vertical_alignment="center", gap="small", border=True):
        st.markdown(f"**{counted(many, 'alert')} chosen**", width="content")
        label = "Investigate" if many == 1 else f"Investigate {many} as one"
        if st.button(label, key="inbox-together", type="primary", disabled=many > MOST_TOGETHER):
            _go(ids)
        if wanted.state == "dismissed":
            if st.button("Bring back", key="inbox-restore", icon=":material/undo:"):
                done = f"{counted(many, 'alert')} brought back."
                attempt(lambda: bench.inbox.restore(ids, person.person()), done, let_go_now)
        else:
            _dismissing(bench, ids)
        st.button("Choose none", key="inbox-none", on_click=let_go, type="tertiary")
    if many > MOST_TOGETHER:
        st.caption(f"At most {MOST_TOGETHER} alerts are investigated as one.")


def _dismissing(bench: Workbench, ids: list[str]) -> None:
    with st.popover("Dismiss …", icon=":material/notifications_off:"):
        st.markdown(
            "Nothing needs to be done about them. They stay under *dismissed*, and come back when they fire anew."
        )
        because = st.text_input("Why? (optional)", key="inbox-because", max_chars=400, placeholder="such as: a drill")
        if st.button("Dismiss", key="inbox-dismiss", type="primary"):
            done = f"{counted(len(ids), 'alert')} dismissed, to be found under “dismissed”."
            attempt(lambda: bench.inbox.dismiss(ids, person.person(), because), done, let_go_now)


def let_go_now() -> None:
    """The same after a button, when the boxes are drawn already: they are drawn anew in the next run."""
    for id_ in st.session_state.pop(PICKED, []):
        st.session_state.pop(_key(id_), None)


def _go(ids: list[str]) -> None:
    """To the page where it is begun; a single one has that on its own."""
    st.query_params.from_dict({"alert": ids[0]} if len(ids) == 1 else {"together": ",".join(ids)})
    st.rerun()


def short_list(bench: Workbench, most: int) -> None:
    """The newest that wait, for the start page; nothing when none does."""
    found = bench.inbox.page(Wanted(per_page=most))
    if not found.alerts:
        return
    st.subheader("Waiting in the inbox", anchor=False)
    with st.container(key="rows-inbox-short", gap="xsmall"):
        for one in found.alerts:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                with st.container(width=84):
                    toned.badge(one.alert.severity.value, tokens.SEVERITY[one.alert.severity])
                label = titled(one.alert.title, one.alert.component or "")
                st.page_link(places.inbox(), label=label, query_params={"alert": one.id}, width="stretch")
                st.caption(listing.ago(one.last_seen), width="content")
        if found.found > most:
            st.page_link(places.inbox(), label=as_text(f"and {found.found - most} more"))
