"""Questions as people write them -> acts, provisions, dates, language."""

import datetime
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import ActKind
from assistant.references import (
    act_id,
    act_ids,
    candidate_paths,
    detect_language,
    find_acts,
    find_dates,
    find_references,
    parse_provision,
    path_steps,
    reference_paths,
)
from assistant.references_steps import Steps
from tests.shared import ACTS as ACTS_FOLDER
from tests.shared import needs_acts

ACTS = {
    "Что говорит Указ 490?": ["ru-ukaz-490-%"],
    "указ президента от 10.10.2019 № 490": ["ru-ukaz-490-2019"],
    "Указ Президента РФ от 10 октября 2019 г. N 490": ["ru-ukaz-490-2019"],
    "указом № 250": ["ru-ukaz-250-%"],
    "Указ 490/2019": ["ru-ukaz-490-2019"],
    "Указ Президента РФ 2019 года № 490": ["ru-ukaz-490-2019"],
    "указы № 490 и № 124": ["ru-ukaz-490-%", "ru-ukaz-124-%"],
    "указы 490 и 250": ["ru-ukaz-490-%", "ru-ukaz-250-%"],
    "указ 250 и 187-ФЗ": ["ru-ukaz-250-%", "ru-fz-187-%"],
    "149-фз": ["ru-fz-149-%"],
    "ФЗ-152": ["ru-fz-152-%"],
    "фз 152": ["ru-fz-152-%"],
    "ФЗ № 149 и 152 ФЗ": ["ru-fz-149-%", "ru-fz-152-%"],
    "статья 6 ФЗ 152": ["ru-fz-152-%"],
    "закон № 149-ФЗ": ["ru-fz-149-%"],
    "149–ФЗ": ["ru-fz-149-%"],
    "Федеральный закон от 27 июля 2006 г. № 149-ФЗ «Об информации»": ["ru-fz-149-2006"],
    "закону 152-ФЗ от 27.07.2006": ["ru-fz-152-2006"],
    "постановление Правительства 1119": ["ru-pp-1119-%"],
    "ПП 1119": ["ru-pp-1119-%"],
    "пп 1119": ["ru-pp-1119-%"],
    "ПП РФ № 1729 от 30.09.2022": ["ru-pp-1729-2022"],
    "постановлений 1119 и 1236": ["ru-pp-1119-%", "ru-pp-1236-%"],
    "распоряжение 3028-р": ["ru-rp-3028-%"],
    "приказ ФСТЭК 239": ["ru-prikaz-fstek-239-%"],
    "приказу № 239 ФСТЭК России от 25 декабря 2017 г.": ["ru-prikaz-fstek-239-2017"],
    "приказ Минцифры России от 11.05.2023 № 449": ["ru-prikaz-mincifry-449-2023"],
    "приказ № 239": ["ru-prikaz-%-239-%"],
    "указ 2019 года о развитии ИИ": ["ru-ukaz-%-2019"],
    "Regulation (EU) 2024/1689": ["eu-reg-1689-2024"],
    "ст. 5 регламента ЕС 2024/1689": ["eu-reg-1689-2024"],
    "Regulation (EC) No 300/2008": ["eu-reg-300-2008"],
    "what does the EU AI Act say": ["eu-reg-1689-2024"],
    "закон ЕС об ИИ": ["eu-reg-1689-2024"],
    "EO 14110": ["us-eo-14110-%"],
    "E.O. 14179": ["us-eo-14179-%"],
    "Executive Order 14110 of October 30, 2023": ["us-eo-14110-2023"],
    "Executive Orders 14110 and 14179": ["us-eo-14110-%", "us-eo-14179-%"],
    "Указ Президента США 14110": ["us-eo-14110-%"],
    "пункт 24 Стратегии": ["ru-ukaz-490-2019"],
    "принципы развития ИИ в национальной стратегии": ["ru-ukaz-490-2019"],
    "point 27 of the Strategy": ["ru-ukaz-490-2019"],
    "Presidential Decree No. 490": ["ru-ukaz-490-%"],
    "Government Resolution No. 1119 of 1 November 2012": ["ru-pp-1119-2012"],
    "FSTEC Order No. 239": ["ru-prikaz-fstek-239-%"],
    "Article 10.2-2 of 149-FZ": ["ru-fz-149-%"],
    "ru-ukaz-490-2019#att1/p27/в": ["ru-ukaz-490-2019"],
}


@pytest.mark.parametrize(("question", "ids"), ACTS.items(), ids=ACTS)
def test_an_act_is_found_however_it_is_written(question: str, ids: list[str]) -> None:
    assert [act_ids(act)[0] for act in find_acts(question)] == ids


@pytest.mark.parametrize(
    "question",
    [
        "Какие указания дала комиссия?",
        "принцип 5 указа",
        "указ о мерах на 5 лет",
        "what strategy must providers adopt within 15 days",
        "an order to comply within 15 days",
        "Стратегия развития информационного общества",
        "закон об искусственном интеллекте",
        "15-21",
        "",
    ],
)
def test_what_names_no_act_gives_none(question: str) -> None:
    assert find_acts(question) == []


def test_a_governors_decree_is_not_taken_for_the_presidents() -> None:
    (act,) = find_acts("указ губернатора Калининградской области от 01.06.2026 № 12")
    assert act.kind == ActKind.REGIONAL_ACT
    assert act_ids(act) == []


def test_the_article_chooses_the_part_of_a_code() -> None:
    first, second = (find_references(f"ст. {n} НК РФ")[0].act for n in (31, 149))
    assert first and second
    assert act_ids(first)[0] == "ru-fz-146-1998"
    assert act_ids(second)[0] == "ru-fz-117-2000"


PROVISIONS = {
    "ст. 10.2-2 149-ФЗ": ["st10.2-2"],
    "статья 10.2-2 ч. 1 п. 3 закона 149-ФЗ": ["st10.2-2/ch1/p3"],
    "п. 3 ч. 1 ст. 10.2-2 149-ФЗ": ["st10.2-2/ch1/p3"],
    "ч.4ст.9 152-ФЗ": ["st9/ch4"],
    "подп. «а» п. 5 ст. 6 152-ФЗ": ["st6/p5/а"],
    "части 2 статьи 12.1 закона № 149-ФЗ": ["st12.1/ch2"],
    "Part 1 of Article 10.2-2 of 149-FZ": ["st10.2-2/ch1"],
    "ст. 10.1 ч. 2-3 149-ФЗ": ["st10.1/ch2", "st10.1/ch3"],
    "ст. 12.1 ч. 5 п. 1 «а», «б», «г» 149-ФЗ": ["st12.1/ch5/p1/а", "st12.1/ch5/p1/б", "st12.1/ch5/p1/г"],
    "п. 27 подп. в указа 490": ["p27/в"],
    'подпункт "в" пункта 27 Стратегии': ["att1/p27/в"],
    "подпункт в пункта 27 Стратегии": ["att1/p27/в"],
    "point 27(в) of the Strategy": ["att1/p27/в"],
    "пункт 24 Стратегии": ["att1/p24"],
    "п. 27 в стратегии": ["att1/p27"],
    "п. 24 и 25 Стратегии": ["att1/p24", "att1/p25"],
    "пункты 24–26 Стратегии": ["att1/p24", "att1/p25", "att1/p26"],
    "пункты с 24 по 26 Стратегии": ["att1/p24", "att1/p25", "att1/p26"],
    "абзац второй пункта 5 указа 250": ["p5/abz2"],
    "второй абзац пункта 5 указа 250": ["p5/abz2"],
    "пункт пятый указа 250": ["p5"],
    "раздел III Стратегии": ["att1/rz3"],
    "глава 2 152-ФЗ": ["gl2"],
    "приложение 1 к приказу ФСТЭК 239": ["att1"],
    "п. 15 Требований ПП 1119": ["att1/p15"],
    "п. 3 и п. 5 ст. 6 152-ФЗ": ["st6/p3", "st6/p5"],
    "п. 3 ч. 1 и п. 5 ч. 2 ст. 10 152-ФЗ": ["st10/ch1/p3", "st10/ch2/p5"],
    "ст. 10 ч. 1 п. 3 и ч. 2 п. 5 152-ФЗ": ["st10/ch1/p3", "st10/ch2/p5"],
    "пп. 26 п. 2 ст. 149 НК РФ": ["st149/p2/p26"],
    "мера ИАФ.1 приказа ФСТЭК 239": ["att1/att1/иаф.1"],
    "Article 5(1)(f) of the AI Act": ["art5/1/f"],
    "Art. 5 (1) f AI Act": ["art5/1/f"],
    "AI Act, article 5, paragraph 1, point (f)": ["art5/1/f"],
    "point (f) of Article 5(1) AI Act": ["art5/1/f"],
    "подп. «f» п. 1 ст. 5 AI Act": ["art5/1/f"],
    "статья 5 AI Act": ["art5"],
    "ст. 5 регламента ЕС 2024/1689": ["art5"],
    "AI Act art 99": ["art99"],
    "Articles 5, 6 and 99(1) of the AI Act": ["art5", "art6", "art99/1"],
    "Article 43(1), second subparagraph, point (a) of the AI Act": ["art43/1/abz2/a"],
    "Recital 47 of Regulation (EU) 2024/1689": ["rec47"],
    "п. 47 преамбулы AI Act": ["rec47"],
    "Annex III point 1(a) of the AI Act": ["annex3/1/a"],
    "Annex 3, 1(a) AI Act": ["annex3/1/a"],
    "приложение III к AI Act": ["annex3"],
    "Article 6(2) and Annex III of the AI Act": ["art6/2", "annex3"],
    "Section 4.2(a)(i) of EO 14110": ["sec4.2/a/i"],
    "EO 14110 § 4.2": ["sec4.2"],
    "EO 14179 s. 2, 4": ["sec2", "sec4"],
}


@pytest.mark.parametrize(("question", "paths"), PROVISIONS.items(), ids=PROVISIONS)
def test_a_provision_of_a_named_act_gets_that_acts_spelling(question: str, paths: list[str]) -> None:
    assert [r.provision for r in find_references(question)] == paths


@pytest.mark.parametrize("question", PROVISIONS, ids=PROVISIONS)
def test_case_spaces_and_dashes_do_not_change_what_is_named(question: str) -> None:
    expected = [r.steps for r in find_references(question)]
    spaced = question.replace(" ", "\u00a0").replace("-", "\u2011")
    assert [r.steps for r in find_references(spaced)] == expected
    if "Стратегии" not in question and "ИАФ" not in question:
        lowered = [r.steps for r in find_references(question.lower())]
        assert lowered == expected


def test_each_provision_takes_the_act_beside_it() -> None:
    found = find_references("В 149-ФЗ что говорит статья 5, а в 152-ФЗ статья 6?")
    assert [(act_ids(r.act)[0], r.provision) for r in found if r.act] == [
        ("ru-fz-149-%", "st5"),
        ("ru-fz-152-%", "st6"),
    ]
    found = find_references("статья 5 149-ФЗ и статья 6 152-ФЗ")
    assert [act_ids(r.act)[0] for r in found if r.act] == ["ru-fz-149-%", "ru-fz-152-%"]


def test_an_act_without_a_provision_is_a_reference_of_its_own() -> None:
    act, provision = find_references("Указ 250 и п. 24 Стратегии")
    assert (act.provision, provision.provision) == (None, "att1/p24")


def test_without_an_act_every_grammars_spelling_is_offered() -> None:
    (reference,) = find_references("Что в статье 5?")
    assert reference.act is None
    assert {"st5", "art5", "sec5"} <= set(reference_paths(reference))


def test_without_an_act_the_words_own_language_decides_what_is_tried_first() -> None:
    (russian,) = find_references("Что в статье 5?")
    (english,) = find_references("What does Article 5 prohibit?")
    assert russian.provision == "st5"
    assert english.provision == "art5"


def test_a_preposition_is_not_taken_for_a_letter() -> None:
    (reference,) = find_references("Что говорит п. 27 в отношении данных?")
    assert reference.steps == (("point", "27"),)


def test_an_id_is_understood_as_typed() -> None:
    assert parse_provision("att1/p27/в") == [(("annex", "1"), ("point", "27"), ("subpoint", "в"))]
    assert parse_provision("п. 27 подп. в") == [(("point", "27"), ("subpoint", "в"))]
    assert parse_provision("27") == [(("point", "27"),)]
    assert parse_provision("п. 3 Требований") == [(("annex", "1"), ("point", "3"))]
    assert parse_provision("что это") == []


# ---- laws ----------------------------------------------------------------------------------------------

NUMBERS = st.one_of(
    st.integers(1, 500).map(str),
    st.builds("{}.{}".format, st.integers(1, 99), st.integers(1, 9)),
    st.builds("{}.{}-{}".format, st.integers(1, 99), st.integers(1, 9), st.integers(1, 9)),
)
SMALL = st.one_of(
    st.integers(1, 40).map(str), st.builds("{}.{}".format, st.integers(1, 20), st.integers(1, 9))
)
RU_LETTERS = st.sampled_from("абвгдежзиклмнопрстуфхцчшщэюя")
LAW_STEPS = st.tuples(
    st.tuples(st.just("article"), NUMBERS),
    st.tuples(st.just("part"), SMALL),
    st.tuples(st.just("point"), SMALL),
    st.tuples(st.just("subpoint"), RU_LETTERS),
).flatmap(lambda steps: st.integers(1, 4).map(lambda n: steps[:n]))
GENITIVE = {"article": "статьи", "part": "части", "point": "пункта", "subpoint": "подпункта"}
SHORT = {"article": "ст.", "part": "ч.", "point": "п.", "subpoint": "подп."}
FULL = {"article": "статья", "part": "часть", "point": "пункт", "subpoint": "подпункт"}


def _value(unit: str, value: str) -> str:
    return f"«{value}»" if unit == "subpoint" else value


def ru_label(steps: Steps, style: str) -> str:
    """The steps as a Russian lawyer writes them."""
    if style == "inwards short":
        return " ".join(f"{SHORT[u]} {_value(u, v)}" for u, v in steps)
    if style == "outwards short":
        return " ".join(f"{SHORT[u]} {_value(u, v)}" for u, v in reversed(steps))
    if style == "tight":
        return "".join(f"{SHORT[u]}{_value(u, v)}" for u, v in steps)
    if style == "commas":
        return ", ".join(f"{FULL[u]} {_value(u, v)}" for u, v in steps)
    words = [f"{GENITIVE[u]} {_value(u, v)}" for u, v in reversed(steps)]
    return " ".join(words).replace(GENITIVE[steps[-1][0]], FULL[steps[-1][0]], 1)


@given(LAW_STEPS, st.sampled_from(["inwards short", "outwards short", "tight", "commas", "genitives"]))
def test_a_russian_label_reads_back_as_the_same_steps(steps: Steps, style: str) -> None:
    label = ru_label(steps, style)
    assert parse_provision(label) == [steps]
    assert parse_provision(label.upper()) == [steps]


EU_STEPS = st.tuples(
    st.integers(1, 113).map(str), st.integers(1, 20).map(str), st.sampled_from("abcdefghklmnoprst")
).flatmap(lambda parts: st.integers(1, 3).map(lambda n: parts[:n]))


@given(EU_STEPS, st.sampled_from(["brackets", "words", "of"]))
def test_an_eu_label_reads_back_as_the_same_id(parts: tuple[str, ...], style: str) -> None:
    units = ("paragraph", "point")
    label = f"Article {parts[0]}"
    if style == "brackets" or len(parts) == 1:
        label += "".join(f"({part})" for part in parts[1:])
    elif style == "words":
        label += "".join(f", {u} ({p})" for u, p in zip(units, parts[1:], strict=False))
    else:
        inner = list(zip(units, parts[1:], strict=False))
        label = "".join(f"{u} ({p}) of " for u, p in reversed(inner)) + label
    (steps,) = parse_provision(label)
    assert candidate_paths(steps, "eu")[0] == "/".join([f"art{parts[0]}", *parts[1:]])


def ids(pattern: str, *parts: st.SearchStrategy) -> st.SearchStrategy[str]:
    return st.builds(pattern.format, *parts)


LATIN = st.sampled_from("abcdef")
DIGIT = st.integers(1, 9)
IDS = st.one_of(
    st.tuples(st.just("ru"), st.just("federal_law"), ids("st{}/ch{}/p{}", NUMBERS, SMALL, SMALL)),
    st.tuples(st.just("ru"), st.just("decree"), ids("att1/p{}/{}", SMALL, RU_LETTERS)),
    st.tuples(st.just("ru"), st.just("decree"), ids("p{}/abz{}", SMALL, DIGIT)),
    st.tuples(st.just("eu"), st.just("regulation"), ids("art{}/{}/{}", st.integers(1, 113), DIGIT, LATIN)),
    st.tuples(st.just("eu"), st.just("regulation"), ids("annex{}/{}", st.integers(1, 13), DIGIT)),
    st.tuples(
        st.just("us"),
        st.just("executive_order"),
        ids("sec{}/{}/{}", SMALL, LATIN, st.sampled_from(["i", "ii", "iv"])),
    ),
)


@given(IDS)
def test_an_id_taken_apart_is_the_first_candidate_put_together(case: tuple[str, str, str]) -> None:
    jurisdiction, kind, path = case
    steps = path_steps(path)
    assert steps
    assert candidate_paths(steps, jurisdiction, ActKind(kind))[0] == path


@given(
    st.integers(1, 3000),
    st.integers(1995, 2026),
    st.sampled_from(["№ ", "№", "N ", "n", "No. ", ""]),
    st.sampled_from([" ", "\u00a0", "  "]),
    st.booleans(),
)
def test_an_acts_id_does_not_depend_on_spelling(
    number: int, year: int, sign: str, gap: str, upper: bool
) -> None:
    text = f"указ{gap}Президента{gap}РФ от{gap}05.03.{year}{gap}{sign}{number}"
    (act,) = find_acts(text.upper() if upper else text)
    assert act_ids(act) == [f"ru-ukaz-{number}-{year}"]
    assert act_id(ActKind.DECREE, f"{sign}{number}", f"{year}-03-05") == f"ru-ukaz-{number}-{year}"


@given(st.text(max_size=300))
def test_any_text_is_taken_and_spans_lie_inside_it(text: str) -> None:
    for found in (*find_references(text), *find_dates(text), *find_acts(text)):
        assert 0 <= found.start < found.end <= len(text)
    parse_provision(text)
    assert detect_language(text) in ("ru", "en")


SCRAPS = [*"пчст.0123456789-,()«»ивIVX№ ", "ст. ", "п. ", "ФЗ", " и ", "Указ "]


@given(st.lists(st.sampled_from(SCRAPS), max_size=60))
def test_scraps_of_references_never_break_the_reader(pieces: list[str]) -> None:
    text = "".join(pieces)
    for reference in find_references(text):
        assert 0 <= reference.start < reference.end <= len(text)


def test_a_very_long_question_takes_time_in_proportion() -> None:
    started = time.process_time()
    find_references("п. 5 ст. 6, " * 8000)
    assert time.process_time() - started < 30


# ---- dates and language --------------------------------------------------------------------------------

RU_MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
DATES = {
    "27.07.2010": [("2010-07-27", False)],
    "27 июля 2006 г.": [("2006-07-27", False)],
    "на 1 марта 2025": [("2025-03-01", True)],
    "на март 2025 года": [("2025-03", True)],
    "по состоянию на 01.02.2024": [("2024-02-01", True)],
    "какая норма действовала в 2021 году": [("2021", True)],
    "в редакции от 08.08.2024": [("2024-08-08", True)],
    "as of 1 March 2025": [("2025-03-01", True)],
    "as at March 1, 2025": [("2025-03-01", True)],
    "in force in May 2024": [("2024-05", True)],
    "March 2025": [("2025-03", False)],
    "в 2024 году": [("2024", False)],
    "in 2024?": [("2024", False)],
    "бюджет на 2024 год": [("2024", False)],
    "до 2030 года": [("2030", False)],
    "2025-03-01": [("2025-03-01", False)],
    "32.13.2020": [],
    "2024/1689": [],
    "п. 2024": [],
    "в 149 случаях": [],
}


@pytest.mark.parametrize(("text", "dates"), DATES.items(), ids=DATES)
def test_dates_are_read_with_their_use(text: str, dates: list[tuple[str, bool]]) -> None:
    assert [(d.value, d.as_of) for d in find_dates(text)] == dates


@given(st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2099, 12, 31)))
def test_a_date_reads_the_same_in_every_spelling(day: datetime.date) -> None:
    months = RU_MONTHS.split()
    spellings = [
        f"{day:%d.%m.%Y}",
        f"{day.day} {months[day.month - 1]} {day.year} года",
        f"{day:%Y-%m-%d}",
        f"{day.day} {day:%B} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
    ]
    for spelled in spellings:
        (found,) = find_dates(f"({spelled})")
        assert found.value == day.isoformat(), spelled


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("что такое AI Act", "ru"),
        ("what is ФСТЭК?", "en"),
        ("Что говорит article 5 of the AI Act", "ru"),
        ("What does статья 10.2-2 закона об информации require?", "en"),
        ("принципы Стратегии", "ru"),
        ("149-ФЗ", "ru"),
        ("AI Act", "en"),
        ("penalties under 152-ФЗ", "en"),
        ("Перевод «What is an AI system» в законе", "ru"),
    ],
)
def test_the_questions_language_is_that_of_its_sentence(question: str, lang: str) -> None:
    assert detect_language(question) == lang


# ---- labels of the real acts ---------------------------------------------------------------------------


@pytest.mark.acts
@needs_acts
@pytest.mark.parametrize(
    ("name", "act", "jurisdiction", "kind", "missed"),
    [
        ("ru/fz187.pdf", "ru-fz-187-2017", "ru", ActKind.FEDERAL_LAW, 0),
        ("ru/fz152_ed2023.pdf", "ru-fz-152-2006", "ru", ActKind.FEDERAL_LAW, 2),
        ("ru/pp1119.pdf", "ru-pp-1119-2012", "ru", ActKind.GOVERNMENT_RESOLUTION, 0),
        ("ru/ukaz250.pdf", "ru-ukaz-250-2022", "ru", ActKind.DECREE, 0),
        ("en/eu_ai_act_oj.xhtml", "eu-reg-1689-2024", "eu", ActKind.REGULATION, 0),
    ],
)
def test_the_label_of_every_numbered_provision_leads_back_to_it(
    name: str, act: str, jurisdiction: str, kind: ActKind, missed: int
) -> None:
    """``missed``: stubs of several repealed provisions, whose label names each of them."""
    from assistant.model import Identity
    from ingest.canonical import canonicalise
    from ingest.editorial import mark_notes
    from ingest.readers import read_document
    from ingest.structure import parse_structure

    path = ACTS_FOLDER / name
    read = read_document(path.read_bytes(), path.name)
    mark_notes(read)
    identity = Identity(act=act, kind=kind, jurisdiction=jurisdiction)
    _, provisions = parse_structure(canonicalise(read), identity)
    numbered = [p for p in provisions if any(char.isdigit() for char in p.label)]
    assert len(numbered) > 15
    lost = [
        p.label
        for p in numbered
        if p.id not in {c for s in parse_provision(p.label) for c in candidate_paths(s, jurisdiction, kind)}
    ]
    assert len(lost) <= missed, lost
