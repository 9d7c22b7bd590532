"""Outlines of Russian acts: small texts of our own, one for each construct."""

from __future__ import annotations

import pytest

from assistant.model import Identity, Provision
from ingest.document import CanonicalText, Note
from ingest.structure import parse_structure
from ingest.structure.russian_act import GRAMMAR
from tests.ingest.structure.invariants import check_outline
from tests.ingest.structure.texts import canonical, row

NOT_PROVISIONS = {"title", "signature"}


def outline(text: CanonicalText, attachment: int | None = None) -> dict[str, Provision]:
    nodes = GRAMMAR.parse(text, Identity(attachment=attachment))
    check_outline(text, nodes)
    return {node.id: node for node in nodes}


def ids(lines: str, attachment: int | None = None) -> list[str]:
    found = outline(canonical(lines), attachment)
    return [node.id for node in found.values() if node.kind not in NOT_PROVISIONS]


def text_of(text: CanonicalText, node: Provision) -> str:
    return text.text[node.start : node.end]


DECREE = """
^УКАЗ
^ПРЕЗИДЕНТА РОССИЙСКОЙ ФЕДЕРАЦИИ
^О садах и огородах
В целях развития садоводства постановляю:
1. Садоводам весной:
а) посадить яблони;
б) утвердить:
план посадки;
план полива.
2. Настоящий Указ вступает в силу весной.
>Президент
>Российской Федерации
>А.СИДОРОВ
Москва, Кремль
1 мая 2030 года
N 7
"""


def test_a_decree_has_points_with_lettered_subpoints_and_counted_paragraphs() -> None:
    assert ids(DECREE) == ["pre", "p1", "p1/а", "p1/б", "p1/б/abz2", "p1/б/abz3", "p2"]


def test_labels_go_from_the_provision_up_to_what_it_stands_in() -> None:
    found = outline(canonical(DECREE))
    assert found["p1/а"].label == "подп. «а» п. 1"
    assert found["p1/б/abz2"].label == "абз. 2 подп. «б» п. 1"
    assert found["pre"].label == "преамбула"


def test_title_and_signature_belong_to_no_provision() -> None:
    text = canonical(DECREE)
    found = outline(text)
    assert text_of(text, found["p2"]) == "2. Настоящий Указ вступает в силу весной."
    assert found["title"].kind == "title" and found["title"].end < found["pre"].start
    assert found["sign"].kind == "signature" and text_of(text, found["sign"]).endswith("N 7")


RESOLUTION = """
^ПРАВИТЕЛЬСТВО РОССИЙСКОЙ ФЕДЕРАЦИИ
^ПОСТАНОВЛЕНИЕ
^от 1 марта 2030 г. N 12
Правительство Российской Федерации постановляет:
1. Утвердить прилагаемые Правила полива.
2. Контроль возложить на садовников.
>Председатель Правительства
>Российской Федерации
>Б.ПЕТРОВ
>Утверждены
>постановлением Правительства
>Российской Федерации
>от 1 марта 2030 г. N 12
^ПРАВИЛА
^ПОЛИВА ГРЯДОК
^I. Общие положения
1. Поливают вечером.
Утром не поливают.
^II. Порядок
2. Вода бывает:
а) дождевая;
б) речная.
Другая вода запрещена.
"""


def test_points_of_an_approved_attachment_restart_at_one() -> None:
    assert ids(RESOLUTION) == [
        "pre", "p1", "p2", "att1", "att1/rz1", "att1/p1", "att1/p1/abz2", "att1/rz2", "att1/p2",
        "att1/p2/а", "att1/p2/б", "att1/p2/abz2",
    ]  # fmt: skip


def test_an_attachment_is_named_in_the_genitive() -> None:
    found = outline(canonical(RESOLUTION))
    assert found["att1"].label == "Правила" and found["att1"].heading == "ПРАВИЛА ПОЛИВА ГРЯДОК"
    assert found["att1/p2/а"].label == "подп. «а» п. 2 Правил"
    assert found["att1/rz2"].label == "разд. II Правил"
    assert found["p1"].label == "п. 1"


def test_attachments_called_by_number_are_labelled_by_it() -> None:
    lines = """
    1. Утвердить прилагаемые таблицы.
    >Директор
    >В.ИВАНОВ
    >Приложение N 1
    >к приказу
    ^О грядках
    1. Грядка.
    >Приложение N 2
    >к приказу
    ^О клумбах
    1. Клумба.
    """
    found = outline(canonical(lines))
    assert found["att1/p1"].label == "п. 1 прил. 1"
    assert found["att2/p1"].label == "п. 1 прил. 2"


def test_two_attachments_with_one_word_are_told_apart_by_number() -> None:
    lines = """
    1. Утвердить прилагаемые Правила.
    >Директор
    >В.ИВАНОВ
    >УТВЕРЖДЕНЫ
    >приказом директора
    ^ПРАВИЛА полива
    1. Вечером.
    >УТВЕРЖДЕНЫ
    >приказом директора
    ^ПРАВИЛА прополки
    1. Утром.
    """
    found = outline(canonical(lines))
    assert [found[i].label for i in ("att1/p1", "att2/p1")] == ["п. 1 прил. 1", "п. 1 прил. 2"]


def test_an_annex_of_an_attachment_hangs_on_it_and_keeps_coded_rows() -> None:
    text = canonical(
        [
            *["Утвердить прилагаемые Требования.", ">Директор", ">В.ИВАНОВ"],
            *[">Утверждены", ">приказом директора", "^ТРЕБОВАНИЯ К САДУ"],
            *["1. Меры приведены в приложении.", ">Приложение", ">к Требованиям к саду", "^СОСТАВ МЕР"],
            *[row("Обозначение", "Мера"), "^I. Вода (ВОД)"],
            *[row("ВОД.0", "Полив"), row("ВОД.1", "Дождь"), row("", "и снег")],
        ]
    )
    found = outline(text)
    assert [i for i, node in found.items() if node.kind == "row"] == ["att1/att1/вод.0", "att1/att1/вод.1"]
    assert found["att1/att1/вод.1"].label == "ВОД.1 прил. к Требованиям"
    assert text_of(text, found["att1/att1/вод.1"]).endswith("и снег")


def test_rows_numbered_in_their_first_cell_are_provisions() -> None:
    found = outline(
        canonical(
            [
                *["1. Утвердить.", ">Директор", ">В.ИВАНОВ", ">Приложение N 1", "^ПЕРЕЧЕНЬ показателей"],
                *[row("N", "Показатель"), row("1.", "Урожай"), row("", "яблок"), row("2.", "Надой")],
            ]
        )
    )
    assert found["att1/str2"].label == "строка 2 Перечня"


def test_a_list_of_people_in_an_attachment_is_no_signature() -> None:
    lines = """
    1. Утвердить состав комиссии.
    >Министр
    >садов и огородов
    >и водных каналов
    >Российской Федерации
    >В.И.ИВАНОВ
    >Приложение N 1
    ^СОСТАВ
    Директор сада А.А.Яблоков
    Директор пруда Б.Б.Прудов
    1. Комиссия собирается весной.
    2. И осенью.
    """
    assert ids(lines) == ["p1", "att1", "att1/abz1", "att1/abz2", "att1/p1", "att1/p2"]


LAW = """
^РОССИЙСКАЯ ФЕДЕРАЦИЯ
^ФЕДЕРАЛЬНЫЙ ЗАКОН
^О садах
>Принят
>Государственной Думой
^Глава 1. ОБЩИЕ ПОЛОЖЕНИЯ
Статья 1. Сфера действия
1. Настоящий Федеральный закон регулирует:
1) посадку;
1.1) пересадку:
а) яблонь;
а1) груш;
б) слив;
2) полив.
1.1. Сбор урожая не регулируется.
2. Иное:
Статья 2. Понятия
В настоящем Федеральном законе используются понятия:
1) сад - участок;
2) огород - участок.
Цветник понятием не является.
Статья 2.1. Утратила силу. - Федеральный закон от 01.01.2029 N 1-ФЗ.
Статья 2.1-1. Клумбы
Клумба круглая.
Клумба цветет.
^Глава 2. ЗАКЛЮЧИТЕЛЬНЫЕ
^ПОЛОЖЕНИЯ
Статья 3. Вступление в силу
Настоящий Федеральный закон вступает в силу весной.
>Президент
>Российской Федерации
>А.СИДОРОВ
"""


def test_a_law_has_articles_parts_points_and_subpoints() -> None:
    assert ids(LAW) == [
        "gl1", "st1", "st1/ch1", "st1/ch1/p1", "st1/ch1/p1.1", "st1/ch1/p1.1/а", "st1/ch1/p1.1/а.1",
        "st1/ch1/p1.1/б", "st1/ch1/p2", "st1/ch1.1", "st1/ch2", "st2", "st2/p1", "st2/p2", "st2/abz2",
        "st2.1", "st2.1-1", "st2.1-1/abz2", "gl2", "st3",
    ]  # fmt: skip


def test_labels_of_a_law_name_part_and_article() -> None:
    found = outline(canonical(LAW))
    assert found["st1/ch1/p1.1/а"].label == "подп. «а» п. 1.1 ч. 1 ст. 1"
    assert found["st1/ch1.1"].label == "ч. 1.1 ст. 1"
    assert found["st2/p2"].label == "п. 2 ст. 2"
    assert found["st2.1-1/abz2"].label == "абз. 2 ст. 2.1-1"
    assert found["gl2"].label == "гл. 2"


def test_headings_of_articles_and_chapters_are_kept_apart_from_the_text() -> None:
    text = canonical(LAW)
    found = outline(text)
    clumps = found["st2.1-1"]
    assert clumps.heading == "Клумбы"
    assert text.text[clumps.start : clumps.heading_end] == "Статья 2.1-1. Клумбы"
    assert text.text[clumps.heading_end : clumps.own_end].strip() == "Клумба круглая."
    assert found["gl2"].heading == "ЗАКЛЮЧИТЕЛЬНЫЕ ПОЛОЖЕНИЯ"
    assert found["gl2"].parent is None and found["st3"].parent == "gl2"


def test_a_repealed_article_is_a_stub_without_a_heading() -> None:
    stub = outline(canonical(LAW))["st2.1"]
    assert stub.repealed and stub.heading is None


@pytest.mark.parametrize(
    ("lines", "gone"),
    [
        ("Статья 1. А\n1. Есть:\n1) да;\n2) утратил силу. - Закон от 01.01.2029;\n3) да.", ["st1/ch1/p2"]),
        ("Статья 1. А\n1. Есть.\n2 - 4. Утратили силу. - Закон.\n5. Есть.", ["st1/ch2–4"]),
        ("Статья 1. А\n1. Есть:\n1) - 3) утратили силу. - Закон;\n4) да.", ["st1/ch1/p1–3"]),
        ("Статья 1. А\n1. Есть.\nСтатьи 2 - 4. Утратили силу. - Закон.\nСтатья 5. Б\nЕсть.", ["st2–4"]),
        ("1. Есть.\nПункт 2 - Утратил силу.\n3. Есть.", ["p2"]),
        ("Статья 1. А\n1. Есть.\n2. (Пункт утратил силу - Закон от 01.01.2029)\n3. Есть.", ["st1/ch2"]),
        ("Статья 1.\n(Статья утратила силу - Закон от 01.01.2029)\nСтатья 2. Б\nЕсть.", ["st1"]),
        ("Статья 1. А\n1. Есть:\nабзац; (Утратил силу - Закон)\nеще есть.", ["st1/ch1/abz2"]),
        ("Статья 1. А\n1. Есть.\n2. Абзац. (Утратил силу - Закон)\nЕсть.\n3. Есть.", []),
        ("1. Есть:\n1) исключена возможность;\n2) исключен. - Закон.", ["p1/2"]),
    ],
)  # fmt: skip
def test_repealed_stubs_are_marked(lines: str, gone: list[str]) -> None:
    found = outline(canonical(lines))
    assert [node.id for node in found.values() if node.repealed] == gone


def test_a_number_left_bare_by_an_editors_note_is_a_repealed_stub() -> None:
    text = canonical("Статья 1. А\n1. Есть.\n2.\n3. Есть.")
    offset = text.text.index("2.") + 2
    note = Note("(Часть утратила силу - Закон от 01.01.2029)", "edition", offset, None)
    found = outline(CanonicalText(text.text, text.paras, (note,), ()))
    assert [node.id for node in found.values() if node.repealed] == ["st1/ch2"]


def test_a_stub_whose_number_is_taken_again_gives_way_to_the_text_in_force() -> None:
    lines = "Статья 1. А\nЕсть.\nСтатья 2.\n^Глава 2. Б\nСтатья 2. В\n1. Есть."
    found = outline(canonical(lines))
    assert found["st2-stub"].repealed and not found["st2"].repealed
    assert found["st2"].heading == "В" and found["st2/ch1"].parent == "st2"


def test_codes_that_call_their_units_points_get_points() -> None:
    lines = """
    ^КОДЕКС
    ^Раздел I. ОБЩЕЕ
    ^Подраздел 1. ЧАСТНОЕ
    ^Глава 1. НАЧАЛА
    ^§ 1. Первое
    Статья 123¹. Сады
    1. Сад есть:
    1) яблони;
    2) груши.
    2. Правила пункта 1 настоящей статьи действуют.
    """
    found = outline(canonical(lines))
    assert [node for node in found if node != "title"] == [
        "rz1", "rz1/prz1", "gl1", "gl1/par1", "st123.1", "st123.1/p1", "st123.1/p1/1", "st123.1/p1/2",
        "st123.1/p2",
    ]  # fmt: skip
    assert found["st123.1/p1/2"].label == "подп. 2 п. 1 ст. 123.1"
    assert found["gl1/par1"].label == "§ 1 гл. 1"


def test_acts_whose_parts_carry_no_number_have_them_counted() -> None:
    lines = """
    Статья 1. Сады
    Сад бывает:
    1) яблоневый;
    2) грушевый.
    Для сада нужны:
    вода;
    земля.
    Часть. (Утратила силу - Закон от 01.01.2029)
    Правила части второй настоящей статьи, части первой настоящей статьи и
    частей первой и второй настоящей статьи действуют.
    Статья 2. Огороды
    Огород один.
    """
    found = outline(canonical(lines.replace("и\n    частей", "и частей")))
    assert list(found) == [
        "st1", "st1/ch1", "st1/ch1/p1", "st1/ch1/p2", "st1/ch2", "st1/ch2/abz2", "st1/ch2/abz3", "st1/ch3",
        "st1/ch4", "st2",
    ]  # fmt: skip
    assert found["st1/ch1/p2"].label == "п. 2 ч. 1 ст. 1"
    assert found["st1/ch3"].repealed


def test_a_numbered_heading_between_articles_is_no_part_of_the_article_above() -> None:
    lines = "^§ 1. Общее\n1. Сады\nСтатья 1. А\n1. Есть.\n2. Огороды\nСтатья 2. Б\nЕсть."
    found = outline(canonical(lines))
    assert list(found) == ["par1", "par1/h1", "st1", "st1/ch1", "par1/h2", "st2"]
    assert found["par1/h2"].heading == "2. Огороды"


STRATEGY = """
^НАЦИОНАЛЬНАЯ СТРАТЕГИЯ
^РАЗВИТИЯ САДОВ
^I. Общие положения
1. Сады нужны.
^II. Задачи развития
^садов
2. Задачи:
а) сажать;
б) поливать.
^Поддержка садоводов
^и огородников
3. Садоводов поддерживают.
"""


def test_an_attachment_held_by_itself_keeps_everything_under_its_number() -> None:
    found = outline(canonical(STRATEGY), attachment=1)
    assert list(found) == [
        "att1", "att1/rz1", "att1/p1", "att1/rz2", "att1/p2", "att1/p2/а", "att1/p2/б", "att1/rz2/h1",
        "att1/p3",
    ]  # fmt: skip
    assert found["att1/p2/б"].label == "подп. «б» п. 2 Стратегии"
    assert found["att1/rz2"].heading == "Задачи развития садов"
    assert found["att1/rz2/h1"].heading == "Поддержка садоводов и огородников"
    assert found["att1/p3"].parent == "att1/rz2/h1"


def test_points_that_restart_in_every_section_carry_the_section() -> None:
    lines = "^I. Сады\n1. Сад.\n2. Яблоня.\n^II. Огороды\n1. Огород.\n2. Репа."
    assert ids(lines) == ["rz1", "rz1/p1", "rz1/p2", "rz2", "rz2/p1", "rz2/p2"]


def test_a_section_without_numbers_gives_its_id_to_its_paragraphs() -> None:
    found = outline(canonical("^I. Сады\nСад есть.\nСад растет.\n^II. Огороды\n1. Огород."))
    assert found["rz1/abz2"].label == "абз. 2 разд. I"


def test_centred_numbered_headings_are_sections() -> None:
    lines = "^1. Сады\n1.1. Сад.\n1.2. Яблоня.\n^2. Огороды\n2.1. Огород."
    assert ids(lines) == ["rz1", "p1.1", "p1.2", "rz2", "p2.1"]


def test_an_order_without_numbers_has_counted_paragraphs() -> None:
    lines = "^ПРИКАЗ\nВ соответствии с правилами приказываю:\nУтвердить план.\n>Директор\n>В.ИВАНОВ"
    assert ids(lines) == ["pre", "abz1"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # a date and a reference at the beginning of a broken line
        ("1. Сад закрывается\n1. января 2030 г. и открывается весной.\n2. Да.", ["p1", "p1/abz2", "p2"]),
        ("1. Как указано в пунктах 1 и\n2. настоящего Указа, сад открыт.\n2. Да.", ["p1", "p1/abz2", "p2"]),
        # a list must begin at its beginning and go on without a jump
        ("1. Да.\n7) так в тексте.\n2. Да.", ["p1", "p1/abz2", "p2"]),
        ("1. Да.\n40. Сорок деревьев растут.\n2. Да.", ["p1", "p1/abz2", "p2"]),
        # ё, й and sometimes з are left out
        ("1. А:\n" + "\n".join(f"{c}) да;" for c in "абвгдежзиклм"), None),
        ("1. А:\n" + "\n".join(f"{c}) да;" for c in "абвгдежиклм"), None),
        # scanners print 6 for б and 3 for з, Latin for Cyrillic
        ("1. А:\nа) да;\n6) да;\nв) да.", ["p1", "p1/а", "p1/б", "p1/в"]),
        ("1. А:\na) да;\nб) да;\nв) да;\nг) да;\nд) да;\ne) да;\nж) да;\n3) да;\nи) да.",
         ["p1", *(f"p1/{c}" for c in "абвгдежзи")]),
        ("1. А:\n1) да;\n2) да;\n3) да;\n4) да;\n5) да;\n6) да.", ["p1", *(f"p1/{n}" for n in range(1, 7))]),
        # inserted numbers
        ("1. Да.\n2. Да.\n2.1. Да.\n2.2. Да.\n2.2-1. Да.\n2.2-2. Да.\n3. Да.",
         ["p1", "p2", "p2.1", "p2.2", "p2.2-1", "p2.2-2", "p3"]),
        # a second list in one provision hangs on the paragraph that begins it
        ("1. А:\nа) да;\nб) да.\nТакже:\nа) нет;\nб) нет.",
         ["p1", "p1/а", "p1/б", "p1/abz2", "p1/abz2/а", "p1/abz2/б"]),
        # a list that begins after a second paragraph is the point's own
        ("1. А.\nБ:\nа) да;\nб) да.", ["p1", "p1/abz2", "p1/а", "p1/б"]),
        # text between two items is the earlier item's
        ("1. А:\nа) да.\nПояснение.\nб) да.\nКонец.", ["p1", "p1/а", "p1/а/abz2", "p1/б", "p1/abz2"]),
        # items removed from the text
        ("1. Да.\n2. Да.\n5. Да.\n6. Да.", ["p1", "p2", "p5", "p6"]),
        # an extract that begins in the middle
        ("4. Да.\n5. Да.\n6. Да.", ["p4", "p5", "p6"]),
    ],
)  # fmt: skip
def test_a_marker_counts_only_where_its_sequence_expects_it(lines: str, expected: list[str] | None) -> None:
    if expected is None:
        expected = ["p1", *(f"p1/{line[0]}" for line in lines.splitlines()[1:])]
    assert ids(lines) == expected


def test_provisions_quoted_by_an_amending_act_stay_text_of_the_point_that_quotes_them() -> None:
    lines = """
    1. Изложить пункт 2 в следующей редакции:
    "2. Садоводы сажают:
    а) яблони сорта "Антоновка";
    б) груши.
    3. Садоводы поливают.";
    2. Признать утратившим силу пункт 4.
    """
    assert ids(lines) == ["p1", "p1/abz2", "p1/abz3", "p1/abz4", "p1/abz5", "p2"]


def test_references_at_the_beginning_of_a_paragraph_are_no_articles() -> None:
    lines = "Статья 1. А\nЕсть.\nСтатья 5 настоящего закона не применяется.\nСтатья 2. Б\nЕсть."
    assert ids(lines) == ["st1", "st1/abz2", "st2"]


def test_the_score_is_high_for_russian_acts_and_nothing_for_english() -> None:
    english = canonical("Article 1\nSubject matter\n1. This Regulation lays down rules:\n(a) one;\n(b) two.")
    assert GRAMMAR.score(english, Identity()) == 0
    assert GRAMMAR.score(canonical(LAW), Identity()) > 0.7
    assert 0 < GRAMMAR.score(canonical("Просто рассказ о саде.\nБез номеров."), Identity()) < 0.3


def test_a_russian_act_is_given_to_its_grammar() -> None:
    name, provisions = parse_structure(canonical(DECREE), Identity())
    assert name == "russian_act" and provisions[-1].id == "sign"


def test_empty_text_has_no_outline() -> None:
    empty = canonical("")
    assert GRAMMAR.score(empty, Identity()) == 0
    assert list(GRAMMAR.parse(empty, Identity())) == []


def test_russian_text_without_markers_is_left_to_the_fallback() -> None:
    name, provisions = parse_structure(canonical("Просто рассказ о саде.\nБез номеров."), Identity())
    assert name == "headings" and provisions


@pytest.mark.parametrize(
    "signature",
    [
        "Президент\nРоссийской Федерации\nМосква, Кремль\n1 мая 2030 года\nN 7",
        "Председатель Правительства\nРоссийской Федерации",
        "Министр",
        "Директор\nот 1 мая 2030 г. № 7",
    ],
)
def test_a_signature_without_a_name_is_no_paragraph_of_the_last_point(signature: str) -> None:
    lines = f"^УКАЗ\n^О садах\n1. Садоводам поливать:\nрозы утром;\nпионы вечером.\n{signature}\n"
    found = outline(canonical(lines))
    assert found["sign"].kind == "signature"
    assert [node.id for node in found.values() if node.kind not in NOT_PROVISIONS] == ids(
        lines.replace(f"\n{signature}", "")
    )


def test_posts_in_a_list_are_no_signature() -> None:
    listed = "^УКАЗ\n^О садах\n1. В комиссию входят:\nпредседатель комиссии\nДиректор сада\nМинистр садов\n"
    assert "sign" not in outline(canonical(listed))
    goes_on = "^УКАЗ\n^О садах\n1. Поливать розы.\nДиректор сада\nведёт журнал полива роз.\n"
    assert "sign" not in outline(canonical(goes_on))
