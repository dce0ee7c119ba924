"""The inbox: where alerts are given, looked at, put together, waved away and investigated, each with their role checked here.

A viewer looks; a responder gives, dismisses and investigates; an admin also erases.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from pydantic import Field

from sre_core.cleaned import cleaned
from sre_core.counting import counted
from sre_core.domain import Alert, Autonomy, Limits, Pace, ReasonerName, Severity, Value
from sre_core.errors import RefusedInput
from sre_core.gateway.record import without_secrets
from sre_core.inbox.before import Before
from sre_core.inbox.forms import Forms, needs, payload_without_secrets
from sre_core.inbox.grouping import DependsOn, Grouping, Tie
from sre_core.inbox.messages import Message, mark_of, signal_of
from sre_core.inbox.narrowing import Listed, Wanted, listed
from sre_core.inbox.received import Delivery, Given, InboxAlert, Looked, OpenedFor
from sre_core.inbox.store import InboxStore, gone
from sre_core.intake.alerts import Understood, understand_all
from sre_core.intake.templates import AlertTemplate
from sre_core.investigator import utc_now
from sre_core.people import Person, Role

MOST_TOGETHER = 50
"""Alerts that one investigation can be opened for."""
NOT_SAID = ""
"""The component of an alert that names none, where alerts are told apart by it."""


class HowItRuns(Value):
    """What a person chooses for an investigation; see ``Workbench.open``."""

    workspace: str | None = None
    autonomy: Autonomy = Autonomy.ASK_RISKY
    pace: Pace = Pace.FULL
    limits: Limits | None = None
    recall_own: bool = False
    reasoner: ReasonerName | None = None


class Facets(Value):
    """What there is to narrow the list by."""

    severities: tuple[Severity, ...] = ()
    components: tuple[str, ...] = Field(default=(), description="Empty text: those that name none.")
    vendors: tuple[str, ...] = ()
    waiting: int = 0


class LooksUp(Protocol):
    """What depends on what, where an alert is about."""

    def of(self, workspace: str | None) -> DependsOn: ...


class Remembers(Protocol):
    """Whether an alert has happened before."""

    def before(self, alert: Alert, workspace: str | None) -> Before | None: ...


class Opens(Protocol):
    """Opens an investigation; returns its id. See ``Workbench.open``."""

    def __call__(
        self,
        alert: Alert,
        *,
        by: Person,
        workspace: str | None,
        autonomy: Autonomy,
        pace: Pace,
        limits: Limits | None,
        recall_own: bool,
        reasoner: ReasonerName | None,
        received: tuple[str, ...],
    ) -> str: ...


class Inbox:
    """Where people and, later, monitoring come with alerts. Thread-safe."""

    def __init__(self, store: InboxStore, forms: Forms, dependencies: LooksUp, memory: Remembers, opens: Opens) -> None:
        self._store = store
        self.forms = forms
        self._dependencies = dependencies
        self._memory = memory
        self._opens = opens
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._grouped: tuple[int, Grouping] | None = None

    # -- looking: everybody may ----------------------------------------------------------------------------------------

    def page(self, wanted: Wanted | None = None) -> Listed:
        """One page of those that are wanted. Cheap where nothing changed."""
        return listed(self._store.all()[0], wanted or Wanted())

    def facets(self) -> Facets:
        """What there is to narrow the list by."""
        every = self._store.all()[0]
        components = {one.alert.component or NOT_SAID for one in every}
        return Facets(
            severities=tuple(one for one in Severity if any(each.alert.severity is one for each in every)),
            components=tuple(sorted(components, key=lambda name: (name == NOT_SAID, name))),
            vendors=tuple(sorted({one.recognised_as for one in every})),
            waiting=sum(one.is_waiting for one in every),
        )

    def one(self, alert_id: str) -> InboxAlert | None:
        """One of them; None when there is none of that id."""
        return self._store.get(alert_id)

    def some(self, alert_ids: Sequence[str]) -> Sequence[InboxAlert]:
        """Those of these ids that are there, in this order."""
        by_id = {one.id: one for one in self._store.all()[0]}
        return [by_id[id_] for id_ in dict.fromkeys(alert_ids) if id_ in by_id]

    def deliveries(self, alert_id: str) -> Sequence[Delivery]:
        """How it came in, the newest first: all that is kept of it."""
        return self._store.deliveries(alert_id)

    def payload(self, digest: str) -> str | None:
        """What came in, without secrets; None when it had to make room."""
        return self._store.payload(digest)

    def groups_with(self, alert_id: str) -> Sequence[Tie]:
        """The others that it belongs with, each with the reasons, the surest (``grouping.MOST``) first; none dismissed."""
        row = self._store.get(alert_id)
        return self._grouping().around(row.signal) if row else ()

    def group_sizes(self, alerts: Sequence[InboxAlert]) -> Mapping[str, int]:
        """Id -> with how many others it belongs. For lists."""
        grouping = self._grouping()
        return {one.id: grouping.size(one.signal) for one in alerts}

    def stamp(self) -> tuple[object, ...]:
        """What an answer of ``look`` depends on, beside what is asked: equal while it would be the same."""
        return self._store.all()[1], *((known.template.name, known.at) for known in self.forms.all())

    def storm_of(self, alert_id: str) -> int:
        """How many alerts began at the same time as it; 0 when it is in no storm."""
        return self._grouping().storm_of(alert_id)

    def before(self, alert: Alert, workspace: str | None = None) -> Before | None:
        """The remembered incident that it is like; None when there is none."""
        return self._memory.before(alert, workspace)

    def kept(self) -> str:
        """How much of all that came in is kept, in a sentence."""
        bounds, let_go = self._store.bounds, self._store.let_go()
        room = f"The inbox keeps {bounds.alerts:,} alerts, and of each the first and the newest payloads"
        made = f"; {counted(let_go, 'alert')} had to make room so far" if let_go else ""
        return f"{room}{made}."

    def look(self, payload: str, context: str = "", workspace: str | None = None) -> tuple[Looked, ...]:
        """What a payload would become; nothing is kept. Raises ``RefusedInput``."""
        grouping = self._grouping()
        here = {one.fingerprint: one for one in self._store.all()[0] if one.workspace == workspace}
        every = self._messages(payload, context, workspace)
        return tuple(_looked(one, here.get(one.fingerprint), grouping) for one in every)

    def _grouping(self) -> Grouping:
        every, version = self._store.all()
        with self._lock:
            if self._grouped is None or self._grouped[0] != version:
                places = {one.workspace for one in every}
                signals = [one.signal for one in every if one.dismissed is None]
                known = {place: self._dependencies.of(place) for place in places}
                self._grouped = version, Grouping(signals, known)
            return self._grouped[1]

    # -- what a responder does -----------------------------------------------------------------------------------------

    def give(self, payload: str, by: Person, context: str = "", workspace: str | None = None) -> Given:
        """Take in what was pasted or received, without secrets; several alerts in one payload are several rows.

        ``workspace``: which telemetry it is about. Raises ``NotAllowed``, ``RefusedInput``, ``StoreUnavailable``.
        """
        needs(by, Role.RESPONDER, "Nothing was taken in.")
        messages = self._messages(payload, context, workspace)
        return self._store.receive(messages, payload_without_secrets(payload), without_secrets(context), by)

    def _messages(self, payload: str, context: str, workspace: str | None) -> list[Message]:
        templates = self.forms.templates()
        understood = understand_all(payload, context, utc_now(), templates)
        return [_message(one, templates, workspace) for one in understood]

    def read_again(self, alert_id: str, by: Person) -> InboxAlert:
        """Read once more what it came in with last, such as by a template that was written since.

        Raises ``NotAllowed``; ``RefusedInput`` when that cannot be its reading: then nothing changes.
        """
        needs(by, Role.RESPONDER, "Nothing was changed.")
        row = self._store.get(alert_id)
        payload = self._store.payload(row.own) if row else None
        if row is None or payload is None:
            raise RefusedInput("What it came in with had to make room. Give it again." if row else gone(alert_id))
        said = next((one.context for one in self._store.deliveries(alert_id)), "")
        messages = self._messages(payload, said, row.workspace)
        if len(messages) != 1:
            raise RefusedInput("It is read as several alerts now. Give the payload again. Nothing was changed.")
        return self._store.read_otherwise(alert_id, messages[0])

    def dismiss(self, alert_ids: Sequence[str], by: Person, because: str = "") -> int:
        """Nothing needs to be done about them; returns how many were not dismissed before.

        Raises ``NotAllowed``, ``RefusedInput`` when one is not there: then none is.
        """
        needs(by, Role.RESPONDER, "Nothing was dismissed.")
        return self._store.dismiss(alert_ids, without_secrets(because.strip()), by)

    def restore(self, alert_ids: Sequence[str], by: Person) -> int:
        """Something needs to be done after all. Raises ``NotAllowed``, ``RefusedInput``."""
        needs(by, Role.RESPONDER, "Nothing was restored.")
        return self._store.restore(alert_ids)

    def investigate(
        self,
        alert_ids: Sequence[str],
        how: HowItRuns,
        by: Person,
        context: str = "",
        knew: Mapping[str, int] | None = None,
    ) -> str:
        """Open one investigation for them: the first leads, the others stand in its context. Returns its id.

        ``knew``: how many investigations of each alert the person had been shown. One that they opened themselves since is
        that one (a second click wants the same); one of somebody else's is refused in words. None: opened whatever there is.
        Raises ``NotAllowed``, ``RefusedInput``, ``StoreUnavailable``.
        """
        needs(by, Role.RESPONDER, "Nothing was opened.")
        ids = tuple(dict.fromkeys(alert_ids))
        if not 0 < len(ids) <= MOST_TOGETHER:
            raise RefusedInput(f"Choose 1 to {MOST_TOGETHER} alerts to investigate together. Nothing was opened.")
        with self._opening:
            found = {one.id: one for one in self.some(ids)}
            if missing := next((id_ for id_ in ids if id_ not in found), None):
                raise RefusedInput(gone(missing))
            if knew is not None and (since := opened_since([found[id_] for id_ in ids], knew)):
                return same_wish(since, by)
            alert = self.alert_for([found[id_] for id_ in ids], context)
            investigation_id = self._opens(alert, by=by, received=ids, **dict(how))
            self._store.note_investigation(ids, investigation_id, by)
            return investigation_id

    def alert_for(self, together: Sequence[InboxAlert], context: str = "") -> Alert:
        """The alert that an investigation of these begins with: the first, with the others in its context."""
        lead, *others = together
        raw = self._store.payload(lead.own) or ""
        told = [lead.alert.context, context.strip()]
        if others:
            ties = {tie.id: tie.words for tie in self.groups_with(lead.id)}
            told.append("Investigated together with:")
            told += [f"- {_named(one)}{f': {ties[one.id]}' if one.id in ties else ''}" for one in others]
        return lead.alert.model_copy(update={"raw": raw, "context": "\n".join(part for part in told if part)})

    # -- what an admin does ----------------------------------------------------------------------------------------------

    def forget(self, alert_ids: Sequence[str], by: Person) -> int:
        """Erase them for good, with all they came in with; returns how many there were. Raises ``NotAllowed``."""
        needs(by, Role.ADMIN, "Nothing was erased.")
        return self._store.forget(alert_ids)


def opened_since(alerts: Iterable[InboxAlert], knew: Mapping[str, int]) -> OpenedFor | None:
    """The newest investigation of these that somebody who knew of so many has not seen; None when there is none."""
    unseen = (one for alert in alerts for one in alert.investigations[knew.get(alert.id, 0) :])
    return max(unseen, key=lambda one: one.at, default=None)


def same_wish(since: OpenedFor, by: Person) -> str:
    """The id of what the same person opened just before; raises ``RefusedInput`` when it was somebody else."""
    if since.by == by.name:
        return since.investigation_id
    raise RefusedInput(
        f"{since.by} opened investigation {since.investigation_id} of it meanwhile; it is among those of the alert. "
        "Press again to open another one."
    )


def _message(understood: Understood, templates: Sequence[AlertTemplate], workspace: str | None) -> Message:
    names = {template.name for template in templates}
    return Message(
        alert=cleaned(understood.alert),
        recognised_as=understood.recognised_as,
        notes=tuple(map(without_secrets, (*understood.notes, *understood.remarks))),
        template=understood.recognised_as if understood.recognised_as in names else None,
        fingerprint=mark_of(understood.alert),
        workspace=workspace,
    )


def _looked(message: Message, there: InboxAlert | None, grouping: Grouping) -> Looked:
    return Looked(
        alert=message.alert,
        recognised_as=message.recognised_as,
        notes=message.notes,
        template=message.template,
        fingerprint=message.fingerprint,
        there=there,
        ties=grouping.around(there.signal if there else signal_of(message, utc_now())),
    )


def _named(one: InboxAlert) -> str:
    alert = one.alert
    known = (
        alert.severity.value,
        alert.component,
        "resolved" if one.resolved_at else f"since {one.began:%Y-%m-%d %H:%M} UTC",
    )
    return f"{alert.title} ({', '.join(part for part in known if part)})"
