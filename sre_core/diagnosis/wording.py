"""What the words of a log line, an alert or a command's output say about the kind of fault.

One table. Each family is a mechanism with the words that programs, drivers and platforms commonly use for it. The log-odds
are our judgement: 3 where the words are the mechanism itself, 2 where they nearly always mean it, 1 where they often do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Whose(StrEnum):
    """Whose fault the words tell of."""

    SPEAKER = "speaker"
    NAMED = "named"
    """Of the other component that the words name; of the speaker when they name none."""


@dataclass(frozen=True)
class Family:
    """Words of one mechanism."""

    fault: str
    words: re.Pattern[str]
    log_odds: float
    whose: Whose = Whose.SPEAKER
    finding: str = "error_words"


def _family(
    fault: str, log_odds: float, words: str, whose: Whose = Whose.SPEAKER, finding: str = "error_words"
) -> Family:
    return Family(fault, re.compile(words, re.IGNORECASE), log_odds, whose, finding)


FAMILIES = (
    _family(
        "memory_exhaustion",
        3.0,
        r"OutOfMemoryError|out of memory|OOM-?kill|Cannot allocate memory|memory cgroup|heap space|\bENOMEM\b|MemoryError\b"
        r"|OutOfMemoryException|std::bad_alloc|heap out of memory|exit(ed)?( with)?( code)? 137\b",
        finding="memory_kill",
    ),
    _family(
        "connection_pool_exhaustion",
        3.0,
        r"(waiting for|acquir\w+|obtain\w*|get\w*|borrow\w*) (a |an )?(\w+ )?connection[^.]{0,30} pool"
        r"|pool\b.{0,30}(exhausted|is empty|timed? ?out)"
        r"|QueuePool limit|connection is not available, request timed out|no (free|idle|available) connections?"
        r"|too many (connections|clients)|max(imum)? number of (clients|connections|sessions)|remaining connection slots",
        finding="pool_exhausted",
    ),
    _family(
        "tls_certificate_expired",
        3.0,
        r"certificate (has )?expired|certificate.{0,60}(has expired|not yet valid|is expired)|CERT_HAS_EXPIRED|CertificateExpired"
        r"|X509_V_ERR_CERT_HAS_EXPIRED|alert certificate expired|SSL_ERROR_EXPIRED_CERT",
        Whose.NAMED,
        "certificate_expired",
    ),
    _family(
        "volume_permission_denied",
        2.5,
        r"(can't|cannot|could not|unable to|failed to|failed) (open|create|write|chown|mkdir|access"
        r"|load)[^.]{0,80}permission denied"
        r"|(open|mkdir|chown) /\S+: permission denied|permission denied[^.]{0,30}(/data|/var/lib|\.rdb|\.aof|volume|directory)"
        r"|data directory .{0,60}(wrong ownership|invalid permissions)",
    ),
    _family(
        "disk_full",
        3.0,
        r"no space left on device|\bENOSPC\b|disk (is )?full|could not (extend|write) file.{0,80}space|quota exceeded on device"
        r"|flood.?stage disk watermark|DiskPressure\s+True"
        r"|not enough space on the (disk|device)|archiver error|ORA-(00257|0165[34]|19809)|insufficient disk space|\berrno 28\b",
        finding="disk_full",
    ),
    _family(
        "file_descriptor_exhaustion",
        3.0,
        r"too many open files|\bEMFILE\b|\bENFILE\b|file descriptors? exhausted",
    ),
    _family(
        "thread_pool_exhaustion",
        2.5,
        r"RejectedExecution|thread pool.{0,30}(exhausted|full|saturated)|no (idle|available|free) (threads|workers)"
        r"|worker_connections are not enough|unable to create (new )?native thread|executor .{0,20}queue .{0,10}full"
        r"|all \d+ (\w+ )?(threads|workers) (are )?(busy|in use)|reached (the )?(MaxRequestWorkers|pm\.max_children|max_children)"
        r"|max_children setting|thread ?pool starvation|\bthreads? .{0,20}\(max(imum)? ?\d+\) .{0,30}busy",
    ),
    _family(
        "lock_contention",
        2.5,
        r"deadlock (detected|found)|lock wait timeout|could not obtain lock|lock timeout|waiting (for|to) .{0,20}lock"
        r"|level deadlock|LockAcquisition"
        r"|ORA-000(54|60)|\bLCK_M_|blocked by (pid|session|process)|chosen as the deadlock victim|database is locked",
    ),
    _family(
        "replication_failure",
        2.5,
        r"replication\w*.{0,40}(error|fail|broken|stopped|halted|aborted|conflict)|(error|fail\w*|cannot"
        r"|could not) .{0,20}replicat"
        r"|requested WAL segment .{0,40}removed|could not receive data from WAL|Slave_(SQL|IO)_Running: No|ReplicationError",
        finding="replication_error",
    ),
    _family(
        "schema_migration_failure",
        2.5,
        r"(column|relation|table|field) .{0,60}(does not exist|not found|unknown)|unknown column|no such (table"
        r"|column)|invalid column"
        r"|migration.{0,40}(fail|error|dirty)|schema (version|mismatch|validation fail)|UndefinedColumn|UndefinedTable",
    ),
    _family(
        "data_corruption",
        2.5,
        r"checksum (mismatch|verification failed)|corrupt(ed|ion)|invalid page (in|header)|bad magic number",
    ),
    _family(
        "credential_expired",
        3.0,
        r"(token|credential|password|secret|api.?key|access key|client secret)s?( \w+){0,3}? (has |have |is "
        r"|are )?expired|ExpiredToken"
        r"|ORA-2800[01]|jwt expired|token is expired|password (has )?expired|TokenExpired\w*",
    ),
    _family(
        "credential_expired",
        2.5,
        r"(token|credential|password|secret|api.?key|access key|session)s? (has |have |is |are )?expired|ExpiredToken"
        r"|invalid_grant"
        r"|password authentication failed|authentication failed|invalid (credentials|api key|access key|client secret)"
        r"|InvalidAccessKey|\b401\b.{0,20}unauthori[sz]ed|WRONGPASS|NOAUTH|signature (has )?expired"
        r"|ORA-01017|login failed for user|access denied for user|invalid_client|bad credentials|pre-?authentication failed",
    ),
    _family(
        "image_pull_unauthorized",
        3.0,
        r"pull access denied|failed to authorize|(image|pull).{0,1200}(unauthori[sz]ed|authentication required"
        r"|denied: |\b40[13]\b)",
    ),
    _family(
        "registry_unreachable",
        3.0,
        r"pull.{0,1200}(no such host|i/o timeout|connection refused|temporary failure in name|network is unreachable"
        r"|server misbehaving)",
    ),
    _family(
        "image_not_found",
        3.0,
        r"(image|pull|manifest).{0,1200}(not found|manifest unknown|NotFound)|manifest unknown|InvalidImageName",
    ),
    _family(
        "permission_denied",
        1.8,
        r"access ?denied|permission denied|\bforbidden\b|not authorized to|insufficient privileges?|\bEACCES\b",
    ),
    _family(
        "clock_skew",
        2.5,
        r"clock (skew|drift|offset)|used before issued|iat.{0,20}in the future|time (is )?out of sync|not within .{0,20}clock"
        r"|clock (was |is )?(wrong|stepped|unsynchroni[sz]ed)|RequestTimeTooSkewed|KRB_AP_ERR_SKEW"
        r"|timestamps? .{0,40}(outside|in the future|too (far|old|new)|not in)|time (jumped|went) (backwards?|forwards?)",
    ),
    _family(
        "rate_limited",
        1.8,
        r"(?<![\d.:,])429(?![\d.:,]| ?(ms|s|B|kB|bytes|rows|items)\b)|rate.?limit|too many requests"
        r"|throttl(ed|ing)Exception|request rate (is )?too"
        r"|RESOURCE_EXHAUSTED|quota .{0,30}exceeded for (calls|requests)"
        r"|ProvisionedThroughputExceeded|RequestLimitExceeded|(?-i:\bSlowDown\b)|RateExceeded|\bstatus[=: ]+429\b"
        r"|\bHTTP[/ \d.]* 429\b",
    ),
    _family("clock_skew", 1.0, r"not yet valid"),
    _family(
        "config_error",
        2.0,
        r"(invalid|missing|unknown|bad|malformed|required) (required )?(config\w*|setting|property|option"
        r"|environment variable|env var|parameter)\b"
        r"|(cannot|could not|failed to) (parse|load|read) .{0,30}config|configuration (error|invalid)|(env"
        r"|variable) .{0,40}(not set|is not defined)|could not resolve placeholder|os\.environ\[|missing required (key|field|env)"
        r"|KeyError: '[A-Z][A-Z0-9_]{3,}'|yaml: (line|unmarshal)|unknown (directive|flag|field|key)\b",
    ),
    _family(
        "plugin_incompatibility",
        1.5,
        r"\b(plugin|extension|add-?on)\w*(?!/).{0,80}(error|fail|incompatib|crash|unsupported|exception)",
    ),
    _family(
        "slow_query",
        1.2,
        r"slow query|long.running (query|statement|transaction)|statement timeout|query.{0,20}exceeded.{0,20}time",
    ),
    _family(
        "packet_loss",
        2.0,
        r"retransmi(t|ssion)|packet loss|packets? (dropped|lost)|link (is )?(down|flap\w*)|carrier lost"
        r"|NETDEV WATCHDOG|\bCRC errors?\b",
    ),
    _family(
        "memory_exhaustion", 1.5, r"\bgc (overhead|pause\w*|pressure)|(full|long) gc\b|heap (usage|is) .{0,20}9\d ?%"
    ),
    _family("cache_stampede", 1.5, r"thundering herd|stampede|cache (is |was )?(cold|empty|flushed)"),
    _family("cache_stampede", 0.8, r"cache.?miss\w*"),
    _family(
        "queue_backlog",
        0.8,
        r"(left|leaving|removed from) (the )?(consumer )?group|poll timeout (has )?expired|consumer .{0,20}(dead|stopped)",
    ),
    _family("network_partition", 1.8, r"no route to host|network is unreachable|split.?brain|lost quorum|EHOSTUNREACH"),
    _family(
        "disk_latency",
        1.8,
        r"\b(fsync|disk|i/?o)\b.{0,40}\b(took too long|slow\w*|stall\w*|latency)|blk_update_request|\bI/O error",
    ),
    _family("timeout_misconfigured", 0.5, r"deadline exceeded while .{0,40}(complete|finish)"),
)
"""Read top to bottom: the first family that matches is the one that counts."""

EXCEPTION = re.compile(
    r"\b(?:NullPointer|IllegalArgument|IllegalState|ClassCast|Arithmetic|IndexOutOfBounds|ArrayIndexOutOfBounds|NumberFormat|"
    r"UnsupportedOperation|ConcurrentModification|NoSuchElement|NoSuchMethod|NoClassDefFound)(?:Exception|Error)\b"
    r"|\b(?:TypeError|KeyError|ValueError|AttributeError|IndexError|NameError|ZeroDivisionError|ReferenceError|RangeError|"
    r"AssertionError|ImportError|ModuleNotFoundError|RecursionError|StackOverflowError|UnboundLocalError)\b"
    r"|\bpanic: |runtime error: |nil pointer dereference|segmentation fault|SIGSEGV|unhandled exception|undefined is not|"
    r"cannot read propert|Traceback \(most recent|NullReferenceException|DivideByZeroException|FormatException|JSONDecodeError"
    r"|division by zero|index out of range",
    re.IGNORECASE,
)
"""A program error of its own making: often a regression, proof only with the changed file."""

DEPENDENCY = re.compile(
    r"connection (refused|reset|error|timed out|closed)|connection to \S+ (was )?(refused|reset|closed|failed"
    r"|timed out|lost)|ECONN(REFUSED|RESET|ABORTED)|(connect|read|request|upstream"
    r"|gateway|i/o|dial\w*|call) ?(to \S+ )?(timed? ?out|timeout)"
    r"|timed out|deadline ?exceeded|no healthy upstream|(?<![\d.:,])50[0234](?![\d.:,]| ?(ms|s|B|kB|bytes|rows|items)\b)"
    r"|service unavailable"
    r"|bad gateway|unavailable|unreachable"
    r"|UnableToConnect|could not connect|failed to (connect|fetch|reach|call|dial)|no such host|handshake fail\w*"
    r"|circuit.{0,10}open|broken pipe|ETIMEDOUT|returned (an? )?(\w*error|5\d\d)|error reading from server",
    re.IGNORECASE,
)
"""Words of a caller that could not get an answer: they point at somebody else."""

UNRESOLVED = re.compile(
    r"(?:lookup|resolve|host|getaddrinfo \w+|name resolution .{0,20}for|UnknownHostException:?"
    r"|on) ['\"]?([a-z0-9][a-z0-9.-]+[a-z0-9])(?::\d+)?['\"]?(?: on \S+)?:? .{0,30}?"
    r"(?:no such host|NXDOMAIN|not known|could not be resolved|server misbehaving)|getaddrinfo (?:ENOTFOUND"
    r"|EAI_AGAIN) ([a-z0-9.-]+)"
    r"|UnknownHostException:? ([a-z0-9.-]+)",
    re.IGNORECASE,
)
"""A name that could not be resolved; the name is in one of the groups."""

NO_ANSWER_FROM_DNS = re.compile(
    r"SERVFAIL|server misbehaving|lookup \S+?(?: on \S+?)?: (?:i/o timeout|\w* ?timed? ?out)"
    r"|temporary failure in name resolution|EAI_AGAIN|dns.{0,20}time",
    re.IGNORECASE,
)

ADDRESS = re.compile(r"\b([a-z][a-z0-9-]*[a-z0-9](?:\.[a-z0-9-]+)*):(\d{2,5})\b", re.IGNORECASE)
"""host:port in text."""


def family_of(text: str) -> Family | None:
    """The first family whose words are in the text; None when none is."""
    return next((family for family in FAMILIES if family.words.search(text)), None)
