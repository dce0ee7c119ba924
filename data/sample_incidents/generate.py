"""Writes the sample incidents, one capsule each, byte for byte the same every time.

python data/sample_incidents/generate.py [--out DIR]
"""

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from fernhollow import (  # noqa: E402
    checkout_crashloop,
    expired_certificate,
    ext_plugin_replication,
    false_alarm,
    orders_503,
    three_deploys,
)

# In the order in which they are shown: how each is built, what one learns from it, minutes to read it through.
INCIDENTS = (
    (
        ext_plugin_replication.build,
        "An error code that no document explains: how far can evidence carry you?",
        6,
    ),
    (checkout_crashloop.build, "Crash loops on a busy day: tell the crowd from the change.", 4),
    (
        orders_503.build,
        "An endpoint is slow and fails a little; the alert does not even name a component.",
        5,
    ),
    (
        three_deploys.build,
        "Three deploys in a quarter of an hour, one alert: order in time against nearness.",
        5,
    ),
    (
        expired_certificate.build,
        "Payments stop and nobody changed anything: follow the calls to where they end.",
        5,
    ),
    (
        false_alarm.build,
        "A page at three in the morning, from a single probe: what deserves belief, and why?",
        3,
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the sample incidents.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to (default: beside this file)")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    index = []
    for build, teaches, minutes in INCIDENTS:
        capsule = build()
        path = capsule.write(out)
        about = {"id": capsule.id, "file": path.name, "title": capsule.title}
        index.append({**about, "teaches": teaches, "minutes": minutes})
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")
    (out / "index.json").write_text(json.dumps(index, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
