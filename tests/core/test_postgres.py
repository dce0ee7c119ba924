"""PostgreSQL instead of the file: what is wrong is said, one workbench owns it, and a server that is killed loses nothing."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from sre_core.__main__ import main
from sre_core.errors import RefusedInput, StateFolderInUse, StoreUnavailable
from sre_core.events import GuidanceGiven, entry
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.library import KnowledgeBase
from sre_core.memory.profiles import Profile, Profiles
from sre_core.settings import read_settings, shipped
from sre_core.store import open_database, open_for_reading, reading, writing
from sre_core.timeline import Contents, Timeline
from tests.fakes import OPENED, PERSON
from tests.postgres import PASSWORD, Server, free_port

needs_postgres = pytest.mark.needs("postgres")


@pytest.fixture
def database(postgres_url: str) -> Iterator[Engine]:
    database = open_database(postgres_url)
    yield database
    database.dispose()


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that may be killed, and writes to the disk."""
    server = Server(port=free_port(), durable=True)
    yield server
    server.end()


# -- what is wrong with it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "mysql://ada:s3cret@127.0.0.1/sre",
        "postgresql://ada:s3cret@127.0.0.1/",
        "postgresql://ada:s3cret@127.0.0.1:s3cret/sre",
        "postgresql://ada:un@s3cret@127.0.0.1/sre",
        "sqlite:///s3cret.db",
        "s3cret",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_showing_it(address: str) -> None:
    with pytest.raises(RefusedInput, match=r"SRE_DATABASE_URL.*postgresql://NAME:PASSWORD@HOST") as refused:
        open_database(address)
    assert "s3cret" not in f"{refused.value}{refused.value.__cause__}"


def test_a_server_that_is_away_is_said_to_be_and_its_password_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SRE_DATABASE_URL", f"postgresql://ada:s3cret@127.0.0.1:{free_port()}/sre")
    with pytest.raises(
        RefusedInput, match=r"The database 'sre' at 127\.0\.0\.1 cannot be reached.*Start the server"
    ) as refused:
        open_database(read_settings().database_url.get_secret_value())
    assert "s3cret" not in f"{refused.value}{refused.value.__cause__}{read_settings()}"


def test_without_its_driver_a_database_is_refused_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # what Python notes of a module that is not there
    with pytest.raises(RefusedInput, match=r"pip install 'sre-workbench\[postgres\]'"):
        open_database("postgresql://ada:s3cret@127.0.0.1/sre")


@needs_postgres
def test_a_wrong_password_is_refused_and_not_shown(postgres_server: Server) -> None:
    with pytest.raises(RefusedInput, match="password authentication failed") as refused:
        open_database(postgres_server.url("postgres", password="wr0ng"))
    assert "wr0ng" not in f"{refused.value}{refused.value.__cause__}"


@needs_postgres
def test_a_database_that_cannot_hold_every_text_is_refused(postgres_server: Server) -> None:
    postgres_server.sql("CREATE DATABASE old ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(RefusedInput, match=r"encoding LATIN1.*createdb --encoding UTF8"):
        open_database(postgres_server.url("old"))


@needs_postgres
def test_a_database_of_a_newer_workbench_is_refused(postgres_server: Server) -> None:
    url = postgres_server.database(postgres_server.template())
    postgres_server.sql("UPDATE wb_schema_version SET version_num = '9999_later'", url)
    with pytest.raises(RefusedInput, match="newer workbench"):
        open_database(url)


@needs_postgres
def test_an_empty_database_gets_the_tables_that_the_file_gets(postgres_server: Server, tmp_path: Path) -> None:
    made = [open_database(where) for where in (postgres_server.database(), tmp_path / "workbench.db")]
    columns = [
        {(name, column["name"]) for name in inspect(one).get_table_names() for column in inspect(one).get_columns(name)}
        for one in made
    ]
    for one in made:
        one.dispose()
    assert {pair for pair in columns[0] ^ columns[1] if not pair[0].startswith("wb_chunks_")} == set()
    assert len(columns[0]) > 100


# -- one workbench -----------------------------------------------------------------------------------------------------


@needs_postgres
def test_a_second_workbench_is_refused_and_told_who_has_it(postgres_url: str, database: Engine) -> None:
    with pytest.raises(StateFolderInUse, match=f"in use by sre-workbench, process {os.getpid()} on .*since 20"):
        open_database(postgres_url)
    database.dispose()
    open_database(postgres_url).dispose()


@needs_postgres
def test_who_has_let_go_of_it_writes_no_more_and_does_not_take_it_back(postgres_url: str, database: Engine) -> None:
    timeline = Timeline(database)
    database.dispose()
    with pytest.raises(StoreUnavailable, match="has let go of"):
        timeline.append("inv", 1, OPENED)
    open_database(postgres_url).dispose()


@needs_postgres
def test_whoever_only_reads_may_do_so_meanwhile_and_can_write_nothing(postgres_url: str, database: Engine) -> None:
    Timeline(database).append("inv", 1, OPENED)
    reader = open_for_reading(postgres_url)
    with reader.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM wb_events")) == 1
        with pytest.raises(Exception, match="read-only transaction"):
            connection.execute(text("DELETE FROM wb_events"))
    reader.dispose()


@needs_postgres
def test_a_database_that_is_no_workbenchs_is_not_read(postgres_server: Server) -> None:
    with pytest.raises(RefusedInput, match="no workbench's"):
        open_for_reading(postgres_server.url("postgres"))


@needs_postgres
@pytest.mark.slow
def test_who_lost_the_database_to_another_writes_nothing_more(own_server: Server) -> None:
    url = own_server.database()
    first = open_database(url)
    timeline = Timeline(first)
    timeline.append("inv", 1, OPENED)
    own_server.kill()
    own_server.start()
    second = open_database(url)
    with pytest.raises(StoreUnavailable, match="in use by sre-workbench"):
        timeline.append("inv", 2, entry(PERSON, GuidanceGiven(text="look again")))
    second.dispose()
    timeline.append("inv", 2, entry(PERSON, GuidanceGiven(text="look again")))
    first.dispose()


# -- what it cannot hold -----------------------------------------------------------------------------------------------


@needs_postgres
def test_a_character_that_it_cannot_hold_becomes_the_one_for_unreadable(database: Engine) -> None:
    profiles = Profiles(database)
    assert profiles.get("a\x00da") is None
    with writing(database) as connection:
        connection.execute(text("INSERT INTO wb_profiles VALUES (:name, '{}', '')"), {"name": "a\x00da"})
    with reading(database) as connection:
        assert connection.scalar(text("SELECT name FROM wb_profiles")) == "a\ufffdda"


@needs_postgres
def test_a_text_with_such_a_character_inside_comes_back_as_it_was(database: Engine) -> None:
    profiles, contents = Profiles(database), Contents(database)
    profiles.save(Profile(name="ada", team="a\x00b\\u0000 \ud7ff\U0001f600"))
    found = profiles.get("ada")
    assert found is not None
    assert found.team == "a\x00b\\u0000 \ud7ff\U0001f600"
    assert contents.read_now(contents.keep_now("out\x00put").digest) == "out\x00put"


@needs_postgres
def test_a_name_that_is_too_long_to_be_looked_up_is_refused_and_nothing_is_stored(database: Engine) -> None:
    library = KnowledgeBase(database)
    long_name = "".join(chr(0x4E00 + (number * 7919) % 20000) for number in range(3000))
    with pytest.raises(RefusedInput, match="Shorten it"):
        library.take_in(SourceDocument(path=f"{long_name}.md", text="# Long\n\nName."), by="ada")
    assert library.documents() == []


@needs_postgres
def test_what_is_forgotten_is_not_left_in_the_tables_files(
    postgres_server: Server, postgres_url: str, database: Engine
) -> None:
    library, profiles = KnowledgeBase(database), Profiles(database)
    library.take_in(SourceDocument(path="a.md", text="# A\n\nThe vault opens with Kwyjibo."), by="ada")
    profiles.save(Profile(name="Zaphod Beeblebrox"))
    library.delete("a.md", by="ada")
    library.stop()
    profiles.erase("Zaphod Beeblebrox")
    postgres_server.sql("CHECKPOINT", postgres_url)
    files = [file for file in (postgres_server.data / "base").rglob("*") if file.is_file()]
    assert len(files) > 100
    assert not [file for file in files if b"wyjibo" in (held := _held(file)) or b"Beeblebrox" in held]


def _held(file: Path) -> bytes:
    """What stands in it; the server takes files of its own away at any moment."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


# -- a server that is killed -------------------------------------------------------------------------------------------


@needs_postgres
@pytest.mark.slow
def test_a_server_that_is_killed_loses_no_acknowledged_document_and_leaves_no_orphan(own_server: Server) -> None:
    database = open_database(own_server.database())
    library = KnowledgeBase(database)
    acknowledged: list[str] = []
    enough, trouble = threading.Event(), []

    def ingest() -> None:
        for number in range(100_000):
            try:
                library.take_in(
                    SourceDocument(path=f"{number}.md", text=f"# N {number}\n\n" + "words " * 200), by="ada"
                )
            except StoreUnavailable as error:
                trouble.append(str(error))
                return
            acknowledged.append(f"{number}.md")
            if number == 20:
                enough.set()

    writer = threading.Thread(target=ingest)
    writer.start()
    enough.wait(30)
    own_server.kill()
    writer.join(30)
    with pytest.raises(StoreUnavailable, match=r"The database 'test\d+' at 127\.0\.0\.1 cannot be read"):
        library.state()
    own_server.start()
    library.take_in(SourceDocument(path="after.md", text="# After\n\nIt goes on."), by="ada")
    stored = {known.path for known in library.documents()}
    assert {*acknowledged, "after.md"} <= stored
    assert len(stored) <= len(acknowledged) + 2  # one more may be whole although nobody was told
    assert "Nothing can be written" in trouble[0] or "cannot be read" in trouble[0]
    counts = (
        "SELECT count(*) FROM wb_chunks WHERE id NOT IN (SELECT id FROM wb_chunks_fts)",
        "SELECT count(*) FROM wb_documents WHERE id NOT IN (SELECT document_id FROM wb_chunks)",
    )
    with reading(database) as connection:
        assert [connection.scalar(text(sql)) for sql in counts] == [0, 0]
        passages = connection.scalar(text("SELECT count(*) FROM wb_chunks_fts"))
        counted = connection.scalar(text("SELECT doc FROM wb_chunks_vocabulary WHERE term = '#passages'"))
    assert passages == counted
    database.dispose()


# -- the whole story ---------------------------------------------------------------------------------------------------


@needs_postgres
@pytest.mark.slow
def test_the_whole_story_is_told_on_postgresql(
    postgres_server: Server,
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SRE_DATABASE_URL", postgres_url)
    home = ["--home", str(tmp_path / "home")]

    def said(*arguments: str, status: int = 0) -> str:
        assert main([*arguments, *home]) == status
        return capsys.readouterr().out

    investigate = [
        "investigate",
        "--capsule",
        str(shipped("data") / "sample_incidents" / "orders-503.zip"),
        "--recall-own",
    ]
    assert "happened before" not in said(*investigate)
    assert "this happened before" in said(*investigate)
    assert "added" in said("ingest", str(shipped("data") / "sample_docs" / "runbooks"))
    assert "connection-pool-exhausted.md:18" in said("ask", "orders are stuck, connection pool timed out")
    assert said("audit", "verify").count("ok ") == 2
    postgres_server.sql("UPDATE wb_events SET body = replace(body, 'orders', 'olders') WHERE seq = 2", postgres_url)
    assert "FAIL" in said("audit", "verify", status=1)
    postgres_server.sql("UPDATE wb_events SET at = at + interval '1 microsecond' WHERE seq = 5", postgres_url)
    assert "stands beside event 5" in said("audit", "verify", status=1)
    examined = said("doctor")
    assert "PostgreSQL 1" in examined
    assert PASSWORD not in examined
    assert not (tmp_path / "home" / "workbench.db").exists()


@needs_postgres
def test_what_is_kept_nowhere_is_not_kept_in_the_database_either(
    postgres_server: Server, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SRE_DATABASE_URL", postgres_url)
    (tmp_path / "a.md").write_text("# A\n\nText.")
    assert main(["ingest", str(tmp_path / "a.md")]) == 0
    assert postgres_server.sql("SELECT count(*) FROM wb_documents", postgres_url).strip() == "0"
