"""A password -> its argon2id hash, and back to whether it is the one."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.errors import InputError

LEAST, MOST = 10, 200  # characters
_hasher = PasswordHasher()  # argon2id with the library's own figures (RFC 9106, low memory)


def hash_of(password: str) -> str:
    """What is kept of a password. Raises InputError for one that is too short, too long or not text."""
    if not LEAST <= len(password) <= MOST or "\0" in password:
        raise InputError(
            f"A password must have {LEAST} to {MOST} characters. Choose another one.",
            f"В пароле должно быть от {LEAST} до {MOST} знаков. Выберите другой.",
        )
    return _hasher.hash(_bytes(password))


def is_the_one(password: str, kept: str | None) -> bool:
    """Whether a password is the one of ``kept``. It takes the same time where nothing is kept."""
    try:
        right = _hasher.verify(kept or _of_nobody(), _bytes(password[: MOST + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return right and kept is not None


def outdated(kept: str) -> bool:
    """Whether a hash was made with weaker figures than today's."""
    return _hasher.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _of_nobody() -> str:
    return _hasher.hash("the password of nobody")


def warm_up() -> None:
    """Make what an unknown user is compared with, so that the first one takes no longer than others."""
    _of_nobody()


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "replace")
