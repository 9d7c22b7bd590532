"""What the digests say against the texts held: every number, date and percentage of a statement.

A statement is checked against the provisions it refers to. What it names of the act itself (number, date,
title) and of the provision (its label) need not stand in the provision's text.
"""

import json
import re
from functools import cache
from pathlib import Path

import pytest

import corpus
from assistant.references_dates import find_dates, same_length
from ingest.build import build_edition
from ingest.catalogue import load_catalogue
from ingest.digest import load_digests
from tests.shared import ACTS, needs_acts

FOLDER = Path(corpus.__file__).parent
CATALOGUE = load_catalogue(FOLDER / "catalogue.yaml")
HELD = {
    "ru-ukaz-490-2019": "ru/strategy_ai_2030_ed2024.pdf",
    "ru-fz-149-2006": "ru/fz149.pdf",
    "ru-fz-152-2006": "ru/fz152_ed2024.docx",
    "ru-fz-187-2017": "ru/fz187.pdf",
    "ru-pp-1119-2012": "ru/pp1119.pdf",
    "ru-ukaz-250-2022": "ru/ukaz250.pdf",
    "eu-reg-1689-2024": "en/eu_ai_act_oj.xhtml",
    "eu-omnibus-ai-2026": "en/eu_17_Council_final_draft_Digital_Omnibus_AI_PE-30-2026-INIT_en.pdf",
    "oecd-legal-0449-2019": "en/oecd_legal_0449.pdf",
    "us-nist-ai-100-1-2023": "en/nist_ai_100_1.pdf",
    "us-eo-14110-2023": "en/us_eo_14110_2023.txt",
    "us-eo-14141-2025": "en/us_eo_14141_2025.txt",
    "us-eo-14179-2025": "en/us_eo_14179_2025.txt",
    "ru-prikaz-fstek-239-2017": "ru/fstek239.pdf",
    "eu-guidelines-prohibited-ai-2025": "en/eu_11_2025_guidelines_prohibited_ai_practices.pdf",
    "eu-guidelines-ai-system-definition-2025": "en/eu_14_commission_guidelines_on_the_definition_of_an_artificial_intelligence_system.pdf",
    "eu-guidelines-gpai-2025": "en/eu_16_Commission_Guidelines_on_the_obligations_for_providers_GPAI.pdf",
}
WORDS = (
    (1, r"перв\w+|одн(?:ого|ой|ому|им|а|о|у)|один|one|first|once"), (2, r"втор\w+|дв(?:а|е|ух|умя|ум)|two|second|twice"),
    (3, r"трет\w+|тр(?:и|ех|емя|ем)|three|third"), (4, r"четверт\w+|четыр\w+|four(?:th)?"),
    (5, r"пят(?:ь|и|ый|ого|ая|ой|ью)|five|fifth"), (6, r"шест(?:ь|и|ой|ая|ью)|six(?:th)?"),
    (7, r"сем(?:ь|и|ью)|седьм\w+|seven(?:th)?"), (8, r"вос(?:емь|ьми|емью|ьмой)|eight(?:h)?"),
    (9, r"девят(?:ь|и|ый|ого|ью)|nine|ninth"), (10, r"десят(?:ь|и|ый|ого|ью|идневн\w+)|ten(?:th)?"),
    (11, "одиннадцат[ьи]|eleven"), (12, "двенадцат[ьи]|twelve"), (14, "четырнадцат[ьи]|fourteen"),
    (15, "пятнадцат[ьи]|fifteen"), (18, "восемнадцат[ьи]|eighteen"), (20, "двадцат[ьи]|twenty"),
    (24, "двадцат[ьи] четырех|twenty-four"), (30, "тридцат[ьи]|тридцатидневн\\w+|thirty"),
    (40, "сорока?|forty"), (50, "пят(?:ьдесят|идесяти)|fifty"), (60, "шест(?:ьдесят|идесяти)|sixty"),
    (90, "девяност[оа]|ninety"), (72, "семидесят[ьи] дв\\w+"),
    (100, "ста|сто|hundred"), (1000, "тысяч\\w*|thousand"),
)  # fmt: skip
_THOUSANDS = re.compile(r"(?<![\d.])[1-9]\d{0,2}(?:[ ,]\d{3})+(?!\d)")
_EXPONENT = re.compile(r"(\d+)\s*[\^]\s*(\d+)")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def numbers(text):
    """The numbers of a text as written in digits: thousands joined, a decimal comma as a point."""
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda match: "^" + match.group().translate(_SUPERSCRIPTS), text)
    plain = _EXPONENT.sub(r"\1 \2", same_length(text))
    plain = _THOUSANDS.sub(lambda match: re.sub(r"\D", "", match.group()), plain)
    plain = re.sub(r"(?<=\d),(?=\d)", ".", plain)
    return {number.rstrip(".") for number in re.findall(r"\d+(?:\.\d+)*", plain)}


def percentages(text):
    plain = re.sub(r"(?<=\d),(?=\d)", ".", same_length(text))
    return set(re.findall(r"(\d+(?:\.\d+)?) ?(?:%|процент\w*|per ?cent)", plain))


def spelled(text):
    """The numbers a text spells as words; «5 тыс.» and «10 миллионов» as all their digits too."""
    plain = same_length(text).lower()
    found = {str(value) for value, words in WORDS if re.search(rf"(?<!\w)(?:{words})(?!\w)", plain)}
    scales = {"тыс": 1000, "thousand": 1000, "млн": 10**6, "миллион": 10**6, "million": 10**6, "млрд": 10**9}
    for digits, scale in re.findall(r"(\d+(?:[.,]\d+)?) ?(тыс|thousand|млн|миллион|million|млрд)", plain):
        found.add(str(round(float(digits.replace(",", ".")) * scales[scale])))
    return found


def dates(text):
    return {mention.value for mention in find_dates(text)}


def undated(text):
    """The text without its dates, which are compared as dates."""
    for mention in reversed(find_dates(text)):
        text = text[: mention.start] + " " + text[mention.end :]
    return text


@cache
def held(act):
    path = ACTS / HELD[act]
    sidecar = path.with_suffix(".json")
    said = json.loads(sidecar.read_text(encoding="utf-8")) if sidecar.is_file() else None
    draft = build_edition(path.read_bytes(), path, said, CATALOGUE)
    return draft.text, {node.id: node for node in draft.provisions}


def evidence(digest, fact):
    """What a statement is checked against: the provisions referred to with their lead-ins, else the act."""
    text, nodes = held(digest.act)
    spans = set()
    for ref in fact.refs:
        spans.add((nodes[ref].start, nodes[ref].end))
        above = nodes[ref].parent
        while above is not None:
            spans.add((nodes[above].start, nodes[above].own_end))
            above = nodes[above].parent
    return "\n".join(text[start:end] for start, end in sorted(spans)) if spans else text


def identity(digest, fact):
    act = CATALOGUE.get(digest.act)
    parts = [act.title_ru, act.title_en, act.number, act.attachment_title, act.status_note]
    parts += [fact.provision, fact.provision_en, ".".join(reversed((act.date or "").split("-")))]
    return " ".join(part for part in parts if part)


CHECKED = [
    (digest, fact)
    for digest in load_digests(FOLDER / "digests")
    if digest.act in HELD
    for fact in digest.facts
    if fact.confidence == "text"
]


@needs_acts
@pytest.mark.acts
@pytest.mark.parametrize(("digest", "fact"), CHECKED, ids=[f"{d.act}#{f.id}" for d, f in CHECKED])
def test_numbers_dates_and_percentages_stand_in_the_provisions_referred_to(digest, fact):
    _, nodes = held(digest.act)
    assert [ref for ref in fact.refs if ref not in nodes] == []
    text = evidence(digest, fact)
    named = identity(digest, fact)
    known = numbers(text) | spelled(text) | numbers(named)
    for statement in (fact.ru, fact.en):
        said = numbers(undated(statement))
        missing = {number for number in said - known if not _scaled(number, statement, known)}
        assert missing == set(), (statement, missing)
        absent = {
            day for day in dates(statement) - dates(text) - dates(named) if not _part_of(day, text, named)
        }
        assert absent == set(), (statement, absent)
        assert percentages(statement) <= percentages(text) | spelled_percentages(text), statement


def spelled_percentages(text):
    plain = same_length(text).lower()
    return {
        str(value)
        for value, words in WORDS
        if re.search(rf"(?<!\w)(?:{words}) (?:процент\w*|per ?cent)", plain)
    } | set(re.findall(r"(\d+) \([^)]*\) процент", plain))


def _scaled(number, statement, known):
    """«15 млн» of a statement may stand as 15 000 000 in the act."""
    return any(
        re.search(rf"(?<!\d){re.escape(number.replace('.', sign))} ?{unit}", same_length(statement))
        and str(round(float(number) * scale)) in known
        for unit, scale in (
            ("тыс", 1000),
            ("thousand", 1000),
            ("млн", 10**6),
            ("million", 10**6),
            ("млрд", 10**9),
            ("billion", 10**9),
        )
        for sign in (".", ",")
        if re.fullmatch(r"\d+(?:\.\d+)?", number)
    )


def _part_of(day, text, named):
    """«2024» or «2024-02» agrees with a full date of the text, and a year with any number of it."""
    known = dates(text) | dates(named)
    return any(full.startswith(day) for full in known) or (len(day) == 4 and day in numbers(text))


def test_the_check_tells_wrong_figures_from_right_ones():
    assert numbers("не менее 2 979 000 руб. и 7,6 %") == {"2979000", "7.6"}
    assert spelled("в течение семидесяти двух часов") >= {"72"} and "3" in spelled("трёх уровней")
    assert percentages("3 % и 7.5 per cent") == {"3", "7.5"}
    assert dates("с 1 сентября 2025 г.") == {"2025-09-01"}
    assert not _scaled("15", "15 млн", {"1500000"}) and _scaled("15", "15 млн", {"15000000"})
