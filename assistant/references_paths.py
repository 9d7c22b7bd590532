"""Steps of a provision <-> its ids: (article 10.2-2, part 1) <-> ``st10.2-2/ch1``.

How the steps people name are written in an id depends on the act: a Russian law, a decree, an EU act, a
US order. Where people and acts differ (a часть called a пункт, a letter of the other alphabet), several
spellings are offered, likeliest first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product

from assistant.model import ActKind
from assistant.references_steps import LATIN_LETTERS, RU_LETTERS, Step, Steps, roman, spelled, to_roman

_PREFIX_RU = {"annex": "att", "section": "rz", "chapter": "gl", "article": "st", "part": "ch", "point": "p",
              "recital": "rec", "subparagraph": "abz"}  # fmt: skip
_PREFIX_EU = {"annex": "annex", "chapter": "chapter", "article": "art", "recital": "rec",
              "subparagraph": "abz"}  # fmt: skip
_ID_UNITS = {"att": "annex", "rz": "section", "gl": "chapter", "st": "article", "ch": "part",
             "abz": "subparagraph", "art": "article", "rec": "recital", "annex": "annex", "sec": "section",
             "section": "section", "chapter": "chapter", "par": "paragraph", "p": "point"}  # fmt: skip
_ID_STEP = re.compile(
    rf"(?:(?P<prefix>{'|'.join(sorted(_ID_UNITS, key=len, reverse=True))})(?P<value>\d[\d.\-]*|[IVX]+|[A-Z])"
    r"|(?P<row>[а-я]{3}\.\d+)|(?P<bare>[\d.\-]+|[а-яa-z]{1,5}|[A-Z]{1,2}))(?:~\d+)?"
)

# A letter of the other alphabet, as it is likely meant: look-alike or sound, then place in the list.
_SOUND = dict(zip("abvgdeziklmnoprstufхc", "абвгдезиклмнопрстуфхц", strict=True))
_TO_RU = {latin: [_SOUND[latin]] if latin in _SOUND else [] for latin in LATIN_LETTERS}
for _place, _latin in enumerate(LATIN_LETTERS):
    if RU_LETTERS[_place] not in _TO_RU[_latin]:
        _TO_RU[_latin].append(RU_LETTERS[_place])
_LOOK = dict(zip("асеорх", "aceopx", strict=True))
_TO_LATIN = {
    letter: list(dict.fromkeys([*([_LOOK[letter]] if letter in _LOOK else []),
                                *[k for k, v in _SOUND.items() if v == letter and k.isascii()],
                                *([chr(97 + place)] if place < 26 else [])]))
    for place, letter in enumerate(RU_LETTERS)
}  # fmt: skip


def path_steps(path: str) -> Steps | None:
    """The steps of a provision id (``att1/p27/в``), None where ``path`` is not written as one."""
    steps: list[Step] = []
    for raw in path.strip().strip("/").split("/"):
        match = _ID_STEP.fullmatch(raw)
        if not match:
            return None
        if match["prefix"]:
            value = match["value"]
            steps.append((_ID_UNITS[match["prefix"]], str(roman(value) or value.lower())))
        elif match["row"]:
            steps.append(("row", match["row"]))
        elif not steps:
            return None
        else:
            steps.append(spelled(steps[-1][0], ("", (match["bare"],)))[1])
    return tuple(steps)


def _letters(value: str, russian: bool) -> list[str]:
    if len(value) != 1 or not value.isalpha():
        return [value]
    others = _TO_RU if russian else _TO_LATIN
    found = others.get(value.lower(), [value.lower()]) or [value.lower()]
    return [value, *found] if value.isupper() else found


def _joined(options: Iterable[Sequence[str]]) -> list[str]:
    return ["/".join(filter(None, parts)) for parts in product(*options)][:12]


def _numbered(value: str) -> bool:
    return value[:1].isdigit()


def _ru_step(unit: str, value: str, in_article: bool) -> list[str]:
    if unit in ("subpoint", "item", "point", "paragraph") and not _numbered(value):
        return _letters(value, russian=True)
    if unit in ("paragraph", "part"):
        return [f"ch{value}"] if in_article else [f"p{value}", f"ch{value}"]
    if unit in ("subpoint", "item"):
        return [f"p{value}", value]
    return [value if unit == "row" else f"{_PREFIX_RU[unit]}{value}"]


def _law_paths(steps: Steps) -> list[str]:
    """A law: Статья -> часть -> пункт -> подпункт; people leave the часть out or call it a пункт."""
    in_article = any(unit == "article" for unit, _ in steps)
    kept = [s for s in steps if not (in_article and s[0] in ("section", "chapter"))]
    paths = _joined([_ru_step(unit, value, in_article) for unit, value in kept])
    units = [unit for unit, _ in kept]
    has_part = "part" in units or "paragraph" in units
    point = next((i for i, (u, v) in enumerate(kept) if u in ("point", "subpoint") and _numbered(v)), None)
    if in_article and point is not None and not has_part:
        as_part = [*kept[:point], ("part", kept[point][1]), *kept[point + 1 :]]
        in_first = [*kept[:point], ("part", "1"), *kept[point:]]
        for variant in (as_part, in_first):
            paths += _joined([_ru_step(unit, value, True) for unit, value in variant])
    if in_article and has_part:
        without = [s for s in kept if s not in (("part", "1"), ("paragraph", "1"))]
        paths += _joined([_ru_step(unit, value, True) for unit, value in without])
        as_point = [("point", v) if u in ("part", "paragraph") else (u, v) for u, v in kept]
        paths += _joined([_ru_step(unit, value, True) for unit, value in as_point])
    return paths


def _decree_paths(steps: Steps, attached: bool) -> list[str]:
    """A decree, resolution, order: пункт -> подпункт, in the act itself or in what it approves."""
    inner = [s for s in steps if s[0] != "annex"]
    annex = [s[1] for s in steps if s[0] == "annex"]
    numbered = any(unit in ("point", "subpoint", "article") and _numbered(value) for unit, value in inner)
    kept = [s for s in inner if not (numbered and s[0] in ("section", "chapter"))]
    paths = _joined([_ru_step(unit, value, False) for unit, value in kept])
    if annex:
        return [f"att{annex[0]}/{path}".rstrip("/") for path in paths or [""]] + paths
    inside = [f"att1/{path}" for path in paths]
    if any(unit == "row" for unit, _ in steps):  # tables of measures stand in the attachment's own annex
        return [f"att1/att1/{path}" for path in paths] + inside + paths
    return [*inside, *paths] if attached else [*paths, *inside]


def _eu_paths(steps: Steps) -> list[str]:
    """An EU act: every step below the article, annex or recital is written bare; guidelines have ``par``."""
    in_article = any(unit == "article" for unit, _ in steps)
    kept = [s for s in steps if not (in_article and s[0] in ("section", "chapter"))]
    kept.sort(key=lambda step: step[0] != "chapter")  # the EU's sections stand in chapters
    options: list[list[str]] = []
    for unit, value in kept:
        if unit == "section":
            options.append(_eu_section(value, [u for u, _ in kept]))
        elif unit in _PREFIX_EU:
            options.append([f"{_PREFIX_EU[unit]}{value}"])
        elif not options and _numbered(value):
            options.append([f"par{value}", f"p{value}", f"rec{value}"])
        elif unit == "paragraph" and _numbered(value):
            options.append([value, f"abz{value}"])
        else:
            options.append(_letters(value, russian=False))
    return _joined(options)


def _eu_section(value: str, units: list[str]) -> list[str]:
    if "chapter" in units:
        return [f"section{value}"]
    if not _numbered(value):
        return [f"sec{value.upper()}"]
    numeral = to_roman(int(value)) if value.isdigit() and int(value) < 40 else ""
    return [f"sec{value}", *([f"sec{numeral}"] if numeral else [])]


def _us_paths(steps: Steps) -> list[str]:
    """A US order: sec4.2/a/i; a document in plain headings: s2.1, part1."""
    if steps[0][0] in ("recital", "chapter"):
        return []
    options: list[list[str]] = []
    for unit, value in steps:
        if unit == "annex":
            options.append([f"app{value}", f"annex{value}"])
        elif unit in ("section", "article") or (not options and _numbered(value)):
            options.append([f"sec{value}", f"s{value}", *([f"part{value}"] if unit == "part" else [])])
        elif unit in ("paragraph", "subparagraph") and _numbered(value):
            options.append([f"abz{value}", value])
        else:
            options.append(list(dict.fromkeys([*_letters(value, russian=False), value.upper()])))
    return _joined(options)


_LAWS = (ActKind.FEDERAL_LAW, ActKind.DRAFT_LAW)


def candidate_paths(
    steps: Sequence[Step],
    jurisdiction: str | None,
    kind: ActKind | None = None,
    *,
    attached: bool = False,
    english: bool = False,
) -> list[str]:
    """Provision ids the steps may be written as in an act, likeliest first, without repetitions.

    ``kind`` tells a law (статья, часть, пункт) from a decree (пункт, letter; also inside ``att1``);
    without it an article means a law. ``attached``: the question speaks of what the act approves.
    ``english``: of an unknown act, a provision named in English is sooner one of the EU or the US.
    """
    steps = tuple(steps)
    if not steps:
        return []
    in_article = any(unit in ("article", "part") for unit, _ in steps)
    law, decree = _law_paths(steps), _decree_paths(steps, attached)
    russian = law + decree if kind in _LAWS or (kind is None and in_article) else decree + law
    order = {
        "ru": russian,
        "eu": _eu_paths(steps),
        "us": _us_paths(steps),
    }
    if jurisdiction in order:
        paths = order[jurisdiction]
        if jurisdiction != "ru":
            paths = paths + [path for path in russian if len(steps) == 1 or jurisdiction == "eu"]
    else:
        latin = any(value.isascii() and value.isalpha() for _, value in steps)
        eu_first = english or latin or any(unit in ("recital", "paragraph") for unit, _ in steps)
        foreign = order["us"] + order["eu"] if steps[0][0] == "section" else order["eu"] + order["us"]
        paths = foreign + russian if eu_first else russian + foreign
    return list(dict.fromkeys(path for path in paths if path))
