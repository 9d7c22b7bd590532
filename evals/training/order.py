"""Development and training questions with the provisions they need -> assistant/order.yaml.

Run over a home with all acts: ``python -m evals.training.order``. A linear ranking is learnt by ListNet: the
probability that softmax gives the needed provisions of a question, among those found, is to be as large as
it can be. ``--check`` writes nothing and prints what cross-validation says of it; provisions of one
neighbourhood of an act fall into one fold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import click
import numpy as np
import yaml

from assistant.asking import read
from assistant.dates import as_of_date
from assistant.engine import Assistant
from assistant.gather import gather
from assistant.library.view import Filters, LibraryView
from assistant.model import Authority
from assistant.order import FEATURES, FILE, Weights, features, looked_at, official_among, rescored
from assistant.parts import spread
from assistant.ranked import Ranked
from assistant.retrieve import provisions_found
from evals.benchmarks.retrieval import usable
from evals.metrics.needs import meets, ranks_of_needs
from evals.retrieval_cases import CASES, Passage, ResolvedCase, load_cases, of_split, resolve
from evals.systems import LONG

TRAINING = CASES.with_name("retrieval_train.jsonl")
STRENGTH = 5.0  # of the penalty on the squared weights; 2 to 20 do alike
FOLDS = 5
NEIGHBOURHOOD = 20_000  # characters of an act


@dataclass(frozen=True, slots=True)
class Example:
    """A question's best provisions: their features [provisions, FEATURES], and which it needs.

    ``official``: the places of those that are no digest's.
    """

    case: ResolvedCase
    best: list[Ranked]
    table: np.ndarray
    needed: np.ndarray
    official: list[int]

    @property
    def fold(self) -> int:
        """The fold of cross-validation, by where the first needed passage stands."""
        first = self.case.needs[0][0]
        place = f"{first.act}{first.start // NEIGHBOURHOOD}"
        return hashlib.sha256(place.encode()).digest()[0] % FOLDS


def examples(assistant: Assistant) -> list[Example]:
    """The training questions and the development half, those with provisions found."""
    view = assistant.view
    training = resolve(usable(load_cases(TRAINING), view)[0], view)
    development = of_split(resolve(usable(load_cases(), view)[0], view), "dev")
    found = [_example(assistant, case) for case in [*training, *development]]
    return [each for each in found if len(each.best)]


def _example(assistant: Assistant, case: ResolvedCase) -> Example:
    view, settings = assistant.view, assistant.settings
    filters = Filters(as_of=as_of_date(case.case.as_of))
    reading = read(case.case.question, view, assistant.indexes, filters, None, settings)
    editions = view.in_scope(filters, earlier=reading.compares)
    ranked, _ = provisions_found(reading, view, assistant.indexes, settings.retrieval, editions)
    best = [replace(entry) for entry in looked_at(ranked)]
    table = features(best, reading, view, assistant.indexes.rarity(reading.own_terms))
    passages = [_passage(entry, view) for entry in best]
    needed = np.array([any(meets(passage, need) for need in case.needs) for passage in passages], float)
    return Example(case, best, table, needed, official_among(best, view))


def _passage(entry: Ranked, view: LibraryView) -> Passage:
    """A provision as the benchmark counts it; a digest's statement meets no need."""
    edition = view.edition(entry.edition)
    row, node = edition.row, edition.provisions[entry.provision]
    end = node.end if node.end - node.start <= LONG else node.own_end
    act = row.act_id if row.authority == Authority.OFFICIAL else f"{row.act_id} {row.authority}"
    return Passage(act, row.edition, node.start, end)


def learn(found: Sequence[Example], assistant: Assistant, learnt_from: str) -> Weights:
    """The weights that make the needed provisions likeliest."""
    from scipy.optimize import minimize

    tables = np.vstack([each.table[each.official] for each in found])
    mean, scale = tables.mean(0), tables.std(0) + 1e-9
    lists = [
        ((each.table[each.official] - mean) / scale, each.needed[each.official] / each.needed.sum())
        for each in found
        if 0 < each.needed.sum() < len(each.needed)
    ]

    def loss(weight: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = STRENGTH * float(weight @ weight), 2 * STRENGTH * weight
        for rows, wanted in lists:
            scores = rows @ weight
            scores = scores - scores.max()
            likely = np.exp(scores) / np.exp(scores).sum()
            total -= float(wanted @ np.log(likely))
            slope = slope - rows.T @ (wanted - likely)
        return total, slope

    weight = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B").x
    embedder = assistant.indexes.embedder
    return Weights(
        embedder=embedder.identity.name,
        adapter=embedder.adapter is not None,
        learnt_from=learnt_from,
        mean=_named(mean),
        scale=_named(scale),
        weight=_named(weight),
    )


def _named(values: Iterable[float]) -> dict[str, float]:
    return {name: round(float(value), 5) for name, value in zip(FEATURES, values, strict=True)}


def check(found: Sequence[Example], assistant: Assistant) -> dict[str, float]:
    """Recall among the first five, before and with the weights of the other folds; all needs in ten."""
    figures: dict[str, list[float]] = {}
    for fold in range(FOLDS):
        weights = learn([each for each in found if each.fold != fold], assistant, "")
        for each in (each for each in found if each.fold == fold):
            before = each.table[:, 0]
            after = rescored(before, weights.scores(each.table[each.official]), each.official)
            for name, scores in (("before", before), ("learnt", after)):
                ranks = _ranks(each, scores, assistant.view)
                met = [rank is not None and rank <= 5 for rank in ranks]
                figures.setdefault(f"recall@5 {name}", []).append(float(np.mean(met)))
                if len(ranks) > 1:
                    whole = float(all(rank is not None for rank in ranks))
                    figures.setdefault(f"full recall@10 of several needs {name}", []).append(whole)
    return {name: round(float(np.mean(values)), 4) for name, values in figures.items()}


def _ranks(example: Example, scores: np.ndarray, view: LibraryView) -> list[int | None]:
    entries = [replace(entry, score=float(score)) for entry, score in zip(example.best, scores, strict=True)]
    entries.sort(key=lambda entry: -entry.score)
    passages = [_passage(entry, view) for entry in spread(gather(entries, view), 10)]
    return ranks_of_needs(passages, example.case.needs)


@click.command(help=__doc__)
@click.option("--check", "checking", is_flag=True, help="Cross-validate; write nothing.")
def main(checking: bool) -> None:
    """Learn and write the file anew."""
    assistant = Assistant()
    found = examples(assistant)
    if checking:
        for name, value in check(found, assistant).items():
            click.echo(f"{name}: {value}")
        return
    told = f"{len(found)} questions: the training questions and the development half, all acts held"
    learnt: list[dict[str, Any]] = [learn(found, assistant, told).model_dump()]
    FILE.write_text(yaml.safe_dump(learnt, allow_unicode=True, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
