"""Texts -> raw vectors by sentence-transformers: any of its models, on the processor or a GPU."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ModelError
from assistant.index.encoded import Encoded

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Tokens of a batch for torch, padding included. On two cores 2048 is fastest for passages of about 220
# tokens (1024: −10 %, 8192: −27 %): larger batches fall out of the processor's cache.
BATCH_TOKENS, GPU_BATCH_TOKENS = 2048, 32_768
MODEL_CONFIGS = ("modules.json", "config.json")


def batches(counts: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Positions of texts in batches of like length, longest first, each within ``budget`` padded tokens."""
    batch: list[int] = []
    for position in sorted(range(len(counts)), key=lambda i: -counts[i]):
        if batch and counts[batch[0]] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def forward(
    model: SentenceTransformer,
    texts: list[str],
    prompt: str,
    task: str,
    silent: Callable[[int], bool] | None,
) -> Encoded:
    """Raw vectors of a batch. ``silent``: whose tokens' vectors are left out; None leaves out all."""
    import torch
    from sentence_transformers.util import batch_to_device

    with torch.inference_mode():
        features = model.preprocess(texts, prompt=prompt or None, task=task)
        ids, mask = features.get("input_ids"), features.get("attention_mask")
        output = model(batch_to_device(features, model.device), task=task)
        vectors = output["sentence_embedding"].float().cpu().numpy()
        made = output.get("token_embeddings")
        if silent is None or made is None or ids is None or mask is None:
            return Encoded(vectors, None)
        lead, special = prompt_length_of(model, prompt), set(model.tokenizer.all_special_ids)
        kept = [
            [
                position
                for position in range(lead, len(row))
                if row[position] not in special and mask[number, position] and not silent(row[position])
            ]
            for number, row in enumerate(ids.tolist())
        ]
        tokens = [made[number, where].float().cpu().numpy() for number, where in enumerate(kept)]
        return Encoded(vectors, tokens)


def prompt_length_of(model: SentenceTransformer, prompt: str) -> int:
    """How many tokens stand before a text's own: the first special one and the prompt's."""
    special = set(model.tokenizer.all_special_ids)
    ids = model.tokenizer(prompt.rstrip())["input_ids"]
    return len(ids) - (1 if ids and ids[-1] in special else 0)


def load_model(source: Path | str, device: str) -> SentenceTransformer:
    """Read the model: a folder without asking the network anything, a hub name as the hub has it."""
    local = isinstance(source, Path)
    if isinstance(source, Path) and not any((source / name).is_file() for name in MODEL_CONFIGS):
        raise broken(source, FileNotFoundError(", ".join(MODEL_CONFIGS)))
    try:
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging
    except ImportError as error:
        raise ModelError(
            f"sentence-transformers cannot be imported ({error}). Run make setup.",
            f"Не удаётся загрузить sentence-transformers ({error}). Выполните make setup.",
        ) from error
    transformers_logging.disable_progress_bar()
    try:
        model = SentenceTransformer(str(source), device=device, local_files_only=local)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError, SafetensorError) as error:
        raise broken(source, error) from error
    return model.eval()


def broken(source: Path | str, error: Exception) -> ModelError:
    """A model that cannot be loaded, as the error a user sees."""
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    if isinstance(source, Path):
        return ModelError(
            f"The embedding model in {source} cannot be loaded: {reason}. Delete that folder and run make "
            "setup for the default model, or correct AI_POLICY_EMBEDDER.",
            f"Не удаётся загрузить модель эмбеддингов из {source}: {reason}. Удалите эту папку и выполните "
            "make setup, если это модель по умолчанию, или исправьте AI_POLICY_EMBEDDER.",
        )
    return ModelError(
        f"The embedding model {source} cannot be loaded from the hub: {reason}. Check the name in "
        "AI_POLICY_EMBEDDER and the network, or give the path of a folder with the model.",
        f"Не удаётся загрузить модель эмбеддингов {source} с хаба: {reason}. Проверьте имя в "
        "AI_POLICY_EMBEDDER и сеть или укажите путь к папке с моделью.",
    )
