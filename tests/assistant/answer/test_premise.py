"""What a question assumes and the text contradicts is told; what it asks, or rightly assumes, is not."""

import pytest

from assistant.answer.compose import Span
from assistant.answer.premise import Correction, corrections, told
from assistant.library.view import LibraryView
from tests.assistant.answer.conftest import LAW, ORDER, RULE, ranked
from tests.builders import edition_draft, provision

TERMS = "ru-fz-9-2021"
TEXT = (
    "Статья 1. Сроки\n"
    "1. Садовник сообщает о засухе в течение двадцати четырех часов.\n"
    "2. Садовник до начала полива обязан уведомить комиссию по садам.\n"
    "3. Доля политых роз должна вырасти не менее чем до 80 процентов.\n"
    "4. С 1 января 2025 г. садовникам запрещается использовать ржавые лейки.\n"
    "5. Молчание садовника не может считаться согласием на полив.\n"
    "Статья 2. Виды ржавых леек\n"
    "1. Лейки бывают трех видов.\n"
)


@pytest.fixture
def view(library):
    nodes = [
        provision(TEXT, "st1", "Статья 1", "на полив.", kind="article", heading="Статья 1. Сроки", own_end=15),
        *(
            provision(TEXT, f"st1/ch{number}", f"{number}. {word}", ".\n", parent="st1")
            for number, word in ((1, "Садовник"), (2, "Садовник"), (3, "Доля"), (5, "Молчание"))
        ),
        provision(TEXT, "st1/ch4", "4. С", "лейки.", parent="st1"),
        provision(TEXT, "st2", "Статья 2", None, kind="article", heading="Статья 2. Виды ржавых леек",
                  own_end=TEXT.index("Статья 2") + 26),
        provision(TEXT, "st2/ch1", "1. Лейки", "видов.", parent="st2"),
    ]  # fmt: skip
    draft = edition_draft(
        TERMS, "2021-01-01", text=TEXT, provisions=nodes, path="terms.txt", title="О сроках"
    )
    library.put_edition(draft)
    return LibraryView(library)


@pytest.fixture
def correct(view, reading):
    def corrected(question, *places, direct=False):
        found = ranked(view, *places, direct=direct)
        return [(each.assumed, each.stated) for each in corrections(reading(question), found, view)]

    return corrected


HOURS, NOTICE, SHARE, RUST, SILENCE = ((TERMS, f"st1/ch{number}") for number in range(1, 6))


@pytest.mark.parametrize(
    ("question", "place", "expected"),
    [
        ("Почему садовник сообщает о засухе за 72 часа?", HOURS, ("72 часа", "в течение двадцати четырех часов")),
        ("Доля политых роз вырастет до 60 %. Как её считать?", SHARE, ("60 %", "не менее чем до 80 процентов")),
        ("Чем заменить ржавые лейки, запрещённые садовникам с 1 января 2024 года?", RUST,
         ("1 января 2024 года", "1 января 2025 г.")),
        ("Правда ли, что молчание садовника считается согласием на полив?", SILENCE,
         ("считается согласием", "не может считаться согласием")),
        ("Садовник уведомляет комиссию по садам уже после начала полива. Что писать?", NOTICE,
         ("после начала", "до начала")),
        ("Why is the gardener who lets roses dry fined up to EUR 700 000?", (RULE, "art1/1"),
         ("EUR 700 000", "up to EUR 500 000")),
    ],
)  # fmt: skip
def test_what_the_text_contradicts_is_told_in_its_words(correct, question, place, expected):
    [(assumed, stated)] = correct(question, place)
    assert assumed in expected[0] or expected[0] in assumed
    assert stated in expected[1] or expected[1] in stated


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("Почему садовник сообщает о засухе за 24 часа?", HOURS),
        ("Почему садовник сообщает о засухе за сутки, то есть за 1 день?", HOURS),
        ("За сколько часов садовник сообщает о засухе?", HOURS),
        ("У нас засуха 72 часа: когда садовник сообщает о засухе?", HOURS),
        ("Почему садовник сообщает о засухе за 24 часа, а не 72 часа?", HOURS),
        ("Считается ли молчание садовника согласием на полив?", SILENCE),
        ("Садовник уведомляет комиссию по садам до начала полива. Что писать?", NOTICE),
        ("Почему билет на поезд до Владивостока действует 72 часа?", HOURS),
    ],
)
def test_what_is_asked_or_rightly_assumed_or_of_the_asker_s_own_case_is_left_alone(correct, question, place):
    assert correct(question, place) == []


def test_a_figure_that_another_provision_as_close_states_is_left_alone(correct):
    question = "Почему садовник поливает розы за 30 дней?"
    assert correct(question, (ORDER, "st1/ch1"), (RULE, "art1/2"), HOURS) == []


def test_the_article_whose_words_the_question_has_is_named(view, reading):
    question = "Какие виды ржавых леек названы в статье 1 закона 9-ФЗ?"
    found = ranked(view, (TERMS, "st1"), (TERMS, "st2/ch1"))
    found[0].direct = True
    [correction] = corrections(reading(question), found, view)
    assert correction.assumed == "статье 1"
    assert correction.stated == "Статья 2. Виды ржавых леек"


def test_the_words_stated_stand_at_the_span(view, reading):
    [correction] = corrections(
        reading("Почему садовник сообщает о засухе за 72 часа?"), ranked(view, HOURS), view
    )
    span = correction.span
    assert view.edition(span.edition).text[span.start : span.end] == correction.stated


def test_nothing_found_contradicts_nothing(view, reading):
    assert corrections(reading("Почему садовник поливает за 72 часа?"), [], view) == []
    assert LAW in view.acts


def test_a_correction_is_told_in_the_language_of_the_answer():
    correction = Correction("6 %", "up to\n7 %", Span(1, "art1", 0, 9))
    assert told(correction, "en") == "The question says “6 %”; the text says “up to 7 %”."
    assert told(correction, "ru") == "В вопросе сказано «6 %», в тексте — «up to 7 %»."
