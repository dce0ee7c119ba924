"""How people and monitors word sixteen kinds of incident: two collections, so that what is chosen on one is told by the other.

``{c}`` is the component, ``{n}`` a figure. A *record* is how the incident was remembered: (alert, symptoms, cause). A *repeat*
is how the next alert of the same cause says it: (title, description). No repeat has a sentence of a record.
"""

from __future__ import annotations

Record = tuple[str, str, str]
Repeat = tuple[str, str]
Wording = tuple[tuple[Record, ...], tuple[Repeat, ...]]

TUNING: dict[str, Wording] = {
    "memory_exhaustion": (
        (
            (
                "KubePodCrashLooping {c}",
                "containers of {c} OOMKilled with exit code 137, working set at the limit",
                "{c} needs more memory than its limit allows",
            ),
        ),
        (
            (
                "{c} keeps restarting",
                "Last state: terminated, reason OOMKilled. Heap had reached {n} % of the container limit.",
            ),
            ("{c}: process killed by the kernel", "Out of memory: killed process {n} in the cgroup of the container."),
        ),
    ),
    "cpu_saturation": (
        (
            (
                "HighCpu {c}",
                "cpu of {c} at all its cores, requests slow although dependencies answer quickly",
                "work waits for processor time at {c}",
            ),
        ),
        (
            ("{c} is slow, processor pegged", "All cores busy at {n} %, run queue long, upstreams fine."),
            ("Load average of {c} above {n}", "User time takes the whole host, response times doubled."),
        ),
    ),
    "disk_full": (
        (
            (
                "WriteErrors {c}",
                "writes to {c} fail with no space left on device, reads work",
                "the volume of {c} is full",
            ),
        ),
        (
            ("{c} cannot write any more", "ENOSPC in every second line; filesystem usage {n} %."),
            ("Filesystem of {c} has 0 bytes free", "Volume used up, inserts are refused."),
        ),
    ),
    "connection_pool_exhaustion": (
        (
            (
                "LatencyHigh {c}",
                "timed out waiting for a connection from the pool at {c}, all connections in use, database idle",
                "connections of {c} are never given back",
            ),
        ),
        (
            (
                "{c} answers 503",
                "HikariPool: connection is not available, request timed out after {n} ms; active equals maximum.",
            ),
            ("Requests to {c} hang", "No free database session for callers, waiters in line: {n}."),
        ),
    ),
    "lock_contention": (
        (
            (
                "DbLatency {c}",
                "sessions of {c} wait for an exclusive lock, deadlocks detected",
                "a migration holds a lock at {c} that everyone else waits for",
            ),
        ),
        (
            (
                "Transactions at {c} blocked",
                "pg_blocking_pids shows one pid at the end of every chain, {n} backends waiting.",
            ),
            ("{c}: lock wait timeout exceeded", "Try restarting transaction; updates queue behind one statement."),
        ),
    ),
    "slow_query": (
        (
            (
                "SlowQueries {c}",
                "one statement at {c} takes seconds, sequential scan instead of the index",
                "a query at {c} lost its plan",
            ),
        ),
        (
            ("{c} p99 up, one endpoint only", "The planner reads the whole table; statement mean {n} ms."),
            ("Long running statement at {c}", "Full table scan since statistics were dropped, {n} s a call."),
        ),
    ),
    "cache_stampede": (
        (
            (
                "BackendLoad {c}",
                "hit ratio of {c} falls to nothing after eviction, everything goes to the database",
                "keys of {c} expired at one moment",
            ),
        ),
        (
            ("Misses at {c} through the roof", "Cache answers {n} % of lookups, the store behind takes the rest."),
            ("{c} evicts everything", "Hot entry recomputed by all workers at once, origin load x{n}."),
        ),
    ),
    "queue_backlog": (
        (
            (
                "ConsumerLag {c}",
                "consumer lag of {c} grows, the oldest message is an hour old",
                "work arrives at {c} faster than it is taken off",
            ),
        ),
        (
            ("{c} falls behind", "Backlog {n} messages and rising, workers cannot keep up with producers."),
            ("Events at {c} processed late", "Queue depth {n}, age of head of line growing."),
        ),
    ),
    "tls_certificate_expired": (
        (
            (
                "HandshakeErrors {c}",
                "clients of {c} report x509 certificate has expired",
                "the certificate of {c} ended",
            ),
        ),
        (
            ("TLS to {c} fails", "notAfter lies in the past, verification error for every caller."),
            ("502 in front of {c}", "SSL handshake rejected: certificate not valid any more since {n} minutes."),
        ),
    ),
    "dns_failure": (
        (
            (
                "UpstreamErrors {c}",
                "{c} logs no such host for its upstreams, resolver answers SERVFAIL",
                "names cannot be resolved from {c}",
            ),
        ),
        (
            ("{c} cannot find its dependencies", "getaddrinfo ENOTFOUND, lookups time out after {n} s."),
            ("Name resolution broken for {c}", "NXDOMAIN for internal hosts, nameserver unreachable."),
        ),
    ),
    "code_regression": (
        (
            (
                "ErrorRate {c}",
                "NullPointerException in {c} right after the deploy, stack traces in the new handler",
                "the release of {c} broke a code path",
            ),
        ),
        (
            (
                "5xx of {c} since the rollout",
                "Unhandled exception in the function that the last version changed, {n} % of calls.",
            ),
            ("New release of {c} throws", "Traceback: KeyError in code shipped {n} minutes ago."),
        ),
    ),
    "config_error": (
        (
            (
                "StartupFailure {c}",
                "{c} refuses to start, setting missing after a change of its configuration",
                "a wrong value was rolled out to {c}",
            ),
        ),
        (
            ("{c} down after settings change", "Invalid option in the config map, parser gives up at line {n}."),
            ("Replicas of {c} exit at once", "Required environment variable is not set since the last edit."),
        ),
    ),
    "third_party_outage": (
        (
            (
                "PaymentsLow {c}",
                "{c} gets 503 from the provider outside, everything inside is healthy",
                "the provider behind {c} is down",
            ),
        ),
        (
            (
                "External vendor unavailable for {c}",
                "Calls leave our network and come back as bad gateway; their status page is red.",
            ),
            ("{c}: partner API unreachable", "Vendor endpoint times out after {n} s, own side fine."),
        ),
    ),
    "replication_lag": (
        (
            (
                "ReplicaStale {c}",
                "replica {c} is minutes behind its primary, readers see old rows",
                "{c} cannot apply the log as fast as it is written",
            ),
        ),
        (
            ("{c} standby delayed", "Seconds behind master {n} and rising; stale reads reported."),
            ("Follower {c} out of date", "WAL replay is {n} MB behind the leader."),
        ),
    ),
    "rate_limited": (
        (
            (
                "Throttled {c}",
                "{c} gets 429 Too Many Requests from its upstream",
                "{c} asks more often than its quota allows",
            ),
        ),
        (
            ("{c} throttled by upstream", "Quota exceeded, retry-after {n} s in every reply."),
            ("Calls of {c} refused", "Request budget used up, API gateway rejects with too many requests."),
        ),
    ),
    "clock_skew": (
        (
            (
                "AuthFailures {c}",
                "tokens of {c} are rejected as issued in the future, ntp unsynchronised",
                "the clock of {c} runs ahead",
            ),
        ),
        (
            ("{c}: time on host differs", "Offset {n} s against the time server, signatures refused."),
            ("JWT not yet valid at {c}", "System time has drifted, chrony lost its sources."),
        ),
    ),
}

REPORTING: dict[str, Wording] = {
    "memory_exhaustion": (
        (
            (
                "Pods of {c} die one after another",
                "the RAM ceiling of {c} is hit and the orchestrator kills the container",
                "OutOfMemoryError at {c}: the working set outgrew what it is given",
            ),
        ),
        (
            ("{c} crashes under load", "java.lang.OutOfMemoryError: Java heap space, {n} times in ten minutes"),
            ("Repeated OOM at {c}", "RSS {n} MiB touches the cap, then the container is gone"),
            ("{c} unstable", "Memory usage climbs to 100 % of the allotment and replicas get terminated"),
        ),
    ),
    "cpu_saturation": (
        (
            (
                "{c} sluggish",
                "compute of {c} is used up, threads stand in line for a core",
                "{c} burns all the cpu it has",
            ),
        ),
        (
            ("CPU usage of {c} is {n} %", "Saturated processors, handling a call takes three times as long"),
            ("Host of {c} overloaded", "No idle cycles left on any core, latency follows"),
            ("{c} compute bound", "Busy loop suspected: cpu seconds per second equal the number of cores"),
        ),
    ),
    "disk_full": (
        (
            (
                "{c} refuses inserts",
                "partition of {c} is filled to the last block",
                "old files were never removed and {c} ran out of storage",
            ),
        ),
        (
            ("Storage exhausted on {c}", "could not extend file: No space left on device"),
            ("{c} went read-only", "Disk usage {n} %, nothing can be appended to the log"),
            ("Low disk on {c} turned critical", "Free space is nil, checkpoints fail to be written"),
        ),
    ),
    "connection_pool_exhaustion": (
        (
            (
                "Timeouts in {c}",
                "every pooled connection of {c} is checked out and none comes back, db itself has little to do",
                "a leak in {c} keeps connections open",
            ),
        ),
        (
            ("{c} starves for connections", "QueuePool limit of size {n} overflow 10 reached, connection timed out"),
            (
                "Pool of {c} drained",
                "Borrowing a database connection takes longer than allowed; in-use count sits at its cap",
            ),
            (
                "{c} returns errors under normal traffic",
                "cannot acquire connection: pool exhausted, {n} callers pending",
            ),
        ),
    ),
    "lock_contention": (
        (
            (
                "Stalls at {c}",
                "statements at {c} stand behind one long transaction that holds the table lock",
                "an ALTER TABLE at {c} blocked all writers",
            ),
        ),
        (
            ("Deadlock found at {c}", "Transactions wait for each other's row locks, {n} victims rolled back"),
            ("{c} frozen", "A session idle in transaction holds AccessExclusiveLock and all others pile up"),
            ("Queries at {c} pile up", "{n} sessions in state 'waiting for lock' behind the same blocker"),
        ),
    ),
    "slow_query": (
        (
            (
                "{c} answers late",
                "a report at {c} runs for many seconds because an index is missing",
                "bad execution plan for one SELECT at {c}",
            ),
        ),
        (
            ("Query time at {c} exploded", "EXPLAIN shows a sequential scan over {n} rows"),
            ("{c}: expensive SQL", "One select takes {n} s, optimizer ignores the index"),
            ("Reads from {c} take ages", "slow log filled with the same statement"),
        ),
    ),
    "cache_stampede": (
        (
            (
                "Origin behind {c} overwhelmed",
                "{c} lost its entries and all lookups fall through",
                "a flush emptied {c} and every client rebuilt the same key",
            ),
        ),
        (
            ("Cold cache at {c}", "hit rate dropped to {n} %, backend hammered by recomputation"),
            ("{c} no longer shields the database", "Thundering herd: misses jumped when the popular key timed out"),
            ("Cache miss storm at {c}", "Mass expiry, {n} identical fills a second"),
        ),
    ),
    "queue_backlog": (
        (
            (
                "Messages pile up in {c}",
                "producers outpace the workers of {c}, jobs wait longer and longer",
                "too few consumers for what arrives at {c}",
            ),
        ),
        (
            ("Lag on topic of {c}", "partition offset is {n} behind, consumers saturated"),
            ("{c} is not draining", "Unacknowledged jobs: {n}; oldest waits since this morning"),
            ("Delayed processing in {c}", "Length of the queue doubles every ten minutes"),
        ),
    ),
    "tls_certificate_expired": (
        (
            (
                "Nobody can connect to {c} over https",
                "peers drop the handshake because the validity of {c}'s cert is over",
                "renewal of the certificate at {c} was missed",
            ),
        ),
        (
            ("Expired cert on {c}", "x509: certificate has expired or is not yet valid"),
            ("{c} not trusted by callers", "TLS alert 45, chain ends in a certificate whose end date has passed"),
            ("HTTPS to {c} broken", "curl: (60) SSL certificate problem: certificate has expired"),
        ),
    ),
    "dns_failure": (
        (
            (
                "{c} loses its peers",
                "host names stop resolving inside {c}",
                "the resolver that {c} asks does not answer",
            ),
        ),
        (
            ("{c}: Temporary failure in name resolution", "lookup on 10.96.0.10:53: i/o timeout"),
            ("DNS errors at {c}", "SERVFAIL for {n} % of questions, so upstream addresses are unknown"),
            ("Unknown host in {c}", "java.net.UnknownHostException for every downstream"),
        ),
    ),
    "code_regression": (
        (
            (
                "Errors at {c} after release",
                "the version of {c} that went out carries a bug, requests end in an exception",
                "a defect in the new build of {c}",
            ),
        ),
        (
            ("{c} fails since deployment", "TypeError: undefined is not a function, first seen with build {n}"),
            (
                "Exceptions in {c} jumped with the latest rollout",
                "panic: runtime error: index out of range in code merged today",
            ),
            ("Bad deploy of {c}?", "Internal server errors began the minute the new version took traffic"),
        ),
    ),
    "config_error": (
        (
            (
                "{c} will not come up",
                "a parameter of {c} was set to something it cannot read",
                "faulty configuration pushed to {c}",
            ),
        ),
        (
            ("{c} rejects its configuration", "yaml: line {n}: mapping values are not allowed in this context"),
            ("Misconfigured {c}", "unknown setting in values file, process exits with status 1"),
            ("{c} fails its start-up checks", "mandatory property absent since the config push"),
        ),
    ),
    "third_party_outage": (
        (
            (
                "Supplier of {c} in trouble",
                "what {c} calls outside of our network does not respond, we are fine ourselves",
                "outage at the external supplier that {c} relies on",
            ),
        ),
        (
            (
                "{c}: upstream provider outage",
                "Acquirer returns 503 for all authorisations, incident on their side confirmed",
            ),
            ("Third party behind {c} down", "External API gives gateway timeouts, our own services look healthy"),
            ("{c} cannot reach the vendor", "SaaS dependency unavailable worldwide, status page says major outage"),
        ),
    ),
    "replication_lag": (
        (
            (
                "Old values read from {c}",
                "the copy {c} trails the primary further every minute",
                "apply at {c} is slower than the write load",
            ),
        ),
        (
            ("Replication delay on {c}", "replica is {n} s behind primary"),
            ("{c} serves stale data", "secondary has not caught up, oplog gap {n} MB"),
            ("Read replica {c} lags", "replay of the write-ahead log cannot keep pace"),
        ),
    ),
    "rate_limited": (
        (
            (
                "{c} turned away by its supplier",
                "replies to {c} carry status 429 as the quota for the hour is spent",
                "{c} sends more calls than it may",
            ),
        ),
        (
            ("HTTP 429 for {c}", "rate limit exceeded, {n} requests rejected per minute"),
            ("{c} hits API quota", "Throttling exception from upstream: slow down"),
            ("Too many requests from {c}", "limit per client reached, backoff advised"),
        ),
    ),
    "clock_skew": (
        (
            (
                "Logins at {c} fail",
                "{c} has a wrong time of day and its tokens look premature",
                "time synchronisation stopped on {c}",
            ),
        ),
        (
            ("Clock drift on {c}", "NTP offset {n} s, time service not running"),
            ("{c}: token used before issued", "iat is ahead of now, the machine's time is off"),
            ("Time not in sync at {c}", "signature expired or not yet active: clocks of the hosts disagree"),
        ),
    ),
}

NOISE: dict[str, tuple[Repeat, ...]] = {
    "tuning": (
        ("Watchdog", "This alert is always firing, to prove that the pipeline works."),
        ("InstanceProbe {c} flapped", "One probe of {c} failed and the next was fine."),
        ("{c}: backup took {n} minutes", "Longer than usual, finished without errors."),
        ("{c} scaled to {n} replicas", "The autoscaler did what it should."),
        ("Config of {c} out of date by {n} commits", "Informational; sync is paused."),
    ),
    "reporting": (
        ("DeadMansSwitch", "Fires for ever by design."),
        ("{c}: health check missed once", "Recovered by itself after {n} s."),
        ("Nightly job of {c} ran {n} min over", "Completed."),
        ("Node of {c} was drained for maintenance", "Planned work, pods moved."),
        ("{c} has no owner label", "Policy report, {n} resources."),
        ("Traffic of {c} {n} % below last week", "Public holiday."),
    ),
}
"""Alerts that come and go and of which nothing was ever remembered."""
