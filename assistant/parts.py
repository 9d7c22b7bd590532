"""A question with several parts -> the parts, as spans of it.

«Кто … и в какой срок …?» asks for two rules that may stand far apart. Each part is scored by the token
vectors of the whole question that lie in it, so a part keeps what the rest of the question says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from assistant.ranked import Ranked

PART_DELAY = 1.5  # places after which the best provision for a part alone comes in
MIN_CHARS = 12  # a shorter piece is no part of its own
_ASKING = (
    r"кто|чем|чего|чему|кому|кого|какой|какая|какое|какие|каков\w*|каким\w*|каких|какую|каком|куда|сколько|почему|зачем|"
    r"за\s+какой|в\s+как\w+|на\s+как\w+|по\s+как\w+|с\s+как\w+|чей|чья|чьи|нужно\s+ли|надо\s+ли|можно\s+ли|есть\s+ли|"
    r"должн\w*\s+ли|обязан\w*\s+ли|вправе\s+ли|"
    r"whom|whose|what|why|how|is|are|does|do|did|can|could|may|must|should|will|would|"
    r"by\s+when|for\s+how|to\s+whom|under\s+what|in\s+what|at\s+what|from\s+when"
)
# These also open subordinate clauses: they begin a part only after a conjunction or a full stop.
_JOINED = r"что|как|когда|где|нужно|надо|можно|должн\w*|обязан\w*|вправе|who|which|when|where|" + _ASKING
_AND = r"(?:и|а|но|или|а\s+также|and|but|or|plus|also)"
# A part begins after the end of a sentence (no abbreviation's point), or at a question word after a comma or
# a conjunction.
_BREAK = re.compile(
    rf"(?:(?<=[?!;])|(?<=[^\W\d_]{{4}}\.))\s+(?=\S)"
    rf"|[,;—–]\s+{_AND}\s+(?=(?:{_JOINED})\b)|[,;—–]\s+(?=(?:{_ASKING})\b)|\s+{_AND}\s+(?=(?:{_JOINED})\b)",
    re.IGNORECASE,
)


def split_question(question: str) -> list[tuple[int, int]]:
    """Spans of the parts of a question; one span for a question that has no parts."""
    cuts = [0, *(match.end() for match in _BREAK.finditer(question)), len(question)]
    spans: list[tuple[int, int]] = []
    for start, end in pairwise(cuts):
        if spans and (end - start < MIN_CHARS or spans[-1][1] - spans[-1][0] < MIN_CHARS):
            spans[-1] = (spans[-1][0], end)
        elif end > start:
            spans.append((start, end))
    return spans


def token_groups(question: str, spans: Sequence[tuple[int, int]] | None, tokens: int) -> list[np.ndarray]:
    """For each part of a question the positions of its tokens; empty for a question without parts.

    ``spans``: of the tokens, in the question with single spaces; ``tokens``: how many vectors there are.
    """
    parts = split_question(" ".join(question.split()))
    if spans is None or len(spans) != tokens or len(parts) < 2:
        return []
    middles = [(start + end) / 2 for start, end in spans]
    groups = [
        np.array([number for number, middle in enumerate(middles) if start <= middle < end], dtype=np.int64)
        for start, end in parts
    ]
    return [group for group in groups if len(group)]


def spread(best: Sequence[Ranked], k: int) -> list[Ranked]:
    """The first ``k`` of ``best``, filled up so that each part of the question has its best provisions in it.

    ``best`` is in order of the whole question. A provision stands at the better of its places there and,
    later by PART_DELAY and spaced by the number of parts, in the order of any one part.
    """
    named = [entry for entry in best if entry.direct]
    if named:
        return [*named, *spread([entry for entry in best if not entry.direct], max(0, k - len(named)))][:k]
    parts = max((len(entry.parts) for entry in best), default=0)
    place = {id(entry): float(rank) for rank, entry in enumerate(best)}
    for part in range(parts):
        scored = [entry for entry in best if entry.parts and entry.parts[part] > -np.inf]
        scored.sort(key=lambda entry: -entry.parts[part])
        for rank, entry in enumerate(scored[:k]):
            place[id(entry)] = min(place[id(entry)], PART_DELAY + rank * parts + part / parts)
    return sorted(best, key=lambda entry: place[id(entry)])[:k]
