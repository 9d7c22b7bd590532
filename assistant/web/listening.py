"""Settings -> the web app listening on one port, on this machine only by default, until it is interrupted.

What is wrong with the address is said before gradio is imported, which takes seconds.
"""

from __future__ import annotations

import errno
import ipaddress
import logging
import os
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import click
import uvicorn

from assistant import tracing
from assistant.audit import door, noting
from assistant.errors import InputError, PolicyError
from assistant.memory import give_back, keep_little

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.engine import Assistant
    from assistant.settings import Settings

log = logging.getLogger(__name__)


def serve(
    settings: Settings,
    *,
    assistant: Assistant | None = None,
    announce: Callable[[str], object] = click.echo,
) -> None:
    """Listen on ``settings.host``:``settings.port`` until interrupted; ``announce`` gets the address.

    Port 0 picks a free one. Raises InputError where the address cannot be used.
    """
    if settings.ways_in == "none" and not is_loopback(settings.host):
        raise exposed(settings.host)
    listener = bind(settings.host, settings.port)
    keep_little()
    deaf = door.listening(settings)
    try:
        tracing.configure(settings)
        noting.started(settings)
        if assistant is None:
            from assistant.engine import Assistant

            assistant = Assistant(settings)
        address = f"http://{_named(settings.host)}:{listener.getsockname()[1]}"
        from assistant.web.app import create

        config = configured(create(assistant))
        threading.Thread(target=_warm_up, args=(assistant,), daemon=True).start()
        Server(config, lambda: announce(address)).run(sockets=[listener])
    except KeyboardInterrupt:
        log.info("Stopped.")
    finally:
        listener.close()
        deaf()
        tracing.stop()


def configured(app: FastAPI) -> uvicorn.Config:
    """How the app is served: its own log has a line for every request, without addresses callers chose."""
    return uvicorn.Config(
        app,
        log_level="warning",
        log_config=None,  # the server's records go where all go, and are cleaned there
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


def is_loopback(host: str) -> bool:
    """Whether an address is one that only this machine reaches."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def exposed(host: str) -> InputError:
    """Why the app does not listen where others reach it while nobody signs in."""
    return InputError(
        f"Nobody signs in, so the app listens on this machine alone, not on {host}: whoever reaches it could "
        "read and change everything. Set AI_POLICY_SIGN_IN=accounts and add users with 'ai-policy user add', "
        "or AI_POLICY_SIGN_IN=proxy with AI_POLICY_OWNER_HEADER; or leave --host (AI_POLICY_HOST) out.",
        f"Вход не настроен, поэтому программа слушает только этот компьютер, а не {host}: иначе любой, кто "
        "до неё доберётся, мог бы читать и менять всё. Задайте AI_POLICY_SIGN_IN=accounts и добавьте "
        "пользователей («ai-policy user add») или AI_POLICY_SIGN_IN=proxy и AI_POLICY_OWNER_HEADER; либо "
        "уберите --host (AI_POLICY_HOST).",
    )


class Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], object]) -> None:
        super().__init__(config)
        self.listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self.listening()


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises InputError that says what to do where that fails."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    if os.name != "nt":  # there the option would let two programs share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise _cannot_listen(host, port, error) from None
    return listener


def _cannot_listen(host: str, port: int, error: OSError) -> InputError:
    if error.errno == errno.EADDRINUSE:
        return InputError(
            f"Port {port} on {host} is taken, perhaps by this app already running. Open "
            f"http://{_named(host)}:{port}, or choose another port: ai-policy serve --port {port + 1} "
            "(or AI_POLICY_PORT).",
            f"Порт {port} на {host} занят, возможно, уже запущенным приложением. Откройте "
            f"http://{_named(host)}:{port} или выберите другой порт: ai-policy serve --port {port + 1} "
            "(или AI_POLICY_PORT).",
        )
    return InputError(
        f"The app cannot listen on {host}, port {port}: {error.strerror}. Choose another address with "
        "--host and --port (or AI_POLICY_HOST and AI_POLICY_PORT).",
        f"Приложение не может слушать {host}, порт {port}: {error.strerror}. Укажите другой адрес через "
        "--host и --port (или AI_POLICY_HOST и AI_POLICY_PORT).",
    )


def _named(host: str) -> str:
    """The host as it stands in an address to open in a browser."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 (any address: this machine reaches it by its own name)
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _warm_up(assistant: Assistant) -> None:
    from ingest.run import catch_up

    try:
        if assistant.view.editions and not assistant.indexes.complete_for(assistant.library):
            catch_up(assistant.settings.model_copy(update={"write_wait": 0}), assistant.indexes)
    except PolicyError as error:  # another process writes and does it itself, or nobody may write here
        log.warning("%s", error.en)
    try:
        assistant.warm_up()
    except PolicyError as error:
        log.warning("%s", error.en)
    give_back()  # loading a model uses much more than the model
