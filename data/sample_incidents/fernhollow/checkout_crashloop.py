"""A campaign triples the traffic; checkout-service outgrows its memory, pod after pod."""

import random
from datetime import timedelta

from .capsule import Capsule, at
from .chatter import chat, say
from .cluster import Cluster, PodState, http_time, nc_open, table
from .shop import MIB, Effect, bump, measure, ramp, stairs, step

SURGE = at("2026-11-13 10:00:00")
FIRST_KILL = at("2026-11-13 10:11:24")


def build() -> Capsule:
    capsule = Capsule(
        id="checkout-crashloop",
        title="checkout-service pods in CrashLoopBackOff with OutOfMemoryError",
        start=at("2026-11-13 09:00:00"),
        end=at("2026-11-13 10:38:00"),
        baseline_end=at("2026-11-13 09:58:00"),
        alert={
            "title": "checkout-service pods in CrashLoopBackOff with OutOfMemoryError",
            "description": "3 of 4 pods of checkout-service have restarted more than 3 times in the last 20 minutes.",
            "severity": "critical",
            "starts_at": "2026-11-13T10:22:30Z",
            "component": "checkout-service",
            "labels": {
                "alertname": "KubePodCrashLooping",
                "namespace": "shop",
                "deployment": "checkout-service",
            },
            "context": "Traffic is at 3x of normal.",
        },
    )
    capsule.readings = measure(capsule.start, 98, _effects(), seed=capsule.id)
    _changes(capsule)
    _logs(capsule)
    _signals(capsule)
    _commands(capsule)
    _remedies(capsule)
    capsule.documents["campaign-calendar.md"] = CALENDAR
    return capsule


def _memory(minute: float) -> float:
    """The fullest pod of checkout-service: fills up from minute 61, then is killed and fills up again every 4 minutes."""
    if minute < 61:
        return 0.0
    if minute < 71:
        return (560 + (minute - 60) * 45) * MIB
    return min(1020, 430 + ((minute - 71) % 4) * 210) * MIB


def _effects() -> list[Effect]:
    c = "checkout-service"
    restarts = stairs((71, 1), (73, 2), (75, 4), (77, 6), (79, 8), (82, 11), (85, 14), (88, 16), (92, 19), (96, 21))
    return [
        Effect("edge-proxy", "request_rate", ramp(59.5, 65, 2.05), "times"),
        Effect(c, "memory_bytes", _memory, "set"),
        Effect(c, "cpu_ratio", ramp(66, 72, 0.22)),
        Effect(c, "latency_p99_ms", ramp(66, 72, 3600)),
        Effect(c, "restarts_total", restarts),
        Effect(c, "error_ratio", stairs((71, 0.16), (73, 0.31), (76, 0.47))),
        Effect(c, "error_ratio", bump(84, 2.0, 0.12)),
        Effect("events-broker", "latency_p99_ms", bump(31, 2.5, 6)),  # a leader election, half an hour before
        Effect("accounts-service", "error_ratio", bump(44, 2, 0.011)),
        Effect("catalog-service", "cpu_ratio", step(67, -0.3), "times"),  # the autoscaler has added pods
        Effect("catalog-service", "db_connections_max", step(67, 160)),
        Effect("storefront-web", "cpu_ratio", step(40, -0.3), "times"),
        Effect("catalog-service", "latency_p99_ms", ramp(60, 66, 55)),  # busy, as it should be at three times the load
        Effect("cart-redis", "memory_bytes", step(62, 210 * MIB)),
    ]


def _changes(capsule: Capsule) -> None:
    capsule.change(
        at("2026-11-12 15:20:44"),
        "commit",
        "8d41f0b6c2aa",
        "Checkout: translate address form hints",
        component="checkout-service",
        author="m.okafor",
        files=["src/main/resources/i18n/address_nl.properties"],
    )
    capsule.change(
        at("2026-11-12 15:58:00"),
        "deploy",
        "deploy-checkout-service-655",
        "checkout-service v4.8.2",
        component="checkout-service",
        author="argo",
        version="v4.8.2",
        refers_to="8d41f0b6c2aa",
    )
    capsule.change(
        at("2026-11-13 08:47:10"),
        "commit",
        "e7730c5f19d4",
        "Promotions: add the November bulbs rule",
        component="promotions-service",
        author="j.ferreira",
        files=["promotions/rules/november_bulbs.yaml", "tests/test_november_bulbs.py"],
        diff="+- id: november-bulbs\n+  when: {category: bulbs, min_lines: 2}\n+  then: {percent: 15}\n",
    )
    capsule.change(
        at("2026-11-13 09:02:30"),
        "deploy",
        "deploy-promotions-service-1207",
        "promotions-service v2.31.0",
        component="promotions-service",
        author="argo",
        version="v2.31.0",
        refers_to="e7730c5f19d4",
    )
    capsule.change(
        at("2026-11-13 09:40:00"),
        "scale",
        "SCALE-3318",
        "storefront-web 4 -> 6 replicas ahead of the campaign",
        component="storefront-web",
        author="k.ahlgren",
    )
    capsule.change(
        at("2026-11-13 10:06:12"),
        "scale",
        "hpa-catalog-service-20261113T1006",
        "catalog-service 5 -> 9 replicas (autoscaler, cpu)",
        component="catalog-service",
        author="hpa",
    )


def _logs(capsule: Capsule) -> None:
    rng = random.Random("checkout-crashloop/logs")
    chat(capsule, 620, "checkout-crashloop/chat")
    c = "checkout-service"
    java = "{java} %s [http-nio-8080-exec-{n2}] c.f.checkout.%s - %s"
    for second in range(7 * 60, 37 * 60, 41):
        when = SURGE + timedelta(seconds=second + rng.randrange(20))
        if second < 11 * 60:
            gc = "{java} WARN  [main] c.f.checkout.Memory - heap after GC 9{n1}%, basket cache holds {n4}0 entries"
            say(capsule, when, c, "warning", gc, rng)
            continue
        say(
            capsule,
            when,
            c,
            "error",
            java % ("ERROR", "CheckoutFlow", "request failed: java.lang.OutOfMemoryError: Java heap space"),
            rng,
        )
        if rng.random() < 0.35:
            direct = "java.lang.OutOfMemoryError: Cannot reserve 4194304 bytes of direct buffer memory"
            say(
                capsule,
                when + timedelta(milliseconds=700),
                c,
                "error",
                java % ("ERROR", "PdfReceipt", direct),
                rng,
            )
        if rng.random() < 0.45:
            limits = "(max heap 819 MiB, container limit 1024 MiB)"
            start = "{java} INFO  [main] c.f.checkout.Application - Starting Application v4.8.2 " + limits
            say(capsule, when + timedelta(seconds=9), c, "info", start, rng)
        ip = f"10.42.{rng.randrange(1, 7)}.{rng.randrange(2, 250)}"
        refused = f'msg="upstream connect error: connection refused {ip}:8080" trace={{hex16}}'
        reset = 'level=error route="/api/v2/checkout" upstream=checkout-service status=503 ' + refused
        say(capsule, when + timedelta(milliseconds=900), "api-gateway", "error", reset, rng)
        if rng.random() < 0.5:
            shown = '{{"level":50,"time":{epoch},"msg":"checkout failed","status":503,"upstream":"api-gateway"}}'
            say(capsule, when + timedelta(milliseconds=950), "storefront-web", "error", shown, rng)
    for minute in (29, 30, 31):
        lead = "[1] {nats} [WRN] JetStream cluster new leader for '$G > ORDERS'"
        say(
            capsule,
            capsule.start + timedelta(minutes=minute, seconds=12),
            "events-broker",
            "warning",
            lead,
            rng,
        )
    for minute in range(2, 38, 5):
        limited = (
            'level=warn route="/api/v2/accounts/login" upstream=accounts-service status=429 msg="rate limit" key={ip}'
        )
        say(capsule, SURGE + timedelta(minutes=minute, seconds=33), "api-gateway", "warning", limited, rng)
    capsule.log_patterns += [
        {
            "component": c,
            "pattern": "ERROR c.f.checkout.CheckoutFlow - request failed: java.lang.OutOfMemoryError: Java heap space",
            "count": 3184,
            "baseline_count": 0,
            "severity": "error",
        },
        {
            "component": c,
            "pattern": "INFO c.f.checkout.Application - Starting Application v4.8.2 (max heap 819 MiB, container limit 1024 MiB)",
            "count": 21,
            "baseline_count": 0,
            "severity": "info",
        },
        {
            "component": "api-gateway",
            "pattern": 'level=error route="/api/v2/checkout" upstream=checkout-service status=503 msg="upstream connect error: '
            'connection refused <*>"',
            "count": 20911,
            "baseline_count": 2,
            "severity": "error",
        },
        {
            "component": "accounts-service",
            "pattern": "warn: Accounts.Login[21] Invalid password for user <*> from <*>",
            "count": 903,
            "baseline_count": 371,
            "severity": "warning",
        },
    ]


def _signals(capsule: Capsule) -> None:
    capsule.signal(
        at("2026-11-13 09:31:40"),
        "events-broker",
        "BrokerLeaderChanged",
        "ORDERS stream, resolved after 2 min",
    )
    capsule.signal(
        at("2026-11-13 10:04:10"), "edge-proxy", "TrafficAboveForecast", "request_rate 1120/s, forecast 390/s"
    )
    capsule.signal(at("2026-11-13 10:13:00"), "checkout-service", "ContainerOOMKilled", "2 containers in 5 min")
    capsule.signal(
        at("2026-11-13 10:17:00"),
        "storefront-web",
        "CheckoutErrorBudgetBurn",
        "checkout_error_ratio 0.44, burn 440x",
    )


def _commands(capsule: Capsule) -> None:
    cluster = Cluster(capsule.end)
    c = "checkout-service"
    cluster.versions["promotions-service"] = "v2.31.0"
    cluster.replicas |= {"storefront-web": 6, "catalog-service": 9}
    cluster.ages |= {c: "18h", "promotions-service": "95m"}
    pods = cluster.names(c)
    cluster.pods |= {
        pods[0]: PodState("0/1", "CrashLoopBackOff", "7 (104s ago)"),
        pods[1]: PodState("1/1", "Running", "5 (2m31s ago)"),
        pods[2]: PodState("0/1", "CrashLoopBackOff", "6 (48s ago)"),
        pods[3]: PodState("0/1", "OOMKilled", "6 (4m9s ago)"),
    }
    killed = (
        "    State:          Waiting\n      Reason:       CrashLoopBackOff\n    Last State:     Terminated\n"
        "      Reason:       OOMKilled\n      Exit Code:    137\n"
        f"      Started:      {http_time(capsule.end - timedelta(minutes=5))}\n"
        f"      Finished:     {http_time(capsule.end - timedelta(seconds=104))}\n"
        "    Ready:          False\n    Restart Count:  7\n"
    )
    events = [
        (
            "Warning",
            "Unhealthy",
            "3m12s (x19 over 26m)",
            "kubelet",
            "Readiness probe failed: context deadline exceeded",
        ),
        (
            "Warning",
            "BackOff",
            "44s (x61 over 24m)",
            "kubelet",
            f"Back-off restarting failed container {c} in pod {pods[0]}",
        ),
        ("Normal", "Pulled", "104s (x8 over 18h)", "kubelet", "Container image already present on machine"),
    ]
    java = "    Environment:\n      JAVA_TOOL_OPTIONS:  -XX:MaxRAMPercentage=80 -XX:MaxDirectMemorySize=256m\n"
    hpa = table(
        ("NAME", "REFERENCE", "TARGETS", "MINPODS", "MAXPODS", "REPLICAS", "AGE"),
        [
            ("catalog-service", "Deployment/catalog-service", "cpu: 63%/70%", "5", "14", "9", "201d"),
            ("checkout-service", "Deployment/checkout-service", "cpu: <unknown>/70%", "4", "12", "4", "201d"),
            ("storefront-web", "Deployment/storefront-web", "cpu: 58%/70%", "4", "12", "6", "201d"),
        ],
    )
    previous = (
        "2026-11-13 10:36:08.771 WARN  [main] c.f.checkout.Memory - heap after GC 97%, basket cache holds 48210 entries\n"
        "2026-11-13 10:36:11.402 ERROR [http-nio-8080-exec-61] c.f.checkout.CheckoutFlow - request failed: "
        "java.lang.OutOfMemoryError: Java heap space\n"
        "2026-11-13 10:36:14.019 ERROR [http-nio-8080-exec-17] c.f.checkout.PdfReceipt - java.lang.OutOfMemoryError: "
        "Cannot reserve 4194304 bytes of direct buffer memory\n"
    )
    back_off = f"Back-off restarting failed container {c}"
    recent = table(
        ("LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"),
        [
            (
                "32m",
                "Normal",
                "SuccessfulRescale",
                "horizontalpodautoscaler/catalog-service",
                "New size: 9; reason: cpu above target",
            ),
            (
                "27m",
                "Warning",
                "OOMKilling",
                "node/worker-01",
                "Memory cgroup out of memory: Killed process 41127 (java)",
            ),
            ("48s", "Warning", "BackOff", f"pod/{pods[2]}", back_off),
            ("44s", "Warning", "BackOff", f"pod/{pods[0]}", back_off),
        ],
    )
    usage = {pods[1]: (912, 1003), pods[0]: (0, 0), pods[2]: (0, 0), pods[3]: (0, 0)}
    promotion = cluster.names("promotions-service")[0]
    capsule.commands |= {
        "kubectl get pods -n shop": cluster.get_pods(),
        "kubectl get pods -n shop -l app=checkout-service": cluster.get_pods(c),
        "kubectl get pods -n shop -l app=promotions-service": cluster.get_pods("promotions-service"),
        "kubectl get deployments -n shop": cluster.get_deployments(),
        "kubectl get hpa -n shop": hpa,
        "kubectl get nodes": cluster.get_nodes(),
        "kubectl get events -n shop --sort-by=.lastTimestamp": recent,
        f"kubectl describe pod {pods[0]} -n shop": cluster.describe_pod(pods[0], c, killed, events, java),
        f"kubectl describe pod {promotion} -n shop": cluster.describe_pod(
            promotion, "promotions-service", cluster.running(timedelta(minutes=95)), []
        ),
        f"kubectl logs {pods[0]} -n shop --previous --tail=3": previous,
        "kubectl top pods -n shop": cluster.top_pods(usage),
        "kubectl top nodes": table(
            ("NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"),
            [(f"worker-0{n}", f"{5 + n}210m", f"{38 + 3 * n}%", f"{29 + n}811Mi", f"{47 + n}%") for n in range(1, 5)],
        ),
        "kubectl get endpoints checkout-service payments-service -n shop": cluster.get_endpoints(c, "payments-service"),
        "nc -zv payments-service.shop 8080": nc_open("payments-service.shop", 8080),
        "nc -zv cart-redis.shop 6379": nc_open("cart-redis.shop", 6379),
    }


def _remedies(capsule: Capsule) -> None:
    c = "checkout-service"
    capsule.remedy(
        "scale",
        c,
        "12 replicas",
        "deployment.apps/checkout-service scaled; 12/12 ready after 95 s, fullest pod at 640 MiB of 1024 MiB",
        (c, "error_ratio", 0.47, 0.003, "ratio"),
        (c, "memory_bytes", 1020 * MIB, 640 * MIB, "bytes"),
        (c, "latency_p99_ms", 4050, 460, "ms"),
        recovered=True,
    )
    capsule.remedy(
        "scale",
        c,
        "memory limit 2048Mi",
        "deployment.apps/checkout-service limits updated; rolled out in 3 min, fullest pod at 1390 MiB of 2048 MiB",
        (c, "error_ratio", 0.47, 0.004, "ratio"),
        (c, "memory_bytes", 1020 * MIB, 1390 * MIB, "bytes"),
        recovered=True,
    )
    capsule.remedy(
        "restart",
        c,
        None,
        "deployment.apps/checkout-service restarted; first OOMKilled again after 4 min",
        (c, "error_ratio", 0.47, 0.49, "ratio"),
    )
    capsule.remedy(
        "rollback",
        "promotions-service",
        "v2.30.2",
        "deployment.apps/promotions-service rolled back; no effect on checkout-service",
        (c, "error_ratio", 0.47, 0.46, "ratio"),
        ("promotions-service", "error_ratio", 0.0011, 0.0010, "ratio"),
    )
    capsule.remedy(
        "rollback",
        c,
        "v4.8.1",
        "deployment.apps/checkout-service rolled back to v4.8.1; pods of v4.8.1 are OOMKilled as well",
        (c, "error_ratio", 0.47, 0.48, "ratio"),
    )


CALENDAR = """# Campaign calendar, November 2026

| day | campaign | channel | expected traffic |
|---|---|---|---|
| Tue 3 | Bulbs last call | newsletter | 1.2x for two hours |
| Fri 13 | Winter lights, one day only | newsletter and app push at 10:00 UTC | 1.6x from 10:00 to 13:00 |
| Fri 27 | Green Friday | all channels | 4x all day, load test on the 20th |

Marketing tells the platform channel two days ahead. Forecasts are for visits, not for checkouts: a one-day offer shifts
more visitors into the checkout than a newsletter does.
"""
