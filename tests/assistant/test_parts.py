"""A question is cut where a second question begins, and each part gets its best provisions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.parts import MIN_CHARS, split_question, spread, token_groups
from assistant.ranked import Ranked
from tests.builders import StemEmbedder


def parts(question):
    return [question[start:end].strip() for start, end in split_question(question)]


def ranked(*scores_of_parts):
    """Provisions in order of the whole question, with their scores against each part."""
    return [
        Ranked(1, f"st{number}", -float(number), 0.5, 0.0, "ru", parts=tuple(scores))
        for number, scores in enumerate(scores_of_parts)
    ]


def ids(entries):
    return [entry.provision for entry in entries]


# ── cutting ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Кто утверждает план и в какой срок?", ["Кто утверждает план и", "в какой срок?"]),
        ("Кто утверждает план, и в какой срок?", ["Кто утверждает план, и", "в какой срок?"]),
        (
            "Кто ведёт реестр, кому он доступен и сколько хранятся записи?",
            ["Кто ведёт реестр,", "кому он доступен и", "сколько хранятся записи?"],
        ),
        (
            "Что такое высокий риск? Кто отвечает за вред?",
            ["Что такое высокий риск?", "Кто отвечает за вред?"],
        ),
        (
            "Нужно ли согласие для обработки, а также за какой срок его отзывают?",
            ["Нужно ли согласие для обработки, а также", "за какой срок его отзывают?"],
        ),
        (
            "Мы разрабатываем чат-бота. Какие обязанности у нас есть",
            ["Мы разрабатываем чат-бота.", "Какие обязанности у нас есть"],
        ),
        (
            "Who approves the plan and by when must it be published?",
            ["Who approves the plan and", "by when must it be published?"],
        ),
        (
            "What is a deployer? What must it do, and when does it apply?",
            ["What is a deployer?", "What must it do, and", "when does it apply?"],
        ),
        (
            "WHO MAY FILE A COMPLAINT AND WHERE IS IT FILED?",
            ["WHO MAY FILE A COMPLAINT AND", "WHERE IS IT FILED?"],
        ),
        (
            "Is scoring of citizens allowed; or must I ask the commission?",
            ["Is scoring of citizens allowed; or", "must I ask the commission?"],
        ),
    ],
)
def test_a_question_is_cut_where_another_begins(question, expected):
    assert parts(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Какие системы запрещены?",
        "Какова цель закона и задачи комиссии?",  # an «и» that no question word follows
        "Какие требования к данным, моделям и журналам есть в статье 10?",
        "Как и когда это применяется?",  # the first piece is too short to ask anything
        "Кто отвечает за вред и как?",  # so is the last
        "Розы",
        "What must providers of high-risk systems do before placing them on the market?",
        "Which obligations and deadlines apply to providers, importers and distributors?",
        "Does Article 5(1)(f) ban emotion recognition at work and in schools?",
    ],
)
def test_a_question_without_parts_is_one(question):
    assert split_question(question) == [(0, len(question))]


@pytest.mark.parametrize(
    "word", ["что", "как", "когда", "где", "нужно", "можно", "обязан", "who", "which", "when", "where"]
)
def test_a_word_that_also_opens_a_clause_opens_a_part_only_after_a_conjunction_or_a_sentence(word):
    before, after = (
        ("Board keeps roses", "garden is open") if word.isascii() else ("Суд решит спор", "сад цветёт")
    )
    conjunction = "and" if word.isascii() else "и"
    for joined in (f"{before}, {word} {after}?", f"{before} — {word} {after}?", f"{before} {word} {after}?"):
        assert parts(joined) == [joined]
    assert parts(f"{before} {conjunction} {word} {after}?") == [f"{before} {conjunction}", f"{word} {after}?"]
    assert parts(f"{before}, {conjunction} {word} {after}?") == [
        f"{before}, {conjunction}",
        f"{word} {after}?",
    ]
    for end in "?!;":
        assert parts(f"{before}{end} {word} {after}?") == [f"{before}{end}", f"{word} {after}?"]
    assert parts(f"{before}. {word} {after}?")[1:] == [f"{word} {after}?"]


@pytest.mark.parametrize("word", ["кто", "какие", "сколько", "в какой", "нужно ли", "what", "how", "must"])
def test_a_word_that_only_asks_opens_a_part_after_a_comma_too(word):
    before, after = (
        ("Board keeps roses,", "gardens open") if word.isascii() else ("Суд решит спор,", "сады цветут")
    )
    assert parts(f"{before} {word} {after}?") == [before, f"{word} {after}?"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Мы сажаем розы. Сроки полива каковы?", ["Мы сажаем розы.", "Сроки полива каковы?"]),  # four letters
        ("We water our lawn. Rules for it please", ["We water our lawn.", "Rules for it please"]),
        ("Мы сажаем сад. Сроки полива каковы?", None),  # three: perhaps an abbreviation
        ("Обязанности по ст. 5 закона о садах", None),
        ("Обязанности по пп. 3 и абз. 2 закона о садах", None),
        ("Duties under Art. 5 and Sec. 10 of the garden law", None),
        ("Обязанности по статье 10. Сроки полива каковы?", None),  # a number's point
        ("Реестр с 1 января 2024г. Сроки полива", None),
    ],
)
def test_a_full_stop_ends_a_part_only_after_a_word_of_four_letters(question, expected):
    assert parts(question) == (expected or [question])


PIECES = st.sampled_from(
    [
        "Кто ведёт реестр",
        "и",
        "в какой срок",
        ",",
        "? ",
        ". ",
        "who may file",
        "and when",
        "or",
        "; ",
        "полив роз",
        "что",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=12).map(" ".join) | st.text(min_size=1, max_size=200))
def test_parts_cover_the_question_without_gaps_and_none_is_too_short(question):
    spans = split_question(question)
    assert (spans[0][0], spans[-1][1]) == (0, len(question))
    assert all(one[1] == other[0] for one, other in zip(spans, spans[1:], strict=False))
    assert len(spans) == 1 or min(end - start for start, end in spans) >= MIN_CHARS


# ── tokens of parts ───────────────────────────────────────────────────────────────────────────


def words_of_groups(question):
    spans = StemEmbedder().token_spans(question)
    return [
        [question[slice(*spans[number])] for number in group]
        for group in token_groups(question, spans, len(spans))
    ]


def test_each_token_belongs_to_the_part_it_stands_in():
    assert words_of_groups("Кто утверждает план садов и в какой срок публикует?") == [
        ["утверждает", "план", "садов"],
        ["срок", "публикует"],
    ]
    assert words_of_groups("What is a deployer? Which gardens must it water, and when does it apply?") == [
        ["deployer"],
        ["gardens", "water"],
        ["apply"],
    ]


def test_a_part_without_tokens_has_no_group():
    assert words_of_groups("Кто ведёт надзор за садами? А где и когда это было?") == [
        ["ведёт", "надзор", "садами"]
    ]


def test_spans_are_of_the_question_with_single_spaces():
    flat = "Кто утверждает план и в какой срок публикует?"
    spans = StemEmbedder().token_spans(flat)
    spread_out = token_groups("  Кто\n утверждает   план и\t в какой срок публикует? ", spans, len(spans))
    expected = token_groups(flat, spans, len(spans))
    assert (
        [group.tolist() for group in spread_out] == [group.tolist() for group in expected] == [[0, 1], [2, 3]]
    )


def test_groups_are_positions():
    spans = StemEmbedder().token_spans("Кто утверждает план и в какой срок публикует?")
    groups = token_groups("Кто утверждает план и в какой срок публикует?", spans, len(spans))
    vectors = np.arange(8.0).reshape(4, 2)
    np.testing.assert_array_equal(vectors[groups[1]], [[4, 5], [6, 7]])


def test_without_parts_or_with_spans_that_do_not_fit_there_are_no_groups():
    two, one = "Кто утверждает план и в какой срок публикует?", "Кто утверждает план садов?"
    spans = StemEmbedder().token_spans(two)
    assert token_groups(two, None, len(spans)) == []
    assert token_groups(two, spans, len(spans) + 1) == []
    assert token_groups(two, [], 0) == []
    assert token_groups(one, StemEmbedder().token_spans(one), 3) == []


# ── spreading ─────────────────────────────────────────────────────────────────────────────────


def test_the_best_of_each_part_gets_in_though_the_whole_question_ranks_it_low():
    best = ranked(*[(0.5, 0.5)] * 18, (0.9, 0.1), (0.1, 0.9))
    assert ids(spread(best, 5)) == ["st0", "st1", "st18", "st2", "st19"]
    assert {"st18", "st19"} <= set(ids(spread(best, 10)))


def test_the_second_best_of_each_part_comes_in_later():
    scores = [(0.5, 0.5)] * 16 + [(0.9, 0.1), (0.8, 0.1), (0.1, 0.9), (0.1, 0.8)]
    found = ids(spread(ranked(*scores), 9))
    assert [one for one in found if one in {"st16", "st17", "st18", "st19"}] == [
        "st16",
        "st18",
        "st17",
        "st19",
    ]


def test_what_is_best_for_the_whole_question_stays_first():
    best = ranked((0.1, 0.1), (0.9, 0.2), (0.2, 0.9))
    assert ids(spread(best, 1)) == ["st0"]
    assert ids(spread(best, 3)) == ["st0", "st1", "st2"]


def test_what_was_not_compared_with_the_parts_comes_in_by_none():
    nothing = -np.inf
    best = ranked(*[(0.5, 0.4)] * 6, (nothing, nothing), (), (0.6, nothing), (nothing, 0.6))
    found = ids(spread(best, 6))
    assert {"st8", "st9"} <= set(found)
    assert not {"st6", "st7"} & set(found)


@given(st.integers(0, 20), st.integers(1, 25))
def test_a_question_without_parts_keeps_its_order(count, k):
    best = ranked(*[()] * count)
    assert spread(best, k) == best[:k]


SCORES = st.integers(2, 4).flatmap(
    lambda count: st.lists(st.lists(st.floats(-1, 1), min_size=count, max_size=count), max_size=25)
)


@given(SCORES, st.integers(1, 15))
def test_k_are_kept_none_twice_and_each_parts_best_among_them(scores, k):
    best = ranked(*scores)
    found = ids(spread(best, k))
    assert len(found) == len(set(found)) == min(k, len(best))
    assert found[:1] == ids(best[:1])
    for part in range(len(scores[0]) if scores and k >= len(scores[0]) + 3 else 0):
        assert ids([max(best, key=lambda entry: entry.parts[part])])[0] in found


def test_nothing_found_is_nothing_to_spread():
    assert spread([], 5) == []
