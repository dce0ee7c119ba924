"""From one line of text to a finding: which mechanism it tells of, and whose fault that is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.wording import ADDRESS, DEPENDENCY, EXCEPTION, NO_ANSWER_FROM_DNS, UNRESOLVED, Whose, family_of

SOURCE_FILE = re.compile(
    r"[\w./-]+\.(?:java|py|go|tsx?|jsx?|rb|cs|kt|php|rs|cpp|scala|ex)(?::\d+|\", line \d+)", re.IGNORECASE
)
"""A place in code, as stack traces print it."""

LOGGED_AT = re.compile(r"\b(caller|source|src|logger|file|at)=\S+", re.IGNORECASE)
"""Where a line was logged from: structured logs say so in every line, broken or not."""

RESOLVES = re.compile(
    r"(?<![a-z])(core-?dns|kube-?dns|dns|dnsmasq|unbound|bind9?|named|resolvers?|nameservers?|route53)(?![a-z])",
    re.IGNORECASE,
)
"""Names of what resolves names."""

TROUBLED = re.compile(r"\b(error|exception|fail\w*|panic|abort\w*|crash\w*)\b", re.IGNORECASE)

BLAMED_DEPENDENCY = 1.0
"""Log-odds that a caller's complaint lends to the one it names: it saw the failure, not the reason."""

SECOND_HAND = 0.5
"""Weight of a mechanism that a caller only repeats from somebody else's answer."""

LONGEST_QUOTE = 300


@dataclass(frozen=True)
class Telling:
    """What one line tells."""

    kind: str
    suggests: dict[str, float] = field(default_factory=dict)
    blames: str | None = None
    why: str = ""
    also: tuple[str, ...] = ()
    """Others who may be meant: components between the speaker and what it could not reach."""


PORT = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}:(\d{2,5})\b")


def told(text: str, speaker: str | None, context: Context) -> Telling | None:
    """What a line of this component's log tells; None when it complains of nothing we know."""
    named = [*context.names.in_text(text), *(context.ports[m[1]] for m in PORT.finditer(text) if m[1] in context.ports)]
    others = [name for name in named if name != speaker]
    blamed = nearest_dependency(speaker, others, context)
    if address := wrong_address(text, speaker, context):
        return address
    family = family_of(text)
    if family is not None:
        if family.whose is Whose.NAMED and blamed:
            return Telling(family.finding, {family.fault: family.log_odds}, blamed)
        if blamed and DEPENDENCY.search(text) and family.whose is Whose.SPEAKER and _repeats(text, blamed):
            return Telling("dependency_error", {family.fault: SECOND_HAND * family.log_odds}, blamed)
        return Telling(family.finding, {family.fault: family.log_odds})
    if EXCEPTION.search(text):
        return Telling("exception", {"code_regression": 1.2})
    if NO_ANSWER_FROM_DNS.search(text):
        return unresolved(speaker, context)
    if blamed and DEPENDENCY.search(text):
        return Telling("dependency_error", blamed_faults(blamed, context), blamed)
    if SOURCE_FILE.search(LOGGED_AT.sub("", text)) and TROUBLED.search(text) and "Warning:" not in text:
        return Telling("exception", {"code_regression": 0.6})
    return None


def unresolved(speaker: str | None, context: Context) -> Telling:
    """Names do not resolve: whoever resolves them for the speaker is meant, where that is a component we know."""
    near = context.topology.downstream(speaker) if speaker else {}
    resolver = next((name for name in (*near, *sorted(context.names.known)) if RESOLVES.search(name)), None)
    if resolver and resolver != speaker:
        return Telling("error_words", {"dns_failure": 2.0}, resolver)
    return Telling("error_words", {"dns_failure": 1.5})


def blamed_faults(blamed: str, context: Context) -> dict[str, float]:
    """What a complaint says about the one complained of: an outside party can only be out."""
    component = context.topology.components.get(blamed)
    if component and component.kind in ("external", "third_party", "thirdparty", "saas"):
        return {"third_party_outage": 2.0, "unknown_fault": BLAMED_DEPENDENCY}
    return {"unknown_fault": BLAMED_DEPENDENCY}


def nearest_dependency(speaker: str | None, others: list[str], context: Context) -> str | None:
    """Of the components that a line names, the one its speaker depends on; callers are not blamed."""
    if not others:
        return None
    if speaker is None or speaker not in context.topology:
        return others[-1]
    below = context.topology.downstream(speaker)
    known = [name for name in others if name in below]
    if known:
        return max(known, key=lambda name: (below[name] == 1, below[name]))
    above = context.topology.upstream(speaker)
    strangers = [name for name in others if name not in above]
    return strangers[-1] if strangers else None


def wrong_address(text: str, speaker: str | None, context: Context) -> Telling | None:
    """A call to a host that is none of ours but looks like one of them: the caller holds a wrong address."""
    if speaker is None or not DEPENDENCY.search(text):
        return None
    hosts = [match.group(1) for match in ADDRESS.finditer(text)]
    hosts += [name for match in UNRESOLVED.finditer(text) for name in match.groups() if name]
    for host in hosts:
        if (
            "." not in host.split(":")[0]
            and context.names.of_workload(host) is None
            and (meant := context.names.resembling(host))
        ):
            if meant == speaker or context.topology.components.get(host):
                continue
            between = tuple(c for c in context.topology.depends_on(speaker) if meant in context.topology.depends_on(c))
            worth = 2.5 if UNRESOLVED.search(text) and not between else 1.5
            return Telling(
                "wrong_address",
                {"env_address_mismatch": worth},
                None,
                f"{host} is not a component; {meant} is",
                between,
            )
    return None


def _repeats(text: str, blamed: str) -> bool:
    """Whether the mechanism's words stand after the name of the one who is blamed, as in 'cart said: out of memory'."""
    family = family_of(text)
    match = family.words.search(text) if family else None
    return match is not None and 0 <= text.casefold().find(blamed.casefold()) < match.start()


def cut(text: str, length: int = LONGEST_QUOTE) -> str:
    """The text on one line, cut where it is too long to quote."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
