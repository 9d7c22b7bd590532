"""Conversations -> how often a follow-up is rewritten into the question it means, by kind and split.

A follow-up is right where its rewriting holds every topic word in some form, names the acts that the full
question names, has its as-of date, and holds none of the words that must be gone. A whole question is right
where it is left as it is, byte for byte. No answers are made: the history holds the questions alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.conversation import Rewritten, Turn, rewrite
from assistant.index.words import stem, tokens
from assistant.library.view import Filters, LibraryView
from assistant.query import Reading, read_question
from evals.dialogue_cases import WHOLE, Dialogue, DialogueTurn, load_dialogues

_ROOT, _ENDING = 4, 3  # letters a form shares with its word at least, and may end differently in at most

Rewriting = Callable[[str, Sequence[Turn], LibraryView], Rewritten]


@dataclass(frozen=True, slots=True)
class Judged:
    """A follow-up as rewritten. faults: what is wrong with it, in words; none where it is right."""

    dialogue: str
    kind: str
    asked: str
    rewritten: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of ``n`` are right."""

    right: int
    n: int

    @property
    def value(self) -> float:
        """The share, 0…1."""
        return self.right / self.n if self.n else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """shares: split -> kind (and ``all``) -> how many are right; judged: split -> every follow-up."""

    shares: dict[str, dict[str, Share]] = field(default_factory=dict)
    judged: dict[str, list[Judged]] = field(default_factory=dict)


def run(
    view: LibraryView, dialogues: Sequence[Dialogue] | None = None, rewriting: Rewriting = rewrite
) -> Report:
    """Rewrite every follow-up of the conversations (those that ship, by default) and judge it."""
    report = Report()
    known = load_dialogues() if dialogues is None else dialogues
    for split in ("dev", "test"):
        found = [each for case in known if case.split == split for each in judge(case, view, rewriting)]
        report.judged[split] = found
        report.shares[split] = _shares(found)
    return report


def judge(case: Dialogue, view: LibraryView, rewriting: Rewriting = rewrite) -> list[Judged]:
    """The follow-ups of a conversation, each rewritten after what was really made of those before."""
    history: list[Turn] = []
    found = []
    for turn in case.turns:
        made = rewriting(turn.q, history, view)
        history.append(Turn(turn.q, made.question if made.changed else None))
        if turn.kind is not None:
            faults = tuple(_faults(turn, made.question, view))
            found.append(Judged(case.id, turn.kind, turn.q, made.question, faults))
    return found


def _faults(turn: DialogueTurn, text: str, view: LibraryView) -> list[str]:
    if turn.kind in WHOLE:
        return [] if text == turn.q else ["a whole question was changed"]
    faults = [f"lacks '{words}'" for words in turn.topic if not _holds(text, words)]
    faults += [f"keeps '{words}'" for words in turn.absent if _keeps(text, words)]
    reading, wanted = _read(text, view), _read(turn.full or "", view)
    missing = set(turn.acts) & set(wanted.acts) - set(reading.acts)
    faults += [f"does not name {act}" for act in sorted(missing)]
    as_of = reading.filters.as_of.isoformat() if reading.filters.as_of != date.min else None
    if as_of != turn.as_of:
        faults.append(f"is asked as of {as_of}, not {turn.as_of}")
    return faults


def _holds(text: str, words: str) -> bool:
    """Whether each of ``words`` stands in ``text`` in some form."""
    held = [word for word, _, _ in tokens(text)]
    return all(any(_same(word, other) for other in held) for word, _, _ in tokens(words))


def _same(word: str, other: str) -> bool:
    """Whether two words are forms of one: the stemmer parts «правила» from «правилам»."""
    begin = word[: max(_ROOT, len(word) - _ENDING)]
    return stem(word) == stem(other) or (len(word) > _ROOT and word.isalpha() and other.startswith(begin))


def _keeps(text: str, words: str) -> bool:
    """Whether ``words`` stand in ``text``; a letter of a list («а») only in its quotation marks."""
    return words in text if not words[:1].isalnum() else _holds(text, words)


def _read(question: str, view: LibraryView) -> Reading:
    return read_question(question, view, Filters(as_of=date.min), use_glossary=False)


def _shares(found: Sequence[Judged]) -> dict[str, Share]:
    kinds = sorted({each.kind for each in found})
    groups = {"all": list(found), **{kind: [each for each in found if each.kind == kind] for kind in kinds}}
    return {
        name: Share(sum(not each.faults for each in members), len(members))
        for name, members in groups.items()
    }
