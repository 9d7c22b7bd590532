"""An earlier question -> its core, what was added after it, its topic; phrases of it cut or exchanged."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.conversation import words
from assistant.conversation.spans import Named, Span
from assistant.index.words import stem
from assistant.references import DateMention

_WORD = re.compile(r"[\w-]+")
_GLOSS = re.compile(r"\s*\((?P<gloss>[^()]{3,})\)\s*$")
_BETWEEN_ACTS = re.compile(r"(?:[\s,]|of|the|in|under|к|в|из)*", re.IGNORECASE)
_AS_OF_LEAD = re.compile(
    r"(?<!\w)(?:по\s+состоянию\s+на|на\s+дату|на\s+момент|as\s+(?:of|at|on)|на|в|во|с|со|к|on|in|at|since|from)\s+$",
    re.IGNORECASE,
)
_DATE_ENDING = re.compile(r"-?(?:го|м|й)(?!\w)")
_FILLER = re.compile(
    r"(?<!\w)(?:(?:у|в|о|за|на|с|к|по|от|для|of|to|by|for)\s+)?(?:него|нее|них|ним|ней|ними|нем|его|ее|их|им|ими|он|она|оно|они"
    r"|it|they|them|their|its)(?!\w)\s*|(?<!\w)(?:бывают|бывает|должен|должна|должно|должны)\s+(?:быть\s+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """A question without its mark: the question proper, and what stands after it in brackets."""

    core: str
    gloss: str


def parts(question: str) -> Parts:
    """A question's core and its gloss (``""`` where it has none)."""
    text = bare(question)
    found = _GLOSS.search(text)
    return Parts(text[: found.start()], found["gloss"]) if found else Parts(text, "")


def bare(question: str) -> str:
    """A question without the marks around it."""
    return question.strip().rstrip("?!. ").strip()


def tidy(text: str) -> str:
    """One space between words, none before a comma, no empty brackets."""
    text = re.sub(r"\(\s*[;,]?\s*\)", "", text)
    text = re.sub(r"\s+([,;)?])", r"\1", re.sub(r"\s{2,}", " ", text))
    return re.sub(r"\(\s*[;,]\s*|\(\s+", "(", text).strip(" ,;—")


def cut(text: str, spans: list[tuple[int, int]]) -> str:
    """``text`` without these spans."""
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return tidy(text)


def act_phrase(text: str, act: Span) -> tuple[int, int]:
    """Where an act stands together with its preposition («по закону 152-ФЗ»)."""
    before = words.ACT_PREPOSITION.search(text, 0, act.start)
    return (before.start() if before else act.start), act.end


def law_phrases(found: Named) -> list[tuple[int, int]]:
    """Where acts and provisions stand, a provision in one piece with the act next to it."""
    spans = [act_phrase(found.text, act) for act in found.acts]
    for provision in found.provisions:
        start = act_phrase(found.text, provision)[0]
        joined = next(
            (
                s
                for s in spans
                if s[0] >= provision.end and _BETWEEN_ACTS.fullmatch(found.text, provision.end, s[0])
            ),
            None,
        )
        if joined:
            spans.remove(joined)
        spans.append((start, joined[1] if joined else provision.end))
    return sorted(spans)


def date_phrase(text: str, date: DateMention) -> tuple[int, int]:
    """Where a date stands together with «по состоянию на» or its preposition."""
    before = _AS_OF_LEAD.search(text, 0, date.start)
    ending = _DATE_ENDING.match(text, date.end)
    return (before.start() if before else date.start), ending.end() if ending else date.end


def without_dates(found: Named, *, only_as_of: bool = False) -> str:
    """The question without its dates and without «сейчас», "today"."""
    dates = [date for date in found.dates if date.as_of or not only_as_of]
    spans = [date_phrase(found.text, date) for date in dates]
    return cut(words.NOW.sub(lambda match: " " * len(match.group()), found.text), spans)


def topic(question: str) -> str:
    """What a question is about: the question without the words that ask, its gloss after it."""
    split = parts(question)
    core = split.core
    core = re.sub(r"(?<=\w)\s+ли(?!\w)", "", core)
    for pattern in (words.MARKER, words.LEAD, words.LEAD_VERB, words.LEAD_VERB):
        core = _stripped(core, pattern)
    core = re.sub(r"^((?:[\w-]+\s+){1,4}?)(?:do|does|did|must|shall|should|can|may)\s+(?=\w)", r"\1", core)
    core = re.sub(r"\s+(?:say|says|provide|сказано|написано|говорится)$", "", core)
    if split.gloss:
        core = _FILLER.sub("", f"{core} ")
    if core[:2].istitle() and question.startswith(core[:1]):  # «Обязан …» began the sentence
        core = core[:1].lower() + core[1:]
    return tidy("; ".join(part.strip(" —") for part in (core, split.gloss) if part.strip(" —")))


def _stripped(text: str, pattern: re.Pattern[str]) -> str:
    match = pattern.match(text.replace("ё", "е").replace("Ё", "Е"))
    return text[match.end() :].strip(" ,:") if match else text


# ── phrases exchanged ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    closed: bool  # a comma, a dash or a named thing ends before it

    @property
    def low(self) -> str:
        return self.text.lower().replace("ё", "е")

    @property
    def preposition(self) -> str | None:
        return words.SAME_PREPOSITION.get(self.low, self.low) if self.low in words.PREPOSITIONS else None

    @property
    def verb(self) -> bool:
        return is_verb(self.low)


def is_verb(word: str) -> bool:
    """Whether a folded word has the ending of a Russian verb, or is an English auxiliary."""
    if word in words.NOUNS_LIKE_VERBS:
        return False
    return bool(words.VERB.fullmatch(word) or words.AUXILIARY.fullmatch(word))


def exchanged(core: str, piece: str, fixed: list[tuple[int, int]]) -> str | None:
    """``core`` with ``piece`` in place of the phrase it answers to, None where no phrase does.

    fixed: spans of acts, provisions and regions, which stay and end the phrase before them.
    """
    inside = _split(core, fixed)
    new = _split(piece, [])
    if not new or not inside:
        return None
    for rule in (_counted, _same_preposition, _same_head, _same_agreement, _same_actor):
        span = rule(inside, new)
        if span is not None:
            return f"{core[: span[0]]}{piece}{core[span[1] :]}"
    return None


def _split(text: str, fixed: list[tuple[int, int]]) -> list[_Word]:
    found, last = [], 0
    for match in _WORD.finditer(text):
        if any(start <= match.start() < end for start, end in fixed):
            last = -1
            continue
        closed = last < 0 or any(mark in text[last : match.start()] for mark in ",;:—()")
        found.append(_Word(match.group(), match.start(), match.end(), closed))
        last = match.end()
    return found


def _phrase_end(inside: list[_Word], first: int) -> int:
    """The end of the phrase that begins with the word ``first``."""
    last = first
    for place in range(first + 1, len(inside)):
        word = inside[place]
        if word.closed or word.preposition or word.verb or words.INTERROGATIVE.fullmatch(word.low):
            break
        last = place
    return inside[last].end


def _counted(inside: list[_Word], new: list[_Word]) -> tuple[int, int] | None:
    """«Сколько показателей …» + «принципов»: what is counted."""
    asks = inside[0].low == "сколько" or (
        len(inside) > 1 and [w.low for w in inside[:2]] in (["how", "many"],)
    )
    at = 1 if inside[0].low == "сколько" else 2
    if not asks or len(inside) <= at or len(new) > 2 or new[0].preposition or inside[at].verb:
        return None
    return inside[at].start, _phrase_end(inside, at) if len(new) > 1 else inside[at].end


def _same_preposition(inside: list[_Word], new: list[_Word]) -> tuple[int, int] | None:
    """«… для поставщиков» + «для малых предприятий»: the last phrase with this preposition."""
    wanted = new[0].preposition
    if wanted is None:
        return None
    place = next((i for i in reversed(range(len(inside) - 1)) if inside[i].preposition == wanted), None)
    if place is None or inside[place + 1].closed:
        return None
    return inside[place].start, _phrase_end(inside, place)


def _same_head(inside: list[_Word], new: list[_Word]) -> tuple[int, int] | None:
    """«… 1 категории» + «2 категории»: the same noun with another attribute."""
    if new[0].preposition or not 2 <= len(new) <= 3:
        return None
    head = stem(new[-1].low)
    place = next((i for i, word in enumerate(inside) if stem(word.low) == head), None)
    first = place - len(new) + 1 if place is not None else -1
    if (
        place is None
        or first < 0
        or any(w.closed or w.preposition or w.verb for w in inside[first + 1 : place + 1])
    ):
        return None
    return (inside[first].start, inside[place].end) if not inside[first].preposition else None


def _same_agreement(inside: list[_Word], new: list[_Word]) -> tuple[int, int] | None:
    """«… биометрические данные» + «специальные категории»: an attribute with the same ending."""
    mine = words.ADJECTIVE.fullmatch(new[0].text)
    if mine is None or len(new) < 2:
        return None
    for place, word in enumerate(inside[:-1]):
        theirs = words.ADJECTIVE.fullmatch(word.text)
        free = place == 0 or not inside[place - 1].preposition
        if (
            free
            and theirs
            and theirs["ending"] == mine["ending"]
            and not words.INTERROGATIVE.fullmatch(word.low)
        ):
            return word.start, _phrase_end(inside, place)
    return None


def _same_actor(inside: list[_Word], new: list[_Word]) -> tuple[int, int] | None:
    """«Когда оператор обязан …» + «банк»: another subject of the same duty."""
    if new[0].low not in words.ACTORS or len(new) > 3:
        return None
    for place, word in enumerate(inside[:-1]):
        free = place == 0 or not inside[place - 1].preposition
        if free and word.low in words.ACTORS and not word.verb:
            follows = next((w for w in inside[place + 1 :] if w.verb or w.preposition or w.closed), None)
            if follows is not None and follows.verb:
                return word.start, _phrase_end(inside, place)
    return None
