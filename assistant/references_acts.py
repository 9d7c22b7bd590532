"""Words of a question -> the acts they name («указом № 250», «ФЗ-152», "EO 14110"), and acts' ids.

The tables here (kinds, ministries, popular names) also serve the identification of files, so that an act
gets one id however it is met.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.model import ActKind
from assistant.references_dates import FULL_DATE, iso_date, same_length
from assistant.references_names import CODE_PARTS, KIND_STEPS, MINISTRIES, NAMED_ACTS, ministry_token


@dataclass(frozen=True, slots=True)
class ActMention:
    """An act as a person names it. What the words do not say is None.

    ``date`` is partial ISO; ``year`` is the date's year or one written by itself; ``issuer`` is the
    ministry's id token, or the issuer's words for a regional act; ``name``: a popular name of
    :data:`NAMED_ACTS`; ``ids``: the ids such a name stands for; ``attachment``: the name is that
    attachment's (the Strategy). ``[start, end)`` in the text.
    """

    kind: ActKind | None = None
    number: str | None = None
    date: str | None = None
    year: str | None = None
    jurisdiction: str | None = None
    issuer: str | None = None
    name: str | None = None
    ids: tuple[str, ...] = ()
    attachment: int | None = None
    start: int = 0
    end: int = 0


_NO = r"(?:(?:№|#|номер\w{0,2}|number|nr\.?|no\.|N[oо]?(?![^\W\d_])\.?)\s*)"


def _dated_pattern(group: str) -> str:
    return rf"(?:\s*,?\s*(?:от|of|dated)\s+(?P<{group}>{FULL_DATE}))?"


_RUSSIA = r"(?:России|РФ|Российской\s+Федерации|of\s+the\s+Russian\s+Federation|of\s+Russia)"
_MINISTRY = "|".join(pattern.replace(" ", r"\s+") for _, _, pattern in MINISTRIES)
_REGION = (
    r"губернатор\w*|мэр\w{0,2}|глав\w{1,2}|област\w{1,3}|кра[яюей]\w?|республик\w{1,2}|город\w{0,2}|округ\w{0,2}"
    r"|Москв\w|[А-Я][а-я-]+ск(?:ой|ого|ому|им)|[А-Я][а-я-]+н(?:а|ии)(?=\s*(?:,|от|№|N|\d))"
)
_ISSUER = rf"(?:\s+(?:президент\w{{0,2}}|правительств\w{{1,2}}|{_RUSSIA}|(?:{_MINISTRY})|{_REGION}))"

_KINDS_RU: tuple[tuple[str, ActKind], ...] = (
    (r"указ(?:а|у|ом|е|ы|ов|ам|ами|ах)?", ActKind.DECREE),
    (r"постановлени(?:е|я|ю|ем|и|й|ям|ями|ях)|(?-i:ПП)|пп(?=\s+(?:РФ|правительства)|\s*№|\s*\d{3})",
     ActKind.GOVERNMENT_RESOLUTION),
    (r"распоряжени(?:е|я|ю|ем|и|й|ям|ями|ях)|(?-i:РП)", ActKind.GOVERNMENT_ORDER),
    (r"приказ(?:а|у|ом|е|ы|ов|ам|ами|ах)?", ActKind.MINISTRY_ORDER),
    (r"законопроект(?:а|у|ом|е|ы|ов|ам|ами|ах)?|проект(?:а|у|ом|е)?\s+(?:федерального\s+)?закона",
     ActKind.DRAFT_LAW),
    (r"(?:федеральн\w{2,3}\s+)?(?:конституционн\w{2,3}\s+)?закон(?:а|у|ом|е|ы|ов|ам|ами|ах)?|ф?к?фз|фкз",
     ActKind.FEDERAL_LAW),
)  # fmt: skip
_PLURAL = re.compile(r"(?:ы|ов|ам|ами|ах|ия|ий|иям|иями|иях|s)\s*$", re.IGNORECASE)

_RU = re.compile(
    rf"(?<![\w-])(?P<kind>{'|'.join(f'(?:{p})' for p, _ in _KINDS_RU)})(?!\w)(?P<issuer>{_ISSUER}*)"
    rf"(?:\s*\"[^\"?]{{3,200}}\")?{_dated_pattern('date1')}"
    r"(?:\s+(?P<year1>(?:19|20)\d\d)\s*(?:года|году|г)(?!\w)\.?)?"
    rf"(?:(?P<dash>\s*-\s*|\s*,?\s*)(?P<no>{_NO})?(?P<num>\d{{1,7}})(?P<tail>-\d(?!\d))?"
    rf"(?P<suffix>\s?-?\s?(?:фкз|фз|рп|р)(?!\w))?(?!\d|\.\d|\s*(?:года|году|год|г)(?!\w)|\s*(?:%|лет|дн|месяц|руб|тыс|млн))"
    rf"(?:/(?P<year2>(?:19|20)\d\d)(?!\d))?)?(?P<issuer2>{_ISSUER}*){_dated_pattern('date2')}"
    r"(?:\s+(?P<year3>(?:19|20)\d\d)\s*(?:года|году|г)(?!\w)\.?)?",
    re.IGNORECASE,
)
_FZ = re.compile(
    r"(?<![\w.,№-])(?P<no>№\s*|N\s*)?(?P<num>\d{1,4})(?:\s?-\s?|(?P<space>\s?))(?P<suffix>фкз|фз|fz)(?!\w)"
    rf"(?(space)(?!\s*[-№N]?\s*\d)){_dated_pattern('date2')}",
    re.IGNORECASE,
)
_MORE = re.compile(
    rf"\s*(?:,\s*(?:и|and)?|и|and|или|or)\s*(?P<no>{_NO})?(?P<num>\d{{1,6}})(?P<suffix>\s?-\s?(?:фкз|фз|р)(?!\w))?"
    rf"(?![\d/]|\.\d|-\d|\s*(?:года|году|год|г|%)(?!\w)){_dated_pattern('date2')}",
    re.IGNORECASE,
)

# Everything before the number may be absent: possessive spaces, and none to begin with, keep a long run of
# spaces from being tried in every way.
_EU = re.compile(
    r"(?<!\w)(?!\s)(?P<kind>regulations?|директив\w{1,2}|directives?|регламент(?:а|у|ом|е)?)?\s*+"
    r"\(?\s*+(?P<union>EU|EC|EEC|ЕС|Евросоюза)?\s*+\)?\s*+"
    rf"(?P<no>{_NO})?(?<![\w/.])(?P<a>\d{{1,4}})/(?P<b>\d{{1,4}})(?![\w/])",
    re.IGNORECASE,
)
_EO = re.compile(
    rf"(?<!\w)(?:executive\s+orders?|E\.?\s?O\.?s?|исполнительн\w{{2,3}}\s+указ\w{{0,3}}|президентск\w+\s+указ\w{{0,3}}"
    r"|указ\w{0,3}\s+президента\s+США|указ\w{0,3}\s+США|указ\w{0,3}(?:\s+Байдена|\s+Трампа))\s*"
    rf"{_NO}?(?P<num>1\d{{4}})(?!\d)(?:\s*,?\s*(?:of|от)\s+(?P<date2>{FULL_DATE}))?",
    re.IGNORECASE,
)
_EN_KINDS: tuple[tuple[str, ActKind], ...] = (
    (r"government\s+(?:resolution|decree)s?|resolutions?(?:\s+of\s+the\s+government)?",
     ActKind.GOVERNMENT_RESOLUTION),
    (r"(?:government\s+)orders?(?:\s+of\s+the\s+government)?", ActKind.GOVERNMENT_ORDER),
    (r"orders?", ActKind.MINISTRY_ORDER),
    (r"(?:presidential\s+)?decrees?(?:\s+of\s+the\s+president)?", ActKind.DECREE),
    (r"federal\s+laws?|laws?", ActKind.FEDERAL_LAW),
)  # fmt: skip
_EN = re.compile(
    rf"(?<!\w)(?P<pre>(?:{_MINISTRY})(?:'s)?(?:\s+of\s+Russia)?\s+)?"
    rf"(?P<kind>{'|'.join(f'(?:{p})' for p, _ in _EN_KINDS)})(?:\s+{_RUSSIA})?"
    rf"(?:\s+of\s+(?P<issuer>{_MINISTRY}))?"
    rf"{_dated_pattern('date1')}\s*(?P<no>{_NO})?(?P<num>\d{{1,5}})"
    r"(?P<suffix>\s?-\s?(?:fz|фз|r|р)(?!\w))?(?!\d|\.\d|%)(?:/(?P<year2>(?:19|20)\d\d)(?!\d))?"
    rf"(?:\s+of\s+(?:the\s+)?(?P<issuer2>{_MINISTRY}))?{_dated_pattern('date2')}",
    re.IGNORECASE,
)
_ID = re.compile(
    r"(?<![\w-])(?P<id>(?:ru|eu|us|oecd|coe|doc)-[a-z0-9]+(?:-[a-z0-9]+)*-(?:\d{4}|nodate))(?![\w-])"
)
_NAMES = tuple(
    (entry, re.compile(rf"(?<!\w)(?:{entry[1].replace(' ', chr(92) + 's+')})(?!\w)", re.IGNORECASE))
    for entry in NAMED_ACTS
)
# A bare «Стратегия» is the national one when capitalised, or when a provision of it is named.
_BARE_STRATEGY = re.compile(
    r"(?<!\w)(?:Стратеги(?:я|и|ю|ей)|(?:the\s+)?Strategy)(?!\w)(?!\s+(?:развити|научно|национальной|цифров|до\s))"
)
_BARE_AFTER_UNIT = re.compile(
    r"(?:п\.|пункт\w*|подп\.|подпункт\w*|points?|раздел\w*|разд\.|sections?)[\s\"()\w]{1,14}?\s"
    r"(?:of\s+(?:the\s+)?)?(?P<name>стратеги(?:я|и|ю|ей)|strategy)(?!\w)(?!\s+развити)",
    re.IGNORECASE,
)
_UNIT_BEFORE = re.compile(
    r"(?:(?<!\w)(?:ст|п|пп|ч|подп|абз|гл)\.?|стать\w*|пункт\w*|част\w*|подпункт\w*|articles?|art\.?|points?)\s*(?:№\s*)?$",
    re.IGNORECASE,
)
_REGIONAL = re.compile(_REGION.split("|[А-Я]", maxsplit=1)[0], re.IGNORECASE)


def _kind_of(word: str, table: tuple[tuple[str, ActKind], ...]) -> ActKind:
    for pattern, kind in table:
        if re.fullmatch(pattern, word.strip(), re.IGNORECASE):
            return kind
    return ActKind.GOVERNMENT_RESOLUTION  # «пп» is matched with what follows it


def _group(match: re.Match[str], name: str) -> str | None:
    return match.groupdict().get(name)


def _dated(match: re.Match[str]) -> tuple[str | None, str | None]:
    spelled = _group(match, "date1") or _group(match, "date2")
    value = iso_date(spelled) if spelled else None
    year = value[:4] if value else None
    return value, year or _group(match, "year1") or _group(match, "year2") or _group(match, "year3")


def _numbered(
    kind: ActKind | None, number: str | None, suffix: str | None
) -> tuple[ActKind | None, str | None]:
    """The kind and the number as written in the act («149-ФЗ», «3028-р»)."""
    if number is None:
        return kind, None
    letters = (suffix or "").strip(" -").lower()
    if letters in ("фз", "fz", "фкз"):
        return ActKind.FEDERAL_LAW, f"{number}-{'ФКЗ' if letters == 'фкз' else 'ФЗ'}"
    if letters in ("р", "r"):
        return ActKind.GOVERNMENT_ORDER, f"{number}-р"
    if kind is ActKind.FEDERAL_LAW:
        return kind, f"{number}-ФЗ"
    if kind is ActKind.GOVERNMENT_ORDER:
        return kind, f"{number}-р"
    return kind, number


def _russian(match: re.Match[str]) -> ActMention | None:
    kind: ActKind | None = _kind_of(match["kind"], _KINDS_RU)
    date, year = _dated(match)
    number = match["num"]
    if number is None and not year:
        return None
    issuer_words = f"{match['issuer']} {match['issuer2']}".strip()
    kind, number = _numbered(kind, number, match["suffix"])
    if number and match["tail"]:
        number = f"{match['num']}{match['tail']}"
    issuer = ministry_token(issuer_words)
    if kind is not ActKind.MINISTRY_ORDER and _REGIONAL.search(issuer_words):
        kind, issuer = ActKind.REGIONAL_ACT, issuer_words
    if kind is ActKind.FEDERAL_LAW and match["num"] and int(match["num"]) > 2000:
        return None
    end = match.end("num") if number and not (match["issuer2"] or match["date2"] or match["year3"]) else None
    end = max(end, match.end("suffix"), match.end("tail"), match.end("year2")) if end else match.end()
    return ActMention(kind, number, date, year, "ru", issuer, start=match.start(), end=end)


def _law_number(match: re.Match[str], text: str) -> ActMention | None:
    if match["space"] is not None and _UNIT_BEFORE.search(text[max(0, match.start() - 16) : match.start()]):
        return None
    date, year = _dated(match)
    kind, number = _numbered(ActKind.FEDERAL_LAW, match["num"], match["suffix"])
    return ActMention(kind, number, date, year, "ru", start=match.start(), end=match.end())


def _english(match: re.Match[str]) -> ActMention | None:
    kind: ActKind | None = _kind_of(match["kind"], _EN_KINDS)
    issuer = ministry_token(" ".join(filter(None, (match["pre"], match["issuer"], match["issuer2"]))))
    if kind is ActKind.MINISTRY_ORDER and not issuer and not match["no"]:
        return None
    if kind is ActKind.FEDERAL_LAW and not (
        match["no"] or match["suffix"] or "federal" in match["kind"].lower()
    ):
        return None
    date, year = _dated(match)
    kind, number = _numbered(kind, match["num"], match["suffix"])
    return ActMention(kind, number, date, year, "ru", issuer, start=match.start(), end=match.end())


def eu_number(first: str, second: str, old_style: bool = False) -> tuple[str, str]:
    """Number and year of ``2024/1689`` (year first, since 2015) or of ``No 300/2008`` (year last)."""
    year_first = len(first) == 4 and 1950 <= int(first) <= 2100 and not old_style
    return (second, first) if year_first else (first, second)


def _european(match: re.Match[str]) -> ActMention | None:
    number, year = eu_number(match["a"], match["b"], bool(match["no"]))
    if len(year) != 4 or not (match["kind"] or match["union"] or int(year) >= 2015):
        return None
    word = (match["kind"] or "").lower()
    kind = ActKind.REGULATION if word.startswith(("reg", "регл")) or not word else None
    start = match.start() + len(match.group()) - len(match.group().lstrip(" ("))
    written = f"{year}/{number}" if int(year) >= 2015 else f"{number}/{year}"
    return ActMention(kind, written, None, year, "eu", start=start, end=match.end())


def _american(match: re.Match[str]) -> ActMention:
    date, year = _dated(match)
    return ActMention(
        ActKind.EXECUTIVE_ORDER, match["num"], date, year, "us", start=match.start(), end=match.end()
    )


def _named(text: str) -> list[ActMention]:
    found = []
    for (name, _, kind, number, jurisdiction, ids, attachment), pattern in _NAMES:
        found += [
            ActMention(
                kind, number, None, None, jurisdiction, None, name, ids, attachment, m.start(), m.end()
            )
            for m in pattern.finditer(text)
        ]
    bare = [m.span() for m in _BARE_STRATEGY.finditer(text)]
    bare += [m.span("name") for m in _BARE_AFTER_UNIT.finditer(text)]
    name, _, kind, number, jurisdiction, ids, attachment = next(e for e in NAMED_ACTS if e[0] == "strategy")
    found += [
        ActMention(kind, number, None, None, jurisdiction, None, name, ids, attachment, a, b) for a, b in bare
    ]
    return found


def _listed(text: str, first: ActMention, plural: bool) -> list[ActMention]:
    """The further numbers of «указы № 490 и № 124»."""
    found = []
    at = first.end
    while match := _MORE.match(text, at):
        if not (match["no"] or plural) and not (first.jurisdiction == "us" and len(match["num"]) == 5):
            break
        kind, number = _numbered(first.kind, match["num"], match["suffix"])
        date, year = _dated(match)
        found.append(
            replace(
                first,
                kind=kind,
                number=number,
                date=date,
                year=year,
                start=match.start("num"),
                end=match.end(),
            )
        )
        at = match.end()
    return found


def _identified(match: re.Match[str]) -> ActMention:
    act = match["id"]
    year = act.rsplit("-", 1)[1]
    return ActMention(
        jurisdiction=act.split("-", 1)[0],
        year=year if year.isdigit() else None,
        ids=(act,),
        start=match.start(),
        end=match.end(),
    )


def find_acts(text: str) -> list[ActMention]:
    """The acts named in ``text``, in order, none overlapping another (the longer reading wins)."""
    plain = same_length(text)
    found: list[ActMention | None] = [_identified(m) for m in _ID.finditer(plain)]
    for match in _RU.finditer(plain):
        mention = _russian(match)
        found += [mention, *(_listed(plain, mention, bool(_PLURAL.search(match["kind"]))) if mention else ())]
    for match in _EO.finditer(plain):
        american = _american(match)
        found += [american, *_listed(plain, american, plural=False)]
    found += [_law_number(m, plain) for m in _FZ.finditer(plain)]
    found += [_english(m) for m in _EN.finditer(plain)]
    found += [_european(m) for m in _EU.finditer(plain) if m["a"]]
    found += _named(plain)
    mentions = sorted((m for m in found if m), key=lambda m: (m.start - m.end, m.start))
    kept: list[ActMention] = []
    for mention in mentions:
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)


def _bare_number(number: str, jurisdiction: str) -> str | None:
    """The number as an id writes it: «149-ФЗ» -> 149, «2024/1689» -> 1689, «3028-р» -> 3028."""
    text = same_length(number).strip().lower()
    text = re.sub(r"^(?:№|n[oо]?\.?)\s*", "", text)
    if jurisdiction == "eu" and (pair := re.fullmatch(r".*?(\d{1,4})/(\d{1,4})", text)):
        return eu_number(pair[1], pair[2])[0]
    text = re.sub(r"\s*-?\s*(?:фкз|фз|fz|рп|р|r)$", "", text)
    text = re.sub(r"\s+", "", text)
    return text if re.fullmatch(r"\d+[a-zа-я]?(?:-\d+)?", text) else None


def act_id(
    kind: ActKind | None,
    number: str | None,
    date: str | None,
    jurisdiction: str | None = "ru",
    issuer: str | None = None,
) -> str | None:
    """The act's id (``ru-ukaz-490-2019``), None where kind, number or year do not make one.

    ``date``: partial ISO; ``issuer``: a ministry's name or token, needed for its orders; an issuer of
    a region makes no id of a federal act. For the EU the year in the number goes before the date's.
    """
    ids = act_ids(ActMention(kind, number, date, (date or "")[:4] or None, jurisdiction, issuer))
    return ids[0] if ids and "%" not in ids[0] else None


def _year_of(mention: ActMention, jurisdiction: str) -> str:
    if jurisdiction == "eu" and mention.number:
        pair = re.fullmatch(r".*?(\d{1,4})/(\d{1,4})", mention.number)
        if pair and len(year := eu_number(pair[1], pair[2])[1]) == 4:
            return year
    return mention.year or "%"


def act_ids(mention: ActMention) -> list[str]:
    """The ids the mention may stand for, likeliest first; ``%`` stands for what it does not say.

    ``%`` is SQL's LIKE wildcard: a year (``ru-ukaz-490-%``) or a ministry (``ru-prikaz-%-239-%``).
    """
    if mention.ids:
        return list(mention.ids)
    jurisdiction = mention.jurisdiction or "ru"
    kind = ActKind(mention.kind) if mention.kind else None
    if kind in (ActKind.STRATEGY, ActKind.PROGRAMME):
        kind = ActKind.DECREE if kind is ActKind.STRATEGY else ActKind.GOVERNMENT_RESOLUTION
    number = _bare_number(mention.number, jurisdiction) if mention.number else None
    year = _year_of(mention, jurisdiction)
    if number is None and (year == "%" or mention.number):
        return []
    step = KIND_STEPS.get((jurisdiction, kind)) if kind else "%"
    if step is None:
        return []
    if step == "fz" and (mention.number or "").upper().endswith("ФКЗ"):
        step = "fkz"
    if step == "prikaz":
        token = ministry_token(mention.issuer or "") or (
            mention.issuer if mention.issuer in {m[0] for m in MINISTRIES} else None
        )
        step = f"prikaz-{token or '%'}"
    return [f"{jurisdiction}-{step}-{number or '%'}-{year}"]


def code_act(mention: ActMention, article: str | None) -> tuple[str, ...]:
    """``mention.ids`` with the part of the code that holds ``article`` first («ст. 427 НК»)."""
    parts = CODE_PARTS.get(mention.name or "")
    digits = re.match(r"\d+", article or "")
    if not parts or not digits:
        return mention.ids
    act = [part for first, part in parts if first <= int(digits.group())][-1:]
    return (*act, *(other for other in mention.ids if other not in act))
