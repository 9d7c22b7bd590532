"""A PostgreSQL server of a test run's own: in a folder that goes away, reachable by a socket in it alone."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROLE = "postgres"


def why_not() -> str | None:
    """Why there can be no server here, None where there can."""
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg is not installed: pip install 'ai-policy-assistant[postgres]'"
    if _programs() is None:
        return "PostgreSQL's initdb and pg_ctl are not there: apt install postgresql"
    if os.name == "posix" and os.geteuid() == 0 and _account() is None:
        return "PostgreSQL does not run as root, and there is no account 'postgres'"
    return None


@contextmanager
def server() -> Iterator[str]:
    """Start a server; yields the URL of its one database, ends it afterwards."""
    programs = _programs()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    account = _account() if os.geteuid() == 0 else None
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, "-D", data, *arguments], check=True, cwd=folder, timeout=600,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            user=account.pw_uid if account else None, group=account.pw_gid if account else None,
        )  # fmt: skip

    try:
        run("initdb", "-A", "trust", "-U", ROLE, "--no-sync", "-E", "UTF8", "--locale=C")
        # -F: nothing has to outlive the machine; no TCP, so no port to fight over.
        run(
            "pg_ctl",
            "-w",
            "-t",
            "300",
            "-l",
            str(folder / "log"),
            "-o",
            f"-F -k {folder} -c listen_addresses=",
            "start",
        )
        try:
            yield f"postgresql+psycopg://{ROLE}@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-w", "-t", "300", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(url: str, name: str, **options: str) -> Iterator[str]:
    """A new database on the server at ``url``; dropped afterwards, whoever still holds it open.

    ``options``: of CREATE DATABASE, as ``LOCALE``.
    """
    import psycopg
    from sqlalchemy import make_url

    address = make_url(url)
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    said = " ".join(f"{option} {value}" for option, value in options.items())
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" {said}')
        try:
            yield address.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None


def _programs() -> Path | None:
    """The folder of the newest server's programs."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))[::-1]
    return next((path for path in found if (path / "pg_ctl").exists() and (path / "initdb").exists()), None)
