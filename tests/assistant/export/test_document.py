"""What stands in a document, in which order, whatever the format."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from docx import Document

from assistant.export import Checked, Exported, export_answer, export_conversation
from tests.assistant.export.made_up import answer, citation, full_answer

MADE = datetime(2026, 11, 29, 14, 5)


def written(made, lang=None, **fields):
    return export_answer(made, "md", lang, made_at=MADE, **fields).decode()


def in_order(text, *parts):
    places = [text.index(part) for part in parts]
    assert places == sorted(places), list(zip(parts, places, strict=True))


def test_corrections_come_first_and_sources_last():
    in_order(
        written(full_answer()),
        "Ответ с источниками", "Когда поливать розы?", "По состоянию на 29.11.2026", "Вопрос понят так",
        "Поправка к вопросу", "поливать розы утром", "Что учесть", "Примечания",
        "Чего не хватает в библиотеке", "Источники", "Указ Президента Российской Федерации", "Не показано утверждений: 3",
        "Документ составлен 29.11.2026 14:05", "8ea91d5dc704", "без языковой модели", "не юридическая консультация",
    )  # fmt: skip


def test_a_source_says_edition_page_standing_and_whose_text_it_is():
    text = written(full_answer())
    assert "Редакция от 15.02.2024; с. 12; действует; официальный текст." in text
    assert "с. 31; в акт позднее внесены изменения" in text
    assert (
        "Составлено 11.2026; действует; изложение наше, не официальный текст, по сообщениям прессы." in text
    )
    assert "утратил силу; файл пользователя." in text
    assert "актуальность не проверена" in text
    assert "Номер акта не известен." in text


def test_our_words_are_never_taken_for_the_acts():
    text = written(full_answer())
    assert "*Изложение наше, не официальный текст, сверено с текстом акта:* Розы нельзя сушить." in text
    assert "*Перевод наш (языковой модели), не официальный:* a translation" in text


def test_what_was_withheld_is_counted_by_reason_and_not_repeated():
    text = written(full_answer())
    assert "числа нет в цитате — 2" in text and "цитата не найдена — 1" in text
    assert "planted" not in text


def test_a_paraphrase_is_marked():
    text = written(full_answer())
    assert text.count("(пересказ, подтверждён цитатой)") == 1
    in_order(text, "Gardeners shall not", r"\[3\]", "(пересказ, подтверждён цитатой)")


def test_corrections_conflicts_and_notes_stand_once_though_the_answers_text_has_them_too():
    made = full_answer()
    made.answer = "\n\n".join([*made.corrections, made.answer, *made.conflicts, *made.notes])
    text = written(made)
    for said in ("Стратегия утверждена в 2019", "расходятся: 300 и 200", "Модель недоступна"):
        assert text.count(said) == 1


def test_lead_words_lists_and_remarks_of_the_answer_are_kept():
    made = answer(citation(1, quote="осмотр грядки;"), citation(2, quote="подачу воды;"))
    made.answer = (
        "Согласно п. 27 Стратегии:\n- осмотр грядки; [1]\n  - подачу воды; [2]\n"
        "… и ещё 3 (список приведён не полностью)"
    )
    text = written(made)
    assert "Согласно п. 27 Стратегии:\n\n- осмотр грядки; \\[1\\]\n  - подачу воды; \\[2\\]\n" in text
    assert "… и ещё 3 (список приведён не полностью)" in text


def test_no_claim_is_lost_where_the_answers_text_lacks_it():
    made = full_answer()
    made.answer = "Другой текст."
    text = written(made)
    for claim in made.claims:
        assert claim.text.split("\n")[0] in text
    assert "п. 3 ч. 1 ст. 10.2-2, «Об информации" in text


def test_an_abstention_says_what_was_looked_at_and_what_to_add():
    made = answer(
        status="abstained", answer="В имеющихся текстах нет ответа. Просмотрено текстов: 12.",
        nearest=["ru-fz-149-2006#st1", "eu-reg-1689-2024#art5"], missing=["ru-fz-243-2026"],
    )  # fmt: skip
    names = {"eu-reg-1689-2024#art5": "Article 5, Регламент (ЕС) 2024/1689"}
    text = export_conversation(
        Exported("", [(made.question, made, None)], made_at=MADE, names=names), "md"
    ).decode()
    in_order(text, "Ответа нет", "Просмотрено текстов: 12", "Ближайшие", "ru-fz-149-2006", "Чего не хватает")
    assert "Article 5, Регламент (ЕС) 2024/1689 (eu-reg-1689-2024\\#art5)" in text
    assert "Федеральный закон 2026 г. № 243-ФЗ (ru-fz-243-2026)" in text
    assert "Источники" not in text


def test_a_clarifying_question_keeps_its_options():
    made = answer(
        status="clarify", answer="О каком законе речь?",
        options=[{"label": "149-ФЗ", "question": "Что в 149-ФЗ?"}, {"label": "152-ФЗ", "question": "152-ФЗ"}],
    )  # fmt: skip
    text = written(made)
    in_order(text, "Вопрос нужно уточнить", "О каком законе речь?", "149-ФЗ: Что в 149-ФЗ?", "- 152-ФЗ\n")


def test_a_conversation_has_all_its_questions_and_times_and_checks():
    first, second = full_answer(), answer(citation(1), backend="openai:m")
    exported = Exported(
        "Розы", [("Когда?", first, datetime(2026, 11, 28, 9, 0, tzinfo=UTC)), ("слово " * 60, second, "2026-11-28T10:30:00")],
        checked={1: [Checked("И. Иванова", "2026-11-20", "Верно.")],
                 2: [Checked("П. Петров", "2026-11-21", changed=["п. 27 Стратегии"])]},
        made_at=MADE,
    )  # fmt: skip
    text = export_conversation(exported, "md").decode()
    in_order(text, "# Розы", "## 1\\. Когда?", "28.11.2026 09:00 UTC", "И. Иванова, 20.11.2026. Верно.", "## 2\\. слово", "28.11.2026 10:30",
             "П. Петров", "Отметка больше не действует, с тех пор изменилось: п. 27 Стратегии")  # fmt: skip
    assert text.count("слово") > 60
    assert "без языковой модели" in text and "языковая модель openai:m" in text


def test_the_documents_words_follow_the_language_asked_for():
    text = written(full_answer(), "en")
    in_order(text, "An answer with its sources", "As of 29 November 2026", "Sources", "in force; official text",
             "This is not legal advice")  # fmt: skip
    assert "“поливать розы утром, не допуская засухи;”" in text


@pytest.mark.parametrize("file_format", ["md", "docx", "pdf"])
def test_an_empty_conversation_and_an_empty_answer_are_documents(file_format):
    assert export_conversation(Exported("", [], made_at=MADE), file_format)
    assert export_answer(answer(question="", answer="", library_version="", backend=""), file_format)


@pytest.mark.parametrize("form", ["md", "docx"])
def test_what_is_a_users_own_goes_by_words_and_never_by_its_id(form):
    own = "own-0123456789abcdef-"
    made = answer(
        status="abstained", claims=[], citations=[], answer="Ответа нет.",
        nearest=[f"{own}doc-zametki-1a2b3c4d#p1", f"{own}ru-fz-149-2006#st1", f"{own}doc-x-1a2b3c4d#p1"],
        missing=[f"{own}doc-zametki-1a2b3c4d", "ru-fz-243-2026"],
    )  # fmt: skip
    names = {f"{own}doc-zametki-1a2b3c4d#p1": "п. 1, Мои заметки"}
    exported = Exported("", [(made.question, made, None)], made_at=MADE, names=names)
    file = export_conversation(exported, form, "ru")
    text = (
        file.decode() if form == "md" else "\n".join(each.text for each in Document(BytesIO(file)).paragraphs)
    )
    assert "own-" not in text
    assert "doc-" not in text
    for words in ("п. 1, Мои заметки (файл пользователя)", "№ 149-ФЗ (файл пользователя)"):
        assert words in text.replace("\\", "")
    assert text.count("файл пользователя") == 3
    assert "ru-fz-243-2026" in text


def test_a_standing_is_not_said_twice_in_other_words():
    doubt = {"currency": "unknown", "standing": "whether this edition is current has not been checked"}
    text = written(answer(citations=[citation(1, **doubt)], language="en"), "en")
    assert text.count("has not been checked") == 1
    assert "not checked whether" not in text
