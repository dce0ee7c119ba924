"""The shop: its components, who depends on whom, and how a fault spreads along those edges as symptoms."""

import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MIB = 1024 * 1024
Shape = Callable[[float], float]  # minutes since the window opened -> strength


@dataclass(frozen=True)
class Component:
    """One deployable thing, with what is normal for it."""

    id: str
    kind: str
    version: str
    replicas: int
    p99_ms: float
    errors: float  # failed / all, on an ordinary day
    cpu: float  # used / requested
    memory_mib: int
    limit_mib: int
    port: int
    pool_per_replica: int = 0  # client side connection pool, 0: none
    connections: int = 0  # connections open on an ordinary day
    connections_max: int = 0  # server side limit (databases only)


COMPONENTS = {
    component.id: component
    for component in (
        Component("edge-proxy", "proxy", "v3.4.1", 3, 310, 0.0016, 0.31, 180, 512, 8443),
        Component("storefront-web", "service", "v5.21.0", 4, 260, 0.0012, 0.38, 410, 768, 3000),
        Component("api-gateway", "service", "v2.17.3", 4, 190, 0.0018, 0.35, 260, 512, 8080),
        Component("checkout-service", "service", "v4.8.2", 4, 420, 0.0021, 0.20, 560, 1024, 8080),
        Component("orders-service", "service", "v3.12.0", 3, 240, 0.0015, 0.29, 640, 1024, 8080, 40, 31),
        Component("inventory-service", "service", "v2.9.4", 3, 95, 0.0009, 0.27, 520, 1024, 8080, 50, 24),
        Component("payments-service", "service", "v6.3.1", 3, 330, 0.0030, 0.18, 210, 512, 8080),
        Component("payments-adapter", "service", "v1.14.0", 2, 290, 0.0034, 0.16, 120, 256, 8080),
        Component("token-vault", "service", "v1.6.2", 2, 28, 0.0004, 0.11, 90, 256, 8443),
        Component("catalog-service", "service", "v7.2.5", 5, 120, 0.0008, 0.42, 450, 768, 8080, 40, 38),
        Component("cart-service", "service", "v3.0.9", 4, 48, 0.0007, 0.24, 230, 512, 8080),
        Component("promotions-service", "service", "v2.30.1", 3, 66, 0.0011, 0.19, 300, 512, 8080),
        Component("accounts-service", "service", "v4.1.7", 3, 140, 0.0026, 0.22, 340, 768, 8080),
        Component("plugin-host", "service", "v1.11.0", 2, 850, 0.0020, 0.25, 600, 1024, 9090, 10, 6),
        Component("orders-db", "database", "16.4", 1, 14, 0.0001, 0.34, 5200, 8192, 5432, 0, 37, 300),
        Component("inventory-db", "database", "16.4", 1, 9, 0.0001, 0.26, 3900, 8192, 5432, 0, 31, 400),
        Component("catalog-db", "database", "16.4", 1, 16, 0.0001, 0.21, 4300, 8192, 5432, 0, 18, 200),
        Component("catalog-replica", "database", "16.4", 2, 11, 0.0001, 0.33, 4700, 8192, 5432, 0, 44, 300),
        Component("cart-redis", "cache", "7.4", 1, 2.1, 0.0, 0.17, 1500, 3072, 6379),
        Component("events-broker", "broker", "2.10", 3, 7.5, 0.0001, 0.14, 700, 2048, 4222),
    )
}
ACQUIRER = {
    "id": "acquirer-api",
    "kind": "external",
    "name": "Nordpeak Acquiring, card authorisation (third party)",
}


@dataclass(frozen=True)
class Edge:
    """`source` depends on `target`."""

    source: str
    target: str
    relation: str = "calls"
    calls: float = 1.0  # calls to the target for one request at the source
    errors: float = 0.0  # share of a failing target's error ratio that the source shows as its own
    latency: float = 0.0  # share of a slow target's extra milliseconds that the source shows as its own


EDGES = (
    Edge("edge-proxy", "storefront-web", "calls", 0.35, 0.35, 0.7),
    Edge("edge-proxy", "api-gateway", "calls", 0.60, 0.60, 0.8),
    Edge("storefront-web", "api-gateway", "calls", 1.40, 1.0, 0.8),
    Edge("api-gateway", "checkout-service", "calls", 0.04, 0.04, 0.5),
    Edge("api-gateway", "orders-service", "calls", 0.10, 0.14, 0.8),
    Edge("api-gateway", "catalog-service", "calls", 0.55, 0.55, 0.9),
    Edge("api-gateway", "cart-service", "calls", 0.22, 0.22, 0.8),
    Edge("api-gateway", "accounts-service", "calls", 0.12, 0.12, 0.6),
    Edge("checkout-service", "cart-service", "calls", 1.0, 0.9, 0.9),
    Edge("checkout-service", "promotions-service", "calls", 1.0, 0.95, 0.9),
    Edge("checkout-service", "orders-service", "calls", 1.0, 0.9, 0.9),
    Edge("checkout-service", "payments-service", "calls", 0.9, 0.9, 0.9),
    Edge("orders-service", "inventory-service", "calls", 1.0, 0.85, 0.95),
    Edge("orders-service", "orders-db", "writes", 3.0, 1.0, 2.0),
    Edge("orders-service", "events-broker", "writes", 0.4, 0.1, 0.2),
    Edge("inventory-service", "inventory-db", "writes", 2.5, 1.0, 2.0),
    Edge("inventory-service", "events-broker", "reads", 0.0, 0.0, 0.0),
    Edge("payments-service", "payments-adapter", "calls", 1.0, 0.97, 0.95),
    Edge("payments-service", "events-broker", "writes", 0.5, 0.05, 0.1),
    Edge("payments-adapter", "token-vault", "calls", 1.0, 1.0, 1.0),
    Edge("payments-adapter", "acquirer-api", "calls", 1.0, 1.0, 1.0),
    Edge("catalog-service", "catalog-replica", "reads", 1.2, 0.9, 1.5),
    Edge("cart-service", "cart-redis", "reads", 2.2, 0.9, 2.0),
    Edge("promotions-service", "events-broker", "reads", 0.0, 0.0, 0.0),
    Edge("catalog-replica", "plugin-host", "depends_on", 0.0, 0.0, 0.0),
    Edge("plugin-host", "catalog-db", "reads", 3.0, 0.9, 1.0),
)
ENTRY_RATES = {"edge-proxy": 420.0, "plugin-host": 2.4}  # requests a second at noon, from outside


def topology() -> dict[str, list[dict[str, str]]]:
    """The shop's graph in the form of a capsule's topology.json."""
    nodes = [{"id": c.id, "kind": c.kind, "name": c.id.replace("-", " ")} for c in COMPONENTS.values()]
    edges = [{"source": e.source, "target": e.target, "relation": e.relation} for e in EDGES]
    return {"nodes": [*nodes, dict(ACQUIRER)], "edges": edges}


def callers_first() -> list[str]:
    """Component ids such that every caller stands before what it depends on."""
    order: list[str] = []

    def visit(component: str) -> None:
        if component in order:
            return
        for edge in EDGES:
            if edge.target == component:
                visit(edge.source)
        order.append(component)

    for component in (*COMPONENTS, ACQUIRER["id"]):
        visit(component)
    return order


# Shapes: how the strength of an effect develops over the window.


def step(at: float, height: float) -> Shape:
    """Nothing before minute `at`, then `height`."""
    return lambda minute: height if minute >= at else 0.0


def ramp(start: float, end: float, height: float) -> Shape:
    """Rises in a straight line from 0 to `height`, and stays."""
    return lambda minute: height * min(max((minute - start) / (end - start), 0.0), 1.0)


def bump(middle: float, width: float, height: float) -> Shape:
    """A blip that comes and goes."""
    return lambda minute: height * math.exp(-(((minute - middle) / width) ** 2))


def stairs(*points: tuple[float, float]) -> Shape:
    """The height of the last (minute, height) that has been reached."""
    return lambda minute: next((height for at, height in reversed(points) if minute >= at), 0.0)


@dataclass(frozen=True)
class Effect:
    """Something out of the ordinary that starts at one component.

    Extra `error_ratio` and `latency_p99_ms` reach the callers, a minute a hop. `unseen_errors` are failures that callers
    meet before the component counts a request (refused connection, failed handshake).
    """

    component: str
    metric: str
    shape: Shape
    how: str = "add"  # add | times (1 + strength) | set (wherever the strength is not zero)


@dataclass
class Readings:
    """The metrics of one window."""

    start: datetime
    minutes: int
    step_minutes: int = 1
    rows: list[tuple[datetime, str, str, float, str]] = field(default_factory=list)


UNITS = {
    "request_rate": "1/s",
    "error_ratio": "ratio",
    "latency_p99_ms": "ms",
    "cpu_ratio": "ratio",
    "memory_bytes": "bytes",
    "memory_limit_bytes": "bytes",
    "restarts_total": "count",
    "db_connections_in_use": "count",
    "db_connections_max": "count",
    "db_connections_waiting": "count",
    "disk_used_ratio": "ratio",
    "queue_depth": "count",
    "replication_lag_seconds": "s",
    "certificate_expires_in_seconds": "s",
    "orders_route_error_ratio": "ratio",
    "orders_route_latency_p99_ms": "ms",
    "checkout_error_ratio": "ratio",
    "evicted_keys_total": "count",
}
DISK = {
    "orders-db": 0.61,
    "inventory-db": 0.44,
    "catalog-db": 0.52,
    "catalog-replica": 0.53,
    "events-broker": 0.37,
}
QUEUES = {"events-broker": 140.0, "plugin-host": 3.0, "promotions-service": 6.0}
PUBLIC_CERTIFICATES = {"edge-proxy": 41 * 86400.0, "storefront-web": 63 * 86400.0}


class Simulation:
    """Walks through the window a reading at a time."""

    def __init__(self, effects: Iterable[Effect], rng: random.Random, readings: Readings) -> None:
        self.effects = list(effects)
        self.rng = rng
        self.readings = readings
        self.order = callers_first()
        self.past: list[dict[str, tuple[float, float]]] = []  # per reading: component -> (errors, extra ms)
        self.drift = {c: rng.uniform(-0.01, 0.01) for c in COMPONENTS}
        self.restarts = {c: float(rng.choice((0, 0, 0, 1, 2, 3))) for c in COMPONENTS}

    def run(self) -> Readings:
        for minute in range(0, self.readings.minutes + 1, self.readings.step_minutes):
            self._minute(minute)
        return self.readings

    def _change(self, component: str, metric: str, minute: float, value: float) -> float:
        for effect in self.effects:
            if (effect.component, effect.metric) != (component, metric):
                continue
            strength = effect.shape(minute)
            if effect.how == "set":
                value = strength if strength else value
            else:
                value = value * (1 + strength) if effect.how == "times" else value + strength
        return value

    def _noise(self, width: float) -> float:
        return max(0.0, self.rng.gauss(1.0, width))

    def _minute(self, minute: int) -> None:
        now = self.readings.start + timedelta(minutes=minute)
        rates = self._rates(now, minute)
        spread = self._spread(minute)
        self.past.append(spread)
        for component in COMPONENTS.values():
            values = self._values(component, minute, rates, spread)
            for metric, value in values.items():
                # memory and counters of an effect are applied here, rates and errors already hold theirs
                if metric not in ("request_rate", "error_ratio", "latency_p99_ms"):
                    value = self._change(component.id, metric, minute, value)
                self.readings.rows.append((now, component.id, metric, tidy(metric, value), UNITS[metric]))

    def _rates(self, now: datetime, minute: int) -> dict[str, float]:
        """Requests a second at each component: from outside, then along the edges."""
        hour = now.hour + now.minute / 60
        daily = 0.62 + 0.38 * math.sin((hour - 7.5) * math.pi / 12)
        rates = {c: rate * daily * self._noise(0.02) for c, rate in ENTRY_RATES.items()}
        for component in self.order:
            rate = self._change(component, "request_rate", minute, rates.get(component, 0.0))
            rates[component] = rate = max(rate, 0.0)
            served = 1 - min(self._change(component, "error_ratio", minute, 0.0), 1.0)
            for edge in EDGES:
                if edge.source == component:
                    rates[edge.target] = rates.get(edge.target, 0.0) + rate * edge.calls * served * self._noise(0.02)
        return rates

    def _spread(self, minute: int) -> dict[str, tuple[float, float]]:
        """Error ratio and extra latency that a caller of each component meets, one reading a hop behind."""
        before = self.past[-1] if self.past else {}
        spread: dict[str, tuple[float, float]] = {}
        for component in self.order:
            errors = self._change(component, "error_ratio", minute, 0.0)
            extra = self._change(component, "latency_p99_ms", minute, 0.0)
            slowest = 0.0
            for edge in EDGES:
                if edge.source == component:
                    unseen = self._change(edge.target, "unseen_errors", minute, 0.0)
                    errors += edge.errors * min(before.get(edge.target, (0.0, 0.0))[0] + unseen, 1.0)
                    slowest = max(slowest, edge.latency * before.get(edge.target, (0.0, 0.0))[1])
            spread[component] = (min(errors, 1.0), extra + slowest)
        return spread

    def _values(self, c: Component, minute: int, rates: dict[str, float], spread: dict) -> dict[str, float]:
        errors, extra = spread[c.id]
        noise = self._noise
        busy = rates[c.id] / NORMAL_RATES[c.id] if NORMAL_RATES[c.id] else 1.0
        values = {
            "request_rate": rates[c.id],
            "error_ratio": min(c.errors * noise(0.22) + errors * noise(0.05), 1.0),
            "latency_p99_ms": c.p99_ms * (0.9 + 0.1 * min(busy, 3)) * noise(0.05) + extra * noise(0.06),
            "cpu_ratio": min(c.cpu * (0.45 + 0.55 * busy) * noise(0.04), 1.0),
            "memory_bytes": c.memory_mib
            * MIB
            * (1 + self.drift[c.id] * minute / 60)
            * (0.97 + 0.03 * busy)
            * noise(0.006),
        }
        if c.limit_mib:
            values["memory_limit_bytes"] = c.limit_mib * MIB
        if c.kind in ("service", "proxy"):
            values["restarts_total"] = self.restarts[c.id]
        if c.pool_per_replica:
            values["db_connections_in_use"] = c.connections * (0.55 + 0.45 * busy) * noise(0.08)
            values["db_connections_max"] = c.pool_per_replica * c.replicas
            values["db_connections_waiting"] = 0.0
        if c.connections_max:
            values["db_connections_in_use"] = c.connections * (0.5 + 0.5 * busy) * noise(0.05)
            values["db_connections_max"] = c.connections_max
        if c.id in DISK:
            values["disk_used_ratio"] = DISK[c.id] + 0.00003 * minute
        if c.id in QUEUES:
            values["queue_depth"] = QUEUES[c.id] * busy * noise(0.3)
        if c.id == "catalog-replica":
            values["replication_lag_seconds"] = 4.0 * noise(0.35)
        if c.id == "cart-redis":
            values["evicted_keys_total"] = 0.0
        if c.id in PUBLIC_CERTIFICATES:
            values["certificate_expires_in_seconds"] = PUBLIC_CERTIFICATES[c.id] - 60 * minute
        if c.id == "api-gateway":
            orders, extra_orders = (self.past[-2] if len(self.past) > 1 else spread)["orders-service"]
            values["orders_route_error_ratio"] = 0.0014 * noise(0.25) + orders * noise(0.05)
            values["orders_route_latency_p99_ms"] = 290 * noise(0.05) + extra_orders * noise(0.06)
        if c.id == "storefront-web":
            checkout = (self.past[-3] if len(self.past) > 2 else spread)["checkout-service"][0]
            values["checkout_error_ratio"] = min(0.004 * noise(0.25) + checkout * noise(0.05), 1.0)
        return values


def tidy(metric: str, value: float) -> float:
    """Round as an exporter would show it."""
    match UNITS[metric]:
        case "bytes":
            return int(value) // 65536 * 65536
        case "count":
            return round(value)
        case "ratio":
            return round(value, 4)
        case "s":
            return round(value, 1) if value < 1000 else round(value)
        case _:
            return round(value, 1) if value >= 10 else round(value, 2)


def _normal_rates() -> dict[str, float]:
    rates = {c: rate * 0.9 for c, rate in ENTRY_RATES.items()}
    for component in callers_first():
        for edge in EDGES:
            if edge.source == component:
                rates[edge.target] = rates.get(edge.target, 0.0) + rates.get(component, 0.0) * edge.calls
    return rates


NORMAL_RATES = _normal_rates()


def measure(start: datetime, minutes: int, effects: Iterable[Effect], seed: str, step_minutes: int = 1) -> Readings:
    """Readings of every component over the window, with `effects` at work."""
    return Simulation(effects, random.Random(seed), Readings(start, minutes, step_minutes)).run()
