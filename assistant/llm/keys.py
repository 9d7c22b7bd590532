"""Which address a provider is asked at, and which key goes there.

A key comes from the settings (``AI_POLICY_LLM_API_KEY``), the provider's own environment variable or the
secrets file, in this order. The configured key and address belong to the configured provider only; a
provider's own key goes to that provider's hosts only, never to a configured address elsewhere.
"""

from __future__ import annotations

import ipaddress
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr

from assistant.errors import InputError
from assistant.logs import secrets as hidden

if TYPE_CHECKING:
    from assistant.settings import Settings

EXTRACTIVE = "extractive"
PLACEHOLDER = "none"  # sent to local servers, whose clients insist on a key
_GENERAL = "AI_POLICY_LLM_API_KEY"
_MAX_BYTES = 64_000
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


@dataclass(frozen=True, slots=True)
class Provider:
    """Its own variable for the key, for the address, its hosts; whether it works without a key."""

    key: str
    addresses: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    needs_key: bool = True


PROVIDERS: Mapping[str, Provider] = {
    "openai": Provider("OPENAI_API_KEY", ("OPENAI_API_BASE", "OPENAI_BASE_URL"), ("openai.com",)),
    "anthropic": Provider(
        "ANTHROPIC_API_KEY", ("ANTHROPIC_API_URL", "ANTHROPIC_BASE_URL"), ("anthropic.com",)
    ),
    "ollama": Provider("OLLAMA_API_KEY", ("OLLAMA_HOST",), ("ollama.com",), needs_key=False),
    "gigachat": Provider("GIGACHAT_CREDENTIALS", ("GIGACHAT_BASE_URL",), ("giga.chat", "sberbank.ru")),
}


@dataclass(frozen=True, slots=True)
class Access:
    """The address to name to the client (None: its own) and the key (None: the client looks itself)."""

    base_url: str | None
    key: SecretStr | None


def access(provider: str, settings: Settings) -> Access:
    """The address and key for a provider. Raises InputError for a missing key, a bad address or file."""
    mine = is_for(provider, settings)
    base_url = _checked_url(settings.llm_base_url) if mine and settings.llm_base_url else None
    known = PROVIDERS.get(provider, Provider(f"{provider.upper()}_API_KEY", needs_key=False))
    secrets = read_secrets(settings.llm_secrets_file) if settings.llm_secrets_file else {}
    key = _general_key(settings, secrets) if mine else None
    if key is None and (base_url is None or _is_own(base_url, known)):
        key = os.environ.get(known.key, "").strip() or secrets.get(known.key)
    if key is not None:
        return Access(base_url, SecretStr(_checked_key(key)))
    address = base_url or next((os.environ[name] for name in known.addresses if os.environ.get(name)), None)
    if address is not None and is_local(address):
        return Access(base_url, SecretStr(PLACEHOLDER))
    if known.needs_key or base_url is not None:
        raise _no_key(provider, known, base_url)
    return Access(base_url, None)


def is_for(provider: str, settings: Settings) -> bool:
    """Whether the configured key and address are this provider's: a key never goes to another company."""
    configured = settings.llm.partition(":")[0]
    return provider == (configured if configured != EXTRACTIVE else "openai")


def is_local(address: str) -> bool:
    """Whether an address is this machine's or a private network's, where a server may ask for no key."""
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
        ip = ipaddress.ip_address(host)
    except ValueError:
        return bool(host) and ("." not in host or host.endswith(_LOCAL_NAMES))
    return ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_unspecified


def read_secrets(path: Path) -> dict[str, str]:
    """The keys of a file with a line ``NAME=value`` each; ``#`` begins a comment line.

    Raises InputError for a file that is missing, readable to others (POSIX), too long or of another form.
    """
    path = path.expanduser()
    try:
        with path.open("rb") as file:
            shared = os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077
            content = b"" if shared else file.read(_MAX_BYTES + 1)
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, type(error).__name__, type(error).__name__) from None
    if shared:
        raise InputError(
            f"Others may read the secrets file {path}. Run: chmod 600 {path}",
            f"Файл ключей {path} доступен другим. Выполните: chmod 600 {path}",
        )
    if len(content) > _MAX_BYTES:
        raise _unusable(path, "too long", "слишком длинный")
    secrets: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise _unusable(path, f"line {number} is not NAME=value", f"строка {number} не вида ИМЯ=значение")
        value = match[2].strip()
        quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
        secrets[match[1]] = value[1:-1] if quoted else value
    return {name: value for name, value in secrets.items() if value}


def _general_key(settings: Settings, secrets: Mapping[str, str]) -> str | None:
    if settings.llm_api_key is not None and settings.llm_api_key.get_secret_value().strip():
        return settings.llm_api_key.get_secret_value().strip()
    return secrets.get(_GENERAL)


def _is_own(base_url: str, provider: Provider) -> bool:
    host = (urlsplit(base_url).hostname or "").lower()
    return any(host == own or host.endswith(f".{own}") for own in provider.hosts)


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.password or parts.query or parts.fragment:
        raise InputError(
            "AI_POLICY_LLM_BASE_URL must be an http or https address without a key in it, for example "
            "http://127.0.0.1:8000/v1.",
            "AI_POLICY_LLM_BASE_URL должен быть адресом http или https без ключа внутри, например "
            "http://127.0.0.1:8000/v1.",
        )
    return url.strip()


def _checked_key(key: str) -> str:
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise InputError(
            "The key of the language model has characters no key has. Copy it anew, without spaces "
            "or quotes.",
            "В ключе языковой модели есть символы, которых в ключах не бывает. Скопируйте его заново, без "
            "пробелов и кавычек.",
        )
    hidden.keep(key)
    return key


def _no_key(provider: str, known: Provider, base_url: str | None) -> InputError:
    """For a configured address only the configured key will do."""
    names = (
        _GENERAL if base_url is not None else f"{known.key}, or {_GENERAL} with AI_POLICY_LLM={provider}:…"
    )
    names_ru = names.replace(", or ", " или ").replace(" with ", " вместе с ")
    return InputError(
        f"There is no key for '{provider}'. Set {names}, in the environment or in the file that "
        "AI_POLICY_LLM_SECRETS_FILE names.",
        f"Нет ключа для «{provider}». Задайте {names_ru} в окружении или в файле, который называет "
        "AI_POLICY_LLM_SECRETS_FILE.",
    )


def _unusable(path: Path, why: str, why_ru: str) -> InputError:
    return InputError(
        f"The secrets file {path} cannot be used ({why}). It holds a line NAME=value for each key.",
        f"Файл ключей {path} нельзя использовать ({why_ru}). В нём по строке ИМЯ=значение на каждый ключ.",
    )
