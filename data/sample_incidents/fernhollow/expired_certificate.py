"""The vault's certificate ran out at a quarter past nine. Nothing was changed, and every payment fails."""

import random
from datetime import datetime, timedelta

from .capsule import Capsule, at, stamp
from .chatter import CHECKOUT_ERROR, chat, say
from .cluster import Cluster, nc_open, table, timedatectl
from .shop import Effect, bump, measure, ramp, step

EXPIRY = at("2026-11-11 09:14:52")


def build() -> Capsule:
    capsule = Capsule(
        id="expired-certificate",
        title="Checkout fails at the payment step for most customers",
        start=at("2026-11-11 08:15:00"),
        end=at("2026-11-11 09:52:00"),
        baseline_end=at("2026-11-11 09:13:00"),
        alert={
            "title": "Checkout fails at the payment step for most customers",
            "description": "checkout_error_ratio of storefront-web is 0.71 and rising. Customers see 'payment not possible'.",
            "severity": "critical",
            "starts_at": "2026-11-11T09:25:00Z",
            "component": "storefront-web",
            "labels": {"alertname": "CheckoutErrorBudgetBurn", "namespace": "shop", "team": "storefront"},
            "context": "Browsing, search and the basket work. No release freeze; customer care has 40 open chats.",
        },
    )
    capsule.readings = measure(capsule.start, 97, _effects(), seed=capsule.id)
    _changes(capsule)
    _logs(capsule)
    _commands(capsule)
    _remedies(capsule)
    capsule.documents["handover-2026-11-11.md"] = HANDOVER
    return capsule


def _effects() -> list[Effect]:
    refused = ramp(59.9, 69, 0.97)  # open connections live on for up to ten minutes
    return [
        Effect("token-vault", "unseen_errors", refused),
        Effect("token-vault", "request_rate", lambda minute: -refused(minute), "times"),
        Effect("payments-adapter", "latency_p99_ms", ramp(60, 68, 180)),  # two retries before it gives up
        Effect("payments-adapter", "latency_p99_ms", bump(21, 3, 420)),  # the acquirer was slow for a while
        Effect("payments-adapter", "error_ratio", bump(21, 3, 0.014)),
        Effect("orders-db", "cpu_ratio", bump(45, 4, 0.16)),
        Effect("catalog-service", "latency_p99_ms", bump(33, 2, 60)),
        Effect("payments-adapter", "cpu_ratio", step(62, 0.06)),
    ]


def _changes(capsule: Capsule) -> None:
    capsule.change(
        at("2026-11-10 13:02:10"),
        "commit",
        "3c8ee1a5b970",
        "Payments: clearer reason in declined notices",
        component="payments-service",
        author="t.nilsson",
        files=["internal/notice/text.go"],
    )
    capsule.change(
        at("2026-11-10 13:40:00"),
        "deploy",
        "deploy-payments-service-511",
        "payments-service v6.3.1",
        component="payments-service",
        author="argo",
        version="v6.3.1",
        refers_to="3c8ee1a5b970",
    )
    capsule.change(
        at("2026-11-11 08:09:25"),
        "commit",
        "f64b0d2e9a13",
        "Storefront: gift wrap teaser on the basket page",
        component="storefront-web",
        author="m.okafor",
        files=["web/components/BasketTeaser.tsx"],
    )
    capsule.change(
        at("2026-11-11 08:31:15"),
        "deploy",
        "deploy-storefront-web-1870",
        "storefront-web v5.20.3",
        component="storefront-web",
        author="argo",
        version="v5.20.3",
        refers_to="f64b0d2e9a13",
    )
    capsule.change(
        at("2026-11-11 08:58:40"),
        "config",
        "CFG-2268",
        "catalog-service: search synonym list, 14 entries added",
        component="catalog-service",
        author="l.brandt",
    )


def _refusal(when: datetime) -> str:
    return (
        'ts={iso} lvl=error msg="detokenise failed" err="Post \\"https://token-vault.shop:8443/v1/detokenise\\": '
        "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: "
        f'current time {stamp(when.replace(microsecond=0))} is after {stamp(EXPIRY)}" attempt=3'
    )


def _logs(capsule: Capsule) -> None:
    rng = random.Random("expired-certificate/logs")
    chat(
        capsule,
        600,
        "expired-certificate/chat",
        silent=("payments-adapter", "token-vault", "payments-service"),
    )
    for second in range(0, 97 * 60, 47):
        when = capsule.start + timedelta(seconds=second + rng.randrange(30), milliseconds=rng.randrange(1000))
        if when > EXPIRY + timedelta(minutes=9):
            break
        if rng.random() > max(0.0, (when - EXPIRY).total_seconds() / 600):
            paid = "ts={iso} lvl=info msg=authorised acquirer=nordpeak ms=2{n2} token=tok_{hex8}"
            say(capsule, when, "payments-adapter", "info", paid, rng)
            say(
                capsule,
                when - timedelta(milliseconds=200),
                "token-vault",
                "info",
                "{gotime} detokenise ok kid=2026-q3 dur={n1}ms",
                rng,
            )
            done = '{{"level":"info","ts":"{iso}","msg":"payment authorised","payment":"{hex16}","ms":2{n2}}}'
            say(capsule, when + timedelta(milliseconds=30), "payments-service", "info", done, rng)
    for number in range(14):
        slow = 'ts={iso} lvl=warn msg="acquirer slow, retried once" acquirer=nordpeak ms=2{n3}'
        say(
            capsule,
            at("2026-11-11 08:33:20") + timedelta(seconds=19 * number),
            "payments-adapter",
            "warning",
            slow,
            rng,
        )
    when = EXPIRY + timedelta(seconds=11)
    while when < capsule.end:
        say(capsule, when, "payments-adapter", "error", _refusal(when), rng)
        peer = "{gotime} http: TLS handshake error from {ip}:5{n4}: remote error: tls: bad certificate"
        say(capsule, when, "token-vault", None, peer, rng)
        if rng.random() < 0.8:
            reason = '"payment":"{hex16}","err":"payments-adapter: 502 token unavailable"'
            upstream = '{{"level":"error","ts":"{iso}","msg":"authorisation failed",' + reason + "}}"
            say(capsule, when + timedelta(milliseconds=8), "payments-service", "error", upstream, rng)
            flow = CHECKOUT_ERROR + "CheckoutFlow - checkout {uuid} failed at payment: 502 from payments-service"
            say(capsule, when + timedelta(milliseconds=16), "checkout-service", "error", flow, rng)
        if rng.random() < 0.5:
            gate = 'level=error route="/api/v2/checkout" upstream=checkout-service status=502 dur=6{n2}ms trace={hex16}'
            say(capsule, when + timedelta(milliseconds=24), "api-gateway", "error", gate, rng)
        if rng.random() < 0.4:
            shown = '{{"level":50,"time":{epoch},"msg":"checkout failed","status":502,"reason":"payment not possible"}}'
            say(capsule, when + timedelta(milliseconds=31), "storefront-web", "error", shown, rng)
        early = when < EXPIRY + timedelta(minutes=6)
        when += timedelta(seconds=rng.expovariate(1 / (35 if early else 16)))


def _certificate(subject: str, start: str, end: str) -> str:
    return (
        f"subject=O = Fernhollow, CN = {subject}\nissuer=O = Fernhollow, CN = Fernhollow Internal CA G2\n"
        f"notBefore={start}\nnotAfter={end}\n"
    )


def _commands(capsule: Capsule) -> None:
    cluster = Cluster(capsule.end)
    cluster.versions["storefront-web"] = "v5.20.3"
    cluster.ages |= {"storefront-web": "81m", "payments-service": "20h"}
    vault = cluster.names("token-vault")[0]
    adapter = cluster.names("payments-adapter")[0]
    dates = "</dev/null 2>/dev/null | openssl x509 -noout -subject -issuer -dates"
    vault_dates = _certificate("token-vault.shop.svc", "Nov 11 09:14:52 2025 GMT", "Nov 11 09:14:52 2026 GMT")
    certificates = table(
        ("NAME", "READY", "SECRET", "AGE"),
        [
            ("accounts-service-tls", "True", "accounts-service-tls", "212d"),
            ("edge-proxy-public", "True", "edge-proxy-public", "212d"),
            ("payments-service-tls", "True", "payments-service-tls", "148d"),
            ("storefront-web-tls", "True", "storefront-web-tls", "212d"),
        ],
    )
    adapter_tail = "".join(
        f'ts=2026-11-11T09:51:{second}.118Z lvl=error msg="detokenise failed" err="Post '
        '\\"https://token-vault.shop:8443/v1/detokenise\\": tls: failed to verify certificate: x509: certificate has expired or '
        f'is not yet valid: current time 2026-11-11T09:51:{second}Z is after 2026-11-11T09:14:52Z" attempt=3\n'
        for second in (27, 38, 52)
    )
    capsule.commands |= {
        "kubectl get pods -n shop": cluster.get_pods(),
        "kubectl get deployments -n shop": cluster.get_deployments(),
        "kubectl get nodes": cluster.get_nodes(),
        "kubectl get certificates -n shop": certificates,
        "kubectl get endpoints payments-service payments-adapter token-vault -n shop": cluster.get_endpoints(
            "payments-service", "payments-adapter", "token-vault"
        ),
        f"kubectl describe pod {vault} -n shop": cluster.describe_pod(
            vault, "token-vault", cluster.running(timedelta(days=19)), []
        ),
        f"kubectl describe pod {adapter} -n shop": cluster.describe_pod(
            adapter, "payments-adapter", cluster.running(timedelta(days=6)), []
        ),
        f"kubectl logs {adapter} -n shop --tail=3": adapter_tail,
        f"openssl s_client -connect token-vault.shop:8443 -servername token-vault.shop.svc {dates}": vault_dates,
        f"openssl s_client -connect payments-service.shop:8080 -servername payments-service.shop.svc {dates}": _certificate(
            "payments-service.shop.svc", "Sep  2 04:10:07 2026 GMT", "Dec  1 04:10:07 2026 GMT"
        ),
        f"openssl s_client -connect edge-proxy.shop:8443 -servername shop.fernhollow.example {dates}": (
            "subject=CN = shop.fernhollow.example\nissuer=O = Example Trust, CN = Example Trust R4\n"
            "notBefore=Sep 23 00:00:00 2026 GMT\nnotAfter=Dec 22 08:20:00 2026 GMT\n"
        ),
        "kubectl get secret token-vault-tls -n shop": table(
            ("NAME", "TYPE", "DATA", "AGE"), [("token-vault-tls", "kubernetes.io/tls", "2", "365d")]
        ),
        "nc -zv token-vault.shop 8443": nc_open("token-vault.shop", 8443),
        "nc -zv payments-adapter.shop 8080": nc_open("payments-adapter.shop", 8080),
        "nc -zv api.nordpeak-acquiring.example 443": nc_open("api.nordpeak-acquiring.example", 443),
        "ssh worker-01 timedatectl": timedatectl(capsule.end),
        "ssh worker-03 timedatectl": timedatectl(capsule.end),
        "kubectl top pods -n shop": cluster.top_pods({}),
    }


def _remedies(capsule: Capsule) -> None:
    capsule.remedy(
        "rotate_credential",
        "token-vault",
        "certificate from Fernhollow Internal CA G2, valid 90 days",
        "secret/token-vault-tls replaced, token-vault reloaded it on 2/2 pods; handshakes succeed from the next attempt",
        ("token-vault", "request_rate", 0.4, 12.3, "1/s"),
        ("payments-adapter", "error_ratio", 0.97, 0.0034, "ratio"),
        ("storefront-web", "checkout_error_ratio", 0.85, 0.004, "ratio"),
        recovered=True,
    )
    capsule.remedy(
        "restart",
        "token-vault",
        None,
        "deployment.apps/token-vault restarted; it serves the same certificate, the last open connections are gone as well",
        ("payments-adapter", "error_ratio", 0.97, 1.0, "ratio"),
    )
    capsule.remedy(
        "restart",
        "payments-adapter",
        None,
        "deployment.apps/payments-adapter restarted; every new handshake fails",
        ("payments-adapter", "error_ratio", 0.97, 1.0, "ratio"),
    )
    capsule.remedy(
        "rollback",
        "payments-service",
        "v6.3.0",
        "deployment.apps/payments-service rolled back; payments-adapter still answers 502",
        ("payments-service", "error_ratio", 0.94, 0.94, "ratio"),
    )
    capsule.remedy(
        "rollback",
        "storefront-web",
        "v5.20.2",
        "deployment.apps/storefront-web rolled back; customers still see 'payment not possible'",
        ("storefront-web", "checkout_error_ratio", 0.85, 0.85, "ratio"),
    )


HANDOVER = """# On-call handover, Wednesday 11 November, 08:00 UTC

- Quiet night. One page at 02:40 (mail provider, resolved by itself).
- Nordpeak has announced work on their side for tonight, 22:00 to 23:00 UTC. They expect slower answers, no outage.
- payments-service went out yesterday at 13:40 with a change of wording in notices; error rate unchanged since.
- Open: move the remaining hand-made secrets to the certificate operator (PAY-881, not started).
"""
