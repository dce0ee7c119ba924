"""A page that breaks."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def test_it_shows_a_sentence_with_an_id_and_no_traceback() -> None:
    def broken() -> None:
        from ui.trouble import calmly

        calmly(ValueError("a secret detail"))

    page = AppTest.from_function(broken).run()
    assert not page.exception
    assert "for the log: " in page.error[0].value
    assert "secret" not in page.error[0].value
