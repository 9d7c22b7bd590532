"""Headings, sidecars and the catalogue -> which act and which edition a file is."""

import datetime
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import IdentityError
from assistant.model import ActKind, Identity
from ingest.catalogue import Amendment, Catalogue, CatalogueAct
from ingest.document import Block, Document, Role
from ingest.identify import act_id, identify, slug
from ingest.identify_sidecar import AS_ADOPTED, sidecar_edition
from tests.shared import ACTS, needs_acts

STRATEGY = CatalogueAct(
    id="ru-ukaz-490-2019",
    title_ru="О развитии искусственного интеллекта в Российской Федерации",
    title_en="On the Development of Artificial Intelligence",
    jurisdiction="ru",
    kind=ActKind.DECREE,
    number="490",
    date="2019-10-10",
    attachment=1,
    attachment_title="Национальная стратегия развития искусственного интеллекта",
    title_patterns=["^национальная стратегия развития искусственного интеллекта"],
    amended_by=[Amendment(act="ru-ukaz-124-2024", date="2024-02-15", external=True)],
)
GUIDELINES = CatalogueAct(
    id="eu-guidelines-prohibited-ai-2025",
    title_ru="Руководство о запрещённых практиках",
    title_en="Commission Guidelines on prohibited artificial intelligence practices",
    jurisdiction="eu",
    kind=ActKind.GUIDELINES,
    number="C(2025) 5052",
    date="2025-07-29",
    title_patterns=["guidelines on prohibited artificial intelligence practices"],
)
ORDER = CatalogueAct(
    id="us-eo-14179-2025",
    title_ru="Устранение препятствий",
    title_en="Removing Barriers to American Leadership in Artificial Intelligence",
    jurisdiction="us",
    kind=ActKind.EXECUTIVE_ORDER,
    number="14179",
    date="2025-01-23",
)
KNOWN = Catalogue(acts=[STRATEGY, GUIDELINES, ORDER])
EMPTY = Catalogue(acts=[])


def document(*lines: str, notes: tuple[int, ...] = (), metadata: dict[str, str] | None = None) -> Document:
    blocks = [Block(line, role=Role.NOTE if i in notes else Role.BODY) for i, line in enumerate(lines)]
    return Document(blocks, "text/plain" if metadata else "application/pdf", metadata=metadata or {})


def told(*lines: str, catalogue: Catalogue = EMPTY, sidecar: dict | None = None, **kwargs) -> Identity:
    name = kwargs.pop("path", None)
    return identify(name, document(*lines, **kwargs), sidecar=sidecar, catalogue=catalogue)


DECREE = (
    "1 мая 2022 года N 250",
    "УКАЗ",
    "ПРЕЗИДЕНТА РОССИЙСКОЙ ФЕДЕРАЦИИ",
    "О МЕРАХ",
    "постановляю:",
    "1. Всем.",
)
LAW = (
    "27 июля 2006 года",
    "N 152-ФЗ",
    "РОССИЙСКАЯ ФЕДЕРАЦИЯ",
    "ФЕДЕРАЛЬНЫЙ ЗАКОН",
    "О ПЕРСОНАЛЬНЫХ ДАННЫХ",
    "Принят Государственной Думой 8 июля 2006 года",
    "Список изменяющих документов",
    "(в ред. Федеральных законов от 25.11.2009 N 266-ФЗ, от 08.08.2024 N 233-ФЗ,",
    "от 06.02.2023 N 8-ФЗ, с изм., внесенными Постановлением от 01.01.2025 N 1-П)",
    "Статья 1. Сфера действия",
    "(в ред. Федерального закона от 01.02.2026 N 7-ФЗ)",
)
ORDER_OF_MINISTRY = (
    "Зарегистрировано в Минюсте России",
    "26 марта 2018 г. N 50524",
    "ФЕДЕРАЛЬНАЯ СЛУЖБА ПО ТЕХНИЧЕСКОМУ И ЭКСПОРТНОМУ КОНТРОЛЮ",
    "ПРИКАЗ",
    "от 25 декабря 2017 г. N 239",
    "ОБ УТВЕРЖДЕНИИ ТРЕБОВАНИЙ",
    "В соответствии с законом от 26 июля 2017 г. N 187-ФЗ приказываю:",
)


def test_a_decree_names_itself_in_its_first_line() -> None:
    identity = told(*DECREE)
    assert identity.act == "ru-ukaz-250-2022"
    assert (identity.number, identity.date, identity.edition) == ("250", "2022-05-01", "2022-05-01")
    assert set(identity.provenance.values()) == {"text"}


def test_the_latest_amending_act_of_the_list_dates_the_edition() -> None:
    identity = told(*LAW)
    assert (identity.act, identity.edition) == ("ru-fz-152-2006", "2024-08-08")
    assert identity.title == "О персональных данных"


def test_the_list_counts_where_a_reader_marked_it_as_a_note() -> None:
    assert told(*LAW, notes=(6, 7, 8)).edition == "2024-08-08"


def test_the_publishers_first_line_is_enough() -> None:
    first = 'Федеральный закон от 27.07.2006 N 152-ФЗ(ред. от 08.08.2024)"О персональных данных"'
    identity = told(first, "Текст")
    assert (identity.act, identity.edition) == ("ru-fz-152-2006", "2024-08-08")
    assert identity.title == "О персональных данных"


def test_the_ministry_stands_in_the_id_and_the_registration_number_does_not() -> None:
    identity = told(*ORDER_OF_MINISTRY)
    assert identity.act == "ru-prikaz-fstek-239-2017"
    assert identity.issuer == "ФСТЭК России"


def test_a_code_takes_number_and_date_from_its_signature() -> None:
    identity = told(
        "РОССИЙСКАЯ ФЕДЕРАЦИЯ",
        "Гражданский кодекс Российской Федерации",
        "ЧАСТЬ ЧЕТВЕРТАЯ",
        "(В редакции федеральных законов от 01.12.2007 № 318-ФЗ, от 13.06.2023 № 235-ФЗ)",
        "(С учетом Федерального закона от 18.12.2026 № 231-ФЗ)",
        "Статья 1225. Охраняемые результаты",
        "Президент Российской Федерации",
        "Москва, Кремль",
        "18 декабря 2006 года",
        "№ 230-ФЗ",
    )
    assert (identity.act, identity.edition) == ("ru-fz-230-2006", "2023-06-13")


def test_an_attachment_by_itself_is_of_the_act_that_approved_it() -> None:
    identity = told(
        "УТВЕРЖДЕНА",
        "Указом Президента Российской Федерации",
        "от 10 октября 2019 г. № 490",
        "НАЦИОНАЛЬНАЯ СТРАТЕГИЯ",
        "I. Общие положения",
    )
    assert (identity.act, identity.attachment) == ("ru-ukaz-490-2019", 1)


def test_a_resolution_that_carries_its_attachment_is_not_the_attachment() -> None:
    identity = told(
        "ПРАВИТЕЛЬСТВО РОССИЙСКОЙ ФЕДЕРАЦИИ",
        "ПОСТАНОВЛЕНИЕ от 1 ноября 2012 г. N 1119",
        "ОБ УТВЕРЖДЕНИИ ТРЕБОВАНИЙ",
        "Утверждены постановлением Правительства Российской Федерации от 1 ноября 2012 г. N 1119",
    )
    assert (identity.act, identity.attachment) == ("ru-pp-1119-2012", None)


def test_a_regional_act_gets_no_federal_id() -> None:
    identity = told("ГУБЕРНАТОР КАЛИНИНГРАДСКОЙ ОБЛАСТИ", "УКАЗ", "от 5 июня 2026 г. N 490", "О комиссии")
    assert identity.kind == ActKind.REGIONAL_ACT
    assert identity.act == "doc-o-komissii-2026"


def test_a_law_citing_another_law_is_not_that_law() -> None:
    identity = told(
        "Доклад о регулировании", "В силу Федерального закона от 27 июля 2006 г. N 152-ФЗ данные …"
    )
    assert identity.act == "doc-doklad-o-regulirovanii-nodate"
    assert identity.number is None
    assert identity.date is None


def test_an_eu_regulation_is_named_by_number_and_day() -> None:
    identity = told(
        "2024/1689 12.7.2024",
        "REGULATION (EU) 2024/1689 OF THE EUROPEAN PARLIAMENT AND OF THE COUNCIL",
        "of 13 June 2024",
        "laying down harmonised rules",
    )
    assert (identity.act, identity.edition) == ("eu-reg-1689-2024", "2024-06-13")


def test_guidelines_on_a_regulation_are_not_the_regulation() -> None:
    lines = (
        "Brussels, 29.7.2025",
        "C(2025) 5052 final",
        "COMMUNICATION FROM THE COMMISSION",
        "Commission Guidelines on prohibited artificial intelligence practices established by",
        "Regulation (EU) 2024/1689 (AI Act)",
    )
    identity = told(*lines, catalogue=KNOWN)
    assert (identity.act, identity.edition) == ("eu-guidelines-prohibited-ai-2025", "2025-07-29")
    assert (told(*lines).act or "").startswith("doc-commission-guidelines-on-prohibited")


def test_an_executive_orders_number_is_not_that_of_an_order_it_cites() -> None:
    identity = told(
        "By the authority vested in me as President by the Constitution and the laws, it is hereby ordered:",
        "Section 1. Executive Order 14110 of October 30, 2023 is revoked.",
        "THE WHITE HOUSE,",
        "January 23, 2025.",
        metadata={"title": "Removing Barriers to American Leadership in Artificial Intelligence"},
        catalogue=KNOWN,
    )
    assert (identity.act, identity.edition) == ("us-eo-14179-2025", "2025-01-23")
    assert identity.provenance["act"] == identity.provenance["number"] == "catalogue"
    assert identity.provenance["date"] == "text"


def test_the_signing_date_of_the_text_outdoes_the_sidecars_day_of_publication() -> None:
    identity = told(
        "Executive Order 14110 of October 30, 2023",
        "By the authority vested in me as President by the Constitution",
        sidecar={"number": "14110", "date": "2023-11-01", "kind": "executive order"},
    )
    assert (identity.act, identity.edition) == ("us-eo-14110-2023", "2023-10-30")
    assert identity.provenance["number"] == "sidecar"
    assert identity.provenance["date"] == "text"


def test_a_strategy_without_a_number_is_known_by_its_title() -> None:
    lines = ("НАЦИОНАЛЬНАЯ СТРАТЕГИЯ", "РАЗВИТИЯ ИСКУССТВЕННОГО ИНТЕЛЛЕКТА", "(с изменениями 2024 г.)")
    blocks = [Block(line, align="center") for line in lines]
    identity = identify(None, Document(blocks, "application/pdf"), catalogue=KNOWN)
    assert (identity.act, identity.attachment, identity.edition) == ("ru-ukaz-490-2019", 1, "2024-02-15")
    assert identity.provenance["act"] == "catalogue"
    unknown = identify(None, Document(blocks, "application/pdf"), catalogue=EMPTY)
    assert unknown.edition == "2024"
    assert unknown.number is None


def test_a_sidecar_of_a_strategy_names_the_decree() -> None:
    sidecar = {
        "number": "490",
        "date": "2019-10-10",
        "kind": "strategy approved by presidential decree",
        "issuer": "Президент Российской Федерации",
        "edition": "as amended by decree 124 of 2024-02-15 (PDF made 2024-02-19)",
    }
    identity = told("НАЦИОНАЛЬНАЯ СТРАТЕГИЯ", sidecar=sidecar)
    assert (identity.act, identity.attachment, identity.edition) == ("ru-ukaz-490-2019", 1, "2024-02-15")


def test_a_title_match_must_not_contradict_the_number() -> None:
    identity = told(
        "10 мая 2021 года N 77",
        "УКАЗ",
        "ПРЕЗИДЕНТА РОССИЙСКОЙ ФЕДЕРАЦИИ",
        "О развитии искусственного интеллекта в Российской Федерации",
        catalogue=KNOWN,
    )
    assert identity.act == "ru-ukaz-77-2021"


def test_what_the_user_says_comes_first() -> None:
    said = Identity(act="ru-ukaz-490-2019", edition="2020-01-01")
    sidecar = {"edition": "ed. of 05.05.2023"}
    identity = identify(None, document(*DECREE), overrides=said, sidecar=sidecar, catalogue=KNOWN)
    assert (identity.act, identity.edition) == ("ru-ukaz-490-2019", "2020-01-01")
    assert (identity.number, identity.date) == ("490", "2019-10-10")
    assert identity.provenance["act"] == identity.provenance["edition"] == "argument"


def test_a_files_name_is_no_title() -> None:
    sidecar = {"title": "eu 11 2025 guidelines", "number": "", "date": ""}
    identity = told("Guidelines for staff", "Text.", sidecar=sidecar, path=Path("eu_11_2025_guidelines.pdf"))
    assert identity.title == "Guidelines for staff"
    assert identity.number is None


def test_a_document_with_a_title_only_gets_an_id_from_it() -> None:
    identity = told("Политика использования ИИ в компании", "Настоящая политика …")
    assert identity.act == "doc-politika-ispolzovaniya-ii-v-kompanii-nodate"
    assert identity.edition is None
    assert identity.provenance == {"lang": "text", "title": "text", "act": "text"}


def test_without_act_and_title_the_user_is_asked() -> None:
    with pytest.raises(IdentityError) as error:
        told("—", "12 34", path=Path("scan.pdf"))
    assert "scan.pdf" in error.value.en
    assert "--act" in error.value.ru


@pytest.mark.parametrize(
    ("text", "edition"),
    [
        ("ed. of 20.02.2020 (order 35)", "2020-02-20"),
        ("ed. of 08.08.2024 (233-ФЗ), saved 17.06.2025", "2024-08-08"),
        ("as amended by decree 124 of 2024-02-15 (PDF made 2024-02-19)", "2024-02-15"),
        ("as adopted", AS_ADOPTED),
        ("PDF made 2024-05-31", None),
        ("as of PDF 2024-05-31 (check later amendments)", None),
        ("crawl 2024-03-16", None),
        ("2024-08-08", "2024-08-08"),
        ("", None),
    ],
)
def test_a_files_date_is_no_edition(text: str, edition: str | None) -> None:
    assert sidecar_edition({"edition": text}) == edition


# ---- laws ----------------------------------------------------------------------------------------------

MONTH_WORDS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
MONTHS = MONTH_WORDS.split()
DATES = st.dates(min_value=datetime.date(1995, 1, 1), max_value=datetime.date(2030, 12, 31))
HEADERS = {
    ActKind.DECREE: ("УКАЗ ПРЕЗИДЕНТА РОССИЙСКОЙ ФЕДЕРАЦИИ", "{}", "ru-ukaz-{}-{}"),
    ActKind.FEDERAL_LAW: ("ФЕДЕРАЛЬНЫЙ ЗАКОН", "{}-ФЗ", "ru-fz-{}-{}"),
    ActKind.GOVERNMENT_RESOLUTION: ("ПРАВИТЕЛЬСТВО РОССИЙСКОЙ ФЕДЕРАЦИИ ПОСТАНОВЛЕНИЕ", "{}", "ru-pp-{}-{}"),
    ActKind.GOVERNMENT_ORDER: ("ПРАВИТЕЛЬСТВО РОССИЙСКОЙ ФЕДЕРАЦИИ РАСПОРЯЖЕНИЕ", "{}-р", "ru-rp-{}-{}"),
}


@given(
    st.sampled_from(list(HEADERS)),
    st.integers(1, 4000),
    DATES,
    st.sampled_from(["№ ", "№", "N ", "N\u00a0"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["г.", "года", "г"]),
)
def test_a_heading_gives_back_number_and_date_in_every_spelling(
    kind: ActKind, number: int, day: datetime.date, sign: str, words: bool, spaced: bool, year: str
) -> None:
    title, pattern, expected = HEADERS[kind]
    date = f"{day.day} {MONTHS[day.month - 1]} {day.year} {year}" if words else f"{day:%d.%m.%Y}"
    line = f"от {date} {sign}{pattern.format(number)}"
    word = title.split()[-1]
    if spaced and kind is not ActKind.FEDERAL_LAW and kind is not ActKind.DECREE:
        title = title.replace(word, " ".join(word))
    identity = told(title, line.replace(" ", "\u00a0") if spaced else line, "О мерах", "1. Установить.")
    assert identity.act == expected.format(number, day.year)
    assert (identity.date, identity.kind) == (day.isoformat(), kind)


@given(st.sampled_from(list(HEADERS)), st.integers(1, 4000), st.integers(1995, 2030))
def test_an_id_is_stable_under_the_numbers_spelling(kind: ActKind, number: int, year: int) -> None:
    written = HEADERS[kind][1].format(number)
    spellings = {written, f"№ {written}", f"N {written}", written.lower(), written.replace("-", " - ")}
    assert {act_id(kind, each, f"{year}-05-01") for each in spellings} == {
        HEADERS[kind][2].format(number, year)
    }


@given(st.text(max_size=120))
def test_a_slug_is_plain_latin(title: str) -> None:
    assert set(slug(title)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(slug(title)) <= 60


@given(st.lists(st.text(alphabet="УКАЗот №N0123456789.гФЗ()«»абв\n ", max_size=40), max_size=12))
def test_any_blocks_give_an_identity_or_a_typed_error(lines: list[str]) -> None:
    try:
        identity = told(*lines, catalogue=KNOWN)
    except IdentityError:
        return
    assert identity.act


# ---- the real acts -------------------------------------------------------------------------------------

EXPECTED = {
    "ru/fstek239.pdf": ("ru-prikaz-fstek-239-2017", "2020-02-20", None),
    "ru/fz149.pdf": ("ru-fz-149-2006", "2023-12-12", None),
    "ru/fz152_ed2023.pdf": ("ru-fz-152-2006", "2023-02-06", None),
    "ru/fz152_ed2024.docx": ("ru-fz-152-2006", "2024-08-08", None),
    "ru/fz187.pdf": ("ru-fz-187-2017", "2023-07-10", None),
    "ru/pp1119.pdf": ("ru-pp-1119-2012", "2012-11-01", None),
    "ru/strategy_ai_2030_ed2024.pdf": ("ru-ukaz-490-2019", "2024-02-15", 1),
    "ru/ukaz250.pdf": ("ru-ukaz-250-2022", "2022-05-01", None),
    "en/eu_11_2025_guidelines_prohibited_ai_practices.pdf": (
        "eu-guidelines-prohibited-ai-2025", "2025-07-29", None),
    "en/eu_14_commission_guidelines_on_the_definition_of_an_artificial_intelligence_system.pdf": (
        "eu-guidelines-ai-system-definition-2025", "2025-07-29", None),
    "en/eu_16_Commission_Guidelines_on_the_obligations_for_providers_GPAI.pdf": (
        "eu-guidelines-gpai-2025", "2025-11-19", None),
    "en/eu_17_Council_final_draft_Digital_Omnibus_AI_PE-30-2026-INIT_en.pdf": (
        "eu-omnibus-ai-2026", "2026-06-18", None),
    "en/eu_ai_act_2024_1689_oj.pdf": ("eu-reg-1689-2024", "2024-06-13", None),
    "en/eu_ai_act_oj.xhtml": ("eu-reg-1689-2024", "2024-06-13", None),
    "en/nist_ai_100_1.pdf": ("us-nist-ai-100-1-2023", "2023-01-26", None),
    "en/oecd_legal_0449.pdf": ("oecd-legal-0449-2019", "2019-05-22", None),
    "en/us_eo_14110_2023.txt": ("us-eo-14110-2023", "2023-10-30", None),
    "en/us_eo_14110_fr_pdf.pdf": ("us-eo-14110-2023", "2023-10-30", None),
    "en/us_eo_14141_2025.txt": ("us-eo-14141-2025", "2025-01-14", None),
    "en/us_eo_14179_2025.txt": ("us-eo-14179-2025", "2025-01-23", None),
    "bulk/bk.txt": ("ru-fz-145-1998", "2023-11-02", None),
    "bulk/gk_part4.txt": ("ru-fz-230-2006", "2023-06-13", None),
    "bulk/nk_part1.txt": ("ru-fz-146-1998", "2023-05-29", None),
    "bulk/tk.txt": ("ru-fz-197-2001", "2023-08-04", None),
}  # fmt: skip


# Minutes are better spent elsewhere in the everyday run: the longest files wait for the long one.
LONG = {name for name in EXPECTED if name.startswith("bulk/")} | {
    "en/eu_ai_act_2024_1689_oj.pdf",
    "en/eu_11_2025_guidelines_prohibited_ai_practices.pdf",
}


@pytest.mark.acts
@needs_acts
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.long] if name in LONG else []) for name in EXPECTED]
)
def test_every_real_file_is_identified_with_its_sidecar_and_without(name: str) -> None:
    from corpus import __file__ as corpus_file
    from ingest.catalogue import load_catalogue
    from ingest.editorial import mark_notes
    from ingest.readers import read_document

    catalogue = load_catalogue(Path(corpus_file).with_name("catalogue.yaml"))
    path = ACTS / name
    sidecar = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    read = read_document(path.read_bytes(), path.name)
    mark_notes(read)
    for described in (sidecar, None):
        identity = identify(path, read, sidecar=described, catalogue=catalogue)
        assert (identity.act, identity.edition, identity.attachment) == EXPECTED[name], described is None
        assert set(identity.provenance.values()) <= {"sidecar", "text", "catalogue"}
        assert all(identity.provenance.get(field) for field in ("act", "edition", "number", "date", "title"))


def test_a_title_in_metadata_that_no_block_says_names_no_act() -> None:
    hidden = Document(
        document("О садах и розах", "1. Садовник поливает розы.").blocks,
        "application/pdf",
        metadata={"title": "Обещанный закон"},
    )
    assert "Обещанный закон" not in (identify(None, hidden, catalogue=EMPTY).title or "")


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (
            ("УКАЗ", "О ПРИЁМЕ ЧЁРНЫХ РОЗ И ВЕДЕНИИ УЧЕТА", "от 1 мая 2022 г. № 250", "1. Принимать розы."),
            "О приёме чёрных роз и ведении учета",
        ),
        (
            ('Федеральный закон от 27.07.2006 N 152-ФЗ(ред. от 08.08.2024)"О расчёте полива"', "Текст"),
            "О расчёте полива",
        ),
        (("Правила учёта роз в сквере", "Розы учитывает садовник."), "Правила учёта роз в сквере"),
    ],
)
def test_a_title_keeps_every_letter_as_it_is_written(lines: tuple[str, ...], title: str) -> None:
    assert told(*lines).title == title
