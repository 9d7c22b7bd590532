"""Ranked provisions -> the same with scores that also say what stands around them.

A point of an article that other points of it were found beside is likelier to be what is asked for than one
that stands alone; one that was repealed is less. How much each tells was learnt for one embedding model
(``evals.training.order``) as a linear ranking by ListNet (Cao et al., ICML 2007); the file beside this module
holds the weights. With another model provisions keep the scores they have.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict, TypeAdapter

from assistant.data_files import load_checked
from assistant.index.words import fold
from assistant.library.view import EditionView, LibraryView
from assistant.model import Authority, Currency, Provision
from assistant.query import Reading
from assistant.ranked import Ranked

if TYPE_CHECKING:
    from assistant.index.embedder import Embedder

FILE = Path(__file__).parent / "order.yaml"
LOOKED_AT = 60  # of the best provisions; those after them keep their order
PAGE = 3000  # characters of a provision whose words count
LEAD_IN = 400  # characters of what stands above it
FAR = -4.0  # the score, against the best, of what was not found
BEST_OF_ACT = 3
FEATURES = (
    "score",  # fused, standardised
    "rank",  # ln(1 + place)
    "cosine",
    "weakest",  # how well the worst quarter of the question's tokens is matched
    "length",  # ln(1 + characters of its own)
    "repealed",
    "above",  # score of the provision it stands in, against the best of all
    "below",  # of the best that stands in it
    "article",  # of the best in its article, or point of an attachment
    "act",  # of the three best of its act together, a third
    "act_share",  # of the provisions looked at
    "cover",  # of the question's words, by rarity, in it and above it
)


_BETWEEN = re.compile(r"\W+")
Wanted = Sequence[tuple[str, float]]  # beginnings of words after a space, each with its rarity


class Weights(BaseModel):
    """Weights of standardised features, for one embedding model with or without its adapter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    embedder: str
    adapter: bool
    learnt_from: str
    mean: dict[str, float]
    scale: dict[str, float]
    weight: dict[str, float]

    def scores(self, table: np.ndarray) -> np.ndarray:
        """The learnt score of each row of ``table`` [provisions, FEATURES]."""
        mean, scale, weight = (
            np.array([values[name] for name in FEATURES]) for values in (self.mean, self.scale, self.weight)
        )
        return np.asarray((table - mean) / scale @ weight)


@lru_cache(maxsize=1)
def _held() -> list[Weights]:
    return load_checked(FILE, TypeAdapter(list[Weights]), "list of weights", "список весов")


def weights_of(embedder: Embedder) -> Weights | None:
    """The weights learnt for an embedding model, None where there are none."""
    known = (embedder.identity.name, getattr(embedder, "adapter", None) is not None)
    return next((each for each in _held() if (each.embedder, each.adapter) == known), None)


def reorder(
    ranked: Mapping[tuple[int, str], Ranked],
    reading: Reading,
    view: LibraryView,
    rarity: Mapping[str, float],
    weights: Weights,
) -> None:
    """Score the best provisions of official texts anew, within the range of scores they have.

    A digest's statement has no place in an outline to speak for it and keeps its score: what only digests
    tell of is not pushed back by texts that are merely longer. What was not looked at stays behind.
    """
    best = looked_at(ranked)
    official = official_among(best, view)
    if len(official) < 2:
        return
    before = np.array([entry.score for entry in best])
    after = rescored(before, weights.scores(features(best, reading, view, rarity)[official]), official)
    down = max(0.0, float(before.min() - after.min()))
    chosen = {id(entry) for entry in best}
    for entry in ranked.values():
        if id(entry) not in chosen:
            entry.score -= down
    for entry, score in zip(best, after.tolist(), strict=True):
        entry.score = score


def rescored(before: np.ndarray, learnt: np.ndarray, official: Sequence[int]) -> np.ndarray:
    """Scores [provisions], those at places ``official`` as ``learnt`` within their mean and spread."""
    after = before.copy()
    spread, known = float(learnt.std()), before[official]
    if spread > 1e-9:
        after[official] = (learnt - learnt.mean()) / spread * known.std() + known.mean()
    return after


def official_among(best: Sequence[Ranked], view: LibraryView) -> list[int]:
    """The places of the provisions that are no digest's statements."""
    return [
        place
        for place, entry in enumerate(best)
        if view.editions[entry.edition].authority != Authority.DIGEST
    ]


def looked_at(ranked: Mapping[tuple[int, str], Ranked]) -> list[Ranked]:
    """The provisions that are scored anew, best first."""
    return sorted(ranked.values(), key=lambda entry: (-entry.score, entry.edition, entry.provision))[
        :LOOKED_AT
    ]


def features(
    best: Sequence[Ranked], reading: Reading, view: LibraryView, rarity: Mapping[str, float]
) -> np.ndarray:
    """[provisions, FEATURES] of provisions, best first."""
    top = best[0].score
    # Words that begin with a stem are as good here as those that have it, and quickly found.
    wanted = [(_spaced(term), rarity.get(term, 0.0)) for term in reading.own_terms]
    of_act: dict[str, list[float]] = {}
    of_article: dict[tuple[int, str], float] = {}
    below: dict[tuple[int, str], float] = {}
    held = {(entry.edition, entry.provision): entry.score for entry in best}
    for entry in best:
        of_act.setdefault(view.editions[entry.edition].act_id, []).append(entry.score)
        of_article.setdefault((entry.edition, article_of(entry.provision)), entry.score)
        for over in _above(entry.provision):
            below.setdefault((entry.edition, over), entry.score)
    rows = []
    for place, entry in enumerate(best):
        edition = view.edition(entry.edition)
        node = edition.provisions[entry.provision]
        act = of_act[edition.row.act_id]
        whole = held.get((entry.edition, node.parent)) if node.parent else None
        part = below.get((entry.edition, entry.provision))
        standing = view.currency(entry.edition, reading.filters.as_of, node)
        rows.append(
            (
                entry.score,
                math.log1p(place),
                entry.cosine,
                entry.match.weakest if entry.match else 0.0,
                math.log1p(node.own_end - node.start),
                float(standing == Currency.REPEALED),
                FAR if whole is None else whole - top,
                FAR if part is None else part - top,
                of_article[entry.edition, article_of(entry.provision)] - top,
                sum(act[:BEST_OF_ACT]) / BEST_OF_ACT - top,
                len(act) / len(best),
                _cover(edition, node, view, wanted),
            )
        )
    return np.array(rows, np.float64).reshape(len(rows), len(FEATURES))


def article_of(provision: str) -> str:
    """The id of the article, or of the point of an attachment, that a provision is or stands in."""
    steps = provision.split("/")
    return "/".join(steps[: 2 if steps[0].startswith("att") else 1])


def _above(provision: str) -> list[str]:
    """The ids of what a provision stands in, as its own id tells."""
    steps = provision.split("/")
    return ["/".join(steps[:count]) for count in range(1, len(steps))]


def _cover(edition: EditionView, node: Provision, view: LibraryView, wanted: Wanted) -> float:
    """The share, 0…1, by rarity, of the question's own words in a provision and in what it stands in."""
    parts = [edition.text[node.start : min(node.end, node.start + PAGE)]]
    parts.append(edition.row.title or view.title(edition.row.act_id, node.lang))
    for over in islice(edition.lineage(node), 1, None):
        parts += [over.heading or "", edition.own_text(over)[-LEAD_IN:]]
    words = _spaced(fold("\n".join(parts)))
    held = sum(weight for term, weight in wanted if term in words)
    return held / (sum(weight for _, weight in wanted) or 1.0)


def _spaced(text: str) -> str:
    """Words alone, a space before each."""
    return f" {_BETWEEN.sub(' ', text).strip()}"
