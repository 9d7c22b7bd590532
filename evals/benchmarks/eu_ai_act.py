"""The public EU AI Act question set -> hits and full recall over articles and annexes.

Only the Act is in the library. Ranks are collapsed to articles and annexes, recitals left out, each unit at
the place of its first provision; the first six count, as in the published figures.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.engine import Assistant
from assistant.settings import Settings
from evals.retrieval_cases import Passage, ResolvedCase, RetrievalCase

ACT = "eu-reg-1689-2024"
UNITS = 6
DEPTH = 60  # provisions asked for, to have six different units
_UNIT = re.compile(r"(art|annex)(\d+)")
_ROMAN = {"I": 1, "V": 5, "X": 10}


@dataclass(frozen=True, slots=True)
class UnitQuestion:
    """A question with the units a full answer needs, as the outline names them (``art5``, ``annex3``)."""

    id: str
    question: str
    kind: str
    units: tuple[str, ...]


def load_questions(path: Path) -> list[UnitQuestion]:
    """The answerable questions of the set (JSON lines with ``gold_units`` such as ``art_5``, ``anx_III``)."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        UnitQuestion(
            row["id"], row["question"], row["type"], tuple(_unit(unit) for unit in row["gold_units"])
        )
        for row in rows
        if row["answerable"]
    ]


def _unit(written: str) -> str:
    kind, _, number = written.partition("_")
    return f"art{number}" if kind == "art" else f"annex{_arabic(number)}"


def _arabic(roman: str) -> int:
    values = [_ROMAN[letter] for letter in roman]
    return sum(
        -value if any(value < later for later in values[place + 1 : place + 2]) else value
        for place, value in enumerate(values)
    )


def act_alone(acts: Path, home: Path, models: Settings) -> Assistant:
    """An assistant over a new home in which the Act is all there is; the model of another home is used."""
    from ingest.run import ingest_paths

    home.mkdir(parents=True, exist_ok=True)
    link = home / "models"
    if not link.exists():
        link.symlink_to(models.models_path.resolve(), target_is_directory=True)
    settings = models.model_copy(update={"home": home})
    ingest_paths([acts / "en" / "eu_ai_act_oj.xhtml"], settings=settings)
    return Assistant(settings)


def units_of(provisions: Sequence[str]) -> list[str]:
    """Provision ids in order of rank -> articles and annexes, each once."""
    found = (_UNIT.match(provision) for provision in provisions)
    return list(dict.fromkeys(match.group() for match in found if match))


def score(
    questions: Sequence[UnitQuestion], ranked: Callable[[UnitQuestion], Sequence[str]]
) -> dict[str, object]:
    """Counts over the questions. ``ranked``: question -> units, best first."""
    hits = full = multi_full = multi = 0
    missed: list[str] = []
    for question in questions:
        first = set(ranked(question)[:UNITS])
        every = first.issuperset(question.units)
        hits += bool(first.intersection(question.units))
        full += every
        if question.kind == "multi_hop":
            multi += 1
            multi_full += every
        if not every:
            missed.append(f"{question.id}: {', '.join(sorted(set(question.units) - first))}")
    return {
        "questions": len(questions),
        f"hit@{UNITS}": hits,
        f"full@{UNITS}": full,
        "multi_hop": multi,
        f"multi_hop full@{UNITS}": multi_full,
        "missed": missed,
    }


def our_units(assistant: Assistant, question: UnitQuestion) -> list[str]:
    """What ``search`` finds, collapsed."""
    return units_of([hit.provision for hit in assistant.search(question.question, k=DEPTH, act=ACT)])


def as_cases(questions: Sequence[UnitQuestion]) -> list[ResolvedCase]:
    """The questions in the form that systems take; their needs are not looked at."""
    nowhere = ((Passage(ACT, None, 0, 1),),)
    cases = (
        RetrievalCase.model_construct(
            id=each.id, lang="en", question=each.question, as_of=None, tags=(), needs=()
        )
        for each in questions
    )
    return [ResolvedCase(case, nowhere, "en-en") for case in cases]


def units_at(assistant: Assistant, passages: Sequence[Passage]) -> list[str]:
    """The articles and annexes in which passages mostly lie, best first."""
    row = next(row for row in assistant.view.of_act(ACT) if row.authority == "official")
    outline = assistant.view.edition(row.id).provisions.values()
    tops = [node for node in outline if _UNIT.fullmatch(node.id)]
    found: list[str] = []
    for passage in passages:
        shared = {
            node.id: min(node.end, passage.end) - max(node.start, passage.start)
            for node in tops
            if node.start < passage.end and passage.start < node.end
        }
        if shared:
            found.append(max(shared, key=lambda unit: shared[unit]))
    return list(dict.fromkeys(found))
