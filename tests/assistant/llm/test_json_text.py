import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.json_text import ThinkingFilter, json_object, without_thinking

SCHEMA = {"properties": {"claims": {"type": "array"}}, "required": ["claims"]}
WANTED = {"claims": [{"text": "Указ вступает в силу {сразу}.", "evidence": 1}]}
TEXT = json.dumps(WANTED, ensure_ascii=False)


@pytest.mark.parametrize(
    "reply",
    [
        TEXT,
        f"```json\n{TEXT}\n```",
        f"```\n{TEXT}```",
        f"Вот ответ:\n\n{TEXT}\n\nНадеюсь, это поможет.",
        f"Вот «ответ» [1]: {TEXT} (см. п. 1).",
        f'<think>Нужен объект вида {{"claims": []}}.</think>\n{TEXT}',
        f"Нужен объект…</think>{TEXT}",
        TEXT.replace("}]}", "},],}"),
        f'Пример: {{"a": 1}}. Ответ: {TEXT}',
        json.dumps(WANTED["claims"], ensure_ascii=False),
        f"[{TEXT}]",
        TEXT.replace("сразу}.", "сразу}.\n"),
        "\ufeff".join(["", TEXT]),
    ],
)
def test_the_object_is_found_however_it_is_wrapped(reply):
    found = json_object(reply, SCHEMA)
    assert found["claims"][0]["evidence"] == 1
    assert found["claims"][0]["text"].startswith("Указ вступает в силу {сразу}.")


@pytest.mark.parametrize(
    "reply",
    [
        "", "Не знаю.", "{", "[]", "[1, 2]", "null", "42", '"text"', '{"claims": [', '{"a": 1} {"b": 2}',
        '{"a": NaN}', "{claims: []}", "<think>{}", "__import__('os').system('true')", "[" * 5000,
        '{"a":' * 5000,
    ],
)  # fmt: skip
def test_what_holds_no_single_object_gives_none(reply):
    assert json_object(reply) is None


def test_a_comma_inside_a_string_is_kept():
    assert json_object('{"a": "x,}", "b": [1,],}') == {"a": "x,}", "b": [1]}


def test_a_list_of_one_object_is_that_object():
    assert json_object('[{"a": 1}]') == {"a": 1}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_any_object_survives_prose_around_it(value):
    text = json.dumps(value, ensure_ascii=False)
    if "</think>" not in text:
        assert json_object(f"Ответ:\n{text}\nконец") == value


@given(st.text(alphabet=st.sampled_from('{}[]",:\\ ab1<think>/`\n'), max_size=200))
def test_no_text_breaks_it(text):
    found = json_object(text, SCHEMA)
    assert found is None or isinstance(found, dict)


@given(st.text(alphabet="ab <think>/", max_size=40), st.integers(1, 7))
def test_a_stream_shows_no_more_than_the_whole_reply_does(text, size):
    text = f"<think>{text}</think>ответ"
    shown = ThinkingFilter()
    pieces = [shown.feed(text[start : start + size]) for start in range(0, len(text), size)]
    assert "".join([*pieces, shown.flush()]).endswith("ответ")


@pytest.mark.parametrize("text", ["", "<thi", "Ответ <think> нет", "  Ответ", "<b>Ответ</b>"])
def test_a_stream_without_thinking_is_passed_on_whole(text):
    shown = ThinkingFilter()
    assert "".join([*(shown.feed(mark) for mark in text), shown.flush()]) == text
    assert without_thinking(text) == text
