"""What defines the notion asked for, or states the sum, comes before what only speaks of it."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.answer.arrange import in_reading_order
from assistant.answer.compose import Span, Statement
from assistant.answer.extractive import select
from assistant.answer.kind_asked import DEFINES, by_kind_asked
from assistant.answer.wanted import Wanted
from assistant.library.drafts import ActDraft
from assistant.library.view import Filters, LibraryView
from assistant.query import read_question
from assistant.settings import AnswerSettings
from tests.assistant.answer.conftest import ranked
from tests.builders import edition_draft, provision

LAW, RULE, GUIDE = "ru-fz-7-2022", "eu-reg-7-2022", "eu-guidelines-roses-2023"
TERMS = (
    "1. Лейка хранится в сарае у садовника.\n"
    "2. Понятия:\n"
    "1) садовая лейка - лейка для сада;\n"
    "2) лейка - сосуд для полива;\n"
    "3. За утрату лейки взимается штраф.\n"
    "4. Штраф за утрату лейки составляет 5 000 рублей.\n"
)
RULES = (
    "(1) Gardeners should be told where the watering can is.\n"
    "Article 1\n‘watering can’ means a vessel for water.\n"
    "Article 2\nWhere the watering can is broken, gardeners shall report it.\n"
)
GUIDES = "(1) A watering can in the sense of the Regulation may be of tin.\n"


def laws():
    text = TERMS
    return edition_draft(LAW, "2022-01-01", text=text, path="terms.txt", title="О лейках", provisions=[
        provision(text, "ch1", "1. Лейка", "садовника.", label="ч. 1"),
        provision(text, "ch2", "2. Понятия:", "полива;", label="ч. 2", own_end=text.index("Понятия:") + 8),
        provision(text, "ch2/p1", "1) садовая", "сада;", parent="ch2", label="п. 1 ч. 2"),
        provision(text, "ch2/p2", "2) лейка", "полива;", parent="ch2", label="п. 2 ч. 2"),
        provision(text, "ch3", "3. За утрату", "штраф.", label="ч. 3"),
        provision(text, "ch4", "4. Штраф", "рублей.", label="ч. 4"),
    ])  # fmt: skip


def rules(act, text, *places):
    draft = edition_draft(act, "2022-01-01", text=text, path=f"{act}.txt", title="Rules", provisions=[
        provision(text, pid, first, last, label=label, lang="en") for pid, first, last, label in places
    ])  # fmt: skip
    draft.lang = "en"
    return draft


@pytest.fixture
def terms(library):
    acts = [
        ActDraft(id=GUIDE, kind="guidelines", title_ru="Руководство о лейках", title_en="Guidelines on cans",
                 date="2023-01-01", jurisdiction="eu", status="in_force", in_catalogue=True),
    ]  # fmt: skip
    library.put_catalogue(acts, [], "cans")
    library.put_edition(laws())
    library.put_edition(rules(
        RULE, RULES,
        ("rec1", "(1) Gardeners", "can is.", "Recital 1"),
        ("art1", "Article 1", "for water.", "Article 1"),
        ("art2", "Article 2", "report it.", "Article 2"),
    ))  # fmt: skip
    library.put_edition(rules(GUIDE, GUIDES, ("par1", "(1) A watering", "tin.", "paragraph 1")))
    return LibraryView(library)


def ordered(view, reading, question, *places):
    entries = ranked(view, *places)
    return [entry.provision for entry in by_kind_asked(entries, reading(question), view)]


@pytest.mark.parametrize(
    "question",
    [
        "Что такое лейка?",
        "Что понимается под лейкой?",
        "Что значит «лейка» по закону?",
        "Дайте определение лейки",
    ],
)
def test_the_provision_that_defines_the_term_comes_first(terms, reading, question):
    """Of the list it stands in nothing else is told."""
    found = ordered(
        terms, reading, question, (LAW, "ch1"), (LAW, "ch2"), (LAW, "ch2/p1"), (LAW, "ch2/p2"), (LAW, "ch3")
    )
    assert found == ["ch2/p2", "ch1", "ch3"]


@pytest.mark.parametrize(
    "question",
    ["What is a watering can?", "What does “watering can” mean?", "How is a watering can defined?"],
)
def test_a_condition_with_a_verb_defines_nothing(terms, reading, question):
    found = ordered(terms, reading, question, (RULE, "art2"), (RULE, "rec1"), (RULE, "art1"))
    assert found == ["art1", "art2", "rec1"]


@pytest.mark.parametrize(
    "question",
    ["Где хранится лейка?", "What are the duties?", "Что садовник делает с лейкой?", "Что такое?", "Лейка"],
)
def test_other_questions_keep_the_order_of_rank(terms, reading, question):
    places = [(LAW, "ch1"), (LAW, "ch2/p1"), (LAW, "ch2/p2"), (LAW, "ch4")]
    entries = ranked(terms, *places)
    assert by_kind_asked(entries, reading(question), terms) == entries


def test_what_the_question_names_keeps_its_score(terms, reading):
    named = replace(ranked(terms, (LAW, "ch2/p2"))[0], direct=True)
    assert by_kind_asked([named], reading("Что такое лейка?"), terms) == [named]


def test_of_what_speaks_of_a_fine_the_one_with_the_sum_comes_first(terms, reading):
    found = ordered(terms, reading, "Какой штраф за утрату лейки?", (LAW, "ch3"), (LAW, "ch4"))
    assert found == ["ch4", "ch3"]


def test_a_definition_far_below_is_still_quoted(terms, reading):
    """It is further from the best than what joins an answer, but no further than a definition is raised."""
    entries = ranked(terms, (LAW, "ch1"), (LAW, "ch2/p2"))
    entries[1] = replace(entries[1], score=entries[0].score - DEFINES + 0.1)
    asked = reading("Что такое лейка?")
    found = select(entries, Wanted(asked, {}, terms, None), terms, AnswerSettings())
    assert any("сосуд для полива" in statement.text for statement in found)


def test_articles_stand_before_recitals_and_acts_before_guidelines_on_them(terms):
    keys = {terms.editions[key].act_id: key for key in terms.editions}
    groups = [
        [Statement(pid, [Span(keys[act], pid, terms.edition(keys[act]).provisions[pid].start, 1)])]
        for act, pid in ((GUIDE, "par1"), (RULE, "rec1"), (RULE, "art2"))
    ]
    assert [each.text for each in in_reading_order(groups, terms)] == ["art2", "rec1", "par1"]


def test_a_recital_that_answers_a_question_of_duty_brings_the_article_that_binds(terms, reading):
    entries = ranked(terms, (RULE, "rec1"), (RULE, "art2"))
    entries[1] = replace(entries[1], score=entries[0].score - 1.0)

    def quoted(question):
        asked = reading(question)
        found = select(entries, Wanted(asked, {}, terms, None), terms, AnswerSettings())
        return [statement.spans[-1].provision for statement in found]

    assert quoted("Do gardeners have to report a broken watering can?") == ["art2", "rec1"]
    assert quoted("Where is the watering can?") == ["rec1"]


def test_each_act_that_a_question_names_beside_another_is_told_of(terms, reading):
    asked = replace(reading("Что в законе и в регламенте о лейках?"), acts=(LAW, RULE))
    entries = ranked(terms, (LAW, "ch1"), (LAW, "ch3"), (RULE, "art2"))
    entries[2] = replace(entries[2], score=entries[0].score - 3.0)

    def acts(asked):
        found = select(entries, Wanted(asked, {}, terms, None), terms, AnswerSettings())
        return {terms.editions[statement.spans[-1].edition].act_id for statement in found}

    assert acts(asked) == {LAW, RULE}
    assert acts(replace(asked, acts=(LAW,))) == {LAW}


CARE = (
    "Статья 5. Уход за садовой лейкой\n1. Лейку моют.\n2. Лейку сушат.\nСтатья 6. Лейка\n1. Лейку красят.\n"
)


@pytest.fixture
def care(library):
    heads = {"st5": "Статья 5. Уход за садовой лейкой", "st6": "Статья 6. Лейка"}
    nodes = [
        provision(CARE, pid, head, last, kind="article", label=head[:8], heading=head[10:],
                  heading_end=CARE.index(head) + len(head), own_end=CARE.index(head) + len(head))
        for (pid, head), last in zip(heads.items(), ("сушат.", "красят."), strict=True)
    ]  # fmt: skip
    for pid, first, last in (("st5/ch1", "1. Лейку м", "моют."), ("st5/ch2", "2. Лейку", "сушат."),
                             ("st6/ch1", "1. Лейку к", "красят.")):  # fmt: skip
        nodes.append(provision(CARE, pid, first, last, parent=pid[:3], label=f"ч. {pid[-1]} ст. {pid[2]}"))
    library.put_edition(
        edition_draft(
            "ru-fz-8-2022", "2022-01-01", text=CARE, path="care.txt", title="О ней", provisions=nodes
        )
    )
    return LibraryView(library)


def quoted(view, question, *places):
    asked = read_question(question, view, Filters(as_of=date(2026, 6, 1)))
    entries = ranked(view, *(("ru-fz-8-2022", pid) for pid in places))
    found = select(entries, Wanted(asked, {}, view, None), view, AnswerSettings())
    return [statement.spans[-1].provision for statement in found]


def test_an_article_is_told_whole_where_its_heading_is_the_question(care):
    assert quoted(care, "Какой уход за садовой лейкой?", "st5/ch2", "st6/ch1") == ["st5/ch1", "st5/ch2"]


def test_what_stands_under_a_heading_with_all_words_of_the_question_comes_before_what_does_not(care):
    asked = read_question("Уход за лейкой", care, Filters(as_of=date(2026, 6, 1)))
    entries = ranked(care, ("ru-fz-8-2022", "st6/ch1"), ("ru-fz-8-2022", "st5/ch2"))
    assert [entry.provision for entry in by_kind_asked(entries, asked, care)] == ["st5/ch2", "st6/ch1"]


def test_a_heading_of_one_word_heads_too_much_to_be_an_answer(care):
    assert quoted(care, "Лейка?", "st6/ch1", "st5/ch1")[0] != "st6"
    entries = ranked(care, ("ru-fz-8-2022", "st6/ch1"))
    asked = read_question("Лейка?", care, Filters(as_of=date(2026, 6, 1)))
    assert by_kind_asked(entries, asked, care) == entries
