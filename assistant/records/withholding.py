"""An answer that was kept -> the same, or word that it rests on what whoever looks now may not see.

Answers are kept as they were given. What an answer cites of an owner's own texts, or of a group's, names acts
whose ids begin with a mark of theirs (:func:`~.owner.prefix_of`). Whoever does not see all of these acts now,
as one who has left the group or was sent a link, is told nothing of the answer: what it says may come from
any of them.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, or_
from sqlalchemy.orm import InstrumentedAttribute

from assistant.library.view import OWN
from assistant.model import Answer, Lang
from assistant.records.owner import DIGITS, Owner, seen_prefixes

_MARK = re.compile(rf"\b{OWN}[0-9a-f]{{{DIGITS}}}-")
_ANY_MARK = f"%{OWN}{'_' * DIGITS}-%"
_SAID: dict[Lang, str] = {
    "ru": "Ответ опирается на текст, который вам не виден: он чужой или из группы, где вас больше нет.",
    "en": "This answer rests on a text that you do not see: it is another's, or a group's you have left.",
}


def is_seen(answer: InstrumentedAttribute[Any], owner: Owner) -> ColumnElement[bool]:
    """Whether :func:`seen_answer` leaves a kept answer as it is, or there is none."""
    told: ColumnElement[str] = cast(answer, Text)
    for mark in seen_prefixes(owner):
        told = func.replace(told, mark, "")
    return or_(answer.is_(None), ~told.like(_ANY_MARK))


def marks_of(answer: Answer) -> frozenset[str]:
    """The marks of owners' and groups' own texts that an answer rests on; none where on acts alone."""
    return frozenset(_MARK.findall(answer.model_dump_json(exclude={"question", "rewritten"})))


def seen_answer(answer: Answer, owner: Owner, *more: str) -> Answer:
    """The answer as an owner may see it. ``more``: marks of further texts that they may see."""
    return answer if marks_of(answer) <= {*seen_prefixes(owner), *more} else withheld(answer)


def withheld(answer: Answer) -> Answer:
    """What is told in place of an answer that may not be seen."""
    return Answer(
        status="abstained",
        language=answer.language,
        question=answer.question,
        answer=_SAID[answer.language],
        as_of=answer.as_of,
        library_version=answer.library_version,
        backend=answer.backend,
    )
