"""Files with a company's facts: YAML, JSON and tables, as people and their programs write them."""

import json
from datetime import date

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
