"""Questions -> answers over one home: the functions every front door calls.

The library is read through a view of its current generation; when another process changes it, the next
question sees the change.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import watch
from assistant.answer import abstain, flow
from assistant.bodies import Body, find_bodies
from assistant.conversation import Rewritten, Turn, rewrite, rewrite_with
from assistant.dates import as_of_date
from assistant.errors import InputError, LibraryError, NotHeldError
from assistant.index.indexes import Indexes
from assistant.library import Library, watching
from assistant.library.view import Filters, LibraryView
from assistant.llm import EXTRACTIVE, Backend, Usage, open_backend
from assistant.model import (
    ActKind,
    ActSummary,
    Answer,
    Authority,
    Citation,
    EditionChange,
    Hit,
    Lang,
    SavedAnswer,
    Shown,
    Watch,
    WatchChange,
)
from assistant.query import (
    LANGS,
    Reading,
    check_choice,
    read_question,
    resolve_act,
    usable_question,
)
from assistant.retrieve import hit, retrieve
from assistant.settings import Settings, current_settings
from assistant.texts import Source, compare_editions, list_acts, show_text, source_of

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

JURISDICTIONS = frozenset({"ru", "eu", "us", "oecd", "coe"})  # of the catalogue; a library may know more


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
        self._backends: dict[str, Backend] = {}
        self._observed: tuple[int, date] | None = None  # the state of things the watches were compared with
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
        ranked = retrieve(reading, view, self.indexes, self.settings.retrieval, k, gathered=True)
        return [hit(entry, rank, view, reading) for rank, entry in enumerate(ranked, 1)]

    def ask(
        self,
        question: str,
        *,
        as_of: str | date | None = None,
        llm: str | BaseChatModel | None = None,
        lang: Lang | None = None,
        history: Sequence[Turn | tuple[str, str]] = (),
        cancel: threading.Event | None = None,
        kind: str | None = None,
        jurisdiction: str | None = None,
        issuer: str | None = None,
        act: str | None = None,
        authority: str | None = None,
        text_lang: Lang | None = None,
    ) -> Answer:
        """Answer a question; ``history`` holds earlier turns or (question, answer) pairs, oldest first.

        A follow-up is answered as the full question it stands for, which ``rewritten`` shows. ``cancel``: set
        by another thread, it stops a language model. Raises InputError or NotHeldError for what cannot be
        used, BackendError where it was cancelled; a model that fails otherwise is replaced by excerpts, and
        the answer says so.
        """
        clock = _Clock()
        check_choice("lang", lang, LANGS)
        backend = self._backend(llm)
        view = self.view
        filters = self._filters(view, as_of, kind, jurisdiction, issuer, act, authority, text_lang)
        full, spent = self._full_question(question, history, view, backend, cancel)
        reading = self._read(full.question, view, filters, lang)
        clock.lap("read")
        ranked = retrieve(reading, view, self.indexes, self.settings.retrieval, self.settings.answer.hits)
        clock.lap("retrieve")
        asked = flow.Asked(reading, ranked, view, self.indexes, self.settings.answer, backend, cancel, spent)
        answer = flow.answer(asked)
        if full.changed:
            answer.question, answer.rewritten, answer.carried = question, full.question, list(full.carried)
        if answer.status == "abstained" and not self.indexes.complete_for(self.library):
            answer.answer = f"{answer.answer} {abstain.NOT_INDEXED[reading.lang]}"
        clock.lap("answer")
        answer.timings_ms = clock.laps
        return answer

    def _full_question(
        self,
        question: str,
        history: Sequence[Turn | tuple[str, str]],
        view: LibraryView,
        backend: Backend | None,
        cancel: threading.Event | None,
    ) -> tuple[Rewritten, Usage]:
        """The question a follow-up stands for, and what a model used up to find it."""
        if not history:
            return Rewritten(question), Usage()
        if backend is None:
            return rewrite(question, history, view), Usage()
        spent: list[Usage] = []

        def complete(system: str, user: str) -> str:
            reply = backend.complete(system, user, cancel=cancel)
            spent.append(reply.usage)
            return reply.text

        return rewrite_with(complete, question, history, view), sum(spent, Usage())

    def bodies(self, name: str = "") -> list[Body]:
        """The bodies and programmes of AI policy that are known; by name, those it means."""
        return find_bodies(name)

    def _backend(self, llm: str | BaseChatModel | None) -> Backend | None:
        """The language model to answer with; None for excerpts. One of a name is opened once."""
        named = llm if llm is not None else self.settings.llm
        if named == EXTRACTIVE:
            return None
        if not isinstance(named, str):
            return open_backend(named, self.settings)
        with self._lock:
            if named not in self._backends:
                self._backends[named] = open_backend(named, self.settings)
            return self._backends[named]

    def read(self, question: str) -> Reading:
        """How a question is understood, without filters of its own."""
        view = self.view
        return self._read(question, view, self._filters(view, *(None,) * 7), None)

    def _read(self, question: str, view: LibraryView, filters: Filters, lang: Lang | None) -> Reading:
        text = usable_question(question, self.settings.answer.max_question_chars)
        retrieval = self.settings.retrieval
        return read_question(
            text,
            view,
            filters,
            lang=lang,
            use_glossary=retrieval.glossary,
            spelling=self.indexes.spelling if retrieval.spelling else None,
        )

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
        known = {row.jurisdiction for row in view.acts.values() if row.jurisdiction}
        check_choice("jurisdiction", jurisdiction, JURISDICTIONS | known)
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
        self,
        act: str,
        provision: str | None = None,
        *,
        edition: str | None = None,
        as_of: str | date | None = None,
    ) -> Shown:
        """The text of an act or of one provision, as typed («п. 27 подп. в») or by id.

        Raises NotHeldError where the act, the edition or the provision is not in the library.
        """
        view = self.view
        if provision is None and "#" in act:
            act, provision = act.split("#", 1)
        day, lang = as_of_date(as_of), self.settings.message_lang
        return show_text(view, resolve_act(act, view), provision, edition, day, lang)

    def diff(self, act: str, *, from_: str | None = None, to: str | None = None) -> list[EditionChange]:
        """What changed between two held editions, provision by provision; by default the two latest.

        Raises InputError or NotHeldError where there are no two such texts.
        """
        view = self.view
        return compare_editions(view, resolve_act(act, view), from_, to)

    def acts(self, *, catalogue: bool = False) -> list[ActSummary]:
        """Acts whose text or digest is held; with ``catalogue`` also those only known."""
        return list_acts(self.view, self.settings.message_lang, date.today(), catalogue=catalogue)

    # ── watching ──────────────────────────────────────────────────────────────────────────────

    def save_answer(self, answer: Answer) -> SavedAnswer:
        """Keep an answer, to be watched or read again."""
        return watching.save_answer(self.library, answer)

    def watch(self, what: str) -> Watch:
        """Watch an act, a provision (``act#provision``), a saved answer or a file of one.

        Raises InputError or NotHeldError for what cannot be watched.
        """
        return watch.add(self.library, self.view, what, date.today())

    def watches(self) -> list[Watch]:
        """What is watched."""
        return watching.watches(self.library)

    def unwatch(self, key: int) -> None:
        """Watch something no longer. Raises NotHeldError for an unknown number."""
        if not watching.remove_watch(self.library, key):
            raise NotHeldError(
                f"Nothing is watched under the number {key}. 'ai-policy watch list' shows what is.",
                f"Под номером {key} ничего не отслеживается. Список показывает «ai-policy watch list».",
            )

    def changes(self, *, unseen: bool = True) -> list[WatchChange]:
        """What changed among the watched, newest first; the library is looked at anew for it."""
        view, today = self.view, date.today()
        if self._observed != (view.generation, today):
            watch.observe(self.library, today, view)
            self._observed = (view.generation, today)
        return watching.changes(self.library, unseen=unseen)

    def mark_seen(self) -> int:
        """Mark all changes as seen; returns how many were not."""
        return watching.mark_seen(self.library)

    def source(self, citation: Citation) -> Source:
        """Where a citation stands: its surroundings and the file it comes from. Raises NotHeldError."""
        return source_of(self.view, citation, self.settings.files_path)


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
