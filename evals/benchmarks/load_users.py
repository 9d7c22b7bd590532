"""Virtual users of a running server: each signs in, brings a file only they see, then asks and reads in turn.

Half of them use the page as a browser does (a session, Gradio's queue and its stream), half the API with a
token. Every user's file is worded like all the others' but for one secret, so that an answer made of another
user's file shows at once: each reply is searched for every secret.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from gradio_client.utils import apply_diff

SECRET = re.compile(r"секрет-\d{6}")
OWN_QUESTION = "Какой пароль для входа в переговорную комнату?"
OWN_EVERY = 5  # the second question of a page's user, and every fifth after it, is about their own file
TIMEOUT = 60.0  # seconds after which a question counts as lost
NOT_ASKED = (429, 503)  # what a server says that has too much to do


@dataclass(frozen=True, slots=True)
class Asked:
    """One question put. ``at``: when, in seconds since the run began; ``seconds``: until the whole reply.

    ``error``: what went wrong, empty where nothing did; ``leaked``: secrets of others in the reply;
    ``own``: about the user's own file, ``found``: and the user's secret was in the answer to this question.
    """

    user: int
    way: str
    at: float
    seconds: float
    error: str = ""
    leaked: tuple[str, ...] = ()
    own: bool = False
    found: bool = False


@dataclass(slots=True)
class VirtualUser:
    """One user. ``secret``: the word in their own file; ``token`` for the API, ``password`` for the page."""

    number: int
    name: str
    password: str
    token: str
    secret: str
    way: str
    asked: list[Asked] = field(default_factory=list)

    def file(self) -> bytes:
        """Their own file: the same for all but for the secret."""
        return (
            "Правила переговорной комнаты\n\n"
            "1. Переговорная комната открыта с 9 до 18 часов.\n"
            f"2. Пароль для входа в переговорную комнату: {self.secret}.\n"
            "3. Уходя, выключите свет и закройте окна.\n"
        ).encode()


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. ``said``: all of it; ``answer``: what of it answers this question alone."""

    said: str
    answer: str


class Page:
    """An open page: what a browser's script would send and hear."""

    def __init__(self, client: httpx.AsyncClient, name: str, config: dict[str, Any]) -> None:
        self.client = client
        self.name = name
        self.places: dict[int, Any] = {
            each["id"]: each["props"].get("value") for each in config["components"]
        }
        names = {each["props"].get("elem_id"): each["id"] for each in config["components"]}
        self.question, self.thread = names["question"], names["thread"]
        self.arriving = [each for each in config["dependencies"] if "load" in _events(each)]
        self.listener = next(
            each
            for each in config["dependencies"]
            if [self.question, "submit"] in [list(target) for target in each["targets"]]
        )

    async def arrive(self) -> None:
        """What the script sends when the page has come: there the server learns the reader's language."""
        for each in self.arriving:
            await self._send(each, None)

    async def ask(self, question: str) -> Reply:
        """What the stream says until the answer is whole. Raises ValueError for a failed event."""
        return await self._send(self.listener, question)

    async def _send(self, listener: dict[str, Any], question: str | None) -> Reply:
        inputs = listener["inputs"]
        data = [question if each == self.question else self.places.get(each) for each in inputs]
        body = {
            "data": data,
            "event_data": None,
            "fn_index": listener["id"],
            "session_hash": self.name,
            "trigger_id": None if question is None else self.question,
        }
        joined = await self.client.post("/gradio_api/queue/join", json=body)
        joined.raise_for_status()
        said: list[str] = []
        shown = Shown(listener["outputs"])
        stream = self.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.name})
        async with stream as reply:
            reply.raise_for_status()
            async for line in reply.aiter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line[5:])
                said.append(json.dumps(message, ensure_ascii=False))
                shown.hear(message)
                if message["msg"] == "unexpected_error":
                    raise ValueError(str(message.get("message")))
                if message["msg"] == "process_completed":
                    if not message["success"]:
                        raise ValueError(str(message["output"]))
                    break
        # The last turn stands in a place of its own; earlier answers are told again beside it.
        return Reply("\n".join(said), str(shown.values.get(self.thread, "")))


class Shown:
    """The values that an event's outputs have, as its messages change them. ``outputs``: ids, in order.

    The first message of a stream has each value in full, those that follow what is different from it.
    """

    def __init__(self, outputs: Sequence[int]) -> None:
        self.values: dict[int, Any] = {}
        self._outputs = outputs
        self._told: list[Any] = []

    def hear(self, message: dict[str, Any]) -> None:
        """Take in what a message says of the outputs."""
        if message["msg"] not in ("process_generating", "process_completed") or not message.get("success"):
            return
        data = message["output"].get("data") or []
        if message["msg"] == "process_generating" and self._told:
            data = [apply_diff(before, change) for before, change in zip(self._told, data, strict=True)]
        self._told = data
        for place, value in zip(self._outputs, data, strict=False):
            if isinstance(value, str):  # what is skipped or only dressed otherwise is no value
                self.values[place] = value


def _events(listener: dict[str, Any]) -> set[str]:
    return {event for _, event in listener["targets"]}


@asynccontextmanager
async def open_page(user: VirtualUser, address: str, *, file: bool = True) -> AsyncIterator[Page]:
    """Sign in, bring the own file unless ``file`` is false, open the page."""
    headers = {"origin": address, "accept-language": "ru-RU,ru;q=0.9"}
    async with httpx.AsyncClient(
        base_url=address, headers=headers, timeout=TIMEOUT, trust_env=False
    ) as client:
        reply = await client.post("/sign-in", data={"name": user.name, "password": user.password})
        if reply.status_code != 303:
            raise ValueError(f"{user.name} could not sign in: {reply.status_code}")
        if file:
            await bring(client, user)
        await client.get("/")
        config = (await client.get("/config")).raise_for_status().json()
        page = Page(client, f"load{user.number}", config)
        await page.arrive()
        yield page


async def bring(client: httpx.AsyncClient, user: VirtualUser) -> None:
    """Upload the user's file and wait until it is in the library."""
    files = {"files": ("room.txt", user.file(), "text/plain")}
    reply = await client.post("/library/uploads?lang=ru", files=files)
    reply.raise_for_status()
    job = reply.json()["job"]
    async with client.stream("GET", f"/library/uploads/{job}/events", timeout=600) as told:
        async for _ in told.aiter_lines():
            pass


async def ask_as_program(client: httpx.AsyncClient, user: VirtualUser, question: str) -> Reply:
    """The reply of the API."""
    reply = await client.post(
        "/api/v1/ask", json={"question": question}, headers={"authorization": f"Bearer {user.token}"}
    )
    reply.raise_for_status()
    return Reply(reply.text, reply.text)


@dataclass(frozen=True, slots=True)
class Pace:
    """How users ask: ``pause`` seconds between two questions on average, from ``began`` until ``ends``.

    ``least``: everybody asks so many questions, also after the end.
    """

    pause: float
    began: float
    ends: float
    least: int = 0

    def next_pause(self, chance: random.Random) -> float:
        """A pause of half to one and a half of ``pause``: nobody asks by the clock."""
        return self.pause * (0.5 + chance.random())


async def live(
    user: VirtualUser, address: str, page: Page | None, questions: Sequence[str], pace: Pace
) -> None:
    """Ask until the run ends; what came of each question is in ``user.asked``."""
    chance = random.Random(user.number)  # noqa: S311
    await asyncio.sleep(pace.pause * chance.random())
    number = 0
    headers = {"origin": address}
    async with httpx.AsyncClient(
        base_url=address, headers=headers, timeout=TIMEOUT, trust_env=False
    ) as client:
        while number < pace.least or time.monotonic() < pace.ends:
            number += 1
            own = page is not None and number % OWN_EVERY == 2
            question = OWN_QUESTION if own else chance.choice(questions)
            user.asked.append(await _put(user, page, client, question, pace.began, own=own))
            await asyncio.sleep(pace.next_pause(chance))


async def _put(
    user: VirtualUser,
    page: Page | None,
    client: httpx.AsyncClient,
    question: str,
    began: float,
    *,
    own: bool,
) -> Asked:
    started = time.monotonic()
    reply, error = Reply("", ""), ""
    try:
        async with asyncio.timeout(TIMEOUT):
            reply = await (page.ask(question) if page else ask_as_program(client, user, question))
    except TimeoutError:
        error = "timeout"
    except httpx.HTTPStatusError as failure:
        status = failure.response.status_code
        error = f"turned away: {status}" if status in NOT_ASKED else f"status {status}"
    except (httpx.HTTPError, ValueError) as failure:
        error = f"{type(failure).__name__}: {failure}"[:200]
    leaked = tuple(sorted(set(SECRET.findall(reply.said)) - {user.secret}))
    seconds = time.monotonic() - started
    told = user.secret in reply.answer
    return Asked(user.number, user.way, started - began, seconds, error, leaked, own=own, found=told)
