"""The act and the provision a follow-up means -> words for them, and the question with these words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.conversation import words
from assistant.conversation.cues import FollowUp
from assistant.conversation.frame import act_phrase, law_phrases
from assistant.conversation.provisions import combined, in_words, neighbour, steps_of, unit_named
from assistant.conversation.spans import Named, Span
from assistant.conversation.turns import Turn
from assistant.library.view import LibraryView
from assistant.naming import act_reference
from assistant.references import detect_language
from assistant.references_steps import Steps

_ACT_JOINT = {"ru": " ", "en": " of "}


@dataclass(frozen=True, slots=True)
class Meant:
    """The provision a follow-up means. place: the span in the frame it replaces; act: as written."""

    steps: Steps
    place: Span | None
    act: str


def law_words(frame: Named) -> str:
    """The provisions and acts of a question as a phrase of their own, the first word in the nominative."""
    written = []
    for start, end in law_phrases(frame):
        text = frame.text[start:end]
        lead = re.match(
            r"(?:по|в|во|из|к|согласно|от|under|in|of|by|per|according to)\s+(?:the\s+)?", text, re.IGNORECASE
        )
        written.append(_nominative(text[lead.end() :] if lead else text))
    return ", ".join(dict.fromkeys(written))


def _nominative(text: str) -> str:
    first, space, rest = text.partition(" ")
    for begin, form in words.ACT_KINDS:
        if first.lower().startswith(begin):
            kind = form if first[0].islower() else form.capitalize()
            return f"{kind}{space}{_nominative(rest) if begin.endswith('льн') else rest}"
    for _, forms, _ in words.UNITS.values():
        if first.lower().replace("ё", "е") in forms:
            return f"{forms[0]}{space}{rest}"
    return text


def named_act(act: str, view: LibraryView, lang: str) -> str:
    """An act as a person names it: «152-ФЗ», «Указ Президента РФ № 490», "EU AI Act"."""
    row = view.acts.get(act)
    if row is None:
        return act
    if row.number and row.number.upper().endswith("ФЗ"):
        return row.number if lang == "ru" else row.number.upper().replace("ФЗ", "FZ")
    own = [alias for alias in row.aliases if detect_language(alias) == lang]
    return own[0] if own else act_reference(act, row, "ru" if lang == "ru" else "en")


def referred_provision(
    found: FollowUp, frame: Named, history: Sequence[Turn], view: LibraryView
) -> Meant | None:
    """The provision a follow-up moves to, None where it moves to none or nothing was named before."""
    base, act, place, written = _base(frame, history, view)
    moves = [span.steps for span in found.named.provisions]
    if not moves and found.number and place is not None:
        moves = _numbered(found.number, base)
    if found.move:
        steps = neighbour(base, unit_named(found.rest), found.move, act, view) if base else None
    elif moves:
        steps = combined(base, moves[0], act, view) if base else moves[0]
    elif found.refers and not found.own and place is None and base:
        steps = base  # «что в нём ещё сказано?» of a provision the answer cited
    else:
        return None
    return Meant(steps, place, written) if steps and (base or act) else None


def _base(frame: Named, history: Sequence[Turn], view: LibraryView) -> tuple[Steps, str, Span | None, str]:
    """(provision before, its act's id, its place in the frame, the act as written)."""
    lang = frame.lang
    act = frame.acts[-1] if frame.acts else None
    written = frame.of(act) if act else ""
    if frame.provisions:
        last = frame.provisions[-1]
        return last.steps, (act.value if act else last.value), last, written
    for ref in history[-1].refs[:1] if history else ():
        cited, _, path = ref.partition("#")
        if act is None or act.value == cited:
            return steps_of(path), cited, None, written or named_act(cited, view, lang)
    return (), (act.value if act else ""), None, written


def _numbered(number: str, base: Steps) -> list[Steps]:
    """«а 4.6?» after section 4.2: the same unit with this number."""
    place = next(
        (
            p
            for p in reversed(range(len(base)))
            if ("." in base[p][1]) == ("." in number) and base[p][1][:1].isdigit()
        ),
        None,
    )
    return [((base[place][0], number),)] if place is not None else []


def with_provision(found: FollowUp, frame: Named, meant: Meant, added: Callable[[str, str], str]) -> str:
    """The question about the provision meant."""
    own = found.named.provisions
    lang = frame.lang
    if found.own and found.asks:
        return _made_whole(found, frame, meant)
    if meant.place is not None:
        old = frame.of(meant.place)
        written = _written(found, meant, lang, old)
        text = f"{frame.text[: meant.place.start]}{written}{frame.text[meant.place.end :]}"
        left = found.rest
        for span in own:
            start, end = act_phrase(found.rest, span)
            left = f"{found.rest[:start]} {found.rest[end:]}".strip()
        return added(text, left) if found.own and left and not found.number else text
    if own or found.move or found.refers:
        law = f"{_ACT_JOINT[lang]}{_genitive(meant.act) if lang == 'ru' else meant.act}" if meant.act else ""
        said = f"{in_words(meant.steps, lang)}{law}"
        if found.own or found.refers:
            return f"{found.rest} ({said})"
        return f"что говорит {said}" if lang == "ru" else f"what does {said} say"
    return frame.text


def _written(found: FollowUp, meant: Meant, lang: str, like: str) -> str:
    """The provision meant; in English the follow-up's own words for it come first."""
    own = found.named.provisions
    if lang == "ru" or len(own) != 1:
        return in_words(meant.steps, lang, like)
    outer = in_words(meant.steps[: len(meant.steps) - len(own[0].steps)], lang)
    return f"{found.named.of(own[0])} of {outer}" if outer else found.named.of(own[0])


def _made_whole(found: FollowUp, frame: Named, meant: Meant) -> str:
    """The follow-up's own question with its provision completed by the act."""
    law = (
        f"{_ACT_JOINT[frame.lang]}{_genitive(meant.act) if frame.lang == 'ru' else meant.act}"
        if meant.act
        else ""
    )
    if not found.named.provisions:
        return f"{found.rest} ({in_words(meant.steps, frame.lang)}{law})"
    span = found.named.provisions[0]
    full = in_words(meant.steps, frame.lang, found.named.of(span))
    return f"{found.rest[: span.start]}{full}{law}{found.rest[span.end :]}"


_GENITIVE = {"указ": "указа", "закон": "закона", "постановление": "постановления", "приказ": "приказа",
             "распоряжение": "распоряжения", "регламент": "регламента", "стратегия": "стратегии",
             "национальная": "национальной", "федеральный": "федерального",
             "исполнительный": "исполнительного"}  # fmt: skip


def _genitive(act: str) -> str:
    first, space, rest = act.partition(" ")
    for begin, form in words.ACT_KINDS:
        if first.lower().startswith(begin):
            kind = _GENITIVE[form] if first[0].islower() else _GENITIVE[form].capitalize()
            return f"{kind}{space}{_genitive(rest) if begin.endswith('льн') else rest}"
    return act
