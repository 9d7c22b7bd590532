"""Sentences of ours through an encoder in 32 bits -> how large each input of its products gets.

A few dozen tokens of every sort are enough: the columns that matter are large in any text.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.index.model_files import sizes_from_files
from assistant.index.onnx_graph import INPUT

# Changing them changes the vectors in 8 bits: raise ``onnx_files.RECIPE`` then.
SENTENCES = (
    "query: Кто отвечает за вред, причинённый системой искусственного интеллекта?",
    "query: What must a provider of a high-risk system keep in its technical documentation?",
    "query: сроки хранения журналов",
    "passage: Глава 2. Права и обязанности › Статья 14. Уведомление\nОператор обязан уведомить "
    "уполномоченный орган о начале обработки данных не позднее чем за десять дней, указав цель, перечень "
    "данных, меры их защиты и лицо, которое за них отвечает.",
    "passage: 3) развитие отечественных технологий, подготовка кадров и поддержка научных исследований;\n"
    "4) создание экспериментальных правовых режимов в отдельных субъектах Российской Федерации.",
    "passage: Утратил силу. — Указ от 15.02.2024 № 124.",
    "passage: Субсидия покрывает до 50 % затрат, но не более 900 тыс. рублей; заявки принимает министерство.",
    "passage: Article 9 › Risk management\n2. The provider shall test the system against metrics set "
    "beforehand, before it is placed on the market, and shall keep the results for ten years.",
    "passage: (b) any practice that exploits the age or disability of a person, unless a court allows it.",
    "passage: Who may ask for access to the data, and how soon must an authority answer?",
)


def largest_inputs(
    folder: Path, model: bytes, words: np.ndarray, shown: Sequence[str]
) -> dict[str, np.ndarray]:
    """The largest absolute value of each column of the outputs ``shown`` of ``model``, float32 [columns].

    ``folder``: the unpacked model, for its tokenizer. ``words``: the word embeddings. Raises ValueError where
    tokenizer or model cannot be used, ImportError where onnxruntime cannot be imported.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    found: dict[str, np.ndarray] = {}
    try:
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        for ids in _token_ids(folder):
            made = session.run(list(shown), {INPUT: words[np.array([ids])]})
            for name, values in zip(shown, made, strict=True):
                largest = np.abs(values).max(axis=(0, 1))
                found[name] = np.maximum(found.get(name, largest), largest)
    except Exception as error:  # neither library's own errors share a narrower class
        raise ValueError(str(error)) from error
    return found


def _token_ids(folder: Path) -> list[list[int]]:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    limit = sizes_from_files(folder)[1]
    if limit is not None:
        tokenizer.enable_truncation(limit)
    return [read.ids for read in tokenizer.encode_batch(list(SENTENCES))]
