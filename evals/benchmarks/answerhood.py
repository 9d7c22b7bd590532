"""A question and its candidate passages -> what speaks for one of them answering it, as numbers.

Nothing here depends on the order of the passages. Words are compared as stems, weighted by their rarity among
all passages of a run; tokens by late interaction, whole passages and windows of sentences apart: an answer
stands in one place, while a passage that is merely about the subject has the words of the question scattered.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answer.sentences import split_sentences
from assistant.index.late import TokenCodes
from assistant.index.words import STOPWORDS, fold, stem, stems

WINDOW = 2  # sentences looked at together
_STRESS = "\u0301"  # reference works put it on vowels; it is no part of the spelling
_YEAR = re.compile(r"(?<!\d)(?:1\d{3}|20\d{2})(?!\d)")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,\s]\d{3})*(?:[.,]\d+)?")
_MONTH = re.compile(
    r"(?<!\w)(?:январ|феврал|март|апрел|ма[йя](?!\w)|июн|июл|август|сентябр|октябр|ноябр|декабр|january|"
    r"february|march|april|may(?!\w)|june|july|august|september|october|november|december)\w*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_COUNTED = re.compile(
    r"(?<!\w)(?:один|одна|одно|дв[аеу]\w*|тр[иёе]\w*|четыр\w+|пят\w+|шест\w+|сем[ьи]\w*|восем\w+|девят\w+|"
    r"десят\w+|сто|двести|тысяч\w*|миллион\w*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"twenty|thirty|hundred|thousand|million|billion)(?!\w)",
    re.IGNORECASE,
)
# What is asked for, by the words that ask; the first that fits.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("when", re.compile(
        r"(?<!\w)(?:когда|в\s+каком\s+(?:году|веке)|какого\s+числа|when|(?:what|which)\s+(?:year|date|month))"
        r"(?!\w)", re.IGNORECASE)),
    ("count", re.compile(
        r"(?<!\w)(?:сколько|скольк\w+|как\w+\s+(?:длин\w|площад\w+|глубин\w|высот\w|диаметр\w*|расстояни\w+|"
        r"протяж[её]нност\w+|дистанци\w+|возраст\w*|числ\w+|масс\w|вес)|"
        r"how\s+(?:many|much|long|old|far|tall|big|high|deep|large|wide|heavy)|population|(?:what|which)\s+"
        r"(?:number|age|distance|height|length|area))(?!\w)", re.IGNORECASE)),
    ("who", re.compile(
        r"(?<!\w)(?:кто|кого|кому|кем|как\s+(?:зовут|звали)|who|whom|whose)(?!\w)", re.IGNORECASE)),
    ("where", re.compile(
        r"(?<!\w)(?:где|куда|откуда|в\s+как(?:ой|их)\s+(?:стран\w+|город\w*)|из\s+какой\s+страны|where|"
        r"(?:what|which)\s+(?:country|city|state|countries|town))(?!\w)", re.IGNORECASE)),
    ("how", re.compile(r"(?<!\w)(?:как(?!\w)|how(?!\w))", re.IGNORECASE)),
    ("why", re.compile(r"(?<!\w)(?:почему|отчего|зачем|why)(?!\w)", re.IGNORECASE)),
)  # fmt: skip


def plain(text: str) -> str:
    """A text without stress marks: «Колча́к» is «Колчак»."""
    return unicodedata.normalize("NFC", text).replace(_STRESS, "")


def kind_of(question: str) -> str:
    """What is asked for: a time, a number, a person, a place, a way, a reason, or ``what``."""
    return next((kind for kind, pattern in _KINDS if pattern.search(question)), "what")


# What no standing text can be expected to tell: the state of things on a day, the newest of something …
_DAY = re.compile(
    r"(?<!\d)(?:19|20)\d{2}(?!\d)|(?<!\w)(?:сегодня\w*|сейчас|настоящее\s+время|текущ\w+|нов(?:ый|ая|ое|ые|ейш\w+)|"
    r"последн\w+|today|now|currently|current|latest|newest|recent\w*)(?!\w)",
    re.IGNORECASE,
)
# … and how something is done by whoever asks: «Как встроить замок».
_INSTRUCTION = re.compile(
    r"^(?:как\s+(?:\w+\s+)?\w+(?:ть|ти|чь)(?:ся)?|how\s+(?:to|can\s+(?:I|you|one)|do\s+(?:I|you)))(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A candidate: its title, its text and the windows of its sentences as [start, end) in ``text``."""

    title: str
    text: str
    windows: tuple[tuple[int, int], ...]


def read_passage(text: str) -> Passage:
    """A passage as the set writes it: «Title: text»."""
    title, colon, _ = text.partition(": ")
    start = len(title) + len(colon) if colon else 0
    sentences = split_sentences(text, start, len(text)) or [(start, len(text))]
    windows = {
        (sentences[at][0], sentences[min(len(sentences), at + WINDOW) - 1][1]) for at in range(len(sentences))
    }
    return Passage(title if colon else "", text, tuple(sorted(windows)))


def rarity_of(passages: Iterable[str]) -> Mapping[str, float]:
    """Stem -> ln((N + 1) / (n + 1)), N passages of which n hold it; unseen stems weigh ln(N + 1)."""
    held: Counter[str] = Counter()
    total = 0
    for text in passages:
        held.update(set(stems(text, stopwords=True)))
        total += 1
    return _Rarity({word: math.log((total + 1) / (count + 1)) for word, count in held.items()}, total)


class _Rarity(dict[str, float]):
    """A dict that gives unseen stems the greatest weight."""

    def __init__(self, known: Mapping[str, float], total: int) -> None:
        super().__init__(known)
        self._most = math.log(total + 1)

    def __missing__(self, word: str) -> float:
        return self._most


def wanted_words(question: str) -> set[str]:
    """Stems of a question's content words."""
    return set(stems(question))


def share(wanted: Iterable[str], held: set[str], rarity: Mapping[str, float]) -> float:
    """The share, 0…1, of the wanted stems that are held, weighted by rarity; 1.0 where none is wanted."""
    weights = {word: rarity[word] for word in wanted}
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in held) / total if total else 1.0


def names_in(text: str) -> set[str]:
    """Stems of capitalised words, those that begin a sentence left out."""
    found = set()
    for match in _WORD.finditer(text):
        word, before = match.group(), text[: match.start()].rstrip(' «"“(')
        if word[0].isupper() and before and before[-1] not in ".!?:" and fold(word) not in STOPWORDS:
            found.add(stem(fold(word)))
    return found


def holds_kind(kind: str, question: str, window: str) -> bool:
    """Whether a window holds something of the kind asked for that the question does not say itself."""
    asked = set(_YEAR.findall(question)) | set(_NUMBER.findall(question))
    if kind == "when":
        years = set(_YEAR.findall(window)) - asked
        return bool(years) or bool(_MONTH.search(window))
    if kind == "count":
        return bool(set(_NUMBER.findall(window)) - asked - set(_YEAR.findall(window))) or bool(
            _COUNTED.search(window)
        )
    if kind in ("who", "where"):
        return bool(names_in(window) - set(stems(question, stopwords=True)))
    return True


def words_of_question(
    question: str, passages: Sequence[Passage], rarity: Mapping[str, float]
) -> dict[str, float]:
    """What can be said by words alone.

    cover, mean_cover, union_cover: the share of the question's words in the best passage, on average, in all
    together; window_cover: in the best window and its title; question_in_title: in the best title.
    of_a_day, instruction: whether the question asks for the state of things on a day, or how to do something.
    """
    wanted = wanted_words(question)
    texts = [set(stems(each.text, stopwords=True)) for each in passages]
    covers = [share(wanted, held, rarity) for held in texts]
    windows = [
        share(wanted, set(stems(f"{each.title} {each.text[start:stop]}", stopwords=True)), rarity)
        for each in passages
        for start, stop in each.windows
    ]
    titles = [set(stems(each.title, stopwords=True)) for each in passages]
    return {
        "cover": max(covers),
        "mean_cover": float(np.mean(covers)),
        "union_cover": share(wanted, set().union(*texts), rarity),
        "window_cover": max(windows),
        "question_in_title": max(share(wanted, each, rarity) for each in titles),
        "of_a_day": float(bool(_DAY.search(question))),
        "instruction": float(bool(_INSTRUCTION.search(question))),
    }


def matches_of_question(
    question: str,
    tokens: np.ndarray,
    codes: Sequence[TokenCodes],
    passages: Sequence[Passage],
    spans: Sequence[Sequence[tuple[int, int]]],
) -> dict[str, float]:
    """What late interaction says: the mean over the question's tokens of the best match of each.

    match: of the best passage; window_match: of the best window, its passage's title added; kind_match: of
    the best that holds the kind of thing asked for, the worst of all where none does.
    ``tokens``: of the question, unit vectors; ``spans``: where in its passage each coded token stands.
    """
    kind = kind_of(question)
    whole: list[float] = []
    windows: list[tuple[float, bool]] = []
    for code, passage, places in zip(codes, passages, spans, strict=True):
        found = (code.codes.astype(np.float32) * code.scales[:, None]) @ tokens.T
        whole.append(_mean(found.max(axis=0, initial=-1.0)))
        starts = np.array([start for start, _ in places[: len(found)]])
        for begin, stop in passage.windows:
            inside = (starts < len(passage.title)) | ((starts >= begin) & (starts < stop))
            matched = _mean(found[: len(starts)][inside].max(axis=0, initial=-1.0))
            windows.append((matched, holds_kind(kind, question, passage.text[begin:stop])))
    values = [value for value, _ in windows]
    return {
        "match": max(whole),
        "window_match": max(values),
        "kind_match": max((value for value, fits in windows if fits), default=min(values)),
    }


def cosine_of_question(question: np.ndarray, passages: np.ndarray) -> dict[str, float]:
    """cosine: of the best passage, by centred vectors of length 1."""
    return {"cosine": float((passages @ question).max())}


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else 0.0


def vectors_of_question(question: np.ndarray, passages: np.ndarray) -> dict[str, float]:
    """What the centred vectors say: the best cosine, the mean, the best above the mean, the best three.

    ``coherence``: the mean cosine between two passages: a search that found nothing finds this and that.
    """
    count = len(passages)
    between = float((passages @ passages.T).sum() - count) / max(1, count * (count - 1))
    cosines = np.sort(passages @ question)[::-1]
    return {
        "cosine": float(cosines[0]),
        "mean_cosine": float(cosines.mean()),
        "cosine_above": float(cosines[0] - cosines.mean()),
        "top_cosines": float(cosines[:3].mean()),
        "coherence": between,
    }
