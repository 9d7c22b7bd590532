"""Questions with ten passages each, some of which no passage answers -> who would be answered, who refused.

NoMIRACL (Thakur et al., 2024). Every question is judged over its own passages, which a search has found: all
of them are near it. Weights and thresholds come from one half of the questions, by hash of the id, and every
figure from the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.index.indexes import Indexes
from assistant.index.readable import readable
from assistant.model import Lang
from evals.benchmarks import answerhood
from evals.benchmarks.calibration import Combination, Half, half_of
from evals.benchmarks.nomiracl_codes import Texts, coded
from evals.metrics.classification import (
    auroc,
    estimate,
    risk_coverage,
    shares,
    threshold_against,
    threshold_for,
)
from evals.public_sets import load_public

REFUSED = 0.12  # of the answerable questions: what the aim allows
WRONG = 0.30  # of the unanswerable ones answered: what the aim allows
LANGUAGES: tuple[Lang, ...] = ("ru", "en")
ALONE = ("cover", "mean_cover", "cosine", "match", "window_match")  # the first two: the lexical baselines
# Combinations, chosen by cross-validation on the calibration half: by words alone; with late interaction; and
# with what the question's own wording says of whether a standing text can answer it.
COMBINATIONS: dict[str, tuple[str, ...]] = {
    "words": ("cover", "mean_cover", "union_cover", "window_cover", "question_in_title"),
    "evidence": ("kind_match", "match", "window_match", "mean_cover"),
    "evidence, wording": ("kind_match", "mean_cover", "of_a_day", "instruction"),
}


class NomiraclCase(BaseModel):
    """A question, its candidate passages («Title: text») and whether one of them answers it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    lang: Lang
    question: str
    passages: list[str] = Field(min_length=1)
    answerable: bool

    @property
    def half(self) -> Half:
        """By hash of the id."""
        return half_of(self.id)

    @property
    def texts(self) -> Texts:
        """As the model reads them, without the stress marks that only some of the questions have."""
        passages = (readable(answerhood.plain(passage)) for passage in self.passages)
        return Texts(self.lang, readable(answerhood.plain(self.question)), tuple(passages))


@dataclass(frozen=True, slots=True)
class Measured:
    """A question with its features."""

    case: NomiraclCase
    features: Mapping[str, float]


def load_nomiracl(path: Path) -> list[NomiraclCase]:
    """The cases of a file, a JSON object a line. Raises InputError where it is none of them."""
    return load_public(path, NomiraclCase, "questions with passages", "вопросов с отрывками")


def measure(indexes: Indexes, cases: Sequence[NomiraclCase], folder: Path) -> list[Measured]:
    """Every question with its features; vectors are kept in ``folder``."""
    texts = [case.texts for case in cases]
    vectors = coded(indexes, texts, folder)
    rarity = {
        lang: answerhood.rarity_of(
            passage for each in texts if each.lang == lang for passage in each.passages
        )
        for lang in LANGUAGES
    }
    found = []
    for case, each, made in zip(cases, texts, vectors, strict=True):
        passages = [answerhood.read_passage(passage) for passage in each.passages]
        spans = [indexes.embedder.token_spans(passage) or [] for passage in each.passages]
        features = {
            **answerhood.words_of_question(each.question, passages, rarity[each.lang]),
            **answerhood.matches_of_question(each.question, made.tokens, made.codes, passages, spans),
            **answerhood.cosine_of_question(made.question, made.passages),
        }
        found.append(Measured(case, features))
    return found


def score(measured: Sequence[Measured]) -> dict[str, Any]:
    """Figures of the reporting half by language and method, and what the other half gave.

    ``both``: over all questions, a combination's scores by ten-fold cross-validation. The halves are small;
    this is the steadier figure of the two, for methods that were chosen on one half.
    """
    found: dict[str, Any] = {}
    ordered = sorted(measured, key=lambda each: each.case.id)  # folds and resamples follow the order
    for lang in LANGUAGES:
        known = [each for each in ordered if each.case.lang == lang]
        learnt = [each for each in known if each.case.half == "calibration"]
        told = [each for each in known if each.case.half == "report"]
        if not _two_kinds(learnt) or not _two_kinds(told):
            continue
        methods, weights = _alone(learnt, told), {}
        for name, names in COMBINATIONS.items():
            combination, whole = _combination(learnt, names), _combination(known, names)
            said = combination.scores([each.features for each in told])
            methods[name] = _figures(told, learnt, combination.held_out, said)
            methods[name]["both"] = _whole(known, whole.held_out)
            weights[name] = combination.weights
        found[lang] = {"calibrated_on": len(learnt), "weights": weights, "methods": methods}
    return found


def _alone(learnt: Sequence[Measured], told: Sequence[Measured]) -> dict[str, Any]:
    found = {}
    for name in ALONE:
        before, after = ([each.features[name] for each in half] for half in (learnt, told))
        found[name] = _figures(told, learnt, before, after)
        found[name]["both"] = _whole([*learnt, *told], [*before, *after])
    return found


def _combination(cases: Sequence[Measured], names: Sequence[str]) -> Combination:
    return Combination([each.features for each in cases], [each.case.answerable for each in cases], names)


def _whole(cases: Sequence[Measured], said: Sequence[float]) -> dict[str, Any]:
    """Over both halves: AUROC, and what the curve gives at the two limits."""
    truth = [each.case.answerable for each in cases]
    curve = risk_coverage(truth, said)
    return {
        "auroc": estimate(auroc, truth, said).as_dict(),
        "answered_at_refused": round(min(wrong for refused, wrong in curve if refused <= REFUSED), 4),
        "refused_at_answered": round(min(refused for refused, wrong in curve if wrong <= WRONG), 4),
    }


def _two_kinds(cases: Sequence[Measured]) -> bool:
    return len({each.case.answerable for each in cases}) == 2


def _figures(
    told: Sequence[Measured], learnt: Sequence[Measured], known: Sequence[float], said: Sequence[float]
) -> dict[str, Any]:
    """Of a method. ``known``: its scores on the calibration half; ``said``: on the reporting one.

    ``at_refused``, ``at_wrong``: with the thresholds that keep to REFUSED and WRONG on the calibration half.
    """
    before = [each.case.answerable for each in learnt]
    truth = [each.case.answerable for each in told]
    return {
        "auroc": estimate(auroc, truth, said).as_dict(),
        "calibration_auroc": estimate(auroc, before, known).as_dict(),
        "at_refused": _shares(truth, said, threshold_for(before, known, REFUSED)),
        "at_wrong": _shares(truth, said, threshold_against(before, known, WRONG)),
        "risk_coverage": [[round(a, 4), round(b, 4)] for a, b in risk_coverage(truth, said)],
    }


def _shares(truth: Sequence[bool], said: Sequence[float], threshold: float) -> dict[str, Any]:
    refused, answered = shares(truth, said, threshold)
    return {"answerable_refused": refused.as_dict(), "unanswerable_answered": answered.as_dict()}


def as_table(found: Mapping[str, Any]) -> str:
    """The figures as lines of text."""
    lines = []
    for lang, figures in found.items():
        count = figures["methods"]["cover"]["auroc"]["n"]
        lines.append(f"{lang}: {count} reported, calibrated on {figures['calibrated_on']}")
        for name, values in figures["methods"].items():
            lines.append(
                f"  {name:20} AUROC {_told(values['auroc'])}; both halves {_told(values['both']['auroc'])}"
            )
            for point, aim in (("at_refused", REFUSED), ("at_wrong", WRONG)):
                refused, answered = values[point].values()
                wanted = "refusals" if point == "at_refused" else "wrong"
                lines.append(
                    f"  {'':20} set for {wanted} ≤ {aim:.0%}: answerable refused {_told(refused)}, "
                    f"unanswerable answered {_told(answered)}"
                )
    return "\n".join(lines)


def _told(values: Mapping[str, float]) -> str:
    return f"{values['value']:.3f} [{values['low']:.3f}–{values['high']:.3f}] of {values['n']}"
