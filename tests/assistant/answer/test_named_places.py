"""Places that questions name, and words that only look like one."""

import pytest

from assistant.answer.named_places import places_in, regions


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Какие задачи у комиссии по ИИ Республики Татарстан?", {"ru-tatarstan"}),
        ("губернатор Калининградской области", {"ru-kaliningrad"}),
        ("льготы подмосковным компаниям", {"ru-moscow"}),
        ("белорусский айтишник в Парке высоких технологий", {"by"}),
        ("штрафы за социальный скоринг в Китае", {"cn"}),
        ("rules for a Kazakh company selling in Germany", {"kz", "de"}),
        ("Республика Коми", {"ru-komi"}),
    ],
)
def test_a_place_is_found_in_any_case_and_as_an_adjective(text, found):
    assert places_in(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "индивидуальный предприниматель и персональные данные",
        "комиссия по развитию ИИ, о ком идёт речь",
        "коренной перелом, корень проблемы",
        "преступление: crime, criminal liability",
        "груз и грузить, данные и дано",
        "an indication of prices, in the code",
    ],
)
def test_words_that_begin_like_a_place_are_none(text):
    assert places_in(text) == set()


def test_regions_of_russia_are_told_from_countries():
    assert regions({"ru-tomsk", "kz", "brics"}) == {"ru-tomsk"}
