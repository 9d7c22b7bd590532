"""Token ids -> token vectors by onnxruntime, on all the processors this process may use.

Texts of the same length go through the model together, so that nothing is computed for padding; each such
batch runs on one thread, several at a time, which costs less than several threads in every matrix product.
Neither torch nor transformers is imported.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np

from assistant.errors import ModelError
from assistant.index.cores import allowed_cores
from assistant.index.onnx_files import OnnxSource, word_vectors
from assistant.index.onnx_graph import INPUT, OUTPUT

# Tokens of a batch: enough for every matrix product to run at full speed, little enough for the cache.
BATCH_TOKENS = 512

Item = TypeVar("Item")
Made = TypeVar("Made")


class OnnxEncoder:
    """An encoder, loaded. Safe to share between threads, which do not wait for one another.

    ``source``: what it is made of. Raises :class:`ModelError` where it cannot be made or onnxruntime cannot
    be imported or does not take it.
    """

    def __init__(self, source: OnnxSource) -> None:
        self.source = source
        self._words = word_vectors(source.folder)
        self._session = _session(source)
        self._cores = allowed_cores()

    def encode(
        self,
        ids: Sequence[Sequence[int]],
        of_text: Callable[[int, np.ndarray], Made],
        on_done: Callable[[int], None] | None = None,
    ) -> list[Made]:
        """What ``of_text`` makes of each text's place and token vectors, float32 [tokens, dimension].

        It is called on several threads; the vectors are not kept. ``on_done`` is told after every batch how
        many texts are finished.
        """
        made: dict[int, Made] = {}
        batches = list(same_length(ids, BATCH_TOKENS))

        def run(batch: list[int]) -> list[Made]:
            words = self._words[np.array([ids[place] for place in batch])]
            try:
                tokens = self._session.run([OUTPUT], {INPUT: words})[0]
            except Exception as error:  # the library's own errors share no narrower class
                raise _unusable(self.source, error) from error
            return [of_text(place, tokens[row]) for row, place in enumerate(batch)]

        for batch, found in zip(batches, _on_threads(run, batches, self._cores), strict=True):
            made.update(zip(batch, found, strict=True))
            if on_done is not None:
                on_done(len(made))
        return [made[place] for place in range(len(ids))]


def same_length(ids: Sequence[Sequence[int]], budget: int) -> Iterator[list[int]]:
    """Places of texts of one length each, longest first, within ``budget`` tokens or one text alone."""
    places: dict[int, list[int]] = defaultdict(list)
    for place, text in enumerate(ids):
        places[len(text)].append(place)
    for length in sorted(places, reverse=True):
        step = max(1, budget // max(1, length))
        for first in range(0, len(places[length]), step):
            yield places[length][first : first + step]


def _on_threads(run: Callable[[Item], Made], items: Sequence[Item], threads: int) -> Iterator[Made]:
    """``run`` of each item, in order. What has not begun is given up when the caller leaves off."""
    if len(items) < 2 or threads < 2:
        yield from map(run, items)
        return
    pool = ThreadPoolExecutor(min(threads, len(items)), "embedding")
    try:
        yield from pool.map(run, items)
    finally:
        pool.shutdown(cancel_futures=True)


_importing = threading.Lock()


def _session(source: OnnxSource) -> Any:
    with _importing:
        try:
            import onnxruntime
        except ImportError as error:
            raise _unusable(source, error) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # made for one shape, and here every length is another
    options.log_severity_level = 3
    # The graph is the one to be run: what would be fused for good measure, layer norms, is slower.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    try:
        return onnxruntime.InferenceSession(source.obtain(), options, providers=["CPUExecutionProvider"])
    except ModelError:
        raise
    except Exception as error:  # the library's own errors share no narrower class
        raise _unusable(source, error) from error


def _unusable(source: OnnxSource, error: Exception) -> ModelError:
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    return ModelError(
        f"onnxruntime cannot be used with {source.path.name}: {reason}. Run make setup, or set "
        "AI_POLICY_EMBEDDER_BACKEND=torch.",
        f"onnxruntime не работает с {source.path.name}: {reason}. Выполните make setup или задайте "
        "AI_POLICY_EMBEDDER_BACKEND=torch.",
    )
