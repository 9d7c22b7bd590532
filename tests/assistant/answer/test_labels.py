import pytest

from assistant.answer.labels import place


@pytest.mark.parametrize(
    ("label", "ru"),
    [
        ("подп. «в» п. 27 Стратегии", "подп. «в» п. 27"),
        ("ч. 1 ст. 10.2-2", "ч. 1 ст. 10.2-2"),
        ("преамбула", "преамбуле"),
        ("ИАФ.1 прил. к Требованиям", "мере ИАФ.1 прил. к Требованиям"),
        ("Article 99(3)", "ст. 99(3)"),
        ("Article 3, point (1)", "п. 1 ст. 3"),
        ("Article 43(1), second subparagraph, point (a)", "п. (a) абз. 2 ст. 43(1)"),
        ("Recital 31", "п. 31 преамбулы"),
        ("Sec. 4.2(a)(i)", "разд. 4.2(a)(i)"),
        ("Annex XIII, point (a)", "п. (a) прил. XIII"),
        ("para. 430", "п. 430"),
    ],
)
def test_a_place_is_named_in_russian(label, ru):
    assert place(label, "ru").words == ru


@pytest.mark.parametrize(
    ("label", "en"),
    [
        ("подп. «в» п. 27 Стратегии", "point 27(в)"),
        ("п. 3 ч. 1 ст. 10.2-2", "Article 10.2-2, part 1, point 3"),
        ("ИАФ.1 прил. к Требованиям", "measure ИАФ.1 of the annex"),
        ("преамбула", "the preamble"),
        ("Article 99(3)", "Article 99(3)"),
        ("Sec. 4.2(a)(i)", "section 4.2(a)(i)"),
        ("Recital 31", "recital 31"),
    ],
)
def test_a_place_is_named_in_english(label, en):
    assert place(label, "en").words == en


def test_the_noun_of_an_attachment_is_set_apart():
    assert (place("п. 27 Стратегии", "ru").noun, place("п. 27 Стратегии", "en").of) == (
        "Стратегии",
        "of the Strategy",
    )


def test_a_label_in_no_known_form_stays_as_it_is():
    found = place("Executive Summary, para. 1", "ru")
    assert (found.words, found.known) == ("Executive Summary, para. 1", False)
