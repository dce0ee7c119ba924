"""Mails as they are sent, pasted and forwarded."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import AlertStatus, Severity
from sre_core.intake.alerts import understand
from sre_core.intake.email_text import looks_like_mail, read_mail
from tests.intake.reading import NOON

PLAIN = "Service: orders\nNothing is written since the morning.\nSee https://runbooks.example/orders."


def mail(subject: str = "[CRITICAL] orders down", date: str = "Sun, 01 Mar 2026 13:00:00 +0100") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "monitor@shop.example", "oncall@shop.example"
    message["Subject"], message["Date"] = subject, date
    return message


def test_a_mail_as_it_was_sent() -> None:
    message = mail()
    message.set_content(PLAIN)
    understood = understand(message.as_string())
    alert = understood.alert
    assert (understood.recognised_as, alert.title, alert.component) == ("email", "[CRITICAL] orders down", "orders")
    assert (alert.severity, alert.starts_at, alert.links) == (
        Severity.CRITICAL,
        NOON,
        ("https://runbooks.example/orders",),
    )
    assert "Nothing is written" in alert.description


def test_encoded_words_and_quoted_printable_are_read() -> None:
    message = mail(subject="Größe überschritten")
    message.set_content("Der Plattenplatz auf 'orders' ist überschritten = voll", cte="quoted-printable")
    text = message.as_string()
    assert "überschritten" not in text
    alert = understand(text).alert
    assert alert.title == "Größe überschritten"
    assert "überschritten = voll" in alert.description


@pytest.mark.parametrize("with_plain", [True, False])
def test_of_several_forms_the_plain_one_is_read_and_html_where_there_is_no_other(with_plain: bool) -> None:
    html = (
        "<html><head><style>p {color: red}</style></head><body><p>Orders are <b>lost</b></p><script>alert(1)</script>"
        '<a href="https://runbooks.example/orders">Runbook</a></body></html>'
    )
    message = mail()
    if with_plain:
        message.set_content("Orders are lost")
        message.add_alternative(html, subtype="html")
    else:
        message.set_content(html, subtype="html")
    message.add_attachment(b"PDF", maintype="application", subtype="pdf", filename="graph.pdf")
    alert = understand(message.as_string()).alert
    assert " ".join(alert.description.split()).startswith("Orders are lost")
    assert "color" not in alert.description
    assert "alert(1)" not in alert.description
    if not with_plain:
        assert alert.links == ("https://runbooks.example/orders",)


def test_of_a_forwarded_mail_the_first_one_counts() -> None:
    text = (
        "From: boss@shop.example\nSubject: Fwd: PROBLEM: mails wait\nDate: Sun, 01 Mar 2026 15:00:00 +0000\n\n"
        "Can you look?\n\n---------- Forwarded message ---------\nFrom: Nagios <n@shop.example>\n"
        "Date: Sun, 1 Mar 2026 12:00:00 +0000\nSubject: PROBLEM: mails wait\nTo: <boss@shop.example>\n\nService: mailer\n"
    )
    alert = understand(text).alert
    assert (alert.title, alert.starts_at, alert.component) == ("PROBLEM: mails wait", NOON, "mailer")
    assert alert.status is AlertStatus.FIRING
    assert "Can you look?" in alert.description


def test_a_mail_that_is_pasted_with_the_line_that_forwards_it() -> None:
    text = "Begin forwarded message:\n\nFrom: a@b.example\nSubject: OK: mails go out\nDate: 2026-03-01T12:00:00Z\n\nFine again."
    alert = understand(text).alert
    assert (alert.title, alert.status, alert.starts_at) == ("OK: mails go out", AlertStatus.RESOLVED, NOON)


def test_an_attached_mail_is_read_too() -> None:
    inner, outer = mail(subject="Disk full"), mail(subject="Fwd: Disk full")
    inner.set_content("Service: orders-db")
    outer.set_content("please look")
    outer.add_attachment(inner)
    assert understand(outer.as_string()).alert.component == "orders-db"


def test_a_sentence_tells_better_when_it_began_than_the_date_of_the_mail() -> None:
    message = mail(date="Sun, 01 Mar 2026 15:00:00 +0000")
    message.set_content("Orders have failed since 12:00 UTC.")
    alert = understand(message.as_string(), now=datetime(2026, 11, 1, tzinfo=UTC)).alert
    assert (alert.starts_at, alert.from_words) == (NOON, ("starts_at",))


def test_a_mail_without_words_says_so() -> None:
    message = mail()
    message.add_attachment(b"GIF", maintype="image", subtype="gif", filename="graph.gif")
    understood = understand(message.as_string())
    assert understood.alert.title == "[CRITICAL] orders down"
    assert any("no part that is text" in note for note in understood.notes)


@pytest.mark.parametrize(
    "text",
    [
        "Subject of the day: lunch",
        "Service: cart\nSeverity: high",
        "From: here to there\nit is slow",
        "Subject: alone\n\nx",
    ],
)
def test_text_with_colons_is_no_mail(text: str) -> None:
    assert not looks_like_mail(text)


@given(
    st.text(max_size=200),
    st.sampled_from(["text/html", "text/plain; charset=nope", "multipart/mixed", "multipart/mixed; boundary=b"]),
)
def test_whatever_a_mail_holds_is_read(body: str, kind: str) -> None:
    text = (
        f"From: a@b.example\nSubject: x\nDate: never\nContent-Type: {kind}\nContent-Transfer-Encoding: base64\n\n{body}"
    )
    assert read_mail(text).alert.title
