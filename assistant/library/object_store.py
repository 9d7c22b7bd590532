"""Originals in an S3-compatible object store, with bounded copies in the home for what wants a file.

An object is named by the hash of its bytes, and a store shows an object whole or not at all: putting one
twice changes nothing, and what comes back is checked against its name. Keys go to the store and nowhere
else: no text of the store or its client, which may echo them, enters a message, only the code of an S3 error.
"""

from __future__ import annotations

import hashlib
import logging
import math
import os
import re
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from assistant.errors import LibraryError, ServerError
from assistant.library.originals import (
    Originals,
    digest_of,
    gone,
    is_original,
    original,
    originals,
    write_whole,
)  # fmt: skip

if TYPE_CHECKING:
    from obstore.store import S3Store

    from assistant.settings import Settings

SETTING = "AI_POLICY_FILES_URL"
CONNECT_SECONDS, ANSWER_SECONDS, RETRY_SECONDS, RETRIES = 5, 120, 20, 2
# While a reader waits: how long the store may take over one original, and how long it is then left alone.
READER_SECONDS, LEFT_ALONE_SECONDS = 5, 30
YOUNG_SECONDS = 300  # a copy used so lately may be in use: it stays, even beyond the bound
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")  # as the client reads them
_ENDPOINT = re.compile(r"https?://(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?/?")
_CODE = re.compile(r"<Code>(?P<code>[A-Za-z]{1,40})</Code>")
_STATUS = re.compile(r"status code: (?P<status>\d{3})")
_REFUSED = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken")

log = logging.getLogger(__name__)


class ObjectStore(Originals):
    """The originals under a prefix of one bucket.

    ``copies``: a folder for copies of them, of ``copied`` bytes at most. ``soon``: a client of the same store
    that gives up soon, for what a reader waits for; without it they wait as long as anybody.
    """

    def __init__(
        self, store: S3Store, shown: str, copies: Path, copied: int, soon: S3Store | None = None
    ) -> None:
        self._store = store
        self._soon = soon or store
        self._left_alone_until = -math.inf  # by the monotonic clock
        self.shown = shown
        self._copies, self._copied = copies, copied

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The store that settings name. Raises ServerError: no client is installed, or an address is none."""
        try:
            from obstore.store import S3Store
        except ModuleNotFoundError:
            raise ServerError(
                f"The client for {SETTING} is not installed: pip install 'ai-policy-assistant[s3]'.",
                f"Нет клиента для {SETTING}: pip install 'ai-policy-assistant[s3]'.",
            ) from None
        assert settings.files_bucket is not None
        bucket, prefix = settings.files_bucket
        endpoint = _endpoint(settings)
        given: dict[str, Any] = {
            "endpoint": endpoint,
            "credential_provider": _own_keys(settings),
            "region": settings.files_region,
        }
        shown = f"s3://{bucket}/{prefix}".rstrip("/")

        def client(answer: int, retries: int) -> S3Store:
            return S3Store(
                bucket,
                prefix=prefix or None,
                client_options={
                    "allow_http": True,
                    "connect_timeout": timedelta(seconds=min(CONNECT_SECONDS, answer)),
                    "timeout": timedelta(seconds=answer),
                },
                retry_config={"max_retries": retries, "retry_timeout": timedelta(seconds=RETRY_SECONDS)},
                **{name: value for name, value in given.items() if value is not None},
            )

        with _told(shown):  # what is not given here the client takes from the standard AWS_ variables
            store, soon = client(ANSWER_SECONDS, RETRIES), client(READER_SECONDS, 0)
        host = urlsplit(endpoint).netloc if endpoint else ""
        where = f"{shown} ({host})" if host else shown
        return cls(store, where, settings.copies_path, settings.files_cache_bytes, soon)

    def check(self) -> None:
        """As :meth:`Originals.check`: the bucket is there and may be listed."""
        with _told(self.shown):
            next(iter(self._store.list(chunk_size=1)), None)

    def keep(self, sha256: str, data: bytes, *, anew: bool = False) -> None:
        """As :meth:`Originals.keep`; an object of another size is no such original and is put again."""
        with _told(self.shown):
            if anew or self._size(sha256) != len(data):
                try:
                    self._store.put(_key(sha256), data, use_multipart=False)
                except FileNotFoundError as error:  # nothing is missing when something is put
                    raise _failed(error, self.shown) from None

    def read(self, sha256: str) -> bytes:
        """As :meth:`Originals.read`; one that is damaged in the store is not there."""
        data = self._get(sha256)
        if data is None or hashlib.sha256(data).hexdigest() != sha256:
            raise gone(self.shown, sha256)
        return data

    def local(self, sha256: str, *, waited_for: bool = False) -> Path | None:
        """As :meth:`Originals.local`: a copy in the home, the one that is there if it is whole.

        ``waited_for``: given up after READER_SECONDS; the store is then left alone for a while, lest each of
        many readers waits in turn. Raises LibraryError where no copy can be written.
        """
        place = original(self._copies, sha256)
        if digest_of(place) == sha256:
            with suppress(OSError):
                place.touch()  # the last used goes last
            return place
        data = self._get_soon(sha256) if waited_for else self._get(sha256)
        if data is None:
            return None
        if hashlib.sha256(data).hexdigest() != sha256:
            log.warning("%s is damaged in %s", sha256, self.shown)
            return None
        write_whole(place, data, place.with_name(f"{uuid.uuid4().hex}.partial"), str(self._copies))
        self._trim()
        return place

    def digest(self, sha256: str) -> str | None:
        """As :meth:`Originals.digest`: all of it is fetched, none of it kept."""
        found = hashlib.sha256()
        try:
            with _told(self.shown):
                for piece in self._store.get(_key(sha256)).stream():
                    found.update(piece)
        except FileNotFoundError:
            return None
        return found.hexdigest()

    def kept(self) -> Iterator[str]:
        """As :meth:`Originals.kept`."""
        with _told(self.shown):
            for page in self._store.list():
                yield from (each["path"].split("/")[-1] for each in page if is_original(each["path"]))

    def drop(self, name: str) -> None:
        """As :meth:`Originals.drop`, its copy here too."""
        with _told(self.shown), suppress(FileNotFoundError):
            self._store.delete(_key(name))
        with suppress(OSError):
            original(self._copies, name).unlink(missing_ok=True)

    def drop_copies(self, needed: Callable[[], Collection[str]]) -> None:
        """As :meth:`Originals.drop_copies`."""
        copies = [file for file in originals(self._copies) if file.suffix != ".partial"]
        held = needed() if copies else ()
        for file in copies:
            if file.name not in held:
                with suppress(OSError):
                    file.unlink(missing_ok=True)

    def _size(self, sha256: str) -> int | None:
        try:
            return int(self._store.head(_key(sha256))["size"])
        except FileNotFoundError as error:
            _missing_bucket(error, self.shown)
            return None

    def _get(self, sha256: str, store: S3Store | None = None) -> bytes | None:
        try:
            with _told(self.shown):
                return (store or self._store).get(_key(sha256)).bytes().to_bytes()
        except FileNotFoundError:
            return None

    def _get_soon(self, sha256: str) -> bytes | None:
        if time.monotonic() < self._left_alone_until:
            raise _failed(TimeoutError(), self.shown)
        try:
            return self._get(sha256, self._soon)
        except ServerError:
            self._left_alone_until = time.monotonic() + LEFT_ALONE_SECONDS
            raise

    def _trim(self) -> None:
        """Delete the copies used longest ago until they keep to their bound."""
        found = []
        for file in (*originals(self._copies), *self._copies.glob("??/*.partial")):
            with suppress(OSError):
                said = file.stat()
                found.append((said.st_mtime, said.st_size, file))
        beyond = sum(size for _, size, _ in found) - self._copied
        for used, size, file in sorted(found):
            if beyond <= 0 or time.time() - used < YOUNG_SECONDS:
                return
            with suppress(OSError):
                file.unlink(missing_ok=True)
                beyond -= size


def _own_keys(settings: Settings) -> Callable[[], dict[str, Any]] | None:
    """The keys that are set, without the token of others that the environment may hold; None for its own."""
    key, secret = settings.files_access_key, settings.files_secret_key
    if key is None or secret is None:
        return None
    found = {
        "access_key_id": key.get_secret_value(),
        "secret_access_key": secret.get_secret_value(),
        "expires_at": None,
    }
    return lambda: found


def _endpoint(settings: Settings) -> str | None:
    """The store's address, ours or the standard variable's; its client breaks down over one that is none."""
    standard = [each for name in _ENDPOINTS if (each := os.environ.get(name))]
    endpoint = next(iter(filter(None, (settings.files_endpoint, *standard))), None)
    if any(not _ENDPOINT.fullmatch(each) for each in (endpoint, *standard) if each):
        raise ServerError(
            "AI_POLICY_FILES_ENDPOINT (or AWS_ENDPOINT_URL) is not the address of a server. Write it as "
            "https://HOST or http://HOST:PORT, without a path and without keys.",
            "AI_POLICY_FILES_ENDPOINT (или AWS_ENDPOINT_URL) — не адрес сервера. Укажите его в виде "
            "https://HOST или http://HOST:PORT, без пути и без ключей.",
        )
    return endpoint


def _key(name: str) -> str:
    return f"{name[:2]}/{name}"


@contextmanager
def _told(where: str) -> Iterator[None]:
    """Raise ServerError for what a store's client raises inside; FileNotFoundError for one missing object."""
    try:
        yield
    except FileNotFoundError as error:
        _missing_bucket(error, where)
        raise
    except (LibraryError, GeneratorExit):
        raise
    except Exception as error:
        if not isinstance(error, (OSError, ValueError)) and type(error).__module__.split(".")[0] != "obstore":
            raise
        raise _failed(error, where) from None  # its text may hold what was sent


def _missing_bucket(error: Exception, where: str) -> None:
    if "<Code>NoSuchBucket</Code>" in str(error):
        raise _failed(error, where) from None


def _failed(error: Exception, where: str) -> ServerError:
    said = str(error)
    code = found["code"] if (found := _CODE.search(said)) else None
    status = found["status"] if (found := _STATUS.search(said)) else None
    denied = type(error).__name__ in ("PermissionDeniedError", "UnauthenticatedError")
    if code == "NoSuchBucket":
        return ServerError(
            f"There is no such bucket: {where}. Create it at the store, or mend {SETTING}; then repeat.",
            f"Такого хранилища (bucket) нет: {where}. Создайте его или исправьте {SETTING}, затем повторите.",
        )
    if denied or code in _REFUSED or status in ("401", "403"):
        why = code or status or "403"
        return ServerError(
            f"The object store refuses access to {where}: {why}. Check AI_POLICY_FILES_ACCESS_KEY and "
            "AI_POLICY_FILES_SECRET_KEY (or the AWS_ variables), and that they may list, read, write and "
            "delete there.",
            f"Объектное хранилище отказывает в доступе к {where}: {why}. Проверьте "
            "AI_POLICY_FILES_ACCESS_KEY и AI_POLICY_FILES_SECRET_KEY (или переменные AWS_) и права: список, "
            "чтение, запись и удаление.",
        )
    en, ru = (code or f"HTTP {status}",) * 2 if code or status else ("no answer", "нет ответа")
    return ServerError(
        f"The object store of the originals, {where}, cannot be used: {en}. The library is whole. Check that "
        f"it runs and can be reached from here, and {SETTING} with AI_POLICY_FILES_ENDPOINT; then repeat.",
        f"Объектное хранилище исходных файлов, {where}, недоступно: {ru}. Библиотека цела. Проверьте, что "
        f"оно запущено и доступно отсюда, и {SETTING} с AI_POLICY_FILES_ENDPOINT; затем повторите.",
    )
