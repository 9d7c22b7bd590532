"""Writers that are killed at random moments, and what must be true of the home they leave.

Run as a program it is the writer: it takes small acts in, changes them, takes them out and rebuilds the
indexes, endlessly, and says of each step what it is about to do and when it is done; told "all", it also fetches
acts from a site, embeds anew and backs the home up. Vectors are the stand-in's; the library, Chroma, tantivy, the
files, the site and the signal are real.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from assistant.errors import InputError
from assistant.library.backup_files import open_backup
from tests.builders import WATER_LAW, StemEmbedder

ACTS = 8
SYNCED = ("ru-fz-30-2020", "ru-fz-31-2020")  # come from a site
LONG = " Комиссия ведёт журнал полива роз и хранит его три года." * 40  # a site's shorter text is a notice
ROOT = Path(__file__).resolve().parents[1]
WEIGHTS = {"put": 10, "remove": 4, "rebuild": 2, "re-embed": 2, "sync": 5, "backup": 4}
PLAIN, ALL = ("put", "remove", "rebuild"), tuple(WEIGHTS)
STEPS = 5  # a writer is killed in one of its first so many steps, of which the first puts the home in order


def text_of(act: str, version: int) -> str:
    """An act's text as of a version: our own words, always of the same outline."""
    text = WATER_LAW.replace("300 литров", f"{300 + version} литров").replace("розы", f"розы {act[6:8]}")
    return text + LONG if act in SYNCED else text


# ── the writer ────────────────────────────────────────────────────────────────────────────────


def write_on(home: Path, inbox: Path, seed: int, steps: Sequence[str]) -> None:
    """Bring the home in order, say so, then write on until killed."""
    from assistant.settings import Settings
    from ingest import doctor, run

    stand_in()
    site = Site()
    settings = Settings(home=home, sync_test_hosts=(site.host,))
    if "sync" in steps:
        run.embedded_catalogue = lambda: site.catalogue  # type: ignore[assignment]
    say("begun")
    run.catch_up(settings)
    say("in order", doctor.examine(settings=settings))
    dice = random.Random(seed)
    for number in range(10_000):
        what = dice.choices(steps, [WEIGHTS[name] for name in steps])[0]
        if what == "sync":
            sync(dice.choice(SYNCED), site, settings, seed * 1000 + number)
        elif what == "backup":
            back_up(inbox.parent, settings, seed * 1000 + number)
        else:
            step(what, dice, inbox, settings, seed * 1000 + number)
        say("done")


def stand_in() -> None:
    """Have this process open indexes with the stand-in for a model."""
    from assistant.index.indexes import Indexes
    from assistant.index.vector_cache import VectorCache
    from ingest import run

    Indexes.at = classmethod(  # type: ignore[method-assign,assignment]
        lambda cls, settings: Indexes(
            settings.index_path, StemEmbedder(), VectorCache(settings.home / "cache" / "vectors.sqlite")
        )
    )
    run.open_embedder = lambda *_given, **_named: StemEmbedder()  # type: ignore[assignment]


def step(what: str, dice: random.Random, inbox: Path, settings: Any, version: int) -> None:
    """One step of a writer's work, told before it begins."""
    from assistant.errors import NotHeldError
    from assistant.model import Identity
    from ingest import doctor, run
    from ingest.pipeline import Options

    act = f"ru-fz-{dice.randrange(ACTS) + 10}-2020"
    if what == "remove" and dice.random() < 0.3:
        act = dice.choice(SYNCED)
    if what == "put":
        file = inbox / f"{act}.txt"
        file.write_text(text_of(act, version), encoding="utf-8")
        say("put", {"act": act, "version": version})
        report = run.ingest_paths([file], Options(Identity(act=act, edition="2020-01-01")), settings)
        assert not report.failed, report
    elif what == "remove":
        say("remove", {"act": act})
        with suppress(NotHeldError):
            run.remove(act, settings)
    else:
        say(what)
        if what == "re-embed":
            for file in (settings.home / "cache").glob("vectors.sqlite*"):
                file.unlink()
        found = doctor.examine(repair=True, settings=settings)
        assert found["ok"], found


class Site(ThreadingHTTPServer):
    """A site in this process that gives each act's text as of the version it was told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.versions: dict[str, int] = {}
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def catalogue(self) -> Any:
        """The acts that it has, and where."""
        from ingest.catalogue import Catalogue

        acts = [
            {
                "id": act, "title_ru": f"О поливе роз {act[6:8]}", "title_en": f"On roses {act[6:8]}",
                "jurisdiction": "ru", "kind": "federal_law", "number": f"{act[6:8]}-ФЗ", "date": "2020-01-01",
                "sources": [
                    {"url": f"http://{self.host}/{act}", "format": "txt", "edition": "2020-01-01"},
                ],
            }
            for act in SYNCED
        ]  # fmt: skip
        return Catalogue(acts=acts)


class _Page(BaseHTTPRequestHandler):
    server: Site

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        act = self.path.strip("/")
        body = text_of(act, self.server.versions[act]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def sync(act: str, site: Site, settings: Any, version: int) -> None:
    """Fetch a changed text."""
    from ingest.sync.fetch import Limits
    from ingest.sync.run import Sync
    from ingest.sync.sites import Sites

    site.versions[act] = version
    say("sync", {"act": act, "version": version})
    run = Sync(settings, site.catalogue, Sites(sites=[]), Limits(pause=0.0))
    report = run.run([site.catalogue.get(act)], dry=False)
    assert [entry.state for entry in report.entries] in (["fetched"], ["new_edition"]), report


def back_up(folder: Path, settings: Any, version: int) -> None:
    """Back the home up, as a folder or as a zip file."""
    from assistant.library.backup import back_up as backed_up

    target = folder / f"backup-{version}{'.zip' if version % 2 else ''}"
    say("backup", {"to": str(target)})
    if (settings.home / "library.sqlite").exists():
        assert backed_up(settings.home, target).missing == []


def say(what: str, more: Any = None) -> None:
    """One line of JSON, at once."""
    sys.stdout.write(json.dumps([what, more]) + "\n")
    sys.stdout.flush()


# ── who kills it, and what is looked at then ──────────────────────────────────────────────────


@dataclass
class Tally:
    """What became of all kills.

    ``lost``: also a backup that is not the library at its moment; ``half``: also one that is not whole.
    """

    kills: int = 0
    lost: int = 0
    duplicates: int = 0
    half: int = 0
    out_of_step: int = 0
    backups: int = 0
    during: Counter[str] = field(default_factory=Counter)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.duplicates or self.half or self.out_of_step)


class Killer:
    """Starts writers over one home, kills each at a random moment, and counts what is wrong afterwards."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.home, self.inbox, self.seed = folder / "home", folder / "inbox", seed
        self.inbox.mkdir()
        self.dice = random.Random(seed)
        self.acknowledged: dict[str, int] = {}
        self.tally = Tally()

    def kill(self) -> None:
        """One writer's life, and the home it leaves."""
        self.tally.kills += 1
        said = self._life(self.seed * 1000 + self.tally.kills)
        pending = self._learn(said)
        self.tally.during[pending[0] if pending else "between"] += 1
        self._look(pending)
        if pending and pending[0] == "backup":
            self._check_backup(Path(pending[1]["to"]), self.acknowledged, must=False)

    def _life(self, seed: int) -> list[list[Any]]:
        writer = subprocess.Popen(
            [sys.executable, "-m", "tests.killing", str(self.home), str(self.inbox), str(seed), "all"],
            stdout=subprocess.PIPE, cwd=ROOT, text=True,
        )  # fmt: skip
        assert writer.stdout is not None
        said, last, ended, took = [], time.monotonic(), 0, 1.0
        wanted = self.dice.randrange(STEPS)
        end: threading.Timer | None = None
        for line in writer.stdout:
            if not line.endswith("\n"):
                break
            said.append(json.loads(line))
            if said[-1][0] in ("done", "in order"):
                ended += 1
                took = time.monotonic() - last
            last = time.monotonic()
            if end is None and ended >= wanted:
                # At any moment of the step that comes now, if it takes as long as the one before it.
                delay = self.dice.uniform(0, 1.5 * took)
                end = threading.Timer(delay, os.kill, (writer.pid, signal.SIGKILL))
                end.start()
        assert end is not None, f"the writer ended before it had begun: {said}"
        end.join()
        writer.stdout.close()
        assert writer.wait() == -signal.SIGKILL, f"the writer failed by itself: {said}"
        return said

    def _learn(self, said: list[list[Any]]) -> list[Any] | None:
        """Take over what was acknowledged; the step that was under way, if one was."""
        pending: list[Any] | None = said[0]
        for what, more in said[1:]:
            if what == "done":
                assert pending is not None
                self._done(pending)
                pending = None
            elif what == "in order":
                self.tally.out_of_step += not more["ok"]
                pending = None
            else:
                pending = [what, more]
        return pending

    def _done(self, step: list[Any]) -> None:
        if step[0] in ("put", "sync"):
            self.acknowledged[step[1]["act"]] = step[1]["version"]
        elif step[0] == "remove":
            self.acknowledged.pop(step[1]["act"], None)
        elif step[0] == "backup":
            self._check_backup(Path(step[1]["to"]), self.acknowledged, must=bool(self.acknowledged))

    def _check_backup(self, place: Path, acts: dict[str, int], *, must: bool) -> None:
        """A backup under its name is whole and holds what was acknowledged when it was made."""
        if not place.exists():
            self.tally.lost += must
            return
        self.tally.backups += 1
        try:
            open_backup(place).close()
        except InputError:
            self.tally.half += 1
            return
        copy = place.with_name("looked-at.sqlite")
        backup = open_backup(place)
        backup.take_out("library.sqlite", copy)
        backup.close()
        db = sqlite3.connect(copy)
        held = dict(db.execute("SELECT act_id, text FROM editions").fetchall())
        db.close()
        self.tally.lost += held != {act: text_of(act, version) for act, version in acts.items()}
        copy.unlink()
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink()

    def _look(self, pending: list[Any] | None) -> None:
        """Compare the library with what was acknowledged; the step under way is in it whole or not at all."""
        wanted = {act: text_of(act, version) for act, version in self.acknowledged.items()}
        after = dict(wanted)
        if pending and pending[0] in ("put", "sync"):
            after[pending[1]["act"]] = text_of(**pending[1])
        elif pending and pending[0] == "remove":
            after.pop(pending[1]["act"], None)
        held = self._held()
        if held == after and pending and pending[0] in ("put", "remove", "sync"):
            self._done(pending)
        elif held != wanted:
            self.tally.lost += 1

    def _held(self) -> dict[str, str]:
        """Act -> text, of the library as it lies on the disk; halves and doubles are counted."""
        place = self.home / "library.sqlite"
        if not place.exists():
            return {}
        db = sqlite3.connect(place)
        try:
            tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
            if not {"editions", "renditions", "provisions", "chunks"} <= tables:
                return {}
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            rows = db.execute("SELECT id, act_id, text, text_sha256 FROM editions").fetchall()
            for key, _, text, digest in rows:
                self.tally.half += not self._whole(db, key, text, digest)
        finally:
            db.close()
        self.tally.duplicates += len(rows) - len({row[1] for row in rows})
        return {act: text for _, act, text, _ in rows}

    def _whole(self, db: sqlite3.Connection, key: int, text: str, digest: str) -> bool:
        """Whether an edition has its outline, its chunks, its file and that file's bytes."""

        def count(table: str) -> int:
            return int(db.execute(f"SELECT COUNT(*) FROM {table} WHERE edition_id = ?", (key,)).fetchone()[0])

        files = db.execute("SELECT sha256 FROM renditions WHERE edition_id = ?", (key,)).fetchall()
        kept = [self.home / "files" / sha[:2] / sha for (sha,) in files]
        return (
            hashlib.sha256(text.encode()).hexdigest() == digest
            and count("provisions") == PROVISIONS
            and count("chunks") > 0
            and len(kept) == 1
            and all(
                hashlib.sha256(file.read_bytes()).hexdigest() == file.name for file in kept if file.exists()
            )
            and all(file.exists() for file in kept)
        )


PROVISIONS = 7  # of every text here


if __name__ == "__main__":
    write_on(
        Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), ALL if sys.argv[4:] == ["all"] else PLAIN
    )
