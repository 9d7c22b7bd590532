"""A small home over our own sample law, with a stand-in embedder; the embedded corpus, with a model of some kilobytes."""

import shutil
from pathlib import Path

import pytest

from assistant.engine import Assistant
from assistant.index.derive import reconcile
from assistant.index.indexes import Indexes
from assistant.index.vector_cache import VectorCache
from assistant.library import Library
from assistant.library.drafts import ActDraft, ChunkDraft
from assistant.model import Authority, Provision
from assistant.settings import Settings
from tests.builders import StemEmbedder, edition_draft

DIGESTS = Path(__file__).parents[2] / "corpus" / "digests"
DIGEST_TEXT = "Цветник открыт с мая.\nThe flower garden is open from May."


def digest_draft():
    ru_end = DIGEST_TEXT.index("\n")
    fact = Provision(
        id="digest/1", kind="fact", label="факт 1", start=0, end=len(DIGEST_TEXT), own_end=0, lang="ru"
    )
    statements = [
        Provision(
            id=f"digest/1/{lang}", parent="digest/1", kind="statement", label=label, start=start, end=end,
            own_end=end, lang=lang, confidence="press", url="https://garden.example/press",
        )
        for lang, label, start, end in (
            ("ru", "наше изложение", 0, ru_end),
            ("en", "our summary", ru_end + 1, len(DIGEST_TEXT)),
        )
    ]  # fmt: skip
    chunks = [ChunkDraft(node.id, node.start, node.end, "О цветнике", node.lang) for node in statements]
    return edition_draft(
        "ru-ukaz-5-2021", "2026-01", text=DIGEST_TEXT, provisions=[fact, *statements], chunks=chunks,
        authority=Authority.DIGEST, path="digest.yaml", title="О цветнике",
    )  # fmt: skip


@pytest.fixture(scope="session")
def planted(tmp_path_factory):
    """A folder with the home of ``garden``, derived once in a run; nothing may write to it."""
    folder = tmp_path_factory.mktemp("planted")
    settings = Settings(home=folder / "home")
    settings.home.mkdir()
    library = Library(settings.library_url)
    library.put_catalogue(
        [
            ActDraft(id="ru-fz-1-2020", kind="federal_law", title_ru="О поливе роз", title_en="On watering",
                     number="1-ФЗ", date="2020-01-01", jurisdiction="ru", status="in_force",
                     aliases=["закон о поливе"], amendments_checked="2026-05", in_catalogue=True),
            ActDraft(id="ru-ukaz-5-2021", kind="decree", title_ru="О цветнике", title_en="On the garden",
                     number="5", date="2021-02-03", jurisdiction="ru", status="in_force", in_catalogue=True),
            ActDraft(id="ru-ukaz-7-2022", kind="decree", title_ru="О прудах", title_en="On ponds",
                     number="7", date="2022-02-03", jurisdiction="ru", official_url="https://ponds.example/7",
                     in_catalogue=True),
            ActDraft(id="ru-pp-5-2023", kind="government_resolution", title_ru="О лейках", number="5",
                     date="2023-02-03", jurisdiction="ru", in_catalogue=True),
        ],
        [], "catalogue",
    )  # fmt: skip
    library.put_edition(edition_draft(edition="2020-01-01", path="a.txt"))
    library.put_edition(edition_draft(edition="2024-03-01", path="b.txt"))
    library.put_edition(digest_draft())
    indexes = Indexes(settings.index_path, StemEmbedder(), VectorCache(folder / "vectors.sqlite"))
    reconcile(indexes, library)
    indexes.close()
    indexes.cache.close()
    library.close()
    return folder


@pytest.fixture
def garden(planted, tmp_path):
    """An Assistant over two editions of the sample law, one digest and one catalogued act without text."""
    shutil.copytree(planted, tmp_path, dirs_exist_ok=True)
    settings = Settings(home=tmp_path / "home")
    library = Library(settings.library_url)
    indexes = Indexes(settings.index_path, StemEmbedder(), VectorCache(tmp_path / "vectors.sqlite"))
    assistant = Assistant(settings, library=library, indexes=indexes)
    yield assistant
    indexes.vectors.close()
    library.close()


@pytest.fixture(scope="session")
def small_model(tmp_path_factory):
    """A sentence-transformers folder: static vectors of the digests' own word pieces, always the same."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=4000, special_tokens=["[UNK]", "[PAD]"])
    tokenizer.train([str(path) for path in sorted(DIGESTS.glob("*.yaml"))], trainer)
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("small-model")
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=64)]).save(str(folder))
    return folder


@pytest.fixture(scope="session")
def corpus_settings(tmp_path_factory, small_model):
    """Settings of a home that holds the embedded corpus; nothing may write to it."""
    from ingest.run import ingest_corpus

    home = tmp_path_factory.mktemp("corpus") / "ai-policy"
    settings = Settings(home=home, embedder=str(small_model), lang="en", port=0)
    report = ingest_corpus(settings)
    assert report.added
    assert not report.failed
    return settings
