import pytest

from assistant.index.words import stems, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("принципы развития", "принципов развитию"),
        ("Ёлка ещё", "елка еще"),
        ("prohibited systems", "prohibits system"),
    ],
)
def test_forms_of_a_word_share_a_stem(one, other):
    assert stems(one, stopwords=True) == stems(other, stopwords=True)


def test_a_compound_is_found_whole_and_in_parts():
    assert [word for word, _, _ in tokens("149-ФЗ")] == ["149-фз", "149", "фз"]


def test_stop_words_are_left_out_unless_wanted():
    assert stems("какие есть принципы") == ["принцип"]
    assert len(stems("какие есть принципы", stopwords=True)) == 3


def test_offsets_point_at_the_words():
    text = "Закон № 149-ФЗ, статья 5"
    assert [text[a:b] for _, a, b in tokens(text)] == ["Закон", "149-ФЗ", "149-ФЗ", "149-ФЗ", "статья", "5"]
