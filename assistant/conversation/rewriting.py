"""A follow-up and the conversation before it -> a question that stands by itself, without a model.

Earlier text is only ever cut and copied as words; nothing in it is obeyed. Either the earlier question is
kept and a phrase of it exchanged («а в 149-ФЗ?»), or the follow-up is kept and what it refers to is put
after it in brackets («кто их присваивает (категории объекта)?»).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.conversation import words
from assistant.conversation.cues import FollowUp, follow_up, small_talk
from assistant.conversation.frame import (
    bare,
    cut,
    date_phrase,
    exchanged,
    law_phrases,
    parts,
    tidy,
    topic,
    without_dates,
)
from assistant.conversation.laws import law_words, referred_provision, with_provision
from assistant.conversation.spans import Named, Span, content, named
from assistant.conversation.turns import Rewritten, Turn, bounded, shortened
from assistant.library.view import LibraryView
from assistant.scope_words import jurisdictions_in

LONGEST_GLOSS = 240
_TAIL = re.compile(r"\s+—\s+(?P<tail>[^—]+)$")
_BEFORE_OR_AFTER = re.compile(r"(?<!\w)(?:до|после|before|after|until|till|by)\s+(?:the\s+)?$", re.IGNORECASE)
_MONTHS_RU = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]
_MONTHS_RU_NAMED = [
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
]


@dataclass(frozen=True, slots=True)
class Asked:
    """An earlier question in full. aside: it put a date to a question that has none of its own."""

    text: str
    turn: Turn
    aside: bool = False


def rewrite(question: str, history: Sequence[Turn | tuple[str, str]], view: LibraryView) -> Rewritten:
    """The question as it would be asked without the conversation; itself where it stands alone."""
    found = follow_up(question, view) if history else None
    past = _past(history, view) if found is not None else []  # reading it costs several questions more
    if found is None or not past:
        return Rewritten(question)
    text, _ = _in_full(question, found, past, view)
    if text == question:
        return Rewritten(question)
    return Rewritten(text, True, carried(question, text, view))


def _past(history: Sequence[Turn | tuple[str, str]], view: LibraryView) -> list[Asked]:
    """The earlier questions in full, oldest first."""
    past: list[Asked] = []
    for turn in bounded(history):
        if small_talk(turn.question):
            continue
        earlier = shortened(turn.question)
        found = follow_up(earlier, view) if past else None
        made, aside = (earlier, False) if found is None else _in_full(earlier, found, past, view)
        past.append(Asked(shortened(turn.rewritten or made), turn, aside))
    return past


def _in_full(question: str, found: FollowUp, past: Sequence[Asked], view: LibraryView) -> tuple[str, bool]:
    """The full question of a follow-up, and whether it is an aside about another date."""
    last = past[-1]
    if (
        last.aside
        and len(past) > 1
        and not (found.asks or found.named.dates or found.named.provisions or found.move)
    ):
        last = past[-2]
    frame = named(bare(last.text), view)
    text = _rewritten(found, frame, past, view)
    if text is None:
        return question, False
    aside = bool(found.named.dates) and not any(date.as_of for date in frame.dates)
    kept = found.refers or found.named.provisions or found.move
    if kept and last.turn.as_of and not named(text, view).dates:
        lead = "по состоянию на" if frame.lang == "ru" else "as of"
        text = f"{text} — {lead} {last.turn.as_of}"
    return f"{text[:1].upper()}{text[1:]}?", aside


def _rewritten(found: FollowUp, frame: Named, past: Sequence[Asked], view: LibraryView) -> str | None:
    if found.only_law:
        law = "" if found.named.acts else law_words(frame)
        return f"{found.rest} ({law})" if law else None
    provision = _by_provision(found, frame, past, view)
    if provision is not None:
        return provision
    if found.number:
        changed = _by_number(found, frame, view)
        if changed is not None:
            return changed
    if found.asks or found.refers:
        return _glossed(found, frame)
    if found.named.acts:
        return _other_act(found, frame, view)
    if found.named.dates:
        return _other_date(found, frame)
    if found.named.regions:
        return _other_region(found, frame, view)
    return _added(frame.text, found.rest, view)


# ── the follow-up kept, what it refers to put after it ────────────────────────────────────────────


def _glossed(found: FollowUp, frame: Named) -> str | None:
    own, text = found.named, frame.text
    rest = _as_of(found, frame)
    asked_of_act = words.VALIDITY.search(found.rest) and len(frame.act_ids) == 1 and found.refers
    if asked_of_act and not own.acts:
        return f"{rest} ({law_words(frame)})"
    spans: list[tuple[int, int]] = []
    if own.acts or (own.regions and _elsewhere(own, frame)):
        spans += law_phrases(frame)
    if own.regions:
        spans += [_region_phrase(frame.text, region) for region in frame.regions]
    if own.dates:
        spans += [date_phrase(text, date) for date in frame.dates]
        spans += [match.span() for match in words.NOW.finditer(text)]
    gloss = _short(_not_said(topic(cut(text, _apart(spans))), rest))
    return f"{rest} ({gloss})" if gloss else None


def _not_said(gloss: str, rest: str) -> str:
    """A gloss without a first word that the question already has."""
    first, _, others = gloss.partition(" ")
    return others if others and set(content(first)) and set(content(first)) <= set(content(rest)) else gloss


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for span in sorted(spans):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _short(gloss: str) -> str:
    gloss = gloss.replace("(", "").replace(")", "")
    return gloss if len(gloss) <= LONGEST_GLOSS else gloss[:LONGEST_GLOSS].rpartition(" ")[0]


# ── the earlier question kept, a phrase of it exchanged ───────────────────────────────────────────


def _added(text: str, piece: str, view: LibraryView) -> str:
    """A question with a new piece: in place of the phrase it answers to, else after a dash."""
    split = parts(text)
    core, tail = split.core, _TAIL.search(split.core)
    gloss = f" ({split.gloss})" if split.gloss else ""
    frame = named(text, view)
    fixed = [(span.start, span.end) for span in (*frame.acts, *frame.provisions, *frame.regions)]
    changed = exchanged(core, piece, fixed)
    if changed is not None:
        lost = words.PRONOUN.search(core.replace("ё", "е")) and not words.PRONOUN.search(
            changed.replace("ё", "е")
        )
        law = law_words(frame) if lost and split.gloss else ""
        return f"{changed} ({law})" if law else changed if lost else f"{changed}{gloss}"
    if tail and not gloss:
        core = core[: tail.start()]
    return f"{core}{gloss} — {piece}"


def _other_act(found: FollowUp, frame: Named, view: LibraryView) -> str:
    own, act = found.named, found.named.acts[0]
    piece = law_phrases(own)[0]
    left = cut(own.text, law_phrases(own)).strip()
    said = own.text[piece[0] : piece[1]]
    if (
        act.numbered
        and left
        and own.text[piece[1] :].strip() == left
        and left.lower().startswith(("о ", "об "))
    ):
        said, left = f"{said} {left}", ""
    phrases = law_phrases(frame)
    if not phrases:
        return _added(frame.text, own.text, view)
    text = _law_exchanged(
        frame.text,
        phrases,
        said,
        has_preposition=bool(words.ACT_PREPOSITION.match(said))
        or (piece[0] < act.start and not own.provisions),
    )
    return _added(text, left, view) if left else text


def _law_exchanged(text: str, phrases: list[tuple[int, int]], said: str, *, has_preposition: bool) -> str:
    """``text`` with the act ``said`` in place of its acts and their provisions."""
    text_of_others = phrases[1:]
    for start, end in reversed(text_of_others):
        text = f"{text[:start]} {text[end:]}"
    start, end = phrases[0]
    old = text[start:end]
    lead = re.match(r"(?:по|в|во|из|к|согласно|от|under|in|of|by|per)\s+(?:the\s+)?", old, re.IGNORECASE)
    if has_preposition and not lead:
        split = parts(tidy(f"{text[:start]} {text[end:]}"))
        return f"{split.core} {said}" + (f" ({split.gloss})" if split.gloss else "")
    if lead and not has_preposition:
        start += lead.end()
        said = _like(text[start:end], said)
    return tidy(f"{text[:start]}{said}{text[end:]}")


def _like(old: str, said: str) -> str:
    """``said`` with the kind of act in the case it has in ``old``: «закон 187-ФЗ» -> «закону 187-ФЗ»."""
    first, _, rest = said.partition(" ")
    kind = next((begin for begin, _ in words.ACT_KINDS if first.lower().startswith(begin)), None)
    theirs = next((word for word in old.split() if kind and word.lower().startswith(kind)), None)
    return f"{theirs} {rest}" if theirs and rest else said


def _by_number(found: FollowUp, frame: Named, view: LibraryView) -> str | None:
    """«а 152-го?»: the act of this number, where an act of the same kind has it."""
    if not frame.acts:
        return None
    old = frame.acts[-1]
    kind = view.acts[old.value].kind if old.value in view.acts else None
    known = [act for act in view.acts.values() if act.kind == kind and re.match(r"\d+", act.number or "")]
    if not any(re.match(r"\d+", act.number or "")[0] == found.number for act in known):  # type: ignore[index]
        return None
    mention = re.sub(r"\d+", str(found.number), frame.of(old), count=1)
    return f"{frame.text[: old.start]}{mention}{frame.text[old.end :]}"


def _other_date(found: FollowUp, frame: Named) -> str:
    own = found.named
    plain = [date for date in frame.dates if not date.as_of]
    said = _as_of(found, frame)
    if plain and not own.dates[0].as_of:
        start, end = date_phrase(frame.text, plain[0])
        return f"{frame.text[:start]}{own.text}{frame.text[end:]}"
    split = parts(without_dates(frame, only_as_of=True))
    joint = " — " if content(cut(own.text, [date_phrase(own.text, own.dates[0])])) else " "
    return f"{split.core}{joint}{said}" + (f" ({split.gloss})" if split.gloss else "")


def _as_of(found: FollowUp, frame: Named) -> str:
    """The follow-up with its date written as the day whose law is asked for, where it is one."""
    own = found.named
    if not own.dates or own.dates[0].as_of or any(not date.as_of for date in frame.dates):
        return own.text
    date = own.dates[0]
    if _BEFORE_OR_AFTER.search(own.text, 0, date.start):
        return own.text
    start, end = date_phrase(own.text, date)
    lead = "по состоянию на" if own.lang == "ru" else "as of"
    return f"{own.text[:start]}{lead} {_day(date.value, own.lang, own.of(date))}{own.text[end:]}"


def _day(value: str, lang: str, typed: str) -> str:
    if lang != "ru":
        return typed
    year, *rest = value.split("-")
    if not rest:
        return f"{year} год"
    month = int(rest[0]) - 1
    return (
        f"{int(rest[1])} {_MONTHS_RU[month]} {year} года"
        if len(rest) > 1
        else f"{_MONTHS_RU_NAMED[month]} {year} года"
    )


def _other_region(found: FollowUp, frame: Named, view: LibraryView) -> str:
    own, region = found.named, found.named.regions[0]
    text = frame
    if _elsewhere(own, frame) and frame.acts:
        text = named(cut(frame.text, law_phrases(frame)), view)
    if not text.regions:
        return _added(text.text, own.text, view)
    old = text.regions[0]
    start, end = _region_phrase(text.text, old)
    left = cut(own.text, [_region_phrase(own.text, region)])
    said = own.text[slice(*_region_phrase(own.text, region))] if not left else own.of(region)
    if said == own.of(region):
        start = old.start
    noun = re.search(r"\s(?:област\w+|кра\w+|республик\w+)$", old.value)
    if noun and not re.search(r"\s", region.value):
        end -= len(noun.group())
    changed = f"{text.text[:start]}{said}{text.text[end:]}"
    return _added(changed, left, view) if left else changed


def _region_phrase(text: str, region: Span) -> tuple[int, int]:
    before = re.search(
        r"(?<!\w)(?:в|во|на|для|in|for|of)\s+(?:the\s+)?$|(?<!\w)the\s+$", text[: region.start], re.IGNORECASE
    )
    return (before.start() if before else region.start), region.end


def _elsewhere(own: Named, frame: Named) -> bool:
    """Whether a follow-up asks about the law of another jurisdiction than that of the acts before."""
    places = jurisdictions_in(own.text)
    return bool(places) and not any(act.split("-", 1)[0] in places for act in frame.act_ids)


# ── provisions ────────────────────────────────────────────────────────────────────────────────────


def _by_provision(found: FollowUp, frame: Named, past: Sequence[Asked], view: LibraryView) -> str | None:
    """A question about another provision: exchanged in the earlier one, or the follow-up's made whole."""
    if found.named.acts:
        return None
    target = referred_provision(found, frame, [asked.turn for asked in past], view)
    if target is None:
        return None
    return with_provision(found, frame, target, lambda text, piece: _added(text, piece, view))


# ── what was carried ──────────────────────────────────────────────────────────────────────────────


def carried(question: str, text: str, view: LibraryView) -> tuple[str, ...]:
    """What of the conversation a rewritten question holds beyond the question as asked."""
    before, after = named(question, view), named(text, view)
    named_stems = {
        stem
        for spans in (after.acts, after.provisions, after.dates, after.regions)
        for span in spans
        for stem in content(after.of(span))
    }
    topics = set(content(text)) - set(content(question)) - named_stems
    found = (
        ("act", bool(after.acts) and not before.acts),
        (
            "provision",
            bool(after.provisions)
            and any(span.steps not in [p.steps for p in before.provisions] for span in after.provisions),
        ),
        ("topic", bool(topics)),
        ("date", bool(after.dates) and not before.dates),
        ("region", bool(after.regions) and not before.regions),
    )
    return tuple(name for name, carried in found if carried)
