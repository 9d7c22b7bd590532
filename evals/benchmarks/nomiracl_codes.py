"""Questions with candidate passages -> their vectors and token vectors, kept in a folder between runs.

What is kept is what the product's indexes keep of a passage: the centred vector and the token codes. A file
a question, named by a hash of the model's fingerprints and of the texts: a run that was cut off goes on.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.errors import InputError
from assistant.index.centring import load_arrays, save_arrays
from assistant.index.indexes import Indexes
from assistant.index.late import CODING, TokenCodes
from assistant.model import Lang

log = logging.getLogger(__name__)

BATCH = 4  # questions encoded together: what an interruption may cost
_NAMES = ("question", "tokens", "passages", "codes", "scales", "counts")


@dataclass(frozen=True, slots=True)
class Texts:
    """A question and its candidates, as the model is to read them."""

    lang: Lang
    question: str
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coded:
    """Vectors of a question and of its candidates.

    ``question``: float32 [dimension], of length 1, centred; ``tokens``: float32 [tokens, directions], unit;
    ``passages``: float32 [n, dimension], as the question; ``codes``: the candidates' token codes.
    """

    question: np.ndarray
    tokens: np.ndarray
    passages: np.ndarray
    codes: tuple[TokenCodes, ...]


def coded(indexes: Indexes, texts: Sequence[Texts], folder: Path) -> list[Coded]:
    """The vectors of all texts, made where ``folder`` does not hold them yet.

    Raises InputError for an embedding model without token vectors.
    """
    if indexes.token_profile is None:
        raise InputError(
            "This suite needs an embedding model with token vectors and a library that has been ingested. "
            "Run 'ai-policy ingest' with the default model.",
            "Этому набору нужны модель с векторами токенов и загруженная библиотека. Выполните «ai-policy "
            "ingest» с моделью по умолчанию.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{_key(indexes, each)}.npz" for each in texts]
    missing = [at for at, file in enumerate(files) if not file.is_file()]
    for begin in range(0, len(missing), BATCH):
        part = missing[begin : begin + BATCH]
        made = _encode(indexes, [texts[at] for at in part])
        for at, each in zip(part, made, strict=True):
            _save(files[at], each)
        log.info("%d of %d questions encoded", begin + len(part), len(missing))
    return [_load(file) for file in files]


def _key(indexes: Indexes, texts: Texts) -> str:
    made_by = [indexes.embedder.identity.fingerprint, CODING]
    content = json.dumps([made_by, texts.lang, texts.question, texts.passages], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:24]


def _encode(indexes: Indexes, texts: Sequence[Texts]) -> list[Coded]:
    profile = indexes.token_profile
    asked = indexes.embedder.encode([each.question for each in texts], "query")
    held = indexes.embedder.encode([passage for each in texts for passage in each.passages], "passage")
    assert profile is not None
    assert asked.tokens is not None
    assert held.tokens is not None
    langs = [each.lang for each in texts]
    questions = indexes.profile.apply(asked.vectors, langs, "query")
    spoken = [each.lang for each in texts for _ in each.passages]
    passages = indexes.profile.apply(held.vectors, spoken, "passage")
    codes = [profile.encode(tokens, lang) for tokens, lang in zip(held.tokens, spoken, strict=True)]
    found, begin = [], 0
    for at, each in enumerate(texts):
        stop = begin + len(each.passages)
        tokens = profile.reduce(asked.tokens[at], each.lang, "query")
        found.append(Coded(questions[at], tokens, passages[begin:stop], tuple(codes[begin:stop])))
        begin = stop
    return found


def _save(file: Path, each: Coded) -> None:
    save_arrays(
        file,
        question=each.question,
        tokens=each.tokens,
        passages=each.passages,
        codes=np.concatenate([code.codes for code in each.codes]),
        scales=np.concatenate([code.scales for code in each.codes]),
        counts=np.array([len(code.codes) for code in each.codes]),
    )


def _load(file: Path) -> Coded:
    held = load_arrays(file, _NAMES, "file of token codes", "файл кодов токенов")
    ends = np.cumsum(held["counts"])
    codes = tuple(
        TokenCodes(held["codes"][end - count : end], held["scales"][end - count : end])
        for end, count in zip(ends, held["counts"], strict=True)
    )
    return Coded(held["question"], held["tokens"], held["passages"], codes)
