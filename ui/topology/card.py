"""The component that is selected: whom it touches, what was changed, what investigations found, what is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import streamlit as st

from sre_core.counting import counted
from sre_core.domain import Examined
from sre_core.topology.conditions import ComponentCondition, Condition
from sre_core.topology.dossier import Dossier, Found
from ui import places, tokens, words
from ui.listing import ago, as_text
from ui.topology import address

MOST_NAMED = 8
MOST_TOLD = 5
LONGEST_QUOTE = 240

CONDITION: dict[Condition, tuple[str, tokens.Tone]] = {
    Condition.CAUSE: ("the cause", "red"),
    Condition.SUSPECTED: ("suspected", "orange"),
    Condition.BAD: ("looked bad", "yellow"),
    Condition.CLEAN: ("clean", "green"),
    Condition.BLIND: ("not examined", "gray"),
}
"""What it is called, and its colour."""

SHOWED = {Examined.BAD: "looked bad", Examined.CLEAN: "clean", Examined.NO_DATA: "no data"}


def card(dossier: Dossier, source: str) -> None:
    """Draw it."""
    one = dossier.component
    with st.container(border=True, key="topology-card", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"#### {as_text(one.id)}", width="stretch")
            st.badge(as_text(one.kind), color="gray", icon=":material/deployed_code:")
            st.button("Close", key="topology-close", icon=":material/close:", type="tertiary", on_click=_close)
        _about(dossier)
        _neighbours("Depends on", dossier.depends_on, "needs", lambda other: dossier.relations[one.id, other])
        _neighbours("Used by", dossier.used_by, "used", lambda other: dossier.relations[other, one.id])
        _radius(dossier.upstream)
        _changes(dossier, source)
        _found(dossier.found)
        _remembered(dossier)


def _about(dossier: Dossier) -> None:
    one = dossier.component
    owners = ", ".join(f"{o.name} ({o.team})" if o.team else o.name for o in dossier.owners)
    labels = words.listed((f"{name}={value}" for name, value in sorted(one.labels.items())), most=8)
    called = one.name if one.name and one.name != one.id else ""
    told = {"Called": called, "Owned by": owners, "Labels": labels}
    lines = [f"{name}: {as_text(value)}" for name, value in told.items() if value]
    if lines:
        st.caption("  \n".join(lines))


def _neighbours(title: str, names: Sequence[str], key: str, relation: Callable[[str], str]) -> None:
    st.markdown(f"**{title}** · {len(names)}")
    if not names:
        st.caption("Nothing that the topology knows.")
        return
    with st.container(horizontal=True, gap="small", key=f"topology-{key}"):
        for name in names[:MOST_NAMED]:
            asked = words.plain(relation(name))
            st.button(as_text(name), key=f"topology-{key}-{name}", help=as_text(asked), on_click=_open, args=(name,))
    if len(names) > MOST_NAMED:
        st.caption(f"and {as_text(words.listed(names[MOST_NAMED:], most=12))}")


def _radius(upstream: Mapping[str, int]) -> None:
    st.markdown(f"**Blast radius** · {counted(len(upstream), 'component')}")
    if not upstream:
        st.caption("Nothing depends on it, as far as the topology knows.")
    for hops in sorted(set(upstream.values()))[:MOST_TOLD]:
        names = [name for name, distance in upstream.items() if distance == hops]
        st.caption(f"{counted(hops, 'hop')} away: {as_text(words.listed(names, most=8))}")


def _changes(dossier: Dossier, source: str) -> None:
    st.markdown(f"**Recent changes** · {len(dossier.changes)}")
    if not dossier.changes:
        nothing = "A topology by itself holds no changes; they come with an investigation's telemetry."
        st.caption(nothing if source.startswith("feed:") else "Nothing that was recorded changed it.")
    for change in dossier.changes[:MOST_TOLD]:
        author = f" · {as_text(change.author)}" if change.author else ""
        st.markdown(
            f"{as_text(change.title)}  \n:gray[{change.time:%Y-%m-%d %H:%M} UTC · {as_text(change.id)}{author}]"
        )


def _found(found: Sequence[Found]) -> None:
    st.markdown(f"**Found in investigations** · {len(found)}")
    if not found:
        st.caption("No investigation has looked at it yet.")
    for one in found[:MOST_TOLD]:
        with st.container(gap="xsmall"):
            _title(one)
            for piece in one.evidence:
                st.caption(f"{piece.id} · {as_text(words.plain(piece.source))}: {as_text(piece.quote[:LONGEST_QUOTE])}")


def _title(one: Found) -> None:
    name, tone = CONDITION[one.condition.condition]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(name, color=tone, icon=tokens.sign(tone))
        st.caption(ago(one.at), width="content")
    st.page_link(places.investigate(), label=as_text(one.title), query_params={"inv": one.investigation_id})
    if looked := said(one.condition):
        st.caption(looked)


def said(condition: ComponentCondition) -> str:
    """'metrics: looked bad, logs: clean'; empty when nobody looked."""
    return ", ".join(f"{as_text(words.plain(source))}: {SHOWED[showed]}" for source, showed in condition.looks.items())


def _remembered(dossier: Dossier) -> None:
    st.markdown(f"**Past incidents** · {len(dossier.incidents)}")
    if not dossier.incidents:
        st.caption("None is remembered that touched it.")
    for incident in dossier.incidents[:MOST_TOLD]:
        was = words.cause(incident.component, incident.fault) or incident.statement or "no cause found"
        st.page_link(
            places.incidents(),
            label=f"{as_text(incident.title)}  :gray[{as_text(was)}]",
            query_params={"memory": incident.id},
            icon=":material/history:",
        )
    _facts(f"{as_text(fact.text)}  \n:gray[{as_text(fact.by)} · {ago(fact.at)}]" for fact in dossier.facts[:MOST_TOLD])


def _facts(lines: Iterable[str]) -> None:
    told = list(lines)
    if told:
        st.markdown("**What people said of it**")
    for line in told:
        st.markdown(line)


def _open(name: str) -> None:
    address.open_component(name)


def _close() -> None:
    address.open_component(None)
