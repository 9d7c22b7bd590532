"""A question in a conversation -> whether it goes on from an earlier one, and what it says by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.conversation import words
from assistant.conversation.frame import bare, cut, is_verb, law_phrases
from assistant.conversation.spans import Named, content, named
from assistant.library.view import LibraryView

_WORD = re.compile(r"[^\W\d_]+")
_BARE_NUMBER = re.compile(
    r"(?:(?:в|по|о|of|in)\s+)?(?P<number>\d+(?:\.\d+)*)(?:-?(?:го|й|м|му|ом|ю|е|th))?", re.IGNORECASE
)
_FEW = 3  # content words of a question that may lean on another
_MANY = 7  # from here on a question is taken to stand by itself, whatever its pronouns


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question that leans on an earlier one.

    rest: without its linking words and marks; asks: it has a question word or a verb of its own; refers: by
    a pronoun; only_law: it is whole but for the act it asks of; move: to a provision (+1, -1), 0 for none.
    own: content stems beside the acts, provisions, dates and regions it names.
    """

    rest: str
    named: Named
    asks: bool
    refers: bool
    only_law: bool
    move: int
    own: tuple[str, ...]
    number: str | None = None


def small_talk(question: str) -> bool:
    """Whether a question is thanks, a greeting or the like."""
    return bool(words.SMALL_TALK.fullmatch(question))


def follow_up(question: str, view: LibraryView) -> FollowUp | None:
    """The question as a follow-up, None where it stands by itself."""
    if small_talk(question) or words.NEW_TOPIC.search(_folded(question)):
        return None
    text = bare(question)
    marker = words.MARKER.match(_folded(text))
    rest = text[marker.end() :].lstrip(" ,") if marker else text
    if not any(character.isalnum() for character in rest):
        return None
    found = _follow_up(rest, view, marked=marker is not None)
    if marker is not None or _leans(found, question):
        return None if _complete(found) else found
    return None


def _follow_up(rest: str, view: LibraryView, *, marked: bool) -> FollowUp:
    own = named(rest, view)
    asks = bool(words.INTERROGATIVE.search(rest) or words.AUXILIARY.search(rest) or _has_verb(rest))
    refers = _refers(own)
    spans = law_phrases(own)
    spans += [(date.start, date.end) for date in own.dates] + [
        (place.start, place.end) for place in own.regions
    ]
    move = 0 if own.provisions else _move(rest)
    outside = cut(rest, spans)
    left = content(_without_units(outside) if move else outside)
    only_law = marked and asks and not refers and len(left) > _FEW and not move and not own.provisions
    number = _BARE_NUMBER.fullmatch(rest) if not own.dates else None
    return FollowUp(rest, own, asks, refers, only_law, move, left, number["number"] if number else None)


def _complete(found: FollowUp) -> bool:
    """Whether a question stands by itself even though it is linked to the one before."""
    whole = found.asks and not found.refers and len(found.own) >= 2
    return whole and bool(found.named.acts or (found.only_law and found.named.regions))


def _leans(found: FollowUp, question: str) -> bool:
    """Whether a question without linking words still needs an earlier one."""
    own = found.named
    if own.acts:
        return found.refers or (
            not found.asks and not found.own and own.text[: own.acts[0].start].strip() != ""
        )
    if found.refers or own.provisions or found.move:
        return not own.regions or found.refers
    if found.number:
        return True
    if words.DEFINITION.match(_folded(found.rest)) and found.own:
        return False
    short = len(found.own) <= 1 and not own.regions
    return short and (found.asks or question.rstrip().endswith("?"))


def _refers(own: Named) -> bool:
    plain = words.NOT_A_PRONOUN.sub(lambda match: "\0" * len(match.group()), _folded(own.text))
    if len(content(own.text)) >= _MANY:
        return False
    for match in words.PRONOUN.finditer(plain):
        before = own.text[: match.start()]
        named_before = any(act.end <= match.start() for act in own.acts)
        inside = named_before or (words.CLAUSE.search(_folded(before)) and content(before))
        most = 0 if words.POSSESSIVE.fullmatch(match.group()) else 2
        if not inside and len(content(before)) <= most:
            return True
    return False


def _move(rest: str) -> int:
    unit = any(
        re.search(rf"(?<!\w)(?:{pattern})(?!\w)", rest, re.IGNORECASE)
        for pattern, _, _ in words.UNITS.values()
    )
    alone = not content(re.sub(r"(?<!\w)one(?!\w)", " ", _without_units(rest)))  # «а предыдущий?»
    if not unit and not alone:
        return 0
    return 1 if words.NEXT.search(rest) else -1 if words.PREVIOUS.search(rest) else 0


def _without_units(text: str) -> str:
    text = words.NEXT.sub(" ", words.PREVIOUS.sub(" ", text))
    for pattern, _, _ in words.UNITS.values():
        text = re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", " ", text, flags=re.IGNORECASE)
    return text


def _has_verb(rest: str) -> bool:
    return any(is_verb(word.lower().replace("ё", "е")) for word in _WORD.findall(rest))


def _folded(text: str) -> str:
    return text.replace("ё", "е").replace("Ё", "Е")
