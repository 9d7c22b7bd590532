"""Small editions for tests: our own words, cut into provisions as a grammar would cut them."""

from __future__ import annotations

import hashlib

import numpy as np

from assistant.index.embedder import Encoded
from assistant.index.words import STOPWORDS, stems, tokens
from assistant.library.drafts import ActDraft, ChunkDraft, EditionDraft, FileDraft
from assistant.model import Authority, Provision
from ingest.chunk import chunk_edition

WATER_LAW = (
    "Статья 1. Правила полива\n"
    "1. Садовник обязан поливать розы утром. Вечерний полив не допускается.\n"
    "2. Полив включает:\n"
    "1) осмотр грядки;\n"
    "2) подачу 300 литров воды;\n"
    "Статья 2. Надзор\n"
    "1. Надзор ведёт комиссия по садам."
)


def provision(text: str, pid: str, start: str, end: str | None, **fields: object) -> Provision:
    """A provision from the first place of ``start`` to the end of the first ``end`` after it."""
    begin = text.index(start)
    stop = len(text) if end is None else text.index(end, begin) + len(end)
    values = {"kind": "point", "label": pid, "start": begin, "end": stop, "own_end": stop, "lang": "ru"}
    return Provision(id=pid, **{**values, **fields})


def water_outline() -> list[Provision]:
    """The outline of WATER_LAW."""
    text = WATER_LAW
    heading = "Статья 1. Правила полива"
    first = provision(
        text, "st1", heading, "300 литров воды;", kind="article", label="ст. 1", heading=heading,
        heading_end=len(heading), own_end=len(heading),
    )  # fmt: skip
    lead_in = text.index("Полив включает:") + len("Полив включает:")
    second = provision(
        text, "st1/ch2", "2. Полив", "литров воды;", parent="st1", label="ч. 2 ст. 1", own_end=lead_in
    )
    at = text.index("Статья 2. Надзор")
    return [
        first,
        provision(text, "st1/ch1", "1. Садовник", "не допускается.", parent="st1", label="ч. 1 ст. 1"),
        second,
        provision(text, "st1/ch2/p1", "1) осмотр", "грядки;", parent="st1/ch2", label="п. 1 ч. 2 ст. 1"),
        provision(text, "st1/ch2/p2", "2) подачу", "воды;", parent="st1/ch2", label="п. 2 ч. 2 ст. 1"),
        provision(
            text,
            "st2",
            "Статья 2. Надзор",
            None,
            kind="article",
            label="ст. 2",
            heading="Статья 2. Надзор",
            heading_end=at + len("Статья 2. Надзор"),
            own_end=at + len("Статья 2. Надзор"),
        ),
        provision(text, "st2/ch1", "1. Надзор ведёт", None, parent="st2", label="ч. 1 ст. 2"),
    ]


def edition_draft(
    act: str = "ru-fz-1-2020",
    edition: str = "2020-01-01",
    *,
    text: str = WATER_LAW,
    provisions: list[Provision] | None = None,
    chunks: list[ChunkDraft] | None = None,
    authority: Authority = Authority.OFFICIAL,
    path: str = "water.txt",
    title: str = "О поливе роз",
    **act_fields: object,
) -> EditionDraft:
    """An edition of WATER_LAW, or of another text."""
    outline = water_outline() if provisions is None else provisions
    return EditionDraft(
        act=ActDraft(
            id=act, kind="federal_law", title_ru=title, number="1-ФЗ", date="2020-01-01", jurisdiction="ru",
            **act_fields,  # type: ignore[arg-type]
        ),
        edition=edition,
        authority=authority,
        lang="ru",
        text=text,
        grammar="test",
        pipeline="1",
        file=FileDraft(path, hashlib.sha256(f"{path}{text}".encode()).hexdigest(), "text/plain", len(text)),
        provisions=outline,
        chunks=chunk_edition(text, outline, title) if chunks is None else chunks,
        title=title,
        valid_from=edition,
    )  # fmt: skip


class StemEmbedder:
    """Stands in for a model: a text's vector is its stems, hashed into 256 places."""

    class identity:  # noqa: N801 (read like the real one's attribute)
        name = "stems"
        fingerprint = hashlib.sha256(b"stems").hexdigest()
        dimension = 256
        max_tokens = 512

    def prepare(self) -> None:
        """There is nothing to set up."""

    def _embed(self, texts: list[str]) -> np.ndarray:
        vectors = np.full((len(texts), 256), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for term in stems(text):
                vectors[row, int(hashlib.sha256(term.encode()).hexdigest(), 16) % 256] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def embed_passages(self, texts: list[str]) -> np.ndarray:
        return self._embed(list(texts))

    def embed_queries(self, texts: list[str]) -> np.ndarray:
        return self._embed(list(texts))

    token_projection = None

    def encode(self, texts: list[str], role: str, on_done: object = None) -> Encoded:
        vectors = self.embed_passages(texts) if role == "passage" else self.embed_queries(texts)
        return Encoded(vectors, [self._embed(stems(text)) if stems(text) else vectors[:0] for text in texts])

    def token_spans(self, text: str, role: str = "query") -> list[tuple[int, int]]:
        return [(start, end) for word, start, end in tokens(text) if word not in STOPWORDS]


class Elsewhere:
    """Embeds where it is asked to, and remembers what it was asked."""

    ahead = 1

    def __init__(self):
        self.texts = []

    def begin(self, texts, spoken, embedder, profile):
        self.texts += texts
        encoded = StemEmbedder().encode(texts, "passage")

        def finish():
            codes = [profile.encode(each, lang) for each, lang in zip(encoded.tokens, spoken, strict=True)]
            return dict(zip(texts, zip(encoded.vectors, codes, strict=True), strict=True))

        return finish
