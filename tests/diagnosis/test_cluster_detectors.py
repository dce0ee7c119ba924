import pytest

from sre_core.diagnosis.detectors import (
    certificates,
    env_addresses,
    kube_descriptions,
    kube_probes,
    kube_quotas,
    kube_routing,
    kube_volumes,
    kube_workloads,
    nodes_and_units,
    reachability,
)
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.kubectl import parse_command, table
from tests.diagnosis.given import context, printed

HEAD = (
    "NAME                      READY   STATUS             RESTARTS      AGE   IP        NODE    "
    " NOMINATED NODE   READINESS GATES\n"
)


def pods(*rows: str) -> str:
    return HEAD + "".join(f"{row}   10.0.0.1  {'n1' if 'oven' in row else 'n2'}  <none>  <none>\n" for row in rows)


ALL_WELL = (
    "till-7bd9c4fb5c-x2k9w         1/1   Running   0   2d",
    "oven-7bd9c4fb5c-x2k9w         1/1   Running   0   2d",
    "flour-store-7bd9c4fb5c-x2k9w  1/1   Running   0   2d",
    "flour-db-0                    1/1   Running   0   2d",
)


def by_component(found: list[Finding]) -> dict[str | None, str]:
    return {finding.component: finding.kind for finding in found if finding.component}


def listed(*rows: str) -> dict[str | None, str]:
    return by_component(
        kube_workloads.detect(printed("kubectl get pods -n bakery -o wide", pods(*rows)), context(nodes=("n1", "n2")))
    )


def test_pods_that_are_ready_are_clean() -> None:
    assert set(listed(*ALL_WELL).values()) == {"clean_pods"}


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("oven-7bd9c4fb5c-x2k9w  0/1   CrashLoopBackOff   7 (2m ago)    1h", "crash_loop"),
        ("oven-7bd9c4fb5c-x2k9w  0/1   OOMKilled          3 (9s ago)    1h", "memory_kill"),
        ("oven-7bd9c4fb5c-x2k9w  0/1   ImagePullBackOff   0             1h", "image_pull_failing"),
        ("oven-7bd9c4fb5c-x2k9w  0/1   Pending            0             1h", "pod_pending"),
        ("oven-7bd9c4fb5c-x2k9w  0/1   Running            0             1h", "pod_not_ready"),
        ("oven-7bd9c4fb5c-x2k9w  1/1   Running            2 (40s ago)   1h", "restarts"),
        ("oven-7bd9c4fb5c-x2k9w  1/1   Running            2 (40d ago)   90d", "clean_pods"),
    ],
)
def test_a_pods_status_says_how_it_is_not_well(row: str, kind: str) -> None:
    assert listed(row, *(r for r in ALL_WELL if "oven" not in r))["oven"] == kind


def test_a_workload_without_any_pod_is_missing() -> None:
    assert listed(*(r for r in ALL_WELL if "oven" not in r))["oven"] == "replicas_missing"


def test_replicas_that_are_not_there_show_in_the_deployments() -> None:
    output = (
        "NAME   READY   UP-TO-DATE   AVAILABLE   AGE\noven   1/3     3            1          "
        " 2d\ntill   2/2     2            2           2d\n"
    )
    found = kube_workloads.detect(printed("kubectl get deployments -n bakery", output), context())
    assert by_component(found) == {"oven": "replicas_missing", "till": "clean_pods"}


def described(reason: str, message: str, *, before: str = "", type_: str = "Warning") -> str:
    return (
        "Name:             oven-7bd9c4fb5c-x2k9w\nNamespace:        bakery\nNode:             n1/10.0.0.9\n"
        f"{before}Events:\n  Type     Reason   Age   From     Message\n  ----     ------   ----  ----     -------\n"
        f"  {type_}  {reason}  20s (x4 over 2m)  kubelet  {message}\n"
    )


@pytest.mark.parametrize(
    ("reason", "message", "fault"),
    [
        ("FailedScheduling", "0/3 nodes are available: 3 Insufficient cpu.", "cpu_capacity_mismatch"),
        (
            "FailedScheduling",
            "0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient memory.",
            "memory_capacity_mismatch",
        ),
        ("FailedScheduling", "0/3 nodes are available: 3 node(s) were unschedulable.", "node_cordoned"),
        (
            "FailedScheduling",
            "0/3 nodes are available: 3 node(s) had untolerated taint {team: cakes}.",
            "taint_toleration_mismatch",
        ),
        (
            "FailedScheduling",
            "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.",
            "pod_anti_affinity_conflict",
        ),
        ("Failed", 'Failed to pull image "oven:v9": rpc error: manifest unknown', "image_not_found"),
        ("Failed", 'Failed to pull image "oven:v9": pull access denied', "image_pull_unauthorized"),
        (
            "Failed",
            'Failed to pull image "oven:v9": dial tcp: lookup reg.example: no such host',
            "registry_unreachable",
        ),
        (
            "FailedCreate",
            'pods "oven-1" is forbidden: error looking up service account: serviceaccount "baker" not found',
            "service_account_missing",
        ),
        (
            "FailedCreatePodSandBox",
            "runc create failed: container init was OOM-killed (memory limit too low?)",
            "memory_exhaustion",
        ),
    ],
)
def test_an_event_says_why_a_pod_does_not_run(reason: str, message: str, fault: str) -> None:
    found = kube_descriptions.detect(
        printed("kubectl describe pod oven-7bd9c4fb5c-x2k9w -n bakery", described(reason, message)), context()
    )
    assert fault in found[0].suggests
    assert found[0].component == "oven"


def test_a_node_selector_is_told_from_an_affinity_by_the_pod_itself() -> None:
    message = "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector."
    for selectors, fault in (("<none>", "node_affinity_mismatch"), ("disk=fast", "node_selector_mismatch")):
        text = described("FailedScheduling", message, before=f"Node-Selectors:  {selectors}\n")
        (found,) = kube_descriptions.detect(
            printed("kubectl describe pod oven-7bd9c4fb5c-x2k9w -n bakery", text), context()
        )
        assert set(found.suggests) == {fault}


def test_an_exceeded_quota_is_the_namespaces() -> None:
    message = (
        'pods "oven-1" is forbidden: exceeded quota: q, requested: requests.cpu=1, used:'
        " requests.cpu=4, limited: requests.cpu=4"
    )
    (found,) = kube_descriptions.detect(
        printed("kubectl describe rs oven-7bd9c4fb5c -n bakery", described("FailedCreate", message)), context()
    )
    assert (found.blames, set(found.suggests)) == ("namespace/bakery", {"cpu_quota_exceeded"})


def test_a_pod_that_runs_without_complaint_has_no_finding() -> None:
    text = described("Started", "Started container oven", type_="Normal")
    assert (
        kube_descriptions.detect(printed("kubectl describe pod oven-7bd9c4fb5c-x2k9w -n bakery", text), context()) == []
    )


def test_events_of_a_workload_that_recovered_since_are_history() -> None:
    row = (
        "LAST SEEN   TYPE      REASON         OBJECT                    MESSAGE\n2m         "
        ' Warning   FailedCreate   replicaset/oven-7bd9c4fb5c   serviceaccount "oven" not found\n'
    )
    answer = printed("kubectl get events -n bakery", row)
    assert kube_descriptions.detect(answer, context(has_pods=frozenset({"oven"}))) == []
    assert kube_descriptions.detect(answer, context())[0].kind == "account_missing"


def test_a_pod_that_nobody_schedules_points_at_the_scheduler() -> None:
    text = "Name:  oven-7bd9c4fb5c-x2k9w\nNode:  <none>\nStatus:  Pending\nEvents:  <none>\n"
    answer = printed("kubectl describe pod oven-7bd9c4fb5c-x2k9w -n bakery", text)
    (found,) = kube_descriptions.detect(answer, context(unit_hosts={"kube-scheduler": "n0"}))
    assert (found.blames, set(found.suggests)) == ("node/n0", {"scheduler_unavailable"})


PROBED = (
    "Name:  oven-7bd9c4fb5c-x2k9w\nContainers:\n  oven:\n    Port:  8080/TCP\n    Restart Count:  {restarts}\n"
    "    Liveness:   {liveness} delay={delay}s timeout=1s period=10s #success=1 #failure={failure}\n"
    "    Readiness:  http-get http://:8080/ready delay=5s timeout=1s period=10s #success=1 #failure=3\n"
    "Conditions:\n  Ready  {ready}\nEvents:\n  Type  Reason  Age  From  Message\n"
    "  Warning  Unhealthy  4s (x9 over 80s)  kubelet  Liveness probe failed: {message}\n"
)


@pytest.mark.parametrize(
    ("liveness", "failure", "delay", "message", "fault"),
    [
        ("http-get http://:9999/live", 3, 30, "connection refused", "liveness_probe_wrong_port"),
        ("http-get http://:8080/live", 3, 30, "malformed HTTP status code", "liveness_probe_wrong_protocol"),
        ("http-get http://:8080/live", 1, 1, "connection refused", "liveness_probe_wrong_timing"),
        ("http-get http://:8080/live", 3, 30, "HTTP probe failed with statuscode: 500", None),
    ],
)
def test_a_probe_is_to_blame_only_when_it_asks_wrongly(
    liveness: str, failure: int, delay: int, message: str, fault: str | None
) -> None:
    text = PROBED.format(restarts=4, liveness=liveness, failure=failure, delay=delay, ready=False, message=message)
    found = kube_probes.detect(printed("kubectl describe pod oven-7bd9c4fb5c-x2k9w -n bakery", text), context())
    assert [set(f.suggests) for f in found] == ([{fault}] if fault else [])


def test_a_probe_that_failed_once_at_the_start_is_forgiven() -> None:
    text = PROBED.format(
        restarts=0, liveness="http-get http://:9999/live", failure=3, delay=5, ready=True, message="refused"
    )
    assert kube_probes.detect(printed("kubectl describe pod oven-7bd9c4fb5c-x2k9w -n bakery", text), context()) == []


ENDPOINTS = "NAME   ENDPOINTS         AGE\noven   {ends}   2d\ntill   10.0.0.7:8080   2d\n"


def test_a_service_without_endpoints_selects_wrongly_only_when_the_pods_are_ready() -> None:
    answer = printed("kubectl get endpoints -n bakery", ENDPOINTS.format(ends="<none>"))
    (ready, till) = kube_routing.detect(answer, context(ready=frozenset({"oven"})))
    assert ready.suggests == {"service_selector_mismatch": 3.0}
    assert till.kind == "has_endpoints"
    (unready, _) = kube_routing.detect(answer, context(unhealthy=frozenset({"oven"})))
    assert unready.suggests == {}


SERVICE = (
    "Name:  oven\nSelector:  app=oven\nPort:  http  80/{transport}\nTargetPort: "
    " {target}/{transport}\nEndpoints:  10.0.0.5:{target}\n"
)


def test_a_target_port_that_nobody_listens_on_is_found_in_either_order() -> None:
    answer = printed("kubectl describe service oven -n bakery", SERVICE.format(transport="TCP", target=9090))
    found = kube_routing.detect(answer, context(listens={"oven": frozenset({"8080/TCP"})}))
    assert [f.kind for f in found] == ["port_mismatch", "service_wiring"]
    pod = printed(
        "kubectl describe pod oven-7bd9c4fb5c-x2k9w -n bakery", "Name:  oven-7bd9c4fb5c-x2k9w\n    Port:  8080/TCP\n"
    )
    assert kube_routing.detect(pod, context(targets={"oven": "9090/TCP"}))[0].kind == "port_mismatch"
    assert [f.kind for f in kube_routing.detect(pod, context(targets={"oven": "8080/TCP"}))] == ["container_ports"]


def test_a_service_that_forwards_udp_for_tcp_speaks_the_wrong_transport() -> None:
    answer = printed("kubectl describe service oven -n bakery", SERVICE.format(transport="UDP", target=8080))
    assert "service_protocol_mismatch" in kube_routing.detect(answer, context())[0].suggests


@pytest.mark.parametrize(
    ("used", "missing", "kind"),
    [("10", ("oven",), "quota_exceeded"), ("10", (), "quota_used_up"), ("4", (), "quota_present")],
)
def test_a_used_up_quota_counts_most_when_something_is_missing(used: str, missing: tuple[str, ...], kind: str) -> None:
    text = f"Name:  q\nNamespace:  bakery\nResource  Used  Hard\n--------  ----  ----\npods      {used}     10\n"
    (found,) = kube_quotas.detect(
        printed("kubectl describe resourcequota q -n bakery", text), context(missing=frozenset(missing))
    )
    assert (found.kind, set(found.suggests)) == (kind, {"pod_quota_exceeded"})


CLAIM = (
    "kind: PersistentVolumeClaim\nmetadata:\n  name: flour-db-pvc\nspec:\n  accessModes:\n    -"
    ' {mode}\n  resources:\n    requests:\n      storage: {size}\n  storageClassName: "{stock}"\n'
)
VOLUME = {"volume/v1": "volume size=1Gi modes=RWO class= labels="}


@pytest.mark.parametrize(
    ("mode", "size", "stock", "fault"),
    [
        ("ReadWriteOnce", "5Gi", "", "volume_capacity_mismatch"),
        ("ReadWriteMany", "1Gi", "", "volume_access_mode_mismatch"),
        ("ReadWriteOnce", "1Gi", "fast", "volume_storage_class_mismatch"),
        ("ReadWriteOnce", "1Gi", "", None),
    ],
)
def test_a_claim_is_compared_with_the_volume_that_fits_best(
    mode: str, size: str, stock: str, fault: str | None
) -> None:
    text = CLAIM.format(mode=mode, size=size, stock=stock)
    found = kube_volumes.detect(printed("kubectl get pvc flour-db-pvc -n bakery -o yaml", text), context(claims=VOLUME))
    misfits = [f for f in found if f.kind == "claim_misfit"]
    assert [(f.component, set(f.suggests)) for f in misfits] == ([("flour-db", {fault})] if fault else [])


def test_an_address_that_is_nearly_somebodys_is_wrong_and_one_that_is_somebodys_is_fine() -> None:
    text = "Name:  oven-7bd9c4fb5c-x2k9w\n    Environment:\n      FLOUR_ADDR:  {host}:5432\n"
    command = "kubectl describe pod oven-7bd9c4fb5c-x2k9w -n bakery"
    assert (
        env_addresses.detect(printed(command, text.format(host="flour-store-old")), context())[0].kind
        == "wrong_address"
    )
    assert (
        env_addresses.detect(printed(command, text.format(host="flour-store")), context())[0].kind == "addresses_fine"
    )


def test_a_unit_that_is_down_is_its_nodes_fault_and_one_that_runs_refutes_it() -> None:
    down = "kubelet.service - kubelet\n  Active: inactive (dead) since Fri; 2min ago\n"
    (found,) = nodes_and_units.detect(printed("ssh n1 systemctl status kubelet", down), context())
    assert (found.kind, found.blames, dict(found.suggests)) == (
        "unit_inactive",
        "node/n1",
        {"kubelet_unavailable": 4.0},
    )
    (found,) = nodes_and_units.detect(
        printed("ssh n1 systemctl status kubelet", down.replace("inactive (dead)", "active (running)")), context()
    )
    assert found.suggests == {"kubelet_unavailable": -3.0}


def test_nodes_that_are_not_ready_are_suspects() -> None:
    rows = (
        "NAME   STATUS     ROLES    AGE   VERSION\nn1     NotReady   node     9d    v1.31\nn2    "
        " Ready      node     9d    v1.31\n"
    )
    found = nodes_and_units.detect(printed("kubectl get nodes", rows), context())
    assert [(f.kind, f.component) for f in found] == [("node_not_ready", "node/n1"), ("clean_node", "node/n2")]


def test_a_port_that_answers_refutes_routing_faults_and_one_that_does_not_suggests_them() -> None:
    command = "nc -zv oven.bakery 8080"
    (found,) = reachability.detect(
        printed(command, "Connection to oven.bakery 8080 port [tcp/*] succeeded!"), context()
    )
    assert all(log_odds < 0 for log_odds in found.suggests.values())
    (found,) = reachability.detect(
        printed(command, "nc: connect to oven.bakery port 8080 failed: Connection refused"),
        context(ready=frozenset({"oven"})),
    )
    assert (found.kind, found.component) == ("unreachable", "oven")
    assert "service_port_mismatch" in found.suggests


def test_a_port_that_only_one_node_cannot_reach_is_that_nodes_fault() -> None:
    output = "from n1: Connection failed\nfrom n2: oven open\n"
    (found,) = reachability.detect(printed("nc -zv oven.bakery 8080", output), context(nodes=("n1", "n2")))
    assert found.component == "node/n1"
    assert "kube_proxy_unavailable" in found.suggests


@pytest.mark.parametrize(
    ("until", "kind"),
    [("May  4 10:20:00 2026 GMT", "certificate_expired"), ("May  4 10:20:00 2027 GMT", "certificate_valid")],
)
def test_a_certificate_is_judged_by_the_time_of_the_incident(until: str, kind: str) -> None:
    command = "openssl s_client -connect flour-store.bakery:8443 </dev/null | openssl x509 -noout -dates"
    (found,) = certificates.detect(
        printed(command, f"notBefore=May  4 10:20:00 2025 GMT\nnotAfter={until}\n"), context()
    )
    assert (found.kind, found.component) == (kind, "flour-store")


def test_command_lines_are_taken_apart() -> None:
    parsed = parse_command("kubectl get pods -n bakery -o wide")
    assert parsed is not None
    assert (parsed.verb, parsed.kind, parsed.names, parsed.namespace, parsed.output) == (
        "get",
        "pods",
        (),
        "bakery",
        "wide",
    )
    assert parse_command("nc -zv oven 80") is None


def test_table_cells_that_are_empty_keep_their_column() -> None:
    (row,) = table("NAME   VOLUME   CAPACITY   AGE\npvc-1                      2d\n")
    assert row == {"NAME": "pvc-1", "VOLUME": "", "CAPACITY": "", "AGE": "2d"}


def test_a_node_on_which_most_workloads_suffer_while_others_do_not_is_suspected() -> None:
    answer = printed(
        "kubectl get pods -n bakery -o wide", pods(*ALL_WELL, "oven-7bd9c4fb5c-zzzzz  1/1  Running  0  2d")
    )
    rows = answer.output.replace(
        "till-7bd9c4fb5c-x2k9w         1/1   Running   0   2d   10.0.0.1  n2",
        "till-7bd9c4fb5c-x2k9w  1/1   Running   0   2d   10.0.0.1  n1",
    )
    answer = printed(answer.command, rows)
    slow = kube_workloads.detect(answer, context(nodes=("n1", "n2"), troubled=frozenset({"till", "oven"})))
    assert [f.blames for f in slow if f.kind == "node_suspect"] == ["node/n1"]
    everywhere = frozenset({"till", "oven", "flour-store", "flour-db"})
    assert not [f for f in kube_workloads.detect(answer, context(troubled=everywhere)) if f.kind == "node_suspect"]
