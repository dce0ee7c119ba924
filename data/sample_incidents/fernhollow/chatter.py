"""What the shop's components write on an ordinary day: each in its own format, now and then with a harmless complaint."""

import random
import re
import uuid
from datetime import datetime, timedelta

from .capsule import Capsule
from .shop import COMPONENTS

# (how often, severity, message). A name in braces is filled in per record, see `_fill`.
ORDINARY: dict[str, list[tuple[int, str | None, str]]] = {
    "edge-proxy": [
        (
            30,
            None,
            '{ip} - - [{clf}] "GET {page} HTTP/2.0" 200 {n4} "-" "Mozilla/5.0" rt=0.{n3} up=storefront-web',
        ),
        (
            12,
            None,
            '{ip} - - [{clf}] "GET /assets/app.{hex8}.js HTTP/2.0" 304 0 "-" "Mozilla/5.0" rt=0.00{n1} up=-',
        ),
        (
            10,
            None,
            '{ip} - - [{clf}] "POST /api/v2/cart/items HTTP/2.0" 200 {n3} "-" "FernhollowApp/8.2" rt=0.0{n2} up=api-gateway',
        ),
        (3, None, '{ip} - - [{clf}] "GET /wp-login.php HTTP/1.1" 404 153 "-" "curl/7.88.1" rt=0.001 up=-'),
        (1, "warning", 'client {ip} closed connection before response was sent (499) "GET {page}"'),
    ],
    "storefront-web": [
        (
            22,
            "info",
            '{{"level":30,"time":{epoch},"msg":"rendered","route":"{page}","ms":{n2},"locale":"{locale}"}}',
        ),
        (
            3,
            "warning",
            '{{"level":40,"time":{epoch},"msg":"image variant missing, using original","sku":"{sku}"}}',
        ),
        (1, "warning", '{{"level":40,"time":{epoch},"msg":"slow render","route":"{page}","ms":1{n3}}}'),
    ],
    "api-gateway": [
        (
            20,
            "info",
            'level=info route="/api/v2/catalog/products" upstream=catalog-service status=200 dur={n2}ms trace={hex16}',
        ),
        (
            8,
            "info",
            'level=info route="/api/v2/cart" upstream=cart-service status=200 dur={n2}ms trace={hex16}',
        ),
        (
            8,
            "info",
            'level=info route="/api/v2/orders" upstream=orders-service status=200 dur=1{n2}ms trace={hex16}',
        ),
        (
            3,
            "info",
            'level=info route="/api/v2/checkout" upstream=checkout-service status=200 dur=2{n2}ms trace={hex16}',
        ),
        (
            2,
            "warning",
            'level=warn route="/api/v2/accounts/login" upstream=accounts-service status=429 key={ip} msg="rate limit"',
        ),
    ],
    "checkout-service": [
        (
            10,
            "info",
            "{java} INFO  [http-nio-8080-exec-{n2}] c.f.checkout.CheckoutFlow - checkout {uuid} completed in {n3} ms",
        ),
        (
            4,
            "info",
            "{java} INFO  [http-nio-8080-exec-{n2}] c.f.checkout.BasketPricing - basket {uuid} priced, {n1} lines",
        ),
        (
            2,
            "warning",
            "{java} WARN  [http-nio-8080-exec-{n2}] c.f.checkout.AddressCheck - postcode not in reference list, accepted",
        ),
    ],
    "orders-service": [
        (
            12,
            "info",
            '{{"@timestamp":"{iso}","level":"INFO","logger":"OrderIntake","msg":"order accepted","order":"{order}"}}',
        ),
        (
            6,
            "info",
            '{{"@timestamp":"{iso}","level":"INFO","logger":"OrderQuery","msg":"page served","rows":{n2}}}',
        ),
        (
            1,
            "warning",
            '{{"@timestamp":"{iso}","level":"WARN","logger":"OrderIntake","msg":"duplicate submit ignored","order":"{order}"}}',
        ),
    ],
    "inventory-service": [
        (
            12,
            "info",
            "{java} INFO  [reserve-{n1}] c.f.inventory.Reservations - reserved {n1} of {sku} for {order}",
        ),
        (
            5,
            "debug",
            "{java} DEBUG [housekeeper] c.f.inventory.pool.PoolStats - pool inventory: active={n1}, idle=4{n1}, waiting=0",
        ),
        (
            1,
            "warning",
            "{java} WARN  [reserve-{n1}] c.f.inventory.StockLevels - {sku} below reorder threshold",
        ),
    ],
    "payments-service": [
        (
            9,
            "info",
            '{{"level":"info","ts":"{iso}","msg":"payment authorised","payment":"{hex16}","ms":2{n2}}}',
        ),
        (
            2,
            "info",
            '{{"level":"info","ts":"{iso}","msg":"declined by issuer","payment":"{hex16}","reason":"insufficient_funds"}}',
        ),
        (
            1,
            "warning",
            '{{"level":"warn","ts":"{iso}","msg":"3-D Secure challenge abandoned","payment":"{hex16}"}}',
        ),
    ],
    "payments-adapter": [
        (9, "info", "ts={iso} lvl=info msg=authorised acquirer=nordpeak ms=2{n2} token=tok_{hex8}"),
        (1, "warning", 'ts={iso} lvl=warn msg="acquirer slow, retried once" acquirer=nordpeak ms=2{n3}'),
    ],
    "token-vault": [
        (6, "info", "{gotime} detokenise ok kid=2026-q3 dur={n1}ms"),
        (1, "info", "{gotime} audit: 1{n2} operations written"),
    ],
    "catalog-service": [
        (14, "info", "{pytime} INFO catalog.search query served hits={n2} took={n2}ms"),
        (4, "info", "{pytime} INFO catalog.product {sku} served from snapshot"),
        (1, "warning", "{pytime} WARNING catalog.search no hits for 'seramis {n2}l'"),
    ],
    "cart-service": [
        (12, "info", "[{iso}] info: cart {uuid} updated ({n1} items)"),
        (1, "warning", "[{iso}] warn: optimistic lock retry on cart {uuid}"),
    ],
    "promotions-service": [
        (8, "info", "{pytime} INFO promotions.engine basket evaluated rules=1{n1} applied={n1}"),
        (1, "warning", "{pytime} WARNING promotions.coupons coupon FERN{n2} expired"),
    ],
    "accounts-service": [
        (7, "info", "info: Accounts.Sessions[14] Session issued for user {n4}{n2}"),
        (3, "warning", "warn: Accounts.Login[21] Invalid password for user {n4}{n2} from {ip}"),
        (1, "error", "fail: Accounts.Mail[33] Mail provider answered 421 try again later; queued"),
    ],
    "plugin-host": [
        (
            6,
            "info",
            "{java} INFO  [publisher-{n1}] pluginhost.Publisher - batch b-{n4} published, {n2} changes, {n2} ms",
        ),
        (2, "info", "{java} INFO  [scheduler] pluginhost.Stages - stage images-resize ok ({n2} items)"),
        (
            1,
            "warning",
            "{java} WARN  [publisher-{n1}] pluginhost.Publisher - {sku}: empty description, published as is",
        ),
    ],
    "orders-db": [
        (
            4,
            "info",
            "{pgtime} UTC [{n4}] LOG:  checkpoint complete: wrote {n4} buffers (2.1%); write=26{n1}.1 s, sync=0.0{n1} s",
        ),
        (
            2,
            "info",
            '{pgtime} UTC [{n4}] LOG:  automatic vacuum of table "orders.public.order_event": index scans: 1',
        ),
        (
            1,
            "warning",
            "{pgtime} UTC [{n4}] LOG:  duration: 1{n3}.402 ms  statement: SELECT order_report($1, $2)",
        ),
    ],
    "inventory-db": [
        (
            4,
            "info",
            "{pgtime} UTC [{n4}] LOG:  checkpoint complete: wrote {n4} buffers (1.4%); write=25{n1}.8 s, sync=0.0{n1} s",
        ),
        (1, "info", '{pgtime} UTC [{n4}] LOG:  automatic analyze of table "inventory.public.reservation"'),
    ],
    "catalog-db": [
        (
            3,
            "info",
            "{pgtime} UTC [{n4}] LOG:  checkpoint complete: wrote {n4} buffers (0.9%); write=24{n1}.2 s, sync=0.0{n1} s",
        ),
    ],
    "catalog-replica": [
        (
            3,
            "info",
            "{pgtime} UTC [{n4}] LOG:  restartpoint complete: wrote {n3} buffers (0.5%); write=21{n1}.0 s",
        ),
        (1, "info", "{pgtime} UTC [{n4}] LOG:  connection authorized: user=catalog_ro database=catalog"),
    ],
    "cart-redis": [
        (3, None, "1:M {redis} * 10000 changes in 60 seconds. Saving..."),
        (3, None, "1:M {redis} * Background saving terminated with success"),
    ],
    "events-broker": [
        (3, "info", "[1] {nats} [INF] JetStream cluster consumer '$G > ORDERS > inventory' caught up"),
        (1, "warning", "[1] {nats} [WRN] {ip}:4{n4} - cid:{n4} - Readloop processing time: 2.{n2}s"),
    ],
}
FIELD = re.compile(
    r"(?<!\{)\{(iso|clf|java|pytime|pgtime|gotime|redis|nats|epoch|n\d|hex\d+|ip|page|locale|sku|order|uuid)\}"
)
PAGES = (
    "/",
    "/c/ferns",
    "/c/pots-planters",
    "/p/monstera-adansonii",
    "/p/rain-barrel-200",
    "/basket",
    "/c/tools",
    "/search?q=basil",
)
CHECKOUT_ERROR = "{java} ERROR [http-nio-8080-exec-{n2}] c.f.checkout."  # what follows is the class and what it says


def _fill(template: str, when: datetime, rng: random.Random) -> str:
    """Give every named field of the template a fresh value."""
    milliseconds = f"{when.microsecond // 1000:03d}"
    times = {
        "iso": when.strftime("%Y-%m-%dT%H:%M:%S.") + milliseconds + "Z",
        "clf": when.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "java": when.strftime("%Y-%m-%d %H:%M:%S.") + milliseconds,
        "pytime": when.strftime("%Y-%m-%d %H:%M:%S,") + milliseconds,
        "pgtime": when.strftime("%Y-%m-%d %H:%M:%S.") + milliseconds,
        "gotime": when.strftime("%Y/%m/%d %H:%M:%S"),
        "redis": when.strftime("%d %b %Y %H:%M:%S.") + milliseconds,
        "nats": when.strftime("%Y/%m/%d %H:%M:%S.") + milliseconds + "000",
        "epoch": f"{int(when.timestamp())}{milliseconds}",
    }

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in times:
            return times[name]
        if name.startswith("n"):
            digits = int(name[1:])
            return str(rng.randrange(10 ** (digits - 1), 10**digits))
        if name.startswith("hex"):
            return f"{rng.getrandbits(4 * int(name[3:])):0{int(name[3:])}x}"
        return {
            "ip": lambda: f"10.42.{rng.randrange(1, 7)}.{rng.randrange(2, 250)}",
            "page": lambda: rng.choice(PAGES),
            "locale": lambda: rng.choice(("en", "de", "nl", "fr")),
            "sku": lambda: f"FH-{rng.randrange(10000, 99999)}",
            "order": lambda: f"FO-{rng.randrange(7_000_000, 7_999_999)}",
            "uuid": lambda: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        }[name]()

    text = FIELD.sub(value, template)
    return text.replace("{{", "{").replace("}}", "}")


def say(
    capsule: Capsule, when: datetime, component: str, severity: str | None, template: str, rng: random.Random
) -> None:
    """One log record in which the template's fields are filled."""
    capsule.log(when, component, severity, _fill(template, when, rng))


def chat(capsule: Capsule, count: int, seed: str, silent: tuple[str, ...] = (), calm: bool = False) -> None:
    """Spread `count` ordinary records over the window. `calm` leaves out errors; `silent` components say nothing."""
    rng = random.Random(seed)
    seconds = (capsule.end - capsule.start).total_seconds()
    lines = [
        (often, component, severity, template)
        for component in COMPONENTS
        if component not in silent
        for often, severity, template in ORDINARY[component]
        if not (calm and severity == "error")
    ]
    chosen = rng.choices(lines, weights=[often for often, *_ in lines], k=count)
    for (_, component, severity, template), at in zip(chosen, sorted(rng.random() for _ in chosen), strict=True):
        when = capsule.start + timedelta(milliseconds=int(at * seconds * 1000))
        say(capsule, when, component, severity, template, rng)
