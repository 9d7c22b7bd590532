"""Development questions with and without an answer -> assistant/answer/thresholds.yaml.

Run over a home with all acts: ``python -m evals.training.abstention``. Learnt from the development halves of
the abstention twins and of the natural retrieval questions; the threshold lets REFUSED of the answerable ones
of both be refused, judged by cross-validation. A second set of weights is for small libraries, learnt from
the same questions with the search narrowed: to the act that answers, to another act, to the digests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
import yaml

from assistant.answer.evidence import FEATURES, features
from assistant.answer.threshold import FILE, LEAST_CHUNKS
from assistant.asking import read
from assistant.engine import Assistant
from assistant.library.view import Filters
from assistant.model import Authority
from assistant.order import article_of
from assistant.retrieve import retrieve
from evals.abstention_cases import load_abstention
from evals.retrieval_cases import RetrievalCase, load_cases

REFUSED = 0.08
STRENGTH = 0.02  # of scikit-learn's logistic regression, C …
STRENGTH_SMALL = 0.1  # … chosen by cross-validation for each of the two
COVERED = 0.9  # no unanswerable row that the weights refuse reaches it …
COVERED_SMALL = 0.8  # … nor this in a small library
SEEDS = 4
USED = FEATURES
Fit = Callable[[np.ndarray], tuple[Any, Any]]


def features_of(
    assistant: Assistant, question: str, act: str | None = None, authority: str | None = None
) -> dict[str, float]:
    """The features of a question over the assistant's library, or over one act or authority of it."""
    reading, ranked, rarity = evidence_of(assistant, question, act, authority)
    return features(reading, ranked, assistant.view, rarity)


def evidence_of(
    assistant: Assistant, question: str, act: str | None = None, authority: str | None = None
) -> tuple[Any, Any, Any]:
    """(reading, ranked provisions, rarity of terms) of a question, as an answer would be made from."""
    view, settings = assistant.view, assistant.settings
    filters = Filters(as_of=date.today(), act=act, authority=authority)
    reading = read(question, view, assistant.indexes, filters, None, settings)
    ranked = retrieve(reading, view, assistant.indexes, settings.retrieval, settings.answer.hits)
    return reading, ranked, assistant.indexes.rarity(reading.terms)


def learn(assistant: Assistant) -> dict[str, Any]:
    """The weights and the threshold."""
    twins = [case for case in load_abstention() if case.split == "dev"]
    natural = [case for case in load_cases() if case.split == "dev" and "situational" not in case.tags]
    asked = [(case.question, case.answerable) for case in twins] + [(case.question, True) for case in natural]
    found = [features_of(assistant, question) for question, _ in asked]
    answerable = np.array([yes for _, yes in asked])
    told = (
        f"{len(twins)} abstention twins and {len(natural)} natural retrieval questions, development halves, "
        "all acts held"
    )
    return fit(_table(found), answerable, told, assistant) | {
        "least_chunks": LEAST_CHUNKS,
        "covered": COVERED,
    }


def learn_small(assistant: Assistant) -> dict[str, Any]:
    """The weights and the threshold of a library that holds little.

    A question is answered by its own act alone, and by no other act; by the digests where they restate each
    provision it needs, and not where they restate nothing of its articles; where an unanswerable twin has no
    answer in all texts it has none in the digests.
    """
    natural = [case for case in load_cases() if case.split == "dev" and "situational" not in case.tags]
    acts = sorted({place.act for case in natural for need in case.needs for place in need})
    asked: list[tuple[str, dict[str, str], bool]] = []
    restated = _restated(assistant)
    for number, case in enumerate(natural):
        own = {place.act for need in case.needs for place in need}
        others = [act for act in acts if act not in own]
        if len(own) == 1:
            asked.append((case.question, {"act": next(iter(own))}, True))
        asked.append((case.question, {"act": others[number % len(others)]}, False))
        told = _in_digests(case, restated)
        if told is not None:
            asked.append((case.question, {"authority": Authority.DIGEST}, told))
    twins = [case for case in load_abstention() if case.split == "dev" and not case.answerable]
    asked += [(case.question, {"authority": Authority.DIGEST}, False) for case in twins]
    found = [features_of(assistant, question, **scope) for question, scope, _ in asked]
    answerable = np.array([yes for *_, yes in asked])
    told_of = (
        f"{len(natural)} natural retrieval questions over one act and over digests alone, and {len(twins)} "
        f"unanswerable twins over digests, development halves: {int(answerable.sum())} answerable rows of "
        f"{len(asked)}"
    )
    return fit(_table(found), answerable, told_of, assistant, STRENGTH_SMALL) | {
        "least_chunks": 0,
        "covered": COVERED_SMALL,
    }


def _restated(assistant: Assistant) -> dict[str, set[str]]:
    """Act -> ids of its provisions that digests restate."""
    found: dict[str, set[str]] = {}
    view = assistant.view
    for place in view.library.chunk_places(view.library.chunk_ids()).values():
        if place.restates:
            found.setdefault(view.editions[place.edition].act_id, set()).update(place.restates)
    return found


def _in_digests(case: RetrievalCase, restated: dict[str, set[str]]) -> bool | None:
    """Whether digests answer a case; None where that cannot be told."""
    exact = [any(place.provision in restated.get(place.act, ()) for place in need) for need in case.needs]
    if all(exact):
        return True
    articles = {(act, article_of(provision)) for act, held in restated.items() for provision in held}
    near = [(place.act, article_of(place.provision)) in articles for need in case.needs for place in need]
    return None if any(near) else False


def _table(found: Sequence[dict[str, float]]) -> np.ndarray:
    """[questions, USED]."""
    return np.array([[each[name] for name in USED] for each in found])


def fit(
    table: np.ndarray,
    answerable: np.ndarray,
    learnt_from: str,
    assistant: Assistant,
    strength: float = STRENGTH,
) -> dict[str, Any]:
    """A logistic regression [questions, USED] -> answerable."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    def fitted(rows: np.ndarray) -> tuple[Any, Any]:
        scaler = StandardScaler().fit(table[rows])
        regression = LogisticRegression(C=strength, max_iter=3000, class_weight="balanced")
        regression.fit(scaler.transform(table[rows]), answerable[rows])
        return scaler, regression

    probability = float(np.mean([_threshold(fitted, table, answerable, seed) for seed in range(SEEDS)]))
    scaler, regression = fitted(np.arange(len(table)))
    return {
        "embedder": assistant.indexes.embedder.identity.name,
        "adapter": assistant.indexes.embedder.adapter is not None,
        "learnt_from": learnt_from,
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
    assistant = Assistant()
    found = [learn(assistant), learn_small(assistant)]
    FILE.write_text(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
