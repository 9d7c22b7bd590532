"""The suites that staff run: which cases, what is done with each, what is measured.

Cases come from ``evals/cases/*.csv`` by their column ``suites``, from a person's own files, and from the
larger sets over acts. What needs an act that the library does not hold is left out and counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import InputError
from assistant.library.view import LibraryView
from assistant.model import Authority
from evals.abstention_cases import load_abstention
from evals.case import EvalCase, Target
from evals.eligibility_cases import load_eligibility
from evals.retrieval_cases import load_cases as load_retrieval
from evals.running import VERIFIER, How
from evals.sample_library import CASES as SAMPLE_CASES
from evals.tables import load_cases

CASES = Path(__file__).parent / "cases"
VERIFIED = 12  # cases of a suite whose figure a lying model changes
_EDITIONS = "edition"

Load = Callable[[str], list[EvalCase]]  # split -> cases beside those of the tables


@dataclass(frozen=True, slots=True)
class Plan:
    """A suite. more: cases beside those of the tables; lies: some cases are asked of a lying model too.

    samples: it is run over the sample acts, whatever the library holds.
    """

    name: str
    ru: str
    en: str
    how: How
    more: Load | None = None
    lies: bool = False
    samples: bool = False


def plan(name: str) -> Plan:
    """The suite of this name. Raises InputError listing those there are."""
    if name not in PLANS:
        known = ", ".join(PLANS)
        raise InputError(
            f"There is no suite '{name}'. Choose one of: {known}.",
            f"Набора «{name}» нет. Выберите один из: {known}.",
        )
    return PLANS[name]


def cases_of(
    chosen: Plan, view: LibraryView, split: str, own: Sequence[Path] = ()
) -> tuple[list[EvalCase], int]:
    """The cases of a suite that the library can serve, and how many others there are.

    ``own``: a person's files or folders, whose cases belong to every suite over the library.
    """
    if chosen.samples:
        if not own:
            return load_cases([SAMPLE_CASES]), 0
        raise InputError(
            "The suite samples runs over invented acts; your own cases belong to a suite over the library.",
            "Набор samples идёт по вымышленным актам; свои случаи — для наборов по библиотеке.",
        )
    names = tuple(PLANS) if chosen.name == "full" else (chosen.name,)
    found = [case for case in load_cases([CASES]) if set(case.suites) & set(names)]
    found += load_cases(own) if own else []
    if chosen.more is not None:
        found += chosen.more(split)
    if chosen.lies:
        found += lied_about(found)
    distinct = {case.id: case for case in found}
    kept = [case for case in distinct.values() if served(case, view)]
    return kept, len(distinct) - len(kept)


def served(case: EvalCase, view: LibraryView) -> bool:
    """Whether the library holds, for every need, a text with one of its provisions."""
    return all(any(_held(target, view) for target in need) for need in case.must_cite)


def _held(target: Target, view: LibraryView) -> bool:
    digest = target.provision.startswith("digest/")
    for row in view.of_act(target.act):
        if digest != (row.authority == Authority.DIGEST) or target.edition not in (None, row.edition):
            continue
        loaded = view.edition(row.id)
        if digest and any(f"{target.provision}/{lang}" in loaded.provisions for lang in ("ru", "en")):
            return True
        if loaded.find(target.provision) is not None:
            return True
    return False


def lied_about(cases: Iterable[EvalCase]) -> list[EvalCase]:
    """Cases with a figure, asked of a model that says another one beside it: the verifier must catch that."""
    found = []
    for case in cases:
        figure = case.must_contain[0].split("|")[0] if case.must_contain else ""
        if case.expect != "answer" or case.measure is not None or not figure.isdigit() or len(figure) < 2:
            continue
        wrong = f"{figure[:-1]}{(int(figure[-1]) + 4) % 10}"
        lie = {"id": f"{case.id}-lie", "category": VERIFIER, "must_not_contain": (wrong,), "must_cite": ()}
        found.append(case.model_copy(update={**lie, "quote": None, "must_contain": (figure,)}))
    return sorted(found, key=lambda case: hashlib.sha256(case.id.encode()).hexdigest())[:VERIFIED]


# ── the larger sets, as cases ─────────────────────────────────────────────────────────────────────


def of_retrieval(split: str) -> list[EvalCase]:
    """The questions over acts with the passages they need."""
    return [
        EvalCase(
            id=case.id,
            lang=case.lang,
            question=case.question,
            as_of=case.as_of,
            must_cite=tuple(
                tuple(
                    Target(
                        act=each.act,
                        provision=each.provision,
                        start=each.start,
                        end=each.end,
                        edition=each.edition,
                    )
                    for each in need
                )
                for need in case.needs
            ),
            category=case.tags[0] if case.tags else "plain",
        )
        for case in load_retrieval()
        if split in ("all", case.split)
    ]


def of_editions(split: str) -> list[EvalCase]:
    """Those of them that depend on the edition."""
    dated = {case.id for case in load_retrieval() if _EDITIONS in case.tags}
    return [case for case in of_retrieval(split) if case.id in dated]


def of_abstention(split: str) -> list[EvalCase]:
    """Twins of answerable and unanswerable questions."""
    return [
        EvalCase(
            id=case.id,
            lang=case.lang,
            question=case.question,
            expect="answer" if case.answerable else "abstain",
            category=case.category,
        )
        for case in load_abstention()
        if split in ("all", case.split)
    ]


def of_eligibility(split: str) -> list[EvalCase]:
    """Hand-written company profiles; they are tests of rules, not of something tuned, and have no halves."""
    return [
        EvalCase(
            id=case.id,
            lang="en",
            question=case.why,
            as_of=case.as_of,
            measure=case.measure,
            profile={name: _text(value) for name, value in case.profile.items()},
            expect=case.verdict,
            category=case.measure,
        )
        for case in load_eligibility()
    ]


def _text(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def of_full(split: str) -> list[EvalCase]:
    """All of them that ask for an answer or a verdict."""
    return [*of_abstention(split), *of_eligibility(split)]


_ASK, _ALL = How(), How(searches=True, weighs=True)
PLANS: dict[str, Plan] = {
    each.name: each
    for each in (
        Plan("smoke", "Быстрая проверка всего", "A quick look at everything",
             replace(_ALL, weighs=False), lies=True),
        Plan("retrieval", "Находятся ли нужные положения", "Whether needed provisions are found",
             How(asks=False, searches=True), of_retrieval),
        Plan("answers", "Ответы и ссылки", "Answers and citations", _ASK, lies=True),
        Plan("abstention", "Отказ, когда ответа нет", "Abstaining where there is no answer",
             How(weighs=True), of_abstention),
        Plan("editions", "Нужная редакция на дату", "The right edition for the date",
             How(asks=False, searches=True), of_editions),
        Plan("eligibility", "Вердикты о мерах поддержки", "Verdicts on support measures", _ASK,
             of_eligibility),
        Plan("injection", "Указания, спрятанные в вопросах", "Instructions hidden in questions", _ASK),
        Plan("samples", "Вымышленные акты: слова, языки, редакции",
             "Invented acts: words, languages, editions", How(searches=True), samples=True),
        Plan("full", "Всё", "Everything", _ALL, of_full, lies=True),
    )
}  # fmt: skip
