"""Features of cases -> a score, learnt on one half of them and reported on the other.

The half of a case follows from a hash of what it is about, so that it is the same on every run and in every
place. Nothing of the reporting half is looked at for weights, choice of features or thresholds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

Half = Literal["calibration", "report"]
FOLDS = 10
STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0)  # of scikit-learn's logistic regression, C


def half_of(key: str) -> Half:
    """The half of a case, by the first byte of the SHA-256 of ``key``."""
    return "calibration" if hashlib.sha256(key.encode()).digest()[0] % 2 else "report"


class Combination:
    """A logistic regression over named features, standardised; its strength chosen by cross-validation.

    ``held_out``: for every case it learnt from, the probability by a model that had not seen its fold.
    """

    def __init__(
        self, rows: Sequence[Mapping[str, float]], truth: Sequence[bool], names: Sequence[str]
    ) -> None:
        from sklearn import config_context
        from sklearn.model_selection import StratifiedKFold
        from sklearn.pipeline import make_pipeline

        self.names = tuple(names)
        table, right = self._table(rows), np.asarray(truth, dtype=bool)
        folds = min(FOLDS, int(min(right.sum(), (~right).sum())))
        if folds < 2:
            raise ValueError("a combination needs two cases of each kind at least")
        tried = {strength: np.empty(len(right)) for strength in STRENGTHS}
        # Hundreds of small fits, of parts of a table that is looked at as a whole by the last one.
        with config_context(skip_parameter_validation=True, assume_finite=True):
            for learnt, held in StratifiedKFold(folds, shuffle=True, random_state=0).split(table, right):
                scale = _scaler().fit(table[learnt])
                seen, unseen = scale.transform(table[learnt]), scale.transform(table[held])
                for strength, found in tried.items():
                    fitted = _regression(strength).fit(seen, right[learnt])
                    found[held] = fitted.predict_proba(unseen)[:, 1]
        self.strength = min(tried, key=lambda strength: (_loss(right, tried[strength]), strength))
        self.held_out = [float(each) for each in tried[self.strength]]
        self._fitted = make_pipeline(_scaler(), _regression(self.strength)).fit(table, right)

    def scores(self, rows: Sequence[Mapping[str, float]]) -> list[float]:
        """The probability, 0…1, of each case."""
        return [float(each) for each in self._fitted.predict_proba(self._table(rows))[:, 1]]

    @property
    def weights(self) -> dict[str, float]:
        """Of standardised features."""
        found = self._fitted[-1].coef_[0]
        return {name: round(float(weight), 3) for name, weight in zip(self.names, found, strict=True)}

    def _table(self, rows: Sequence[Mapping[str, float]]) -> np.ndarray:
        return np.array([[row[name] for name in self.names] for row in rows], dtype=float)


def _scaler():  # type: ignore[no-untyped-def]  # noqa: ANN202 (scikit-learn has no types)
    from sklearn.preprocessing import StandardScaler

    return StandardScaler()


def _regression(strength: float):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=3000, class_weight="balanced")


def _loss(truth: np.ndarray, probability: np.ndarray) -> float:
    """Log loss, each of the two kinds weighing a half."""
    sure = np.clip(probability, 1e-6, 1 - 1e-6)
    return float(-(np.log(sure[truth]).mean() + np.log(1 - sure[~truth]).mean()) / 2)
