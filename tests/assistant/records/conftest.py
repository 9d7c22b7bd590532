"""The same tests over SQLite and, where a server can be started, over PostgreSQL.

In the short run PostgreSQL has the tests of what differs between databases and of the owner's check; all the
others are run on it by ``make test-long``.
"""

import shutil

import pytest
import sqlalchemy

from assistant.library import Library
from tests.builders import edition_draft

ON_BOTH = ("test_database", "test_owners_check", "test_search")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    here = __name__.rpartition(".")[0]
    for item in items:
        params = item.callspec.params if hasattr(item, "callspec") else {}
        on_server = item.module.__name__.startswith(here) and params.get("database") == "postgresql"
        if on_server and not item.module.__name__.endswith(ON_BOTH):
            item.add_marker(pytest.mark.long)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """The URL of a database that holds nothing, tables at most."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'library.sqlite'}"
        return
    url = request.getfixturevalue("postgres_url")
    yield url
    engine = sqlalchemy.create_engine(url)
    tables = set(sqlalchemy.inspect(engine).get_table_names()) - {"alembic_version", "meta"}
    with engine.begin() as connection:  # what says of which schema it is stays: the tables do, too
        connection.execute(sqlalchemy.text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE"))
        connection.execute(sqlalchemy.text("DELETE FROM meta WHERE key <> 'schema'"))
    engine.dispose()


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """The file of ``library`` over SQLite, written once in a run; nothing may write to it afterwards."""
    file = tmp_path_factory.mktemp("filled") / "library.sqlite"
    made = Library(f"sqlite:///{file}")
    made.put_edition(edition_draft())
    made.close()
    return file


@pytest.fixture
def library(database, filled):
    """A library that holds one edition of the sample law."""
    on_server = database.startswith("postgresql")
    if not on_server:
        shutil.copy(filled, sqlalchemy.make_url(database).database)
    opened = Library(database)
    if on_server:
        opened.put_edition(edition_draft())
    yield opened
    opened.close()
