"""A stand-in for the assistant: its methods, hand-made answers in our own words, no model, no library."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import BackendError, InputError, ModelError, NotHeldError
from assistant.library import Library
from assistant.library.drafts import ActDraft
from assistant.library.view import LibraryView
from assistant.model import (
    ActSummary,
    Answer,
    Authority,
    Citation,
    Claim,
    Confidence,
    Currency,
    EditionSummary,
    Hit,
    Option,
    Shown,
    WatchChange,
    Withheld,
)
from assistant.settings import Settings

ACT = "ru-test-7-2024"
TITLE = "О порядке испытаний учебных моделей"
ENGLISH_TITLE = "On testing practice models"
HOSTILE = (
    '<img src=x onerror="window.hit=1"> [x](javascript:hit()) ![](http://evil.example/a.png) `b` '
    "${window.hit=1} {{hit}}"
)
TEXT = (
    "Раздел первый. Общие слова о том, зачем нужны испытания.\n"
    "Испытания проводит совет. В совет входят трое: председатель, секретарь и наблюдатель.\n"
    "Решение совета вступает в силу через десять дней.\n"
) * 3
QUOTES = ("В совет входят трое: председатель, секретарь и наблюдатель.", "Решение совета вступает в силу")


@dataclass(frozen=True)
class StandInSource:
    """What ``Assistant.source`` returns."""

    citation: Citation
    headings: list[str]
    before: str
    quote: str
    after: str
    file: Path | None = None
    media_type: str | None = None


def citation(entry: int, quote: str = QUOTES[0], /, **changed: Any) -> Citation:
    """A citation of the stand-in act."""
    start = TEXT.find(quote) if quote in TEXT else 0
    fields: dict[str, Any] = {
        "id": entry,
        "ref": f"{ACT}#p{entry}",
        "act": ACT,
        "title": TITLE,
        "number": "7",
        "date": "2024-02-03",
        "edition": "2024-05-06",
        "currency": Currency.CURRENT,
        "authority": Authority.OFFICIAL,
        "confidence": None,
        "provision": f"p{entry}",
        "label": f"п. {entry}",
        "page": 4,
        "start": start,
        "end": start + len(quote),
        "quote": quote,
        "url": "https://official.example/act/7",
    }
    return Citation(**{**fields, **changed})


def answer(question: str, **changed: Any) -> Answer:
    """An answer of two claims, the second from a digest."""
    second = citation(
        2,
        QUOTES[1],
        authority=Authority.DIGEST,
        confidence=Confidence.PRESS,
        currency=Currency.UNKNOWN,
        page=None,
        url="http://insecure.example/",
    )
    fields: dict[str, Any] = {
        "status": "answered",
        "language": "ru",
        "question": question,
        "answer": "",
        "claims": [
            Claim(text=QUOTES[0], citations=[1], support="verbatim"),
            Claim(text="Решение действует не сразу.", citations=[2, 1], support="entailed"),
        ],
        "citations": [citation(1), second],
        "as_of": "2026-11-24",
        "library_version": "test",
        "backend": "extractive",
        "timings_ms": {"total": 12.3},
    }
    return Answer(**{**fields, **changed})


ACT_KNOWN = ActDraft(
    id=ACT,
    kind="decree",
    title_ru=TITLE,
    title_en=ENGLISH_TITLE,
    number="7",
    date="2024-02-03",
    jurisdiction="ru",
    in_catalogue=True,
)


class StandIn:
    """Answers by words in the question; ``slow`` questions wait until ``let_go`` is set."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.library = Library(settings.library_url)
        self.library.put_catalogue([ACT_KNOWN], [], "one act")
        self.view = LibraryView(self.library)
        self.let_go = threading.Event()
        self.waiting = threading.Event()
        self.asked: list[dict[str, Any]] = []

    def seen_by(self, owner: Any) -> StandIn:
        """There is nothing of anybody's own."""
        return self

    def warm_up(self) -> None:
        """Nothing to load."""

    def ask(self, question: str, **options: Any) -> Answer:
        """A hand-made answer for each kind of question."""
        self.asked.append({"question": question, **options})
        if not question.strip():
            raise InputError("The question is empty.", "Вопрос пуст.")
        if "slow" in question:
            self.waiting.set()
            self.let_go.wait(120)
        for word, failing in FAILURES.items():
            if word in question:
                raise failing
        made = SPECIAL.get(question.split(maxsplit=1)[0])
        return made(question) if made else answer(question)

    def search(self, question: str, *, k: int = 10, **options: Any) -> list[Hit]:
        """``k`` hits, all alike."""
        if not question.strip():
            raise InputError("The question is empty.", "Вопрос пуст.")
        shared = citation(1).model_dump(
            exclude={"id", "quote", "url", "confidence", "note", "standing", "gloss"}
        )
        return [
            Hit(rank=rank, score=1 / rank, text=QUOTES[0], lang="ru", issuer=None, **shared)
            for rank in range(1, k + 1)
        ]

    def changes(self, *, unseen: bool = True) -> list[WatchChange]:
        """Nothing is watched."""
        return []

    def acts(self, *, catalogue: bool = False) -> list[ActSummary]:
        """One act."""
        held = EditionSummary(edition="2024-05-06", authority=Authority.OFFICIAL, provisions=3, renditions=1)
        return [
            ActSummary(
                act=ACT,
                title=TITLE,
                kind="decree",
                number="7",
                date="2024-02-03",
                issuer="совет",
                jurisdiction="ru",
                editions=[held],
                currency=Currency.CURRENT,
            )
        ]

    def show(self, act: str, provision: str | None = None, **options: Any) -> Shown:
        """The stand-in text."""
        if act != ACT:
            raise NotHeldError(f"The library has no act '{act}'.", f"В библиотеке нет акта «{act}».")
        return Shown(
            ref=f"{ACT}#{provision}",
            act=ACT,
            edition="2024-05-06",
            provision=provision,
            label=f"положение {provision}",
            text=TEXT,
            start=0,
            end=len(TEXT),
            pages=[4, 5],
            currency=Currency.CURRENT,
        )

    def source(self, cited: Citation, *, file: bool = True) -> StandInSource:
        """The text around the quotation."""
        if cited.quote not in TEXT:
            return StandInSource(cited, [HOSTILE], HOSTILE, cited.quote, HOSTILE)
        before, after = TEXT[: cited.start], TEXT[cited.end :]
        return StandInSource(cited, ["Раздел первый", "Совет"], before, cited.quote, after)


def abstained(question: str) -> Answer:
    """An abstention with two near provisions and a missing act."""
    return answer(
        question,
        status="abstained",
        language="en",
        answer="The texts do not answer this.\nTexts searched: 1.",
        claims=[],
        citations=[],
        nearest=[f"{ACT}#p9", "ru-unknown-1-2000#p1"],
        missing=["ru-missing-3-2025"],
    )


def clarify(question: str) -> Answer:
    """A question back with two options."""
    options = [Option(label="The first one", question="first"), Option(label="The second", question="second")]
    return answer(
        question,
        status="clarify",
        language="en",
        answer="Which one?",
        claims=[],
        citations=[],
        options=options,
    )


def hostile(question: str) -> Answer:
    """An answer in which every text is markup."""
    return answer(
        question,
        claims=[Claim(text=HOSTILE, citations=[1], support="verbatim")],
        citations=[
            citation(1, HOSTILE, title=HOSTILE, label=HOSTILE, number=HOSTILE, url="javascript:window.hit=1")
        ],
        conflicts=[HOSTILE],
        withheld=[Withheld(text=HOSTILE, reason=HOSTILE)],
        backend=HOSTILE,
    )


SPECIAL = {"abstain": abstained, "clarify": clarify, "hostile": hostile}
FAILURES = {
    "fail-input": InputError("This cannot be used.", "Это не подходит."),
    "fail-model": ModelError("The model is missing.", "Модели нет."),
    "fail-backend": BackendError("The backend failed.", "Модель не ответила."),
    "fail-odd": RuntimeError("secret detail"),
}
