import pytest

from assistant.index.lexical import LexicalEntry, LexicalIndex
from assistant.index.vectors import ChunkKey, Scope
from assistant.index.words import stems

EVERYTHING = Scope()


@pytest.fixture
def index(tmp_path):
    opened = LexicalIndex(tmp_path)
    opened.update(
        [
            LexicalEntry(ChunkKey(1, 10, "ru"), "Садовник обязан поливать розы", "О садах"),
            LexicalEntry(
                ChunkKey(2, 20, "ru"), "Розы и тюльпаны: розы любят воду, розы любят свет", "О цветах"
            ),
            LexicalEntry(ChunkKey(3, 20, "en"), "The gardener shall water the roses", "On flowers"),
        ]
    )
    return opened


def found(index, question, scope=EVERYTHING):
    return [entry.chunk for entry in index.search(stems(question), 10, scope)]


def test_inflected_words_find_their_chunks_best_first(index):
    assert found(index, "полив розами садовником") == [1, 2]


def test_headings_above_count_less_than_the_text(index):
    assert found(index, "сады") == [1]


def test_filters_work_inside_the_search(index):
    assert found(index, "розы", Scope(frozenset({20}), None, 0.6)) == [2]
    assert found(index, "roses", Scope(None, "en")) == [3]
    assert found(index, "розы", Scope(frozenset())) == []


def test_an_entry_added_again_is_replaced_and_a_removed_one_is_gone(index):
    index.update([LexicalEntry(ChunkKey(1, 10, "ru"), "Пруд", "")], [2])
    assert index.keys() == {1, 3}
    assert found(index, "садовник") == []
    assert found(index, "пруд") == [1]


def test_a_new_process_sees_what_was_committed(index, tmp_path):
    assert LexicalIndex(tmp_path).keys() == {1, 2, 3}


def test_a_rare_word_weighs_more_than_a_common_one(index):
    rarity = index.rarity(stems("розы садовник космос"))
    assert rarity["роз"] < rarity["садовник"] < rarity["космос"]


@pytest.mark.parametrize("question", ["", "и в на", "\x00", "∎ ⁂", 'OR AND NOT ( ) " * ~'])
def test_odd_questions_find_nothing_and_break_nothing(index, question):
    assert found(index, question) == []


def test_what_a_killed_writer_left_keeps_no_later_one_from_writing(index, tmp_path):
    """Killed after its files were written, before they were named in ``meta.json``."""
    named = (tmp_path / "meta.json").read_bytes()
    earlier = {path.name for path in tmp_path.iterdir()}
    killed = LexicalIndex(tmp_path)
    killed.update((), [2])
    assert any(path.suffix == ".del" for path in tmp_path.iterdir() if path.name not in earlier)
    (tmp_path / "meta.json").write_bytes(named)
    later = LexicalIndex(tmp_path)
    assert later.keys() == {1, 2, 3}
    later.update((), [2])
    assert LexicalIndex(tmp_path).keys() == {1, 3}
