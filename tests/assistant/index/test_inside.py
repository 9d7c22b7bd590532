"""Where the tokens of a chunk stand in the canonical text, and how well pieces of it match a question."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.index.embedder import Embedder
from assistant.index.inside import piece_scores, token_places
from assistant.index.late import TokenCodes
from assistant.library.schema import ChunkRow

TEXT = "Статья 1.  Котлы\n1. Котёл,\u00a0что течёт, гасят — «сразу».\n\n2. Чинит его\tслесарь (п. 5)."


def chunk(start: int, end: int, context: str = "О теплицах. Котлы") -> ChunkRow:
    return ChunkRow(id=1, edition_id=1, pid="st1", start=start, end=end, context=context, lang="ru")


def placed(embedder: Embedder, text: str) -> tuple[list[int], int]:
    """Where the tokens of a text that is one chunk stand, and how many of them the model gives."""
    part = chunk(0, len(text))
    made = embedder.encode([part.embedded(text)], "passage")
    assert made.tokens is not None
    places = token_places(embedder, part, text)
    assert places is not None
    return places, len(made.tokens[0])


def words_at(text: str, places: list[int]) -> set[str]:
    """The words in which the places lie."""
    found = set()
    for place in places:
        if place >= 0:
            start = max(text.rfind(blank, 0, place) for blank in " \n\t\u00a0") + 1
            found.add(text[start:].split(maxsplit=1)[0].strip(",.«»()—"))
    return found


def test_each_token_stands_where_its_word_does_whatever_blanks_there_are(embedder: Embedder) -> None:
    start = TEXT.index("1. Котёл")
    places = token_places(embedder, chunk(start, len(TEXT)), TEXT)
    assert places is not None
    assert {"Котёл", "течёт", "гасят", "сразу", "Чинит", "слесарь"} <= words_at(TEXT, places)
    assert min(place for place in places if place >= 0) >= start
    assert [place for place in places if place >= 0] == sorted(place for place in places if place >= 0)


def test_tokens_of_the_context_stand_nowhere(embedder: Embedder) -> None:
    part = chunk(0, len(TEXT))
    with_context = token_places(embedder, part, TEXT)
    without = token_places(embedder, chunk(0, len(TEXT), context=""), TEXT)
    assert with_context is not None
    assert without is not None
    assert with_context.count(-1) == len(with_context) - len(without) > 0
    assert [place for place in with_context if place >= 0] == without


def test_there_is_a_place_for_each_code_also_of_a_text_that_is_cut(embedder: Embedder) -> None:
    for text in (TEXT, "Котёл гасят. " * 400, "", "…"):
        places, tokens = placed(embedder, text)
        assert len(places) == tokens


@settings(max_examples=40)
@given(st.text(st.sampled_from("аб в.\n\t\u00a0(«é法1-,😀"), max_size=60))
def test_any_text_gives_as_many_places_as_tokens(embedder: Embedder, text: str) -> None:
    places, tokens = placed(embedder, text)
    assert len(places) == tokens
    assert all(-1 <= place < max(1, len(text)) for place in places)


def test_a_piece_is_scored_by_its_own_tokens_alone() -> None:
    question = np.eye(4, dtype=np.float32)[:2]
    codes = [TokenCodes(np.eye(4, dtype=np.int8)[[3, 0]] * 127, np.full(2, 1 / 127, np.float32)),
             TokenCodes(np.eye(4, dtype=np.int8)[[1, 1]] * 127, np.full(2, 1 / 127, np.float32))]  # fmt: skip
    scores = piece_scores(question, codes, [-1, 0, 5, 9], [(0, 5), (5, 10), (0, 10), (10, 20)])
    np.testing.assert_allclose(scores, [0.5, 0.5, 1.0, -1.0], atol=1e-6)
