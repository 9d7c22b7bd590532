"""The questions over the sample acts: every kind of search is needed, and every act they name is there."""

from collections import Counter

import pytest

from assistant.library import Library
from assistant.library.view import LibraryView
from evals.sample_library import CASES, SAMPLES, files
from evals.tables import load_cases
from evals.validate import validate
from ingest.embedded import embedded_catalogue
from ingest.pipeline import Ingest, Options


@pytest.fixture(scope="module")
def cases():
    return load_cases([CASES])


def acts_of(lang):
    return {path.name.partition(".")[0] for path in (SAMPLES / lang).glob("*.txt")}


def cited(case):
    return [target for need in case.must_cite for target in need]


def test_every_kind_is_asked_in_both_languages_often_enough_to_be_missed(cases):
    kinds = Counter((case.category, case.lang) for case in cases)
    least = {"across": 24, "designation": 13, "paraphrase": 5, "edition": 6}
    assert {kind for kind, _ in kinds} == set(least)
    assert all(kinds[kind, lang] >= n for kind, n in least.items() for lang in ("ru", "en"))


def test_questions_across_languages_need_the_other_language_and_no_others_do(cases):
    for case in cases:
        other = {"ru": "en", "en": "ru"}[case.lang]
        lang = other if case.category == "across" else case.lang
        assert cited(case) and {target.act for target in cited(case)} <= acts_of(lang), case.id


def test_every_dated_question_is_asked_of_both_editions_and_the_answers_exclude_each_other(cases):
    asked = {}
    for case in cases:
        assert (case.as_of is not None) == (case.category == "edition"), case.id
        if case.as_of is not None:
            asked.setdefault(case.question, []).append(case)
    for older, newer in asked.values():
        assert cited(older)[0].ref == cited(newer)[0].ref
        assert cited(older)[0].edition < cited(newer)[0].edition <= newer.as_of.isoformat()
        assert older.as_of.isoformat() < cited(newer)[0].edition
        assert older.must_contain == newer.must_not_contain
        assert newer.must_contain == older.must_not_contain


def test_every_act_is_asked_about(cases):
    assert {target.act for case in cases for target in cited(case)} == acts_of("ru") | acts_of("en")


def test_every_case_is_right_by_the_texts(tmp_path):
    library = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    report = Ingest(library, embedded_catalogue(), tmp_path / "files", Options()).run(files())
    assert not report.failed
    assert validate([CASES], LibraryView(library)) == []
    library.close()
