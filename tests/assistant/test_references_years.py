"""Which years a question asks about, and which it only mentions."""

from datetime import date

import pytest

from assistant.references import find_references
from assistant.references_years import Days, find_years


def years(question):
    cited = [(each.act.start, each.act.end) for each in find_references(question) if each.act]
    found = find_years(question, cited)
    return found and (found.first.isoformat(), found.last.isoformat())


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("Какой тариф взносов в 2024 году?", "2024-01-01", "2024-12-31"),
        ("what was the rate in 2024?", "2024-01-01", "2024-12-31"),
        ("the 2024 rate", "2024-01-01", "2024-12-31"),
        ("лимит на 2026 год", "2026-01-01", "2026-12-31"),
        ("ставки за 2023–2024 годы", "2023-01-01", "2024-12-31"),
        ("ставки с 2022 по 2024 год", "2022-01-01", "2024-12-31"),
        ("rates from 2022 to 2024", "2022-01-01", "2024-12-31"),
        ("ставки в 2023, 2024 и 2025 годах", "2023-01-01", "2025-12-31"),
        ("тариф после 2024 года", "2025-01-01", date.max.isoformat()),
        ("tariff since 2026", "2026-01-01", date.max.isoformat()),
        ("тариф до 2025 года", date.min.isoformat(), "2024-12-31"),
        ("tariff before 2025", date.min.isoformat(), "2024-12-31"),
        ("тариф до конца 2025 года", date.min.isoformat(), "2025-12-31"),
    ],
)
def test_the_years_a_question_asks_about(question, first, last):
    assert years(question) == (first, last)


@pytest.mark.parametrize(
    "question",
    [
        "Какой тариф взносов?",
        "Федеральный закон 2024 года № 233-ФЗ",
        "закон от 28 ноября 2025 г. № 425-ФЗ",
        "Regulation (EU) 2024/1689, Article 5",
        "До какого дня можно применять ПНСТ 963-2024?",
        "Сколько экзафлопс нужно к 2030 году?",
        "How many specialists by 2030?",
        "Какой тариф платит компания, созданная в 2021 году?",
        "the rate for a company registered in 2021",
        "грант 2024 тыс. руб.",
    ],
)
def test_a_citation_a_goal_or_an_event_is_no_year_asked_about(question):
    assert years(question) is None


def test_a_range_that_runs_backwards_asks_about_nothing():
    assert find_years("за 2025–2023 годы") is None
    assert find_years("за 2023–2025 годы") == Days(date(2023, 1, 1), date(2025, 12, 31))
