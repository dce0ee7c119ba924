"""Makes sure that the browser tests have a Chromium: the system's package, installed when we are root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import Any

PLAYWRIGHT_TURNS_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
)
"""The last --disable-features is the one that counts: ours says Playwright's again. A test compares the two."""

OF_NO_WINDOW = (
    "InitialWebUI",
    "PreloadTopChromeWebUI",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
    "WebUIToolbarProcessOverheadExperiment",
)
"""A process beside every tab that draws what only a window with a toolbar would show."""

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    """The path of a Chromium; None when there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def launch_options() -> dict[str, Any]:
    """How Playwright starts it: the system's own, talking to nobody but the page."""
    quiet = ("background-networking", "component-update", "sync", "gpu", "quic", "default-apps")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    off = f"--disable-features={','.join(PLAYWRIGHT_TURNS_OFF + OF_NO_WINDOW)}"
    return {
        "executable_path": find(),
        "args": [*sandbox, "--no-first-run", *(f"--disable-{name}" for name in quiet), off],
    }


def main() -> int:
    if find():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=False)
    if find():
        return 0
    print(
        "The browser tests need Chromium, and there is none on this machine.\n"
        "Install it with the system's package manager (Debian, Ubuntu: sudo apt-get install chromium), then try again.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
