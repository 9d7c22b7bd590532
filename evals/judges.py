"""Who judges whether quotations support a claim, by name, and how far each judge can be trusted.

``verifier``: the product's rules without its embedding model. A claim that is a quotation, or all of its
quotations in their order, is borne out; any other has no fault of the verifier, loses no ban, has no markup,
no words and designations from elsewhere, and, where quotations are in its language, at least two fifths of
its words in them. Orders to a model support nothing. ``nli:THRESHOLD:MODEL``: an inference model's
probability of entailment, at or above the threshold.

A judge is itself scored: balanced accuracy on a public set of supported and unsupported claims (its reporting
half, by language), and on our own claims the mutations it catches, the quotations of another provision it
does not take for support, and the true statements it withholds.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

import assistant
import corpus
from assistant.answer.nli import inference_model
from assistant.answer.plain_words import strange_words
from assistant.answer.support import MARKUP, lexical_cover, speaks_to_models, strange_designations
from assistant.answer.verify import Quoted, faults, loses_ban, normalise
from assistant.index.words import stems
from assistant.library.view import LibraryView
from assistant.references import detect_language
from assistant.settings import AnswerSettings, Settings
from evals import claim_cases
from evals.benchmarks import support
from evals.benchmarks.support import LANGUAGES, SupportCase, load_support, quotation
from evals.claim_cases import GroundedCase, ground, load_claims
from evals.metrics.classification import Estimate, balanced_accuracy, estimate

log = logging.getLogger(__name__)

Judge = Callable[[str, Sequence[Quoted]], bool]  # whether quotations support a claim
Figures = dict[str, dict[str, float | int]]

VERIFIER = "verifier"
NLI = "nli"
LEAST_COVER = 0.4  # of a claim's words; withholds 1 % of our own true statements (those of ``dev``)
KEPT = 8  # results in the file of the home
SPLIT = "test"  # of our own claims: the other half has shaped the rules
_DATA = (".py", ".yaml", ".jsonl")
_ENDINGS = " .;,:…"


def judge_name(settings: AnswerSettings) -> str:
    """The judge that settings name: the inference model where there is one, else the verifier."""
    if settings.nli_model is None:
        return VERIFIER
    return f"{NLI}:{settings.nli_least:g}:{settings.nli_model}"


@lru_cache(maxsize=8)
def judge_named(name: str) -> Judge:
    """The judge of a name, which remembers what it was asked. Raises ValueError for no judge's name.

    An inference model is loaded when it is first asked, and raises ModelError where it cannot be.
    """
    if name == VERIFIER:
        return _remembering(borne_out)
    kind, _, rest = name.partition(":")
    least, _, model = rest.partition(":")
    if kind != NLI or not model:
        raise ValueError(f"there is no judge '{name}'")
    return _remembering(partial(_entailed, model, float(least)))


def _remembering(judge: Judge) -> Judge:
    @lru_cache(maxsize=20_000)
    def known(claim: str, grounds: tuple[Quoted, ...]) -> bool:
        return judge(claim, grounds)

    return lambda claim, grounds: known(claim, tuple(grounds))


def _entailed(model: str, least: float, claim: str, grounds: Sequence[Quoted]) -> bool:
    return inference_model(model).support(claim, grounds).entailment >= least


def borne_out(claim: str, grounds: Sequence[Quoted]) -> bool:
    """The verifier's judgement."""
    if not grounds or speaks_to_models(grounds) or loses_ban(claim, grounds):
        return False
    if is_quotation(claim, grounds):
        return True
    if MARKUP.search(claim) or faults(claim, grounds):
        return False
    held = {word for text in _lent(grounds) for word in stems(text, stopwords=True)}
    if strange_designations(claim, grounds) or strange_words(claim, held):
        return False
    spoken = detect_language(claim)
    same = any(detect_language(each.text) == spoken for each in grounds)
    return not same or lexical_cover(claim, grounds) >= LEAST_COVER


def is_quotation(claim: str, grounds: Sequence[Quoted]) -> bool:
    """Whether a claim is the whole of a quotation, or of all of them in order, up to typography."""
    said = _plain(claim)
    whole = _plain(" ".join(each.text for each in grounds))
    return said in (whole, *(_plain(each.text) for each in grounds))


def _plain(text: str) -> str:
    return " ".join(normalise(text)[0].split()).strip(_ENDINGS)


def _lent(grounds: Sequence[Quoted]) -> Iterator[str]:
    for each in grounds:
        yield each.text
        if each.published:
            yield each.context
            yield from each.cited.names if each.cited else ()


# ── judging the judges ────────────────────────────────────────────────────────────────────────────


def judge_figures(
    view: LibraryView, settings: Settings, support_cases: Path | None = None
) -> dict[str, Figures]:
    """What each judge is worth: ``verifier`` and, where the settings name a model, ``nli``.

    ``balanced_accuracy_ru``/``_en``: on the public set in the file ``support_cases``, left out without one;
    ``mutations_caught``, ``strangers_caught``, ``true_withheld``: on our own claims whose quotations the
    library holds. Each with a 95 % interval and n. Kept in the home until the code, the corpus, the library
    or the judge changes. Raises InputError for a file that is no such set, ModelError where an inference
    model cannot be used.
    """
    key = _key(view, settings, support_cases)
    path = settings.home / "evals" / "judges.json"
    kept = _kept(path)
    if key not in kept:
        cases = _public(support_cases)
        owned, _ = ground([case for case in load_claims() if case.split == SPLIT], view)
        judges = {VERIFIER: judge_named(VERIFIER)}
        if settings.answer.nli_model is not None:
            judges[NLI] = judge_named(judge_name(settings.answer))
        found = {name: figures_of(judge, cases, owned) for name, judge in judges.items()}
        kept = dict([*kept.items(), (key, found)][-KEPT:])
        _keep(path, kept)
    return kept[key]


def figures_of(judge: Judge, cases: Sequence[SupportCase], owned: Sequence[GroundedCase]) -> Figures:
    """A judge on public cases and on our own claims; what there are no cases for is left out."""
    found: dict[str, Estimate] = {}
    for lang in LANGUAGES:
        chosen = sorted((each for each in cases if each.lang == lang), key=lambda each: each.id)
        if len({each.supported for each in chosen}) == 2:
            said = [float(judge(each.claim, [quotation(each)])) for each in chosen]
            truth = [each.supported for each in chosen]
            found[f"balanced_accuracy_{lang}"] = estimate(balanced_accuracy, truth, said)
    if owned:
        caught = [
            [not judge(mutation.claim, [each.ground]) for mutation in each.case.mutations] for each in owned
        ]
        found["mutations_caught"] = _share(caught)
        strangers = [[not judge(one.case.claim, [other.ground])] for one, other in _strangers(owned)]
        if strangers:
            found["strangers_caught"] = _share(strangers)
        found["true_withheld"] = _share([[not judge(each.case.claim, [each.ground])] for each in owned])
    return {name: each.as_dict() for name, each in found.items()}


def _strangers(owned: Sequence[GroundedCase]) -> Iterator[tuple[GroundedCase, GroundedCase]]:
    """Each case with the next one whose quotation is of another provision."""
    ordered = sorted(owned, key=lambda each: each.case.id)
    for at, one in enumerate(ordered):
        mine = (one.case.place.act, one.case.place.provision)
        for other in (*ordered[at + 1 :], *ordered[:at]):
            if (other.case.place.act, other.case.place.provision) != mine:
                yield one, other
                break


def _share(verdicts: Sequence[Sequence[bool]]) -> Estimate:
    """The share of yes among all verdicts; cases, not verdicts, are resampled, for a case has several."""
    sizes = np.asarray([len(each) for each in verdicts], dtype=float)
    said = [float(sum(each)) for each in verdicts]

    def share(_: np.ndarray, counts: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return np.asarray((weights * counts).sum(axis=-1) / (weights * sizes).sum(axis=-1))

    return replace(estimate(share, [True] * len(said), said), n=int(sizes.sum()))


def _public(path: Path | None) -> list[SupportCase]:
    if path is None:
        return []
    return [case for case in load_support(path) if case.half == "report"]


def _key(view: LibraryView, settings: Settings, support_cases: Path | None) -> str:
    """What the figures depend on, hashed."""
    digest = hashlib.sha256(judge_name(settings.answer).encode())
    digest.update(view.version.encode())
    digest.update(_code().encode())
    if support_cases is not None and support_cases.is_file():
        digest.update(support_cases.read_bytes())
    return digest.hexdigest()[:32]


@lru_cache(maxsize=1)
def _code() -> str:
    """A hash of the rules, their data and the cases."""
    core = Path(assistant.__file__).parent
    own = [Path(__file__), Path(support.__file__), Path(claim_cases.__file__), claim_cases.CASES]
    data = [path for path in Path(corpus.__file__).parent.rglob("*") if path.suffix in _DATA]
    rules = [*(core / "answer").rglob("*.py"), core / "index" / "words.py", *core.glob("references*.py")]
    digest = hashlib.sha256()
    for path in sorted([*own, *data, *rules, core / "number_words.py", core / "glossary.py"]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _kept(path: Path) -> dict[str, dict[str, Figures]]:
    """What the file has; nothing where it cannot be read, for it can be made anew."""
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        log.warning("%s cannot be read; the judges are judged anew.", path)
        return {}
    return found if isinstance(found, dict) else {}


def _keep(path: Path, found: dict[str, dict[str, Figures]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".json.new")
    beside.write_text(json.dumps(found, indent=1), encoding="utf-8")
    beside.replace(path)
