"""The address of a library -> a connection to it; for a library on a server, who may write to it.

A library is a SQLite file of the home, or a database on a PostgreSQL server that several machines share.
There the server keeps the lock: it is held by a connection and let go of with it, however the process or the
machine that holds it ends.
"""

from __future__ import annotations

import logging
import os
import re
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from assistant.addresses import without_secrets
from assistant.errors import HomeBusyError, ServerError

SETTING = "AI_POLICY_DATABASE_URL"
DRIVER = "postgresql+psycopg"
WRITING = 7_260_411  # any number that no other program, and no other lock of this one, takes in the database
CONNECT_SECONDS = 10
# How long a machine that has vanished may keep a lock, in seconds: the server asks after it.
SILENT, ASKED_EVERY, ASKED = 30, 10, 3
# SQLSTATE of a lock that was not to be had in time, and the class of errors in connecting.
LOCK_NOT_AVAILABLE = "55P03"

log = logging.getLogger(__name__)


def library_address(url: str | URL) -> URL:
    """A library's address as SQLAlchemy takes it. Raises ServerError for one that is none.

    ``postgres://`` and ``postgresql://``, as other programs write it, mean PostgreSQL too.
    """
    try:
        found = make_url(url.strip() if isinstance(url, str) else url)
    except (ArgumentError, ValueError):
        raise _not_an_address() from None  # what SQLAlchemy says may hold the address, and it a password
    if found.get_backend_name() in ("postgres", "postgresql"):
        return found.set(drivername=DRIVER)
    if found.get_backend_name() != "sqlite":
        raise _not_an_address()
    return found


def on_server(url: URL) -> bool:
    """Whether a library is on a server, where other machines write to it too."""
    return url.get_backend_name() != "sqlite"


def shown(url: URL) -> str:
    """A library's address without secrets."""
    return without_secrets(url.render_as_string(hide_password=True))


def open_server(url: URL, **options: object) -> Engine:
    """Connections to a PostgreSQL server, each looked at before it is used again. Raises ServerError."""
    connecting = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": _program(),
        "keepalives_idle": SILENT,
        "keepalives_interval": ASKED_EVERY,
        "keepalives_count": ASKED,
    }
    given = {name: value for name, value in connecting.items() if name not in url.query}
    try:
        if not options:
            return create_engine(url, pool_pre_ping=True, connect_args=given, hide_parameters=True)
        return create_engine(url, connect_args=given, hide_parameters=True, **options)
    except (ModuleNotFoundError, SQLAlchemyError):
        raise ServerError(
            f"The driver for {shown(url)} is not installed: pip install 'ai-policy-assistant[postgres]'.",
            f"Нет драйвера для {shown(url)}: pip install 'ai-policy-assistant[postgres]'.",
        ) from None


def unreachable(url: URL, error: Exception) -> ServerError:
    """The error for a database server that cannot be reached or refuses to serve, and why."""
    where, why = shown(url), said(error)
    return ServerError(
        f"The database server of the library, {where}, cannot be used: {why}. Check that it runs, can be "
        f"reached from here, and knows the user and the database in {SETTING}. Nothing was changed.",
        f"Сервер базы данных библиотеки, {where}, недоступен: {why}. Проверьте, что он запущен и доступен "
        f"отсюда и что пользователь и база из {SETTING} на нём есть. Ничего не изменено.",
    )


def said(error: Exception) -> str:
    """What a database says, in one line and without secrets."""
    why = getattr(error, "orig", None) or error
    lines = [line.strip() for line in str(why).splitlines() if line.strip()]
    return without_secrets(lines[0].rstrip(".") if lines else type(why).__name__)


def is_lost(error: SQLAlchemyError) -> bool:
    """Whether a statement failed because its connection, or the way to it, is gone."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    # Without a state the server never answered; 08: connection, 57P: shutting down, 53300: too many.
    unanswered = not state and type(error.orig).__name__ == "OperationalError"
    return bool(
        error.connection_invalidated or unanswered or state.startswith(("08", "57P")) or state == "53300"
    )


@contextmanager
def server_lock(url: URL, seconds: float, *, alone: bool = True) -> Iterator[Callable[[], None]]:
    """Hold the lock of a library on a server, of all machines; yields what makes sure it is still held.

    ``alone``: as the one writer; else beside others that only follow, while nobody writes. ``seconds``: how
    long others are waited for. Raises HomeBusyError where they have not ended by then, ServerError.
    """
    engine = open_server(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            _take(connection, url, seconds, alone=alone)
            yield lambda: _check(connection, url)
            # Closing the connection lets go of the lock: one that was lost has none to let go of.
    except SQLAlchemyError as error:
        if is_lost(error):
            raise unreachable(url, error) from error
        raise
    finally:
        engine.dispose()


def _take(connection: Connection, url: URL, seconds: float, *, alone: bool) -> None:
    for name, value in (("idle", SILENT), ("interval", ASKED_EVERY), ("count", ASKED)):
        connection.execute(text(f"SET tcp_keepalives_{name} = {value}"))
    ending = "" if alone else "_shared"
    key = {"key": WRITING}
    if connection.scalar(text(f"SELECT pg_try_advisory_lock{ending}(:key)"), key):
        return
    who = _holder(connection)
    if seconds > 0:
        log.warning("%s is being written by %s; waiting up to %g s", shown(url), who or "another", seconds)
        connection.execute(text(f"SET lock_timeout = {max(1, int(seconds * 1000))}"))
        try:
            connection.execute(text(f"SELECT pg_advisory_lock{ending}(:key)"), key)
            return
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            who = _holder(connection) or who
    raise _busy(url, seconds, who)


def _check(connection: Connection, url: URL) -> None:
    """Make sure that the connection that holds the lock lives. Raises ServerError where it does not."""
    try:
        connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        raise unreachable(url, error) from error


def _holder(connection: Connection) -> str | None:
    """Who holds the lock, as that program named itself; None where the server does not tell."""
    # A lock's number stands in pg_locks in two halves.
    query = text(
        "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) "
        "WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid = 0 AND objid = :key "
        "AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "ORDER BY mode LIMIT 1"
    )
    found = connection.scalar(query, {"key": WRITING})
    return str(found) if found else None


def _busy(url: URL, seconds: float, who: str | None) -> HomeBusyError:
    where = shown(url)
    return HomeBusyError(
        f"The library {where} is being written by {who or 'another process'}. {seconds:g} s were waited, "
        "nothing was changed. Try again when it has finished; reading and asking go on meanwhile.",
        f"В библиотеку {where} пишет {who or 'другой процесс'}. Ожидание длилось {seconds:g} с, ничего не "
        "изменено. Повторите, когда он закончит; читать и задавать вопросы можно и сейчас.",
        pid=None,
        command=who,
        since=None,
    )


def _program() -> str:
    """How this process is told from others at the server: what runs, where; never what it was given.

    The server keeps 63 bytes of it.
    """
    words = [Path(sys.argv[0]).name, *sys.argv[1:2]] if sys.argv else []
    what = re.sub(r"[^\w.-]+", " ", " ".join(words[:2]), flags=re.ASCII)[:24].strip()
    machine = re.sub(r"[^\w.-]+", "-", socket.gethostname(), flags=re.ASCII)[:20]
    return f"{what} {os.getpid()}@{machine}"


def _not_an_address() -> ServerError:
    return ServerError(
        f"{SETTING} is not the address of a library. Write it as postgresql://USER:PASSWORD@HOST/DATABASE, "
        "or unset it for a SQLite file in the home.",
        f"{SETTING} — не адрес библиотеки. Укажите его в виде postgresql://USER:PASSWORD@HOST/DATABASE "
        "или уберите: тогда библиотека — файл SQLite в домашней папке.",
    )
