"""Questions -> answers over one home: the functions every front door calls.

The library is read through a view of its current generation; when another process changes it, the next
question sees the change.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import again, watch
from assistant.again import Again, Change
from assistant.asking import Asking, Clock, answered, read
from assistant.bodies import Body, find_bodies
from assistant.conversation import Rewritten, Turn, rewrite, rewrite_with
from assistant.dates import as_of_date
from assistant.eligibility.checking import Checking
from assistant.errors import InputError, LibraryError, NotHeldError
from assistant.index.following import Following
from assistant.index.indexes import Indexes
from assistant.library import Library, watching
from assistant.library.originals import originals_of
from assistant.library.rereading import rereading
from assistant.library.view import Filters, LibraryView
from assistant.llm import EXTRACTIVE, Backend, Usage, open_backend
from assistant.logs import context as logged
from assistant.made import FILTERS, inputs_of, settings_of
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
    resolve_act,
)
from assistant.records.owner import LOCAL, Owner, seen_prefixes
from assistant.records.uploads import brought_by
from assistant.retrieve import hit, retrieve
from assistant.settings import AnswerSettings, RetrievalSettings, Settings, current_settings
from assistant.texts import Source, compare_editions, list_acts, show_text, source_of
from assistant.tracing import span

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OWNERS_KEPT = 64  # owners whose view of the library stays in memory
JURISDICTIONS = frozenset({"ru", "eu", "us", "oecd", "coe"})  # of the catalogue; a library may know more


class Assistant(Checking):
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
        self._own: tuple[str, ...] = ()
        self._shared: Assistant = self
        self._of_owners: OrderedDict[tuple[str, ...], Assistant] = OrderedDict()

    def seen_by(self, owner: Owner) -> Assistant:
        """The assistant with the files of an owner and of their groups beside what all share; no others.

        It is made for what the owner sees now: whoever leaves a group is seen to by another one.
        """
        own = seen_prefixes(owner)
        shared = self._shared
        if not own:
            return shared
        with shared._lock:
            found = shared._of_owners.pop(own, None)
            if found is None:
                found = Assistant(shared.settings, library=shared.library)
                found._own, found._shared = own, shared
                found._lock, found._backends = shared._lock, shared._backends
            shared._of_owners[own] = found
            while len(shared._of_owners) > OWNERS_KEPT:
                shared._of_owners.popitem(last=False)
            return found

    @property
    def view(self) -> LibraryView:
        """The library as it is now, without what is one owner's alone."""
        with self._lock:
            if self._view is None or self._view.generation != self.library.generation:
                beside = None if self._shared is self else self._shared.view
                # Where people sign in, nobody is the local user of before.
                private = brought_by(self.library, LOCAL) if self.settings.ways_in != "none" else None
                self._view = LibraryView(
                    self.library, self._own, beside=beside, before=self._view, private=private
                )
            if self._shared._indexes is not None:
                self._shared._indexes.follow(self.library)
            return self._view

    @property
    def indexes(self) -> Indexes:
        """The indexes, opened when a question first needs them. Raises ModelError without a model."""
        if self._shared is not self:
            return self._shared.indexes
        with self._lock:
            found, opened = self._indexes, self._indexes is None
            if found is None:
                found = self._indexes = Indexes.at(self.settings)
                found.follow(self.library)
        if opened and self.library.on_server:
            Following.begun(self.settings, found, self.library)
            found.follow(self.library)
        return found

    def warm_up(self) -> None:
        """Load the model and open the indexes, so that the first question does not wait for them."""
        if self.view.editions:
            self.search("искусственный интеллект", k=1)

    # ── questions ─────────────────────────────────────────────────────────────────────────────

    @rereading
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
        logged.keep_private(question)
        view = self.view
        filters = self._filters(view, as_of, kind, jurisdiction, issuer, act, authority, text_lang)
        reading = read(question, view, self.indexes, filters, None, self.settings)
        ranked = retrieve(reading, view, self.indexes, self.settings.retrieval, k, gathered=True)
        return [hit(entry, rank, view, reading) for rank, entry in enumerate(ranked, 1)]

    @rereading
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
        clock = Clock()
        logged.keep_private(question, *_questions(history))
        check_choice("lang", lang, LANGS)
        backend = self._backend(llm)
        view = self.view
        filters = self._filters(view, as_of, kind, jurisdiction, issuer, act, authority, text_lang)
        with span("question") as whole:
            full, spent = self._full_question(question, history, view, backend, cancel)
            rooms = (self.settings.retrieval, self.settings.answer)
            asking = Asking(question, full, filters, lang, backend, *rooms, cancel, spent)
            made = answered(asking, view, self.indexes, self.library, clock)
            whole.note(status=made.status, language=made.language, claims=len(made.claims))
        return made

    @rereading
    def again(
        self,
        answer: Answer,
        *,
        llm: str | BaseChatModel | None = None,
        ask: bool = True,
        cancel: threading.Event | None = None,
    ) -> Again:
        """Make an answer again and say what is the same, what differs, and why it may.

        Where the library is the answer's, it is asked as of the answer's date; where it is another, as of
        today, unless the person had set a date. ``ask``: False only checks the citations and the library.
        ``llm``: a model in place of the answer's own. Raises as :meth:`ask` does.
        """
        view, made = self.view, inputs_of(answer)
        day = as_of_date(answer.as_of if made.as_of_given else None)
        found = again.examined(answer, self.library, view, day)
        if not ask:
            return found
        backend = self._backend(llm if llm is not None else made.llm)
        retrieval, lost = settings_of(made, "retrieval", RetrievalSettings)
        answering, others = settings_of(made, "answer", AnswerSettings)
        try:
            pinned = answer.as_of if found.library == "same" else day
            filters = self._filters(view, pinned, *(made.filters.get(name) for name in FILTERS))
        except (InputError, NotHeldError) as error:  # what a filter named is not known any more
            found.conditions.append(Change(what="filters", before=error.message(self.settings.message_lang)))
            return found
        filters = replace(filters, as_of_given=made.as_of_given)
        full = Rewritten(
            answer.rewritten or answer.question, answer.rewritten is not None, (*answer.carried,)
        )
        asking = Asking(answer.question, full, filters, made.lang, backend, retrieval, answering, cancel)
        made_again = answered(asking, view, self.indexes, self.library, Clock())
        again.compare(found, answer, made_again, [*lost, *others])
        return found

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
        check, history = self._further_check(question, history)
        if check is not None:
            return check, Usage()
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
        filters = self._filters(view, *(None,) * 7)
        return read(question, view, self.indexes, filters, None, self.settings)

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

    @rereading
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

    @rereading
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

    @rereading
    def source(self, citation: Citation, *, file: bool = True) -> Source:
        """Where a citation stands: its surroundings and, if asked for, the file it comes from.

        A file in an object store may take some seconds; where it cannot be had there is none. Raises
        NotHeldError.
        """
        return source_of(self.view, citation, originals_of(self.settings) if file else None)


def _questions(history: Sequence[Turn | tuple[str, str]]) -> list[str]:
    """What was asked before."""
    return [turn.question if isinstance(turn, Turn) else str(turn[0]) for turn in history]


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
