"""What can be set, and who may do what by it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from sre_core.domain import Limits
from sre_core.errors import RefusedInput
from sre_core.people import Role
from sre_core.settings import Settings, read_settings


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither a .env file nor somebody's environment plays in."""
    monkeypatch.chdir(tmp_path)
    for name in ("IDENTITY", "ROLE", "ADMINS", "RESPONDERS", "VIEWERS", "PROXY_SECRET", "USER_HEADER"):
        monkeypatch.delenv(f"SRE_{name}", raising=False)


@pytest.mark.parametrize("written", ['["ada@x.org", "bo"]', "ada@x.org, bo", " ada@x.org,bo, "])
def test_a_list_of_names_is_json_or_has_commas(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("SRE_ADMINS", written)
    assert read_settings().admins == ("ada@x.org", "bo")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SRE_ADMINS", '["ada"', "SRE_ADMINS"),
        ("SRE_ROLE", "king", "'viewer'"),
        ("SRE_IDENTITY", "dna", "'proxy'"),
        ("SRE_SEARXNG_URL", "ftp://x", "start page"),
        ("SRE_LIMITS", '{"max_actions": 0}', "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(RefusedInput, match=name) as refused:
        read_settings()
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("secret", [None, "short"])
def test_a_proxy_needs_a_secret_that_cannot_be_guessed(secret: str | None) -> None:
    given = {"proxy_secret": secret} if secret else {}
    with pytest.raises(RefusedInput, match="SRE_PROXY_SECRET"):
        read_settings(identity="proxy", **given)


def test_a_name_that_is_typed_in_raises_nobody() -> None:
    roster = Settings(identity="name", role="viewer", admins=["ada"]).roster()
    assert roster.role_of("ada") is Role.VIEWER


def test_a_name_that_is_proven_does_whatever_its_case() -> None:
    roster = Settings(identity="login", role="viewer", admins=["Ada@x.org"], responders=["ada@x.org", "bo"]).roster()
    assert [roster.role_of(name) for name in ("ada@X.org", "BO", "eve")] == [Role.ADMIN, Role.RESPONDER, Role.VIEWER]


@pytest.mark.parametrize(("identity", "role"), [("name", Role.ADMIN), ("login", Role.VIEWER), ("proxy", Role.VIEWER)])
def test_unless_it_is_said_everybody_may_do_everything_only_where_nobody_proves_who_they_are(
    identity: str, role: Role
) -> None:
    assert Settings(identity=identity).roster().role_of("anybody") is role


def test_limits_of_all_investigations_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SRE_LIMITS", '{"max_model_dollars": 2.5, "max_model_tokens": null}')
    assert read_settings().limits == Limits(max_model_dollars=Decimal("2.5"), max_model_tokens=None)
