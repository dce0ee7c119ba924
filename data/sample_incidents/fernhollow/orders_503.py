"""A tidied-up setting leaves inventory-service with a tenth of its database connections; orders pays for it."""

import random
from datetime import timedelta

from .capsule import Capsule, Span, at
from .chatter import CHECKOUT_ERROR, chat, say
from .cluster import Cluster, nc_open, pod_names, rollout_history, table
from .shop import Effect, bump, measure, ramp, stairs, step

DEPLOYED = at("2026-10-28 13:31:10")
STARVED = at("2026-10-28 13:33:20")
DIFF = """--- a/config/application.yaml
+++ b/config/application.yaml
@@ -14,7 +14,6 @@ datasource:
   url: jdbc:postgresql://inventory-db.shop:5432/inventory
   username: ${INVENTORY_DB_USER}
   pool:
-    maximum-pool-size: 50
-    minimum-idle: 10
+    maximum-pool-size: 5
     connection-timeout-ms: 2000
     name: inventory
"""


def build() -> Capsule:
    capsule = Capsule(
        id="orders-503",
        title="/api/v2/orders answers 503 for 5 % of requests",
        start=at("2026-10-28 12:30:00"),
        end=at("2026-10-28 14:06:00"),
        baseline_end=at("2026-10-28 13:28:00"),
        alert={
            "title": "/api/v2/orders answers 503 for 5 % of requests, P99 latency 2500 ms",
            "severity": "critical",
            "context": "Objectives for this endpoint: error rate below 1 %, P99 latency below 800 ms.",
        },
    )
    capsule.readings = measure(capsule.start, 96, _effects(), seed=capsule.id)
    _changes(capsule)
    _logs(capsule)
    _traces(capsule)
    _commands(capsule)
    _remedies(capsule)
    return capsule


def _effects() -> list[Effect]:
    c = "inventory-service"
    waiting = stairs((63, 14), (64, 31), (66, 38), (70, 35), (75, 41), (80, 36), (86, 39), (91, 37))
    return [
        Effect(c, "db_connections_max", stairs((61, 105), (62, 60), (63, 15)), "set"),
        Effect(c, "db_connections_in_use", step(63, 15), "set"),
        Effect(c, "db_connections_waiting", waiting),
        Effect(c, "error_ratio", stairs((63, 0.032), (64, 0.060))),
        Effect(c, "latency_p99_ms", stairs((63, 1400), (64, 2330))),
        Effect("inventory-db", "db_connections_in_use", ramp(61, 64, -9)),
        Effect("accounts-service", "latency_p99_ms", bump(27, 3, 160)),  # a slow identity provider, long over
        Effect("accounts-service", "error_ratio", bump(27, 3, 0.009)),
        Effect("orders-db", "cpu_ratio", bump(40, 4, 0.17)),  # the hourly sales report
        Effect("orders-db", "latency_p99_ms", bump(40, 4, 8)),
        Effect("cart-redis", "latency_p99_ms", bump(72, 1.5, 1.5)),
    ]


def _changes(capsule: Capsule) -> None:
    capsule.change(
        at("2026-10-28 10:02:19"),
        "commit",
        "41c7e2d90fb3",
        "Orders: page size of the order history 20 -> 25",
        component="orders-service",
        author="r.haddad",
        files=["src/main/java/com/fernhollow/orders/OrderQuery.java"],
        diff="-    private static final int PAGE = 20;\n+    private static final int PAGE = 25;\n",
    )
    capsule.change(
        at("2026-10-28 10:28:44"),
        "deploy",
        "deploy-orders-service-2210",
        "orders-service v3.12.0",
        component="orders-service",
        author="argo",
        version="v3.12.0",
        refers_to="41c7e2d90fb3",
    )
    capsule.change(
        at("2026-10-28 12:41:07"),
        "commit",
        "0f5a8819ce70",
        "Storefront: alt texts for category tiles",
        component="storefront-web",
        author="m.okafor",
        files=["web/components/CategoryTile.tsx"],
    )
    capsule.change(
        at("2026-10-28 12:58:00"),
        "flag",
        "FLAG-delivery-slots",
        "Delivery slots visible for Belgium",
        component="storefront-web",
        author="e.visser",
    )
    capsule.change(
        at("2026-10-28 13:09:52"),
        "commit",
        "b93d5e07a1f4",
        "Inventory: tidy up datasource config, drop settings that repeat defaults",
        component="inventory-service",
        author="j.ferreira",
        files=["config/application.yaml", "docs/configuration.md"],
        diff=DIFF,
    )
    capsule.change(
        DEPLOYED,
        "deploy",
        "deploy-inventory-service-774",
        "inventory-service v2.9.4",
        component="inventory-service",
        author="argo",
        version="v2.9.4",
        refers_to="b93d5e07a1f4",
    )
    capsule.change(
        at("2026-10-28 13:44:30"),
        "config",
        "CFG-2231",
        "edge-proxy: add security header Permissions-Policy",
        component="edge-proxy",
        author="k.ahlgren",
        diff='+  add_header Permissions-Policy "geolocation=()" always;\n',
    )


def _logs(capsule: Capsule) -> None:
    rng = random.Random("orders-503/logs")
    chat(capsule, 640, "orders-503/chat")
    c = "inventory-service"
    for pod in range(3):
        started = (
            "{java} INFO  [main] c.f.inventory.pool.Pool - pool inventory: Start completed (maximum 5, timeout 2000 ms)"
        )
        say(capsule, DEPLOYED + timedelta(seconds=20 + 38 * pod), c, "info", started, rng)
    when = STARVED
    while when < capsule.end:
        order = f"FO-{rng.randrange(7_000_000, 7_999_999)}"
        timeout = (
            f"{{java}} ERROR [reserve-{{n1}}] c.f.inventory.Reservations - {order}: timed out waiting for a connection from "
            "the pool (pool inventory, active=5, idle=0, waiting={n2}, timeout 2000 ms)"
        )
        say(capsule, when, c, "error", timeout, rng)
        if rng.random() < 0.6:
            reason = f'"msg":"reserve failed: 503 from inventory-service after 20{{n2}} ms","order":"{order}"'
            failed = '{{"@timestamp":"{iso}","level":"ERROR","logger":"InventoryClient",' + reason + "}}"
            say(capsule, when + timedelta(milliseconds=12), "orders-service", "error", failed, rng)
            gate = 'level=error route="/api/v2/orders" upstream=orders-service status=503 dur=21{n2}ms trace={hex16}'
            say(capsule, when + timedelta(milliseconds=25), "api-gateway", "error", gate, rng)
        if rng.random() < 0.12:
            flow = CHECKOUT_ERROR + "CheckoutFlow - order could not be placed: orders-service answered 503"
            say(capsule, when + timedelta(milliseconds=40), "checkout-service", "error", flow, rng)
        if rng.random() < 0.2:
            stats = "{java} DEBUG [housekeeper] c.f.inventory.pool.PoolStats - pool inventory: active=5, idle=0, waiting=1{n1}"
            say(capsule, when + timedelta(seconds=1), c, "debug", stats, rng)
        when += timedelta(seconds=rng.expovariate(1 / 12))
    for second in range(0, 400, 37):
        slow = "fail: Accounts.Identity[52] Identity provider timed out after 3000 ms; session extended locally"
        say(
            capsule,
            at("2026-10-28 12:54:00") + timedelta(seconds=second),
            "accounts-service",
            "error",
            slow,
            rng,
        )
    report = "{pgtime} UTC [{n4}] LOG:  duration: 48{n3}.090 ms  statement: SELECT sales_report('hour')"
    say(capsule, at("2026-10-28 13:10:48"), "orders-db", "info", report, rng)
    capsule.log_patterns += [
        {
            "component": c,
            "pattern": "ERROR c.f.inventory.Reservations - <*>: timed out waiting for a connection from the pool "
            "(pool inventory, active=5, idle=0, waiting=<*>, timeout 2000 ms)",
            "count": 7402,
            "baseline_count": 0,
            "severity": "error",
        },
        {
            "component": "orders-service",
            "pattern": "InventoryClient reserve failed: 503 from inventory-service after <*> ms",
            "count": 6297,
            "baseline_count": 3,
            "severity": "error",
        },
        {
            "component": "api-gateway",
            "pattern": 'level=error route="/api/v2/orders" upstream=orders-service status=503 dur=<*>',
            "count": 6011,
            "baseline_count": 5,
            "severity": "error",
        },
        {
            "component": "accounts-service",
            "pattern": "fail: Accounts.Identity[52] Identity provider timed out after 3000 ms; session extended locally",
            "count": 0,
            "baseline_count": 143,
            "severity": "error",
        },
    ]


def _order_call(rng: random.Random, starved: bool, fails: bool) -> Span:
    wait = rng.uniform(1300, 1990) if starved else rng.uniform(0.1, 0.6)
    wait = 2000.0 if fails else wait
    query = Span("inventory-db", "UPDATE reservation", rng.uniform(3, 8))
    reserve = Span(
        "inventory-service",
        "POST /reservations",
        wait + rng.uniform(12, 30),
        () if fails else (query,),
        "error" if fails else "ok",
        {"pool.wait_ms": round(wait, 1), "pool.max": 5 if starved or fails else 50},
    )
    stored = () if fails else (Span("orders-db", "INSERT order", rng.uniform(4, 11)),)
    status, code = ("error", 503) if fails else ("ok", 200)
    orders = Span("orders-service", "POST /orders", rng.uniform(20, 45), (reserve, *stored), status)
    return Span("api-gateway", "POST /api/v2/orders", rng.uniform(4, 9), (orders,), status, {"http.status_code": code})


def _traces(capsule: Capsule) -> None:
    rng = random.Random("orders-503/traces")
    for number in range(48):
        when = capsule.start + timedelta(seconds=number * 118 + rng.randrange(60), milliseconds=rng.randrange(1000))
        after = when > STARVED
        root = _order_call(rng, starved=after and rng.random() < 0.7, fails=after and rng.random() < 0.3)
        capsule.trace(when, root, rng)


def _commands(capsule: Capsule) -> None:
    cluster = Cluster(capsule.end)
    cluster.ages |= {"inventory-service": "34m", "orders-service": "3h37m"}
    pod = cluster.names("inventory-service")[0]
    order_pod = cluster.names("orders-service")[1]
    activity = (
        "    application    | state  | count\n-------------------+--------+-------\n"
        " inventory-service | active |    15\n replenishment-job | idle   |     4\n"
        " monitoring        | idle   |     2\n(3 rows)\n"
    )
    config = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: inventory-service\n  namespace: shop\ndata:\n  application.yaml: |\n"
        "    datasource:\n      url: jdbc:postgresql://inventory-db.shop:5432/inventory\n      pool:\n"
        "        maximum-pool-size: 5\n        connection-timeout-ms: 2000\n        name: inventory\n"
    )
    events = table(
        ("LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"),
        [
            (
                "34m",
                "Normal",
                "ScalingReplicaSet",
                "deployment/inventory-service",
                "Scaled up replica set to 3",
            ),
            (
                "33m",
                "Normal",
                "Killing",
                f"pod/{pod_names('inventory-service', 'v2.9.3', 3)[0]}",
                "Stopping container inventory-service",
            ),
        ],
    )
    capsule.commands |= {
        "kubectl get pods -n shop": cluster.get_pods(),
        "kubectl get pods -n shop -o wide": cluster.get_pods(wide=True),
        "kubectl get deployments -n shop": cluster.get_deployments(),
        "kubectl get events -n shop --sort-by=.lastTimestamp": events,
        f"kubectl describe pod {pod} -n shop": cluster.describe_pod(
            pod, "inventory-service", cluster.running(timedelta(minutes=34)), []
        ),
        f"kubectl describe pod {order_pod} -n shop": cluster.describe_pod(
            order_pod, "orders-service", cluster.running(timedelta(minutes=217)), []
        ),
        "kubectl get configmap inventory-service -n shop -o yaml": config,
        "kubectl rollout history deployment/inventory-service -n shop": rollout_history(
            "inventory-service", [(52, "v2.9.2"), (53, "v2.9.3"), (54, "v2.9.4")]
        ),
        "kubectl rollout history deployment/orders-service -n shop": rollout_history(
            "orders-service", [(118, "v3.11.4"), (119, "v3.12.0")]
        ),
        "kubectl get endpoints orders-service inventory-service inventory-db -n shop": cluster.get_endpoints(
            "orders-service", "inventory-service", "inventory-db"
        ),
        "kubectl top pods -n shop": cluster.top_pods({}),
        'kubectl exec inventory-db-0 -n shop -- psql -c "show max_connections"': (
            " max_connections\n-----------------\n 400\n(1 row)\n"
        ),
        'kubectl exec inventory-db-0 -n shop -- psql -c "select application_name, state, count(*) from pg_stat_activity '
        'group by 1, 2"': activity,
        'kubectl exec inventory-db-0 -n shop -- psql -c "select count(*) from pg_locks where not granted"': (
            " count\n-------\n     0\n(1 row)\n"
        ),
        "nc -zv inventory-db.shop 5432": nc_open("inventory-db.shop", 5432),
        "nc -zv inventory-service.shop 8080": nc_open("inventory-service.shop", 8080),
        "nc -zv orders-db.shop 5432": nc_open("orders-db.shop", 5432),
    }


def _remedies(capsule: Capsule) -> None:
    c = "inventory-service"
    capsule.remedy(
        "rollback",
        c,
        "v2.9.3",
        "deployment.apps/inventory-service rolled back to revision 53 (v2.9.3); pool maximum 50 per pod again, nobody waits",
        (c, "db_connections_max", 15, 150, "count"),
        (c, "db_connections_waiting", 38, 0, "count"),
        (c, "error_ratio", 0.061, 0.0009, "ratio"),
        ("api-gateway", "orders_route_error_ratio", 0.052, 0.0014, "ratio"),
        ("api-gateway", "orders_route_latency_p99_ms", 2510, 295, "ms"),
        recovered=True,
    )
    capsule.remedy(
        "restart",
        c,
        None,
        "deployment.apps/inventory-service restarted; pools start with maximum 5 again and are full within seconds",
        (c, "error_ratio", 0.061, 0.063, "ratio"),
    )
    capsule.remedy(
        "rollback",
        "orders-service",
        "v3.11.4",
        "deployment.apps/orders-service rolled back; still 503 from inventory-service",
        ("api-gateway", "orders_route_error_ratio", 0.052, 0.053, "ratio"),
    )
    capsule.remedy(
        "restart",
        "inventory-db",
        None,
        "statefulset.apps/inventory-db restarted; 50 s without reservations, then as before",
        (c, "error_ratio", 0.061, 0.062, "ratio"),
    )
    capsule.remedy(
        "scale",
        "orders-service",
        "6 replicas",
        "deployment.apps/orders-service scaled; more callers wait for the same 15 connections",
        (c, "db_connections_waiting", 38, 44, "count"),
        (c, "error_ratio", 0.061, 0.066, "ratio"),
    )
