"""A provision's label -> the words that name it inside a sentence, in either language.

«подп. «в» п. 27 Стратегии» -> "point 27(в)" and its noun; "Article 3, point (1)" -> «п. 1 ст. 3».
A label in no known form is left as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.model import Lang

_CYRILLIC = re.compile(r"[А-яЁё]")
_STEP = re.compile(
    r"(?P<unit>абз|подп|пп|п|чч|ч|ст|гл|разд|прил)\.\s+(?P<number>«[^»]+»|\(\w+\)|[IVXLC\d][\w.\-–]*)\s*"
)
_MEASURE = re.compile(
    r"(?P<code>[А-ЯЁ]{2,5}\.\d+(?:\.\d+)*) (?P<rest>прил\. .+)"
)  # «ИАФ.1 прил. к Требованиям»
_NOUN = re.compile(r"(?:(?P<annex>прил)\.(?:\s+(?P<number>\d+))?\s+к\s+)?(?P<noun>[А-ЯЁ][а-яё]+)")
_UNITS_EN = {
    "абз": "paragraph", "подп": "subpoint", "пп": "points", "п": "point", "ч": "part", "чч": "parts",
    "ст": "Article", "гл": "Chapter", "разд": "Section", "прил": "Annex",
}  # fmt: skip
_NOUNS_EN = {
    "Стратегии": "Strategy", "Требований": "Requirements", "Требованиям": "Requirements", "Правил": "Rules",
    "Правилам": "Rules", "Положения": "Statute", "Положению": "Statute", "Порядка": "Procedure",
    "Порядку": "Procedure", "Перечня": "List", "Программы": "Programme", "Концепции": "Concept",
}  # fmt: skip
_WORDS_DATIVE = {"преамбула": "преамбуле", "подпись": "подписи", "заголовок": "заголовку", "абзац": "абзацу"}
_ORDINALS = {
    word: number
    for number, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"), 1
    )
}
_PARTS_EN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Articles? (\S+)"), "ст. {}"),
    (re.compile(r"Annex (\S+)"), "прил. {}"),
    (re.compile(r"Recital (\S+)"), "п. {} преамбулы"),
    (re.compile(r"(?:[Pp]ara(?:graph)?\.?|point) \(?(\d[\w.]*)\)?((?:\(\w+\))*)"), "п. {}{}"),
    (re.compile(r"point ((?:\(\w+\))+)"), "п. {}"),
    (re.compile(r"Chapter (\S+)"), "гл. {}"),
    (re.compile(r"(?:Section|Sec\.) (\S+)"), "разд. {}"),
    (re.compile(r"\(?(\w+)\)"), "п. {}"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """``words``: the provision, as it stands after «согласно» or "under", without the noun of its document.

    noun: that noun as the label has it («Стратегии»); ``of``: it in the sentence's language, with what leads
    to it. known: whether the words are in that language.
    """

    words: str
    noun: str | None = None
    of: str | None = None
    known: bool = True


def place(label: str, lang: Lang) -> Place:
    """The place a label names, in the words of ``lang``."""
    if lang == "ru":
        return _russian(label) if _CYRILLIC.search(label) else _from_english(label)
    return _from_russian(label) if _CYRILLIC.search(label) else _english(label)


def _russian(label: str) -> Place:
    if label in _WORDS_DATIVE:
        return Place(_WORDS_DATIVE[label])
    if label.startswith("«"):
        return Place(f"разделу {label}")
    if _MEASURE.fullmatch(label):
        return Place(f"мере {label}", label.rsplit(" ", 1)[1])
    steps, rest = _steps(label)
    noun = _NOUN.fullmatch(rest)
    if noun is None:
        return Place(label, known=bool(steps) and not rest)
    if noun["annex"]:
        return Place(label, noun["noun"])
    return Place(label.removesuffix(rest).rstrip() or f"документу «{rest}»", rest, rest)


def _steps(label: str) -> tuple[list[tuple[str, str]], str]:
    """The steps of a Russian label, smallest first, and what is left after them."""
    steps = []
    at = 0
    while (match := _STEP.match(label, at)) is not None:
        steps.append((match["unit"], match["number"].strip("«»")))
        at = match.end()
    return steps, label[at:].strip()


def _from_russian(label: str) -> Place:
    measure = _MEASURE.fullmatch(label)
    steps, rest = _steps(measure["rest"] if measure else label)
    words = [f"measure {measure['code']}"] if measure else []
    for unit, number in reversed(steps):
        if unit == "подп" and words:
            words[-1] += f"({number})"
        elif unit == "ст" and words:
            words.insert(0, f"Article {number}")
        else:
            words.append(f"{_UNITS_EN[unit]} {number}")
    if label in ("преамбула", "подпись", "заголовок"):
        return Place({"преамбула": "the preamble", "подпись": "the signature"}.get(label, "the title"))
    if label.startswith("«"):
        return Place(f"the section {label.replace('«', '“').replace('»', '”')}")
    noun = _NOUN.fullmatch(rest)
    if rest and noun is None:
        return Place(label, known=False)
    said = ", ".join(words)
    if noun is None:
        return Place(said, known=bool(words))
    of = _NOUNS_EN.get(noun["noun"])
    if noun["annex"]:
        annex = f"the annex{' ' + noun['number'] if noun['number'] else ''}"
        said = f"{said} of {annex}" if said else annex
        return Place(said, noun["noun"], f"to the {of}" if of else None)
    return (
        Place(said, noun["noun"], f"of the {of}" if of else None)
        if said
        else Place(f"the {of or rest}", rest)
    )


def _english(label: str) -> Place:
    found = re.sub(r"\bSec\. ", "section ", label)
    found = re.sub(r"\b[Pp]ara\. ", "paragraph ", found)
    found = re.sub(r"^Recital ", "recital ", found)
    return Place(re.sub(r"^Preamble$", "the preamble", found))


def _from_english(label: str) -> Place:
    if label == "Preamble":
        return Place("преамбуле")
    words = []
    for part in label.split(", "):
        ordinal = re.fullmatch(r"(\w+) (?:sub)?paragraph", part)
        if ordinal and ordinal[1] in _ORDINALS:
            words.append(f"абз. {_ORDINALS[ordinal[1]]}")
            continue
        said = next(
            (
                form.format(*match.groups())
                for pattern, form in _PARTS_EN
                if (match := pattern.fullmatch(part))
            ),
            None,
        )
        if said is None:
            return Place(label, known=False)
        words.append(said)
    return Place(" ".join(reversed(words)))
