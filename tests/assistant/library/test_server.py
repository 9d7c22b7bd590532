"""A library on a PostgreSQL server is what it is in a file, has one writer, and says what is wrong without secrets."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import assistant.access.schema
import assistant.records.schema  # noqa: F401 (their tables are part of the schema)
from assistant.addresses import without_secrets
from assistant.errors import HomeBusyError, LibraryError, NewerHomeError, ServerError
from assistant.library import Library, migrations
from assistant.library.schema import SCHEMA_VERSION, Base
from assistant.library.server import library_address, server_lock
from assistant.settings import Settings
from ingest.doctor import examine
from tests.assistant.conftest import digest_draft
from tests.builders import WATER_LAW, edition_draft
from tests.servers import postgres

PASSWORD = "pa55-s3cret"
HOLD = """
import sys
from assistant.library import Library
library = Library(sys.argv[1])
with library.writer(0):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def url(postgres_url):
    """A database whose order is that of a language, as most servers' is: letters first, capitals ignored."""
    kind = {"TEMPLATE": "template0", "LOCALE_PROVIDER": "icu", "ICU_LOCALE": "'ru'"}
    with postgres.database(postgres_url, "library", **kind) as made:
        yield made


@pytest.fixture
def on_server(url):
    """A library on the server that holds nothing."""
    opened = Library(url)
    yield opened
    opened.close()
    engine = sqlalchemy.create_engine(opened.url)
    tables = ", ".join(
        name for name in sqlalchemy.inspect(engine).get_table_names() if name != "alembic_version"
    )
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        connection.execute(
            sqlalchemy.text("INSERT INTO meta (key, value) VALUES ('schema', :n)"), {"n": str(SCHEMA_VERSION)}
        )
    engine.dispose()


def filled(library):
    """Acts whose ids, dates and texts a language's order would put otherwise than their characters do."""
    library.put_edition(edition_draft("ru-fz-1-2020", "2020-01-01", path="a.txt"))
    library.put_edition(edition_draft("ru-fz-1-2020", None, path="undated.txt"))
    library.put_edition(edition_draft("ru-fz-1-2020", "2024-03-01", path="b.txt"))
    library.put_edition(edition_draft("ru-FZ-1-2020", "2020-01-01", path="c.txt"))
    library.put_edition(edition_draft("ru_fz-1-2020", "2020-01-01", path="d.txt"))
    library.put_edition(digest_draft())
    library.put_edition(edition_draft("ru-fz-1-2020", "2024-03-01", text=WATER_LAW + " ", path="b.txt"))
    return library


def told(library):
    """What is read of a library by those who answer from it."""
    editions = library.editions()
    return (
        [
            (row.act_id, row.edition, row.authority, row.valid_from, row.valid_to, row.title)
            for row in editions
        ],
        [act.id for act in library.acts()],
        [library.text(row.id) for row in editions],
        [[node.id for node in library.provisions(row.id)] for row in editions],
        [library.page_starts(row.id) for row in editions],
        library.parallel_statements(),
        sorted(library.chunk_counts().items()),
        library.chunk_ids(),
        library.chunk_places(library.chunk_ids()),
        [row.embedded(library.text(row.edition_id)) for row in library.chunks_among(library.chunk_ids())],
        library.find_provisions(["st1/ch1", "st2"]),
        library.generation,
        library.version,
    )


def test_what_is_read_is_the_same_as_from_a_file_version_and_order_too(on_server, tmp_path):
    in_file = filled(Library(f"sqlite:///{tmp_path / 'library.sqlite'}"))
    assert told(filled(on_server)) == told(in_file)
    gone = [row.id for row in in_file.editions("ru-fz-1-2020")][:2]
    for library in (in_file, on_server):
        library.remove_editions(gone)
    assert told(on_server) == told(in_file)
    held = [library.held_in(library.version) for library in (in_file, on_server)]
    assert held[0] is not None and held[0] == held[1]
    in_file.close()


def test_its_schema_is_the_one_the_program_was_written_for(on_server):
    with on_server.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_an_older_schema_is_brought_up_to_date_and_a_newer_one_refused(postgres_url):
    with postgres.database(postgres_url, "older") as url:
        engine = sqlalchemy.create_engine(library_address(url))
        migrations.upgrade(engine, schema=4)
        assert not sqlalchemy.inspect(engine).has_table("users")
        opened = Library(url)
        opened.put_edition(edition_draft())
        assert (
            sqlalchemy.inspect(engine).has_table("users")
            and opened.text(opened.editions()[0].id) == WATER_LAW
        )
        opened.close()
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text("UPDATE meta SET value = '999' WHERE key = 'schema'"))
        engine.dispose()
        with pytest.raises(NewerHomeError):
            Library(url)


@pytest.fixture
def writer(url):
    """Another process that is the library's writer until it ends."""
    child = subprocess.Popen([sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"held\n"
    yield child
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()


def test_one_machine_writes_at_a_time_the_next_is_told_by_whom_and_a_killed_one_holds_nothing(
    on_server, writer
):
    with pytest.raises(HomeBusyError) as caught, on_server.writer(0.1):
        pass
    assert (
        caught.value.retryable and f"{writer.pid}@" in caught.value.en and f"{writer.pid}@" in caught.value.ru
    )
    with pytest.raises(HomeBusyError), on_server.unwritten():
        pass
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    with on_server.writer(60):
        on_server.put_edition(edition_draft())


def test_many_follow_at_the_same_time_and_a_writer_waits_for_them(on_server):
    with on_server.unwritten(), on_server.unwritten(), pytest.raises(HomeBusyError), on_server.writer(0):
        pass
    with on_server.writer(0):
        pass


def test_a_writer_whose_lock_the_server_dropped_stores_nothing_more(on_server):
    with pytest.raises(ServerError), on_server.writer(0):
        on_server.put_edition(edition_draft())
        with on_server.engine.connect() as connection:
            connection.execute(
                sqlalchemy.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                )
            )
        on_server.put_edition(edition_draft("ru-fz-2-2020"))
    assert [act.id for act in on_server.acts()] == ["ru-fz-1-2020"]


def test_connections_the_server_closed_are_made_anew(on_server):
    on_server.put_edition(edition_draft())
    with on_server.engine.connect() as connection:
        connection.execute(
            sqlalchemy.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert on_server.text(on_server.editions()[0].id) == WATER_LAW


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_server_that_is_not_there_is_named_and_its_password_is_not(tmp_path, lang, free_port):
    url = f"postgresql://policy:{PASSWORD}@127.0.0.1:{free_port}/library?sslpassword={PASSWORD}"
    with pytest.raises(ServerError) as caught:
        Library(url)
    said = caught.value.message(lang)
    assert (
        f"127.0.0.1:{free_port}/library" in said and "AI_POLICY_DATABASE_URL" in said and PASSWORD not in said
    )
    settings = Settings(home=tmp_path, database_url=url, lang=lang)
    found = examine(settings=settings)
    assert not found["ok"] and f"127.0.0.1:{free_port}" in found["problem"]
    assert PASSWORD not in str(found) and PASSWORD not in repr(settings)


@pytest.mark.parametrize(
    "url", [f"mysql://u:{PASSWORD}@host/db", f"u:{PASSWORD}@host", f"postgresql://u:{PASSWORD}@host:port/db"]
)
def test_what_is_no_address_of_a_library_is_refused_without_repeating_it(url):
    with pytest.raises(LibraryError) as caught:
        Library(url)
    assert "postgresql://USER:PASSWORD@HOST/DATABASE" in caught.value.en
    assert PASSWORD not in caught.value.en + caught.value.ru


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (f"no route to postgresql://u:{PASSWORD}@db/x", "db/x"),
        (f"https://{PASSWORD}@chroma:8000 refused", "chroma:8000"),
        (f"no route to postgresql://u:a/{PASSWORD}@db/x", "db/x"),
        (f"postgresql://u:{PASSWORD}@b{PASSWORD}@db/x is no address", "db/x"),
        (f"host=db password={PASSWORD} user=u", "user=u"),
        (f"s3://bucket?secret={PASSWORD}&endpoint=e", "endpoint=e"),
    ],
)
def test_secrets_are_taken_out_of_what_others_say(said, left):
    assert PASSWORD not in without_secrets(said) and left in without_secrets(said)


def test_the_lock_of_a_server_that_is_not_there_says_so(free_port):
    with (
        pytest.raises(ServerError, match=str(free_port)),
        server_lock(library_address(f"postgresql://u:{PASSWORD}@127.0.0.1:{free_port}/x"), 0),
    ):
        pass
