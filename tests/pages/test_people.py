"""Who sits there, in each of the ways to know it; and what a viewer sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sre_core import bootstrap
from sre_core.bootstrap import Workbench
from sre_core.domain import Alert
from sre_core.people import Role
from sre_core.settings import Settings, shipped
from tests.fakes import PERSON
from ui import person
from ui.shell import SHELL

At = Callable[..., AppTest]


@pytest.fixture
def at(tmp_path: Path) -> Iterator[At]:
    """The application with these settings, drawn once for this user."""

    def drawn(user: dict[str, Any] | None = None, script: Path = SHELL, **settings: Any) -> AppTest:
        bootstrap.start_workbench(Settings(home=tmp_path / "home", **settings))
        page = AppTest.from_file(str(script), default_timeout=30)
        if user is not None:
            page.user = user
        return page.run()

    yield drawn
    bootstrap.stop_workbench()


def bench() -> Workbench:
    return bootstrap.workbench()


ADA = {"is_logged_in": True, "email": "ada@x.org", "email_verified": True, "name": "Ada L."}


def test_a_name_is_asked_for_once_and_signs_what_is_done(at: At) -> None:
    page = at()
    page.text_input(key="first_name").input("Ada").run()
    assert not [field for field in page.text_input if field.key == "first_name"]
    page.text_area(key="payload").input("cart is down")
    page.button(key="start").click().run()
    opened = bench().read(bench().investigations()[0].id)[0]
    assert (opened.actor, opened.role) == ("person:Ada", Role.ADMIN)
    assert opened.via.startswith("browser at ")


def test_to_be_asked_can_be_waved_away(at: At) -> None:
    page = at()
    page.button(key="no-name").click().run()
    assert not [field for field in page.text_input if field.key == "first_name"]
    assert not page.exception


def test_a_viewer_is_told_why_nothing_can_be_started(at: At) -> None:
    page = at(role="viewer")
    assert page.button(key="start").disabled
    assert all(button.disabled for button in page.button if button.label == "Investigate")
    assert any("you are a viewer" in caption.value for caption in page.caption)
    assert not page.exception


@pytest.mark.parametrize("script", [SHELL, *shipped("pages").glob("*.py")], ids=lambda path: path.stem)
@pytest.mark.parametrize("user", [{}, {"email": "ada@x.org"}, {"is_logged_in": False, "email": "ada@x.org"}])
def test_without_a_login_no_page_shows_anything_whichever_way_it_is_reached(
    at: At, script: Path, user: dict[str, Any]
) -> None:
    page = at(user, script, identity="login")
    assert not page.exception
    assert [button.label for button in page.button] == ["Log in"]
    assert not page.text_area
    assert not page.text_input


def test_the_one_who_logged_in_signs_with_a_name_that_cannot_be_changed(at: At) -> None:
    page = at(ADA, identity="login", responders=["ADA@x.org"])
    assert not [field for field in page.text_input if field.key in ("person_field", "first_name")]
    page.text_area(key="payload").input("cart is down")
    page.button(key="start").click().run()
    opened = bench().read(bench().investigations()[0].id)[0]
    assert (opened.actor, opened.role) == ("person:ada@x.org", Role.RESPONDER)


def test_who_logged_in_and_is_not_named_may_look(at: At) -> None:
    page = at(ADA, identity="login")
    assert page.button(key="start").disabled
    bench().open(Alert(title="cart is down"), by=PERSON)
    page.switch_page("../pages/incidents.py").run()
    assert "1 of 1" in [caption.value for caption in page.caption]


def test_a_login_without_any_name_is_told_so(at: At) -> None:
    page = at({"is_logged_in": True}, identity="login")
    assert [button.label for button in page.button] == ["Log out"]


def test_without_the_proxys_word_nothing_is_shown(at: At) -> None:
    page = at(ADA, identity="proxy", proxy_secret="x" * 20)
    assert not page.button
    assert "did not say who you are" in page.markdown[-1].value


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"email": "ada@x.org", "preferred_username": "ada", "name": "Ada"}, "ada@x.org"),
        ({"email": "ada@x.org", "email_verified": False, "preferred_username": "ada"}, "ada"),
        ({"preferred_username": "ada", "name": "Ada L."}, "ada"),
        ({"email": None, "name": " Ada\n L. "}, "Ada L."),
        ({"email": "x" * 300}, None),
        ({}, None),
    ],
)
def test_the_name_is_the_verified_address_else_the_user_name_else_the_name(claims: Any, name: str | None) -> None:
    assert person._logged_in({"is_logged_in": True, **claims}) == name


def test_a_name_in_a_header_is_read_as_it_was_meant() -> None:
    assert person._in_utf8("Zoë".encode().decode("latin-1")) == "Zoë"
    assert person._in_utf8("Zoë") == "Zoë"
