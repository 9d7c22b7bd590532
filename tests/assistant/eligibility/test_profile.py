"""A company's facts under any of their names, and what a profile writes of them."""

import json
from datetime import date, datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.dates import as_of_date
from assistant.eligibility.facts import facts
from assistant.eligibility.profile import Profile, named, profiles_of
from assistant.errors import InputError

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


@pytest.mark.parametrize("name", ["as_of", "name"])
@pytest.mark.parametrize("written", [["2026"], {"day": 1}, True])
def test_what_is_said_about_a_profile_is_text(name, written):
    with pytest.raises(InputError, match=f"{name}: text is needed"):
        Profile.of({name: written})


@pytest.mark.parametrize("written", ["вчера", "31.02.2026", "2026-13-01"])
def test_a_day_that_is_none_is_refused_by_whoever_asks_about_it(written):
    with pytest.raises(InputError, match="is not a date"):
        as_of_date(Profile.of({"as_of": written}).as_of)


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
