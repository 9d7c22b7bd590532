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
        ("ставка 2024 года", "2024-01-01", "2024-12-31"),
        ("Тариф страховых взносов ИТ-компаний 2025 г.", "2025-01-01", "2025-12-31"),
        ("Какая ставка была в 2023?", "2023-01-01", "2023-12-31"),
        ("налог за 2023 год для малых компаний", "2023-01-01", "2023-12-31"),
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
        "What does the EU AI Act of 2024 prohibit?",
        "What does the AI Act (2024) prohibit?",
        "Что запрещает Регламент ЕС об ИИ 2024 года?",
        "Что говорит НК РФ 2000 года о взносах?",
        "Что 152-ФЗ 2006 года требует от оператора?",
        "COM(2021) 206: what is prohibited?",
        "ИТ-компания со штатом 2000 сотрудников: какая ставка налога?",
        "Какая ставка у компании, где до 2000 сотрудников?",
        "ключ длиной в 2048 бит",
        "a key of 2048 bits",
        "Компания аккредитована в 2022 году: какая ставка?",
        "a company accredited in 2022: which rate?",
        "How many specialists by the year 2030?",
        "Что предусматривает программа «Цифровая экономика» до 2024 года?",
        "Что входит в национальную стратегию развития ИИ на период до 2030 года?",
    ],
)
def test_a_citation_a_goal_or_an_event_is_no_year_asked_about(question):
    assert years(question) is None


def test_a_range_that_runs_backwards_asks_about_nothing():
    assert find_years("за 2025–2023 годы") is None
    assert find_years("за 2023–2025 годы") == Days(date(2023, 1, 1), date(2025, 12, 31))
