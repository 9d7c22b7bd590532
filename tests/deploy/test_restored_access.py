"""The SQL of docs/operating.md for PostgreSQL: after pg_restore nobody gets in by what has ended since the dump."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import sqlalchemy

from assistant.access import groups, passwords, sessions, tokens, users
from assistant.access.roles import Role, Scope
from assistant.errors import NotHeldError
from assistant.library import Library
from assistant.records import conversations
from assistant.records.owner import Owner
from tests.servers import postgres

DOC = Path(__file__).resolve().parents[2] / "docs" / "operating.md"
LASTING = sessions.Lasting(3600, 3600)
NAMES = ("anna", "boris", "vera")

pytestmark = pytest.mark.long


@pytest.fixture
def url(postgres_url):
    with postgres.database(postgres_url, "restored") as made:
        yield made


def program(name, url, *words):
    """Runs pg_dump or pg_restore on a database."""
    plain = url.replace("postgresql+psycopg:", "postgresql:")
    folder = postgres._programs()
    subprocess.run([folder / name, "--dbname", plain, *words], check=True, timeout=600)


def run(url, statements):
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for each in re.split(r";\n", statements):
            if each.strip():
                connection.exec_driver_sql(each)
    engine.dispose()


def test_the_sql_of_the_manual_ends_what_has_ended_and_keeps_what_goes_on(url, tmp_path, monkeypatch):
    monkeypatch.setattr(passwords, "hash_of", lambda password: f"hash of {password}")
    before, after = re.findall(r"```sql\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    secrets, ids, begun, links = {}, {}, {}, {}
    library = Library(url)
    groups.add(library, "staff")
    for name in NAMES:
        user = users.add(library, name, Role.EDITOR, "the first one")
        sessions.begin(library, user, LASTING)
        token, secrets[name] = tokens.create(library, user, "all", [Scope.ASK], 5)
        ids[name] = token.id
        groups.join(library, "staff", name)
        owner = Owner(user.owner_id, user.name)
        begun[name] = conversations.create(library, owner, title=name).id
        links[name] = conversations.share(library, owner, begun[name], allowed=True)
    library.close()
    program("pg_dump", url, "--format=custom", "--file", str(tmp_path / "dump"))

    library = Library(url)
    anna = users.named(library, "anna")
    tokens.revoke(library, ids["anna"])
    conversations.unshare(library, Owner(anna.owner_id, anna.name), begun["anna"])
    users.set_role(library, "anna", Role.READER)
    users.set_password(library, "anna", "the second one")
    groups.leave(library, "staff", "anna")
    users.remove(library, "vera")
    library.close()
    run(url, before)
    program("pg_restore", url, "--clean", "--if-exists", str(tmp_path / "dump"))
    run(url, after)

    library = Library(url)
    try:
        found = {user.name: (user.role, user.disabled) for user in users.listed(library)}
        assert found == {
            "anna": (Role.READER, False),
            "boris": (Role.EDITOR, False),
            "vera": (Role.EDITOR, True),
        }
        assert {name for name in NAMES if tokens.found(library, secrets[name])} == {"boris"}
        assert [each.state() for each in tokens.listed(library, users.named(library, "anna"))] == ["revoked"]
        shown = set()
        for name, link in links.items():
            try:
                shown.add(conversations.shared(library, link, allowed=True).title)
            except NotHeldError:
                assert name != "boris"
        assert "anna" not in shown
        assert groups.of(library, users.named(library, "anna")) == ()
        assert [each.name for each in groups.of(library, users.named(library, "boris"))] == ["staff"]
    finally:
        library.close()
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT password FROM users WHERE name = 'anna'").scalar()
        left = connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar()
        schemas = connection.exec_driver_sql("SELECT 1 FROM pg_namespace WHERE nspname = 'kept'").fetchall()
    engine.dispose()
    assert (kept, left, schemas) == ("hash of the second one", 0, [])
