"""A citation -> the lead words of a statement, as a lawyer would write them.

«Согласно ч. 1 ст. 10.2-2 Федерального закона от 27.07.2006 № 149-ФЗ «…» (ред. от 12.12.2023; с. 12):»,
"Under Article 99(3) of Regulation (EU) 2024/1689 (p. 115):". An act is named in full once and shortly
afterwards. What is not simply current says so in every frame; a digest's words are said to be ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.answer.labels import Place, place
from assistant.library.schema import ActRow
from assistant.model import ActKind, Authority, Citation, Confidence, Currency, Lang
from assistant.naming import (
    FORMAL_IN_SENTENCE,
    KIND_NAMES,
    TITLE_CHARS,
    act_name,
    act_reference,
    dated,
    day_in_words,
    english_day,
    genitive,
)

SHORT_STANDING = 60  # a longer reason stands once, on a line of its own, and the frame says it in a word
SHORT_TITLE = 60

PAGE: dict[Lang, str] = {"ru": "с.", "en": "p."}
EDITION: dict[Lang, str] = {"ru": "ред. от {}", "en": "as of {}"}
OUR_WORDS: dict[Lang, str] = {
    "ru": "наше изложение, не текст акта",
    "en": "our summary, not the act's wording",
}
USER_TEXT: dict[Lang, str] = {"ru": "текст загружен пользователем", "en": "text supplied by the user"}
KNOWN_FROM: dict[Lang, dict[str, str]] = {
    "ru": {
        Confidence.TEXT: ", сверено с текстом",
        Confidence.EXCERPT: ", по выдержкам из акта",
        Confidence.PRESS: ", по сообщениям прессы",
        Confidence.GENERAL: ", по общеизвестным сведениям",
    },
    "en": {
        Confidence.TEXT: ", checked against the text",
        Confidence.EXCERPT: ", from excerpts of the act",
        Confidence.PRESS: ", from press reports",
        Confidence.GENERAL: ", from general knowledge",
    },
}
STANDING_WORDS: dict[Lang, dict[str, str]] = {
    "ru": {
        Currency.AMENDED_TEXT_NOT_HELD: "акт позднее изменён",
        Currency.SUPERSEDED: "редакция заменена более поздней",
        Currency.REPEALED: "утратило силу",
        Currency.NOT_YET_IN_FORCE: "ещё не применяется",
        Currency.UNKNOWN: "актуальность редакции не проверена",
    },
    "en": {
        Currency.AMENDED_TEXT_NOT_HELD: "amended since",
        Currency.SUPERSEDED: "superseded by a later edition",
        Currency.REPEALED: "repealed",
        Currency.NOT_YET_IN_FORCE: "not yet applicable",
        Currency.UNKNOWN: "currency not checked",
    },
}
_APPROVED = {"ru": "утв. {}", "en": "approved by {}"}
_TITLE_HEAD = re.compile(r"^(?P<head>.{3,}?)(?= (?:о|об|laying down|on|regarding) |, | \((?!EU|ЕС)| — )")
_NO_ARTICLE = re.compile(r"(?:Regulation \(|Directive \(|Executive Order \d|the\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """An act with a place in it: in full, shortly, and what belongs into the brackets the first time."""

    full: str
    short: str
    remark: str | None = None


def frame(
    citation: Citation, act: ActRow, lang: Lang, *, again: bool = False, edition_said: bool = False
) -> str:
    """The lead words of a statement, ending with a colon.

    again: the act has been named in this answer already. edition_said: so has its edition.
    """
    if citation.authority == Authority.DIGEST:
        return _digest_frame(citation, act, lang, again=again)
    named = named_in_sentence(citation, act, lang)
    remarks = [] if again or named.remark is None else [named.remark]
    edition = None if edition_said else _edition(citation, act, lang)
    if edition:
        remarks = [", ".join([*remarks, edition])]
    if citation.page:
        remarks.append(f"{PAGE[lang]} {citation.page}")
    remarks += standing_remarks(citation, lang)
    if citation.authority == Authority.USER:
        remarks.append(USER_TEXT[lang])
    lead = "Согласно" if lang == "ru" else _lead(citation.label)
    notes = f" ({'; '.join(remarks)})" if remarks else ""
    return f"{lead} {named.short if again else named.full}{notes}:"


def _lead(label: str) -> str:
    binding = label.startswith(("Recital", "Preamble", "преамбула", "Executive Summary"))
    return "According to" if binding else "Under"


def standing_remarks(citation: Citation, lang: Lang) -> list[str]:
    """What a frame says of the standing of a text that is not current; empty for one that is."""
    if citation.currency == Currency.CURRENT:
        return []
    if citation.standing and len(citation.standing) <= SHORT_STANDING:
        return [citation.standing]
    return [STANDING_WORDS[lang][citation.currency]]


def standing_line(citation: Citation) -> str | None:
    """The reason why a text is not current, where it is too long for a frame."""
    long = citation.standing and len(citation.standing) > SHORT_STANDING
    return citation.standing if long and citation.currency != Currency.CURRENT else None


def _edition(citation: Citation, act: ActRow, lang: Lang) -> str | None:
    if citation.edition is None or citation.edition == act.date:
        return None
    day = day_in_words(citation.edition, lang) if lang == "ru" else english_day(citation.edition)
    return EDITION[lang].format(day)


def named_in_sentence(citation: Citation, act: ActRow, lang: Lang) -> Named:
    """A provision and its act as they stand inside a sentence, after «согласно» or "under"."""
    where = place(citation.label, lang)
    return _in_russian(citation, act, where) if lang == "ru" else _in_english(citation, act, where)


# ── Russian ───────────────────────────────────────────────────────────────────────────────────────


def _in_russian(citation: Citation, act: ActRow, where: Place) -> Named:
    title, label = _cut(citation.title), where.words
    formal = _formal(act, "ru")
    declined = genitive(title)
    if not where.known:
        return _as_document(citation, title)
    if where.noun is not None:
        return _attachment(citation, act, where, formal)
    if formal and act.number:
        number = dated(act.number, act.date, "ru")
        short = f"{label} {formal} № {act.number}"
        if declined:
            return Named(f"{label} {declined}", short, f"{KIND_NAMES['ru'][act.kind][0]} {number}")
        return Named(f"{label} {formal} {number} «{title}»", short)
    if declined is None:
        return _as_document(citation, title)
    head = _TITLE_HEAD.match(declined)
    return Named(
        f"{label} {_dash(declined)}", f"{label} {head['head'] if head else declined}", _number(act, title)
    )


def _attachment(citation: Citation, act: ActRow, where: Place, formal: str) -> Named:
    """A provision of what an act approves: a strategy, rules, requirements."""
    title, label = _cut(citation.title), citation.label
    own = genitive(citation.title) if citation.title not in (act.title_ru, act.title_en) else None
    tail = title.partition(" ")[2].partition(" ")[2]  # «Об утверждении требований …» has the genitive already
    noun = where.noun or ""
    whole = own or (tail if title.startswith("Об утверждении ") else None)
    approved = _approved(act, formal, "ru")
    if where.of and whole and noun.lower() in whole.lower().split(" ")[:3]:
        return Named(f"{where.words} {whole[0].upper()}{whole[1:]}", label, approved)
    return Named(
        f"{label} («{title}»)" if not approved else f"{label}", label, approved and f"{approved} «{title}»"
    )


def _as_document(citation: Citation, title: str) -> Named:
    short = title if len(title) <= SHORT_TITLE else title[:SHORT_TITLE].rsplit(" ", 1)[0] + " …"
    return Named(f"документу «{title}», {citation.label}", f"документу «{short}», {citation.label}")


# ── English ───────────────────────────────────────────────────────────────────────────────────────


def _in_english(citation: Citation, act: ActRow, where: Place) -> Named:
    title, formal = _cut(citation.title), _formal(act, "en")
    words = where.words
    if where.noun is not None and formal:
        label = (
            f"{words} {where.of}" if where.of else words if where.words.startswith("the ") else citation.label
        )
        approved = _approved(act, formal, "en")
        own = act.title_en or title
        return Named(label, label, f"{approved} “{_cut(own)}”" if approved else f"“{title}”")
    joined = "to" if words in ("the preamble",) or words.startswith("Annex") else "of"
    if formal and act.number:
        number = dated(act.number, act.date, "en")
        short = re.sub(r"^Russian ", "", formal)
        plain = dated(act.number, None, "en")
        return Named(f"{words} {joined} {formal} {number} “{title}”", f"{words} {joined} {short} {plain}")
    article = "" if _NO_ARTICLE.match(title) else "the "
    head = _TITLE_HEAD.match(title)
    short = head["head"] if head else title
    return Named(
        f"{words} {joined} {article}{_dash(title)}", f"{words} {joined} {article}{short}", _number(act, title)
    )


# ── what both share ───────────────────────────────────────────────────────────────────────────────


def _cut(title: str) -> str:
    return title if len(title) <= TITLE_CHARS else title[:TITLE_CHARS].rsplit(" ", 1)[0] + " …"


def _dash(title: str) -> str:
    """A title without the explanation after a dash, which cannot be declined with it."""
    return title.split(" — ", maxsplit=1)[0]


def _number(act: ActRow, title: str) -> str | None:
    if not act.number or act.number in title:
        return None
    return f"№ {act.number}" if re.search("[А-яЁё]", title) else f"No. {act.number}"


def _formal(act: ActRow, lang: Lang) -> str:
    formal = FORMAL_IN_SENTENCE[lang].get(act.kind, "")
    if formal and act.kind == ActKind.MINISTRY_ORDER:
        issuer = act.issuer if lang == "ru" else act.issuer_en or act.issuer
        joined = issuer if lang == "ru" else f"of {issuer}"
        return f"{formal} {joined}" if issuer else formal
    return formal


def _approved(act: ActRow, formal: str, lang: Lang) -> str | None:
    if not formal or not act.number:
        return None
    number = dated(act.number, act.date, lang)
    if lang == "en":
        return _APPROVED["en"].format(f"{formal} {number}")
    approved = KIND_NAMES["ru"][act.kind][1]
    if act.kind == ActKind.MINISTRY_ORDER and act.issuer:
        approved = f"{approved} {act.issuer}"
    return f"{approved} {number}"


# ── digests ───────────────────────────────────────────────────────────────────────────────────────


def _digest_frame(citation: Citation, act: ActRow, lang: Lang, *, again: bool) -> str:
    """The act by name, never «согласно»: the words that follow are not its own."""
    where = citation.label.partition(": ")[2] or citation.label  # the label says already whose words they are
    known = KNOWN_FROM[lang].get(citation.confidence or "", "")
    remarks = "; ".join([OUR_WORDS[lang] + known, *standing_remarks(citation, lang)])
    return f"{_name(citation, act, lang, again=again)}, {where} ({remarks}):"


def _name(citation: Citation, act: ActRow, lang: Lang, *, again: bool) -> str:
    """An act by itself: kind, date and number, title; without the title where it was named before."""
    if lang == "ru":
        return act_reference(act.id, act, lang) if again else act_name(act, lang, citation.title)
    title, formal = _cut(citation.title), _formal(act, lang)
    number = dated(act.number, act.date, lang) if act.number and act.number not in title else ""
    if not formal or not number:
        return f"“{title}”" + (f" ({number})" if number and not again else "")
    name = f"{formal[0].upper()}{formal[1:]} {number}"
    return name if again else f"{name} “{title}”"
