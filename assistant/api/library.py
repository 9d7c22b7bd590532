"""Uploaded files -> the library: one upload at a time, through the same pipeline as ``ai-policy ingest``.

A file lies, under a safe name, in a folder that its content names, and only until it has been taken in: the
same file uploaded twice is the same file. What type it is, its content says, not its name.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile

from assistant.api.describe import problems
from assistant.api.errors import BusyError, IngestRunningError, RefusedError, TooLargeError
from assistant.api.service import model_present
from assistant.api.shared import actor_of
from assistant.audit import Trail, noting
from assistant.errors import InputError, LibraryError, ModelError
from assistant.model import Authority, IngestReport, Lang, PathReason
from assistant.records.uploads import digest_folder
from assistant.web.door.origin import from_own_page

if TYPE_CHECKING:
    from assistant.api.shared import Shared
    from assistant.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PIECE = 1_000_000  # bytes read at once
NAME_CHARS = 100
NAME_BYTES = 200  # file systems take 255
_RESERVED = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)  # names Windows keeps for devices


@dataclass(frozen=True, slots=True)
class Said:
    """What the caller says of the files, above what the files say themselves."""

    act: str | None
    edition: str | None
    authority: Authority | None


def router(shared: Shared, prefix: str) -> APIRouter:
    """The route that takes files."""
    routes = APIRouter(prefix=prefix, tags=["library"])
    settings = shared.assistant.settings

    @routes.post("/ingest", responses=problems(400, 403, 404, 409, 413, 503))
    async def ingest(
        request: Request,
        files: Annotated[
            list[UploadFile], File(description="Documents, and JSON sidecars of the same stem.")
        ],
        act: Annotated[str | None, Form(description="The act's id, where the text does not name it.")] = None,
        edition: Annotated[str | None, Form(description="The edition's date, YYYY-MM-DD.")] = None,
        authority: Annotated[Authority | None, Form(description="Whose text it is.")] = None,
    ) -> IngestReport:
        """Take files into the library. A file that fails is reported and the others go on."""
        _check(settings, request, files)
        lang, said = shared.language(request), Said(act, edition, authority)
        try:
            return await shared.uploads.run(lambda: _noted(files, said, settings, lang, actor_of(request)))
        except BusyError:
            raise IngestRunningError(
                "Another upload is being taken in. Try again when it has finished.",
                "Принимается другая загрузка. Повторите, когда она закончится.",
            ) from None

    return routes


def takes_files(settings: Settings) -> bool:
    """Whether files are taken: as set, else where people sign in or only this machine reaches the app."""
    if settings.api_ingest is None:
        return settings.ways_in != "none" or settings.host in LOOPBACK
    return settings.api_ingest


def _check(settings: Settings, request: Request, files: Sequence[UploadFile]) -> None:
    """Raise RefusedError, TooLargeError or InputError for an upload that is not taken."""
    if not takes_files(settings):
        raise RefusedError(
            "This server takes no files. Its owner can allow it with AI_POLICY_API_INGEST=true.",
            "Этот сервер не принимает файлы. Владелец может разрешить это: AI_POLICY_API_INGEST=true.",
        )
    if not from_own_page(request):
        raise RefusedError(
            "Files are not taken from other sites' pages.",
            "Файлы со страниц других сайтов не принимаются.",
        )
    most, size = settings.api_ingest_files, sum(file.size or 0 for file in files)
    if len(files) > most:
        raise TooLargeError(
            f"The upload has {len(files)} files, at most {most} are taken at a time.",
            f"В загрузке файлов: {len(files)}; за раз принимается не больше {most}.",
        )
    if size > settings.api_ingest_bytes:
        raise TooLargeError(
            f"The files have {size} bytes, at most {settings.api_ingest_bytes} are taken at a time.",
            f"В файлах {size} байт; за раз принимается не больше {settings.api_ingest_bytes}.",
        )


def _noted(
    files: Sequence[UploadFile], said: Said, settings: Settings, lang: Lang, actor: str
) -> IngestReport:
    names = [file.filename or "" for file in files]
    with Trail.of(settings).changing("ingested", actor, files=names) as came:
        report = take(files, said, settings, lang)
        came |= noting.of_ingest(report)
    return report


def take(files: Sequence[UploadFile], said: Said, settings: Settings, lang: Lang) -> IngestReport:
    """Write the files down, take them in, remove them. Raises as :func:`ingest.run.ingest_paths`.

    Raises ModelError too where the embedding model is not on this machine: an upload downloads nothing.
    """
    from ingest.run import ingest_paths, options_from

    if not model_present(settings):
        raise ModelError(
            "The embedding model is not set up yet, so nothing was taken in. Run 'ai-policy ingest' once on "
            "the server.",
            "Модель для поиска ещё не установлена, поэтому ничего не принято. Выполните на сервере один раз "
            "«ai-policy ingest».",
        )
    options = options_from(said.act, said.edition, said.authority)
    uploads = settings.home / "uploads"
    written: list[Path] = []
    try:
        for path in _write(files, uploads):
            written.append(path)
        report = ingest_paths(written, replace(options, lang=lang), settings)
    except OSError as error:
        raise LibraryError(
            f"The upload cannot be written down: {error.strerror}. Nothing was taken in; make room, retry.",
            f"Не удалось записать загрузку: {error.strerror}. Ничего не принято; освободите место.",
        ) from error
    finally:
        for path in written:
            shutil.rmtree(path.parent, ignore_errors=True)
    _name_as_sent(report, uploads)
    return report


def _write(files: Iterable[UploadFile], uploads: Path) -> Iterator[Path]:
    """The files on disk, each in a folder of its own with the sidecar that belongs to it."""
    uploads.mkdir(parents=True, exist_ok=True)
    named = [(safe_name(file.filename), file) for file in files]
    described = {Path(name).stem for name, _ in named if not _is_sidecar(name)}
    sidecars = {Path(name).stem: file for name, file in named if _is_sidecar(name)}
    for name, file in named:
        if not _is_sidecar(name):
            yield _place(name, file, sidecars.get(Path(name).stem), uploads)
        elif Path(name).stem not in described:
            yield _place(name, file, None, uploads)


def _is_sidecar(name: str) -> bool:
    return name.lower().endswith(".json")


def _place(name: str, file: UploadFile, sidecar: UploadFile | None, uploads: Path) -> Path:
    partial = Path(mkdtemp(prefix="part-", dir=uploads))
    digest = _copy(file, partial / name)
    if sidecar is not None:
        _copy(sidecar, partial / f"{Path(name).stem}.json")
    folder = uploads / digest_folder(digest)
    if folder.exists():  # the same content twice in one upload, or left by a run that was cut off
        for entry in partial.iterdir():
            entry.replace(folder / entry.name)
        partial.rmdir()
    else:
        partial.rename(folder)
    return folder / name


def _copy(file: UploadFile, target: Path) -> str:
    """Write an upload down; returns the SHA-256 of its bytes."""
    digest = hashlib.sha256()
    file.file.seek(0)
    with target.open("xb") as out:
        while piece := file.file.read(PIECE):
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()


def safe_name(sent: str | None) -> str:
    """The last step of the name a client sent, without what could lead elsewhere; its extension stays.

    Raises InputError for a name of which nothing is left.
    """
    text = unicodedata.normalize("NFC", sent or "").encode("utf-8", "replace").decode()
    last = re.split(r"[\\/]", text)[-1]
    name = _RESERVED.sub("_", last).strip().lstrip(".").rstrip(". ")
    if _DEVICE.match(name):
        name = f"_{name}"
    if not name:
        raise InputError(
            f"A file needs a name, '{last}' is none.", f"У файла должно быть имя, «{last}» им не служит."
        )
    suffix = Path(name).suffix[:20]
    stem = name.removesuffix(suffix)[:NAME_CHARS].encode()[:NAME_BYTES].decode(errors="ignore")
    return stem + suffix


def _name_as_sent(report: IngestReport, uploads: Path) -> None:
    """Name files as they were sent: where they lay for a moment says nothing to the caller."""
    place = re.compile(re.escape(f"{uploads}/") + r"[0-9a-f]{32}/")
    for entries in (report.skipped, report.failed, report.hidden):
        entries[:] = [
            PathReason(path=place.sub("", entry.path), reason=place.sub("", entry.reason))
            for entry in entries
        ]
