"""One observation in a sentence or two: what stands out, and what that did to the leader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sre_core.beliefs import percent
from sre_core.diagnosis.faults import label
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.roles import Role, role_of
from sre_core.domain import UNKNOWN_FAULT, Hypothesis, Value
from sre_core.tools.apply_remediation import RemediationOutcome
from sre_core.tools.calculate import Calculated
from sre_core.tools.recall_incidents import Recalled
from sre_core.tools.search_runbooks import Passages
from sre_core.web.dossier import Dossier


@dataclass(frozen=True)
class Thought:
    """The probabilities before and after, by hypothesis id, and the hypotheses that nobody ruled out."""

    before: Mapping[str, float]
    hypotheses: Mapping[str, Hypothesis]
    after: Mapping[str, float]

    def of(self, output: Value, findings: Sequence[Finding], ruled_out: int) -> str:
        """What the output means, what stands out, and what that did to the leader."""
        match output:
            case Calculated(text=text):
                return f"{text}: that is how fast the budget goes."
            case RemediationOutcome() as outcome:
                how = {True: "It recovered", False: "It did not recover", None: "Whether it recovered is not known"}[
                    outcome.recovered
                ]
                return f"{how}: {outcome.outcome}"
            case Passages(searched=0):
                return "No document has been taken in yet, so there was nothing to read."
            case Passages() | Recalled():
                return self._read(findings)
            case Dossier(said=said):
                lead = " What strangers write is a lead: it weighs nothing until it is seen here." if findings else ""
                return f"{said}{lead}"
        telling = [f for f in findings if role_of(f.kind) in (Role.PROOF, Role.TELLS, Role.SYMPTOM, Role.CHANGE)]
        return f"{self._seen(telling, findings)} {self._moved(ruled_out)}".strip()

    def _read(self, findings: Sequence[Finding]) -> str:
        fitting = [f.locator for f in findings if f.kind in ("runbook", "past_incident")]
        return f"Written down: {', '.join(fitting[:3])}." if fitting else "Nothing that is written down fits this."

    def _seen(self, telling: Sequence[Finding], findings: Sequence[Finding]) -> str:
        if not telling:
            clean = [f.component for f in findings if role_of(f.kind) is Role.CLEAN]
            return f"Nothing out of the ordinary{f' at {_some(clean)}' if clean else ''}."
        best = max(telling, key=lambda f: (max(f.suggests.values(), default=0.0), f.strength))
        others = {f.component for f in telling if f.component} - {best.component}
        also = f" Also seen at {_some(sorted(others))}." if others else ""
        return f"{best.quote[:220].rstrip('.')}.{also}"

    def _moved(self, ruled_out: int) -> str:
        """What that did to the leader."""
        if not self.hypotheses:
            return "No explanation is left in the race."
        best = max(self.hypotheses, key=lambda id_: (self.after[id_], id_))
        hypothesis, was, now = self.hypotheses[best], self.before.get(best, 0.0), self.after[best]
        name = (
            f"{label(hypothesis.fault)} at {hypothesis.component}"
            if hypothesis.fault != UNKNOWN_FAULT
            else hypothesis.component
        )
        moved = (
            f"{name} stays in front at {percent(now)}."
            if abs(now - was) < 0.02
            else f"{name} goes from {percent(was)} to {percent(now)}."
        )
        return moved + (f" {ruled_out} ruled out." if ruled_out else "")


def _some(names: Sequence[str | None]) -> str:
    known = [name for name in names if name]
    return ", ".join(known[:4]) + (f" and {len(known) - 4} more" if len(known) > 4 else "")
