"""Writers that are killed at random moments, and what must be true of the home they leave.

Run as a program it is the writer: it takes small acts in, changes them, takes them out and rebuilds the
indexes, endlessly, and says of each step what it is about to do and when it is done. Vectors are the stand-in's;
the library, Chroma, tantivy, the files and the signal are real.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.builders import WATER_LAW, StemEmbedder

ACTS = 8
ROOT = Path(__file__).resolve().parents[1]
STEPS = 5  # a writer is killed in one of its first so many steps, of which the first puts the home in order


def text_of(act: str, version: int) -> str:
    """An act's text as of a version: our own words, always of the same outline."""
    return WATER_LAW.replace("300 литров", f"{300 + version} литров").replace("розы", f"розы {act[6:8]}")


# ── the writer ────────────────────────────────────────────────────────────────────────────────


def write_on(home: Path, inbox: Path, seed: int) -> None:
    """Bring the home in order, say so, then write on until killed."""
    from assistant.settings import Settings
    from ingest import doctor, run

    stand_in()
    settings = Settings(home=home)
    say("begun")
    run.catch_up(settings)
    say("in order", doctor.examine(settings=settings))
    dice = random.Random(seed)
    for number in range(10_000):
        step(dice, inbox, settings, seed * 1000 + number)


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


def step(dice: random.Random, inbox: Path, settings: Any, version: int) -> None:
    """One step of a writer's work, told before and after."""
    from assistant.errors import NotHeldError
    from assistant.model import Identity
    from ingest import doctor, run
    from ingest.pipeline import Options

    act = f"ru-fz-{dice.randrange(ACTS) + 10}-2020"
    what = dice.choices(("put", "remove", "rebuild"), (12, 3, 1))[0]
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
        say("rebuild")
        assert doctor.examine(repair=True, settings=settings)["ok"]
    say("done")


def say(what: str, more: Any = None) -> None:
    """One line of JSON, at once."""
    sys.stdout.write(json.dumps([what, more]) + "\n")
    sys.stdout.flush()


# ── who kills it, and what is looked at then ──────────────────────────────────────────────────


@dataclass
class Tally:
    """What became of all kills."""

    kills: int = 0
    lost: int = 0
    duplicates: int = 0
    half: int = 0
    out_of_step: int = 0
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

    def _life(self, seed: int) -> list[list[Any]]:
        writer = subprocess.Popen(
            [sys.executable, "-m", "tests.killing", str(self.home), str(self.inbox), str(seed)],
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
        if step[0] == "put":
            self.acknowledged[step[1]["act"]] = step[1]["version"]
        elif step[0] == "remove":
            self.acknowledged.pop(step[1]["act"], None)

    def _look(self, pending: list[Any] | None) -> None:
        """Compare the library with what was acknowledged; the step under way is in it whole or not at all."""
        wanted = {act: text_of(act, version) for act, version in self.acknowledged.items()}
        after = dict(wanted)
        if pending and pending[0] == "put":
            after[pending[1]["act"]] = text_of(**pending[1])
        elif pending and pending[0] == "remove":
            after.pop(pending[1]["act"], None)
        held = self._held()
        if held == after and pending and pending[0] in ("put", "remove"):
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
    write_on(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
