"""Files with a company's facts: YAML, JSON and tables, as people and their programs write them."""

import json
from datetime import date, datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.eligibility.facts import facts
from assistant.eligibility.profile import MOST_BYTES, Profile, named, profiles_of, read_profile, read_profiles
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


# ── names ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("each", list(facts().values()), ids=lambda each: each.id)
def test_a_fact_goes_by_its_id_its_words_and_its_headings(each):
    for name in (
        each.id,
        each.id.upper(),
        each.id.replace("_", " "),
        each.ru,
        each.en,
        each.ru.upper(),
        *each.columns,
    ):
        assert named(name) is each, name
    assert named(f"  {each.ru}\u00a0") is each


def test_no_two_facts_go_by_one_name():
    seen = {}
    for each in facts().values():
        for name in {" ".join(n.lower().replace("_", " ").replace("ё", "е").split())
                     for n in (each.id, each.ru, each.en, *each.columns)}:  # fmt: skip
            assert seen.setdefault(name, each.id) == each.id, name


def test_an_unknown_name_is_told_with_the_nearest_ones():
    with pytest.raises(InputError) as error:
        Profile.of({"it_income_shar": 5})
    assert "Did you mean: it_income_share" in error.value.en
    assert "Возможно, это it_income_share" in error.value.ru
    with pytest.raises(InputError, match="--facts"):
        Profile.of({"цвет волос директора": 5})


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


# ── profiles ──────────────────────────────────────────────────────────────────────────────────────


def test_a_fact_can_be_changed_or_taken_back():
    profile = Profile.of({"staff": 5, "accredited": "да", "name": "Роза", "as_of": date(2026, 11, 29)})
    changed = profile.with_(staff="7", accredited=None, it_income_share="30 %")
    assert changed.content() == {
        "as_of": "2026-11-29",
        "name": "Роза",
        "staff": "7",
        "it_income_share": "30 %",
    }
    assert profile.content()["staff"] == "5"


@pytest.mark.parametrize("name", ["Доля ИТ", "IT_INCOME_SHARE", "Share of IT income (the ministry's list)"])
def test_a_fact_is_changed_by_any_of_its_names(name):
    changed = Profile.of({"it_income_share": 30}).with_(**{name: 5})
    assert changed == Profile.of({"it_income_share": 5})
    assert changed.with_(**{name: None}) == Profile()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("it_income_share", {"min": 60, "max": 70}), ("it_income_share", {"min": 60}), ("staff", {"max": "1 000"}),
        ("revenue", {"min": "1,5 млн", "max": "RUB 2,000,000"}), ("staff", {"min": 5, "max": 5}), ("revenue", 1e17),
        ("revenue", 0.00001), ("registered_on", datetime(2024, 2, 28, 12)), ("registered_on", date(2024, 2, 28)),
        ("registered_on", 2024), ("accredited", True), ("accredited", 0), ("main_okved", 62), ("revenue", "RUB 1,000"),
        ("registered_on", "2024-01/2025"), ("org_form", "вуз или НИИ"),
    ],
)  # fmt: skip
def test_what_a_profile_writes_of_any_answer_it_reads(name, said):
    held = Profile.of({name: said})
    assert held.values and Profile.of(held.content()) == held
    assert Profile.of(json.loads(json.dumps(held.content()))) == held


def test_bounds_that_are_not_given_are_no_answer():
    assert Profile.of({"staff": {"min": None, "max": None}}) == Profile()


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("29.11.2026", "2026-11-29"), ("1.6.2026", "2026-06-01"), ("2026-11-29", "2026-11-29"), ("11.2026", "2026-11"),
        ("2026", "2026"), (2026, "2026"), (date(2026, 11, 29), "2026-11-29"), (datetime(2026, 11, 29, 8), "2026-11-29"),
        ("2026-11-29 08:00:00", "2026-11-29"), ("", None), (None, None),
    ],
)  # fmt: skip
def test_the_day_of_a_profile_is_written_as_its_dates_are(written, iso):
    assert Profile.of({"as_of": written}).as_of == Profile.of({"На дату": written}).as_of == iso


@pytest.mark.parametrize("written", ["вчера", "31.02.2026", "2026-13-01", ["2026"], {"day": 1}, True, 1.5])
def test_a_day_that_is_none_is_refused(written):
    with pytest.raises(InputError, match="as_of"):
        Profile.of({"as_of": written})


_ANSWERS = {
    "bool": st.sampled_from(["да", "нет", "yes", "no"]), "percent": st.integers(0, 100).map(str),
    "money": st.integers(0, 10**12).map(str), "number": st.integers(0, 10**6).map(str),
    "date": st.dates().map(date.isoformat), "okved": st.sampled_from(["62.10", "01.11", "62"]),
    "region": st.sampled_from(["Москва", "Тульская область"]),
}  # fmt: skip


@st.composite
def answers(draw):
    chosen = draw(
        st.lists(st.sampled_from(list(facts().values())), unique_by=lambda each: each.id, max_size=12)
    )
    return {
        each.id: draw(
            _ANSWERS[each.type] if each.type in _ANSWERS else st.sampled_from([o.id for o in each.options])
        )
        for each in chosen
    }


@given(answers())
def test_a_profile_is_the_same_through_every_kind_of_file(said):
    held = Profile.of(said)
    assert Profile.of(held.content()) == held
    files = {
        "a.json": json.dumps(said, ensure_ascii=False),
        "a.yaml": yaml.safe_dump(said, allow_unicode=True),
        "a.tsv": "Факт\tЗначение\n" + "\n".join(f"{name}\t{value}" for name, value in said.items()),
    }
    for name, text in files.items():
        if said or name != "a.tsv":
            (found,) = profiles_of(text.encode(), name)
            assert found.values == held.values, name
