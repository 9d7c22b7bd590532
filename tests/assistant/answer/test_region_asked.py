"""What a question asks of one region is not answered by what stands of another."""

from __future__ import annotations

import pytest

from assistant.answer.region_asked import of_region_asked, without_other_regions
from assistant.library.view import LibraryView
from assistant.ranked import Ranked
from tests.assistant.answer.conftest import facts

TOLD = {
    "ru-kaliningrad-garden": "В Калининградской области сады ведёт комиссия.",
    "ru-tula-garden": "В Тульской области садов нет.",
    "ru-gardens": "Сады любого региона открыты.",
}


@pytest.fixture
def of_regions(library):
    """The view with three digests: two of regions, one of none."""
    for act, words in TOLD.items():
        library.put_edition(facts(act, (1, words, "As said.", [], "press")))
    return LibraryView(library)


def entries(view, *, direct=()):
    keys = {row.act_id: row.id for row in view.editions.values()}
    return [Ranked(keys[act], "digest/1/ru", 1.0, 0.5, 0.0, "ru", direct=act in direct) for act in TOLD]


def left(question, view, **given):
    ranked = without_other_regions(question, entries(view, **given), view)
    return [view.editions[entry.edition].act_id for entry in ranked]


def test_of_two_regions_the_one_asked_about_stays_and_what_is_of_none(of_regions):
    assert left("Кто ведёт сады в Калининградской области?", of_regions) == [
        "ru-kaliningrad-garden",
        "ru-gardens",
    ]
    assert left("Who keeps gardens in the Tula region?", of_regions) == ["ru-tula-garden", "ru-gardens"]


def test_both_stay_where_both_are_asked_about(of_regions):
    assert left("Сады Калининградской и Тульской областей?", of_regions) == [*TOLD]


def test_all_stay_where_no_region_is_asked_about(of_regions):
    assert left("Кто ведёт сады?", of_regions) == [*TOLD]


def test_of_a_region_of_which_nothing_is_held_what_is_of_none_is_left(of_regions):
    question = "Кто ведёт сады в Татарстане?"
    assert left(question, of_regions) == ["ru-gardens"]
    evidence = of_region_asked(question, entries(of_regions), of_regions)
    assert len(evidence) == len(TOLD)  # that others come nearest speaks against an answer


def test_what_speaks_for_an_answer_is_of_the_region_where_something_is(of_regions):
    found = of_region_asked("Кто ведёт сады в Тульской области?", entries(of_regions), of_regions)
    assert [of_regions.editions[entry.edition].act_id for entry in found] == ["ru-tula-garden", "ru-gardens"]


def test_what_the_question_names_itself_stays(of_regions):
    found = left(
        "Что в акте о тульских садах сказано о Калининградской области?",
        of_regions,
        direct={"ru-tula-garden"},
    )
    assert "ru-tula-garden" in found
