"""When not to answer: no such act, its text not held, evidence too weak, or a question with two readings.

An abstention says what was searched, which provisions came nearest and which acts would have to be added.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.answer.evidence import cover, features
from assistant.answer.threshold import Threshold
from assistant.index.words import fold, stem, tokens
from assistant.library.view import LibraryView
from assistant.model import Answer, Lang, Option, provision_ref
from assistant.query import Reading
from assistant.ranked import Ranked

NEAREST = 5
BEST = 3  # provisions whose words and cosine count as evidence

# For an embedding model without weights of its own (thresholds.yaml) evidence is enough when cosine +
# COVER_WEIGHT * cover of the best provisions reaches the threshold. Set by
# eye on 136 answerable questions (the natural development cases of evals) and 36 off-topic ones, Russian and
# English, with the default model and its adapter: off-topic questions mostly stay below .60 in their own
# language and .45 across, one answerable question in twenty does too.
COVER_WEIGHT = 0.5
# A form or notice by its number, «СО-12», "SA-6", in a question of little else.
CODE = re.compile(r"(?<![\w-])[^\W\d_]{1,4}-\d{1,4}(?![\w-])")
TOPIC_COVER = 0.99  # of the words of a topic an act is asked about, in one of its provisions
CODE_TERMS = 3  # further words such a question has at most
QUOTED_COVER = 0.85  # a question of at least …
QUOTED_TERMS = 6  # … so many words, of which a text has this share, is put in that text's own words
THRESHOLD_SAME = 0.60
THRESHOLD_CROSS = 0.45

NOT_INDEXED: dict[Lang, str] = {
    "ru": "Не все тексты доступны для поиска: загрузка идёт или была прервана. Выполните «ai-policy ingest».",
    "en": "Not all texts can be searched yet: an ingest is running or was cut off. Run 'ai-policy ingest'.",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """How strongly the best provisions bear on a question.

    cosine: of the best one. cover: the share, 0…1, of the question's own words that they contain, weighted
    by rarity. same_language: whether the best one is in the question's language.
    """

    cosine: float
    cover: float
    same_language: bool

    @property
    def enough(self) -> bool:
        """Whether the assistant may answer."""
        if self.same_language:
            return self.cosine + COVER_WEIGHT * self.cover >= THRESHOLD_SAME
        return self.cosine >= THRESHOLD_CROSS


def weigh(
    reading: Reading, ranked: Sequence[Ranked], view: LibraryView, rarity: Mapping[str, float]
) -> Evidence:
    """The evidence that ranked provisions give."""
    best = ranked[:BEST]
    if not best:
        return Evidence(0.0, 0.0, same_language=True)
    held = max(cover(entry, reading, view, rarity) for entry in best)
    top = max(best, key=lambda entry: entry.cosine)
    return Evidence(top.cosine, held, same_language=top.lang == reading.spoken)


def quotes(reading: Reading, entry: Ranked, view: LibraryView, rarity: Mapping[str, float]) -> bool:
    """Whether the question is put in the provision's own words, so that what else it names matters less."""
    return (
        not entry.direct
        and len(reading.own_terms) >= QUOTED_TERMS
        and cover(entry, reading, view, rarity, named=False) >= QUOTED_COVER
    )


def speaks_of_code(reading: Reading, entry: Ranked, view: LibraryView) -> bool:
    """Whether a terse question by the code of a form or notice found a provision that speaks of it."""
    codes = {fold(match) for match in CODE.findall(reading.question)}
    parts = {stem(part) for code in codes for part in (code, *code.split("-"))}
    if not codes or len(set(reading.own_terms) - parts) > CODE_TERMS:
        return False
    edition = view.edition(entry.edition)
    node = edition.provisions[entry.provision]
    return codes <= {word for word, _, _ in tokens(edition.text[node.start : node.end])}


def speaks_of_topic(
    reading: Reading, ranked: Sequence[Ranked], view: LibraryView, rarity: Mapping[str, float]
) -> bool:
    """Whether the act that is asked what it says of a topic has all words of the topic in one place."""
    return bool(reading.about) and any(
        cover(entry, reading, view, rarity) >= TOPIC_COVER for entry in ranked[:BEST]
    )


def refuse(
    reading: Reading,
    ranked: Sequence[Ranked],
    view: LibraryView,
    rarity: Mapping[str, float],
    threshold: Threshold | None = None,
) -> Answer | None:
    """An abstention, where the evidence does not allow an answer; None where it does.

    ``threshold``: learnt for the embedding model, where there is one.
    """

    def quoted() -> bool:
        return any(quotes(reading, entry, view, rarity) for entry in ranked[:NEAREST])

    if reading.unknown_acts and not reading.acts and not quoted():
        return abstention(reading, ranked, view)
    if reading.explicit and not any(view.of_act(act) for act in reading.explicit):
        return abstention(reading, ranked, view)
    named = bool(ranked) and ranked[0].direct
    if threshold is None or not ranked:
        enough = weigh(reading, ranked, view, rarity).enough
    else:
        enough = threshold.enough(features(reading, ranked, view, rarity))
    if named or enough or quoted():
        return None
    if speaks_of_topic(reading, ranked, view, rarity) or (
        ranked and speaks_of_code(reading, ranked[0], view)
    ):
        return None
    return abstention(reading, ranked, view)


def add_missing(answer: Answer, reading: Reading, view: LibraryView) -> Answer:
    """Say in an answer which of the acts the question names the library does not hold."""
    unheld = [act for act in reading.explicit if not view.of_act(act)]
    names = [*(f"«{view.title(act, reading.lang)}» ({act})" for act in unheld), *reading.unknown_acts]
    if names:
        said = {"ru": "В библиотеке нет: ", "en": "Not in the library: "}[reading.lang]
        answer.missing = unheld
        answer.answer = f"{answer.answer}\n\n{said}{'; '.join(names)}."
    return answer


def abstention(reading: Reading, ranked: Sequence[Ranked], view: LibraryView, reason: str = "") -> Answer:
    """The answer that says why there is none. ``reason``: a sentence in place of the general one."""
    nearest = [
        provision_ref(view.editions[entry.edition].act_id, entry.provision) for entry in ranked[:NEAREST]
    ]
    missing = [act for act in reading.acts if not view.held_official(act)]
    text = " ".join(_reasons(reading, view, missing, reason))
    return _answer(reading, view, "abstained", text, nearest=nearest, missing=missing)


def _reasons(reading: Reading, view: LibraryView, missing: Sequence[str], reason: str) -> list[str]:
    russian = reading.lang == "ru"
    searched = len(view.in_scope(reading.filters))
    found = []
    if reading.unknown_acts:
        names = "», «".join(reading.unknown_acts)
        found.append(
            f"В библиотеке нет акта, который назван в вопросе: «{names}»."
            if russian
            else f"The library has no act named in the question: “{names}”."
        )
    else:
        found.append(
            reason
            or {
                "ru": "В имеющихся текстах нет ответа на этот вопрос.",
                "en": "The texts in the library do not answer this question.",
            }[reading.lang]
        )
    found.append(
        f"Просмотрено текстов: {searched}, на дату {_day(reading)}."
        if russian
        else f"Texts searched: {searched}, as of {_day(reading)}."
    )
    for act in missing:
        url = view.acts[act].official_url
        where = f" ({url})" if url else ""
        title = view.title(act, reading.lang)
        found.append(
            f"Официального текста акта «{title}» в библиотеке нет; его можно добавить{where}."
            if russian
            else f"The official text of “{title}” is not in the library; it can be added{where}."
        )
    return found


def _day(reading: Reading) -> str:
    day = reading.filters.as_of
    return day.strftime("%d.%m.%Y") if reading.lang == "ru" else day.isoformat()


def _answer(
    reading: Reading,
    view: LibraryView,
    status: Literal["abstained", "clarify"],
    text: str,
    *,
    nearest: Sequence[str] = (),
    missing: Sequence[str] = (),
    options: Sequence[Option] = (),
) -> Answer:
    lang: Lang = reading.lang
    return Answer(
        status=status,
        language=lang,
        question=reading.question,
        answer=text,
        nearest=list(nearest),
        missing=list(missing),
        options=list(options),
        as_of=reading.filters.as_of.isoformat(),
        library_version=view.version,
        backend="extractive",
    )
