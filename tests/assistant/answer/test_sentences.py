import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.sentences import best_sentences, leans, split_sentences


def sentences(text):
    return [text[start:end] for start, end in split_sentences(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Первое правило. Второе правило.", ["Первое правило.", "Второе правило."]),
        (
            "Согласно ст. 5 закона полив обязателен. Далее.",
            ["Согласно ст. 5 закона полив обязателен.", "Далее."],
        ),
        ("Закон от 27 июля 2006 г. № 149-ФЗ действует.", ["Закон от 27 июля 2006 г. № 149-ФЗ действует."]),
        ("1. Садовник поливает розы.", ["1. Садовник поливает розы."]),
        ("а) осмотр;\nб) полив.", ["а) осмотр;", "б) полив."]),
        ("See Art. 5 and No. 7. It applies.", ["See Art. 5 and No. 7.", "It applies."]),
        ("Подписал А. С. Пушкин. Точка.", ["Подписал А. С. Пушкин.", "Точка."]),
        ("Он сказал: «Полейте розы.» Потом ушёл.", ["Он сказал: «Полейте розы.»", "Потом ушёл."]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, expected):
    assert sentences(text) == expected


@given(st.text(max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_sentences_lie_in_order_inside_the_span_and_lose_no_letter(text, first, second):
    start, end = sorted((min(first, len(text)), min(second, len(text))))
    spans = split_sentences(text, start, end)
    assert all(start <= a < b <= end for a, b in spans)
    assert all(x[1] <= y[0] for x, y in zip(spans, spans[1:], strict=False))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text[start:end].split())


def worth(*words):
    def rate(sentence, covered):
        shared = {word for word in words if word in sentence.lower()}
        return float(len(shared - set(covered))), shared

    return rate


def chosen(text, *words, most=2):
    return [text[start:end] for start, end in best_sentences(text, 0, len(text), worth(*words), most)]


TERM = "Заявление подают в ведомство. Ответ дают за десять дней. Указанный срок может быть продлён. Форма свободная."


def test_the_best_sentence_takes_along_the_one_that_qualifies_it():
    assert chosen(TERM, "ответ") == ["Ответ дают за десять дней. Указанный срок может быть продлён."]


def test_a_sentence_that_leans_on_another_is_not_quoted_without_it():
    assert chosen(TERM, "продлён") == ["Ответ дают за десять дней. Указанный срок может быть продлён."]
    english = "Fines are high. However, they may be reduced. The Board is told."
    assert chosen(english, "reduced") == ["Fines are high. However, they may be reduced."]


def test_a_further_sentence_must_add_something():
    text = "Оператор отвечает субъекту. Субъект спрашивает. Оператор хранит журнал у субъекта."
    assert chosen(text, "оператор", "субъект") == ["Оператор отвечает субъекту."]


def test_sentences_apart_stay_apart():
    text = "Розы поливают утром. Надзор ведут часто. Лейки хранят в сарае."
    assert chosen(text, "розы", "лейки") == ["Розы поливают утром.", "Лейки хранят в сарае."]


def test_an_act_speaking_of_itself_leans_on_nothing():
    assert not leans("This Regulation lays down rules.")
    assert leans("This prohibition does not apply.")
    assert not leans("Эталонные метрики ведут.")
