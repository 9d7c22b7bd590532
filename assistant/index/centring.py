"""Vectors with their language in them -> vectors without it: each language's mean is subtracted.

In a mixed Russian and English pool e5 prefers passages of the question's own language. The mean vector of a
language carries that preference; without it the parallel passage in the other language comes near. Queries
and passages have means of their own, for they are embedded with different prompts.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np

from assistant.errors import ModelError
from assistant.index.embedder import Role
from assistant.model import Lang

if TYPE_CHECKING:
    from assistant.index.embedder import Embedder
    from assistant.index.read_once import ReadOnce

ROLES: tuple[Role, ...] = get_args(Role)
LANGS: tuple[Lang, ...] = get_args(Lang)
MEANS = tuple(f"{role}.{lang}" for role in ROLES for lang in LANGS)  # as a file names them
# A vector this near to its language's mean has no direction left; it is then kept as it was.
MIN_NORM = 1e-6


@dataclass(frozen=True, slots=True)
class CentringProfile:
    """Mean vectors of one embedder. ``means``: float32 of the embedder's dimension, by role and language."""

    fingerprint: str
    means: dict[tuple[Role, Lang], np.ndarray]

    @classmethod
    def zeros(cls, fingerprint: str, dimension: int) -> CentringProfile:
        """A profile that subtracts nothing."""
        none = np.zeros(dimension, np.float32)
        return cls(fingerprint, {(role, lang): none for role in ROLES for lang in LANGS})

    def mean(self, role: Role, lang: str | None) -> np.ndarray:
        """The mean to subtract; for a text of another or unknown language the middle between the two."""
        return middle(self.means, role, lang)

    def apply(self, vectors: np.ndarray, langs: Sequence[str | None], role: Role) -> np.ndarray:
        """``vectors`` (n × dimension, unit length) less their language's mean, float32, unit length again."""
        if len(vectors) != len(langs):
            raise ValueError(f"{len(vectors)} vectors, but {len(langs)} languages")
        if not len(vectors):
            return np.asarray(vectors, dtype=np.float32)
        means = {lang: self.mean(role, lang) for lang in set(langs)}
        centred = np.asarray(vectors, dtype=np.float32) - np.stack([means[lang] for lang in langs])
        norms = np.linalg.norm(centred, axis=1, keepdims=True)
        lost = norms[:, 0] < MIN_NORM
        centred[lost], norms[lost] = vectors[lost], 1.0
        return centred / norms

    def save(self, path: Path) -> None:
        """Write the profile as ``.npz``, in one step: a reader sees the old file or the new one."""
        save_arrays(path, fingerprint=np.array(self.fingerprint), **by_name(self.means))

    @classmethod
    def load(cls, path: Path) -> CentringProfile:
        """Read a saved profile; compare its ``fingerprint`` with the embedder's before use.

        Raises :class:`ModelError` when the file is missing or is not a profile.
        """
        arrays = load_arrays(path, ("fingerprint", *MEANS), "language profile", "языковой профиль")
        return cls(str(arrays["fingerprint"]), means_of(arrays))


def by_name(means: Mapping[tuple[Role, Lang], np.ndarray]) -> dict[str, np.ndarray]:
    """The means as arrays of a file: ``query.ru`` and so on."""
    return {f"{role}.{lang}": mean for (role, lang), mean in means.items()}


def means_of(arrays: Mapping[str, np.ndarray]) -> dict[tuple[Role, Lang], np.ndarray]:
    """What :func:`by_name` was given."""
    return {(role, lang): arrays[f"{role}.{lang}"] for role in ROLES for lang in LANGS}


def load_arrays(path: Path, names: Sequence[str], en: str, ru: str) -> dict[str, np.ndarray]:
    """The named arrays of an ``.npz`` file. ``en``, ``ru``: what the file should be, for messages.

    Raises :class:`ModelError` when the file is missing, is none or lacks one of them.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in names}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(
            f"The {en} {path} cannot be read ({error}). Delete it and ingest again.",
            f"Не читается {ru} {path} ({error}). Удалите его и повторите загрузку.",
        ) from error


def save_arrays(path: Path, **arrays: np.ndarray) -> None:
    """Write named arrays as ``.npz``, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def middle(means: Mapping[tuple[Role, Lang], np.ndarray], role: Role, lang: str | None) -> np.ndarray:
    """The mean of a language; of another or unknown one the middle between the two that are known."""
    for known in LANGS:
        if lang == known:
            return means[role, known]
    total = sum(means[role, known] for known in LANGS)
    return np.asarray(total / len(LANGS), dtype=np.float32)


def compute_profile(embedder: Embedder | ReadOnce, pairs: Sequence[tuple[str, str]]) -> CentringProfile:
    """Means over statements that say the same in Russian and in English, each taken in both roles.

    Parallel texts keep the subject out of the difference between the languages' means.
    """
    if not pairs:
        raise ValueError("a language profile needs at least one pair of statements")
    embed = {"query": embedder.embed_queries, "passage": embedder.embed_passages}
    means: dict[tuple[Role, Lang], np.ndarray] = {}
    for role in ROLES:
        for position, lang in enumerate(LANGS):
            texts = [pair[position] for pair in pairs]
            means[role, lang] = embed[role](texts).mean(axis=0, dtype=np.float64).astype(np.float32)
    return CentringProfile(embedder.identity.fingerprint, means)
