"""A language-model server on this machine that does what a test scripts, good and bad.

``model_server(protocol)`` serves one wire protocol on a free port until the block is left. A script is a list of
behaviours, one a request; the last one goes on for ever. What arrived lies in ``requests``.
"""

from __future__ import annotations

import json
import select
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol


@dataclass
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Exchange:
    """One request being answered."""

    def __init__(self, handler: BaseHTTPRequestHandler, served: ModelServer, received: Received) -> None:
        self.handler = handler
        self.served = served
        self.received = received

    @property
    def streaming(self) -> bool:
        return bool(self.received.body.get("stream"))

    def begin(self, status: int = 200, content_type: str = "application/json", **headers: str) -> None:
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", content_type)
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.send_header("Connection", "close")
        self.handler.end_headers()

    def write(self, data: str | bytes) -> None:
        self.handler.wfile.write(data.encode() if isinstance(data, str) else data)
        self.handler.wfile.flush()

    def send(
        self, body: Any, status: int = 200, content_type: str = "application/json", **headers: str
    ) -> None:
        data = (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()
        self.begin(status, content_type, Content_Length=str(len(data)), **headers)
        self.write(data)

    def hold(self) -> None:
        """Say nothing until the client goes away or the server stops."""
        self.served.held.set()
        while not self.served.stopping.is_set():
            ready, _, _ = select.select([self.handler.connection], [], [], 0.02)
            if ready and not self.handler.connection.recv(1):
                self.served.left.set()
                return


Behaviour = Callable[[Exchange], None]


class WireProtocol(Protocol):
    """How one provider's API says a text."""

    def say(self, exchange: Exchange, text: str, finish: str, data: dict[str, Any] | None) -> None: ...

    def piece(self, text: str) -> str:
        """One part of a stream."""

    stream_type: str


@dataclass
class ModelServer:
    """What a test sees of the server."""

    protocol: WireProtocol
    address: str = ""
    requests: list[Received] = field(default_factory=list)
    held: threading.Event = field(default_factory=threading.Event)
    """Set once a behaviour hangs."""
    left: threading.Event = field(default_factory=threading.Event)
    """Set once a client has closed the connection of one that hangs."""
    stopping: threading.Event = field(default_factory=threading.Event)
    _script: list[Behaviour] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def base_url(self) -> str:
        return self.address

    def script(self, behaviours: Sequence[Behaviour]) -> None:
        """What to do with the next requests; the last behaviour is repeated."""
        self._script = list(behaviours)

    def next(self, received: Received) -> Behaviour:
        with self._lock:
            self.requests.append(received)
            return self._script.pop(0) if len(self._script) > 1 else self._script[0]


@contextmanager
def model_server(protocol: WireProtocol, prefix: str = "") -> Iterator[ModelServer]:
    """Serve until the block is left; ``prefix`` is the path of the base URL."""
    served = ModelServer(protocol)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            received = Received(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            self.close_connection = True
            try:
                served.next(received)(Exchange(self, served, received))
            except ConnectionError:
                served.left.set()

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.address = f"http://127.0.0.1:{http.server_port}{prefix}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        served.stopping.set()
        http.shutdown()
        thread.join()
        http.server_close()


def say(text: str, *, finish: str = "stop", data: dict[str, Any] | None = None) -> Behaviour:
    """A good reply; with ``data`` as a call of the tool that was asked for, where the protocol has such."""
    return lambda exchange: exchange.served.protocol.say(exchange, text, finish, data)


def status(code: int, body: Any = None, **headers: str) -> Behaviour:
    """An error as JSON."""
    told = body if body is not None else {"error": {"message": f"status {code}", "code": str(code)}}
    return lambda exchange: exchange.send(told, code, **headers)


def answer(body: Any, content_type: str = "application/json") -> Behaviour:
    """Any body with status 200."""
    return lambda exchange: exchange.send(body, content_type=content_type)


def hang() -> Behaviour:
    """Never answer."""
    return lambda exchange: exchange.hold()


def trickle(interval: float = 0.02) -> Behaviour:
    """One byte after another, for ever: of the body, or of a stream's pieces."""

    def drip(exchange: Exchange) -> None:
        protocol = exchange.served.protocol
        exchange.begin(content_type=protocol.stream_type if exchange.streaming else "application/json")
        exchange.served.held.set()
        while not exchange.served.stopping.wait(interval):
            exchange.write(protocol.piece("a ") if exchange.streaming else " ")

    return drip


def drop_body() -> Behaviour:
    """Half a body, and the connection is gone."""

    def drop(exchange: Exchange) -> None:
        exchange.begin(Content_Length="5000")
        exchange.write('{"id": "x", "choi')

    return drop


def drop_stream(*pieces: str) -> Behaviour:
    """Some pieces of a stream, and the connection is gone in the middle of a chunk."""

    def drop(exchange: Exchange) -> None:
        exchange.begin(content_type=exchange.served.protocol.stream_type, Transfer_Encoding="chunked")
        for piece in pieces:
            data = exchange.served.protocol.piece(piece).encode()
            exchange.write(b"%x\r\n%s\r\n" % (len(data), data))
        exchange.write(b"ff\r\nhalf")

    return drop
