"""Files of cases -> all that is wrong in them: file, row, column, what, and the remedy, in both languages.

Whatever a library can tell is checked against it: acts, provisions, hashes and quotations. What needs a text
that it does not hold is a notice, not an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from assistant.eligibility.measures import measures
from assistant.eligibility.profile import named
from assistant.eligibility.values import read_value
from assistant.errors import InputError, PolicyError
from assistant.library.view import LibraryView
from assistant.references_language import detect_language
from evals.case import VERDICTS
from evals.tables import Problem, Row, case_files, read_table, repeated_ids
from evals.validate_held import NotHeld, quotation, targets, unknown_acts
from evals.validate_texts import Texts, plain

__all__ = [
    "Checked",
    "Problem",
    "check_files",
    "exit_status",
    "repeated_questions",
    "validate",
    "validate_rows",
]

UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was checked, and all that is wrong, in the order of the files and rows."""

    files: list[Path]
    cases: int
    problems: list[Problem]


def validate(paths: Path | Iterable[Path], view: LibraryView | None) -> list[Problem]:
    """The problems that :func:`check_files` finds."""
    return check_files(paths, view).problems


def check_files(paths: Path | Iterable[Path], view: LibraryView | None) -> Checked:
    """Check files and folders of cases.

    ``view``: the library to check against; None checks only what needs none. A file that cannot be read is
    a problem of its own, and the others are checked all the same. Raises ReadError for a path that is not
    there.
    """
    files = case_files(paths)
    problems: list[Problem] = []
    rows: list[Row] = []
    for path in files:
        try:
            table = read_table(path)
        except PolicyError as error:
            problems.append(Problem(path, None, None, error.en, error.ru, UNREADABLE))
            continue
        problems += table.all_problems()
        rows += table.rows
    problems += validate_rows(rows, view)
    order = {path: place for place, path in enumerate(files)}
    problems.sort(key=lambda each: (order[each.file], each.row or 0))
    return Checked(files, len(rows), problems)


def exit_status(problems: Iterable[Problem], *, strict: bool = False) -> int:
    """0: nothing is wrong; 1: something is (``strict``: or somebody should look); 2: a file is unreadable."""
    found = list(problems)
    if any(each.code == UNREADABLE for each in found):
        return 2
    levels = ("error", "warning") if strict else ("error",)
    return int(any(each.level in levels for each in found))


def validate_rows(rows: Sequence[Row], view: LibraryView | None) -> list[Problem]:
    """What is wrong in rows beside what reading them has told."""
    problems = [*repeated_ids(rows), *repeated_questions(rows)]
    texts = Texts(view, _catalogue()) if view is not None else None
    known = texts.acts if texts is not None else _catalogue()
    missing = NotHeld()
    for row in rows:
        problems += _sense(row)
        problems += _company(row)
        problems += _review(row)
        problems += unknown_acts(row, known, texts)
        if texts is not None:
            places = list(targets(row, texts, known, missing, problems))
            problems += quotation(row, places, texts)
    return [*problems, *missing.told()]


def _catalogue() -> frozenset[str]:
    from ingest.embedded import embedded_catalogue

    return frozenset(act.id for act in embedded_catalogue().acts)


# ── the row by itself ─────────────────────────────────────────────────────────────────────────────


def _sense(row: Row) -> Iterator[Problem]:
    """What contradicts itself, or leaves nothing to check."""
    fields = row.fields
    held = {plain(each) for each in fields.get("must_contain", ())}
    both = next((each for each in fields.get("must_not_contain", ()) if plain(each) in held), None)
    if both is not None:
        said = InputError(
            f"'{both}' must both stand in the answer and not. Take it out of one of the two columns.",
            f"«{both}» одновременно должно и не должно быть в ответе. Уберите из одного из столбцов.",
        )
        yield row.problem("must_not_contain", "contradiction", said)
    question, lang = fields.get("question"), fields.get("lang")
    if question and lang and detect_language(question) != lang:
        said = InputError(
            f"the question does not look like one in the language '{lang}'. Correct the language or the "
            "question.",
            f"вопрос не похож на вопрос на языке «{'рус' if lang == 'ru' else 'англ'}». Исправьте язык или "
            "вопрос.",
        )
        yield row.problem("lang", "language", said, level="warning")
    checked = ("must_cite", "quote", "must_contain", "must_not_contain")
    if fields.get("expect") == "answer" and not any(fields.get(each) for each in checked):
        said = InputError(
            "nothing of the answer is checked but that there is one. Name a provision in 'must cite' or "
            "words in 'must contain'.",
            "проверяется только то, что ответ есть. Укажите положение в «должен сослаться» или слова в "
            "«должен содержать».",
        )
        yield row.problem("must_cite", "unchecked", said, level="warning")


def _company(row: Row) -> Iterator[Problem]:
    """The measure and the facts of an eligibility case."""
    name = row.fields.get("measure")
    if name is not None and name not in measures():
        near = get_close_matches(name, measures(), 1)
        said = InputError(
            f"there is no measure '{name}'. {f'Did you mean {near[0]}? ' if near else ''}"
            "'ai-policy check --measures' lists them.",
            f"меры «{name}» нет. {f'Возможно, {near[0]}. ' if near else ''}"
            "Список: «ai-policy check --measures».",
        )
        yield row.problem("measure", "unknown_measure", said)
    for fact, value in row.fields.get("profile", {}).items():
        try:
            said_value = read_value(named(fact), value)
        except InputError as error:
            yield row.problem("profile", "profile", error)
            continue
        if said_value is None:
            said = InputError(
                f"{fact}: '{value}' says nothing. Write the answer, or leave the fact out.",
                f"{fact}: «{value}» ничего не сообщает. Напишите ответ или уберите это сведение.",
            )
            yield row.problem("profile", "profile", said)
    if name is not None and row.fields.get("expect") not in (*VERDICTS, None):
        said = InputError(
            "a measure is named, but no verdict on it is expected. Expect 'eligible', 'not eligible' or "
            "'insufficient', or empty the cell.",
            "мера названа, а вывода о ней не ожидается. Напишите в «ожидается» «подходит», «не подходит» или "
            "«мало данных» либо очистите ячейку.",
        )
        yield row.problem("expect", "no_verdict", said, level="warning")


def _review(row: Row) -> Iterator[Problem]:
    reviewed = row.fields.get("reviewed_on")
    if "reviewer" not in row.cells or "reviewed_on" not in row.cells:
        said = InputError(
            "nobody has checked this case. After checking it against the text write who did and when.",
            "случай никем не проверен. Сверив с текстом, впишите, кто и когда проверил.",
        )
        missing = "reviewer" if "reviewer" not in row.cells else "reviewed_on"
        yield row.problem(missing, "unreviewed", said, level="warning")
    elif reviewed is not None and reviewed > date.today():
        said = InputError(
            f"the day of the check, {reviewed}, is yet to come. Correct it.",
            f"день проверки {reviewed} ещё не наступил. Исправьте.",
        )
        yield row.problem("reviewed_on", "unreviewed", said, level="warning")


def repeated_questions(rows: Sequence[Row]) -> Iterator[Problem]:
    """Questions that stand twice: counted twice, or contradicting each other."""
    first: dict[tuple[object, ...], Row] = {}
    for row in rows:
        fields = row.fields
        if "question" not in fields:
            continue
        profile = tuple(sorted(fields.get("profile", {}).items()))
        asked = (plain(fields["question"]), fields.get("lang"), fields.get("as_of"), fields.get("measure"))
        earlier = first.setdefault((*asked, profile), row)
        if earlier is row or earlier.cells.get("id") == row.cells.get("id"):
            continue
        where_en, where_ru = (f"{earlier.file}, {word} {earlier.number}" for word in ("row", "строка"))
        if _expectation(earlier) != _expectation(row):
            said = InputError(
                f"the same question stands in {where_en} with other expectations. Make the two agree or "
                "tell the questions apart.",
                f"тот же вопрос есть в {where_ru} с другими ожиданиями. Согласуйте их или уточните вопросы.",
            )
            yield row.problem("question", "contradicts", said, level="warning")
        else:
            said = InputError(
                f"the same question stands in {where_en}; it counts twice. Delete one of the two.",
                f"тот же вопрос есть в {where_ru} и считается дважды. Удалите один из двух.",
            )
            yield row.problem("question", "repeated_question", said, level="warning")


def _expectation(row: Row) -> tuple[object, ...]:
    needs = tuple(tuple(target.ref for target in need) for need in row.fields.get("must_cite", ()))
    return row.fields.get("expect"), needs
