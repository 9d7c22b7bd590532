"""A library of an earlier schema is brought up to date whole or not at all; one of a later schema is refused."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

import assistant.access.schema
import assistant.records.schema  # noqa: F401 (their tables are part of the schema)
from assistant.errors import LibraryError, NewerHomeError
from assistant.library import Library, migrations, store
from assistant.library.schema import SCHEMA_VERSION, Base
from tests.builders import WATER_LAW, edition_draft

NEXT = SCHEMA_VERSION + 1
REVISION = f'''
"""A test's own revision."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "{NEXT:04d}", "{SCHEMA_VERSION:04d}", None, None
def upgrade():
    op.add_column("editions", sa.Column("weight", sa.Integer(), nullable=True))
    op.execute("UPDATE editions SET weight = length(text)")
'''
OPEN = "import sys; from assistant.library import Library; Library(sys.argv[1]).close()"


@pytest.fixture
def place(tmp_path):
    return tmp_path / "library.sqlite"


def url(place: Path) -> str:
    return f"sqlite:///{place}"


@pytest.fixture
def unversioned(place):
    """A library as the program made it before there were revisions."""
    opened = Library(url(place))
    opened.put_edition(edition_draft())
    opened.close()
    with sqlite3.connect(place) as db:
        db.execute("DROP TABLE alembic_version")
    db.close()
    return place


@pytest.fixture
def later(tmp_path):
    """The revisions with one more after them."""
    scripts = tmp_path / "migrations"
    shutil.copytree(migrations.SCRIPTS, scripts)
    (scripts / "versions" / "r_next.py").write_text(REVISION)
    return scripts


def ask(place: Path, query: str) -> list[tuple]:
    db = sqlite3.connect(place)
    try:
        return db.execute(query).fetchall()
    finally:
        db.close()


def test_the_revisions_make_the_tables_the_program_knows(place):
    Library(url(place)).close()
    engine = create_engine(url(place))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_a_library_without_a_revision_is_stamped_and_kept(unversioned):
    opened = Library(url(unversioned))
    assert [opened.text(row.id) for row in opened.editions()] == [WATER_LAW]
    opened.close()
    assert ask(unversioned, "SELECT version_num FROM alembic_version") == [(f"{SCHEMA_VERSION:04d}",)]


def test_what_is_held_is_there_after_a_later_revision(unversioned, later):
    before = ask(unversioned, "SELECT * FROM provisions")
    engine = create_engine(url(unversioned))
    assert migrations.upgrade(engine, schema=NEXT, scripts=later) is True
    assert migrations.upgrade(engine, schema=NEXT, scripts=later) is False
    engine.dispose()
    assert ask(unversioned, "SELECT * FROM provisions") == before
    assert ask(unversioned, "SELECT text, weight FROM editions") == [(WATER_LAW, len(WATER_LAW))]


def test_a_library_of_a_newer_program_is_refused_in_both_languages_and_left_alone(unversioned, later):
    engine = create_engine(url(unversioned))
    migrations.upgrade(engine, schema=NEXT, scripts=later)
    engine.dispose()
    before = unversioned.read_bytes()
    with pytest.raises(NewerHomeError) as caught:
        Library(url(unversioned))
    assert "newer version" in caught.value.en and "более новой версией" in caught.value.ru
    assert str(NEXT) in caught.value.en and str(NEXT) in caught.value.ru
    assert unversioned.read_bytes() == before


def test_a_revision_that_fails_half_way_changes_nothing(unversioned, later):
    failing = REVISION + '    op.execute("UPDATE nowhere SET weight = 1")\n'
    (later / "versions" / "r_next.py").write_text(failing)
    Library(url(unversioned)).close()
    before = ask(unversioned, "SELECT sql FROM sqlite_master ORDER BY name")
    engine = create_engine(url(unversioned))
    with pytest.raises(LibraryError) as caught:
        migrations.upgrade(engine, schema=NEXT, scripts=later)
    engine.dispose()
    assert "nowhere" in caught.value.en
    assert ask(unversioned, "SELECT sql FROM sqlite_master ORDER BY name") == before
    Library(url(unversioned)).close()


def test_several_processes_may_open_an_earlier_library_at_once(unversioned):
    openers = [subprocess.Popen([sys.executable, "-c", OPEN, url(unversioned)]) for _ in range(3)]
    assert [opener.wait(120) for opener in openers] == [0, 0, 0]
    assert len(ask(unversioned, "SELECT version_num FROM alembic_version")) == 1


def test_a_library_from_before_groups_keeps_users_and_whose_their_files_are(place):
    from assistant.access import groups, users
    from assistant.access.roles import Role
    from assistant.model import Authority
    from assistant.records import uploads
    from assistant.records.owner import Group, Owner

    opened = Library(url(place))
    anna = users.add(opened, "anna", Role.READER, None)
    owner = Owner(anna.owner_id, anna.name)
    brought = uploads.record(
        opened, owner, act="own-1-a", edition=None, authority=Authority.USER, file_name="a.txt", path="a.txt",
        sha256="0" * 64, size=1,
    )  # fmt: skip
    opened.close()
    db = sqlite3.connect(place)
    with db:
        for line in (
            "DROP TABLE group_members",
            "DROP TABLE groups",
            "DROP INDEX ix_uploads_group_id",
            "ALTER TABLE uploads DROP COLUMN group_id",
            "UPDATE alembic_version SET version_num = '0005'",
            "UPDATE meta SET value = '5' WHERE key = 'schema'",
        ):
            db.execute(line)
    db.close()
    opened = Library(url(place))
    try:
        assert uploads.listed(opened, owner).items == [brought]
        made = groups.add(opened, "Юристы")
        groups.join(opened, "Юристы", "anna")
        assert groups.of(opened, anna) == (made,)
        assert not uploads.listed(opened, Owner("user:b", "b", groups=(Group(made.id, "x"),))).items
    finally:
        opened.close()
    engine = create_engine(url(place))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_an_older_library_that_may_only_be_read_is_refused_with_what_to_do_and_is_left_alone(
    unversioned, monkeypatch
):
    before = unversioned.read_bytes()
    monkeypatch.setattr(store, "writable", lambda _path: False)
    with pytest.raises(LibraryError) as caught:
        Library(url(unversioned))
    for said, copied in ((caught.value.en, "copy the home"), (caught.value.ru, "скопируйте")):
        assert "ai-policy doctor" in said and copied in said and "AI_POLICY_HOME" in said
        assert "damaged" not in said and "повреждён" not in said
    assert unversioned.read_bytes() == before
