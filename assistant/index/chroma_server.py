"""The address of a Chroma server -> a client that waits no longer than it should, and believes little.

The server is ``chroma run`` or one that speaks as it does. What it keeps of a collection's settings can name
code that a client is to load (an embedding function): here such settings are thrown away before Chroma's own
client sees them. From the server come numbers alone: keys, vectors, distances.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from assistant.addresses import HttpAddress, without_secrets
from assistant.errors import ServerError

if TYPE_CHECKING:
    import httpx
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

SETTING = "AI_POLICY_CHROMA_URL"
CONNECT_SECONDS, ANSWER_SECONDS = 10.0, 120.0
_KNOWN = (OSError, ValueError, RuntimeError, KeyError, TypeError)
_CLIENTS = ("chromadb", "httpx", "httpcore")  # told by their names: nothing imports them to name their errors


@contextmanager
def told_of_server(address: HttpAddress) -> Iterator[None]:
    """Raise ServerError for what a Chroma server at ``address``, or the way to it, raises inside."""
    try:
        yield
    except ServerError:
        raise
    except Exception as error:
        if not (isinstance(error, _KNOWN) or type(error).__module__.split(".")[0] in _CLIENTS):
            raise
        raise _failed(address, error) from error


def connect(address: HttpAddress) -> ClientAPI:
    """A client of the server. Raises ServerError where none answers there, or another program does."""
    import chromadb
    import httpx
    from chromadb.config import Settings as ChromaSettings

    headers = _credentials(address)
    with told_of_server(address):
        # Chroma's client waits for ever for its first answer: ask before it does.
        asked = httpx.get(f"{address.shown}/api/v2/heartbeat", headers=headers, timeout=CONNECT_SECONDS)
        asked.raise_for_status()
        client = chromadb.HttpClient(
            host=address.host,
            port=address.port,
            ssl=address.encrypted,
            headers=headers,
            settings=ChromaSettings(anonymized_telemetry=False, allow_reset=False),
        )
    session: httpx.Client = client._server._session  # type: ignore[attr-defined]
    session.timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
    return client


def checked(collection: Collection, address: HttpAddress) -> Collection:
    """A collection of the server's, without the settings that the server keeps of it.

    Raises ServerError for one that measures distances in another way: it was not made by this program.
    """
    model: Any = collection._model
    said = model.configuration_json or {}
    space = (said.get("hnsw") or said.get("spann") or {}).get("space")
    model.configuration_json, model.serialized_schema = {}, None
    if space != "cosine":
        raise ServerError(
            f"The collection {collection.name} on the Chroma server {address.shown} was not made by this "
            "program. Delete it there, or name another server in " + SETTING + ".",
            f"Коллекцию {collection.name} на сервере Chroma {address.shown} создала другая программа. "
            f"Удалите её там или укажите в {SETTING} другой сервер.",
        )
    return collection


def _credentials(address: HttpAddress) -> dict[str, str]:
    if address.user is None:
        return {}
    pair = f"{address.user}:{address.password or ''}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _failed(address: HttpAddress, error: Exception) -> ServerError:
    lines = without_secrets(str(error)).strip().splitlines()
    why = (lines[0] if lines else type(error).__name__).rstrip(".")
    return ServerError(
        f"The Chroma server {address.shown} cannot be used: {why}. The library is whole. Check that it runs "
        f"(chroma run --path FOLDER) and can be reached from here, and {SETTING}; then repeat.",
        f"Сервер Chroma {address.shown} недоступен: {why}. Библиотека цела. Проверьте, что он запущен "
        f"(chroma run --path ПАПКА) и доступен отсюда, и {SETTING}; затем повторите.",
    )
