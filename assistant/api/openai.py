"""Chat completions in OpenAI's form: any of its clients can put a question and gets the citations with it.

The last user message is the question, the pairs before it are the history. System messages are no
instructions here: nothing changes how an answer is checked. Parameters of sampling mean nothing.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse
from starlette.responses import Response

from assistant.api import plain
from assistant.api.describe import openai_problems
from assistant.api.errors import openai_error, told
from assistant.api.questions import EXAMPLE, begin
from assistant.api.shared import actor_of
from assistant.api.streaming import ALIVE_SECONDS
from assistant.api.work import GoneError
from assistant.errors import InputError
from assistant.llm import EXTRACTIVE
from assistant.model import Answer, Citation

if TYPE_CHECKING:
    from assistant.api.shared import Shared
    from assistant.api.work import Running
    from assistant.model import Lang
    from assistant.settings import Settings

MODEL = "ai-policy"
EXTRACTIVE_MODEL = "ai-policy-extractive"
HISTORY = 100  # pairs at most


class ModelNotFoundError(InputError):
    """A model this server does not answer with."""


class Part(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="allow")

    type: str
    text: str | None = None


class Message(BaseModel):
    """A message of a conversation."""

    model_config = ConfigDict(extra="allow")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None


class StreamOptions(BaseModel):
    """How a stream ends."""

    model_config = ConfigDict(extra="allow")

    include_usage: bool | None = None


class CompletionRequest(BaseModel):
    """What a client sends. Other parameters (temperature, tools, …) are taken and mean nothing."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [{"model": MODEL, "messages": [{"role": "user", "content": EXAMPLE}]}]
        },
    )

    model: str = Field(MODEL, description="ai-policy, ai-policy-extractive, or the server's own model.")
    messages: list[Message] = Field(min_length=1, max_length=1000)
    stream: bool | None = False
    stream_options: StreamOptions | None = None


class Said(BaseModel):
    """The answer as a message."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class Choice(BaseModel):
    """The one choice there is."""

    index: int = 0
    message: Said
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class CompletionUsage(BaseModel):
    """Tokens a language model used up; none for excerpts."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    """A completion. ``ai_policy``: the whole answer; ``citations``: what its [n] marks mean."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: CompletionUsage
    citations: list[Citation]
    ai_policy: Answer


class ModelCard(BaseModel):
    """One model a client can name."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: Literal["ai-policy"] = "ai-policy"


class ModelList(BaseModel):
    """The models a client can name."""

    object: Literal["list"] = "list"
    data: list[ModelCard]


class OpenAIFailure(BaseModel):
    """What went wrong."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIError(BaseModel):
    """An error in OpenAI's form."""

    error: OpenAIFailure


def router(shared: Shared, prefix: str) -> APIRouter:
    """The routes, as OpenAI names them."""
    routes = APIRouter(prefix=prefix, tags=["openai"])
    settings = shared.assistant.settings
    streamed: dict[int | str, dict[str, Any]] = {
        200: {
            "description": "The completion; with `stream`, chunks of it, then `[DONE]`.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    }
    failing = {
        **openai_problems(400, 404, 413, 503),
        400: {"model": OpenAIError, "description": "Not usable."},
    }

    @routes.get("/models", responses=openai_problems())
    async def models() -> ModelList:
        """The models that can be named."""
        return ModelList(data=[ModelCard(id=name) for name in backends(settings)])

    @routes.get("/models/{model:path}", responses=openai_problems(404))
    async def one_model(model: Annotated[str, Path(examples=[MODEL])]) -> ModelCard:
        """One model."""
        backend_of(model, settings)
        return ModelCard(id=model)

    @routes.post("/chat/completions", response_model=Completion, responses={**streamed, **failing})
    async def complete(wanted: CompletionRequest, request: Request) -> Any:
        """Answer the last user message; the ones before it are the history."""
        question, history = conversation(wanted.messages)
        asked = {"question": question, "history": history, "llm": backend_of(wanted.model, settings)}
        running = begin(shared, asked, actor_of(request))
        if wanted.stream:
            usage = bool(wanted.stream_options and wanted.stream_options.include_usage)
            return _streamed(running, wanted.model, shared.language(request), usage=usage)
        return completion(await running.result(request), wanted.model)

    return routes


def backends(settings: Settings) -> dict[str, str]:
    """Model names -> answering backends."""
    return {MODEL: settings.llm, EXTRACTIVE_MODEL: EXTRACTIVE, settings.llm: settings.llm}


def backend_of(model: str, settings: Settings) -> str:
    """The backend a model's name means. Raises ModelNotFoundError."""
    known = backends(settings)
    if model not in known:
        names = ", ".join(known)
        raise ModelNotFoundError(
            f"There is no model '{model}' here. Choose one of: {names}.",
            f"Модели «{model}» здесь нет. Доступны: {names}.",
        )
    return known[model]


def conversation(messages: Sequence[Message]) -> tuple[str, list[tuple[str, str]]]:
    """(question, earlier questions with their answers, oldest first). Raises InputError.

    Of several user messages in a row the last one before an answer counts as its question.
    """
    pairs: list[tuple[str, str]] = []
    question: str | None = None
    for message in messages:
        if message.role == "user":
            question = _text(message)
        elif message.role == "assistant" and question is not None:
            said = plain.without_sources(_text(message))
            pairs.append((question, said))
            question = None
    if question is None:
        raise InputError(
            "The last message must be the user's: it is the question.",
            "Последним должно быть сообщение пользователя: это вопрос.",
        )
    return question, pairs[-HISTORY:]


def _text(message: Message) -> str:
    """A message's text. Raises InputError for a part that is no text, such as an image."""
    if not isinstance(message.content, list):
        return message.content or ""
    for part in message.content:
        if part.type not in {"text", "input_text", "output_text", "refusal"}:
            raise InputError(
                f"Messages of text only are read; a part of type '{part.type}' is none. Leave it out.",
                f"Читаются только текстовые сообщения, часть типа «{part.type}» — не текст. Уберите её.",
            )
    return "\n".join(part.text or "" for part in message.content)


def completion(answer: Answer, model: str) -> Completion:
    """An answer as a completion."""
    return Completion(
        id=_new_id(),
        created=int(time.time()),
        model=model,
        choices=[Choice(message=Said(content=plain.text(answer)))],
        usage=usage_of(answer),
        citations=answer.citations,
        ai_policy=answer,
    )


def usage_of(answer: Answer) -> CompletionUsage:
    """What a language model used up for an answer."""
    prompt, said = (int(answer.usage.get(name, 0)) for name in ("input_tokens", "output_tokens"))
    return CompletionUsage(prompt_tokens=prompt, completion_tokens=said, total_tokens=prompt + said)


def _new_id() -> str:
    return f"chatcmpl-{uuid.uuid4().hex}"


def _streamed(running: Running[Answer], model: str, lang: Lang, *, usage: bool) -> Response:
    return EventSourceResponse(_lines(running, model, lang, usage), ping=ALIVE_SECONDS, sep="\n")


async def _lines(
    running: Running[Answer], model: str, lang: Lang, usage: bool
) -> AsyncIterator[dict[str, str]]:
    try:
        head = {
            "id": _new_id(),
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": model,
        }
        yield _line(chunk(head, {"role": "assistant", "content": ""}))
        answer = await running.result()
        for piece in plain.pieces(answer):
            yield _line(chunk(head, {"content": piece}))
        whole = answer.model_dump(mode="json")
        extra = {"citations": whole["citations"], "ai_policy": whole}
        yield _line(chunk(head, {}, "stop") | extra)
        if usage:
            yield _line({**head, "choices": [], "usage": usage_of(answer).model_dump()})
        yield {"data": "[DONE]"}
    except GoneError:
        return
    except Exception as error:  # noqa: BLE001 (the reply has begun: all that is left is to say so in it)
        name, kind, said, _ = told(error, lang)
        yield _line(openai_error(kind, name, said))
    finally:
        running.give_up()


def chunk(head: dict[str, Any], delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    """One chunk of a stream."""
    return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}]}


def _line(data: dict[str, Any]) -> dict[str, str]:
    return {"data": json.dumps(data, ensure_ascii=False)}
