"""Words of a question -> the provisions they name, as steps outermost first.

«подп. «в» п. 27» -> ``(("point", "27"), ("subpoint", "в"))``. The units are neutral: which of them an id
writes, and how, depends on the act (:mod:`assistant.references_paths`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product

from assistant.references_dates import same_length

Step = tuple[str, str]
Steps = tuple[Step, ...]

# Units from the outermost to the innermost: neutral name, Russian and English spellings in any form.
# «пп.» is read later: before a пункт or a letter it is a подпункт, before numbers alone the plural of п.
_RU_END = "(?:ом|ами|ам|ах|ов|а|у|е|ы)?"
_UNITS: tuple[tuple[str, str], ...] = (
    ("annex", r"приложени(?:ями|ях|ям|ем|е|я|ю|и|й)|прил\.?|annex(?:es|e)?|appendix|attachments?"),
    ("section", rf"раздел{_RU_END}|разд\.?|параграф{_RU_END}|sections?|secs?\.?|§+|ss?\.(?=\s?\d)"),
    ("chapter", r"глав(?:ами|ах|ам|ой|а|ы|е|у)?|гл\.?|chapters?|chap\.|ch\."),
    ("article", r"стать(?:ями|ях|ям|ей|я|и|е|ю)|статей|ст\.?\s?ст\.?|ст\.?|articles?|arts?\.?"),
    ("part", r"част(?:ями|ях|ям|ью|ей|ь|и)|ч\.?\s?ч\.?|ч\.?|parts?"),
    ("paragraph", r"paragraphs?|paras?\.?|pars?\."),
    ("pp", r"п\.\s?п\.?|пп\.?"),
    ("subpoint", rf"подпункт{_RU_END}|подп\.?|п/п|sub-?points?|letters?|lit\.?"),
    ("point", rf"пункт{_RU_END}|п\.?|points?|pts?\.?|subsections?"),
    ("subparagraph", r"абзац(?:ами|ем|ам|ах|ев|а|у|е|ы)?|абз\.?|sub-?paragraphs?"),
    ("row", r"(?-i:[А-Я]{3})(?=\.\d)"),
    ("recital", r"recitals?|rec\.|соображени(?:ями|ях|ям|ем|е|я|ю|и|й)"),
)
RANK = {
    unit: rank
    for rank, unit in enumerate(
        ("annex", "recital", "section", "chapter", "article", "part", "paragraph", "point", "subpoint",
         "item", "row", "subparagraph")
    )
}  # fmt: skip

_UNIT = re.compile(
    "|".join(rf"(?P<{name}>(?<![^\W\d_])(?:{pattern})(?![^\W\d_]))" for name, pattern in _UNITS),
    re.IGNORECASE,
)

_ORDINALS_RU = (
    "перв", "втор", "трет", "четверт", "пят", "шест", "седьм", "восьм", "девят", "десят", "одиннадцат",
    "двенадцат", "тринадцат", "четырнадцат", "пятнадцат", "шестнадцат", "семнадцат", "восемнадцат",
    "девятнадцат", "двадцат", "двадцать перв", "двадцать втор", "двадцать трет", "двадцать четверт",
    "двадцать пят", "двадцать шест", "двадцать седьм", "двадцать восьм", "двадцать девят", "тридцат",
)  # fmt: skip
_ORDINALS_EN = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip
_ORDINAL_NUMBER = {word: str(i) for words in (_ORDINALS_RU, _ORDINALS_EN) for i, word in enumerate(words, 1)}
_RU_STEMS = "|".join(sorted((w.replace(" ", r"\s+") for w in _ORDINALS_RU), key=len, reverse=True))
_ORDINAL = (
    rf"(?:(?P<ru>{_RU_STEMS})(?:ьего|ьему|ьими|ого|его|ому|ему|ыми|ими|ьей|ьем|ьим|ьих|ый|ой|ий|ая|яя|ья|ое|ее|ье"
    rf"|ым|им|ом|ем|ую|ью|ей|ые|ие|ьи|ых|их)|(?P<en>{'|'.join(_ORDINALS_EN)}))(?!\w)"
)
_NUMBER_ORDINAL = r"(?P<nth>\d{1,3})(?:-?(?:ый|ой|ий|ая|ое|го|му|ем|ом|ую|й|я|е|м|ю)|st|nd|rd|th)(?!\w)"
_BEFORE = re.compile(rf"(?<!\w)(?:{_ORDINAL}|{_NUMBER_ORDINAL})\s+$", re.IGNORECASE)

_ROMAN = r"[IVXLCІХСМivxl]{1,8}(?![\w])"
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_NUMBER = re.compile(r"\d+(?:\.\d+)*(?:-\d+(?:\.\d+)?)?[⁰¹²³⁴-⁹]*")
_LETTERED_NUMBER = re.compile(r"[A-Z]\.\d+(?:\.\d+)*(?!\w)")  # section A.1 of an annex
_NO = re.compile(
    r"\s*(?:(?:№|#|N[oо]?(?!\w)\.?|под\s+номером|number)\s*|(?:с|from)\s+(?=\d))?", re.IGNORECASE
)
_LETTER = r"[а-яa-z]"
_QUOTED = re.compile(rf"\s?[\"'](?P<v>{_LETTER}{{1,2}}|\d+(?:\.\d+)*)\)?[\"']", re.IGNORECASE)
_PAREN = re.compile(
    rf"\s?\(\s?[\"']?(?P<v>\d+(?:\.\d+)*(?:-\d+)?|{_LETTER}|(?P<twice>[a-z])(?P=twice)|[ivx]{{2,5}})"
    r"[\"']?\s?\)",
    re.IGNORECASE,
)
# A letter by itself is a step only where no sentence goes on: «п. 27 в стратегии» has a preposition.
_BARE = re.compile(rf"\s?(?P<v>{_LETTER})(?![\w'])(?P<close>\)?)", re.IGNORECASE)
_SENTENCE = re.compile(r"\s+[^\W\d_]|\s*\0")
_DIGIT_NEXT = re.compile(r"\.?\s*\d")
RU_LETTERS = "абвгдежзиклмнопрстуфхцчшщэюя"  # as lists letter their items: no ё, й, ъ, ы, ь
LATIN_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FUNCTION_LETTERS = frozenset("авикосуяai")
_NTH_END = re.compile(r"-?(?:й|я|е|го|му)(?!\w)")
_LIST = re.compile(r"\s*(?:,\s*(?:и|and|or|или)?(?!\w)|;|(?:и|and|or|или|либо|&)(?!\w))\s*", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:-|\.\.\.?|(?:по|to|through|до)(?!\w))\s*", re.IGNORECASE)
_NOT_VALUE = re.compile(
    r"\s*-?\s*(?:ФЗ|ФКЗ|FZ|р(?!\w)|года?(?!\w)|лет|%|процент|дн|месяц|руб|тыс|млн|years?|days?)|/\d", re.I
)
_LINK = re.compile(
    r"(?:[\s,;()\"]|(?:of|in|to|under|the|this|that|said|к|из|от|в|на|по|настоящ\w+|указанн\w+|и|and|or|или|либо"
    r"|а\s+также|as\s+well\s+as)(?!\w))*",
    re.IGNORECASE,
)
_CONJUNCTION = re.compile(r",|;|(?<!\w)(?:и|and|or|или|либо|также|well)(?!\w)", re.IGNORECASE)
_AND = re.compile(r"(?<!\w)(?:и|and|or|или|либо)(?!\w)", re.IGNORECASE)
_SEPARATE = {"annex", "recital", "article"}
_PREAMBLE = re.compile(r"\s+(?:преамбул\w+|(?:of\s+)?(?:the\s+)?preamble)", re.IGNORECASE)
_ATTACHED = re.compile(
    r"[\s,]*(?:of\s+(?:the\s+)?)?(?:положени[яею]|правил|требовани[йя]|порядк[аеу]|перечн[яею]|стратеги[ияею]"
    r"|программ[ыеу]|концепци[ияею]|состав[аеу]|регламента(?!\s+\(?ЕС|\s+Евро)|strategy|rules|requirements)(?!\w)",
    re.IGNORECASE,
)
_LATIN_FIRST = re.compile(r"[^a-zа-я]*[a-z]", re.IGNORECASE)
_MOST = 40  # provisions one phrase may name: «статьи 1-100» gives its two ends

_Value = tuple[str, tuple[str, ...]]  # a number with the steps written after it: 5(1)(f)


@dataclass(slots=True)
class _Group:
    """A unit with the values named after (or before) it."""

    unit: str
    values: list[_Value]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ProvisionMention:
    """A provision as a person names it.

    ``attached``: said to be of approved rules («п. 3 Положения»). ``chain_end``: where the run of
    provisions it belongs to ends («п. 3 и п. 5»); an act may follow. ``english``: named by an English word.
    """

    steps: Steps
    start: int
    end: int
    attached: bool = False
    chain_end: int = 0
    english: bool = False


def roman(text: str) -> int | None:
    """The number a Roman numeral writes (Cyrillic look-alikes allowed), None if it is none."""
    latin = text.upper().translate(str.maketrans("ІХСМ", "IXCM"))
    if latin in ("C", "L") or not re.fullmatch(r"(?=.)C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})", latin):
        return None
    worth = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[letter] for letter in latin]
    return sum(-v if v < max(worth[i:]) else v for i, v in enumerate(worth))


def to_roman(number: int) -> str:
    """The Roman numeral of a number below 40."""
    units = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[number % 10]
    return "X" * (number // 10) + units


def _ordinal(match: re.Match[str]) -> str:
    if match.groupdict().get("nth"):
        return match["nth"]
    return _ORDINAL_NUMBER[re.sub(r"\s+", " ", (match["ru"] or match["en"]).lower())]


def _number(text: str) -> str:
    """``123¹`` -> ``123.1``."""
    plain = text.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹")
    upper = text[len(plain) :].translate(_SUPERSCRIPT)
    return f"{plain}.{upper}" if upper else plain


def _letter(text: str) -> str:
    """A step as written; Russian letters small, Latin ones in their case: (a)(i)(A) of a US order."""
    return text if text.isascii() else text.lower()


def _tail(text: str, at: int, unit: str) -> tuple[tuple[str, ...], int]:
    """The steps glued to a number: ``(1)(f)``, ``«в»``, ``в)``."""
    steps: list[str] = []
    begun = at
    while match := _PAREN.match(text, at) or _QUOTED.match(text, at):
        steps.append(_letter(match["v"]))
        at = match.end()
    bare = _BARE.match(text, at)
    # Without brackets a letter follows a point («п. 27 в»), hardly an article or an annex.
    if bare and (steps or RANK.get(unit, RANK["point"]) >= RANK["part"]) and _is_step_letter(text, bare):
        steps.append(_letter(bare["v"]))
        closes = text.count("(", begun, at) > text.count(")", begun, at)
        at = bare.end("v") if closes else bare.end()
    return tuple(steps), at


def _is_step_letter(text: str, bare: re.Match[str]) -> bool:
    if _DIGIT_NEXT.match(text, bare.end()):
        return False
    if bare["close"] or bare.start() == bare.start("v"):  # «в)», «27в»
        return True
    return not (_SENTENCE.match(text, bare.end()) and bare["v"].lower() in _FUNCTION_LETTERS)


def _first_value(text: str, at: int, unit: str, full_word: bool) -> tuple[str, int] | None:
    """A value right after a unit: a number, «в», (f), III, «второй» or a letter."""
    at = _NO.match(text, at).end()  # type: ignore[union-attr]
    if match := _NUMBER.match(text, at):
        return None if _NOT_VALUE.match(text, match.end()) else (_number(match.group()), match.end())
    if match := _PAREN.match(text, at) or _QUOTED.match(text, at):
        return _letter(match["v"]), match.end()
    if match := _LETTERED_NUMBER.match(text, at):
        return match.group().lower(), match.end()
    if match := re.compile(_ROMAN).match(text, at):
        value = roman(match.group())
        if value and (match.group().isupper() or len(match.group()) > 1):
            return str(value), match.end()
    if match := re.compile(_ORDINAL, re.IGNORECASE).match(text, at):
        return _ordinal(match), match.end()
    if full_word and (match := _BARE.match(text, at)) and _is_lone_letter(text, match, unit):
        return _letter(match["v"]), match.end()
    return None


def _is_lone_letter(text: str, match: re.Match[str], unit: str) -> bool:
    """Whether a letter after a unit is its value: in «подпункт в пункта 27», not in «пункт в законе»."""
    if match["close"] or match["v"].lower() not in _FUNCTION_LETTERS:
        return True
    if _DIGIT_NEXT.match(text, match.end()):
        return False
    goes_on = _SENTENCE.match(text, match.end())
    if goes_on and goes_on.group().endswith("\0"):  # an act follows: «подп. в Указа 490»
        return unit == "subpoint"
    return not goes_on or bool(_UNIT.match(text, goes_on.end() - 1))


def _after_list(text: str, at: int, unit: str) -> tuple[str, int] | None:
    """The next value of «24, 25 и 26», None where the list ends."""
    start = _NO.match(text, at).end()  # type: ignore[union-attr]
    if match := _NUMBER.match(text, start):
        if _NOT_VALUE.match(text, match.end()) or _NTH_END.match(text, match.end()):
            return None
        return _number(match.group()), match.end()
    if match := _QUOTED.match(text, at) or _PAREN.match(text, at):
        return _letter(match["v"]), match.end()
    if unit in ("annex", "section", "chapter") and (match := re.compile(_ROMAN).match(text, at)):
        value = roman(match.group())
        return (str(value), match.end()) if value and match.group().isupper() else None
    return None


def _range(first: str, last: str) -> list[str]:
    """The values from ``first`` to ``last``; only the ends where they cannot be counted through."""
    for letters in (RU_LETTERS, LATIN_LETTERS):
        if first in letters and last in letters and letters.index(first) < letters.index(last):
            return list(letters[letters.index(first) : letters.index(last) + 1])
    head, _, a = first.rpartition(".")
    head_last, _, b = last.rpartition(".")
    if head == head_last and a.isdigit() and b.isdigit() and 0 < int(b) - int(a) < _MOST:
        return [f"{head}.{n}" if head else str(n) for n in range(int(a), int(b) + 1)]
    return [first, last]


def _split_hyphen(value: str) -> list[str]:
    """``24-26`` -> 24, 25, 26; ``10.2-2`` and ``2.2-2`` stay: a dotted number with an inserted one."""
    left, dash, right = value.partition("-")
    if not dash:
        return [value]
    if "." in left and "." not in right:
        return [value]
    ends = (left.split("."), right.split("."))
    if len(ends[0]) == len(ends[1]) and ends[0][:-1] == ends[1][:-1] and int(ends[0][-1]) < int(ends[1][-1]):
        return _range(left, right)
    return [value]


def _sibling(previous: _Value, value: str, tail: tuple[str, ...]) -> _Value:
    """What «б» means after «п. 1 «а»», and (b) after "5(1)(a)": a step beside the last of its sort."""
    same = [i for i, step in enumerate(previous[1]) if step[:1].isdigit() == value[:1].isdigit()]
    if not same:
        return value, tail
    return previous[0], (*previous[1][: same[-1]], value, *tail)


def _values(text: str, at: int, unit: str, full_word: bool) -> tuple[list[_Value], int]:
    first = _first_value(text, at, unit, full_word)
    if not first:
        return [], at
    value, at = first
    tail, at = _tail(text, at, unit)
    values: list[_Value] = [(each, tail) for each in _split_hyphen(value)]
    while True:
        ranged = _RANGE.match(text, at)
        link = ranged or _LIST.match(text, at)
        following = _after_list(text, link.end(), unit) if link else None
        if not following or not link:
            return values, at
        value, begun = following
        tail, end = _tail(text, begun, unit)
        if unit == "annex" and not ranged and tail:  # "Annex 3, 1(a)": a point of the annex
            annex = values.pop()
            return [*values, (annex[0], (*annex[1], value, *tail))], end
        _append(values, value, tail, ranged=bool(ranged), enclosed=text[begun - 1] in "\"')")
        at = end


def _append(values: list[_Value], value: str, tail: tuple[str, ...], *, ranged: bool, enclosed: bool) -> None:
    """Add the next value of a list or a range to ``values``; ``enclosed``: it stood in quotes or brackets."""
    previous = values[-1]
    if enclosed and previous[1]:
        sibling = _sibling(previous, value, tail)
        start = previous[1][-1]
        if ranged and len(sibling[1]) == len(previous[1]) and not tail:
            values += [(sibling[0], (*sibling[1][:-1], each)) for each in _range(start, value)[1:]]
        else:
            values.append(sibling)
    elif ranged and not previous[1]:
        values[-1:] = [(each, tail) for each in _range(previous[0], value)]
    else:
        values += [(each, tail) for each in _split_hyphen(value)]


def _groups(text: str) -> list[_Group]:
    found: list[_Group] = []
    covered = 0
    for match in _UNIT.finditer(text):
        if match.start() < covered:
            continue
        unit = str(match.lastgroup)
        if unit == "row":  # a measure of a table: «ИАФ.1»
            number = _NUMBER.match(text, match.end() + 1)
            if number:
                covered = number.end()
                code = text[match.start() : covered].lower()
                found.append(_Group(unit, [(code, ())], match.start(), covered))
            continue
        word = match.group().rstrip(".")
        full_word = len(word) > 3 or unit == "subpoint"
        start = match.start()
        values, end = _values(text, match.end(), unit, full_word)
        if not values:
            before = _BEFORE.search(text[max(covered, start - 40) : start])
            if not before:
                continue
            values = [(_ordinal(before), ())]
            start -= len(before.group())
            tail, end = _tail(text, match.end(), unit)
            values = [(values[0][0], tail)]
        found.append(_Group(unit, values, start, end))
        covered = end
    return found


# What a step written without its unit is, after a step of the unit on the left.
_NEXT_NUMBER = {
    "article": "paragraph",
    "annex": "point",
    "section": "point",
    "recital": "point",
    "chapter": "article",
}
_NEXT_LETTER = {
    "article": "point",
    "section": "point",
    "paragraph": "point",
    "annex": "point",
    "part": "point",
}
_INNER = {"part": "point", "paragraph": "point", "point": "subpoint", "subpoint": "item", "item": "item"}


def spelled(unit: str, value: _Value) -> Steps:
    """``("article", ("5", ("1", "f")))`` -> article 5, paragraph 1, point f."""
    steps = [(unit, value[0])]
    for step in value[1]:
        last = steps[-1][0]
        table = _NEXT_NUMBER if step[:1].isdigit() else _NEXT_LETTER
        steps.append((table.get(last) or _INNER.get(last, "subpoint"), step))
    return tuple(steps)


def _settle(chain: list[_Group]) -> None:
    """Give «пп.» and points that are letters their own unit, by what stands beside them."""
    units = {group.unit for group in chain}
    for group in chain:
        letters = not group.values[0][0][:1].isdigit()
        if group.unit == "pp":
            group.unit = "subpoint" if letters or "point" in units else "point"
    numbered = any(g.unit == "point" and g.values[0][0][:1].isdigit() for g in chain)
    for group in chain:
        if group.unit == "point" and not group.values[0][0][:1].isdigit() and numbered:
            group.unit = "subpoint"


def _chains(groups: list[_Group], text: str) -> list[list[_Group]]:
    chains: list[list[_Group]] = []
    for group in groups:
        gap = text[chains[-1][-1].end : group.start] if chains else ""
        if chains and len(gap) < 40 and _LINK.fullmatch(gap):
            chains[-1].append(group)
        else:
            chains.append([group])
    return chains


def _segments(chain: list[_Group], text: str) -> list[list[_Group]]:
    """Cut a chain where a unit comes back: «п. 3 ч. 1 и п. 5 ч. 2 ст. 10» is two provisions."""
    segments: list[list[_Group]] = [[chain[0]]]
    for group in chain[1:]:
        segment = segments[-1]
        last = segment[-1]
        joined = bool(_CONJUNCTION.search(text, last.end, group.start))
        if last.unit == group.unit and joined and all(RANK[g.unit] <= RANK[group.unit] for g in segment):
            last.values += group.values
            last.end = group.end
        elif _parts_ways(segment, group, bool(_AND.search(text, last.end, group.start))):
            segments.append([group])
        else:
            segment.append(group)
    return segments


def _parts_ways(segment: list[_Group], group: _Group, conjunction: bool) -> bool:
    """Whether ``group`` begins another provision: a unit again, a turn of the order, or «и» between."""
    units = {g.unit for g in segment}
    if conjunction or group.unit in units or _apart(units, group.unit):
        return True
    if len(segment) < 2:
        return False
    # A subparagraph stands anywhere: "Article 43(1), second subparagraph, point (a)".
    ranks = [RANK[g.unit] for g in (*segment, group) if g.unit != "subparagraph"]
    return ranks != sorted(ranks) and ranks != sorted(ranks, reverse=True)


def _apart(units: set[str], unit: str) -> bool:
    """Annexes, recitals and articles stand beside each other, never inside."""
    return unit in _SEPARATE and bool(units & _SEPARATE - {unit})


def _inherited(segments: list[list[_Group]]) -> list[list[_Group]]:
    """Give a segment the outer units its neighbour names for both: «п. 3 и п. 5 статьи 6»."""
    whole = [list(segment) for segment in segments]
    for i in reversed(range(len(segments))):
        segment = segments[i]
        inwards = len(segment) > 1 and RANK[segment[-1].unit] > RANK[segment[0].unit]
        if not inwards and i + 1 < len(segments):
            whole[i] = _outer(whole[i + 1], segment) + segment
    for i, segment in enumerate(segments[1:], 1):
        if whole[i] == segment:
            whole[i] = _outer(whole[i - 1], segment) + segment
    return whole


def _outer(donor: list[_Group], segment: list[_Group]) -> list[_Group]:
    outermost = min(RANK[g.unit] for g in segment)
    units = {g.unit for g in segment}
    return [g for g in donor if RANK[g.unit] < outermost and not _apart(units, g.unit)]


def _ordered(segment: list[_Group]) -> list[_Group]:
    """The groups from the outermost to the innermost; a subparagraph between two others stays between."""
    others = [g for g in segment if g.unit != "subparagraph"]
    ordered = sorted(others, key=lambda g: RANK[g.unit])
    for group in segment:
        if group.unit == "subparagraph":
            before = sum(g.start < group.start for g in others)
            outwards = len(others) > 1 and RANK[others[0].unit] > RANK[others[-1].unit]
            place = len(others) - before if outwards else before
            ordered.insert(place if 0 < before < len(others) else len(ordered), group)
    return ordered


def _expand(segment: list[_Group]) -> list[Steps]:
    ordered = _ordered(segment)
    named = [[spelled(g.unit, value) for value in g.values] for g in ordered]
    if len(ordered) > 1:
        # One outer provision with several inner ones, or the reverse, but no more than a question needs.
        combined = [tuple(step for part in parts for step in part) for parts in product(*named)]
        return combined[:_MOST]
    return named[0][:_MOST]


def find_provisions(text: str) -> list[ProvisionMention]:
    """The provisions named in ``text``, in order; acts should have been blanked out by NUL before."""
    plain = same_length(text)
    found: list[ProvisionMention] = []
    for chain in _chains(_groups(plain), plain):
        _settle(chain)
        end = chain[-1].end
        preamble = _PREAMBLE.match(plain, end)
        if preamble and len(chain) == 1:
            chain[0].unit, end = "recital", preamble.end()
        attached = bool(_ATTACHED.match(plain, end))
        segments = _segments(chain, plain)
        for segment, whole in zip(segments, _inherited(segments), strict=True):
            start, stop = segment[0].start, end if segment is segments[-1] else segment[-1].end
            english = bool(_LATIN_FIRST.match(plain[start:stop]))
            found += [
                ProvisionMention(steps, start, stop, attached, end, english) for steps in _expand(whole)
            ]
    return found
