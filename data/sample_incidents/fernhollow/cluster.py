"""What kubectl and its friends would have printed: tables and descriptions in their usual layout."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from .shop import COMPONENTS, Component

NAMESPACE = "shop"
NODES = ("worker-01", "worker-02", "worker-03", "worker-04")
ALPHABET = "bcdfghjklmnpqrstvwxz2456789"  # what Kubernetes draws its random suffixes from


def suffix(text: str, length: int) -> str:
    """A stable pseudo-random ending for a name."""
    digest = hashlib.sha256(text.encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:length])


@dataclass(frozen=True)
class PodState:
    """How one pod stands in `kubectl get pods`."""

    ready: str = "1/1"
    status: str = "Running"
    restarts: str = "0"
    age: str | None = None


def pod_names(component: str, version: str, replicas: int) -> list[str]:
    c = COMPONENTS[component]
    if c.kind in ("database", "cache", "broker"):
        return [f"{c.id}-{number}" for number in range(replicas)]
    template = suffix(f"{c.id}@{version}", 10)
    return [f"{c.id}-{template}-{suffix(f'{c.id}{template}{number}', 5)}" for number in range(replicas)]


def address(pod: str) -> str:
    digest = hashlib.sha256(pod.encode()).digest()
    return f"10.42.{digest[0] % 6 + 1}.{digest[1] % 240 + 5}"


def node_of(pod: str) -> str:
    return NODES[hashlib.sha256(pod.encode()).digest()[2] % len(NODES)]


def age_of(component: str) -> str:
    days = hashlib.sha256(component.encode()).digest()[3] % 26 + 2
    return f"{days}d"


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Columns as kubectl lays them out: three spaces between, no trailing blanks."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    layout = ["   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [header, *rows]]
    return "\n".join(line.rstrip() for line in layout) + "\n"


class Cluster:
    """The namespace `shop` as it stood when the capsule was taken."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.versions: dict[str, str] = {}  # component -> version, where it is not the usual one
        self.replicas: dict[str, int] = {}  # component -> pods, where it is not the usual number
        self.ages: dict[str, str] = {}
        self.pods: dict[str, PodState] = {}

    def version(self, component: str) -> str:
        return self.versions.get(component, COMPONENTS[component].version)

    def names(self, component: str) -> list[str]:
        return pod_names(
            component, self.version(component), self.replicas.get(component, COMPONENTS[component].replicas)
        )

    def state(self, component: str, pod: str) -> PodState:
        state = self.pods.get(pod, PodState())
        age = state.age or self.ages.get(component) or age_of(component)
        return PodState(state.ready, state.status, state.restarts, age)

    def get_pods(self, *components: str, wide: bool = False) -> str:
        rows = []
        for component in sorted(components or COMPONENTS):
            for pod in self.names(component):
                s = self.state(component, pod)
                row = (pod, s.ready, s.status, s.restarts, s.age or "")
                rows.append((*row, address(pod), node_of(pod), "<none>", "<none>") if wide else row)
        header = ("NAME", "READY", "STATUS", "RESTARTS", "AGE")
        return table((*header, "IP", "NODE", "NOMINATED NODE", "READINESS GATES") if wide else header, rows)

    def get_deployments(self) -> str:
        rows = []
        for c in COMPONENTS.values():
            if c.kind not in ("service", "proxy"):
                continue
            pods = self.names(c.id)
            ready = sum(self.state(c.id, pod).ready == "1/1" for pod in pods)
            rows.append((c.id, f"{ready}/{len(pods)}", str(len(pods)), str(ready), f"{hash_days(c)}d"))
        return table(("NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"), sorted(rows))

    def get_endpoints(self, *components: str) -> str:
        rows = []
        for component in components:
            ready = [p for p in self.names(component) if self.state(component, p).ready == "1/1"]
            ends = ",".join(f"{address(pod)}:{COMPONENTS[component].port}" for pod in ready)
            rows.append((component, ends or "<none>", f"{hash_days(COMPONENTS[component])}d"))
        return table(("NAME", "ENDPOINTS", "AGE"), rows)

    def get_nodes(self) -> str:
        rows = [(node, "Ready", "<none>", "211d", "v1.31.4") for node in NODES]
        return table(("NAME", "STATUS", "ROLES", "AGE", "VERSION"), rows)

    def top_pods(self, usage: dict[str, tuple[int, int]]) -> str:
        """`usage`: pod -> (millicores, mebibytes) where it is not the ordinary one."""
        rows = []
        for c in COMPONENTS.values():
            for pod in self.names(c.id):
                wobble = hashlib.sha256(pod.encode()).digest()[4] / 255 - 0.5
                usual = (int(1000 * c.cpu * (1 + wobble / 5)), int(c.memory_mib * (1 + wobble / 12)))
                cores, memory = usage.get(pod, usual)
                rows.append((pod, f"{cores}m", f"{memory}Mi"))
        return table(("NAME", "CPU(cores)", "MEMORY(bytes)"), sorted(rows))

    def describe_pod(self, pod: str, component: str, state: str, events: list[tuple[str, ...]], env: str = "") -> str:
        """`state` is the block between Port and Limits; `events` hold (type, reason, age, from, message)."""
        c = COMPONENTS[component]
        version = self.version(component)
        image = f"registry.fernhollow.example/shop/{component}:{version}"
        listed = table(("Type", "Reason", "Age", "From", "Message"), [tuple("-" * n for n in (4, 6, 3, 4, 7)), *events])
        shown = "  " + listed.rstrip("\n").replace("\n", "\n  ") if events else "<none>"
        ready = str(self.state(component, pod).ready == "1/1")
        return (
            f"Name:             {pod}\nNamespace:        {NAMESPACE}\nPriority:         0\n"
            f"Service Account:  {component}\nNode:             {node_of(pod)}/192.168.40.{11 + NODES.index(node_of(pod))}\n"
            f"Labels:           app={component}\n                  version={version}\n"
            f"Status:           Running\nIP:               {address(pod)}\n"
            f"Containers:\n  {component}:\n    Image:          {image}\n    Port:           {c.port}/TCP\n{state}"
            f"    Limits:\n      cpu:     1\n      memory:  {c.limit_mib}Mi\n"
            f"    Requests:\n      cpu:     500m\n      memory:  {c.memory_mib}Mi\n"
            f"    Liveness:   http-get http://:{c.port}/healthz delay=20s timeout=2s period=10s #success=1 #failure=3\n"
            f"    Readiness:  http-get http://:{c.port}/readyz delay=5s timeout=2s period=5s #success=1 #failure=3\n"
            f"{env}Conditions:\n  Type              Status\n  Initialized       True\n"
            f"  Ready             {ready}\n  ContainersReady   {ready}\n  PodScheduled      True\n"
            f"QoS Class:                   Burstable\nEvents:\n{shown}\n"
        )

    def running(self, since: timedelta, restarts: int = 0) -> str:
        """The state block of a container that simply runs."""
        return (
            f"    State:          Running\n      Started:      {http_time(self.now - since)}\n"
            f"    Ready:          True\n    Restart Count:  {restarts}\n"
        )


def hash_days(c: Component) -> int:
    return hashlib.sha256(c.id.encode()).digest()[5] + 90


def http_time(when: datetime) -> str:
    return when.strftime("%a, %d %b %Y %H:%M:%S +0000")


def nc_open(host: str, port: int) -> str:
    return f"Connection to {host} ({'10.43.' + str(port % 250) + '.17'}) {port} port [tcp/*] succeeded!\n"


def systemctl(unit: str, node: str, since: datetime, now: datetime, pid: int) -> str:
    """`systemctl status` of a unit that runs."""
    days = (now - since).days
    return (
        f"● {unit}.service - {unit}\n"
        f"     Loaded: loaded (/etc/systemd/system/{unit}.service; enabled; preset: enabled)\n"
        f"     Active: active (running) since {since.strftime('%a %Y-%m-%d %H:%M:%S')} UTC; {days} days ago\n"
        f"   Main PID: {pid} ({unit})\n      Tasks: 21 (limit: 38212)\n     Memory: 92.4M\n"
        f"     CGroup: /system.slice/{unit}.service\n             └─{pid} /usr/bin/{unit}\n\n"
        f"{now.strftime('%b %d %H:%M')}:02 {node} {unit}[{pid}]: housekeeping done\n"
    )


def rollout_history(component: str, revisions: list[tuple[int, str]]) -> str:
    body = table(("REVISION", "CHANGE-CAUSE"), [(str(number), cause) for number, cause in revisions])
    return f"deployment.apps/{component}\n{body}"


def timedatectl(now: datetime) -> str:
    return (
        f"               Local time: {now.strftime('%a %Y-%m-%d %H:%M:%S')} UTC\n"
        f"           Universal time: {now.strftime('%a %Y-%m-%d %H:%M:%S')} UTC\n"
        f"                 RTC time: {now.strftime('%a %Y-%m-%d %H:%M:%S')}\n"
        "                Time zone: Etc/UTC (UTC, +0000)\n"
        "System clock synchronized: yes\n              NTP service: active\n          RTC in local TZ: no\n"
    )
