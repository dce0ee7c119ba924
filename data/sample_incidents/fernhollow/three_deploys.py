"""Three deploys within a quarter of an hour. The guilty one is the oldest and the furthest from the alert."""

import random
from datetime import timedelta

from .capsule import Capsule, Span, at
from .chatter import CHECKOUT_ERROR, chat, say
from .cluster import Cluster, nc_open, rollout_history, table
from .shop import Effect, bump, measure, ramp, stairs

ROLLED_OUT = at("2026-11-04 14:05:20")
FIRST_ERROR = at("2026-11-04 14:07:04")
DIFF = """--- a/promotions/stacking.py
+++ b/promotions/stacking.py
@@ -74,9 +74,7 @@ def apply_stack(basket: Basket, coupons: list[Coupon]) -> Discount:
     eligible = [line for line in basket.lines if line.is_full_price]
-    if not eligible:
-        return Discount.none()
     total = sum(line.amount for line in eligible)
     discount = Discount.none()
     for coupon in order_by_value(coupons):
         share = coupon.amount_for(total)
-        discount += spread_evenly(share, eligible)
+        discount += Discount(per_cent=100 * share / total)
     return discount
"""


def build() -> Capsule:
    alert = {
        "status": "firing",
        "labels": {
            "alertname": "CheckoutErrorRateHigh",
            "namespace": "shop",
            "service": "storefront-web",
            "severity": "critical",
            "team": "storefront",
        },
        "annotations": {
            "summary": "More than 10 % of checkouts fail in storefront-web",
            "description": "checkout_error_ratio of storefront-web has been above 0.10 for 10 minutes (now 0.16).",
            "runbook_url": "https://runbooks.fernhollow.example/api-gateway-5xx",
        },
        "startsAt": "2026-11-04T14:24:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://prometheus.fernhollow.example/graph?g0.expr=checkout_error_ratio%20%3E%200.1",
        "fingerprint": "6f2c9b1e04d7a835",
    }
    capsule = Capsule(
        id="three-deploys",
        title="More than 10 % of checkouts fail in storefront-web",
        start=at("2026-11-04 13:00:00"),
        end=at("2026-11-04 14:38:00"),
        baseline_end=at("2026-11-04 14:03:00"),
        alert={
            "version": "4",
            "groupKey": '{}/{team="storefront"}:{alertname="CheckoutErrorRateHigh"}',
            "truncatedAlerts": 0,
            "status": "firing",
            "receiver": "workbench",
            "groupLabels": {"alertname": "CheckoutErrorRateHigh"},
            "commonLabels": alert["labels"],
            "commonAnnotations": alert["annotations"],
            "externalURL": "https://alertmanager.fernhollow.example",
            "alerts": [alert],
        },
    )
    capsule.readings = measure(capsule.start, 98, _effects(), seed=capsule.id)
    _changes(capsule)
    _logs(capsule)
    _signals(capsule)
    _traces(capsule)
    _commands(capsule)
    _remedies(capsule)
    return capsule


def _effects() -> list[Effect]:
    c = "promotions-service"
    return [
        Effect(c, "error_ratio", stairs((67, 0.052), (70, 0.11), (73, 0.178))),  # a third of the pods at a time
        Effect(c, "cpu_ratio", ramp(67, 74, 0.03)),  # writing tracebacks
        Effect("catalog-service", "latency_p99_ms", bump(22, 3, 70)),  # an index refresh, long before
        Effect("catalog-service", "cpu_ratio", bump(22, 3, 0.2)),
        Effect("inventory-db", "cpu_ratio", bump(52, 3, 0.15)),
        Effect("events-broker", "queue_depth", bump(81, 4, 320)),  # a consumer restarts, catches up
        Effect("accounts-service", "error_ratio", bump(35, 2, 0.008)),
    ]


def _changes(capsule: Capsule) -> None:
    capsule.change(
        at("2026-11-04 12:51:33"),
        "commit",
        "d2f6b10c77e9",
        "Promotions: spread a stacked discount by share, simplify reduced lines",
        component="promotions-service",
        author="j.ferreira",
        files=["promotions/stacking.py", "tests/test_stacking.py"],
        diff=DIFF,
    )
    capsule.change(
        at("2026-11-04 13:20:18"),
        "commit",
        "7a90ce42d1b5",
        "Checkout: remember the delivery option last chosen",
        component="checkout-service",
        author="a.kowalczyk",
        files=["src/main/java/com/fernhollow/checkout/DeliveryChoice.java"],
        diff='+        session.remember("delivery", choice.code());\n',
    )
    capsule.change(
        at("2026-11-04 13:36:40"),
        "flag",
        "FLAG-guest-checkout",
        "Guest checkout 50 % -> 60 %",
        component="storefront-web",
        author="e.visser",
    )
    capsule.change(
        at("2026-11-04 13:49:02"),
        "commit",
        "15e8d3fb0c46",
        "Gateway: raise max header size to 16 KiB",
        component="api-gateway",
        author="k.ahlgren",
        files=["config/listeners.yaml"],
        diff="-  max_request_headers_kb: 8\n+  max_request_headers_kb: 16\n",
    )
    capsule.change(
        ROLLED_OUT,
        "deploy",
        "deploy-promotions-service-1198",
        "promotions-service v2.30.1",
        component="promotions-service",
        author="argo",
        version="v2.30.1",
        refers_to="d2f6b10c77e9",
    )
    capsule.change(
        at("2026-11-04 14:13:45"),
        "deploy",
        "deploy-checkout-service-648",
        "checkout-service v4.8.1",
        component="checkout-service",
        author="argo",
        version="v4.8.1",
        refers_to="7a90ce42d1b5",
    )
    capsule.change(
        at("2026-11-04 14:18:30"),
        "deploy",
        "deploy-api-gateway-2051",
        "api-gateway v2.17.3",
        component="api-gateway",
        author="argo",
        version="v2.17.3",
        refers_to="15e8d3fb0c46",
    )


TRACEBACK = """{pytime} ERROR promotions.engine basket {uuid} not evaluated, coupons=2
Traceback (most recent call last):
  File "/app/promotions/engine.py", line 141, in evaluate
    return apply_stack(basket, coupons)
  File "/app/promotions/stacking.py", line 79, in apply_stack
    discount += Discount(per_cent=100 * share / total)
decimal.InvalidOperation: [<class 'decimal.DivisionUndefined'>]"""


def _logs(capsule: Capsule) -> None:
    rng = random.Random("three-deploys/logs")
    chat(capsule, 640, "three-deploys/chat")
    when = FIRST_ERROR
    while when < capsule.end:
        say(capsule, when, "promotions-service", "error", TRACEBACK, rng)
        if when > FIRST_ERROR + timedelta(seconds=40) and rng.random() < 0.75:
            flow = CHECKOUT_ERROR + "BasketPricing - basket {uuid} not priced: promotions-service answered 500"
            say(capsule, when + timedelta(milliseconds=9), "checkout-service", "error", flow, rng)
            gate = 'level=error route="/api/v2/checkout" upstream=checkout-service status=502 dur={n2}ms trace={hex16}'
            say(capsule, when + timedelta(milliseconds=15), "api-gateway", "error", gate, rng)
        if when > FIRST_ERROR + timedelta(seconds=100) and rng.random() < 0.4:
            shown = '{{"level":50,"time":{epoch},"msg":"checkout failed","status":502,"upstream":"api-gateway"}}'
            say(capsule, when + timedelta(milliseconds=22), "storefront-web", "error", shown, rng)
        early = when < at("2026-11-04 14:13:00")
        when += timedelta(seconds=rng.expovariate(1 / (40 if early else 14)))
    for component, started in (
        ("promotions-service", "{pytime} INFO promotions.app started v2.30.1 (rules=18)"),
        (
            "checkout-service",
            "{java} INFO  [main] c.f.checkout.Application - Started Application v4.8.1 in 11.{n1} s",
        ),
        ("api-gateway", 'level=info msg="listener ready" version=v2.17.3 max_request_headers_kb=16'),
    ):
        deployed = {
            "promotions-service": "14:06:02",
            "checkout-service": "14:14:20",
            "api-gateway": "14:18:52",
        }[component]
        for pod in range(3):
            say(
                capsule,
                at(f"2026-11-04 {deployed}") + timedelta(seconds=55 * pod),
                component,
                "info",
                started,
                rng,
            )
    for number in range(9):
        mail = "fail: Accounts.Mail[33] Mail provider answered 421 try again later; queued"
        say(
            capsule,
            at("2026-11-04 13:34:10") + timedelta(seconds=21 * number),
            "accounts-service",
            "error",
            mail,
            rng,
        )


def _signals(capsule: Capsule) -> None:
    capsule.signal(at("2026-11-04 13:22:30"), "catalog-service", "SearchIndexRefresh", "finished in 4 min")
    capsule.signal(at("2026-11-04 14:15:30"), "checkout-service", "ErrorRatioHigh", "0.13 > 0.05 for 5 min")
    capsule.signal(
        at("2026-11-04 14:20:40"),
        "events-broker",
        "ConsumerRestarted",
        "promotions consumer, 2.1k events behind, caught up",
    )


def _checkout_call(rng: random.Random, broken: bool) -> Span:
    status = "error" if broken else "ok"
    basket = Span(
        "cart-service",
        "GET /cart",
        rng.uniform(6, 18),
        (Span("cart-redis", "HGETALL", rng.uniform(0.4, 1.5)),),
    )
    attributes = {
        "exception.type": "decimal.InvalidOperation",
        "code.filepath": "/app/promotions/stacking.py",
    }
    price = Span("promotions-service", "POST /evaluate", rng.uniform(9, 35), (), status, attributes if broken else {})
    children = [basket, price]
    if not broken:
        token = Span("token-vault", "POST /detokenise", rng.uniform(6, 14))
        adapter = Span("payments-adapter", "POST /authorise", rng.uniform(140, 240), (token,))
        children.append(Span("payments-service", "POST /payments", rng.uniform(10, 25), (adapter,)))
        reserve = Span("inventory-service", "POST /reservations", rng.uniform(12, 30))
        children.append(Span("orders-service", "POST /orders", rng.uniform(20, 45), (reserve,)))
    checkout = Span("checkout-service", "POST /checkout", rng.uniform(25, 60), tuple(children), status)
    code = {"http.status_code": 502 if broken else 200}
    gateway = Span("api-gateway", "POST /api/v2/checkout", rng.uniform(4, 9), (checkout,), status, code)
    return Span("storefront-web", "checkout", rng.uniform(15, 30), (gateway,), status)


def _traces(capsule: Capsule) -> None:
    rng = random.Random("three-deploys/traces")
    for number in range(42):
        when = capsule.start + timedelta(seconds=number * 138 + rng.randrange(60), milliseconds=rng.randrange(1000))
        chance = (
            0.0 if when < FIRST_ERROR else 0.12 if when < at("2026-11-04 14:13:00") else 0.45
        )  # errors are sampled more
        capsule.trace(when, _checkout_call(rng, rng.random() < chance), rng)


def _commands(capsule: Capsule) -> None:
    cluster = Cluster(capsule.end)
    cluster.versions["checkout-service"] = "v4.8.1"
    cluster.ages |= {"promotions-service": "32m", "checkout-service": "24m", "api-gateway": "19m"}
    pod = cluster.names("promotions-service")[1]
    events = table(
        ("LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"),
        [
            (
                "32m",
                "Normal",
                "ScalingReplicaSet",
                "deployment/promotions-service",
                "Scaled up replica set to 3",
            ),
            (
                "24m",
                "Normal",
                "ScalingReplicaSet",
                "deployment/checkout-service",
                "Scaled up replica set to 4",
            ),
            ("19m", "Normal", "ScalingReplicaSet", "deployment/api-gateway", "Scaled up replica set to 4"),
        ],
    )
    capsule.commands |= {
        "kubectl get pods -n shop": cluster.get_pods(),
        "kubectl get deployments -n shop": cluster.get_deployments(),
        "kubectl get events -n shop --sort-by=.lastTimestamp": events,
        f"kubectl describe pod {pod} -n shop": cluster.describe_pod(
            pod, "promotions-service", cluster.running(timedelta(minutes=31)), []
        ),
        "kubectl rollout history deployment/promotions-service -n shop": rollout_history(
            "promotions-service", [(86, "v2.29.4"), (87, "v2.30.0"), (88, "v2.30.1")]
        ),
        "kubectl rollout history deployment/checkout-service -n shop": rollout_history(
            "checkout-service", [(141, "v4.8.0"), (142, "v4.8.1")]
        ),
        "kubectl rollout history deployment/api-gateway -n shop": rollout_history(
            "api-gateway", [(97, "v2.17.2"), (98, "v2.17.3")]
        ),
        "kubectl top pods -n shop": cluster.top_pods({}),
        "kubectl get endpoints promotions-service checkout-service -n shop": cluster.get_endpoints(
            "promotions-service", "checkout-service"
        ),
        "nc -zv promotions-service.shop 8080": nc_open("promotions-service.shop", 8080),
    }


def _remedies(capsule: Capsule) -> None:
    c = "promotions-service"
    capsule.remedy(
        "rollback",
        c,
        "v2.30.0",
        "deployment.apps/promotions-service rolled back to revision 87 (v2.30.0); last traceback 70 s later",
        (c, "error_ratio", 0.178, 0.0011, "ratio"),
        ("checkout-service", "error_ratio", 0.171, 0.0022, "ratio"),
        ("storefront-web", "checkout_error_ratio", 0.173, 0.004, "ratio"),
        recovered=True,
    )
    capsule.remedy(
        "rollback",
        "checkout-service",
        "v4.8.0",
        "deployment.apps/checkout-service rolled back to revision 141 (v4.8.0); promotions-service still answers 500",
        ("checkout-service", "error_ratio", 0.171, 0.169, "ratio"),
        ("storefront-web", "checkout_error_ratio", 0.173, 0.172, "ratio"),
    )
    capsule.remedy(
        "rollback",
        "api-gateway",
        "v2.17.2",
        "deployment.apps/api-gateway rolled back to revision 97 (v2.17.2); no change in failed checkouts",
        ("storefront-web", "checkout_error_ratio", 0.173, 0.174, "ratio"),
    )
    capsule.remedy(
        "restart",
        c,
        None,
        "deployment.apps/promotions-service restarted; the same baskets fail again",
        (c, "error_ratio", 0.178, 0.180, "ratio"),
    )
