"""Provisions of a library -> how fast and how exactly they are embedded here, beside others and the limit.

Others compute the same texts with the same weights in the same run, in turns: sentence-transformers as it
comes, LangChain's HuggingFaceEmbeddings, which calls it, where that is installed, and torch through this
system's own batches.
The limit is what the machine multiplies matrices at, 32-bit, in the model's own shapes. Only what a text
needs is counted as work, nothing of padding. Processor seconds are told beside those of the clock: on a busy
machine they are the ones to trust.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.engine import Assistant
from assistant.index.adapter import adapter_of
from assistant.index.backends import Backend
from assistant.index.cores import allowed_cores
from assistant.index.e5_weights import MODEL_NAME
from assistant.index.embedder import Embedder, find_embedder
from assistant.index.encoded import Encoded
from assistant.index.model_files import read_json
from assistant.settings import Settings
from evals.benchmarks.matrices import peak

ROUNDS = 5
PASSAGES = 600  # compared, half of them Russian, half English
TIMED = 5  # one of so many is timed
OURS, SENTENCE_TRANSFORMERS, TORCH, INT8 = "this system", "sentence-transformers", "torch", "onnx-int8"
LANGCHAIN = "langchain"


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as it is embedded."""

    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class Timed:
    """One round: seconds of the clock and of all processors."""

    wall: float
    processor: float


def passages(assistant: Assistant, number: int = PASSAGES) -> list[Passage]:
    """``number`` chunks, as many of either language, evenly drawn: the same ones of the same library."""
    library = assistant.library
    found: list[Passage] = []
    by_lang: dict[str, list[Any]] = {"ru": [], "en": []}
    for row in library.chunks_among(library.chunk_ids()):
        if row.spoken in by_lang:
            by_lang[row.spoken].append(row)
    for lang, rows in by_lang.items():
        wanted = number // 2
        drawn = [rows[len(rows) * place // wanted] for place in range(min(wanted, len(rows)))]
        found += [Passage(row.embedded(library.text(row.edition_id)), lang) for row in drawn]
    return found


def run(assistant: Assistant, number: int = PASSAGES, rounds: int = ROUNDS) -> dict[str, Any]:
    """Every figure, in one run. Medians over ``rounds``; speeds in tokens a second, padding not counted."""
    drawn = passages(assistant, number)
    texts = [each.text for each in drawn[::TIMED]]
    models = _models(assistant.settings)
    ours = models[OURS]
    limit = ours.identity.max_tokens
    counts = [min(count, limit) for count in ours.count_tokens(texts)]
    model = models[TORCH].load()
    prompted = [ours.prompt("passage") + text for text in texts]
    ways: dict[str, Callable[[], Any]] = {
        OURS: lambda: ours.embed_passages(texts),
        SENTENCE_TRANSFORMERS: lambda: model.encode(prompted, show_progress_bar=False),
        TORCH: lambda: models[TORCH].embed_passages(texts),
        INT8: lambda: models[INT8].embed_passages(texts),
    }
    langchain = _langchain(ours)
    if langchain is not None:
        ways[LANGCHAIN] = lambda: langchain(prompted)
    for way in ways.values():
        way()
    taken: dict[str, list[Timed]] = {name: [] for name in ways}
    peaks: list[float] = []
    shape = read_json(ours.folder / "config.json") if ours.folder else {}
    hidden, wide = int(shape["hidden_size"]), int(shape["intermediate_size"])
    for _ in range(rounds):
        peaks.append(peak(hidden, wide))
        for name, way in ways.items():
            taken[name].append(timed(way))
    work = useful_flops(counts, hidden, wide, int(shape["num_hidden_layers"]))
    return {
        "timed_passages": len(texts),
        "timed_tokens": sum(counts),
        "cores": allowed_cores(),
        "computes": ours.computes[0],
        "sgemm_gflops_of_a_core": round(statistics.median(peaks) / 1e9, 1),
        "speed": {name: _speed(times, sum(counts), work, peaks) for name, times in taken.items()},
        "times_faster": {
            name: round(_median(taken[name], "processor") / _median(taken[OURS], "processor"), 2)
            for name in ways
            if name != OURS
        },
        "question_ms": {
            name: _question_ms(models[name]) for name in (OURS, TORCH)
        },
        "parity": parity({name: models[name] for name in (OURS, INT8)}, models[TORCH], drawn),
    }  # fmt: skip


def _models(settings: Settings) -> dict[str, Embedder]:
    chosen: dict[str, Backend] = {OURS: settings.embedder_backend, TORCH: "torch", INT8: "onnx-int8"}
    adapter = adapter_of(MODEL_NAME) if settings.adapter else None
    return {
        name: find_embedder(MODEL_NAME, settings.models_path, adapter=adapter, backend=backend)
        for name, backend in chosen.items()
    }


def _langchain(ours: Embedder) -> Callable[[list[str]], object] | None:
    """LangChain's HuggingFaceEmbeddings with the default model, as it comes; None where it is missing."""
    try:
        from langchain_huggingface import HuggingFaceEmbeddings
    except ImportError:
        return None
    made: Callable[[list[str]], object] = HuggingFaceEmbeddings(model_name=str(ours.folder)).embed_documents
    return made


def timed(way: Callable[[], Any]) -> Timed:
    """One call, by both clocks."""
    wall, processor = time.perf_counter(), time.process_time()
    way()
    return Timed(time.perf_counter() - wall, time.process_time() - processor)


def useful_flops(counts: Sequence[int], hidden: int, wide: int, layers: int) -> float:
    """Multiplications and additions that texts of ``counts`` tokens need: matrix products and attention."""
    tokens, squares = sum(counts), sum(count * count for count in counts)
    return float(layers * (2 * tokens * (4 * hidden * hidden + 2 * hidden * wide) + 4 * squares * hidden))


def _median(times: Sequence[Timed], clock: str) -> float:
    return statistics.median(getattr(each, clock) for each in times)


def _speed(times: Sequence[Timed], tokens: int, work: float, peaks: Sequence[float]) -> dict[str, float]:
    processor = _median(times, "processor")
    return {
        "tokens_s": round(tokens / _median(times, "wall")),
        "tokens_processor_s": round(tokens / processor),
        "of_sgemm_peak": round(
            statistics.median(work / each.processor / top for each, top in zip(times, peaks, strict=True)), 3
        ),
    }


def _question_ms(embedder: Embedder) -> float:
    """Processor milliseconds of a question of ten words, the model loaded; of all cores together."""
    asked = "какие обязанности есть у оператора высокорискованной системы искусственного интеллекта"
    taken = [timed(lambda: embedder.encode([asked], "query")).processor for _ in range(15)]
    return round(statistics.median(taken) * 1000, 1)


def parity(
    ones: Mapping[str, Embedder], other: Embedder, drawn: Sequence[Passage]
) -> dict[str, dict[str, dict[str, float]]]:
    """Cosines of embedders' vectors with another's, by name and language: of passages and of their tokens."""
    found: dict[str, dict[str, dict[str, float]]] = {name: {} for name in ones}
    for lang in sorted({each.lang for each in drawn}):
        texts = [each.text for each in drawn if each.lang == lang]
        agreed: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {name: [] for name in ones}
        for part in (texts[first : first + 64] for first in range(0, len(texts), 64)):
            wanted = other.encode(part, "passage")
            for name, one in ones.items():
                agreed[name].append(_agreement(one.encode(part, "passage"), wanted))
        for name, parts in agreed.items():
            whole, tokens = (np.concatenate(each) for each in zip(*parts, strict=True))
            found[name][lang] = {
                "passages": len(texts),
                "mean": round(float(whole.mean()), 6),
                "worst": round(float(whole.min()), 6),
                "tokens_mean": round(float(tokens.mean()), 6),
                "tokens_worst": round(float(tokens.min()), 6),
            }
    return found


def _agreement(one: Encoded, other: Encoded) -> tuple[np.ndarray, np.ndarray]:
    """Cosines of the texts' vectors and of all their tokens'."""
    pairs = zip(one.tokens or (), other.tokens or (), strict=True)
    tokens = [cosines(ours, theirs) for ours, theirs in pairs if len(ours)]
    return cosines(one.vectors, other.vectors), np.concatenate(tokens or [np.empty(0)])


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Row by row."""
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.asarray((one * other).sum(axis=1) / lengths)
