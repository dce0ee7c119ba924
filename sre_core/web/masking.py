"""What may leave this machine as a search query: words without secrets, addresses, accounts and names of one's own systems.

What is taken out leaves what it was in square brackets, such as ``[host]``, so that a person sees what was there and a search
still makes sense. Masking again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from ipaddress import ip_address
from typing import NamedTuple

from sre_core.domain import Alert
from sre_core.redaction import redact
from sre_core.topology.graph import Component

LONGEST = 400
"""Characters of a query."""

_GENERIC = """
api app backend balancer batch broker bus cache cd ci client cluster consumer controller cron database db dns edge
frontend gateway host http https ingress job kubelet lb load log logs mail main master mesh message metrics monitor node
operator pod primary producer proxy queue replica rest rpc scheduler search secondary server service shard sidecar storage
store stream tcp tls ui vault web worker person address account namespace component
"""
_PRODUCTS = """
activemq aerospike airflow akamai alertmanager ansible apache argo argocd athena aurora auth0 aws azure bigquery calico
cassandra celery ceph cilium clickhouse cloudflare cloudfront cockroach cockroachdb confluent consul containerd coredns couchbase
couchdb datadog debezium docker dynamodb ec2 ecs eks elastic elasticsearch envoy etcd fargate fastly fluentbit fluentd flux
gcp gcs gke github gitlab grafana graphite graylog haproxy harbor hazelcast hbase helm hive iis influxdb istio jaeger java
jenkins jetty k8s kafka keycloak kibana kinesis kong kubernetes lambda linkerd linux logstash loki mariadb memcached minio
mongo mongodb mssql mysql nats neo4j nginx nodejs okta openresty opensearch oracle otel pagerduty pgbouncer postgres
postgresql presto prometheus proxysql pulsar python rabbitmq rds redis redshift s3 sentinel sentry slack snowflake solr spark
spring sqlite sqs stripe tempo thanos tomcat traefik trino twilio varnish vault vitess windows zabbix zipkin zookeeper
"""
PRODUCTS = frozenset(_PRODUCTS.split())
PUBLIC = frozenset(_GENERIC.split()) | PRODUCTS
"""Words that name nobody's own system."""
_PUBLIC_NAMESPACES = frozenset(("default", "kube-system", "kube-public", "kube-node-lease", "istio-system"))
_THEIRS = frozenset(("external", "third_party", "third-party", "saas", "vendor"))
"""Kinds of component that are known outside: an outage of one of them is asked about by its name."""
_KINDS = frozenset(("service", "database", "cache", "queue", "broker", "host", "node", "proxy"))
_LABELS = {
    **dict.fromkeys(("namespace", "ns", "kubernetes_namespace", "exported_namespace"), "namespace"),
    **dict.fromkeys(("host", "hostname", "node", "instance", "nodename", "server", "pod", "container_id"), "host"),
    **dict.fromkeys(("account", "account_id", "project", "project_id", "subscription", "tenant", "cluster"), "account"),
}

_WORDS = re.compile(r"[a-z0-9]+")
_VERSION_BEFORE = re.compile(r"(?:\bv(?:ersion)?|\brelease|\bbuild|[<>=~^])\s*$", re.IGNORECASE)
_ENDINGS = "localhost|local|localdomain|internal|intranet|private|corp|home|lan|svc|cluster"

_MOST_ROUNDS = 5

Replace = Callable[[re.Match[str]], str]


def _is_address(match: re.Match[str]) -> bool:
    try:
        ip_address(match.group(1))
    except ValueError:
        return False
    if not match.group(1).strip(":"):  # "::" is an address, and more often C++
        return False
    return not _VERSION_BEFORE.search(match.string, max(0, match.start() - 12), match.start())


def _address(match: re.Match[str]) -> str:
    return "[address]" if _is_address(match) else match.group()


def _namespace(match: re.Match[str]) -> str:
    return match.group() if match.group(2) in _PUBLIC_NAMESPACES else f"{match.group(1)}[namespace]"


_SHAPES: tuple[tuple[re.Pattern[str], str | Replace], ...] = (
    (re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}"), "[person]"),
    (re.compile(r"\barn:[\w-]{1,20}:[^\s\"',;)\]]{1,300}"), "[account]"),
    (re.compile(r"\b(projects|subscriptions|resourceGroups|accounts?|tenants?)/(?!\[)[\w.-]{3,80}"), r"\1/[account]"),
    (re.compile(r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "[account]"),
    (re.compile(r"(?<![\w.:-])\d{12}(?![\w.:-])"), "[account]"),
    (re.compile(r"(?i)\bip-\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3}(?:\.[\w-]{1,63}){0,8}"), "[host]"),
    (re.compile(rf"(?i)(?<![\w.-])(?:[\w-]{{1,63}}\.){{1,8}}(?:{_ENDINGS})(?:\.[\w-]{{1,63}})*(?![\w-])"), "[host]"),
    (re.compile(r"(?<![\w.-])[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?-[a-f0-9]{8,10}-[a-z0-9]{5}(?![\w-])"), "[host]"),
    (re.compile(r"(?i)\b(i|vol|eni|sg|subnet|vpc|ami)-[0-9a-f]{8,17}\b"), r"[host]"),
    (re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(?:/\d{1,2})?(?::\d{1,5})?(?![\w.]\d)"), _address),
    (re.compile(r"(?<![\w:.])\[?((?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F.]{0,15})\]?(?::\d{1,5})?(?![\w:])"), _address),
    (re.compile(r"(\b(?:namespace|ns)[=:/]\s?[\"']?|--?n(?:amespace)?[ =])([a-z0-9](?:[a-z0-9-]{0,62}))"), _namespace),
)


class Named(NamedTuple):
    """A name in a text."""

    start: int
    end: int
    what: str
    """'host', 'account', ..."""


class Mask:
    """Masks the names of one workspace. ``names``: in any case -> what stands in their place; ``private``: what an operator
    says must not leave, a domain with all that is in it."""

    def __init__(self, names: Mapping[str, str] | None = None, private: Iterable[str] = ()) -> None:
        self._names = {name.casefold(): f"[{what}]" for name, what in (names or {}).items() if _is_own(name)}
        self._private = sorted({name.strip().strip(".") for name in private} - {""}, key=len, reverse=True)

    @classmethod
    def of(
        cls,
        components: Iterable[Component] = (),
        alerts: Iterable[Alert | None] = (),
        private: Iterable[str] = (),
        others: Iterable[str] = (),
    ) -> Mask:
        """``others``: ids of components of which no more is known."""
        names = dict.fromkeys(others, "service")
        for one in components:
            names.pop(one.id, None)
            names |= _labelled(one.labels)
            if one.kind not in _THEIRS:
                kind = one.kind if one.kind in _KINDS else "service"
                names |= {name: kind for name in (one.id, one.name) if name}
        for alert in alerts:
            names |= _labelled(alert.labels) if alert else {}
        return cls(names, private)

    def masked(self, text: str) -> str:
        """The text as it may leave, on one line."""
        masked = self._once(" ".join(text.split()))
        for _ in range(_MOST_ROUNDS):  # what is taken out may lay bare the border of another name
            if masked == (again := self._once(masked)):
                break
            masked = again
        return masked

    def _once(self, text: str) -> str:
        masked = redact(text).text
        for shape, stands in (*_SHAPES, *self._own):
            masked = shape.sub(stands, masked)
        return masked

    def found(self, text: str) -> Iterator[Named]:
        """Where names stand in a text that stays as it is; they may overlap."""
        for shape, stands in (*_SHAPES, *self._own):
            for match in shape.finditer(text):
                said = stands(match) if callable(stands) else match.expand(stands)
                if said != match.group():
                    yield _named(match, said)

    @property
    def names(self) -> Mapping[str, str]:
        """Names that it was given, in lower case -> what they are."""
        return {name: stands.strip("[]") for name, stands in self._names.items()}

    def query(self, text: str) -> str:
        """The same, as long as a query may be."""
        masked = self.masked(text)
        return masked if len(masked) <= LONGEST else masked[:LONGEST].rpartition(" ")[0] or masked[:LONGEST]

    @cached_property
    def _own(self) -> Sequence[tuple[re.Pattern[str], str | Replace]]:
        private, names = map(_any_of, (self._private, sorted(self._names, key=lambda name: (-len(name), name))))
        own: list[tuple[re.Pattern[str], str | Replace]] = []
        if private:
            own.append((re.compile(rf"(?i)(?<![\w\[])(?:[\w-]{{1,63}}\.){{0,8}}(?:{private})(?!\w)"), "[private]"))
        if names:
            own.append((re.compile(rf"(?i)(?<![\w\[-])(?:{names})(?![\w\]-])"), self._name))
        return own

    def _name(self, match: re.Match[str]) -> str:
        return self._names.get(match.group().casefold(), "[private]")


def _named(match: re.Match[str], said: str) -> Named:
    """The part of the match that became ``[what it is]``; the rest was kept."""
    before, _, rest = said.partition("[")
    what, _, after = rest.partition("]")
    return Named(match.start() + len(before), match.end() - len(after), what)


def says_nothing(masked: str) -> bool:
    """Whether nothing is left of a text that could be searched for."""
    return not re.search(r"\w", re.sub(r"\[[^\]]*\]", " ", masked))


def _any_of(names: Iterable[str]) -> str:
    return "|".join(map(re.escape, names))


def _is_own(name: str) -> bool:
    """Whether it names something of one's own: 'orders-db' does, 'redis' and 'api-gateway' do not."""
    words = _WORDS.findall(name.casefold())
    return len(name) >= 3 and any(word not in PUBLIC and not word.isdigit() for word in words)


def _labelled(labels: Mapping[str, str]) -> dict[str, str]:
    """Names by their labels. An instance is also known without its port."""
    found = {value: _LABELS[key] for key, value in labels.items() if key in _LABELS}
    found |= {value.rpartition(":")[0]: what for value, what in found.items() if ":" in value}
    return {value: what for value, what in found.items() if value not in _PUBLIC_NAMESPACES}
