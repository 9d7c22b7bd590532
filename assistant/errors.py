"""Errors a user may meet: each says what happened, where, and what to do, in Russian and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from assistant.llm.reply import Usage

BackendFailure = Literal[
    "timeout", "unreachable", "auth", "rate_limit", "server", "refused", "empty", "malformed", "cancelled"
]


# Why a file was refused. ``unreadable``: damaged, empty or of the wrong kind.
ReadFailure = Literal[
    "unreadable", "time", "memory", "crashed", "output", "too_large", "too_deep", "bomb", "entities",
    "encrypted", "path",
]  # fmt: skip


class PolicyError(Exception):
    """Base of all expected errors.

    ``en`` and ``ru`` are full sentences for the user: what, where, what to do. ``exit_code`` is the
    command line's exit status. ``retryable``: the same call may succeed later.
    """

    exit_code = 2
    retryable = False

    def __init__(self, en: str, ru: str) -> None:
        super().__init__(en)
        self.en = en
        self.ru = ru

    def message(self, lang: str) -> str:
        """The sentence in ``lang`` (``ru``, anything else gives English)."""
        return self.ru if lang == "ru" else self.en


class InputError(PolicyError):
    """A question, date, filter or option that cannot be used."""


class NotHeldError(PolicyError):
    """An act, edition or provision that is not in the library."""


class NotAllowedError(PolicyError):
    """Something the caller's role or token does not allow."""


class SignInError(PolicyError):
    """A caller who is not known, or not any more."""


class TooOftenError(PolicyError):
    """More tries, or more requests, than are taken; ``retry_after`` says in how many seconds to come back."""

    retryable = True

    def __init__(self, en: str, ru: str, retry_after: float) -> None:
        super().__init__(en, ru)
        self.retry_after = retry_after


class ReadError(PolicyError):
    """A file that cannot be read as a document; the other files of a batch go on.

    ``reason`` says why in one word, for programs.
    """

    def __init__(self, en: str, ru: str, *, reason: ReadFailure = "unreadable") -> None:
        super().__init__(en, ru)
        self.reason: ReadFailure = reason


class ReadersBusyError(PolicyError):
    """All reading processes are at work; ``retry_after`` says in how many seconds to come back."""

    retryable = True

    def __init__(self, en: str, ru: str, retry_after: float) -> None:
        super().__init__(en, ru)
        self.retry_after = retry_after


class IdentityError(PolicyError):
    """A document whose act cannot be told; nothing is invented in its place."""


class ModelError(PolicyError):
    """An embedding model that is missing, broken or of the wrong kind."""


class LibraryError(PolicyError):
    """A home that cannot be opened, or whose schema is not ours."""


class ServerError(LibraryError):
    """A server that holds the library, the vectors or the originals and cannot be reached or used.

    What it says names the server without the credentials in its address.
    """

    retryable = True


class NewerHomeError(LibraryError):
    """A home, or a backup of one, that a newer version of the program wrote."""


class LibraryChangedError(LibraryError):
    """A text that another process took out while it was being read; the same request succeeds anew."""

    retryable = True


class DerivedIndexError(LibraryError):
    """An index that cannot be read or written; the library is whole, and the index is rebuilt from it."""


class HomeBusyError(LibraryError):
    """A home that another process writes to.

    ``pid``, ``command``, ``since`` (ISO 8601 in UTC) of that process, where it said so.
    """

    retryable = True

    def __init__(self, en: str, ru: str, *, pid: int | None, command: str | None, since: str | None) -> None:
        super().__init__(en, ru)
        self.pid, self.command, self.since = pid, command, since


class BackendError(PolicyError):
    """A language-model backend that failed or answered nonsense.

    ``kind`` says how; ``retry_after`` holds the seconds the server asked to wait; ``usage``, where known,
    what the call had used up when it failed. No text here comes from the server: it may echo a key.
    """

    retryable = True

    def __init__(
        self,
        en: str,
        ru: str,
        *,
        kind: BackendFailure = "malformed",
        retryable: bool = True,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(en, ru)
        self.kind = kind
        self.retryable = retryable
        self.retry_after = retry_after
        self.usage: Usage | None = None
