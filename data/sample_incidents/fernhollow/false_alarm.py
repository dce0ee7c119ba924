"""One synthetic probe on the other side of the world reports a slow shop. The shop is fine."""

import random
from datetime import timedelta

from .capsule import Capsule, at
from .chatter import chat, say
from .cluster import Cluster, nc_open, systemctl, table
from .shop import measure


def build() -> Capsule:
    capsule = Capsule(
        id="false-alarm",
        title="Storefront latency above 3 s",
        start=at("2026-11-18 02:00:00"),
        end=at("2026-11-18 03:34:00"),
        baseline_end=at("2026-11-18 03:00:00"),
        alert={
            "title": "Storefront latency above 3 s",
            "description": "Synthetic probe: GET / took 4210 ms (threshold 3000 ms) in 3 of 3 runs from location sin-2.",
            "severity": "critical",
            "starts_at": "2026-11-18T03:12:00Z",
            "component": "storefront-web",
            "labels": {"alertname": "SyntheticLatencyHigh", "source": "synthetic", "location": "sin-2"},
        },
    )
    capsule.readings = measure(capsule.start, 94, [], seed=capsule.id)
    capsule.change(
        at("2026-11-16 13:15:08"),
        "commit",
        "ab07d9c3e215",
        "Storefront: footer links to the repair guide",
        component="storefront-web",
        author="m.okafor",
        files=["web/components/Footer.tsx"],
    )
    capsule.change(
        at("2026-11-16 13:52:00"),
        "deploy",
        "deploy-storefront-web-1874",
        "storefront-web v5.21.0",
        component="storefront-web",
        author="argo",
        version="v5.21.0",
        refers_to="ab07d9c3e215",
    )
    _logs(capsule)
    _signals(capsule)
    _commands(capsule)
    _remedies(capsule)
    return capsule


def _logs(capsule: Capsule) -> None:
    rng = random.Random("false-alarm/logs")
    chat(capsule, 520, "false-alarm/chat", calm=True)
    for second in range(0, 94 * 60, 300):
        for place, address in (
            ("fra-1", "198.51.100.21"),
            ("iad-3", "198.51.100.84"),
            ("sin-2", "203.0.113.40"),
        ):
            when = capsule.start + timedelta(seconds=second + rng.randrange(60), milliseconds=rng.randrange(1000))
            probe = f'{address} - - [{{clf}}] "GET / HTTP/2.0" 200 {{n4}} "-" "synthetic/{place}" rt=0.2{{n2}} up=storefront-web'
            say(capsule, when, "edge-proxy", None, probe, rng)


def _signals(capsule: Capsule) -> None:
    for place, took in (("fra-1", 221), ("ams-2", 208), ("lon-1", 236), ("iad-3", 388)):
        detail = f"location {place}: GET / took {took} ms, 3 of 3 runs within threshold"
        capsule.signal(at("2026-11-18 03:14:00"), "storefront-web", "SyntheticProbe", detail)
    capsule.signal(
        at("2026-11-18 03:06:20"),
        None,
        "ProbeAgentDegraded",
        "location sin-2: packet loss 11 % on the agent's uplink to all targets, including the reference target",
    )
    capsule.signal(
        at("2026-11-18 03:20:00"),
        "edge-proxy",
        "RealUserLatency",
        "p75 of page loads 1.1 s over 15 min, same as last week",
    )


def _commands(capsule: Capsule) -> None:
    cluster = Cluster(capsule.end)
    cluster.ages["storefront-web"] = "37h"
    pod = cluster.names("storefront-web")[0]
    edge = cluster.names("edge-proxy")[0]
    timing = "dns 0.004  connect 0.011  tls 0.032  first byte 0.214  total 0.231  status 200\n"
    capsule.commands |= {
        "kubectl get pods -n shop": cluster.get_pods(),
        "kubectl get pods -n shop -o wide": cluster.get_pods(wide=True),
        "kubectl get deployments -n shop": cluster.get_deployments(),
        "kubectl get nodes": cluster.get_nodes(),
        "kubectl get events -n shop --sort-by=.lastTimestamp": "No resources found in shop namespace.\n",
        "kubectl top pods -n shop": cluster.top_pods({}),
        "kubectl top nodes": table(
            ("NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"),
            [(f"worker-0{n}", f"{1 + n}140m", f"{11 + 2 * n}%", f"{24 + n}502Mi", f"{39 + n}%") for n in range(1, 5)],
        ),
        f"kubectl describe pod {pod} -n shop": cluster.describe_pod(
            pod, "storefront-web", cluster.running(timedelta(hours=37)), []
        ),
        f"kubectl describe pod {edge} -n shop": cluster.describe_pod(
            edge, "edge-proxy", cluster.running(timedelta(days=14)), []
        ),
        "kubectl get endpoints edge-proxy storefront-web api-gateway -n shop": cluster.get_endpoints(
            "edge-proxy", "storefront-web", "api-gateway"
        ),
        "curl -sS -o /dev/null -w '%{timing}' https://shop.fernhollow.example/": timing,
        "nc -zv storefront-web.shop 3000": nc_open("storefront-web.shop", 3000),
        "nc -zv edge-proxy.shop 8443": nc_open("edge-proxy.shop", 8443),
        "ssh worker-01 systemctl status kubelet": systemctl(
            "kubelet", "worker-01", capsule.end - timedelta(days=79), capsule.end, 1204
        ),
    }


def _remedies(capsule: Capsule) -> None:
    capsule.remedy(
        "none",
        "storefront-web",
        None,
        "nothing was changed; the uplink of sin-2 recovered at 03:41 and the alert resolved by itself",
        recovered=True,
    )
    latency = ("storefront-web", "latency_p99_ms", 251, 253, "ms")
    capsule.remedy(
        "restart",
        "storefront-web",
        None,
        "deployment.apps/storefront-web restarted; latency was and is ordinary, sin-2 still reports 4.2 s",
        latency,
    )
    capsule.remedy(
        "scale",
        "storefront-web",
        "8 replicas",
        "deployment.apps/storefront-web scaled; pods are idle, sin-2 still reports 4.2 s",
        latency,
    )
    capsule.remedy(
        "rollback",
        "storefront-web",
        "v5.20.5",
        "deployment.apps/storefront-web rolled back; sin-2 still reports 4.2 s",
        latency,
    )
