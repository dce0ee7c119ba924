"""Whether the login that ``SRE_IDENTITY=login`` asks for can work: Streamlit's ``[auth]``, and the library behind it."""

from __future__ import annotations

from importlib.util import find_spec

from streamlit.runtime.secrets import secrets_singleton

NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")


def missing() -> str | None:
    """What to do before anybody can log in; None when everything is there."""
    if find_spec("authlib") is None:
        return "SRE_IDENTITY=login needs one more library: pip install 'sre-workbench[login]'."
    auth = secrets_singleton.get("auth", {}) if secrets_singleton.load_if_toml_exists() else {}
    absent = [name for name in NEEDED if not auth.get(name)]
    if absent:
        return f"SRE_IDENTITY=login needs [auth] in .streamlit/secrets.toml with {', '.join(absent)} (docs/people.md)."
    return None
