"""A backup as a folder or a zip file: its manifest, and every file in it checked against its hash."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import InputError, LibraryError
from assistant.library.loose_files import called

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "library.sqlite"
ZIP = ".zip"
# Where a file of a backup may come to lie in a home: nothing outside it, and none of what is derived.
_NAME = re.compile(
    r"library\.sqlite|files/[0-9a-f]{2}/[0-9a-f]{64}|renamed/[0-9a-f]{64}|(deleted|inbox|evals)(/[^/\\\x00]+)+"
)
_CALLED = re.compile(r"(deleted|inbox|evals)(/[^/\x00]+)+", re.DOTALL)


class BackedUp(BaseModel):
    """What a backup holds: the library at one moment, and the hash and size of every file.

    ``home``: where it was made, as paths in the library begin. ``missing``: originals that the library names
    and the home did not have. ``passes``: how often the library was copied until all it names was there too.
    ``left_out``: a person's own files that could not be read, and why.
    """

    model_config = ConfigDict(extra="forbid")

    format: int = FORMAT
    library_schema: int
    made_at: str
    home: str
    version: str
    generation: int
    acts: int
    files: dict[str, tuple[str, int]] = Field(description="Name -> SHA-256 and bytes.")
    missing: list[str] = Field(default_factory=list)
    passes: int = 1
    names: dict[str, str] = Field(
        default_factory=dict, description="Files that bear other names here -> their own, percent-encoded."
    )
    left_out: dict[str, str] = Field(default_factory=dict)

    def called(self, name: str) -> str:
        """What a file of the backup is called in a home."""
        return called(name, self.names)


class Backup:
    """A backup that lies on the disk. Raises InputError for what is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path) if path.is_file() else None
            self.manifest = self._read_manifest()
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise InputError(
                f"{path} is not a backup of this program, or not a whole one: {error}. A backup that was cut "
                f"off lies under a name that ends in .partial; make another with 'ai-policy backup'.",
                f"{path} — не резервная копия этой программы или не целая: {error}. Прерванная копия лежит "
                f"под именем с .partial на конце; сделайте новую командой «ai-policy backup».",
            ) from error

    def close(self) -> None:
        """Close the file."""
        if self._zip is not None:
            self._zip.close()

    def _read_manifest(self) -> BackedUp:
        with self._open(MANIFEST) as file:
            found = BackedUp.model_validate_json(file.read())
        wrong = [name for name in found.files if not _may_be_named(name, found.called(name))]
        if wrong:
            raise ValueError(f"a file of a backup cannot be named {wrong[0]!r}")
        return found

    @contextmanager
    def _open(self, name: str) -> Iterator[BinaryIO]:
        if self._zip is None:
            with (self.path / name).open("rb") as file:
                yield file
        else:
            with self._zip.open(name) as packed:
                yield packed  # type: ignore[misc]

    def damages(self) -> list[str]:
        """Names of the files that are missing or not what the manifest says."""
        return [name for name, (digest, _) in self.manifest.files.items() if self._digest(name) != digest]

    def _digest(self, name: str) -> str | None:
        found = hashlib.sha256()
        try:
            with self._open(name) as file:
                while block := file.read(1 << 20):
                    found.update(block)
        except (OSError, KeyError, ValueError, zipfile.BadZipFile):
            return None
        return found.hexdigest()

    def take_out(self, name: str, place: Path) -> None:
        """Write a file of the backup to ``place``, whole or not at all. Raises OSError."""
        place.parent.mkdir(parents=True, exist_ok=True)
        # A name may be as long as the system lets it be: nothing can be appended to it.
        partial = place.with_name(f"{hashlib.sha256(os.fsencode(place.name)).hexdigest()[:16]}.partial")
        with self._open(name) as source, partial.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        partial.replace(place)


def _may_be_named(name: str, called: str) -> bool:
    """Whether a file of a backup may bear this name, and in a home the other."""
    if not _NAME.fullmatch(name) or name.startswith("renamed/") == (name == called):
        return False
    if name != called and not _CALLED.fullmatch(called):
        return False
    parts = called.split("/")
    return not {".", ".."} & set(parts) and (os.sep == "/" or not any(os.sep in part for part in parts))


def open_backup(path: Path) -> Backup:
    """A backup whose every file is what its manifest says. Raises InputError for one that is not."""
    found = Backup(path)
    wrong = found.damages()
    if wrong:
        found.close()
        raise InputError(
            f"The backup {path} is damaged: {len(wrong)} of {len(found.manifest.files)} files are not what "
            f"they were ({wrong[0]}). Nothing was changed. Use another backup.",
            f"Резервная копия {path} повреждена: файлов не в исходном виде — {len(wrong)} из "
            f"{len(found.manifest.files)} ({wrong[0]}). Ничего не изменено. Возьмите другую копию.",
        )
    return found


def pack(folder: Path, target: Path) -> None:
    """Pack a backup's folder into one zip file, whole or not at all; the folder stays.

    Raises LibraryError.
    """
    partial = target.with_name(f"{target.name}.partial-zip")
    try:
        with zipfile.ZipFile(
            partial, "w", zipfile.ZIP_DEFLATED, compresslevel=1, strict_timestamps=False
        ) as packed:
            for file in sorted(folder.rglob("*")):
                if file.is_file():
                    packed.write(file, file.relative_to(folder).as_posix())
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise unwritable(target, error) from error


def write_manifest(folder: Path, manifest: BackedUp) -> None:
    """Say what a backup holds: the last thing that is written. Raises OSError."""
    # What is seldom there is only named where it is: an earlier version reads all other backups, too.
    empty = {name for name in ("names", "left_out") if not getattr(manifest, name)}
    text = json.dumps(manifest.model_dump(mode="json", exclude=empty), ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def unwritable(target: Path, error: OSError) -> LibraryError:
    """The error for a backup that cannot be written."""
    return LibraryError(
        f"The backup {target} cannot be written: {error.strerror}. The home is as it was. Make room there, "
        "or name another place.",
        f"Резервную копию {target} не удалось записать: {error.strerror}. Папка программы не изменена. "
        "Освободите место или укажите другое.",
    )
