"""Questions -> answers over one home: the functions every front door calls.

The library is read through a view of its current generation; when another process changes it, the next
question sees the change.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer import abstain
from assistant.answer.compose import answered, compose
from assistant.answer.extractive import select
from assistant.dates import as_of_date, is_partial_date
from assistant.errors import BackendError, InputError, LibraryError, NotHeldError
from assistant.index.indexes import Indexes
from assistant.library import Library
from assistant.library.view import EditionView, Filters, LibraryView
from assistant.llm import EXTRACTIVE
from assistant.model import (
    ActKind,
    ActSummary,
    Answer,
    Authority,
    Citation,
    Currency,
    EditionSummary,
    Hit,
    Lang,
    Provision,
    Shown,
    Withheld,
    provision_ref,
)
from assistant.query import (
    LANGS,
    Reading,
    check_choice,
    read_provision,
    read_question,
    resolve_act,
    usable_question,
)
from assistant.retrieve import Ranked, hit, retrieve
from assistant.settings import Settings, current_settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.library.schema import EditionRow

log = logging.getLogger(__name__)

CONTEXT_CHARS = 1200  # shown before and after a cited provision


@dataclass(frozen=True, slots=True)
class Source:
    """A citation in its surroundings, for a reader to check.

    ``before`` + ``quote`` + ``after`` is a stretch of the canonical text; ``headings`` the path above.
    ``file``: the edition's primary file in the home (None for a digest), ``media_type`` its type.
    """

    citation: Citation
    headings: list[str]
    before: str
    quote: str
    after: str
    file: Path | None
    media_type: str | None


class Assistant:
    """The assistant over the home that ``settings`` name. Safe to use from several threads."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        library: Library | None = None,
        indexes: Indexes | None = None,
    ) -> None:
        self.settings = settings or current_settings()
        _make_home(self.settings.home)
        self.library = library or Library(self.settings.library_url)
        self._indexes = indexes
        self._view: LibraryView | None = None
        self._lock = threading.RLock()

    @property
    def view(self) -> LibraryView:
        """The library as it is now."""
        with self._lock:
            if self._view is None or self._view.generation != self.library.generation:
                self._view = LibraryView(self.library)
            if self._indexes is not None:
                self._indexes.follow(self.library)
            return self._view

    @property
    def indexes(self) -> Indexes:
        """The indexes, opened when a question first needs them. Raises ModelError without a model."""
        with self._lock:
            if self._indexes is None:
                self._indexes = Indexes.at(self.settings)
                self._indexes.follow(self.library)
            return self._indexes

    def warm_up(self) -> None:
        """Load the model and open the indexes, so that the first question does not wait for them."""
        if self.view.editions:
            self.search("искусственный интеллект", k=1)

    # ── questions ─────────────────────────────────────────────────────────────────────────────

    def search(
        self,
        question: str,
        *,
        k: int = 10,
        as_of: str | date | None = None,
        kind: str | None = None,
        jurisdiction: str | None = None,
        issuer: str | None = None,
        act: str | None = None,
        authority: str | None = None,
        text_lang: Lang | None = None,
    ) -> list[Hit]:
        """The ``k`` best provisions. Raises InputError or NotHeldError for what cannot be used."""
        if not isinstance(k, int) or k < 1:
            raise InputError("-k must be a number, 1 or more.", "-k должно быть числом не меньше 1.")
        view = self.view
        filters = self._filters(view, as_of, kind, jurisdiction, issuer, act, authority, text_lang)
        reading = self._read(question, view, filters, None)
        ranked = retrieve(reading, view, self.indexes, self.settings.retrieval, k)
        return [hit(entry, rank, view, reading) for rank, entry in enumerate(ranked, 1)]

    def ask(
        self,
        question: str,
        *,
        as_of: str | date | None = None,
        llm: str | BaseChatModel | None = None,
        lang: Lang | None = None,
        history: Sequence[tuple[str, str]] = (),
        kind: str | None = None,
        jurisdiction: str | None = None,
        issuer: str | None = None,
        act: str | None = None,
        authority: str | None = None,
        text_lang: Lang | None = None,
    ) -> Answer:
        """Answer a question; ``history`` holds earlier (question, answer) pairs, not used so far.

        Raises InputError or NotHeldError for what cannot be used; a failing model falls back to the
        extractive answer, and ``backend`` says so.
        """
        clock = _Clock()
        check_choice("lang", lang, LANGS)
        view = self.view
        filters = self._filters(view, as_of, kind, jurisdiction, issuer, act, authority, text_lang)
        reading = self._read(question, view, filters, lang)
        clock.lap("read")
        ranked = retrieve(reading, view, self.indexes, self.settings.retrieval, self.settings.answer.hits)
        clock.lap("retrieve")
        answer = self._answer(reading, ranked, view, llm if llm is not None else self.settings.llm)
        clock.lap("answer")
        answer.timings_ms = clock.laps
        return answer

    def _answer(
        self, reading: Reading, ranked: list[Ranked], view: LibraryView, llm: str | BaseChatModel
    ) -> Answer:
        clarified = abstain.clarify(reading, view)
        if clarified is not None:
            return clarified
        rarity = self.indexes.lexical.rarity(reading.terms)
        if self.settings.answer.abstain:
            refused = abstain.refuse(reading, ranked, view, rarity)
            if refused is not None:
                return refused
        if llm != EXTRACTIVE:
            generated = self._generate(reading, ranked, view, llm)
            if generated is not None:
                return generated
        statements = select(ranked, reading, view, rarity, self.settings.answer)
        if not statements:
            return abstain.abstention(reading, ranked, view)
        backend = EXTRACTIVE if llm == EXTRACTIVE else f"{EXTRACTIVE} (the model gave no usable answer)"
        return answered(compose(statements, view, reading), reading, view, backend)

    def _generate(
        self, reading: Reading, ranked: list[Ranked], view: LibraryView, llm: str | BaseChatModel
    ) -> Answer | None:
        from assistant.answer.generative import generate
        from assistant.llm import chat_model

        model = chat_model(llm, self.settings) if isinstance(llm, str) else llm
        name = llm if isinstance(llm, str) else type(llm).__name__
        try:
            result = generate(model, ranked, reading, view)
        except BackendError as error:
            log.warning("%s Falling back to the extractive answer.", error.en)
            return None
        if not result.statements:
            answer = abstain.abstention(reading, ranked, view)
            answer.backend = name
            answer.withheld = [Withheld(text=entry.text, reason=entry.reason) for entry in result.withheld]
            answer.usage = result.usage
            return answer
        answer = answered(compose(result.statements, view, reading), reading, view, name, result.withheld)
        answer.usage = result.usage
        return answer

    def _read(self, question: str, view: LibraryView, filters: Filters, lang: Lang | None) -> Reading:
        text = usable_question(question, self.settings.answer.max_question_chars)
        return read_question(text, view, filters, lang=lang, use_glossary=self.settings.retrieval.glossary)

    def _filters(
        self,
        view: LibraryView,
        as_of: str | date | None,
        kind: str | None,
        jurisdiction: str | None,
        issuer: str | None,
        act: str | None,
        authority: str | None,
        text_lang: str | None,
    ) -> Filters:
        check_choice("kind", kind, set(ActKind))
        check_choice("authority", authority, set(Authority))
        check_choice("text_lang", text_lang, LANGS)
        return Filters(
            as_of=as_of_date(as_of),
            as_of_given=as_of is not None,
            kind=kind,
            jurisdiction=jurisdiction,
            issuer=issuer,
            act=resolve_act(act, view) if act else None,
            authority=authority,
            text_lang=text_lang,
        )

    # ── texts ─────────────────────────────────────────────────────────────────────────────────

    def show(
        self, act: str, provision: str | None = None, *, edition: str | None = None,
        as_of: str | date | None = None,
    ) -> Shown:  # fmt: skip
        """The text of an act or of one provision, as typed («п. 27 подп. в») or by id.

        Raises NotHeldError where the act, the edition or the provision is not in the library.
        """
        view = self.view
        if provision is None and "#" in act:
            act, provision = act.split("#", 1)
        act_id = resolve_act(act, view)
        day = as_of_date(as_of)
        row = self._edition_row(view, act_id, edition, day)
        loaded = view.edition(row.id)
        node = self._provision(loaded, provision, view) if provision else None
        start, end = (node.start, node.end) if node else (0, len(loaded.text))
        pages = sorted({page for page in (loaded.page(start), loaded.page(max(start, end - 1))) if page})
        return Shown(
            ref=provision_ref(act_id, node.id if node else None),
            act=act_id,
            edition=row.edition,
            provision=node.id if node else None,
            label=node.label if node else (row.title or view.title(act_id, row.lang)),
            text=loaded.text[start:end],
            start=start,
            end=end,
            pages=list(range(pages[0], pages[-1] + 1)) if pages else [],
            currency=view.currency(row.id, day, node),
        )

    def _edition_row(self, view: LibraryView, act_id: str, edition: str | None, day: date) -> EditionRow:
        held = view.of_act(act_id)
        if edition and not is_partial_date(edition):
            raise InputError(
                f"'{edition}' is not a date. Write the edition as YYYY-MM-DD.",
                f"«{edition}» — не дата. Укажите редакцию в виде ГГГГ-ММ-ДД.",
            )
        if edition:
            held = [row for row in held if row.edition == edition]
        else:
            inside = view.in_scope(Filters(as_of=day, act=act_id))
            held = [row for row in held if row.id in inside]
        if held:
            return min(held, key=lambda row: (row.authority != "official", row.attachment))
        have = ", ".join(row.edition or "?" for row in view.of_act(act_id)) or "—"
        raise NotHeldError(
            f"The library has no such text of {act_id} (editions held: {have}). Ingest the file, "
            "or choose an edition that is held.",
            f"В библиотеке нет такого текста {act_id} (имеющиеся редакции: {have}). Загрузите файл "
            "или выберите имеющуюся редакцию.",
        )

    @staticmethod
    def _provision(loaded: EditionView, typed: str, view: LibraryView) -> Provision:
        jurisdiction = view.acts[loaded.row.act_id].jurisdiction
        for path in read_provision(typed, jurisdiction):
            if path in loaded.provisions:
                return loaded.provisions[path]
        act = loaded.row.act_id
        raise NotHeldError(
            f"{act} has no provision '{typed}' in this edition. 'ai-policy show {act}' prints all of it.",
            f"В этой редакции {act} нет положения «{typed}». «ai-policy show {act}» выводит её целиком.",
        )

    def acts(self, *, catalogue: bool = False) -> list[ActSummary]:
        """Acts whose text or digest is held; with ``catalogue`` also those only known."""
        view = self.view
        counts = self.library.counts()
        today = date.today()
        found = []
        for act in view.acts.values():
            rows = view.of_act(act.id)
            if not rows and not catalogue:
                continue
            found.append(
                ActSummary(
                    act=act.id,
                    title=view.title(act.id, self.settings.message_lang),
                    kind=act.kind,
                    number=act.number,
                    date=act.date,
                    issuer=act.issuer,
                    jurisdiction=act.jurisdiction,
                    editions=[_summary(row, counts) for row in rows],
                    currency=self._act_currency(view, rows, today),
                )
            )
        return found

    @staticmethod
    def _act_currency(view: LibraryView, rows: list[EditionRow], day: date) -> Currency:
        if not rows:
            return Currency.UNKNOWN
        newest = max(rows, key=lambda row: (row.authority == "official", row.edition or ""))
        return view.currency(newest.id, day)

    def source(self, citation: Citation) -> Source:
        """Where a citation stands: its surroundings and the file it comes from. Raises NotHeldError."""
        view = self.view
        held = (
            row
            for row in view.of_act(citation.act)
            if row.edition == citation.edition
            and row.authority == citation.authority
            and citation.provision in view.edition(row.id).provisions
        )
        row = next(held, None)
        if row is None:
            raise NotHeldError(
                f"{citation.ref} is no longer in the library in this edition. Ask the question again.",
                f"{citation.ref} в этой редакции в библиотеке больше нет. Задайте вопрос ещё раз.",
            )
        loaded = view.edition(row.id)
        first = max(0, citation.start - CONTEXT_CHARS)
        last = min(len(loaded.text), citation.end + CONTEXT_CHARS)
        primary = next((entry for entry in self.library.renditions(row.id) if entry.is_primary), None)
        file = self.settings.files_path / primary.sha256[:2] / primary.sha256 if primary else None
        return Source(
            citation=citation,
            headings=_headings(loaded, citation.provision),
            before=loaded.text[first : citation.start],
            quote=loaded.text[citation.start : citation.end],
            after=loaded.text[citation.end : last],
            file=file if file and file.is_file() else None,
            media_type=primary.media_type if primary else None,
        )


def _make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"The home {home} cannot be used: {error.strerror}. Set AI_POLICY_HOME to a folder you may write "
            "to.",
            f"Папка {home} не годится: {error.strerror}. Укажите в AI_POLICY_HOME папку, доступную для "
            "записи.",
        ) from error


def _summary(row: EditionRow, counts: dict[int, tuple[int, int]]) -> EditionSummary:
    provisions, renditions = counts.get(row.id, (0, 0))
    return EditionSummary(
        edition=row.edition, authority=row.authority, provisions=provisions, renditions=renditions
    )


def _headings(loaded: EditionView, provision: str) -> list[str]:
    found: list[str] = []
    node: Provision | None = loaded.provisions[provision]
    while node is not None:
        if node.heading:
            found.append(node.heading)
        node = loaded.provisions.get(node.parent) if node.parent else None
    return found[::-1]


class _Clock:
    """Milliseconds of each step and of all of them."""

    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round((now - self._last) * 1000, 1)
        self.laps["total"] = round((now - self._began) * 1000, 1)
        self._last = now
