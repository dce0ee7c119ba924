"""Every way in which a model can fail to answer, each with what a person can do about it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sre_core.errors import WorkbenchError

if TYPE_CHECKING:
    from sre_core.gateway.asking import ModelCall


class FaultKind(StrEnum):
    """What went wrong."""

    NOT_SET_UP = "not-set-up"
    UNREACHABLE = "unreachable"
    CONNECTION_LOST = "connection-lost"
    NO_FIRST_TOKEN = "no-first-token"  # noqa: S105 - a fault, no password
    STALLED = "stalled"
    TOO_LONG = "too-long"
    RATE_LIMITED = "rate-limited"
    QUOTA_SPENT = "quota-spent"
    SERVER_FAILED = "server-failed"
    NOT_AN_API = "not-an-api"
    KEY_REFUSED = "key-refused"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    REQUEST_REFUSED = "request-refused"
    CONTEXT_FULL = "context-full"
    CUT_SHORT = "cut-short"
    REFUSED = "refused"
    FILTERED = "filtered"
    EMPTY = "empty"
    INVALID = "invalid"
    UNSOUND = "unsound"
    BUDGET_REACHED = "budget-reached"
    NOT_RECORDED = "not-recorded"
    STOPPED = "stopped"


_ADVICE: dict[FaultKind, tuple[str, bool]] = {
    FaultKind.NOT_SET_UP: ("Name an endpoint and a model: SRE_MODEL_URL and SRE_MODEL.", False),
    FaultKind.UNREACHABLE: ("Start the endpoint or correct its address in the settings, then try again.", True),
    FaultKind.CONNECTION_LOST: ("Try again; if it keeps happening, look at the endpoint's log.", True),
    FaultKind.NO_FIRST_TOKEN: ("Try again; a model that is still being loaded needs a longer first-token limit.", True),
    FaultKind.STALLED: ("Try again; if it keeps happening, look at the endpoint's log.", True),
    FaultKind.TOO_LONG: ("Try again, allow a call more time, or use a faster model for this role.", True),
    FaultKind.RATE_LIMITED: ("Try again later, or use another endpoint.", True),
    FaultKind.QUOTA_SPENT: ("Look at the plan and billing of the endpoint's account; waiting does not help.", True),
    FaultKind.SERVER_FAILED: ("Try again later, or use another endpoint.", True),
    FaultKind.NOT_AN_API: (
        "Correct the address in the settings: it usually ends in /v1. A proxy may be in between.",
        True,
    ),
    FaultKind.KEY_REFUSED: ("Correct the endpoint's key in the environment or the .env file, and restart.", False),
    FaultKind.FORBIDDEN: ("Give the key the right to use this model, or choose another model.", True),
    FaultKind.NOT_FOUND: (
        "Correct the model's name or the address in the settings; 'Test connection' lists the models.",
        True,
    ),
    FaultKind.REQUEST_REFUSED: ("Run 'Test connection' in the settings: the endpoint may need another mode.", True),
    FaultKind.CONTEXT_FULL: ("Use a model with a larger context, or lower SRE_BRIEF_CHARACTERS.", True),
    FaultKind.CUT_SHORT: ("Allow longer answers in the endpoint's settings, or use another model.", True),
    FaultKind.REFUSED: ("Reword your guidance, or use another model for this role.", True),
    FaultKind.FILTERED: ("Reword your guidance, or use an endpoint with another content filter.", True),
    FaultKind.EMPTY: ("Try again, or run 'Test connection': the endpoint may need another mode.", True),
    FaultKind.INVALID: ("Try again, or use a more capable model or another mode for this role.", True),
    FaultKind.UNSOUND: ("Try again, or use a more capable model for this role.", True),
    FaultKind.BUDGET_REACHED: ("Raise the budget of this investigation, or go on with the rules.", True),
    FaultKind.STOPPED: ("Ask again when it is wanted.", True),
    FaultKind.NOT_RECORDED: ("Replay with the version that made the record, or ask a live endpoint.", False),
}


class ModelFault(WorkbenchError):
    """A model could not be asked, or gave nothing that can be used. ``str()`` of it may be shown to a person."""

    def __init__(self, kind: FaultKind, what_happened: str, calls: tuple[ModelCall, ...] = ()) -> None:
        """``what_happened``: one sentence, without keys and without the model's own text."""
        what_to_do, may_retry = _ADVICE[kind]
        super().__init__(f"{what_happened} {what_to_do}")
        self.kind = kind
        self.what_happened = what_happened
        self.what_to_do = what_to_do
        self.person_may_retry = may_retry
        """Whether the same ask can succeed without the process being set up anew."""
        self.calls = calls
        """What was sent before it failed; empty when nothing was."""

    def after(self, *calls: ModelCall) -> ModelFault:
        """The same fault, with the account of what was sent."""
        return ModelFault(self.kind, self.what_happened, calls)
