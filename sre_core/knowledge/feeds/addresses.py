"""Addresses of Git repositories: which are fetched from, and which would run something or hold a secret."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

SCHEMES = ("file", "ssh", "https")
_SCP_LIKE = re.compile(
    r"(?:[\w.+-]+@)?[A-Za-z0-9][\w.-]*:(?![/\\:])[^\s:][^\s]*|(?:[\w.+-]+@)[A-Za-z0-9][\w.-]*:/[^\s]*"
)


def is_remote(given: str) -> bool:
    """Whether it is an address for git, and no path of this machine."""
    return urlsplit(given).scheme in SCHEMES or bool(_SCP_LIKE.fullmatch(given))


def harmless_address(given: str) -> str:
    """The address as it was given. Raises ``ValueError`` when git would run something for it, or it holds a secret."""
    if given.startswith("-") or "::" in given:
        raise ValueError("this is no repository that is fetched from: give a folder, or an ssh or https address")
    parts = urlsplit(given)
    if parts.password or (parts.scheme.startswith("http") and parts.username):
        raise ValueError("it holds a password or a token, which would be stored. Use git's credential store")
    if "://" in given and parts.scheme not in SCHEMES:
        raise ValueError(f"{parts.scheme}:// is not fetched from: give file://, ssh:// or https://")
    if (parts.hostname or "").startswith("-") or (parts.username or "").startswith("-"):
        raise ValueError("this is no address of a repository")
    return given
