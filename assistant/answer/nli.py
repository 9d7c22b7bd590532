"""(quotation, claim) pairs -> how far the quotation entails or contradicts the claim, where a model is named.

Any sentence-transformers CrossEncoder trained for natural-language inference will do: which of its outputs
means entailment is read from the names of its labels, never guessed from their order.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

    from assistant.answer.verify import Quoted

MAX_CHARS = 4000  # of each text of a pair; the model cuts at its own limit
_ENTAILMENT = frozenset({"entailment", "entails", "entailed", "entail"})
_CONTRADICTION = frozenset({"contradiction", "contradicts", "contradictory", "contradict"})
_NOT = re.compile(r"^(?:not|non|no)(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Labels:
    """Which outputs of a model mean what. ``contradiction``: None where the model has no such output."""

    entailment: int
    contradiction: int | None


@dataclass(frozen=True, slots=True)
class Inference:
    """Probabilities, 0…1, that a claim follows from its quotation and that it contradicts it.

    ``contradiction``: 0.0 for a model of two labels, which does not tell contradicted from unsaid.
    """

    entailment: float
    contradiction: float


@lru_cache(maxsize=2)
def inference_model(name: str) -> InferenceModel:
    """The model of this name, opened once."""
    return InferenceModel(name)


class InferenceModel:
    """A natural-language-inference cross-encoder by name: a folder, or a model on the hub.

    Loaded on first use; threads take turns.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._model: CrossEncoder | None = None
        self._labels: Labels | None = None

    def infer(self, pairs: Sequence[tuple[str, str]]) -> list[Inference]:
        """One inference for every (premise, hypothesis), in order. Raises ModelError."""
        if not pairs:
            return []
        from torch.nn import Identity  # softmax is of the bare outputs, whatever activation a model brings

        with self._lock:
            model, labels = self._load()
            cut = [(premise[:MAX_CHARS], hypothesis[:MAX_CHARS]) for premise, hypothesis in pairs]
            raw = model.predict(cut, activation_fn=Identity(), apply_softmax=True, show_progress_bar=False)
        shares = np.asarray(raw, dtype=np.float32).reshape(len(pairs), -1)
        if not np.isfinite(shares).all() or shares.shape[1] <= max(
            labels.entailment, labels.contradiction or 0
        ):
            raise ModelError(
                f"The inference model {self.name} does not give one number for each of its labels. Its "
                "weights are damaged: correct or unset AI_POLICY_ANSWER__NLI_MODEL.",
                f"Модель логического следования {self.name} не даёт по числу на каждую свою метку. Её веса "
                "повреждены: исправьте или уберите AI_POLICY_ANSWER__NLI_MODEL.",
            )
        other = labels.contradiction
        return [
            Inference(float(row[labels.entailment]), 0.0 if other is None else float(row[other]))
            for row in shares
        ]

    def support(self, claim: str, grounds: Sequence[Quoted]) -> Inference:
        """How far quotations with what stands above them entail and contradict a claim. Raises ModelError."""
        return self.infer([(premise_of(grounds), claim)])[0]

    def _load(self) -> tuple[CrossEncoder, Labels]:
        if self._model is None or self._labels is None:
            model = _read(self.name)
            self._labels = labels_of(_names(model), self.name)
            self._model = model
        return self._model, self._labels


def premise_of(grounds: Sequence[Quoted]) -> str:
    """Quotations as a premise: each after what a published act has above it."""
    parts = (part.strip() for each in grounds for part in (each.context if each.published else "", each.text))
    return "\n".join(part for part in parts if part)


def labels_of(names: Mapping[int, str], model: str) -> Labels:
    """Which of a model's labels means entailment and which contradiction, however they are written.

    ``names``: the model's ``id2label``. Raises ModelError where not exactly one of them means entailment.
    """
    plain = {int(index): re.sub(r"[^a-z]", "", str(name).lower()) for index, name in names.items()}
    entailing = [index for index, name in plain.items() if name in _ENTAILMENT]
    denying = [index for index, name in plain.items() if name in _CONTRADICTION]
    negated = [
        index for index, name in plain.items() if _NOT.sub("", name) in _ENTAILMENT and _NOT.match(name)
    ]
    told = len(plain) > 1 and len(entailing) == 1 and len(denying) <= 1 and bool(denying or negated)
    if not told:
        listed = ", ".join(str(name) for name in names.values()) or "-"
        raise ModelError(
            f"The labels of the model {model} ({listed}) do not say which one means entailment. Name a "
            "natural-language-inference cross-encoder in AI_POLICY_ANSWER__NLI_MODEL, or unset it.",
            f"Метки модели {model} ({listed}) не говорят, какая из них означает следование. Укажите в "
            "AI_POLICY_ANSWER__NLI_MODEL кросс-энкодер для логического следования или уберите настройку.",
        )
    return Labels(entailing[0], denying[0] if denying else None)


def _names(model: CrossEncoder) -> dict[int, str]:
    """The model's own names of its labels, empty where it has none."""
    return dict(getattr(model.config, "id2label", None) or {})


def _read(name: str) -> CrossEncoder:
    """The model of a folder, without asking the network, or of a hub name. Raises ModelError."""
    from safetensors import SafetensorError
    from sentence_transformers import CrossEncoder

    path = Path(name).expanduser()
    try:
        return CrossEncoder(str(path) if path.is_dir() else name, local_files_only=path.is_dir())
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(
            f"The inference model {name} cannot be loaded: {reason} Correct or unset "
            "AI_POLICY_ANSWER__NLI_MODEL.",
            f"Не удаётся загрузить модель логического следования {name}: {reason} Исправьте или уберите "
            "AI_POLICY_ANSWER__NLI_MODEL.",
        ) from error
