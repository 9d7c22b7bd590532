"""Claims with evidence, supported or not -> how well the product's own verdict tells them apart.

The cases are a public set, read from a file: Russian natural-language inference and English claims with long
web pages (WiCE). Only what is entailed counts as supported: partly supported claims do not. A quotation of
long evidence is the sentences that hold most of the claim's words, as an answer would quote them.

Thresholds and weights come from one half of the cases, by hash of both texts, and every figure from the
other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from assistant.answer.nli import InferenceModel
from assistant.answer.plain_words import strange_words
from assistant.answer.sentences import split_sentences
from assistant.answer.support import content_words, lexical_cover, strange_designations, supported
from assistant.answer.verify import Quoted, faults
from assistant.engine import Assistant
from assistant.errors import InputError
from assistant.index.indexes import Indexes
from assistant.index.late import best_matches
from assistant.index.words import stems, tokens
from assistant.model import Lang
from assistant.references import detect_language
from evals.benchmarks.calibration import Combination, Half, half_of
from evals.metrics.classification import (
    auroc,
    balanced_accuracy,
    best_threshold,
    estimate,
    shares,
    threshold_for,
)
from evals.public_sets import load_public

QUOTED = 5  # sentences of a quotation, at most
LEAST_NEW = 0.1  # of the worth of a claim's words: what a further sentence must add
WORST = 0.25  # of a claim's tokens, whose matches make ``weakest``
PARTS = ("faults", "words", "similarity", "weakest", "cover", "echo")
ALONE = ("faults", "words", "similarity", "weakest", "cover")
FEW = 0.05  # of the supported claims, that a careful threshold may withhold
LANGUAGES: tuple[Lang, ...] = ("ru", "en")
_META = "(meta data)"


class SupportCase(BaseModel):
    """A claim, the lines of its evidence and whether they support it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    src: str
    lang: Lang
    claim: str
    evidence: list[str]
    supported: bool

    @property
    def half(self) -> Half:
        """By both texts, whichever is the claim: a pair and its reversal fall into one half."""
        return half_of("\n".join(sorted(_plain(text) for text in (self.claim, " ".join(self.evidence)))))


@dataclass(frozen=True, slots=True)
class Measured:
    """A case with the numbers of :data:`PARTS` and the verdicts: 1.0 borne out, 0.0 withheld.

    ``entailment``: of the inference model, None where none is set.
    """

    case: SupportCase
    parts: Mapping[str, float]
    product: float
    entailment: float | None = None


def _plain(text: str) -> str:
    return " ".join(word for word, _, _ in tokens(text))


def load_support(path: Path) -> list[SupportCase]:
    """The cases of a file, a JSON object a line. Raises InputError where it is none of them."""
    return load_public(path, SupportCase, "claims with evidence", "утверждений с цитатами")


def quotation(case: SupportCase) -> Quoted:
    """What an answer would quote of the evidence: the sentences that hold most of the claim's words.

    A word weighs the more the fewer sentences hold it. Lines about the page (title, date) are the context.
    """
    text = "\n".join(line for line in case.evidence if not line.startswith(_META))
    context = "\n".join(line.removeprefix(_META).strip() for line in case.evidence if line.startswith(_META))
    spans = split_sentences(text, 0, len(text)) or [(0, len(text))]
    held = [set(stems(text[start:stop], stopwords=True)) for start, stop in spans]
    chosen = sorted(_covering(content_words(case.claim), held)) or range(min(QUOTED, len(spans)))
    return Quoted("\n".join(text[slice(*spans[at])] for at in chosen), context=context)


def _covering(wanted: set[str], held: Sequence[set[str]]) -> list[int]:
    """At most QUOTED sentences, each the one that adds most of the wanted words not yet held."""
    counts = Counter(word for words in held for word in words & wanted)
    chosen: list[int] = []
    left = set(counts)
    while left and len(chosen) < QUOTED:
        worth = [sum((1 + counts[word]) ** -0.5 for word in words & left) for words in held]
        at = max(range(len(held)), key=lambda each: (worth[each], -each))
        if chosen and worth[at] < LEAST_NEW * sum((1 + counts[word]) ** -0.5 for word in counts):
            break
        chosen.append(at)
        left -= held[at]
    return chosen


def measure(assistant: Assistant, cases: Sequence[SupportCase]) -> list[Measured]:
    """Every case with its numbers; the inference model is asked where the settings name one."""
    grounds = [quotation(case) for case in cases]
    matches = token_matches(assistant.indexes, cases, grounds)
    entailment = _entailment(assistant, cases, grounds)
    found = []
    for case, ground, matched, entailed in zip(cases, grounds, matches, entailment, strict=True):
        parts = parts_of(case.claim, ground, matched)
        found.append(Measured(case, parts, _verdict(assistant, case.claim, ground, parts), entailed))
    return found


def _verdict(assistant: Assistant, claim: str, ground: Quoted, parts: Mapping[str, float]) -> float:
    """The product's own: no fault, and borne out."""
    if parts["faults"]:
        return 0.0
    return float(supported(claim, [ground], assistant.read(claim), assistant.indexes) is None)


def _entailment(
    assistant: Assistant, cases: Sequence[SupportCase], grounds: Sequence[Quoted]
) -> Sequence[float | None]:
    name = assistant.settings.answer.nli_model
    if name is None:
        return [None] * len(cases)
    model = InferenceModel(name)
    return [
        model.support(case.claim, [ground]).entailment for case, ground in zip(cases, grounds, strict=True)
    ]


def parts_of(claim: str, ground: Quoted, matched: np.ndarray) -> dict[str, float]:
    """The numbers of :data:`PARTS`, the higher the more is borne out.

    ``matched``: how well each of the claim's tokens is matched at best. faults: minus the verifier's faults;
    words: minus the strange words and designations; similarity: the mean of ``matched``; weakest: the mean of
    its worst quarter; cover: the share of the claim's content words that the quotation holds; echo: the
    share of the quotation's that the claim holds.
    """
    grounds = [ground]
    held = set(stems(f"{ground.text}\n{ground.context}", stopwords=True))
    said = content_words(ground.text)
    worst = np.sort(matched)[: max(1, round(WORST * len(matched)))]
    return {
        "faults": -float(len(faults(claim, grounds))),
        "words": -float(len({*strange_designations(claim, grounds), *strange_words(claim, held)})),
        "similarity": float(matched.mean()) if len(matched) else 0.0,
        "weakest": float(worst.mean()) if len(worst) else 0.0,
        "cover": lexical_cover(claim, grounds),
        "echo": len(said & content_words(claim)) / len(said) if said else 0.0,
    }


def token_matches(
    indexes: Indexes, cases: Sequence[SupportCase], grounds: Sequence[Quoted]
) -> list[np.ndarray]:
    """For every claim how well each of its tokens is matched at best by the quotation's, -1…1.

    As :func:`assistant.answer.support.similarity` compares them, in batches. Raises InputError for an
    embedding model without token vectors.
    """
    profile = indexes.token_profile
    claims = indexes.embedder.encode([case.claim for case in cases], "passage")
    quotes = indexes.embedder.encode([ground.text for ground in grounds], "passage")
    if profile is None or claims.tokens is None or quotes.tokens is None:
        raise InputError(
            "This suite needs an embedding model with token vectors and a library that has been ingested. "
            "Run 'ai-policy ingest' with the default model.",
            "Этому набору нужны модель с векторами токенов и загруженная библиотека. Выполните «ai-policy "
            "ingest» с моделью по умолчанию.",
        )
    found = []
    for case, ground, said, meant in zip(cases, grounds, claims.tokens, quotes.tokens, strict=True):
        codes = profile.encode(meant, detect_language(ground.text))
        found.append(best_matches(profile.reduce(said, detect_language(case.claim), "passage"), [codes])[0])
    return found


def score(measured: Sequence[Measured]) -> dict[str, Any]:
    """Figures of the reporting half, by language and by source, and what was calibrated on the other half."""
    found: dict[str, Any] = {}
    ordered = sorted(measured, key=lambda each: each.case.id)  # folds and resamples follow the order
    for lang in LANGUAGES:
        known = [each for each in ordered if each.case.lang == lang]
        learnt = [each for each in known if each.case.half == "calibration"]
        told = [each for each in known if each.case.half == "report"]
        if not _two_kinds(learnt) or not _two_kinds(told):
            continue
        judges, notes = calibrate(learnt)
        said = {name: judge.scores(told) for name, judge in judges.items()}
        sources = sorted({each.case.src for each in told})
        found[lang] = {
            "calibrated_on": len(learnt),
            "calibrated": notes,
            "methods": _figures(told, judges, said, range(len(told))),
            "sources": {
                source: _figures(
                    told, judges, said, [at for at, each in enumerate(told) if each.case.src == source]
                )
                for source in (sources if len(sources) > 1 else ())
            },
        }
    return found


def _two_kinds(cases: Sequence[Measured]) -> bool:
    return len({each.case.supported for each in cases}) == 2


@dataclass(frozen=True, slots=True)
class Judge:
    """A method: a score by a part of its own or by a combination, and from where on a claim is borne out.

    ``threshold``: of best balanced accuracy; ``careful``: what withholds at most FEW of the supported.
    """

    threshold: float
    careful: float | None = None
    part: str | None = None
    combination: Combination | None = None

    def scores(self, cases: Sequence[Measured]) -> list[float]:
        """The score of each case."""
        if self.combination is not None:
            return self.combination.scores([each.parts for each in cases])
        return [_score(each, self.part or "product") for each in cases]


def _score(measured: Measured, part: str) -> float:
    if part == "product":
        return measured.product
    return (measured.entailment or 0.0) if part == "entailment" else measured.parts[part]


def calibrate(learnt: Sequence[Measured]) -> tuple[dict[str, Judge], dict[str, Any]]:
    """The methods with thresholds of best balanced accuracy on these cases, and what was found, for people.

    The product and the verifier's faults have none: they are taken as they are.
    """
    truth = [each.case.supported for each in learnt]
    judges = {"product": Judge(0.5), "faults": Judge(0.0, part="faults")}
    for part in ALONE[1:] + (("entailment",) if learnt[0].entailment is not None else ()):
        scores = [_score(each, part) for each in learnt]
        judges[part] = Judge(best_threshold(truth, scores), threshold_for(truth, scores, FEW), part=part)
    combination = Combination([each.parts for each in learnt], truth, PARTS)
    known = combination.held_out
    judges["combination"] = Judge(
        best_threshold(truth, known), threshold_for(truth, known, FEW), combination=combination
    )
    notes = {
        "thresholds": {name: round(judge.threshold, 4) for name, judge in judges.items()},
        "careful": {
            name: round(judge.careful, 4) for name, judge in judges.items() if judge.careful is not None
        },
        "weights": combination.weights,
        "strength": combination.strength,
    }
    return judges, notes


def _figures(
    told: Sequence[Measured],
    judges: Mapping[str, Judge],
    said: Mapping[str, Sequence[float]],
    chosen: Sequence[int],
) -> dict[str, Any]:
    """Of the chosen cases, by method."""
    truth = [told[at].case.supported for at in chosen]
    found = {}
    for name, judge in judges.items():
        scores = [said[name][at] for at in chosen]
        found[name] = {"auroc": estimate(auroc, truth, scores).as_dict()}
        found[name] |= _shares(truth, scores, judge.threshold)
        if judge.careful is not None:
            found[name]["careful"] = _shares(truth, scores, judge.careful)
    return found


def _shares(truth: Sequence[bool], scores: Sequence[float], threshold: float) -> dict[str, Any]:
    withheld, let_through = shares(truth, scores, threshold)
    verdicts = [float(each >= threshold) for each in scores]
    return {
        "balanced_accuracy": estimate(balanced_accuracy, truth, verdicts).as_dict(),
        "supported_withheld": withheld.as_dict(),
        "unsupported_passed": let_through.as_dict(),
    }


def as_table(found: Mapping[str, Any]) -> str:
    """The figures as lines of text."""
    lines = []
    for lang, figures in found.items():
        groups = {lang: figures["methods"], **{f"{lang}, {k}": v for k, v in figures["sources"].items()}}
        for group, methods in groups.items():
            count = next(iter(methods.values()))["balanced_accuracy"]["n"]
            lines.append(f"{group}: {count} reported, thresholds from {figures['calibrated_on']} of {lang}")
            for name, values in methods.items():
                lines.append(f"  {name:12} {_line(values)}")
                if "careful" in values:
                    lines.append(f"  {'':12} withholding few: {_line(values['careful'])}")
    return "\n".join(lines)


def _line(values: Mapping[str, Mapping[str, float]]) -> str:
    return "  ".join(
        f"{name.replace('_', ' ')} {each['value']:.3f} [{each['low']:.3f}–{each['high']:.3f}]"
        for name, each in values.items()
        if name != "careful"
    )
