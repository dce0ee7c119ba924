"""Runbooks that nobody wrote: long, varied and in the shape of real ones, as many as are asked for."""

from __future__ import annotations

import random
from collections.abc import Iterator

SYSTEMS = ("checkout", "ledger", "cart", "search", "billing", "gateway", "catalog", "auth", "mailer", "shipping")
PARTS = ("api", "db", "cache", "worker", "queue", "proxy", "index", "scheduler", "stream", "store")
FAULTS = {
    "DiskFull": "the volume fills up and writes are refused",
    "ReplicationLag": "the standby falls behind and reads are stale",
    "ConnectionPoolExhausted": "no connection is left and requests wait until they time out",
    "CertificateExpired": "handshakes fail and clients cannot connect",
    "OutOfMemory": "the process is killed and restarts again and again",
    "ConsumerLag": "messages wait longer than anybody expects",
    "LeaderLost": "there is no leader and nothing can be written",
    "SlowQueries": "queries scan whole tables and the database is busy",
    "ThrottledCpu": "the container is throttled and latency rises",
    "DnsFailure": "names cannot be resolved and calls fail at once",
}
SENTENCES = (
    "Look at the {part} of {system} first, because {why}.",
    "Compare the {metric} of the last hour with the same hour a week ago.",
    "If the {metric} rises together with the error ratio, {why}.",
    "A deploy within the last {n} minutes is the most likely cause: roll it back and watch the {metric}.",
    "Do not restart the {part} before a thread dump and the last {n} lines of its log are saved.",
    "The limit is {n} connections for each replica of {system}-{part}; the dashboard shows how many are in use.",
    "Ask the owners of {system} whether a batch job runs, since it doubles the load between {n} and {m} o'clock.",
    "When {why}, the alert repeats every {n} minutes until the {part} has caught up.",
    "Requests that were refused are kept in the dead letter queue for {n} hours and can be replayed.",
)
COMMANDS = (
    "kubectl -n {system} logs deploy/{system}-{part} --since={n}m | grep -c ERROR",
    "kubectl -n {system} describe pod -l app={system}-{part}",
    "psql -h {system}-{part} -c 'select count(*) from pg_stat_activity'",
    "curl -s http://{system}-{part}:8080/metrics | grep {metric}",
)
METRICS = (
    "p99 latency",
    "error ratio",
    "queue depth",
    "replication lag",
    "heap usage",
    "open connections",
    "disk usage",
)
HEADINGS = ("Symptoms", "Impact", "Checks", "Mitigation", "Root causes seen before", "Escalation")


def runbooks(count: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """(path, Markdown), the same ones for the same seed."""
    chance = random.Random(seed)
    for number in range(count):
        system, part = chance.choice(SYSTEMS), chance.choice(PARTS)
        component = f"{system}-{part}-{number % 20}"
        fault = chance.choice(list(FAULTS))
        text = [f"---\ncomponent: {component}\nkind: runbook\n---\n# {system.title()}{part.title()}{fault}{number}\n"]
        text += [_section(chance, name, system, part, fault) for name in HEADINGS]
        yield f"{system}/{part}-{fault}-{number}.md", "\n".join(text)


def questions(count: int, seed: int = 8) -> list[str]:
    """What somebody on call asks; no two are the same."""
    chance = random.Random(seed)
    return [
        f"{chance.choice(SYSTEMS)} {chance.choice(PARTS)}: {FAULTS[chance.choice(list(FAULTS))]}, "
        f"{chance.choice(METRICS)} at {number}"
        for number in range(count)
    ]


def _section(chance: random.Random, heading: str, system: str, part: str, fault: str) -> str:
    def filled(template: str) -> str:
        return template.format(
            system=system,
            part=part,
            why=FAULTS[fault],
            metric=chance.choice(METRICS),
            n=chance.randint(2, 90),
            m=chance.randint(91, 500),
        )

    said = " ".join(filled(chance.choice(SENTENCES)) for _ in range(chance.randint(4, 7)))
    commands = "\n".join(filled(chance.choice(COMMANDS)) for _ in range(chance.randint(0, 3)))
    return f"## {heading}\n\n{said}\n" + (f"\n```sh\n{commands}\n```\n" if commands else "")
