"""Answers made over the embedded corpus, and made-up ones with every field filled."""

import pytest

from assistant.engine import Assistant
from assistant.index.derive import reconcile
from assistant.index.indexes import Indexes
from assistant.index.vector_cache import VectorCache
from assistant.library import Library
from assistant.settings import Settings
from ingest.embedded import embedded_catalogue, ingest_embedded, put_catalogue
from tests.builders import StemEmbedder

QUESTIONS = (
    "кто возглавляет комиссию в Калининградской области и чем она занимается?",
    "which bodies coordinate AI policy in Russia and since when?",
    "какие льготы есть у аккредитованных ИТ-компаний?",
    "какого цвета обои в приёмной?",
)

ACTS = {
    "ru-kaliningrad-ai-commission-2026", "ru-ukaz-116-2026", "ru-ukaz-490-2019", "ru-ai-subcommission-2026",
    "ru-pp-1729-2022", "ru-ukaz-83-2022",
}  # fmt: skip


@pytest.fixture(scope="session")
def corpus_answers(tmp_path_factory):
    """Answers over some of the embedded corpus, with a stand-in embedder: three with claims, an abstention."""
    home = tmp_path_factory.mktemp("corpus")
    settings = Settings(home=home, lang="ru")
    library = Library(settings.library_url)
    put_catalogue(library, embedded_catalogue())
    ingest_embedded(library, embedded_catalogue())
    for row in library.editions():
        if row.act_id not in ACTS:  # indexing all of them takes most of a minute
            library.remove_edition(row.id)
    indexes = Indexes(settings.index_path, StemEmbedder(), VectorCache(home / "vectors.sqlite"))
    reconcile(indexes, library)
    assistant = Assistant(settings, library=library, indexes=indexes)
    answers = [assistant.ask(question) for question in QUESTIONS]
    assert [made.status for made in answers] == ["answered"] * 3 + ["abstained"]
    yield answers
    indexes.vectors.close()
    library.close()
