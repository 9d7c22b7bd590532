from assistant.answer.compose import Span, cite
from assistant.answer.conflicts import conflicts
from tests.assistant.answer.conftest import LAW, ORDER, RULE, key


def cited(view, reading, *places):
    found = []
    for number, (act, pid, *edition) in enumerate(places, 1):
        at = view.edition(key(view, act, *edition))
        node = at.provisions[pid]
        found.append(
            cite(
                Span(at.row.id, pid, node.start, node.end), number, view, reading.filters.as_of, reading.lang
            )
        )
    return found


def test_two_editions_that_differ_are_told_apart_by_what_differs(view, reading):
    asked = reading("Сколько воды подают?")
    both = cited(view, asked, (LAW, "st1/ch2/p2", "2020-01-01"), (LAW, "st1/ch2/p2", "2024-03-01"))
    assert conflicts(both, view, asked) == [
        "П. 2 ч. 2 ст. 1 Федерального закона № 1-ФЗ: слова редакций от 01.01.2020 и от 01.03.2024 различаются —"
        " было «300», стало «200»."
    ]


def test_two_editions_in_the_same_words_are_no_conflict(view, reading):
    asked = reading("Когда поливать?")
    both = cited(view, asked, (LAW, "st1/ch1", "2020-01-01"), (LAW, "st1/ch1", "2024-03-01"))
    assert conflicts(both, view, asked) == []


def test_a_newer_digest_with_another_number_is_told(view, reading):
    asked = reading("When is the fine paid?")
    (said,) = conflicts(cited(view, asked, (RULE, "art1/2")), view, asked)
    assert said.startswith(
        "Article 1(2) of Regulation (EU) 2021/5: our summary (as of January 2026) disagrees"
    )
    assert "60 days" in said


def test_a_digest_that_says_the_same_is_none(view, reading):
    asked = reading("What is the fine?")
    assert conflicts(cited(view, asked, (RULE, "art1/1")), view, asked) == []


def test_an_answer_of_which_nothing_is_current_says_so(view, reading):
    asked = reading("Сколько воды подают?")
    (said,) = conflicts(cited(view, asked, (LAW, "st1/ch1", "2020-01-01")), view, asked)
    assert said == (
        "Ни один из приведённых текстов не подтверждён как действующий на 01.06.2026:"
        " редакция заменена более поздней."
    )


def put_law(library, number, times, subject="садовник обязан поливать розы в теплице утром"):
    from tests.builders import edition_draft, provision

    text = f"Статья 1. Полив\n1. Каждый {subject} не реже {times} дней подряд."
    nodes = [
        provision(text, "st1", "Статья 1", None, kind="article", label="ст. 1", heading="Статья 1. Полив",
                  heading_end=15, own_end=15),
        provision(text, "st1/ch1", "1. Каждый", None, parent="st1", label="ч. 1 ст. 1"),
    ]  # fmt: skip
    act = f"ru-fz-{number}-2021"
    library.put_edition(edition_draft(act, "2021-01-01", text=text, provisions=nodes, path=f"{act}.txt"))
    return act


def test_two_laws_that_count_the_same_thing_differently_are_both_named(library, reading):
    from assistant.library.view import LibraryView

    one, other, same = put_law(library, 31, 5), put_law(library, 32, 7), put_law(library, 33, 5)
    view, asked = LibraryView(library), reading("Сколько дней поливать?")
    told = conflicts(cited(view, asked, (one, "st1/ch1"), (other, "st1/ch1")), view, asked)
    assert any("называют разные величины: «5 дней» и «7 дней»" in said for said in told)
    told = conflicts(cited(view, asked, (one, "st1/ch1"), (same, "st1/ch1")), view, asked)
    assert not any("разные величины" in said for said in told)


def test_laws_on_different_things_do_not_disagree(library, reading):
    from assistant.library.view import LibraryView

    one = put_law(library, 31, 5)
    other = put_law(library, 32, 7, "комиссия проверяет журнал надзора за лейками и шлангами")
    view, asked = LibraryView(library), reading("Сколько дней поливать?")
    told = conflicts(cited(view, asked, (one, "st1/ch1"), (other, "st1/ch1")), view, asked)
    assert not any("разные величины" in said for said in told)


def test_items_of_one_list_are_different_cases(view, reading):
    asked = reading("Что включает полив?")
    told = conflicts(
        cited(view, asked, (LAW, "st1/ch2/p1"), (LAW, "st1/ch2/p2"), (ORDER, "st1/ch1")), view, asked
    )
    assert told == []
