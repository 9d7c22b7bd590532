"""A library's database as an earlier version left it -> the present schema, in one transaction.

The revisions are alembic's, one module each in ``versions``, named by the number of the schema they make
(``0004``). One database holds the library and the records of its users, and has one history. A database
without a revision was made before there were any: it is taken through all of them, and the first leaves alone
what is there. The number also stands in the table ``meta``, where older programs look for it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from assistant.errors import LibraryError, NewerHomeError
from assistant.library.schema import SCHEMA_VERSION, MetaRow
from assistant.library.server import said, shown

SCRIPTS = Path(__file__).parent
ADVISORY_LOCK = 7_260_410  # any number that no other program takes in this database


def revision_of(schema: int) -> str:
    """The name of the revision that makes a schema."""
    return f"{schema:04d}"


def upgrade(engine: Engine, *, schema: int = SCHEMA_VERSION, scripts: Path = SCRIPTS) -> bool:
    """Bring a database to ``schema``; returns whether there was anything to do.

    ``scripts``: the folder of the revisions. Raises NewerHomeError where a newer program wrote it,
    LibraryError where an older one did and the database may only be read.
    """
    with engine.connect() as connection:
        if _is_current(connection, schema):
            return False
    with engine.connect() as connection:
        try:
            _keep_others_out(connection)
        except OperationalError as error:
            raise _not_upgraded(engine, error) from error
        if _is_current(connection, schema):  # another process did it meanwhile
            return False
        try:
            _run(connection, scripts, revision_of(schema))
            connection.execute(text("DELETE FROM meta WHERE key = 'schema'"))
            connection.execute(
                text("INSERT INTO meta (key, value) VALUES ('schema', :n)"), {"n": str(schema)}
            )
            connection.commit()
        except SQLAlchemyError as error:
            connection.rollback()
            raise _not_upgraded(engine, error) from error
    return True


def _is_current(connection: Connection, schema: int) -> bool:
    """Whether nothing is to be done. Raises NewerHomeError."""
    tables = set(inspect(connection).get_table_names())
    held = (
        connection.scalar(select(MetaRow.value).where(MetaRow.key == "schema")) if "meta" in tables else None
    )
    if held is not None and int(held) > schema:
        raise newer(held, schema)
    stamped = None
    if "alembic_version" in tables:
        stamped = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if stamped is not None and stamped > revision_of(schema):
        raise newer(stamped, schema)
    return held == str(schema) and stamped == revision_of(schema)


def newer(held: str, schema: int = SCHEMA_VERSION) -> NewerHomeError:
    """The error for what a newer program wrote. ``held``: its schema."""
    return NewerHomeError(
        f"The library was written by a newer version (schema {held}, this program knows {schema}). Install "
        "the newer version, or point AI_POLICY_HOME elsewhere. Nothing was changed.",
        f"Библиотека записана более новой версией (схема {held}, программа знает {schema}). Установите новую "
        "версию или укажите другую папку AI_POLICY_HOME. Ничего не изменено.",
    )


def _keep_others_out(connection: Connection) -> None:
    """Begin a transaction that no other process can begin beside it."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})


def _run(connection: Connection, scripts: Path, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _not_upgraded(engine: Engine, error: SQLAlchemyError) -> LibraryError:
    where, why = shown(engine.url), said(error)
    if "readonly" in str(why):  # SQLite's own word
        return LibraryError(
            f"The library {where} was made by an older version, and it may not be written to bring it up to "
            "date. Open it once with 'ai-policy doctor' as a user who may write to its folder; from a medium "
            "that may only be read copy the home to a folder of your own and set AI_POLICY_HOME to that. "
            "Or use the version that made it. Nothing was changed.",
            f"Библиотека {where} создана более старой версией, а права на запись, чтобы обновить её, нет. "
            "Откройте её один раз командой «ai-policy doctor» от имени пользователя с правом записи в эту "
            "папку; с носителя только для чтения скопируйте папку программы на диск и укажите её в "
            "AI_POLICY_HOME. Или возьмите версию, которой она создана. Ничего не изменено.",
        )
    return LibraryError(
        f"The library {where} was made by an older version and could not be brought up to date: {why}. It "
        "is as it was. Check that it may be written and that the disk has room, and try again.",
        f"Библиотека {where} создана более старой версией, обновить её не удалось: {why}. Она осталась "
        "прежней. Проверьте права на запись и место на диске и повторите.",
    )
