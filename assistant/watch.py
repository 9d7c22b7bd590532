"""What a user watches (acts, provisions, saved answers) -> what changed since it was last looked at.

A watch keeps a state: for every provision it covers the hash of its words and its standing, for an act the
edition in force. After an ingest or a sync, and when somebody asks, the state is taken anew and compared. How
a publisher sets a text is no change; a day that comes (an act takes effect, an amendment applies) is one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from assistant.diff import normalised
from assistant.errors import InputError, NotHeldError
from assistant.library import Library, watching
from assistant.library.schema import EditionRow
from assistant.library.view import EditionView, Filters, LibraryView
from assistant.model import (
    Answer,
    Authority,
    Citation,
    Lang,
    Provision,
    SavedAnswer,
    Watch,
    WatchChange,
    provision_ref,
    stands_in,
)
from assistant.query import read_provision, resolve_act

_ANSWER = re.compile(r"answer-(\d+)")
EDITION = "edition"  # key of a state: the edition in force
GONE = "-"

# How each kind of change is told.
CHANGES: dict[Lang, dict[str, str]] = {
    "ru": {
        "new_edition": "новая редакция",
        "standing_changed": "изменилось действие",
        "text_changed": "изменился текст",
        "provision_added": "добавлено положение",
        "provision_removed": "положения больше нет",
        "quotation_gone": "цитаты больше нет в действующем тексте",
        "citation_changed": "изменилось то, на что опирается ответ",
    },
    "en": {
        "new_edition": "new edition",
        "standing_changed": "its standing changed",
        "text_changed": "its text changed",
        "provision_added": "a provision was added",
        "provision_removed": "the provision is gone",
        "quotation_gone": "the quotation no longer stands in the text in force",
        "citation_changed": "what the answer rests on changed",
    },
}


def add(library: Library, view: LibraryView, what: str, day: date) -> Watch:
    """Watch an act, a provision (``act#provision``), a saved answer (``answer-3``) or a file of an answer.

    Raises InputError or NotHeldError for anything else.
    """
    if _ANSWER.fullmatch(what.strip()):
        return _add_answer(library, view, saved_answer(library, what), day)
    if what.endswith(".json"):
        return _add_answer(library, view, watching.save_answer(library, read_answer(Path(what))), day)
    typed, _, provision = what.partition("#")
    act = resolve_act(typed, view)
    if not provision:
        state = _of_act(view, act, day)
        if not state:
            raise _not_held(act)
        return watching.add_watch(library, "act", act, view.title(act, "ru"), state)
    edition = _edition(view, act, day)
    if edition is None:
        raise _not_held(act)
    node = next(
        (
            found
            for path in read_provision(provision, view.acts[act].jurisdiction)
            if (found := edition.find(path))
        ),
        None,
    )
    if node is None:
        raise NotHeldError(
            f"{act} has no provision '{provision}'. 'ai-policy show {act}' prints all of it.",
            f"В {act} нет положения «{provision}». «ai-policy show {act}» выводит весь текст.",
        )
    target = provision_ref(act, node.id)
    return watching.add_watch(
        library,
        "provision",
        target,
        f"{node.label}, {view.title(act, 'ru')}",
        _of_provision(view, act, node.id, day),
    )


def saved_answer(library: Library, name: str) -> SavedAnswer:
    """The saved answer of this id (``answer-3``). Raises NotHeldError where there is none."""
    number = _ANSWER.fullmatch(name.strip())
    saved = watching.saved_answer(library, int(number[1])) if number else None
    if saved is None:
        raise NotHeldError(
            f"There is no saved answer {name}. Save one with 'ai-policy ask --save'.",
            f"Нет сохранённого ответа {name}. Сохраните ответ командой «ai-policy ask --save».",
        )
    return saved


def kept_answer(library: Library, what: str) -> Answer:
    """A saved answer by its id, or one from a file that ``ask --json`` wrote.

    Raises NotHeldError for an unknown id, InputError for a file that holds no answer.
    """
    if _ANSWER.fullmatch(what.strip()):
        return saved_answer(library, what).answer
    return read_answer(Path(what))


def _add_answer(library: Library, view: LibraryView, saved: SavedAnswer, day: date) -> Watch:
    state = _of_answer(view, saved.answer, day)
    return watching.add_watch(library, "answer", saved.id, saved.answer.question, state)


def observe(library: Library, day: date | None = None, view: LibraryView | None = None) -> list[WatchChange]:
    """Compare every watch with the library as it is now; record and return what changed.

    ``view``: the library as it is now, where the caller has it.
    """
    watched = watching.states(library)
    if not watched:
        return []
    day = day or date.today()
    view = view or LibraryView(library)
    found: list[WatchChange] = []
    for watch, before in watched:
        after = _state(library, view, watch, day)
        if after != before:
            found += watching.record(library, watch.id, after, _compared(watch, before, after))
    return found


def read_answer(path: Path) -> Answer:
    """An answer from a file that ``ai-policy ask --json`` printed. Raises InputError."""
    try:
        return Answer.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no answer that --json printed"
        raise InputError(
            f"{path} cannot be used: {why}. Give the file 'ai-policy ask --json' wrote.",
            f"{path} не годится: {why}. Укажите файл, записанный «ai-policy ask --json».",
        ) from None


def _state(library: Library, view: LibraryView, watch: Watch, day: date) -> dict[str, str]:
    if watch.kind == "answer":
        number = _ANSWER.fullmatch(watch.target)
        saved = watching.saved_answer(library, int(number[1])) if number else None
        return _of_answer(view, saved.answer, day) if saved else {}
    act, _, provision = watch.target.partition("#")
    if act not in view.acts:
        return {}
    return _of_provision(view, act, provision, day) if provision else _of_act(view, act, day)


def _of_act(view: LibraryView, act: str, day: date) -> dict[str, str]:
    """Edition and standing of the text in force, and what each of its provisions says."""
    edition = _edition(view, act, day)
    if edition is None:
        return {}
    row = edition.row
    state = {EDITION: f"{row.edition or '?'} {row.authority}", act: _standing(view, row, None, day)}
    state |= {provision_ref(act, name): _words(edition, node) for name, node in edition.provisions.items()}
    return state


def _of_provision(view: LibraryView, act: str, provision: str, day: date) -> dict[str, str]:
    edition = _edition(view, act, day)
    if edition is None:
        return {}
    nodes = [node for name, node in edition.provisions.items() if stands_in(name, provision)]
    if not nodes:
        return {}
    state = {provision_ref(act, node.id): _words(edition, node) for node in nodes}
    return state | {act: _standing(view, edition.row, nodes[0], day)}


def _of_answer(view: LibraryView, answer: Answer, day: date) -> dict[str, str]:
    """For each citation whether its words still stand in the text in force, and its standing."""
    return {citation.ref: _of_citation(view, citation, day) for citation in answer.citations}


def _of_citation(view: LibraryView, citation: Citation, day: date) -> str:
    if citation.act not in view.acts:
        return GONE
    digest = citation.authority == Authority.DIGEST
    edition = _edition(view, citation.act, day, digest=digest)
    node = edition.provisions.get(citation.provision) if edition else None
    if edition is None or node is None:
        return GONE
    words = normalised(edition.text[node.start : node.end])
    stands = "quoted" if normalised(citation.quote) in words else "gone"
    return f"{stands} {_standing(view, edition.row, node, day)} {edition.row.edition or '?'}"


def _edition(view: LibraryView, act: str, day: date, *, digest: bool = False) -> EditionView | None:
    """The text in force of an act: official or the user's, else our restatement."""
    inside = view.in_scope(Filters(as_of=day, act=act))
    rows = [row for row in view.of_act(act) if row.id in inside]
    rows.sort(key=lambda row: ((row.authority == Authority.DIGEST) != digest, row.authority, row.attachment))
    return view.edition(rows[0].id) if rows else None


def _standing(view: LibraryView, row: EditionRow, node: Provision | None, day: date) -> str:
    return str(view.currency(row.id, day, node))


def _words(edition: EditionView, node: Provision) -> str:
    return hashlib.sha256(normalised(edition.own_text(node)).encode()).hexdigest()[:16]


def _compared(watch: Watch, before: dict[str, str], after: dict[str, str]) -> Iterator[WatchChange]:
    for ref in dict.fromkeys([*before, *after]):
        was, now = before.get(ref), after.get(ref)
        if was == now:
            continue
        kind, told = _kind(watch, ref, was, now)
        yield WatchChange(
            watch=watch.id,
            target=watch.target,
            label=watch.label,
            kind=kind,
            ref=watch.target if ref == EDITION else ref,
            before=was if told else None,
            after=now if told else None,
        )


def _kind(watch: Watch, ref: str, was: str | None, now: str | None) -> tuple[str, bool]:
    """(what kind of change it is, whether its two states say something to a reader)."""
    if ref == EDITION:
        return "new_edition", True
    if watch.kind == "answer":
        if now is None or now == GONE or now.startswith("gone"):
            return "quotation_gone", False
        return "citation_changed", True
    if "#" not in ref:
        return "standing_changed", True
    if was is None:
        return "provision_added", False
    return ("provision_removed", False) if now is None else ("text_changed", False)


def _not_held(act: str) -> NotHeldError:
    return NotHeldError(
        f"The library holds no text of {act} to watch. Ingest the act or its digest first.",
        f"В библиотеке нет текста {act}, за которым можно следить. Сначала загрузите акт или дайджест.",
    )
