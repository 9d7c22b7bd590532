"""Five thousand cases are checked against a library within five seconds of one core."""

import time

import pytest

from assistant.eligibility.evidence import hash_of
from assistant.library import Library
from assistant.library.view import LibraryView
from assistant.settings import Settings
from evals.case import EvalCase, Target
from evals.tables import write_cases
from evals.validate import check_files
from tests.builders import edition_draft, provision

pytestmark = pytest.mark.long

ACTS, POINTS, CASES, MOST_SECONDS = 25, 200, 5000, 5.0


def act_of(number):
    lines = [
        f"{point}. Садовник участка {number}-{point} обязан поливать {point * number} растений, вести журнал полива "
        f"и передавать его комиссии по садам не позднее {point} числа каждого месяца, кроме месяцев покоя."
        for point in range(1, POINTS + 1)
    ]
    text = "\n".join(lines)
    points = [
        provision(text, f"p{point}", line, line, label=f"п. {point}") for point, line in enumerate(lines, 1)
    ]
    return edition_draft(f"ru-fz-{number}-2020", text=text, provisions=points, path=f"{number}.txt"), lines


@pytest.fixture
def library(tmp_path):
    (tmp_path / "home").mkdir()
    library = Library(Settings(home=tmp_path / "home").library_url)
    yield library
    library.close()


def test_five_thousand_cases_take_five_seconds(library, tmp_path):
    cases = []
    for number in range(1, ACTS + 1):
        draft, lines = act_of(number)
        library.put_edition(draft)
        for point, line in enumerate(lines, 1):
            wrong = len(cases) % 20 == 0
            target = Target(
                act=draft.act.id, provision=f"p{point}", edition="2020-01-01",
                hash="0123456789abcdef" if wrong else hash_of(line),
            )  # fmt: skip
            case = EvalCase(
                id=f"c{len(cases)}", lang="ru", question=f"Сколько растений поливают на участке {number}-{point}?",
                must_cite=((target,),), quote=line.partition(" ")[2][:90].rpartition(" ")[0] + (" и сад" if wrong else ""),
                must_contain=(str(point * number),), category="сад", reviewer="x", reviewed_on="2026-01-01",
            )  # fmt: skip
            cases.append(case)
    assert len(cases) == CASES
    write_cases(tmp_path / "a.csv", cases)
    view, began = LibraryView(library), time.process_time()
    found = check_files(tmp_path / "a.csv", view)
    assert time.process_time() - began <= MOST_SECONDS
    assert {each.code for each in found.problems} == {"stale", "not_verbatim"}
    assert len(found.problems) == 2 * CASES // 20
