"""Tables of cases as people keep them: what is read, what is refused, and that nothing is lost on the way."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import InputError, ReadError
from evals.case import EvalCase, Target
from evals.tables import (
    COLUMNS,
    append_case,
    case_files,
    load_cases,
    read_cases,
    read_table,
    write_cases,
)

HEADS = ["ид", "язык", "вопрос", "ожидается", "категория"]
PLAIN = ["c1", "рус", "Когда поливают розы?", "ответ", "сад"]


def csv_of(path, *rows, delimiter=";", encoding="utf-8-sig"):
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    return path


def xlsx_of(path, *rows, sheet="Лист1"):
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def codes(table):
    return [(each.row, each.column, each.code) for each in table.all_problems()]


FULL = EvalCase(
    id="garden-1",
    lang="ru",
    question="Когда поливают розы;\nи чем?",
    as_of=date(2024, 3, 1),
    measure="it_accreditation",
    profile={"it_income_share": ">=30", "region": "Москва; область"},
    expect="not_eligible",
    must_cite=(
        (Target.read("ru-fz-1-2020#st1/ch1@2024-03-01=0123456789abcdef"), Target.read("ru-fz-2-2020#st2")),
        (Target.read("ru-fz-1-2020#st1/ch2/p2[3-9]"),),
    ),
    quote="«Вечерний» полив, не допускается",
    must_contain=("утром|до полудня", "C:\\сад; грядка"),
    must_not_contain=("вечером",),
    category="сад",
    suites=("smoke", "answers"),
    reviewer="А. Садовник",
    reviewed_on=date(2026, 11, 1),
    note="=СУММ(A1) не выполняется",
)
BARE = EvalCase(id="b", lang="en", question="When?", expect="abstain", category="x")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl"])
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_what_is_written_is_read_back_exactly(tmp_path, suffix, lang):
    path = tmp_path / f"cases{suffix}"
    write_cases(path, [FULL, BARE], lang)
    assert read_table(path).all_problems() == []
    assert [row.case for row in read_cases(path)] == [FULL, BARE]


TEXT = (
    st.text(
        st.characters(
            exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"], include_characters="\n=+-@';|\\\"\t"
        ),
        min_size=1,
        max_size=60,
    )
    .map(str.strip)
    .filter(bool)
)
WORDS = TEXT.map(lambda text: " ".join(text.split())).filter(
    lambda text: text and all(part.strip() for part in text.split("|"))
)
CASES = st.builds(
    EvalCase,
    id=st.from_regex(r"[A-Za-z0-9а-я_.-]{1,20}", fullmatch=True),
    lang=st.sampled_from(["ru", "en"]),
    question=TEXT,
    as_of=st.none() | st.dates(date(1900, 1, 1)),
    expect=st.sampled_from(["answer", "clarify"]),
    must_contain=st.lists(WORDS, max_size=3).map(tuple),
    must_not_contain=st.lists(WORDS, max_size=3).map(tuple),
    quote=st.none() | TEXT,
    category=TEXT,
    note=st.none() | TEXT,
)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl"])
@pytest.mark.parametrize("words", ["_x000D_", "_x005F_x000D_", "a _x0041_ b", "_x000d_"])
def test_what_looks_like_an_escaped_character_of_a_workbook_is_none(tmp_path, suffix, words):
    case = EvalCase(id="1", lang="ru", question=words, expect="answer", category=words)
    path = tmp_path / f"cases{suffix}"
    write_cases(path, [case], "ru")
    assert [row.case for row in read_cases(path)] == [case]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl"])
@settings(max_examples=120, deadline=None)
@given(cases=st.lists(CASES, max_size=3))
def test_any_text_survives_the_round_trip(tmp_path_factory, suffix, cases):
    path = tmp_path_factory.mktemp("round") / f"cases{suffix}"
    write_cases(path, cases, "ru")
    assert [row.case for row in read_cases(path)] == cases


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_csv_file_is_read_whatever_separates_its_cells(tmp_path, delimiter, encoding):
    path = csv_of(tmp_path / "a.csv", HEADS, PLAIN, delimiter=delimiter, encoding=encoding)
    (row,) = read_cases(path)
    assert row.case == EvalCase(id="c1", lang="ru", question=PLAIN[2], expect="answer", category="сад")


def test_headings_may_be_english_or_ids_and_cells_russian(tmp_path):
    heads = ["ID", "Language", "Question", "expect", "must_cite", "Category", "as of", "reviewed_on"]
    cells = ["c1", "англ", "When?", "ответ", "ru-fz-1-2020#st1", "x", "01.03.2024", "2026-11-02 00:00:00"]
    (row,) = read_cases(csv_of(tmp_path / "a.csv", heads, cells, delimiter=","))
    assert (row.case.lang, row.case.as_of, row.case.reviewed_on) == (
        "en",
        date(2024, 3, 1),
        date(2026, 11, 2),
    )
    assert row.case.must_cite == ((Target(act="ru-fz-1-2020", provision="st1"),),)


def test_rows_are_numbered_as_a_spreadsheet_numbers_them(tmp_path):
    text = 'ид;язык;вопрос;ожидается;категория\r\nc1;рус;"Когда?\nИ чем?";ответ;сад\r\n\r\n;;;;\r\nc2;рус;Чем?;чудо;сад\r\n'
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    first, second = read_cases(path)
    assert (first.number, first.case.question) == (2, "Когда?\nИ чем?")
    assert second.number == 5
    (problem,) = second.problems
    assert problem.told("ru").startswith(f"{path}, строка 5, столбец «ожидается»: «чудо» — не из списка")
    assert "мало данных" in problem.ru
    assert problem.told("en").startswith(f"{path}, row 5, column 'ожидается': 'чудо' is not one of")


def test_the_separator_line_of_excel_is_no_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"sep=;\r\n{';'.join(HEADS)}\r\n{';'.join(PLAIN)}\r\n", encoding="utf-8")
    assert [row.number for row in read_cases(path)] == [2]


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    heads = [*HEADS, "на дату", "должен сослаться", "сведения", "наборы", "проверено"]
    row = [
        "c 1",
        "рус",
        "",
        "да",
        "сад",
        "2024-13-01",
        "149-ФЗ ст. 10",
        "возраст",
        '"smoke; poetry"',
        "завтра",
    ]
    table = read_table(csv_of(tmp_path / "a.csv", heads, row))
    assert {column for _, column, _ in codes(table)} == {
        "id", "question", "expect", "as_of", "must_cite", "profile", "suites", "reviewed_on",
    }  # fmt: skip
    assert all(each.row == 2 for each in table.all_problems())
    assert table.rows[0].case is None


def test_unknown_repeated_and_missing_headings_are_told_with_the_nearest(tmp_path):
    heads = ["ид", "язык", "вопросс", "ожидается", "категория", "ид"]
    table = read_table(csv_of(tmp_path / "a.csv", heads, [*PLAIN, "x"]))
    told = [each.told("ru") for each in table.problems]
    assert any("«вопросс»" in line and "вопрос." in line for line in told)
    assert any("столбец есть дважды" in line for line in told)
    assert any("столбец «вопрос»: столбца нет" in line for line in told)
    assert [(each.row, each.code) for each in table.problems] == [
        (1, "unknown_heading"), (1, "repeated_heading"), (1, "missing_column"),
    ]  # fmt: skip
    assert table.rows[0].case is None


def test_a_cell_under_no_heading_is_told(tmp_path):
    assert codes(read_table(csv_of(tmp_path / "a.csv", HEADS, [*PLAIN, "лишнее"]))) == [
        (2, None, "no_heading")
    ]


def test_windows_1251_is_recognised_and_the_remedy_told(tmp_path):
    path = csv_of(tmp_path / "a.csv", HEADS, PLAIN, encoding="cp1251")
    with pytest.raises(ReadError) as caught:
        read_cases(path)
    assert "Windows-1251" in caught.value.ru
    assert "CSV UTF-8" in caught.value.ru
    assert str(path) in caught.value.en


@pytest.mark.parametrize(
    "content", [HEADS[0].encode("utf-16"), b"\x89PNG\r\n\x1a\n\0\0", bytes(range(128, 200))]
)
def test_what_is_no_utf_8_text_is_refused(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(ReadError):
        read_cases(path)


def test_an_unclosed_quotation_mark_is_told_with_its_row(tmp_path):
    broken = ["c2", "рус", '"Когда', "ответ", "сад"]
    table = read_table(csv_of(tmp_path / "a.csv", HEADS, PLAIN, broken, PLAIN))
    assert [row.case.id for row in table.rows] == ["c1"]
    assert codes(table) == [(3, None, "broken")]


def test_an_empty_file_is_a_problem_and_no_error(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf\r\n;;\r\n")
    assert codes(read_table(tmp_path / "a.csv")) == [(None, None, "empty_file")]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_is_run_by_a_spreadsheet(tmp_path, start):
    case = BARE.model_copy(update={"question": f"{start}cmd|' /C calc'!A0", "note": f"'{start}1"})
    write_cases(tmp_path / "a.csv", [case], "en")
    cells = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert f"'{start}cmd" in cells
    assert f",{start}" not in cells
    write_cases(tmp_path / "a.xlsx", [case], "en")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert all(cell.data_type != "f" for row in sheet for cell in row)
    assert [row.case for path in ("a.csv", "a.xlsx") for row in read_cases(tmp_path / path)] == [case, case]


def test_an_abstention_that_cites_and_a_verdict_without_a_measure_are_told(tmp_path):
    heads = [*HEADS, "должен сослаться", "мера"]
    abstains = ["c1", "рус", "Где?", "отказ", "сад", "ru-fz-1-2020#st1", ""]
    verdict = ["c2", "рус", "Где?", "подходит", "сад", "", ""]
    table = read_table(csv_of(tmp_path / "a.csv", heads, abstains, verdict))
    assert codes(table) == [(2, "must_cite", "abstention_cites"), (3, "measure", "no_measure")]


# ── XLSX ──────────────────────────────────────────────────────────────────────────────────────────


def test_dates_numbers_and_truths_of_a_workbook_are_read(tmp_path):
    heads = [*HEADS, "на дату", "сведения", "должен содержать"]
    path = xlsx_of(tmp_path / "a.xlsx", heads, [*PLAIN, date(2024, 3, 1), "it_income_share=65", 300.0])
    (row,) = read_cases(path)
    assert row.case.as_of == date(2024, 3, 1)
    assert row.case.must_contain == ("300",)
    assert row.number == 2


def test_the_sheet_of_cases_is_read_where_there_are_several(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["заметки"])
    sheet = book.create_sheet("Случаи")
    sheet.append(HEADS)
    sheet.append(PLAIN)
    book.save(tmp_path / "a.xlsx")
    assert [row.case.id for row in read_cases(tmp_path / "a.xlsx")] == ["c1"]


def test_formulas_and_errors_of_a_workbook_are_refused_in_their_cells(tmp_path):
    rows = [HEADS, ["c1", "рус", "=CONCAT(A1,B1)", "ответ", "сад"], ["c2", "рус", "#N/A", "ответ", "сад"]]
    table = read_table(xlsx_of(tmp_path / "a.xlsx", *rows))
    assert codes(table) == [(2, "question", "cell"), (3, "question", "cell")]
    assert "формула" in table.all_problems()[0].ru
    assert "#N/A" in table.all_problems()[1].ru


def test_gaps_and_a_lie_about_the_size_do_not_matter(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEADS)
    for place, cell in enumerate(PLAIN, 1):
        book.active.cell(5000, place, cell)
    book.save(tmp_path / "a.xlsx")
    changed = io.BytesIO()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'ref="A1:E5000"', b'ref="A1:A1"'))
    (tmp_path / "a.xlsx").write_bytes(changed.getvalue())
    assert [(row.number, row.case.id) for row in read_cases(tmp_path / "a.xlsx")] == [(5000, "c1")]


def rezipped(path, name, content):
    changed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    path.write_bytes(changed.getvalue())


def test_a_workbook_that_unpacks_to_too_much_is_refused_unopened(tmp_path):
    path = xlsx_of(tmp_path / "a.xlsx", HEADS, PLAIN)
    rezipped(path, "xl/styles.xml", b" " * 110_000_000)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(ReadError, match="too large"):
        read_cases(path)


def test_a_workbook_with_entities_of_its_own_is_refused(tmp_path):
    path = xlsx_of(tmp_path / "a.xlsx", HEADS, PLAIN)
    rezipped(path, "xl/workbook.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    with pytest.raises(ReadError, match="DOCTYPE"):
        read_cases(path)


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04garbage", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b""]
)
def test_what_is_no_workbook_says_how_to_save_one(tmp_path, content):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(ReadError) as caught:
        read_cases(path)
    assert "без пароля" in caught.value.ru


def test_other_types_and_missing_files_are_refused(tmp_path):
    (tmp_path / "a.ods").write_bytes(b"x")
    for path in (tmp_path / "a.ods", tmp_path / "none.csv"):
        with pytest.raises(ReadError):
            read_cases(path)


# ── JSON lines ────────────────────────────────────────────────────────────────────────────────────


def test_json_lines_hold_a_case_each_or_say_what_is_wrong(tmp_path):
    path = tmp_path / "a.jsonl"
    lines = [
        '{"id":"a","lang":"en","question":"When?","expect":"answer","category":"x","must_cite":["ru-fz-1-2020#st1"]}',
        "",
        '{"id":"b","lang":"en","question":{"x":1},"expect":"answer","category":"x"}',
        '{"id":"c"',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    table = read_table(path)
    assert table.rows[0].case.must_cite == ((Target(act="ru-fz-1-2020", provision="st1"),),)
    assert sorted(codes(table), key=str) == [(3, "question", "cell"), (4, None, "broken")]


# ── several files ─────────────────────────────────────────────────────────────────────────────────


def test_a_folder_gives_its_tables_and_no_other_sets(tmp_path):
    write_cases(tmp_path / "b.csv", [FULL])
    write_cases(tmp_path / "a.xlsx", [BARE])
    write_cases(tmp_path / "c.jsonl", [BARE.model_copy(update={"id": "c"})])
    (tmp_path / "retrieval.jsonl").write_text('{"id":"x","question":"q","needs":[]}', encoding="utf-8")
    (tmp_path / "~$a.xlsx").write_bytes(b"lock of Excel")
    assert [path.name for path in case_files(tmp_path)] == ["a.xlsx", "b.csv", "c.jsonl"]
    assert [case.id for case in load_cases([tmp_path])] == ["b", "garden-1", "c"]
    assert [case.id for case in load_cases(tmp_path, "smoke")] == ["garden-1"]


def test_an_id_in_two_files_stops_a_run_and_says_where(tmp_path):
    write_cases(tmp_path / "a.csv", [BARE])
    write_cases(tmp_path / "b.csv", [FULL, BARE])
    with pytest.raises(InputError) as caught:
        load_cases(tmp_path)
    assert f"{tmp_path / 'b.csv'}, row 3" in caught.value.en
    assert f"{tmp_path / 'a.csv'}, row 2" in caught.value.en


def test_a_row_that_cannot_be_used_stops_a_run(tmp_path):
    csv_of(tmp_path / "a.csv", HEADS, PLAIN, ["c2", "фр", "Quand?", "ответ", "сад"])
    with pytest.raises(InputError, match="eval validate"):
        load_cases(tmp_path)


# ── adding a row ──────────────────────────────────────────────────────────────────────────────────


def test_a_row_is_added_in_the_files_own_order_and_what_is_there_stays(tmp_path):
    path = csv_of(
        tmp_path / "a.csv",
        ["категория", "Вопрос", "id", "язык", "expect"],
        ["сад", '"а;б"', "c1", "рус", "ответ"],
    )
    assert append_case(path, FULL, "ru") == 3
    text = path.read_text(encoding="utf-8-sig")
    assert text.startswith("категория;Вопрос;id;язык;expect;на дату")
    assert [row.case.id for row in read_cases(path)] == ["c1", "garden-1"]
    assert read_cases(path)[1].case == FULL
    assert append_case(path, BARE, "en") == 4
    assert [row.case for row in read_cases(path)][1:] == [FULL, BARE]


def test_a_new_file_has_all_headings_in_the_users_language(tmp_path):
    assert append_case(tmp_path / "new" / "own.csv", BARE, "ru") == 2
    head = (tmp_path / "new" / "own.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head == "\ufeff" + ";".join(each.ru for each in COLUMNS.values())


def test_a_file_that_is_damaged_or_no_csv_is_left_alone(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('id,lang\n"a', encoding="utf-8")
    with pytest.raises(ReadError):
        append_case(path, BARE)
    assert path.read_text(encoding="utf-8") == 'id,lang\n"a'
    with pytest.raises(InputError):
        append_case(tmp_path / "a.xlsx", BARE)


def test_characters_that_no_spreadsheet_takes_are_not_written(tmp_path):
    with pytest.raises(InputError):
        write_cases(tmp_path / "a.xlsx", [BARE.model_copy(update={"note": "a\x01b"})])
    assert not list(tmp_path.iterdir())
