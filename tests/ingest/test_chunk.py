import re

from hypothesis import given
from hypothesis import strategies as st

from ingest.chunk import MAX_CHARS, chunk_edition, cut
from tests.builders import WATER_LAW, water_outline


def texts(chunks):
    return {chunk.pid: WATER_LAW[chunk.start : chunk.end] for chunk in chunks}


def test_a_short_article_is_one_chunk_with_its_parts():
    found = texts(chunk_edition(WATER_LAW, water_outline(), "О поливе роз"))
    assert found.keys() == {"st1", "st2"}
    assert found["st1"].endswith("300 литров воды;")


def test_each_part_of_a_longer_article_is_a_chunk(monkeypatch):
    monkeypatch.setattr("ingest.chunk.WHOLE_CHARS", 80)
    found = texts(chunk_edition(WATER_LAW, water_outline(), "О поливе роз"))
    assert found.keys() == {"st1/ch1", "st1/ch2", "st2"}
    assert found["st1/ch1"].startswith("1. Садовник")


def test_a_bare_heading_above_provisions_is_context_not_a_chunk(monkeypatch):
    monkeypatch.setattr("ingest.chunk.WHOLE_CHARS", 10)
    chunks = chunk_edition(WATER_LAW, water_outline(), "О поливе роз")
    found = texts(chunks)
    assert "st1" not in found
    item = next(chunk for chunk in chunks if chunk.pid == "st1/ch2/p2")
    assert item.context == "О поливе роз. Статья 1. Правила полива. 2. Полив включает:"


def test_a_repealed_stub_and_a_signature_are_not_searched(monkeypatch):
    outline = water_outline()
    outline[1].repealed = True
    outline[-1].kind = "signature"
    monkeypatch.setattr("ingest.chunk.WHOLE_CHARS", 10)
    found = texts(chunk_edition(WATER_LAW, outline, None))
    assert "st1/ch1" not in found
    assert "st2/ch1" not in found
    assert "st1/ch2/p1" in found


@given(st.lists(st.text(alphabet="абв. ;\n", min_size=1, max_size=400), min_size=1, max_size=30))
def test_cutting_covers_every_word_in_order_and_keeps_the_limit(pieces):
    text = "".join(pieces)
    spans = list(cut(text, 0, len(text)))
    assert all(end - start <= MAX_CHARS for start, end in spans)
    assert all(first[1] <= second[0] for first, second in zip(spans, spans[1:], strict=False))
    kept = "".join(text[start:end] for start, end in spans)
    assert re.sub(r"\s", "", kept) == re.sub(r"\s", "", text)
