"""What an answer was made with <-> the settings, filters and conversation with which it is made again."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from assistant.conversation import Turn
from assistant.model import Answer, Lang, MadeWith

if TYPE_CHECKING:
    from assistant.index.embedder import EmbedderIdentity
    from assistant.library.view import Filters
    from assistant.settings import AnswerSettings, RetrievalSettings

FINGERPRINT_CHARS = 12
FILTERS = ("kind", "jurisdiction", "issuer", "act", "authority", "text_lang")
S = TypeVar("S", bound=BaseModel)


@lru_cache(maxsize=1)
def program_version() -> str:
    """The version of this program; ``unknown`` where it runs without having been installed."""
    try:
        return metadata.version("ai-policy-assistant")
    except metadata.PackageNotFoundError:
        return "unknown"


def embedder_name(identity: EmbedderIdentity) -> str:
    """An embedding model as an answer names it: name and the beginning of its fingerprint."""
    return f"{identity.name} {identity.fingerprint[:FINGERPRINT_CHARS]}"


def made_with(
    filters: Filters,
    lang: Lang | None,
    llm: str,
    identity: EmbedderIdentity,
    retrieval: RetrievalSettings,
    answering: AnswerSettings,
) -> MadeWith:
    """What an answer is made with. ``lang``: as asked for; ``llm``: the backend's name."""
    changed = {"retrieval": _changed(retrieval), "answer": _changed(answering)}
    given = asdict(filters)
    return MadeWith(
        program=program_version(),
        llm=llm,
        lang=lang,
        as_of_given=filters.as_of_given,
        filters={name: given[name] for name in FILTERS if given[name] is not None},
        embedder=embedder_name(identity),
        settings={room: values for room, values in changed.items() if values},
    )


def _changed(settings: BaseModel) -> dict[str, Any]:
    return settings.model_dump(mode="json", exclude_defaults=True)


def inputs_of(answer: Answer) -> MadeWith:
    """What an answer was made with; of one that does not say, what its other fields tell."""
    return answer.made_with or MadeWith(
        program="", llm=answer.backend.split(" ")[0], lang=answer.language, as_of_given=True, embedder=""
    )


def settings_of(made: MadeWith, room: str, kind: type[S]) -> tuple[S, list[str]]:
    """The settings an answer was made with, and the names of those this program does not take any more."""
    given = dict(made.settings.get(room, {}))
    lost: list[str] = []
    while True:
        try:
            return kind(**given), lost
        except ValidationError as error:
            wrong = {str(found["loc"][0]) for found in error.errors() if found["loc"]} & given.keys()
            if not wrong:
                raise
            lost += [f"{room}.{name}" for name in sorted(wrong)]
            given = {name: value for name, value in given.items() if name not in wrong}


def turn_of(answer: Answer) -> Turn:
    """An answer as a turn of a conversation that goes on after it."""
    given = answer.made_with.as_of_given if answer.made_with else False
    refs = tuple(dict.fromkeys(citation.ref for citation in answer.citations))
    as_of = answer.as_of if given else None
    return Turn(answer.question, answer.rewritten, answer.answer, refs, as_of)
