"""Which sentence or part of a provision answers is told by meaning, across languages too, and by words without it."""

from datetime import date

import pytest

from assistant.answer.wanted import Wanted
from assistant.index.derive import reconcile
from assistant.index.indexes import Indexes
from assistant.index.vector_cache import VectorCache
from assistant.library import Library
from assistant.library.view import Filters, LibraryView
from assistant.query import read_question
from ingest.chunk import chunk_edition
from ingest.embedded import parallel_statements
from tests.builders import StemEmbedder, edition_draft, provision
from tests.sample_home import new_home

ACT = "eu-reg-7-2021"
TEXT = (
    "Article 1\nHeating\n"
    "1. A greenhouse shall be kept above 8 degrees.\n"
    "2. Bees may be let in at noon only.\n"
    "3. The owner who breaks the glass shall replace it within 14 days.\n"
    "Article 2\n"
    "The keeper of a greenhouse writes down each morning how warm it was at night and how much fuel was burnt. "
    "He hands the book over at the end of the season so that it may be looked into when the next one is planned.\n"
    "Visitors come in through the southern door only. Dogs and other animals are left outside, since paws ruin the "
    "seedlings that stand along the path.\n"
    "A boiler that leaks is switched off at once. It is repaired by a licensed plumber, and nobody lights it before "
    "he has signed the log, unless frost is forecast and the mayor allows it for one night. The window panes are "
    "washed twice a year by a company chosen in a tender, and the shutters are painted green."
)


def draft():
    heading = "Article 1\nHeating"
    node = {"lang": "en"}
    nodes = [
        provision(TEXT, "art1", "Article 1", "Article 2", kind="article", label="Article 1", heading="Heating",
                  heading_end=len(heading), own_end=len(heading), **node),
        provision(TEXT, "art1/1", "1. A greenhouse", "2. Bees", parent="art1", label="Article 1(1)", **node),
        provision(TEXT, "art1/2", "2. Bees", "3. The owner", parent="art1", label="Article 1(2)", **node),
        provision(TEXT, "art1/3", "3. The owner", "Article 2", parent="art1", label="Article 1(3)", **node),
        provision(TEXT, "art2", "Article 2", None, kind="article", label="Article 2", heading_end=len("Article 2")
                  + TEXT.index("Article 2"), **node),
    ]  # fmt: skip
    made = edition_draft(
        ACT, "2021-01-01", text=TEXT, provisions=nodes, path="heat.txt", title="On greenhouses"
    )
    made.chunks = chunk_edition(TEXT, nodes, "On greenhouses")
    made.lang = "en"
    return made


def opened(folder, embedder):
    library = Library(f"sqlite:///{folder / 'library.sqlite'}")
    library.put_edition(draft())
    indexes = Indexes(folder / "index", embedder, VectorCache(folder / "vectors.sqlite"))
    reconcile(indexes, library, parallel=parallel_statements)
    assert indexes.tokens is not None
    return library, indexes


@pytest.fixture(scope="module")
def greenhouse(tmp_path_factory, embedder, model_folder, learnt):
    """The regulation, indexed with the default model: (view, indexes)."""
    folder = new_home(tmp_path_factory.mktemp("greenhouse") / "home", model_folder, like=learnt)
    library, indexes = opened(folder, embedder)
    yield LibraryView(library), indexes
    indexes.forget_profiles()
    indexes.cache.close()
    library.close()


def wanted(view, indexes, question):
    reading = read_question(question, view, Filters(as_of=date(2026, 1, 1)))
    return Wanted(reading, {}, view, indexes)


def edition_of(view):
    return view.edition(next(iter(view.editions)))


def best_part(view, indexes, question):
    edition = edition_of(view)
    parts = wanted(view, indexes, question).best_parts(
        edition, edition.provisions["art1"], edition.children["art1"]
    )
    return [part.id for part in parts]


def quoted(view, indexes, question):
    edition = edition_of(view)
    node = edition.provisions["art2"]
    pieces = wanted(view, indexes, question).best_sentences(edition, node, node.heading_end + 1, node.end)
    return " … ".join(edition.text[start:end] for start, end in pieces)


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("Какая температура должна быть в теплице?", "art1/1"),
        ("Когда можно впускать пчёл?", "art1/2"),
        ("За сколько дней заменяют разбитое стекло?", "art1/3"),
        ("When are insects admitted?", "art1/2"),
    ],
)
def test_the_part_of_a_short_article_that_answers_is_told_in_either_language(greenhouse, question, part):
    assert part in best_part(*greenhouse, question)
    assert len(best_part(*greenhouse, question)) < 3


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Пускают ли в теплицу с собаками?", "Dogs and other animals are left outside"),
        ("Кто ремонтирует протекающий котёл?", "It is repaired by a licensed plumber"),
        ("Что записывают каждое утро?", "writes down each morning"),
        ("В какой цвет красят ставни?", "the shutters are painted green"),
    ],
)
def test_the_sentences_of_a_long_provision_that_answer_are_told_across_languages(greenhouse, question, words):
    text = quoted(*greenhouse, question)
    assert words in text
    assert len(text) < len(TEXT) / 2


def test_a_sentence_comes_with_the_one_it_leans_on(greenhouse):
    assert "A boiler that leaks is switched off at once." in quoted(
        *greenhouse, "Кто ремонтирует протекающий котёл?"
    )


def test_without_the_model_words_decide(greenhouse):
    view, _ = greenhouse
    assert best_part(view, None, "Who shall replace the glass?") == ["art1/3"]
    assert "Dogs and other animals" in quoted(view, None, "May dogs and animals come in?")


def test_tokens_that_cannot_be_placed_leave_the_choice_to_words(tmp_path):
    class Elsewhere(StemEmbedder):
        def token_spans(self, text, role="query"):
            return None

    library, indexes = opened(tmp_path, Elsewhere())
    view = LibraryView(library)
    assert best_part(view, indexes, "Who shall replace the glass?") == ["art1/3"]
    indexes.forget_profiles()
    library.close()


def test_a_question_read_once_is_not_read_again(greenhouse, monkeypatch):
    _, indexes = greenhouse
    first = indexes.question(("Кто чинит котёл?",), "ru")
    monkeypatch.setattr(indexes.embedder, "encode", None)
    assert indexes.question(("Кто чинит котёл?",), "ru") is first
