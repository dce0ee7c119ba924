"""A third-party plugin joins the publishing pipeline; from then on batches fail with a code nobody can look up."""

import random
from datetime import timedelta

from .capsule import Capsule, at
from .chatter import chat, say
from .cluster import Cluster, PodState, address, nc_open, systemctl, table, timedatectl
from .shop import Effect, bump, measure, ramp, stairs

INSTALLED = at("2026-10-20 15:42:08")
FIRST_FAILURE = at("2026-10-20 15:51:37")
HELD_SINCE = {  # partition -> its first failed batch; order is kept, so one failed batch holds the partition
    0: FIRST_FAILURE,
    3: at("2026-10-20 15:58:20"),
    1: at("2026-10-20 16:24:10"),
    4: at("2026-10-20 18:00:05"),
    7: at("2026-10-21 05:29:40"),
}


def build() -> Capsule:
    capsule = Capsule(
        id="ext-plugin-replication",
        title="ExtPluginReplicationError: Code 7749",
        start=at("2026-10-20 13:00:00"),
        end=at("2026-10-21 07:10:00"),
        baseline_end=at("2026-10-20 15:40:00"),
        alert={
            "title": "ExtPluginReplicationError: Code 7749",
            "description": "The error was logged 1,900 times since yesterday. Ticket-severity alerts are held overnight.",
            "severity": "warning",
            "starts_at": "2026-10-21T07:00:00Z",
            "labels": {"alertname": "NewErrorInLogs", "namespace": "shop", "team": "catalogue"},
            "context": "A third-party plugin was installed yesterday. There is no internal documentation for it.",
        },
    )
    capsule.readings = measure(capsule.start, 1090, _effects(), seed=capsule.id, step_minutes=5)
    _changes(capsule)
    _logs(capsule)
    _signals(capsule)
    _commands(capsule)
    _remedies(capsule)
    return capsule


def _effects() -> list[Effect]:
    failing = stairs((175, 0.12), (205, 0.27), (300, 0.41), (990, 0.63))
    return [
        Effect("plugin-host", "error_ratio", failing),
        Effect("plugin-host", "queue_depth", ramp(170, 420, 180)),
        Effect("plugin-host", "queue_depth", ramp(420, 985, 230)),
        Effect("plugin-host", "queue_depth", ramp(985, 1005, 2600)),  # the morning's price import joins the queue
        Effect("catalog-replica", "replication_lag_seconds", ramp(171, 1090, 919 * 60)),
        Effect("catalog-db", "cpu_ratio", bump(992, 12, 0.28)),
        Effect("catalog-db", "latency_p99_ms", bump(992, 12, 9)),
        Effect("accounts-service", "error_ratio", bump(420, 6, 0.012)),  # a mail provider's bad ten minutes
        Effect("cart-redis", "latency_p99_ms", bump(260, 5, 1.6)),
    ]


def _changes(capsule: Capsule) -> None:
    capsule.change(
        at("2026-10-20 13:12:40"),
        "commit",
        "5be0c7719d3a",
        "Lazy-load the recently viewed strip",
        component="storefront-web",
        author="m.okafor",
        files=["web/components/RecentlyViewed.tsx"],
    )
    capsule.change(
        at("2026-10-20 13:31:05"),
        "deploy",
        "deploy-storefront-web-1841",
        "storefront-web v5.19.2",
        component="storefront-web",
        author="argo",
        version="v5.19.2",
        refers_to="5be0c7719d3a",
    )
    capsule.change(
        at("2026-10-20 14:55:20"),
        "config",
        "CFG-2207",
        "catalog-db: autovacuum_naptime 60s -> 30s",
        component="catalog-db",
        author="l.brandt",
        diff="-autovacuum_naptime = 60s\n+autovacuum_naptime = 30s\n",
    )
    capsule.change(
        INSTALLED,
        "other",
        "PLG-0412",
        "Installed third-party plugin Quillmark Enrich 4.2.0 (vendor: Quillmark GmbH) on plugin-host, all stages on",
        component="plugin-host",
        author="s.delacroix",
        version="quillmark-enrich 4.2.0",
    )
    capsule.change(
        at("2026-10-20 18:10:00"),
        "flag",
        "FLAG-passkeys",
        "accounts: passkey sign-in 10 % -> 25 %",
        component="accounts-service",
        author="t.nilsson",
    )
    capsule.change(
        at("2026-10-21 05:48:11"),
        "commit",
        "c01f9a64e28b",
        "Cart: log basket size bucket",
        component="cart-service",
        author="r.haddad",
        files=["src/cart/metrics.ts"],
    )
    capsule.change(
        at("2026-10-21 06:05:30"),
        "deploy",
        "deploy-cart-service-903",
        "cart-service v3.0.9",
        component="cart-service",
        author="argo",
        version="v3.0.9",
        refers_to="c01f9a64e28b",
    )


def _logs(capsule: Capsule) -> None:
    rng = random.Random("ext-plugin-replication/logs")
    chat(capsule, 520, "ext-plugin-replication/chat")
    host = "plugin-host"
    say(
        capsule,
        INSTALLED,
        host,
        "info",
        "{java} INFO  [admin] pluginhost.Registry - install requested by s.delacroix",
        rng,
    )
    loaded = "{java} INFO  [admin] pluginhost.Registry - extension loaded: quillmark-enrich 4.2.0 (third party, signed)"
    say(capsule, INSTALLED + timedelta(seconds=3), host, "info", loaded, rng)
    order = "{java} INFO  [admin] pluginhost.Stages - stage order: validate, images-resize, ext, publish"
    say(capsule, INSTALLED + timedelta(seconds=4), host, "info", order, rng)

    attempts = dict.fromkeys(HELD_SINCE, 0)
    when = FIRST_FAILURE
    while when < capsule.end:
        late = when > at("2026-10-21 05:25:00")
        partition = rng.choice([number for number, since in HELD_SINCE.items() if since <= when])
        attempts[partition] += 1
        failed = (
            f"{{java}} ERROR [publisher-{partition}] pluginhost.Publisher - batch b-{{n4}} -> catalog-replica failed in stage "
            f"ext: ExtPluginReplicationError: Code 7749 (attempt {attempts[partition]}, partition {partition})"
        )
        say(capsule, when, host, "error", failed, rng)
        if rng.random() < 0.25:
            trace = "{java} ERROR [publisher-{n1}] pluginhost.Publisher -     at ext.q.Bridge.replicate(Unknown Source)"
            say(capsule, when + timedelta(milliseconds=2), host, "error", trace, rng)
        if rng.random() < 0.3:
            kept = f"partition {partition} held back, order is kept"
            parked = f"{{java}} WARN  [publisher-{partition}] pluginhost.Publisher - {kept}"
            say(capsule, when + timedelta(milliseconds=40), host, "warning", parked, rng)
        when += timedelta(seconds=rng.expovariate(1 / (90 if late else 420)))

    for hour, age in ((17, 1), (20, 4), (23, 7), (26, 10), (29, 13)):
        stale = f"{{pytime}} WARNING catalog.snapshot newest row from catalog-replica is {age} h old, serving it"
        say(
            capsule,
            at("2026-10-20 00:00:00") + timedelta(hours=hour, minutes=4),
            "catalog-service",
            "warning",
            stale,
            rng,
        )
    for minute in range(5, 100, 13):
        conflict = "[{iso}] warn: price in basket differs from list price, basket repriced ({sku})"
        say(
            capsule,
            at("2026-10-21 05:30:00") + timedelta(minutes=minute),
            "cart-service",
            "warning",
            conflict,
            rng,
        )
    begun = "{pgtime} UTC [{n4}] LOG:  duration: 41{n3}.117 ms  statement: CALL import_price_list('2026-10-21')"
    say(capsule, at("2026-10-21 05:26:10"), "catalog-db", "info", begun, rng)

    capsule.log_patterns += [
        {
            "component": host,
            "pattern": "pluginhost.Publisher - batch <*> -> catalog-replica failed in stage ext: ExtPluginReplicationError: "
            "Code 7749 (attempt <*>, partition <*>)",
            "count": 1911,
            "baseline_count": 0,
            "severity": "error",
        },
        {
            "component": host,
            "pattern": "pluginhost.Publisher - batch <*> published, <*> changes, <*> ms",
            "count": 61240,
            "baseline_count": 14820,
            "severity": "info",
        },
        {
            "component": "accounts-service",
            "pattern": "fail: Accounts.Mail[33] Mail provider answered 421 try again later; queued",
            "count": 212,
            "baseline_count": 31,
            "severity": "error",
        },
    ]


def _signals(capsule: Capsule) -> None:
    capsule.signal(
        at("2026-10-20 16:52:00"),
        "catalog-replica",
        "CatalogReplicaStale",
        "replication_lag_seconds 3620 > 3600 for 5 min; severity ticket, held until 07:00",
    )
    capsule.signal(at("2026-10-20 20:01:00"), "accounts-service", "MailProviderErrors", "recovered after 11 min")
    capsule.signal(
        at("2026-10-21 05:40:00"),
        "plugin-host",
        "PublishQueueDeep",
        "queue_depth 2740 > 1000; severity ticket",
    )


def _commands(capsule: Capsule) -> None:
    cluster = Cluster(capsule.end)
    cluster.versions["storefront-web"] = "v5.19.2"
    cluster.ages |= {"storefront-web": "17h", "cart-service": "65m"}
    first, second = cluster.names("plugin-host")
    for pod in (first, second):
        cluster.pods[pod] = PodState(age="12d")
    listed = (
        "PLUGIN            VERSION  ORIGIN       INSTALLED             STATE    STAGES\n"
        "images-resize     2.3.0    built-in     2026-05-11T09:20:31Z  enabled  images-resize\n"
        "validate-core     1.9.4    built-in     2026-08-02T10:02:17Z  enabled  validate\n"
        "quillmark-enrich  4.2.0    third-party  2026-10-20T15:42:08Z  enabled  ext\n"
    )
    tail = "".join(
        f"2026-10-21 07:0{minute}:1{minute}.204 ERROR [publisher-{number}] pluginhost.Publisher - batch b-{6610 + minute} -> "
        f"catalog-replica failed in stage ext: ExtPluginReplicationError: Code 7749 (attempt {231 - 17 * number}, "
        f"partition {number})\n"
        for minute, number in enumerate(HELD_SINCE, start=2)
    )
    partitions = (
        " partition | newest_change_applied  | waiting\n-----------+------------------------+---------\n"
        "         0 | 2026-10-20 15:51:12+00 |     402\n         1 | 2026-10-20 16:23:48+00 |     377\n"
        "         2 | 2026-10-21 07:08:55+00 |       0\n         3 | 2026-10-20 15:58:03+00 |     455\n"
        "         4 | 2026-10-20 17:59:31+00 |     391\n         5 | 2026-10-21 07:09:02+00 |       1\n"
        "         6 | 2026-10-21 07:08:41+00 |       0\n         7 | 2026-10-21 05:29:17+00 |    1402\n(8 rows)\n"
    )
    disk = "Filesystem      Size  Used Avail Use% Mounted on\n/dev/nvme1n1    200G  106G   94G  53% /var/lib/postgresql/data\n"
    events = table(
        ("LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"),
        [
            ("66m", "Normal", "ScalingReplicaSet", "deployment/cart-service", "Scaled up replica set to 4"),
            (
                "65m",
                "Normal",
                "Pulled",
                f"pod/{cluster.names('cart-service')[0]}",
                "Container image pulled in 1.9s",
            ),
        ],
    )
    capsule.commands |= {
        "kubectl get pods -n shop": cluster.get_pods(),
        "kubectl get deployments -n shop": cluster.get_deployments(),
        "kubectl get nodes": cluster.get_nodes(),
        "kubectl get events -n shop --sort-by=.lastTimestamp": events,
        "kubectl get endpoints plugin-host catalog-replica catalog-db -n shop": cluster.get_endpoints(
            "plugin-host", "catalog-replica", "catalog-db"
        ),
        f"kubectl describe pod {first} -n shop": cluster.describe_pod(
            first, "plugin-host", cluster.running(timedelta(days=12)), []
        ),
        f"kubectl logs {first} -n shop --tail=5": tail,
        f"kubectl exec {first} -n shop -- pluginctl list": listed,
        f"kubectl exec {first} -n shop -- pluginctl explain 7749": (
            "pluginctl: 7749 is not a code of plugin-host. Codes of extensions are explained by their vendors.\n"
        ),
        'kubectl exec catalog-db-0 -n shop -- psql -d catalog -c "select * from publish_progress"': partitions,
        "kubectl exec catalog-replica-0 -n shop -- df -h /var/lib/postgresql/data": disk,
        "kubectl top pods -n shop": cluster.top_pods({}),
        "nc -zv catalog-replica.shop 5432": nc_open("catalog-replica.shop", 5432),
        "nc -zv catalog-db.shop 5432": nc_open("catalog-db.shop", 5432),
        f"nc -zv {address(second)} 9090": nc_open(address(second), 9090),
        "ssh worker-02 systemctl status kubelet": systemctl(
            "kubelet", "worker-02", capsule.end - timedelta(days=51), capsule.end, 1187
        ),
        "ssh worker-03 timedatectl": timedatectl(capsule.end),
    }


def _remedies(capsule: Capsule) -> None:
    capsule.remedy(
        "rollback",
        "plugin-host",
        "without quillmark-enrich 4.2.0",
        "plugin quillmark-enrich disabled on 2/2 pods; held partitions resumed, 3028 batches published in 9 min",
        ("plugin-host", "error_ratio", 0.63, 0.002, "ratio"),
        ("plugin-host", "queue_depth", 3028, 4, "count"),
        ("catalog-replica", "replication_lag_seconds", 55140, 5, "s"),
        recovered=True,
    )
    capsule.remedy(
        "restart",
        "plugin-host",
        None,
        "deployment.apps/plugin-host restarted; batches fail again with the same code within a minute",
        ("plugin-host", "error_ratio", 0.63, 0.64, "ratio"),
        ("catalog-replica", "replication_lag_seconds", 55140, 55620, "s"),
    )
    capsule.remedy(
        "restart",
        "catalog-replica",
        None,
        "statefulset.apps/catalog-replica restarted; reads moved to the other pod for 40 s, the publisher still fails",
        ("catalog-replica", "replication_lag_seconds", 55140, 55560, "s"),
    )
    capsule.remedy(
        "scale",
        "plugin-host",
        "4 replicas",
        "deployment.apps/plugin-host scaled; partitions are held back by order, more publishers do not help",
        ("plugin-host", "queue_depth", 3028, 3061, "count"),
    )
