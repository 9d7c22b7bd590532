"""Text for the log -> the same without keys, passwords, tokens and cookies. Always done, whatever is set.

By form (this app's tokens, bearer headers, passwords in URLs, ``password=…``) and by value: the secrets of
the settings and of the environment are known, and left out wherever they stand.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from pydantic import SecretStr

if TYPE_CHECKING:
    from assistant.settings import Settings

HIDDEN = "[secret]"
SHORTEST = 6  # characters; shorter values would blot out ordinary words
_NAMED = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS)$")  # variables that hold a secret

# Repetitions are bounded, or take all that is left: lines hold what strangers wrote.
# Parameters without their end are of a text that was cut off.
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\[parameters: .*?(?:\]\s*(?=\n|\(Background|$)|\Z)", re.DOTALL), "[parameters left out]\n"),
    (re.compile(r"\$argon2[^\s'\",]+(?:,[^\s'\",]+)*"), HIDDEN),
    (re.compile(r"\baip_[A-Za-z0-9_.~-]+"), HIDDEN),
    (re.compile(r"\b(?:sk|pk|ghp|glpat|xox[abp])[-_][A-Za-z0-9_-]{12,}"), HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic|negotiate)(\s+|%20)[A-Za-z0-9._~+/=-]{6,}"), rf"\1 {HIDDEN}"),
    (
        re.compile(r"(?i)(\b[a-z][a-z0-9+.-]{0,30}://)[^\s/@'\"]{0,300}:[^\s@'\"]{0,2000}@"),
        rf"\1{HIDDEN}@",
    ),
    (re.compile(r"(?i)((?:__Host-)?ai_policy_session['\"]?\s*[=:]\s*['\"]?)[^\s;,'\"]+"), rf"\1{HIDDEN}"),
    (
        re.compile(
            r"(?i)((?:api[_-]?key|passw(?:or)?d|passphrase|пароль|secret|access[_-]?token|\btoken|authorization"
            r"|(?:set-)?cookie|credentials)['\"]?\s*(?:=|:|%3D)\s*(?:b?['\"])?)(?!\d{1,6}\b)[^\s'\"&;,)\]}]+"
        ),
        rf"\1{HIDDEN}",
    ),
)


class _Known:
    """Secrets known by value."""

    def __init__(self) -> None:
        self.values: set[str] = set()
        self.anywhere: re.Pattern[str] | None = None

    def add(self, values: set[str]) -> None:
        """Know these as well."""
        if values <= self.values:
            return
        self.values |= values
        longest_first = sorted(self.values, key=len, reverse=True)
        self.anywhere = re.compile("|".join(re.escape(each) for each in longest_first))


_known = _Known()


def clean(text: str) -> str:
    """The text with :data:`HIDDEN` in place of every secret."""
    if _known.anywhere is not None:
        text = _known.anywhere.sub(HIDDEN, text)
    for form, instead in _FORMS:
        text = form.sub(instead, text)
    return text


def keep(*values: str) -> None:
    """These are secrets, from now on."""
    _known.add({form for each in values if len(each) >= SHORTEST for form in (each, quote(each, safe=""))})


def learn(settings: Settings, environment: Mapping[str, str] = os.environ) -> None:
    """Know the secrets that the settings and the environment hold."""
    fields = [getattr(settings, name) for name in type(settings).model_fields]
    keep(*(each.get_secret_value() for each in fields if isinstance(each, SecretStr)))
    keep(*(value for name, value in environment.items() if _NAMED.search(name.upper())))
    for each in fields:
        if isinstance(each, str) and "://" in each:
            keep(*_password_in(each))


def _password_in(url: str) -> list[str]:
    try:
        password = urlsplit(url).password
    except ValueError:
        return []
    return [password, unquote(password)] if password else []
