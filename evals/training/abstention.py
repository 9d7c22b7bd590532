"""Development questions with and without an answer -> assistant/answer/thresholds.yaml.

Run over a home with all acts: ``python -m evals.training.abstention``. Learnt from the development halves of
the abstention twins and of the natural retrieval questions; the threshold lets REFUSED of the answerable ones
of both be refused, judged by cross-validation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import yaml

from assistant.answer.evidence import FEATURES, features
from assistant.answer.threshold import FILE
from assistant.engine import Assistant
from assistant.retrieve import retrieve
from evals.abstention_cases import load_abstention
from evals.retrieval_cases import load_cases

REFUSED = 0.08
STRENGTH = 0.02  # of scikit-learn's logistic regression, C
SEEDS = 4
USED = FEATURES
Fit = Callable[[np.ndarray], tuple[Any, Any]]


def features_of(assistant: Assistant, question: str) -> dict[str, float]:
    """The features of a question over the assistant's library."""
    reading, ranked, rarity = evidence_of(assistant, question)
    return features(reading, ranked, assistant.view, rarity)


def evidence_of(assistant: Assistant, question: str) -> tuple[Any, Any, Any]:
    """(reading, ranked provisions, rarity of terms) of a question, as an answer would be made from."""
    view, settings = assistant.view, assistant.settings
    reading = assistant.read(question)
    ranked = retrieve(reading, view, assistant.indexes, settings.retrieval, settings.answer.hits)
    return reading, ranked, assistant.indexes.lexical.rarity(reading.terms)


def learn(assistant: Assistant) -> dict[str, Any]:
    """The weights and the threshold."""
    twins = [case for case in load_abstention() if case.split == "dev"]
    natural = [case for case in load_cases() if case.split == "dev" and "situational" not in case.tags]
    asked = [(case.question, case.answerable) for case in twins] + [(case.question, True) for case in natural]
    found = [features_of(assistant, question) for question, _ in asked]
    table = np.array([[each[name] for name in USED] for each in found])
    answerable = np.array([yes for _, yes in asked])
    return fit(table, answerable, len(twins), assistant)


def fit(table: np.ndarray, answerable: np.ndarray, twins: int, assistant: Assistant) -> dict[str, Any]:
    """A logistic regression [questions, USED] -> answerable. The first ``twins`` rows are twins."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    def fitted(rows: np.ndarray) -> tuple[Any, Any]:
        scaler = StandardScaler().fit(table[rows])
        regression = LogisticRegression(C=STRENGTH, max_iter=3000, class_weight="balanced")
        regression.fit(scaler.transform(table[rows]), answerable[rows])
        return scaler, regression

    probability = float(np.mean([_threshold(fitted, table, answerable, seed) for seed in range(SEEDS)]))
    scaler, regression = fitted(np.arange(len(table)))
    return {
        "embedder": assistant.indexes.embedder.identity.name,
        "adapter": assistant.indexes.embedder.adapter is not None,
        "learnt_from": f"{twins} abstention twins and {len(table) - twins} natural retrieval questions, "
        "development halves, all acts held",
        "probability": round(probability, 4),
        "intercept": round(float(regression.intercept_[0]), 4),
        "mean": _named(scaler.mean_),
        "scale": _named(scaler.scale_),
        "weight": _named(regression.coef_[0]),
    }


def _threshold(fitted: Fit, table: np.ndarray, answerable: np.ndarray, seed: int) -> float:
    """The probability below which REFUSED of the answerable questions lie, each judged by others' weights."""
    from sklearn.model_selection import StratifiedKFold

    held_out = np.zeros(len(table))
    for others, own in StratifiedKFold(10, shuffle=True, random_state=seed).split(table, answerable):
        scaler, regression = fitted(others)
        held_out[own] = regression.predict_proba(scaler.transform(table[own]))[:, 1]
    return float(np.quantile(held_out[answerable], REFUSED))


def _named(values: Sequence[float]) -> dict[str, float]:
    return {name: round(float(value), 5) for name, value in zip(USED, values, strict=True)}


def main() -> None:
    """Learn and write the file anew."""
    found = learn(Assistant())
    FILE.write_text(yaml.safe_dump([found], allow_unicode=True, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
