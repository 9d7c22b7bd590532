"""Files with a company's facts: YAML, JSON and tables, as people and their programs write them."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.eligibility.profile import MOST_BYTES, profiles_of, read_profile, read_profiles
from assistant.errors import InputError


def contents(text, name):
    return [each.content() for each in profiles_of(text if isinstance(text, bytes) else text.encode(), name)]


def one(text, name="company.yaml"):
    (found,) = contents(text, name)
    return found


def refused(text, name="company.yaml"):
    with pytest.raises(InputError) as error:
        profiles_of(text if isinstance(text, bytes) else text.encode(), name)
    assert name in error.value.en and name in error.value.ru
    return error.value


# ── YAML and JSON ─────────────────────────────────────────────────────────────────────────────────

YAML = """
name: ООО «Роза»
as_of: 2026-11-29
it_income_share: 65,5 %
Основной код ОКВЭД: 62.10
аккредитация: нет
site_describes_it: true
registered_on: 2024-02
staff: {min: 10, max: 20}
state_share:
"""


def test_a_yaml_file_is_read():
    (profile,) = profiles_of(YAML.encode(), "company.yaml")
    assert (profile.name, profile.as_of) == ("ООО «Роза»", "2026-11-29")
    assert list(profile.values) == [
        "it_income_share", "main_okved", "accredited", "site_describes_it", "registered_on", "staff",
    ]  # fmt: skip
    assert profile.values["main_okved"].text == "62.10"
    assert profile.values["staff"].told("en") == "from 10 persons to 20 persons"


def test_json_says_the_same():
    (two,) = profiles_of(
        json.dumps(yaml.safe_load(YAML) | {"as_of": "2026-11-29", "Основной код ОКВЭД": "62.10"}).encode(),
        "a.json",
    )
    (first,) = profiles_of(YAML.encode(), "a.yml")
    assert {name: value.known for name, value in two.values.items()} == {
        name: value.known for name, value in first.values.items()
    }


@pytest.mark.parametrize("code", ["62.10", "62.1", "62", "01.10", "62.01.1"])
def test_a_code_is_not_a_number(code):
    assert one(f"main_okved: {code}\n") == {"main_okved": code}
    assert one(f"main_okved,{code}\nstaff,1", "a.csv")["main_okved"] == code


def test_shares_keep_their_digits_in_yaml():
    assert one("it_income_share: 27.50\n") == {"it_income_share": "27.50"}


def test_a_byte_order_mark_is_no_part_of_the_first_name():
    assert one(b"\xef\xbb\xbfstaff: 5\n") == {"staff": "5"}
    assert one(b'\xef\xbb\xbf{"staff": 5}', "a.json") == {"staff": "5"}
    assert one("\ufeffштат;12\nОКВЭД;62.10\n".encode(), "a.csv") == {"staff": "12", "main_okved": "62.10"}


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("staff: 1\nstaff: 2\n", "a.yaml", "staff stands twice"),
        ("staff: 1\nработников: 2\n", "a.yaml", "staff is given twice"),
        ('{"staff": 1, "Number of staff": 2}', "a.json", "staff is given twice"),
        ('{"staff": 1, "staff": 1}', "a.json", "staff stands twice"),
        ('{"staff": {"min": 1, "min": 2}}', "a.json", "min stands twice"),
        ("name: Роза\nназвание: Сад\n", "a.yaml", "name is given twice"),
        ("staff,1\nstaff,2\n", "a.csv", "staff stands twice"),
        ("штат,1\nработников,2\n", "a.csv", "staff is given twice"),
        ("staff;region;staff\n1;Москва;2\n", "a.csv", "staff stands twice"),
    ],
)
def test_a_fact_is_given_once(text, name, said):
    assert said in refused(text, name).en


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("staff: &one 5\nrevenue: *one\n", "a.yaml"), ("a: [\n", "a.yaml"), ("- staff\n", "a.yaml"), ("", "a.yaml"),
        ("staff", "a.yaml"), ("1: 2\n", "a.yaml"), ("staff: !!python/name:os.system\n", "a.yaml"),
        ("[1]", "a.json"), ("{", "a.json"), ("", "a.json"), ("null", "a.json"), ("[" * 100_000, "a.json"),
        ("", "a.csv"), ("\n \n", "a.csv"), (b"\xff\xfe\x00", "a.csv"), ("\u0448\u0442\u0430\u0442,5".encode("cp1251"), "a.csv"),
        ("штат,регион\n12,Москва,лишнее\n", "a.csv"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_facts_is_refused_by_name(text, name):
    refused(text, name)


def test_aliases_cannot_blow_a_file_up():
    levels = ["a: &a0 [x]"] + [f"b{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert "aliases" in refused("\n".join(levels)).en


def test_a_file_too_large_is_refused_before_it_is_read_as_anything():
    assert "1,000,000" in refused(b"#" * (MOST_BYTES + 1)).en
    assert one(b"staff: 5\n#" + b"#" * (MOST_BYTES - 10)) == {"staff": "5"}


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("it_income_share: много\n", "a.yaml", "много"),
        ('{"accredited": "может быть"}', "a.json", "может быть"),
        ("Факт;Значение\nштат;полно\n", "a.csv", "полно"),
        ("name;доля ИТ\nА;50\nБ;много\n", "a.csv", "много"),
        ("it_income_share: 1e3\n", "a.yaml", "1e3"),
    ],
)
def test_a_wrong_value_is_named_with_its_fact_and_file(text, name, said):
    error = refused(text, name)
    assert said in error.en and said in error.ru


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("staff: 010", "10"), ("staff: 1_000", "1000"), ("staff: 12", "12"), ("staff: !!str 012", "12"),
        ("staff: {min: 010}", "at least 10 persons"),
    ],
)  # fmt: skip
def test_a_number_in_yaml_is_the_one_that_is_written(line, known):
    (profile,) = profiles_of(line.encode(), "a.yaml")
    assert profile.values["staff"].told("en").replace(",", "").removesuffix(" persons") == known.removesuffix(
        " persons"
    )


@pytest.mark.parametrize(
    "text",
    [
        "staff: 12:30", "staff: 0x10", "staff: 0b11", "staff: 0o17", "staff: 1,000", "staff: .inf", "? [a]\n: 1", "? {a: b}\n: 1",
        "staff: !!timestamp x", "accredited: !!bool x", 'staff: !!int ""', "staff: !!float x", "a: !!set {b}",
        "staff: !!binary x", "staff: !own 5", "!!omap [staff: 5]", "<<: {staff: 5}", "<<: [{staff: 5}]",
        "staff: {<<: {min: 5}}", "staff: =", "registered_on: 2024-02-30", "staff: {[a]: 1}", "staff: !!null x\n? !!map\n: 1",
    ],
)  # fmt: skip
def test_what_yaml_would_make_something_else_of_is_refused(text):
    refused(text)


@given(st.text(alphabet="a:!?[]{}<>&*#|-\"' \n01,.~=%@`staff", max_size=24))
def test_no_text_breaks_the_reading(text):
    for name in ("a.yaml", "a.json", "a.csv"):
        try:
            profiles_of(text.encode(), name)
        except InputError as error:
            assert name in error.en and (error.en + error.ru).encode()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"region": "\\ud800"}', "a.json"), ('{"name": "\\udfff"}', "a.json"), ('{"\\ud800": 1}', "a.json"),
        ('region: "Тула\\ud800"', "a.yaml"), ('"\\ud800": 1\n"\\ud800": 2', "a.yaml"),
        ('{"as_of": "\\ud800"}', "a.json"), ('{"staff": "\\ud800"}', "a.json"),
    ],
)  # fmt: skip
def test_half_of_a_character_is_refused_in_words_that_can_be_printed(text, name):
    error = refused(text, name)
    assert json.loads(json.dumps(error.en + error.ru).encode()) and (error.en + error.ru).encode()


def test_json_keeps_the_digits_it_has():
    assert one('{"main_okved": 62.10, "it_income_share": 27.50}', "a.json") == {
        "main_okved": "62.10", "it_income_share": "27.50",
    }  # fmt: skip


def test_a_large_file_is_not_read_to_its_end(tmp_path):
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(10**12)  # a sparse file: it has no end worth waiting for
    for read in (read_profile, read_profiles):
        with pytest.raises(InputError, match="1,000,000"):
            read(path)


# ── tables ────────────────────────────────────────────────────────────────────────────────────────

NARROW = {"it_income_share": "27,5", "main_okved": "62.10", "staff": "12", "region": "Москва"}


@pytest.mark.parametrize("heading", ["", "Факт{0}Значение\n", "fact{0}value\n", "Показатель{0}Значение\n"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_table_of_two_columns_is_a_fact_a_line(heading, separator):
    lines = [("основной оквэд", "62.10"), ("Доля ИТ-доходов", "27,5"), ("штат", "12"), ("Регион", "Москва")]
    text = heading.format(separator) + "\n".join(map(separator.join, lines)) + "\n"
    assert one(text, "company.csv") == NARROW


def test_commas_separate_too_where_values_with_commas_are_quoted():
    text = 'Fact,Value\nit_income_share,"27,5"\nmain_okved,62.10\nstaff,12\n\nregion,Москва\nrevenue,\n'
    assert one(text, "company.csv") == NARROW


def test_a_wide_table_has_a_company_a_line():
    text = "name;Доля ИТ;ОКВЭД;Аккредитация;На дату\nООО «Роза»;27,5;62.10;да;2026-11-29\nИП Сад;30;;нет;\n"
    assert contents(text, "companies.csv") == [
        {"as_of": "2026-11-29", "name": "ООО «Роза»", "it_income_share": "27,5", "main_okved": "62.10", "accredited": "да"},
        {"name": "ИП Сад", "it_income_share": "30", "accredited": "нет"},
    ]  # fmt: skip


def test_two_columns_of_facts_are_companies_not_pairs():
    assert contents("staff,region\n12,Москва\n15,Тула\n", "a.csv") == [
        {"staff": "12", "region": "Москва"}, {"staff": "15", "region": "Тула"},
    ]  # fmt: skip


def test_headings_may_be_english():
    assert one("company;IT income share;Main OKVED activity code\nRose;65;62.01\n".replace("company", "name"), "a.csv") == {
        "name": "Rose", "it_income_share": "65", "main_okved": "62.01",
    }  # fmt: skip


def test_a_line_shorter_than_the_heading_leaves_the_rest_unsaid():
    assert one("name,staff,region\nRose,5\n", "a.csv") == {"name": "Rose", "staff": "5"}


@pytest.mark.parametrize(
    ("text", "facts_"),
    [
        ("org_form,компания\nstaff,12\n", {"org_form": "компания", "staff": "12"}),
        ("org_form;компания\n", {"org_form": "компания"}),
        ("форма;компания\nназвание;Дата\n", {"org_form": "компания", "name": "Дата"}),
        ("доля ИТ;27,5\n", {"it_income_share": "27,5"}),
        ("доля ИТ;27,5\nвыручка;1,5 млн\nрегион;Тула, Россия\n", {"it_income_share": "27,5", "revenue": "1,5 млн", "region": "Тула, Россия"}),
        ("штат;12;\nдоля ИТ;27,5;;\n;;\n", {"staff": "12", "it_income_share": "27,5"}),
        ("Факт;Значение;\nштат;12;\n", {"staff": "12"}),
        ("region,Тула; Россия\nstaff,5\n", {"region": "Тула; Россия", "staff": "5"}),
        ("sep=;\nдоля ИТ;27,5\n", {"it_income_share": "27,5"}),
        ("доля ИТ;27,5\r\nштат;12\r\n", {"it_income_share": "27,5", "staff": "12"}),
        ("доля ИТ\t27,5\nштат\t12\n", {"it_income_share": "27,5", "staff": "12"}),
        ("штат;12\nвыручка;\n", {"staff": "12"}),
        ("name;штат;доля ИТ;\nРоза;5;27,5;\n", {"name": "Роза", "staff": "5", "it_income_share": "27,5"}),
        ("name;штат;доля ИТ\nРоза;5\n", {"name": "Роза", "staff": "5"}),
        ("staff\n12\n", {"staff": "12"}),
        ('регион;"Ту""ла"\n', {"region": 'Ту"ла'}),
    ],
)  # fmt: skip
def test_tables_as_excel_and_people_leave_them(text, facts_):
    assert contents(text, "a.csv") == [facts_]


def test_companies_may_be_named_like_a_heading():
    assert contents("org_form,region\nкомпания,Москва\nвуз,Тула\n", "a.csv") == [
        {"org_form": "компания", "region": "Москва"}, {"org_form": "вуз", "region": "Тула"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "en", "ru"),
    [
        ("штат;12\nдоля ИТ\n", "row 2 has one cell, 'доля ИТ'", "строке 2 одна ячейка"),
        ("штат;12\n\nзаметка\nрегион;Тула\n", "row 3 has one cell", "строке 3 одна"),
        ("Моя компания\nштат;12\nдоля ИТ;27\n", "row 1 has one cell", "строке 1 одна"),
        ("штат,12\nдоля ИТ,27,5\nрегион,Тула\n", "row 2 has more than a fact", "строке 2 больше двух"),
        ("name;доля ИТ\nА;50\n\nБ;много\n", "row 4: it_income_share", "строка 4: it_income_share"),
        ("name;доля ИТ;цвет\nА;50;алый\n", "row 2: There is no fact 'цвет'", "строка 2: Сведения «цвет» нет"),
        ("name;доля ИТ;\nА;50;7\n", "row 2 has more cells", "строке 2 ячеек больше"),
        ("name;штат\n", "row 1 is a heading", "строка 1 — заголовок"),
        ("штат;12;чел.\n", "row 1 has more than", "строке 1 больше"),
        ("sep=;\nname;штат\nА;много\n", "row 3: staff", "строка 3: staff"),
        ("штат;" + "1" * 200_000 + "\n", "not a table", "не таблица"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_told(text, en, ru):
    error = refused(text, "a.csv")
    assert en in error.en and ru in error.ru


def test_one_company_is_asked_for(tmp_path):
    path = tmp_path / "companies.csv"
    path.write_text("staff;region\n12;Москва\n15;Тула\n", encoding="utf-8")
    assert len(read_profiles(path)) == 2
    with pytest.raises(InputError, match="holds 2 companies"):
        read_profile(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(InputError) as error:
            read_profile(path)
        assert str(path) in error.value.ru and "YAML" in error.value.en
