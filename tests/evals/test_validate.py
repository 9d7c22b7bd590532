"""Whatever is wrong in a file of cases is told with its file, row, column and remedy; what is right is not."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import assistant
import evals.validate_held
from assistant.cli.eval_cases import validate as command
from assistant.eligibility.evidence import hash_of
from assistant.engine import Assistant
from assistant.library import Library
from assistant.library.view import LibraryView
from assistant.settings import Settings
from evals.tables import read_table, write_cases
from evals.validate import exit_status, validate
from evals.validate_texts import Texts, hash_of_plain, plain
from tests.evals.sample import (
    DECREE,
    NEW,
    NEW_LAW,
    OLD,
    ORCHARD,
    PLANTS,
    QUOTES,
    WATER,
    digest,
    new_law,
    old_law,
    orchard_order,
    plants_list,
)

HEADS = [
    "ид", "язык", "вопрос", "ожидается", "категория", "проверил", "проверено", "должен сослаться", "цитата",
    "должен содержать", "не должен содержать", "мера", "сведения", "на дату",
]  # fmt: skip
ASKED = iter(range(10**6))


def row(**cells):
    """A row that is right in everything but what the test gives."""
    number = next(ASKED)
    filled = {
        "ид": f"c{number}", "язык": "рус", "вопрос": f"Когда поливают розы на грядке {number}?", "ожидается": "ответ",
        "категория": "сад", "проверил": "А. Садовник", "проверено": "2026-11-01", "должен содержать": "утром",
    }  # fmt: skip
    return [(filled | cells).get(head, "") for head in HEADS]


def table(path, *rows):
    quoted = [";".join(f'"{cell}"' if cell else "" for cell in each) for each in (HEADS, *rows)]
    path.write_text("\n".join(quoted), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def shared_library(tmp_path_factory):
    """The sample acts; no test changes it."""
    library = Library(Settings(home=tmp_path_factory.mktemp("home")).library_url)
    for draft in (old_law(), new_law(), orchard_order(), plants_list(), digest()):
        library.put_edition(draft)
    yield library
    library.close()


@pytest.fixture
def view(shared_library):
    return LibraryView(shared_library)


@pytest.fixture
def check(tmp_path, view):
    """The problems of one file of rows: (row, column, code, level)."""

    def found(*rows):
        return validate(table(tmp_path / "a.csv", *rows), view)

    return found


def codes(problems):
    return [(each.row, each.column, each.code, each.level) for each in problems]


def cited(text, quote="", **cells):
    return row(**{"должен сослаться": text, "цитата": quote, **cells})


def words(start, end):
    return hash_of(NEW_LAW[NEW_LAW.index(start) : NEW_LAW.index(end) + len(end)])


EVENING = words("1. Садовник", "не допускается.")


def test_what_is_right_has_no_problem(check):
    assert (
        check(
            cited(f"{WATER}#st1/ch1={EVENING}", "вечерний  полив не допускается"),
            cited(f"{WATER}#st1/ch2/p2@{OLD} | {WATER}#st1/ch2/p2@{NEW}; {ORCHARD}#s1"),
            cited(f"{DECREE}#digest/1", "Цветник открыт с мая."),
            row(**{"ожидается": "отказ", "должен содержать": ""}),
            row(**{"ожидается": "подходит", "мера": "it_accreditation", "сведения": "it_income_share=65"}),
            row(**{"цитата": "Цветник открыт с мая"}),
        )
        == []
    )


def test_an_act_nobody_knows_is_told_with_the_nearest(check):
    (problem,) = check(cited("ru-fz-1-2021#st1"))
    assert codes([problem]) == [(2, "must_cite", "unknown_act", "error")]
    assert "Возможно, ru-fz-1-2020." in problem.ru
    assert "Did you mean ru-fz-1-2020?" in problem.en
    assert problem.told("ru").startswith(f"{problem.file}, строка 2, столбец «должен сослаться»: ")


def test_an_act_of_the_catalogue_that_is_not_held_is_a_notice_with_its_count(check):
    problems = check(
        cited("ru-fz-152-2006#st9"), cited("ru-fz-152-2006#st10", "чужие слова"), cited(f"{WATER}#st1")
    )
    assert codes(problems) == [(2, "must_cite", "not_held", "notice")]
    assert "(случаев: 2)" in problems[0].ru
    assert exit_status(problems, strict=True) == 0


def test_an_edition_that_is_not_held_is_a_notice(check):
    assert codes(check(cited(f"{WATER}#st1@2022-01-01"))) == [(2, "must_cite", "not_held", "notice")]


@pytest.mark.parametrize(
    ("provision", "meant"),
    [("st1/ch3", "st1/ch"), ("ст.1_ч.2_п.2", "st1/ch2/p2"), ("st1/ch2/p22", "st1/ch2/p2")],
)
def test_a_provision_the_text_has_not_is_told_with_the_nearest(check, provision, meant):
    (problem,) = check(cited(f"{WATER}#{provision}"))
    assert problem.code == "no_provision"
    assert f"{WATER}#{meant}" in problem.ru


def test_a_provision_of_another_edition_is_told_with_that_edition(tmp_path, library):
    later = old_law()
    kept = [each for each in later.provisions if not each.id.startswith("st2")]
    library.put_edition(replace(later, edition="2025-06-01", valid_from="2025-06-01", provisions=kept))
    path = table(
        tmp_path / "a.csv", cited(f"{WATER}#st2/ch1"), cited(f"{WATER}#st2/ch1", **{"на дату": "2024-05-01"})
    )
    (problem,) = validate(path, LibraryView(library))
    assert (problem.row, problem.code) == (2, "no_provision")
    assert f"{WATER}#st2/ch1@20" in problem.ru


def test_a_hash_of_other_words_is_stale_and_the_new_one_is_told(check):
    assert check(cited(f"{WATER}#st1/ch2/p2@{OLD}={words('2) подачу', 'воды;')}"))[0].code == "stale"
    (problem,) = check(cited(f"{WATER}#st1/ch1=0123456789abcdef"))
    assert codes([problem]) == [(2, "must_cite", "stale", "error")]
    assert f"{WATER}#st1/ch1={EVENING}" in problem.ru
    assert check(cited(f"{WATER}#st1/ch1={EVENING}")) == []


def test_the_hash_may_be_of_the_characters_named(check):
    part = hash_of(NEW_LAW[NEW_LAW.index("1. Садовник") :][:20])
    assert check(cited(f"{WATER}#st1/ch1[0-20]={part}")) == []
    assert codes(check(cited(f"{WATER}#st1/ch1[0-2000]"))) == [(2, "must_cite", "span", "error")]


def test_a_quotation_that_is_not_verbatim_is_told_with_the_nearest_words(check):
    (problem,) = check(cited(f"{WATER}#st1/ch1", "Вечерний полив допускается."))
    assert codes([problem]) == [(2, "quote", "not_verbatim", "error")]
    assert "вечерний полив не допускается" in problem.ru


def test_a_quotation_of_another_provision_is_not_in_the_one_cited(check):
    assert check(cited(f"{WATER}#st2", QUOTES["st1/ch1"]))[0].code == "not_verbatim"
    assert check(cited(f"{WATER}#st2|{WATER}#st1", QUOTES["st1/ch1"])) == []


@pytest.mark.parametrize("cut", ["подачу 50", "одачу 500 литров", "ерний полив"])
def test_a_quotation_that_cuts_a_word_or_a_number_is_not_verbatim(check, cut):
    assert [each.code for each in check(cited(f"{WATER}#st1", cut))] == ["not_verbatim"]


def test_a_quotation_without_a_provision_is_looked_for_everywhere(check):
    assert check(row(**{"цитата": QUOTES["s1"]})) == []
    assert [each.code for each in check(row(**{"цитата": "таких слов нет нигде"}))] == ["not_verbatim"]


def test_shipped_cases_quote_no_act_and_note_hashes(check, tmp_path, monkeypatch):
    monkeypatch.setattr(evals.validate_held, "CASES", tmp_path)
    quoting = cited(f"{WATER}#st1/ch1={EVENING}", QUOTES["st1/ch1"])
    problems = check(
        quoting, row(**{"цитата": QUOTES["s2"]}), cited(f"{WATER}#st1/ch1"), cited(f"{DECREE}#digest/1")
    )
    assert codes(problems) == [
        (2, "quote", "quotes_act", "error"),
        (3, "quote", "quotes_act", "error"),
        (4, "must_cite", "no_hash", "warning"),
    ]
    assert f"{WATER}#st1/ch1={EVENING}" in problems[2].ru


def test_a_measure_a_fact_and_a_value_nobody_knows_are_told(check):
    verdict = {"ожидается": "подходит", "мера": "it_acreditation"}
    problems = check(
        row(**verdict),
        row(**{**verdict, "мера": "it_accreditation", "сведения": "it_incom_share=65"}),
        row(**{**verdict, "мера": "it_accreditation", "сведения": "it_income_share=много; accredited=?"}),
    )
    assert codes(problems) == [
        (2, "measure", "unknown_measure", "error"),
        (3, "profile", "profile", "error"),
        (4, "profile", "profile", "error"),
        (4, "profile", "profile", "error"),
    ]
    assert "it_accreditation" in problems[0].ru
    assert "it_income_share" in problems[1].ru


def test_two_cases_of_one_id_are_told_over_all_files(tmp_path, view):
    table(tmp_path / "a.csv", row(ид="same"))
    table(tmp_path / "b.csv", row(), row(ид="same"))
    (problem,) = validate([tmp_path], view)
    assert (problem.file.name, problem.row, problem.code) == ("b.csv", 3, "repeated_id")
    assert f"{tmp_path / 'a.csv'}, строка 2" in problem.ru


def test_one_question_with_two_expectations_is_a_warning(check):
    question = {"вопрос": "Когда поливают розы?"}
    refusing = row(**question, **{"ожидается": "отказ", "должен содержать": ""})
    assert codes(check(row(**question), refusing)) == [(3, "question", "contradicts", "warning")]
    assert codes(check(row(**question), row(**question))) == [(3, "question", "repeated_question", "warning")]
    assert check(row(**question), row(**question, **{"на дату": "2021-01-01"})) == []


def test_what_somebody_should_look_at_is_a_warning(check):
    tomorrow = (date.today() + timedelta(1)).isoformat()
    problems = check(
        row(проверил=""),
        row(проверено=tomorrow),
        row(язык="англ"),
        row(**{"должен содержать": ""}),
        row(мера="it_accreditation"),
    )
    assert codes(problems) == [
        (2, "reviewer", "unreviewed", "warning"),
        (3, "reviewed_on", "unreviewed", "warning"),
        (4, "lang", "language", "warning"),
        (5, "must_cite", "unchecked", "warning"),
        (6, "expect", "no_verdict", "warning"),
    ]
    assert (exit_status(problems), exit_status(problems, strict=True)) == (0, 1)


def test_words_that_must_and_must_not_stand_are_a_contradiction(check):
    assert check(row(**{"не должен содержать": "Утром"}))[0].code == "contradiction"


def test_a_row_that_cannot_be_read_is_still_checked_against_the_library(check):
    problems = check(cited(f"{WATER}#st99", язык="фр"))
    assert {each.code for each in problems} == {"cell", "no_provision"}


def test_without_a_library_acts_are_still_those_of_the_catalogue(tmp_path):
    path = table(tmp_path / "a.csv", cited("ru-fz-152-2006#st99"), cited("ru-fz-152-2007#st1"))
    assert codes(validate(path, None)) == [(3, "must_cite", "unknown_act", "error")]


def test_an_unreadable_file_does_not_keep_the_others_from_being_checked(tmp_path, view):
    table(tmp_path / "b.csv", cited("ru-fz-1-2021#st1"))
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    problems = validate(tmp_path, view)
    assert [each.code for each in problems] == ["unreadable", "unknown_act"]
    assert exit_status(problems) == 2


@given(st.text(max_size=200))
def test_plain_words_and_hashes_are_those_of_the_verifier(text):
    assert hash_of_plain(plain(text)) == hash_of(text)


def test_every_provision_of_a_library_has_its_hash(view):
    texts = Texts(view, frozenset())
    for edition in view.editions:
        loaded = view.edition(edition)
        for node in loaded.provisions.values():
            text = loaded.text[node.start : node.end]
            assert hash_of_plain(plain(text)) == hash_of(text)
    assert texts.acts >= {WATER, ORCHARD, PLANTS, DECREE}


# ── the command ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def run(shared_library, home, monkeypatch):
    asked = Assistant(Settings(home=home), library=shared_library)
    monkeypatch.setattr(assistant, "default_assistant", lambda: asked)

    def invoke(*arguments):
        return CliRunner().invoke(command, [*map(str, arguments), "--lang", "ru"], catch_exceptions=False)

    return invoke


def test_the_command_tells_problems_and_returns_their_status(run, tmp_path):
    path = table(tmp_path / "a.csv", cited("ru-fz-1-2021#st1"), row(проверил=""))
    done = run(path)
    assert done.exit_code == 1
    assert f"ошибка: {path}, строка 2, столбец «должен сослаться»" in done.output
    assert f"предупреждение: {path}, строка 3, столбец «проверил»" in done.output
    assert "Случаев: 2, файлов: 1. Ошибок: 1, предупреждений: 1, не проверено: 0." in done.output
    told = json.loads(run(path, "--json").output)
    assert [(each["row"], each["column"], each["level"]) for each in told] == [
        (2, "must_cite", "error"), (3, "reviewer", "warning"),
    ]  # fmt: skip


def test_the_command_is_silent_about_what_is_right(run, tmp_path):
    done = run(table(tmp_path / "a.csv", row()))
    assert (done.exit_code, done.output.count("\n")) == (0, 1)
    (tmp_path / "b.csv").write_bytes("ид;язык\nа;б".encode("cp1251"))
    assert run(tmp_path).exit_code == 2


def test_many_warnings_of_a_kind_are_counted(run, tmp_path):
    path = table(tmp_path / "a.csv", *(row(проверил="") for _ in range(30)))
    done = run(path)
    assert done.output.count("предупреждение: ") == 21
    assert "… и ещё таких: 10" in done.output
    assert run(path, "--all").output.count("предупреждение: ") == 30


def test_the_persons_own_cases_are_checked_too_by_default(run, home):
    own = home / "evals" / "cases" / "own.csv"
    own.parent.mkdir(parents=True)
    table(own, row(ожидается="чудо"))
    done = run()
    assert done.exit_code == 1
    assert f"ошибка: {own}, строка 2, столбец «ожидается»" in done.output


def test_cases_that_were_written_by_the_program_are_right(tmp_path, view):
    path = table(tmp_path / "a.csv", cited(f"{WATER}#st1/ch1={EVENING}", QUOTES["st1/ch1"]), row())
    cases = [each.case for each in read_table(path).rows]
    write_cases(tmp_path / "b.xlsx", cases, "en")
    assert validate(tmp_path / "b.xlsx", view) == []
