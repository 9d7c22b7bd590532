"""A home filled through the command line in a child process, as a user fills it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from tests import forked

MODEL = "multilingual-e5-small"
LEARNT = ("centring-*.npz", "tokens-*.npz")


def environment(home: Path, **settings: str) -> dict[str, str]:
    """This process's environment without settings of its own, and the given ones."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AI_POLICY_")}
    return {**kept, "LC_ALL": "C.UTF-8", "AI_POLICY_HOME": str(home), **settings}


def new_home(folder: Path, model_folder: Path, like: Path | None = None) -> Path:
    """An empty home in ``folder`` whose model is the one set up already.

    ``like``: a home whose means of languages and tokens are taken over, which saves learning them again.
    """
    (folder / "models").mkdir(parents=True)
    (folder / "models" / MODEL).symlink_to(model_folder, target_is_directory=True)
    if like is not None:
        _copy_means(like, folder)
    return folder


def _copy_means(home: Path, other: Path) -> None:
    (other / "index").mkdir(parents=True, exist_ok=True)
    for learnt in LEARNT:
        for means in (home / "index").glob(learnt):
            shutil.copy(means, other / "index")


@dataclass(frozen=True)
class Learning:
    """The home with a run's means of languages and tokens, which one process learns for all."""

    home: Path

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Have no other process learn them meanwhile."""
        with FileLock(f"{self.home}.lock"):
            yield

    @property
    def done(self) -> bool:
        """Whether they are there."""
        return (self.home / "done").exists()

    def note(self, learnt_in: Path | None = None) -> None:
        """They are there from now on. ``learnt_in``: another home, where a test has had them learnt."""
        if learnt_in is not None:
            _copy_means(learnt_in, self.home)
        (self.home / "done").touch()


@dataclass(frozen=True)
class Ran:
    """What a command printed and returned."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The standard output as data; nothing else may stand in it."""
        return json.loads(self.out)


def ai_policy(
    home: Path, *arguments: str | Path, timeout: float = 600, typed: str = "", **settings: str
) -> Ran:
    """Run ``ai-policy`` in a child process. ``typed``: what its input holds."""
    asked, variables = [*map(str, arguments)], environment(home, **settings)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(typed.encode())
        given.seek(0)
        if forked.POSSIBLE:
            status = forked.run(asked, variables, (given, out, err), timeout)
        else:
            command = [sys.executable, "-m", "assistant.cli", *asked]
            done = subprocess.run(
                command, env=variables, stdin=given, stdout=out, stderr=err, timeout=timeout, check=False
            )
            status = done.returncode
        said = []
        for stream in (out, err):
            stream.seek(0)
            said.append(stream.read().decode())
    return Ran(status, *said)


def start(home: Path, *arguments: str | Path) -> subprocess.Popen[bytes]:
    """Start ``ai-policy`` and do not wait for it."""
    return subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", *map(str, arguments)],
        env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
