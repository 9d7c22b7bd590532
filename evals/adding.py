"""An answer, a rated one or a complaint -> a case that says what should have come out.

A case is proposed from what the answer cites; what a complaint puts in doubt is not taken over, and the
person says it instead. Acts are never quoted: their words stand as hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.engine import Assistant
from assistant.errors import InputError
from assistant.library import Library
from assistant.library.view import OWN, LibraryView
from assistant.model import Answer, Authority, Lang
from assistant.records import conversations, feedback
from assistant.records.model import Feedback
from assistant.records.owner import LOCAL, Owner
from assistant.watch import kept_answer
from evals.adding_cited import merged_targets, need_of
from evals.case import EvalCase
from evals.tables import Problem, Row, append_case, case_files, read_table, repeated_ids, row_of
from evals.tables_columns import value_of
from evals.validate import repeated_questions, validate_rows
from evals.validate_texts import plain

PAGE = 200  # ratings read at once
ID_DIGITS = 8  # of the hash or of the rating's id that a case's id ends with
MOST_QUOTED = 300  # characters of our own words that a case quotes
# Reasons of a complaint after which the answer's citations say nothing of what is right.
_CITES_WRONGLY = frozenset(("wrong", "off_topic", "outdated", "citation"))


@dataclass(frozen=True, slots=True)
class Material:
    """What a case is made of: an answer, its question in full, and what somebody thought of it."""

    answer: Answer
    question: str
    rating: Feedback | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What the person says instead of what is proposed; None leaves the proposal.

    must_cite: needs as in a cell, acts and provisions also as people write them. as_of: ``-`` for none.
    """

    id: str | None = None
    expect: str | None = None
    category: str | None = None
    must_cite: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    not_contains: tuple[str, ...] = ()
    as_of: str | None = None
    suites: tuple[str, ...] = ()
    reviewer: str | None = None
    note: str | None = None


# ── where the material comes from ─────────────────────────────────────────────────────────────────


def of_answer(answer: Answer) -> Material:
    """An answer that somebody kept."""
    return Material(answer, answer.rewritten or answer.question)


def of_kept(library: Library, what: str) -> Material:
    """``answer-3``, or a file that ``ask --json`` wrote. Raises NotHeldError or InputError."""
    return of_answer(kept_answer(library, what))


def of_question(
    assistant: Assistant, question: str, *, as_of: str | None = None, llm: str | None = None
) -> Material:
    """A question, asked now. Raises as :meth:`assistant.engine.Assistant.ask` does."""
    return of_answer(assistant.ask(question, as_of=as_of, llm=llm))


def of_rating(library: Library, name: str, owner: Owner = LOCAL) -> Material:
    """A rated answer, by the rating's id or the first characters of it.

    Raises InputError for an id that is none or several, and for a question that has been asked anew since.
    """
    found = [each for each in ratings(library, owner) if name and each.id.startswith(name.lower())]
    if len(found) != 1:
        raise InputError(
            f"{'No rating begins' if not found else f'{len(found)} ratings begin'} with '{name}'. 'ai-policy "
            "eval add --complaints' lists them.",
            f"{'Нет оценки' if not found else f'Оценок {len(found)}'} с началом «{name}». Список: «ai-policy "
            "eval add --complaints».",
        )
    rating = found[0]
    turn = None
    if not rating.replaced:
        opened = conversations.of_turn(library, owner, rating.turn)
        turn = next(each for each in opened.turns if each.id == rating.turn)
    if turn is None or turn.answer is None:
        raise InputError(
            f"The question '{rating.question}' was asked again or not answered, so its answer is gone. Make "
            "the case of the question: --question.",
            f"Вопрос «{rating.question}» задан заново или остался без ответа, прежнего ответа нет. Сделайте "
            "случай из вопроса: --question.",
        )
    return Material(turn.answer, turn.answer.rewritten or turn.question, rating)


def ratings(library: Library, owner: Owner = LOCAL) -> Iterator[Feedback]:
    """All ratings of an owner, newest first."""
    after = None
    while True:
        page = feedback.listed(library, owner, limit=PAGE, after=after)
        yield from page.items
        after = page.next
        if after is None:
            return


def open_complaints(library: Library, rows: Sequence[Row], owner: Owner = LOCAL) -> list[Feedback]:
    """The complaints, newest first, of which no case in ``rows`` has been made: by id, or by the question."""
    ids = {row.cells.get("id") for row in rows}
    asked = {plain(row.cells["question"]) for row in rows if "question" in row.cells}
    return [
        each
        for each in ratings(library, owner)
        if each.thumb == "down" and rating_id(each) not in ids and plain(each.question) not in asked
    ]


def rating_id(rating: Feedback) -> str:
    """The id of the case that a rating becomes."""
    return f"{'complaint' if rating.thumb == 'down' else 'praise'}-{rating.id[:ID_DIGITS]}"


# ── the proposal ──────────────────────────────────────────────────────────────────────────────────


def propose(material: Material, view: LibraryView, said: Said, lang: Lang) -> EvalCase:
    """The case of an answer, with what the person said in place of what is proposed.

    Raises InputError where the person has to say more: after a complaint nobody else knows what is right.
    """
    expect = value_of("expect", said.expect) if said.expect else _expected(material)
    day = _day(material, said)
    fields: dict[str, Any] = {
        "lang": material.answer.language,
        "question": material.question,
        "expect": expect,
    }
    check = material.answer.check
    if (
        check is not None
        and check.measure is not None
        and expect in ("eligible", "not_eligible", "insufficient")
    ):
        fields |= {"measure": check.measure, "profile": check.facts}
    if said.must_cite:
        fields["must_cite"] = tuple(need_of(each, view, day) for each in said.must_cite)
    elif expect == "answer" and not _in_doubt(material):
        fields |= _from_citations(material, view)
    fields["must_contain"] = tuple(value_of("must_contain", each)[0] for each in said.contains)
    fields["must_not_contain"] = tuple(value_of("must_not_contain", each)[0] for each in said.not_contains)
    if expect == "answer" and not any(fields.get(each) for each in ("must_cite", "must_contain")):
        raise _say_more(material)
    fields |= {
        "id": said.id or _id(material, day),
        "as_of": day,
        "category": said.category or _category(expect, material),
        "suites": said.suites or (_SUITE.get(expect, "answers"),),
        "reviewer": said.reviewer,
        "reviewed_on": date.today() if said.reviewer else None,
        "note": said.note or _note(material, lang),
    }
    try:
        return EvalCase(**fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = first["loc"][0] if first["loc"] else "case"
        raise InputError(
            f"No case can be made of this: {place}: {first['msg']}. Correct it with an option.",
            f"Случай не получается: {place}: {first['msg']}. Исправьте параметром.",
        ) from None


_SUITE = {
    "abstain": "abstention",
    "eligible": "eligibility",
    "not_eligible": "eligibility",
    "insufficient": "eligibility",
}


def _expected(material: Material) -> str:
    """What should have come out: what did, unless a complaint says the opposite."""
    answer, reason = material.answer, _reason(material)
    if reason == "unfounded":
        return "abstain"
    if reason is not None and answer.status == "abstained":
        return "answer"
    if answer.check is not None and answer.check.measure and answer.check.verdict:
        return answer.check.verdict
    return {"answered": "answer", "abstained": "abstain", "clarify": "clarify"}[answer.status]


def _reason(material: Material) -> str | None:
    """Why somebody complains; None where nobody does."""
    rating = material.rating
    return (rating.reason or "other") if rating is not None and rating.thumb == "down" else None


def _in_doubt(material: Material) -> bool:
    return _reason(material) in _CITES_WRONGLY or material.answer.status != "answered"


def _say_more(material: Material) -> InputError:
    reason = _reason(material)
    why_en = "The complaint says that the answer is not right" if reason else "The answer cites nothing"
    why_ru = "В жалобе сказано, что ответ неверен" if reason else "Ответ ни на что не ссылается"
    return InputError(
        f"{why_en}, so nothing in it says what is. Name the provision with --must-cite ACT#PROVISION, words "
        "of the right answer with --contains, or give --expect abstain.",
        f"{why_ru}, и что верно, из него не видно. Укажите положение: --must-cite АКТ#ПОЛОЖЕНИЕ, слова "
        "верного ответа: --contains, или дайте --expect отказ.",
    )


def _day(material: Material, said: Said) -> date | None:
    if said.as_of == "-":
        return None
    day: date = value_of("as_of", said.as_of or material.answer.as_of)
    return day


def _id(material: Material, day: date | None) -> str:
    if material.rating is not None:
        return rating_id(material.rating)
    seen = f"{material.answer.language} {day} {plain(material.question)}"
    return f"own-{hashlib.sha256(seen.encode()).hexdigest()[:ID_DIGITS]}"


def _category(expect: str, material: Material) -> str:
    if _reason(material) is not None:
        return "complaint"
    given = material.answer.made_with is not None and material.answer.made_with.as_of_given
    return _SUITE.get(expect) or ("editions" if given and expect == "answer" else expect)


def _note(material: Material, lang: Lang) -> str | None:
    rating = material.rating
    if rating is None:
        return None
    told = feedback.REASONS[rating.thumb].get(rating.reason or "", {}).get(lang)
    kind = {"ru": ("Жалоба", "Похвала"), "en": ("Complaint", "Praise")}[lang][rating.thumb == "up"]
    parts = (f"{kind} {rating.given_at[:10]}", told, rating.text)
    return ": ".join(each for each in parts if each)


# ── what must be cited ───────────────────────────────────────────────────────────────────────────


def _from_citations(material: Material, view: LibraryView) -> dict[str, Any]:
    """``must_cite`` of what the answer's statements cite, and ``quote`` where that is our own text."""
    answer = material.answer
    numbers = [number for claim in answer.claims for number in claim.citations]
    by_id = {citation.id: citation for citation in answer.citations}
    cited = [by_id[number] for number in dict.fromkeys(numbers) if number in by_id]
    own = next((each.ref for each in cited if each.act.startswith(OWN)), None)
    if own is not None:
        raise InputError(
            f"The answer cites a file that only its owner sees ({own}). Name what everybody has: "
            "--must-cite.",
            f"Ответ ссылается на файл, который виден только владельцу ({own}). Укажите то, что есть у всех: "
            "--must-cite.",
        )
    found: dict[str, Any] = {"must_cite": tuple((target,) for target in merged_targets(cited, view))}
    first = cited[0] if cited else None
    if first is not None and first.authority == Authority.DIGEST and _reason(material) is None:
        found["quote"] = first.quote if len(first.quote) <= MOST_QUOTED else None
    return found


# ── adding ────────────────────────────────────────────────────────────────────────────────────────


def known_rows(paths: Iterable[Path]) -> list[Row]:
    """The rows of the files and folders that are there."""
    return [
        row for path in case_files(each for each in paths if each.exists()) for row in read_table(path).rows
    ]


def check(case: EvalCase, to: Path, rows: Sequence[Row], view: LibraryView) -> list[Problem]:
    """What somebody should look at in a case that is to be added to ``rows``.

    Raises InputError where one of them has its id or its question, or where something in it is wrong.
    """
    row = row_of(case, to, 0)
    twice = [*repeated_ids([*rows, row]), *repeated_questions([*rows, row])]
    found = [*(each for each in twice if each.file == to and each.row == 0), *validate_rows([row], view)]
    wrong = [
        each for each in found if each.level == "error" or each.code.endswith(("repeated_question", "dicts"))
    ]
    if wrong:
        raise InputError(
            "The case was not added. " + " ".join(f"{each.column}: {each.en}" for each in wrong),
            "Случай не добавлен. " + " ".join(f"{each.column}: {each.ru}" for each in wrong),
        )
    return found


def add(case: EvalCase, to: Path, lang: Lang) -> int:
    """Append a case to a CSV file; returns its row. Raises InputError or ReadError."""
    return append_case(to, case, lang)
