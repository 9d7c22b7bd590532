"""Names of kinds, ministries and popular acts -> what they mean in an act's id. Reviewed data.

One table serves questions and the identification of files, so that an act gets one id however it is met.
"""

from __future__ import annotations

import re

from assistant.model import ActKind

# The kind step of an act id, by jurisdiction. An act of another kind has no built id: the catalogue's slug.
KIND_STEPS: dict[tuple[str, ActKind], str] = {
    ("ru", ActKind.DECREE): "ukaz",
    ("ru", ActKind.FEDERAL_LAW): "fz",
    ("ru", ActKind.GOVERNMENT_RESOLUTION): "pp",
    ("ru", ActKind.GOVERNMENT_ORDER): "rp",
    ("ru", ActKind.MINISTRY_ORDER): "prikaz",
    ("eu", ActKind.REGULATION): "reg",
    ("us", ActKind.EXECUTIVE_ORDER): "eo",
}

# Issuers of ministry orders: id token, name, how it is written (Russian in any case form, English).
MINISTRIES: tuple[tuple[str, str, str], ...] = (
    ("fstek", "ФСТЭК России",
     r"фстэк|федеральн\w+ служб\w+ по техническому и экспортному контролю|fstec|fstek"),
    ("fsb", "ФСБ России", r"фсб|федеральн\w+ служб\w+ безопасности|fsb"),
    ("mincifry", "Минцифры России",
     r"минцифр\w*|министерств\w+ цифрового развития(?:, связи и массовых коммуникаций)?"
     r"|ministry of digital development|mincifry|mintsifry"),
    ("minsvyaz", "Минкомсвязь России", r"минкомсвяз\w*|министерств\w+ связи и массовых коммуникаций"),
    ("minek", "Минэкономразвития России",
     r"минэкономразвити\w*|министерств\w+ экономического развития|ministry of economic development"),
    ("minpromtorg", "Минпромторг России",
     r"минпромторг\w*|министерств\w+ промышленности и торговли|ministry of industry and trade"),
    ("minfin", "Минфин России", r"минфин\w*|министерств\w+ финансов|ministry of finance"),
    ("minobrnauki", "Минобрнауки России",
     r"минобрнаук\w*|министерств\w+ (?:науки и высшего образования|образования и науки)"),
    ("minpros", "Минпросвещения России", r"минпросвещени\w*|министерств\w+ просвещения"),
    ("minzdrav", "Минздрав России", r"минздрав\w*|министерств\w+ здравоохранения|ministry of health"),
    ("mintrud", "Минтруд России", r"минтруд\w*|министерств\w+ труда(?: и социальной защиты)?"),
    ("mintrans", "Минтранс России", r"минтранс\w*|министерств\w+ транспорта"),
    ("minenergo", "Минэнерго России", r"минэнерго|министерств\w+ энергетики"),
    ("minselhoz", "Минсельхоз России", r"минсельхоз\w*|министерств\w+ сельского хозяйства"),
    ("minoborony", "Минобороны России", r"минобороны|министерств\w+ обороны"),
    ("minyust", "Минюст России", r"минюст\w*|министерств\w+ юстиции"),
    ("mvd", "МВД России", r"мвд|министерств\w+ внутренних дел"),
    ("mchs", "МЧС России", r"мчс"),
    ("rkn", "Роскомнадзор", r"роскомнадзор\w*|roskomnadzor"),
    ("rst", "Росстандарт",
     r"росстандарт\w*|федеральн\w+ агентств\w+ по техническому регулированию и метрологии"),
    ("fns", "ФНС России", r"фнс|федеральн\w+ налогов\w+ служб\w+"),
    ("fas", "ФАС России", r"фас|федеральн\w+ антимонопольн\w+ служб\w+"),
    ("rosstat", "Росстат", r"росстат\w*|федеральн\w+ служб\w+ государственной статистики"),
)  # fmt: skip

# Names that stand for an act without its number: pattern, kind, number, jurisdiction, ids, attachment.
# A code in several parts names the part by its articles: (first article, last article) -> act.
_NamedAct = tuple[str, str, ActKind, str | None, str, tuple[str, ...], int | None]
NAMED_ACTS: tuple[_NamedAct, ...] = (
    ("ai act",
     r"(?:the )?(?:EU(?:'s)? )?(?:AI[ -]Act|Artificial Intelligence Act)(?! of)"
     r"|(?:европейск\w+ )?ИИ-?акт\w{0,3}"
     r"|(?:европейск\w+ (?:регламент|закон|акт)\w{0,3}"
     r"|(?:регламент|закон|акт)\w{0,3} (?:ЕС|Евросоюза|Европейского союза)|регламент\w{0,3})"
     r" об (?:ИИ|искусственном интеллекте)(?: (?:ЕС|Евросоюза|Европейского союза))?",
     ActKind.REGULATION, "2024/1689", "eu", ("eu-reg-1689-2024",), None),
    ("gdpr", r"GDPR|General Data Protection Regulation", ActKind.REGULATION, "2016/679", "eu",
     ("eu-reg-679-2016",), None),
    ("strategy",
     r"(?:национальн\w{2,3} )?стратеги\w{1,2} (?:по )?развити[яюе] (?:ИИ|искусственного интеллекта|AI)"
     r"|национальн\w{2,3} стратеги\w{1,2} (?:ИИ|по ИИ|в области ИИ|искусственного интеллекта|AI)"
     r"|национальн\w{2,3} стратеги\w{1,2}(?! развити| по | в (?!области))"
     r"|ИИ-стратеги\w{1,2}|нацстратеги\w{1,2}"
     r"|(?:Russia(?:n|'s) )?(?:the )?(?:National )?(?:AI|Artificial Intelligence) (?:Development )?Strategy"
     r"|(?:the )?National Strategy(?: for (?:the )?(?:development of )?(?:AI|artificial intelligence)"
     r"(?: development)?)?",
     ActKind.STRATEGY, "490", "ru", ("ru-ukaz-490-2019",), 1),
    ("nk", r"НК(?: РФ)?|Налогов\w{2,3} кодекс\w{0,2}(?: РФ| Российской Федерации)?|(?:Russian )?Tax Code",
     ActKind.FEDERAL_LAW, None, "ru", ("ru-fz-117-2000", "ru-fz-146-1998"), None),
    ("gk", r"ГК(?: РФ)?|Гражданск\w{2,3} кодекс\w{0,2}(?: РФ| Российской Федерации)?|(?:Russian )?Civil Code",
     ActKind.FEDERAL_LAW, None, "ru",
     ("ru-fz-51-1994", "ru-fz-14-1996", "ru-fz-146-2001", "ru-fz-230-2006"), None),
    ("tk", r"ТК(?: РФ)?|Трудов\w{2,3} кодекс\w{0,2}(?: РФ| Российской Федерации)?|(?:Russian )?Labou?r Code",
     ActKind.FEDERAL_LAW, "197-ФЗ", "ru", ("ru-fz-197-2001",), None),
    ("bk", r"БК(?: РФ)?|Бюджетн\w{2,3} кодекс\w{0,2}(?: РФ| Российской Федерации)?|(?:Russian )?Budget Code",
     ActKind.FEDERAL_LAW, "145-ФЗ", "ru", ("ru-fz-145-1998",), None),
    ("koap", r"КоАП(?: РФ)?", ActKind.FEDERAL_LAW, "195-ФЗ", "ru", ("ru-fz-195-2001",), None),
    ("uk", r"УК РФ|Уголовн\w{2,3} кодекс\w{0,2}(?: РФ| Российской Федерации)?", ActKind.FEDERAL_LAW,
     "63-ФЗ", "ru", ("ru-fz-63-1996",), None),
)  # fmt: skip

# Parts of a code by article: the first article of each part, in order of articles, and the part's act.
CODE_PARTS: dict[str, tuple[tuple[int, str], ...]] = {
    "nk": ((1, "ru-fz-146-1998"), (143, "ru-fz-117-2000")),
    "gk": (
        (1, "ru-fz-51-1994"),
        (454, "ru-fz-14-1996"),
        (1110, "ru-fz-146-2001"),
        (1225, "ru-fz-230-2006"),
    ),
}

_MINISTRY_PATTERNS = tuple(
    (token, re.compile(rf"(?<!\w)(?:{pattern.replace(' ', chr(92) + 's+')})(?!\w)", re.IGNORECASE))
    for token, _, pattern in MINISTRIES
)


def ministry_token(text: str) -> str | None:
    """The id token of the ministry named first in ``text``, None if none is."""
    found = [(match.start(), token) for token, p in _MINISTRY_PATTERNS if (match := p.search(text))]
    return min(found)[1] if found else None


def ministry_name(token: str) -> str | None:
    """The name of the ministry with this id token."""
    return next((name for known, name, _ in MINISTRIES if known == token), None)
