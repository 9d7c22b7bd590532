"""Token vectors -> small codes, and MaxSim over them: late interaction (Khattab and Zaharia, ColBERT, 2020).

The embedding model makes a vector for every token on the way to a passage's one vector. Compared token by
token they tell a passage that answers from one that is merely about the same. What is kept of them: each
less its language's mean token vector (queries and passages apart), projected onto few directions, scaled to
unit length and rounded to 8 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.index.centring import LANGS, MEANS, ROLES, by_name, load_arrays, means_of, middle, save_arrays

if TYPE_CHECKING:
    from assistant.index.embedder import Embedder, Role
    from assistant.index.read_once import ReadOnce
    from assistant.model import Lang

# Which tokens are kept, and how: profiles and codes under another number are not used. 2: no punctuation.
CODING = 2
DIRECTIONS = 96  # of the projection, where the model's adapter brings none
LEVELS = 127
SAMPLE = 20_000  # token vectors the directions are learnt from


@dataclass(frozen=True, slots=True)
class TokenCodes:
    """A passage's token vectors. ``codes``: int8 [tokens, directions]; ``scales``: float32 [tokens]."""

    codes: np.ndarray
    scales: np.ndarray

    def to_bytes(self) -> bytes:
        """Scales as float16, then the codes."""
        return self.scales.astype("<f2").tobytes() + self.codes.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes, directions: int) -> TokenCodes:
        """What :meth:`to_bytes` gave."""
        tokens = len(data) // (directions + 2)
        scales = np.frombuffer(data, "<f2", tokens).astype(np.float32)
        codes = np.frombuffer(data, np.int8, offset=2 * tokens).reshape(tokens, directions)
        return cls(codes, scales)


@dataclass(frozen=True, slots=True)
class TokenProfile:
    """How one embedder's token vectors are made comparable and small.

    ``means``: float32 [dimension], by role and language. ``projection``: float32 [dimension, directions].
    """

    fingerprint: str
    means: dict[tuple[Role, Lang], np.ndarray]
    projection: np.ndarray

    @property
    def directions(self) -> int:
        """Numbers kept of a token."""
        return int(self.projection.shape[1])

    def reduce(self, tokens: np.ndarray, lang: str | None, role: Role) -> np.ndarray:
        """Token vectors [tokens, dimension] as unit vectors [tokens, directions], float32."""
        centred = np.asarray(tokens, np.float32) - middle(self.means, role, lang)
        reduced = centred @ self.projection
        return np.asarray(
            reduced / np.maximum(np.linalg.norm(reduced, axis=1, keepdims=True), 1e-9), np.float32
        )

    def encode(self, tokens: np.ndarray, lang: str | None) -> TokenCodes:
        """A passage's token vectors as codes."""
        reduced = self.reduce(tokens, lang, "passage")
        largest = np.maximum(np.abs(reduced).max(axis=1, initial=0.0), 1e-4)
        scales = (largest / LEVELS).astype("<f2").astype(np.float32)
        codes = np.clip(np.rint(reduced / np.maximum(scales, 1e-9)[:, None]), -LEVELS, LEVELS).astype(np.int8)
        return TokenCodes(codes, scales)

    def save(self, path: Path) -> None:
        """Write the profile as ``.npz``, in one step: a reader sees the old file or the new one."""
        arrays = {"projection": self.projection, **by_name(self.means)}
        save_arrays(path, fingerprint=np.array(self.fingerprint), **arrays)

    @classmethod
    def load(cls, path: Path) -> TokenProfile:
        """Read a saved profile. Raises :class:`ModelError` when the file is missing or is none."""
        names = ("fingerprint", "projection", *MEANS)
        arrays = load_arrays(path, names, "token profile", "профиль токенов")
        return cls(str(arrays["fingerprint"]), means_of(arrays), arrays["projection"])


def learn_tokens(embedder: Embedder | ReadOnce, pairs: Sequence[tuple[str, str]]) -> TokenProfile | None:
    """Means and directions from statements that say the same in Russian and in English.

    The directions are the adapter's, where the model has one, else the principal ones of the passages'
    centred token vectors. None where the model makes no token vectors.
    """
    means: dict[tuple[Role, Lang], np.ndarray] = {}
    centred: list[np.ndarray] = []
    for role in ROLES:
        for position, lang in enumerate(LANGS):
            encoded = embedder.encode([pair[position] for pair in pairs], role)
            if encoded.tokens is None:
                return None
            tokens = np.concatenate(encoded.tokens)
            means[role, lang] = tokens.mean(axis=0, dtype=np.float64).astype(np.float32)
            if role == "passage":
                centred.append(tokens - means[role, lang])
    projection = embedder.token_projection
    if projection is None:
        projection = _principal(np.concatenate(centred))
    return TokenProfile(embedder.identity.fingerprint, means, projection)


def _principal(vectors: np.ndarray) -> np.ndarray:
    """The first principal directions [dimension, DIRECTIONS] of unit vectors, an even sample of them."""
    step = max(1, len(vectors) // SAMPLE)
    sample = vectors[::step]
    unit = sample / np.maximum(np.linalg.norm(sample, axis=1, keepdims=True), 1e-9)
    values, directions = np.linalg.eigh(unit.T @ unit)
    order = np.argsort(-values)[: min(DIRECTIONS, vectors.shape[1])]
    return np.ascontiguousarray(directions[:, order], dtype=np.float32)


def best_matches(question: np.ndarray, passages: Sequence[TokenCodes]) -> np.ndarray:
    """[passages, question tokens]: how well each token of the question is matched at best in each passage."""
    found = np.zeros((len(passages), len(question)), np.float32)
    filled = [number for number, passage in enumerate(passages) if len(passage.codes)]
    if not filled or not len(question):
        return found
    codes = np.concatenate([passages[number].codes for number in filled]).astype(np.float32)
    codes *= np.concatenate([passages[number].scales for number in filled])[:, None]
    starts = np.cumsum([0, *(len(passages[number].codes) for number in filled[:-1])])
    found[filled] = np.maximum.reduceat(codes @ question.T, starts, axis=0)
    return found


def maxsim(matches: np.ndarray) -> np.ndarray:
    """Each passage's score, -1…1: the mean over the question's tokens of :func:`best_matches`.

    A passage without tokens scores 0, and so does every passage for a question without any.
    """
    return matches.mean(axis=1) if matches.shape[1] else np.zeros(len(matches), np.float32)
