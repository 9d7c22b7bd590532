"""What a worker of a cluster runs: a file's bytes -> its edition, texts -> their vectors and token codes.

A worker has no library and writes nothing. It must run the same code and the same model as the process that
asked, or results would not be those of one machine: both are checked by their hashes. Errors come back as
values, in the form in which :mod:`ingest.cage` hands them on.
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.errors import PolicyError
from assistant.library.drafts import EditionDraft
from assistant.model import Authority, Identity
from assistant.settings import ReaderSettings, Settings
from ingest.cage import cage_of
from ingest.cage.refusals import unforeseen
from ingest.catalogue import Catalogue
from ingest.hidden import Hidden

if TYPE_CHECKING:
    from assistant.index.embedder import Embedder
    from assistant.index.late import TokenCodes, TokenProfile

log = logging.getLogger(__name__)

PACKAGES = ("assistant", "ingest", "corpus")
UNFORESEEN = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, OSError, RecursionError,
    TypeError, ValueError,
)  # fmt: skip
_CATALOGUES_KEPT = 2


@dataclass(frozen=True, slots=True)
class File:
    """A file to be read. ``path``: what it is called where it lies; nothing is opened there."""

    data: bytes
    path: str
    sidecar: Mapping[str, Any] | None
    identity: Identity | None
    authority: Authority | None


@dataclass(frozen=True, slots=True)
class Model:
    """An embedding model as its settings name it. ``folder``: where the asking process has its models.

    ``fingerprint``: of the vectors it must give.
    """

    name: str
    folder: str
    adapter: bool
    backend: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Worker:
    """A process of the cluster."""

    host: str
    pid: int

    @classmethod
    def this(cls) -> Worker:
        """The one that this code runs in."""
        return cls(platform.node(), os.getpid())


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a file: an edition, or an error as ``{"type", "en", "ru", "reason"}``."""

    worker: Worker
    edition: EditionDraft | None = None
    hidden: Sequence[Hidden] = ()
    error: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Embedded:
    """What came of texts: vectors float32 [n, dimension] and token codes, or an error.

    ``codes``: None for each text where the model makes none.
    """

    worker: Worker
    vectors: np.ndarray | None = None
    codes: Sequence[TokenCodes | None] = ()
    error: dict[str, str] | None = None


def read_edition(code: str, file: File, limits: ReaderSettings, digest: str, shared: Sequence[Any]) -> Read:
    """Read a file in this machine's cage.

    ``code``: :func:`code_hash` of the asker. ``shared``: [what stands for the
    catalogue], ``digest`` its hash.
    """
    here = Worker.this()
    found: list[Hidden] = []
    other = _other_code(code, here)
    if other is not None:
        return Read(here, error=other)
    try:
        path = Path(file.path)
        draft = cage_of(limits).edition(
            file.data, path, None if file.sidecar is None else dict(file.sidecar), _catalogue(digest, shared),
            file.identity, file.authority, found.extend,
        )  # fmt: skip
    except PolicyError as error:
        return Read(here, hidden=found, error=_as_value(error))
    except UNFORESEEN as error:
        log.exception("%s", file.path)
        return Read(here, error=_as_value(unforeseen(path.name, type(error).__name__)))
    return Read(here, draft, found)


def embed_passages(
    code: str, texts: Sequence[str], spoken: Sequence[str], model: Model, profile: TokenProfile | None
) -> Embedded:
    """Vectors of passages and, with a profile, the codes of their tokens. ``spoken``: each one's language."""
    here = Worker.this()
    other = _other_code(code, here)
    if other is not None:
        return Embedded(here, error=other)
    try:
        embedder = _embedder(model)
        if profile is None:
            return Embedded(here, embedder.embed_passages(texts), [None] * len(texts))
        encoded = embedder.encode(texts, "passage")
    except PolicyError as error:
        return Embedded(here, error=_as_value(error))
    except (*UNFORESEEN, RuntimeError, MemoryError) as error:  # onnxruntime's and torch's are RuntimeErrors
        log.exception("A batch of texts could not be embedded.")
        return Embedded(here, error=_as_value(_not_embedded(here.host, type(error).__name__)))
    tokens = encoded.tokens or ()
    codes = [profile.encode(own, lang) for own, lang in zip(tokens, spoken, strict=False)]
    return Embedded(here, encoded.vectors, codes or [None] * len(texts))


def _not_embedded(host: str, kind: str) -> PolicyError:
    from assistant.errors import ModelError

    return ModelError(
        f"The machine {host} of the cluster could not embed texts: {kind}; Ray's logs there say more. What "
        "was finished is kept; mend the machine or take it out of the cluster, then repeat.",
        f"Машина {host} кластера не смогла вычислить векторы: {kind}; подробности в журналах Ray на ней. "
        "Завершённое сохранено; исправьте машину или выведите её из кластера и повторите.",
    )


@lru_cache(maxsize=1)
def code_hash() -> str:
    """SHA-256 over the program's own modules and data, hex: results of another one may differ."""
    found = hashlib.sha256()
    for package in PACKAGES:
        spec = find_spec(package)
        assert spec is not None
        for folder in spec.submodule_search_locations or ():
            for file in sorted(Path(folder).rglob("*")):
                if file.suffix in (".py", ".yaml", ".jsonl", ".safetensors"):
                    found.update(f"{package}/{file.relative_to(folder).as_posix()}\n".encode())
                    found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def _other_code(code: str, here: Worker) -> dict[str, str] | None:
    if code == code_hash():
        return None
    return {
        "type": "ClusterError",
        "en": f"The machine {here.host} of the cluster has another version of this program. Install the same "
        "on all of them (pip install, or the same folder), restart their Ray and repeat.",
        "ru": f"На машине {here.host} кластера другая версия программы. Установите на всех одну и ту же, "
        "перезапустите на них Ray и повторите.",
    }


def _catalogue(digest: str, shared: Sequence[Any]) -> Catalogue:
    """The catalogue, fetched once by each worker: the cage tells one from another by identity."""
    if digest not in _catalogues:
        import ray

        while len(_catalogues) >= _CATALOGUES_KEPT:
            _catalogues.pop(next(iter(_catalogues)))
        _catalogues[digest] = ray.get(shared[0])
    return _catalogues[digest]


_catalogues: dict[str, Catalogue] = {}


@lru_cache(maxsize=2)
def _embedder(model: Model) -> Embedder:
    """The model asked for, in the asking process's folder, where this machine sees it, or in its own home.

    Raises ModelError where neither has it.
    """
    from assistant.errors import ModelError
    from assistant.index import e5_weights
    from assistant.index.adapter import adapter_of
    from assistant.index.embedder import find_embedder

    folders = [Path(model.folder), Settings().models_path]
    if model.name == e5_weights.MODEL_NAME:
        folders = [each for each in folders if e5_weights.is_complete(each / model.name)]
    adapter = adapter_of(model.name) if model.adapter else None
    for folder in folders:
        found = find_embedder(model.name, folder, adapter=adapter, backend=model.backend)  # type: ignore[arg-type]
        if found.identity.fingerprint == model.fingerprint:
            return found
    host = platform.node()
    raise ModelError(
        f"The machine {host} of the cluster does not have the embedding model {model.name} as it is used "
        "here. Run 'ai-policy ingest' there once, or let it see the same AI_POLICY_HOME/models; then repeat.",
        f"На машине {host} кластера нет модели {model.name} в том же виде, что здесь. Выполните там один "
        "раз «ai-policy ingest» или откройте ей ту же папку AI_POLICY_HOME/models, затем повторите.",
    )


def _as_value(error: PolicyError) -> dict[str, str]:
    reason = getattr(error, "reason", "")
    return {"type": type(error).__name__, "en": error.en, "ru": error.ru, "reason": reason}
