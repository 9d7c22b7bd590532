"""A person's own files of cases on the server."""

from __future__ import annotations

import os
import time

import pytest

from assistant.errors import InputError
from assistant.web.evaluation import brought
from tests.assistant.web.evaluation.serving import BAD, CASES, CSV


def keep(home, *files):
    return brought.keep(home, files)


def test_a_good_file_is_counted_and_has_no_error(home):
    key = keep(home.settings.home, ("мои.csv", CSV.encode()))
    found = brought.brought(home.settings.home, key, home.view)
    assert (found.names, found.cases, found.errors) == ("мои.csv", CASES, [])


def test_errors_come_first_with_row_and_column_and_without_the_servers_folders(home):
    key = keep(home.settings.home, ("a.csv", BAD.encode()), ("b.csv", BAD.encode()))
    found = brought.brought(home.settings.home, key, home.view)
    assert [(each.row, each.column) for each in found.errors[:2]] == [(3, "must_cite"), (4, "lang")]
    levels = [each.level for each in found.problems]
    assert levels == sorted(levels, key=lambda level: level != "error")
    repeated = [each for each in found.errors if each.code == "repeated_id"]
    assert len(repeated) == 3
    said = brought.told(repeated[0], found.files, repeated[0].en)
    assert "a.csv, row 2" in said
    assert str(home.settings.home) not in said


def test_an_id_that_a_shipped_case_has_is_an_error(home, monkeypatch, tmp_path):
    from evals import plans

    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "corpus.csv").write_text(CSV, encoding="utf-8-sig")
    monkeypatch.setattr(plans, "CASES", tmp_path / "shipped")
    key = keep(home.settings.home, ("мои.csv", CSV.encode()))
    found = brought.brought(home.settings.home, key, home.view)
    assert len(found.errors) == CASES
    assert "«полив» уже есть у поставляемого случая" in found.errors[0].ru


def test_a_workbook_and_lines_of_json_are_read_too(home, tmp_path):
    from evals.tables import load_cases, write_cases

    source = tmp_path / "a.csv"
    source.write_text(CSV, encoding="utf-8-sig")
    cases = load_cases([source])
    write_cases(tmp_path / "b.xlsx", cases)
    lines = "\n".join(case.model_dump_json(exclude_none=True) for case in cases)
    for name, content in (("b.xlsx", (tmp_path / "b.xlsx").read_bytes()), ("c.jsonl", lines.encode())):
        found = brought.brought(home.settings.home, keep(home.settings.home, (name, content)), home.view)
        assert (name, found.cases, found.errors) == (name, CASES, [])


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "No file was sent"),
        ([("cases.pdf", b"%PDF")], r"cases.pdf: such files are not read"),
        ([(f"{n}.csv", b"") for n in range(6)], "larger than"),
        ([("big.csv", b"x" * 10_000_001)], "larger than 10 MB"),
    ],
)
def test_what_is_not_taken_is_refused_and_leaves_nothing(tmp_path, files, said):
    with pytest.raises(InputError, match=said):
        brought.keep(tmp_path, files)
    assert list(tmp_path.iterdir()) == []


def test_two_files_of_one_name_are_both_kept(tmp_path):
    key = keep(tmp_path, ("a.csv", b"1"), ("x/a.csv", b"2"))
    assert [path.name for path in brought.files_of(tmp_path, key)] == ["2-a.csv", "a.csv"]


@pytest.mark.parametrize("key", ["", "..", "../../etc", "0" * 32, "x" * 32])
def test_a_key_that_names_nothing_is_refused(tmp_path, key):
    with pytest.raises(InputError, match="no longer on the server"):
        brought.files_of(tmp_path, key)


def test_files_that_no_run_took_are_dropped_after_a_day(tmp_path):
    old = keep(tmp_path, ("a.csv", b"1"))
    folder = tmp_path / "evals" / "brought" / old
    past = time.time() - 25 * 3600
    os.utime(folder, (past, past))
    fresh = keep(tmp_path, ("a.csv", b"1"))
    assert not folder.exists()
    assert brought.files_of(tmp_path, fresh)
