"""The audit trail: whatever was altered, removed or inserted is found, and said in words."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import Engine as Database
from sqlalchemy import create_engine

from sre_core import audit, audit_rows
from sre_core.__main__ import DONE, FAILED, REFUSED, main
from sre_core.chain import FIRST, Link, chained
from sre_core.domain import Pace
from sre_core.events import Event, GuidanceGiven, InvestigationForked, entry
from sre_core.home import StateFolder
from sre_core.settings import shipped
from sre_core.store import MIGRATIONS, open_database
from sre_core.timeline import Timeline
from tests.fakes import OPENED, PERSON

SECRET = b"s" * 32
EVENTS = 7
SEPARATORS = 'what splits lines elsewhere: \u2028 \u0085 \x1c, and "quotes"'


def event(seq: int, text: str = SEPARATORS, investigation: str = "inv") -> bytes:
    """The body of one event as the store would hold it."""
    said = OPENED if seq == 1 else entry(PERSON, GuidanceGiven(text=f"{text} {seq}"))
    at = datetime(2026, 11, 1, 12, 0, seq, tzinfo=UTC)
    placed = Event(**dict(said), id=f"id-{seq}", investigation_id=investigation, seq=seq, at=at)
    return placed.model_dump_json().encode()


def linked(bodies: list[bytes]) -> list[Link]:
    """The bodies with all their hashes, as the store makes them, or a forger who knows how."""
    links: list[Link] = []
    for body in bodies:
        links.append(Link(chained(links[-1].chain if links else FIRST, body), body))
    return links


def exported(links: list[Link], secret: bytes = SECRET, investigation: str = "inv") -> list[bytes]:
    return [f"{line}\n".encode() for line in audit.export(links, secret, investigation)]


WRITTEN = exported(linked([event(seq) for seq in range(1, EVENTS + 1)]))


def findings(lines: list[bytes], secret: bytes | None = None) -> list[str]:
    return list(audit.verify(audit.read(lines), secret).findings)


def split(raw: bytes) -> list[bytes]:
    return io.BytesIO(raw).readlines()


def with_line(number: int, line: bytes) -> list[bytes]:
    return [*WRITTEN[:number], line, *WRITTEN[number + 1 :]]


# -- exports: whatever happened to them is found -----------------------------------------------------------------------


def test_an_untouched_export_is_fine() -> None:
    audited = audit.verify(audit.read(split(b"".join(WRITTEN))), SECRET)
    assert audited.fine
    assert (audited.investigation, audited.events) == ("inv", EVENTS)
    assert audited.head.encode() in WRITTEN[-1]


def test_an_event_stands_in_its_line_byte_by_byte() -> None:
    assert WRITTEN[3].endswith(b',"event":' + event(3) + b"}\n")


def test_anybody_can_check_it_with_what_the_documentation_says() -> None:
    head = "0" * 64
    for seq in range(1, EVENTS + 1):
        head = hashlib.sha256(head.encode() + b"\n" + event(seq)).hexdigest()
    says = f"audit:sre-workbench-audit/1\ninv\n{EVENTS}\n{head}".encode()
    seal = hmac.new(SECRET, says, hashlib.sha256).hexdigest()
    assert json.loads(WRITTEN[-1]) == {"events": EVENTS, "head": head, "seal": seal}


@given(st.integers(0, len(b"".join(WRITTEN)) - 1), st.integers(1, 255))
def test_any_altered_byte_is_found(place: int, change: int) -> None:
    raw = bytearray(b"".join(WRITTEN))
    raw[place] ^= change
    assert findings(split(bytes(raw)), SECRET)


@given(st.integers(1, EVENTS), st.data())
def test_any_altered_byte_of_an_event_is_found_without_the_secret(number: int, data: st.DataObject) -> None:
    line = bytearray(WRITTEN[number])
    line[data.draw(st.integers(0, len(line) - 1))] ^= data.draw(st.integers(1, 255))
    assert findings(split(b"".join(with_line(number, bytes(line)))))


@given(st.integers(0, len(b"".join(WRITTEN)) - 1))
def test_any_end_that_is_cut_off_is_found(length: int) -> None:
    assert findings(split(b"".join(WRITTEN)[:length]))


@given(st.lists(st.sampled_from(range(len(WRITTEN))), max_size=2 * len(WRITTEN)))
def test_any_other_selection_or_order_of_the_lines_is_found(numbers: list[int]) -> None:
    assume(numbers != list(range(len(WRITTEN))))
    assert findings([WRITTEN[number] for number in numbers])


@given(st.permutations(range(len(WRITTEN))))
def test_any_other_order_of_all_lines_is_found(numbers: list[int]) -> None:
    assume(numbers != list(range(len(WRITTEN))))
    assert findings([WRITTEN[number] for number in numbers])


@given(st.integers(0, len(WRITTEN)), st.binary(max_size=200))
def test_any_inserted_line_is_found(number: int, inserted: bytes) -> None:
    assert findings(split(b"".join([*WRITTEN[:number], inserted + b"\n", *WRITTEN[number:]])))


@given(st.integers(0, EVENTS - 1), st.booleans())
def test_an_inserted_event_is_found_also_when_its_own_hash_is_right(after: int, right: bool) -> None:
    links = list(audit.read(WRITTEN).links)
    body = event(after + 1, "run it without asking")
    chain = chained(links[after - 1].chain if after else FIRST, body) if right else FIRST
    line = f'{{"chain":"{chain}","event":'.encode() + body + b"}\n"
    assert findings([*WRITTEN[: after + 1], line, *WRITTEN[after + 1 :]])


@pytest.mark.parametrize(
    "respaced",
    [
        lambda line: line.replace(b'"seq":4', b'"seq": 4'),
        lambda line: line.replace(b"\n", b"\r\n"),
        lambda line: line.replace(b',"event":', b', "event":'),
        lambda line: line.replace("\u2028".encode(), b"\\u2028"),
    ],
)
def test_the_same_json_in_other_bytes_is_found(respaced: Callable[[bytes], bytes]) -> None:
    assert respaced(WRITTEN[4]) != WRITTEN[4]
    assert findings(with_line(4, respaced(WRITTEN[4])))


# -- exports: and said in words ----------------------------------------------------------------------------------------


ALTERED = WRITTEN[4].replace(b"quotes", b"Quotes")
UNREADABLE = WRITTEN[4].replace(b'"seq":4', b'"seq":no')
OTHER_HASH = re.sub(rb'"chain":"[0-9a-f]{64}"', b'"chain":"' + b"1" * 64 + b'"', WRITTEN[4])
OTHER_LAST_HASH = re.sub(rb'"chain":"[0-9a-f]{64}"', b'"chain":"' + b"1" * 64 + b'"', WRITTEN[7])
FOREIGN = exported(linked([event(seq, investigation="other") for seq in range(1, EVENTS + 1)]))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (with_line(4, ALTERED), ["event 4 was altered, or event 3 together with its hash"]),
        (with_line(1, WRITTEN[1].replace(b"cold", b"warm")), ["event 1 was altered"]),
        (with_line(4, UNREADABLE), ["event 4 was altered, or event 3 together with its hash"]),
        (with_line(4, WRITTEN[4][20:]), ["event 4 was altered, or event 3 together with its hash"]),
        (
            with_line(4, WRITTEN[4].replace(b'"seq":4', b'"seq":9')),
            ["event 4 was altered, or event 3 together with its hash"],
        ),
        (with_line(4, OTHER_HASH), ["the hash of event 4 was altered"]),
        (with_line(7, OTHER_LAST_HASH), ["the hash of event 7 was altered"]),
        ([*WRITTEN[:4], *WRITTEN[5:]], ["event 4 is missing"]),
        ([*WRITTEN[:1], *WRITTEN[2:]], ["event 1 is missing"]),
        ([*WRITTEN[:3], *WRITTEN[6:]], ["events 3 to 5 are missing"]),
        ([*WRITTEN[:6], WRITTEN[8]], ["events 6 to 7 are missing"]),
        ([*WRITTEN[:6]], ["the end is missing or was altered"]),
        ([*WRITTEN[:8], WRITTEN[8][:-9]], ["the end is missing or was altered"]),
        ([*WRITTEN[:5], ALTERED, *WRITTEN[5:]], ["an event was inserted after event 4"]),
        ([*WRITTEN[:5], FOREIGN[5], FOREIGN[6], *WRITTEN[5:]], ["an event was inserted after event 4"] * 2),
        ([*WRITTEN[:8], WRITTEN[4], WRITTEN[8]], ["an event was inserted after event 7"]),
        ([WRITTEN[0], FOREIGN[1], *WRITTEN[1:]], ["an event was inserted before the first event"]),
        ([*WRITTEN[:3], b"\n", *WRITTEN[3:]], ["something that is no event stands after event 2"]),
        ([*WRITTEN[:3], WRITTEN[4], WRITTEN[3], *WRITTEN[5:]], ["event 4 stands before event 3"]),
        (WRITTEN[1:], ["the first line is missing or was altered"]),
        (with_line(0, WRITTEN[0].replace(b"audit/1", b"audit/9")), ["the first line is missing or was altered"]),
        (with_line(0, WRITTEN[0].replace(b'inv"', b'third"')), ["these are the events of investigation inv"]),
        ([*WRITTEN[:1], *WRITTEN[-1:]], ["events 1 to 7 are missing", "there is no event in it"]),
        ([b"# a document\n", b"about something else\n"], ["this is no export of an audit trail"]),
        ([], ["this is no export of an audit trail"]),
        (
            [*with_line(2, WRITTEN[2].replace(b"quotes", b"Quotes"))[:5], *WRITTEN[6:]],
            ["event 2 was altered, or event 1 together with its hash", "event 5 is missing"],
        ),
    ],
)
def test_what_happened_to_an_export_is_said(lines: list[bytes], said: list[str]) -> None:
    assert findings(lines) == said


def test_a_forgery_with_all_hashes_made_anew_is_found_with_the_secret_only() -> None:
    forged = exported(linked([event(seq, "I never said so") for seq in range(1, EVENTS + 1)]), secret=b"guessed")
    assert findings(forged) == []
    assert "seal does not fit" in findings(forged, SECRET)[0]


def test_events_of_another_investigation_are_found_though_their_hashes_fit() -> None:
    bodies = [event(seq, investigation="inv" if seq != 3 else "other") for seq in range(1, 6)]
    assert findings(exported(linked(bodies))) == [
        "from event 3 on it is another investigation: other",
        "from event 4 on it is another investigation: inv",
    ]


def test_an_export_that_lost_every_second_event_is_looked_at_to_its_end() -> None:
    lines = exported(linked([event(1), *(event(2).replace(b'"seq":2', b'"seq":%d' % seq) for seq in range(2, 2001))]))
    assert findings(lines) == []
    assert findings([*lines[:1], *lines[2:-1:2], *lines[-1:]]) == [
        f"event {seq} is missing" for seq in range(1, 2000, 2)
    ]


# -- the store ---------------------------------------------------------------------------------------------------------


def write(home: Path, investigation: str = "inv", events: int = EVENTS) -> None:
    """A state folder as a workbench leaves it."""
    home.mkdir(exist_ok=True)
    database = open_database(home / "workbench.db")
    timeline = Timeline(database)
    timeline.append(investigation, 1, OPENED)
    for seq in range(2, events + 1):
        timeline.append(investigation, seq, entry(PERSON, GuidanceGiven(text=f"look at door {seq}")))
    database.dispose()


def tamper(home: Path, statement: str) -> None:
    with sqlite3.connect(home / "workbench.db") as connection:
        connection.execute(statement)
    connection.close()


def said_of(home: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, list[str]]:
    capsys.readouterr()
    status = main(["audit", "verify", *more, "--home", str(home)])
    return status, [line.strip() for line in capsys.readouterr().out.splitlines()]


def test_a_store_as_it_was_written_is_ok(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    write(tmp_path, "second", events=1)
    status, said = said_of(tmp_path, capsys)
    assert status == DONE
    assert re.fullmatch(r"ok    inv: 7 events, head [0-9a-f]{64}", said[0])
    assert said[1].startswith("ok    second: 1 events")
    assert "taken off the end" in said[2]


BODY = "UPDATE wb_events SET body = replace(body, 'door', 'Door') WHERE seq = 4"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (BODY, "event 4 was altered"),
        ("UPDATE wb_events SET body = body || ' ' WHERE seq = 4", "event 4 was altered"),
        ("UPDATE wb_events SET body = '' WHERE seq = 4", "event 4 was altered"),
        ("UPDATE wb_events SET body = CAST(x'ff' AS TEXT) WHERE seq = 4", "event 4 was altered"),
        ("UPDATE wb_events SET chain = '' WHERE seq = 4", "the hash of event 4 was altered"),
        ("UPDATE wb_events SET chain = x'ff00' WHERE seq = 7", "event 7 was altered"),
        ("DELETE FROM wb_events WHERE seq = 4", "event 4 is missing"),
        ("DELETE FROM wb_events WHERE seq < 4", "events 1 to 3 are missing"),
        (
            "INSERT INTO wb_events SELECT investigation_id, 8, type, at, body, chain FROM wb_events WHERE seq = 4",
            "an event was inserted after event 7",
        ),
        ("UPDATE wb_events SET seq = 9 WHERE seq = 4", "event 5 stands before event 4"),
        ("UPDATE wb_events SET seq = seq - 10", "another number, type or time stands beside event 1, 2, 3, 4, 5, 6, 7"),
        ("UPDATE wb_events SET type = 'InvestigationStopped' WHERE seq = 4", "beside event 4"),
        ("UPDATE wb_events SET at = '2020-01-01 00:00:00.000000' WHERE seq = 4", "beside event 4"),
        ("UPDATE wb_events SET investigation_id = 'third'", "these are the events of investigation inv"),
    ],
)
def test_what_happened_to_a_row_is_said(
    statement: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    tamper(tmp_path, statement)
    status, lines = said_of(tmp_path, capsys)
    assert status == FAILED
    assert lines[0].startswith("FAIL")
    assert any(said in line for line in lines[1:]), lines


@given(seq=st.integers(1, EVENTS), data=st.data())
def test_any_altered_character_of_a_stored_event_is_found(
    tmp_path: Path, seq: int, data: st.DataObject, capsys: pytest.CaptureFixture[str]
) -> None:
    if not (tmp_path / "workbench.db").exists():
        write(tmp_path)
    connection = sqlite3.connect(tmp_path / "workbench.db", isolation_level=None)
    [body] = connection.execute("SELECT body FROM wb_events WHERE seq = ?", (seq,)).fetchone()
    place = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.characters(codec="utf-8", exclude_characters=body[place]))
    connection.execute("UPDATE wb_events SET body = ? WHERE seq = ?", (body[:place] + other + body[place + 1 :], seq))
    assert said_of(tmp_path, capsys)[0] == FAILED
    connection.execute("UPDATE wb_events SET body = ? WHERE seq = ?", (body, seq))
    assert said_of(tmp_path, capsys)[0] == DONE
    connection.close()


def test_the_others_are_ok_when_one_was_altered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "bad")
    tamper(tmp_path, BODY)
    write(tmp_path, "good")
    status, said = said_of(tmp_path, capsys)
    assert status == FAILED
    assert [line[:10] for line in said if line.startswith(("ok", "FAIL"))] == ["FAIL  bad:", "ok    good"]


def test_an_event_that_would_leave_a_gap_is_a_bug(database: Database, timeline: Timeline) -> None:
    timeline.append("inv", 1, OPENED)
    with pytest.raises(ValueError, match="inv: event 3 cannot follow event 1"):
        timeline.append("inv", 3, OPENED)
    with pytest.raises(ValueError, match="other: event 2 cannot follow nothing"):
        timeline.append("other", 2, OPENED)
    assert [row.seq for row in audit_rows.rows(database, "inv")] == [1]


def test_a_fork_shares_the_hashes_of_what_it_shares_and_is_ok(database: Database, timeline: Timeline) -> None:
    timeline.append("inv", 1, OPENED)
    timeline.append("inv", 2, entry(PERSON, GuidanceGiven(text="look at the door")))
    fork = timeline.fork("inv", entry(PERSON, InvestigationForked(origin="inv", at=2, pace=Pace.PLAN)))
    again = timeline.fork(fork, entry(PERSON, InvestigationForked(origin=fork, at=3, pace=Pace.PLAN)))
    assert [row.chain for row in audit_rows.rows(database, fork)][:2] == [
        row.chain for row in audit_rows.rows(database, "inv")
    ]
    for id_, events in ((fork, 3), (again, 4)):
        assert audit_rows.verify(id_, audit_rows.rows(database, id_)).findings == ()
        audited = audit.verify(audit.read(exported(list(audit_rows.rows(database, id_)), SECRET, id_)), SECRET)
        assert (audited.findings, audited.events) == ((), events)


# -- databases of older workbenches ------------------------------------------------------------------------------------


def old_database(home: Path, investigations: dict[str, list[bytes]]) -> None:
    """A state folder as the workbench left it that kept no chain."""
    database = create_engine(f"sqlite:///{home / 'workbench.db'}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        rows = [(id_, body) for id_, bodies in investigations.items() for body in bodies]
        for id_, body in reversed(rows):  # the order in which they were written does not matter
            placed = Event.model_validate_json(body)
            at = placed.at.strftime("%Y-%m-%d %H:%M:%S.%f")
            row = (id_, placed.seq, placed.happening.type, at, body.decode())
            connection.exec_driver_sql("INSERT INTO wb_events VALUES (?, ?, ?, ?, ?)", row)
    database.dispose()


def test_the_rows_of_an_older_workbench_are_chained_when_it_is_brought_up_to_date(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bodies = {
        id_: [event(seq, investigation=id_) for seq in range(1, length + 1)] for id_, length in (("a", 50), ("b", 3))
    }
    old_database(tmp_path, bodies)
    assert said_of(tmp_path, capsys)[0] == REFUSED
    database = open_database(tmp_path / "workbench.db")
    timeline = Timeline(database)
    timeline.append("b", 4, entry(PERSON, GuidanceGiven(text="go on")))
    assert [row.chain for row in audit_rows.rows(database, "a")] == [link.chain for link in linked(bodies["a"])]
    assert [row.body for row in audit_rows.rows(database, "a")] == bodies["a"]
    database.dispose()
    status, said = said_of(tmp_path, capsys)
    assert status == DONE
    assert said[0].startswith("ok    a: 50 events")
    assert said[1].startswith("ok    b: 4 events")


def test_bringing_it_up_to_date_is_done_wholly_or_not_at_all(tmp_path: Path) -> None:
    old_database(tmp_path, {"a": [event(1, investigation="a"), event(2, investigation="a")]})
    tamper(
        tmp_path, "CREATE TRIGGER in_the_way BEFORE UPDATE ON wb_schema_version BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    with pytest.raises(Exception, match="no"):
        open_database(tmp_path / "workbench.db")
    tamper(tmp_path, "DROP TRIGGER in_the_way")
    database = open_database(tmp_path / "workbench.db")
    assert len(audit_rows.rows(database, "a")) == 2
    database.dispose()


def test_events_are_chained_whoever_writes_them(database: Database, timeline: Timeline) -> None:
    for seq in range(1, 5):
        timeline.append("inv", seq, OPENED)
    rows = audit_rows.rows(database, "inv")
    assert rows[0].follows(FIRST)
    assert all(after.follows(before.chain) for before, after in pairwise(rows))


# -- the command line --------------------------------------------------------------------------------------------------


def export_to(home: Path, name: str = "trail.jsonl") -> str:
    out = str(home / name)
    assert main(["audit", "export", "inv", "--home", str(home), "--out", out]) == DONE
    return out


def append(home: Path, seq: int) -> None:
    database = open_database(home / "workbench.db")
    Timeline(database).append("inv", seq, entry(PERSON, GuidanceGiven(text="one more")))
    database.dispose()


def test_an_export_is_ok_with_and_without_the_state_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    out = export_to(tmp_path)
    assert re.search(r"ok    .*trail.jsonl: investigation inv, 7 events, head [0-9a-f]{64}\n", capsys.readouterr().out)
    assert main(["audit", "verify", out]) == DONE
    assert "not looked at: the seal and the store" in capsys.readouterr().out
    status, said = said_of(tmp_path, capsys, out)
    assert (status, len(said)) == (DONE, 1)


def test_an_export_to_standard_output_is_the_same_byte_by_byte(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    write(tmp_path)
    out = export_to(tmp_path)
    capfdbinary.readouterr()
    shell = [sys.executable, "-m", "sre_core", "audit", "export", "inv", "--home", str(tmp_path)]
    ended = subprocess.run(shell, capture_output=True, cwd=shipped("data").parent, check=False)
    assert (ended.returncode, ended.stderr) == (DONE, b"")
    assert ended.stdout == Path(out).read_bytes()


def test_events_that_came_later_are_said_and_are_fine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    out = export_to(tmp_path)
    append(tmp_path, EVENTS + 1)
    status, said = said_of(tmp_path, capsys, out)
    assert status == DONE
    assert said[1] == "the store has 1 more since then"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM wb_events WHERE seq > 5", "not in the store: event 6, 7"),
        (BODY, "not the same in the store: event 4"),
        ("UPDATE wb_events SET chain = '' WHERE seq = 4", "not the same in the store: event 4"),
        ("DELETE FROM wb_events", "not in the store: event 1, 2, 3, 4, 5, 6, 7"),
    ],
)
def test_an_earlier_export_shows_what_a_store_alone_cannot(
    statement: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    out = export_to(tmp_path)
    tamper(tmp_path, statement)
    status, lines = said_of(tmp_path, capsys, out)
    assert (status, lines[1]) == (FAILED, said)


def test_a_forged_export_is_found_by_its_seal_and_by_the_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    genuine = Path(export_to(tmp_path))
    links = [
        Link(link.chain, link.body.replace(b"door 4", b"wall 4"))
        for link in audit.read(split(genuine.read_bytes())).links
    ]
    forged = tmp_path / "forged.jsonl"
    forged.write_bytes(b"".join(exported(linked([link.body for link in links]), b"guessed")))
    assert main(["audit", "verify", str(forged)]) == DONE
    status, said = said_of(tmp_path, capsys, str(genuine), str(forged))
    assert status == FAILED
    assert said[0].startswith("ok")
    assert [words.split(":")[0] for words in said[2:]] == ["the seal does not fit", "not the same in the store"]


def test_it_works_while_a_server_holds_the_folder_and_writes_nothing_into_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    folder = StateFolder(tmp_path)
    folder.take()
    database = open_database(folder.database)
    Timeline(database).append("inv", EVENTS + 1, OPENED)
    status, said = said_of(tmp_path, capsys)
    assert status == DONE
    assert "8 events" in said[0]
    assert not (tmp_path / "secret").exists()
    assert export_to(tmp_path)
    database.dispose()
    folder.release()


def test_it_works_on_what_a_killed_process_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    left = (
        "import os, sys; from pathlib import Path; from tests.core.test_audit import *;"
        "timeline = Timeline(open_database(Path(sys.argv[1]) / 'workbench.db'));"
        "timeline.append('inv', 8, OPENED); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", left, str(tmp_path)], cwd=shipped("data").parent, check=False)
    status, said = said_of(tmp_path, capsys)
    assert status == DONE
    assert "8 events" in said[0]


def test_it_works_on_a_copy_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy"
    write(copy)
    copy.chmod(0o555)  # which holds back everybody but root
    assert said_of(copy, capsys)[0] == DONE
    copy.chmod(0o755)


def test_an_export_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    out = export_to(tmp_path)
    assert main(["audit", "export", "inv", "--home", str(tmp_path), "--out", out]) == REFUSED
    assert "never written over" in capsys.readouterr().err


def test_the_export_of_an_altered_store_is_written_and_said_to_be_altered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    tamper(tmp_path, "UPDATE wb_events SET body = CAST(x'22ff22' AS TEXT) WHERE seq = 4")
    out = str(tmp_path / "trail.jsonl")
    assert main(["audit", "export", "inv", "--home", str(tmp_path), "--out", out]) == FAILED
    assert "event 4 was altered" in capsys.readouterr().out
    assert main(["audit", "verify", out]) == FAILED


def test_of_many_findings_the_first_are_printed_and_the_rest_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = tmp_path / "damaged.jsonl"
    damaged.write_bytes(b"".join([*WRITTEN[:4], *[b"\n"] * 50, *WRITTEN[4:]]))
    assert main(["audit", "verify", str(damaged)]) == FAILED
    said = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert said[1:22] == ["something that is no event stands after event 3"] * 20 + ["and 30 more"]


def test_a_file_cannot_make_lines_that_look_like_ours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forged = tmp_path / "forged.jsonl"
    forged.write_bytes(b"".join([*exported(linked([event(1)]), investigation="x\nok    y\x1b[2J")]))
    assert main(["audit", "verify", str(forged)]) == FAILED
    out = capsys.readouterr().out
    assert "\nok" not in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "--home", "/nowhere"],
        ["verify", "/nowhere/trail.jsonl"],
        ["verify", "/"],
        ["export", "inv", "--home", "/nowhere"],
        ["export", "no-such-investigation", "--home", "HOME"],
        ["export", "inv", "--home", "HOME", "--out", "/nowhere/trail.jsonl"],
    ],
)
def test_what_cannot_be_read_is_refused(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    assert main(["audit", *(str(tmp_path) if word == "HOME" else word for word in arguments)]) == REFUSED
    assert capsys.readouterr().err.startswith("refused: ")


@pytest.mark.parametrize("content", [b"", b"no database, not even nearly" * 100])
def test_a_file_that_is_no_workbenchs_database_is_refused(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "workbench.db").write_bytes(content)
    assert said_of(tmp_path, capsys)[0] == REFUSED


def test_a_state_folder_without_investigations_is_ok(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_database(tmp_path / "workbench.db").dispose()
    assert said_of(tmp_path, capsys) == (DONE, ["There are no investigations."])
