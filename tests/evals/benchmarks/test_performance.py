"""The performance benchmark: what it computes, keeps, draws and writes, on made-up values and processes."""

import json
from pathlib import Path

import pytest
from lxml import etree
from markdown_it import MarkdownIt

from assistant.cli import bench as command
from assistant.errors import InputError
from evals.benchmarks.peers import steps
from evals.benchmarks.performance import bench, chart, contenders, exact, figures, page
from evals.benchmarks.performance.contenders import LANGCHAIN, LLAMA_INDEX, OURS, StepError, running
from evals.benchmarks.performance.documents import documents_in, told, within
from evals.benchmarks.performance.figures import Aim, Curve, Results, Section, figure
from evals.benchmarks.performance.ingesting import quantile
from tests.evals.benchmarks.performance_made import made_contender


def faster(aim=None, ours=(10.0, 30.0, 20.0), other=(4.0, 5.0, 6.0)):
    """Pages a second, higher is better."""
    return figure("parse", "Pages", "pages/s", "higher", {OURS: ours, LANGCHAIN: other}, aim)


def section(figures_, machine="one", **more):
    return Section(
        title="Reading", at="2026-01-01T00:00:00+00:00", seconds=3.0, machine={"processor": machine},
        versions={OURS: {"threads": "2"}},
        documents={"files": 2, "pdf_files": 1, "pdf_pages": 7, "sha256": "ab" * 32}, figures=figures_, **more,
    )  # fmt: skip


def results(*found, **more):
    return Results(sections={"parse": section(list(found), **more)})


# ── figures ───────────────────────────────────────────────────────────────────────────────────


def test_a_figure_is_the_median_and_how_many_times_better_than_each_other_system():
    found = faster()
    assert found.systems[OURS].median == 20
    assert found.systems[OURS].runs == [10, 30, 20]
    assert found.systems[LANGCHAIN].ratio == 4
    assert found.systems[OURS].ratio is None


def test_where_less_is_better_the_ratio_is_turned_round():
    found = figure("ask", "Answers", "ms", "lower", {OURS: [50.0], LANGCHAIN: [25.0]})
    assert found.systems[LANGCHAIN].ratio == 0.5


@pytest.mark.parametrize(("bound", "reached"), [(4.0, True), (4.1, False)])
def test_an_aim_against_another_system_is_about_the_ratio(bound, reached):
    assert faster(Aim(bound=bound, against=LANGCHAIN)).reached is reached


@pytest.mark.parametrize(
    ("better", "bound", "reached"),
    [("higher", 5, True), ("higher", 6, False), ("lower", 5, True), ("lower", 4, False)],
)
def test_an_aim_of_its_own_is_about_the_value(better, bound, reached):
    assert figure("x", "X", "s", better, {OURS: [5.0]}, Aim(bound=bound)).reached is reached


def test_an_aim_against_what_was_not_measured_is_neither_reached_nor_missed():
    found = figure("x", "X", "s", "lower", {OURS: [5.0], LANGCHAIN: []}, Aim(bound=2, against=LANGCHAIN))
    assert found.reached is None
    assert LANGCHAIN not in found.systems


def test_a_quantile_is_a_value_that_occurred():
    values = [float(each) for each in range(1, 101)]
    assert (quantile(values, 0.5), quantile(values, 0.95)) == (50, 95)
    assert quantile([7.0], 0.95) == 7
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2


# ── result files ──────────────────────────────────────────────────────────────────────────────


def test_a_section_measured_again_replaces_its_own_and_leaves_the_others(tmp_path):
    file = tmp_path / "new" / "results.json"
    kept = Results()
    figures.put(kept, "embed", section([faster()]))
    figures.put(kept, "parse", section([faster()]))
    figures.save(kept, file)
    again = figures.load(file)
    figures.put(again, "parse", section([faster(ours=[90.0])]))
    figures.save(again, file)
    found = json.loads(file.read_text(encoding="utf-8"))["sections"]
    assert found["parse"]["figures"][0]["systems"][OURS]["median"] == 90
    assert found["embed"]["figures"][0]["systems"][OURS]["median"] == 20
    assert list(file.parent.iterdir()) == [file]


def test_sections_of_another_machine_go_where_all_are_measured_and_are_told_before_some_are():
    kept = Results(sections={"parse": section([faster()], machine="one"), "embed": section([faster()])})
    with pytest.raises(InputError, match="parse was measured on another machine"):
        figures.keep_to(kept, {"processor": "two"}, ["embed"], anew=False)
    figures.keep_to(kept, {"processor": "one"}, ["embed"], anew=False)
    assert set(kept.sections) == {"parse", "embed"}
    figures.keep_to(kept, {"processor": "two"}, ["parse", "embed"], anew=True)
    assert not kept.sections


def test_figures_of_two_machines_do_not_get_into_one_file():
    kept = results(faster())
    with pytest.raises(InputError, match="another machine"):
        figures.put(kept, "embed", section([faster()], machine="two"))
    figures.put(kept, "parse", section([faster()], machine="two"))  # its own goes: nothing is mixed


def test_a_file_that_holds_no_results_is_not_overwritten(tmp_path):
    file = tmp_path / "letter.json"
    file.write_text('{"dear": "all"}', encoding="utf-8")
    with pytest.raises(InputError, match="--out"):
        bench.run(bench.Wanted(out=file, settings=None))
    assert file.read_text(encoding="utf-8") == '{"dear": "all"}'


def test_another_benchmarks_json_is_taken_in_as_it_is_and_shown(tmp_path):
    part = tmp_path / "index.json"
    part.write_text('{"100k": {"p50_ms": 12.345, "shares": ["1 %", "10 %"]}}', encoding="utf-8")
    out = tmp_path / "results.json"
    found = bench.run(bench.Wanted(out=out, settings=None, parts=(part,)))
    assert found.parts == {"index": {"100k": {"p50_ms": 12.345, "shares": ["1 %", "10 %"]}}}
    assert figures.load(out).parts == found.parts
    shown = page.page(found)
    assert "## index" in shown
    assert "| 100k, p50_ms | 12.3 |" in shown
    assert "| 100k, shares | 1 %, 10 % |" in shown


def test_a_part_that_is_no_json_is_named(tmp_path):
    part = tmp_path / "index.json"
    part.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"index\.json"):
        bench.run(bench.Wanted(out=tmp_path / "results.json", settings=None, parts=(part,)))


# ── page and chart ────────────────────────────────────────────────────────────────────────────


def test_the_page_has_a_row_a_figure_with_every_system_the_ratio_and_the_verdict():
    shown = page.page(results(faster(Aim(bound=8, against=LANGCHAIN))))
    assert "| Pages | pages/s | 20 | 5 (×4) | ≥ ×8 LangChain: **not reached** |" in shown
    assert "Medians of 3 runs" in shown
    assert "| parse | 2026-01-01T00:00:00+00:00 | 3 s | 2 files, 7 PDF pages, `abababababab` |" in shown


def test_the_pages_tables_are_tables():
    shown = page.page(results(faster(), figure("x", "X", "s", "lower", {OURS: [5.0]})))
    html = MarkdownIt().enable("table").render(shown)
    assert "×4" in html
    rows = etree.HTML(html).xpath("//table[1]//tr")
    assert {len(row) for row in rows} == {5}  # figure, unit, two systems, aim
    assert rows[-1].xpath("string(td[4])") == "–"


def test_the_page_says_what_was_not_measured_and_why():
    assert "Not measured: LlamaIndex (no environment)" in page.page(
        results(faster(), skipped=["LlamaIndex (no environment)"])
    )
    assert "Nothing has been measured yet" in page.page(Results())


def test_the_chart_shows_ratios_and_how_far_aims_are_reached(tmp_path):
    found = results(
        faster(Aim(bound=8, against=LANGCHAIN)), figure("x", "Y", "s", "lower", {OURS: [5.0]}, Aim(bound=10))
    )
    assert chart.ratios(found) == {"Pages": {LANGCHAIN: 4}}
    assert chart.toward_aims(found) == {"Pages": 0.5, "Y": 2}
    file = tmp_path / "deep" / "chart.svg"
    chart.write(found, file)
    words = "".join(etree.parse(str(file)).getroot().itertext())
    assert all(word in words for word in ("Pages", "×4", "than LangChain", "0.50", "2.00"))


def test_the_chart_of_nothing_can_be_drawn_and_loads_nothing_from_elsewhere(tmp_path):
    chart.write(Results(), tmp_path / "chart.svg")
    words = "".join(etree.parse(str(tmp_path / "chart.svg")).getroot().itertext())
    assert "nothing measured" in words
    svg = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    assert "<image" not in svg
    assert "@import" not in svg


def growth(**lines):
    """A curve over three sizes."""
    lines = lines or {"10 % pass": [1.5, 2.5, 400.0], "LangChain": [3.0, 30.0, None]}
    return Curve(
        name="x", title="Search", unit="ms", sizes=[10_000, 100_000, 1_000_000], lines=lines, note="Quiet."
    )


def test_the_page_has_a_table_a_curve_with_a_dash_for_what_was_not_measured():
    shown = page.page(Results(sections={"growth": section([], curves=[growth()])}), growth="grown.svg")
    assert "(grown.svg)" in shown
    assert "**Search**, ms. Quiet." in shown
    html = MarkdownIt().enable("table").render(shown)
    rows = etree.HTML(html).xpath("//table[1]//tr")
    cells = [[cell.xpath("string()") for cell in row] for row in rows]
    assert cells == [
        ["", "10,000 chunks", "100,000 chunks", "1,000,000 chunks"],
        ["10 % pass", "1.5", "2.5", "400"],
        ["LangChain", "3", "30", "–"],
    ]


def test_a_curve_is_drawn_with_its_lines_where_they_were_measured(tmp_path):
    file = tmp_path / "deep" / "growth.svg"
    shares = growth(none=[1.0, 0.99, 0.98], other=[0.5, None, None])
    chart.write_growth([growth(), shares, growth()], file)
    words = "".join(etree.parse(str(file)).getroot().itertext())
    assert all(word in words for word in ("Search, ms", "10 % pass", "LangChain", "1,000,000", "other"))


def test_a_terminal_is_told_a_curves_values():
    told_ = "\n".join(bench.told_section(section([], curves=[growth()])))
    assert "Search, ms, at 10,000, 100,000, 1,000,000 chunks:" in told_
    assert "LangChain: 3, 30, –" in told_


# ── documents ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def folder(tmp_path, one_page_pdf):
    """Four PDFs of a page each, a page of HTML, and what is measured by nobody."""
    inside = tmp_path / "documents" / "en"
    inside.mkdir(parents=True)
    for number in range(4):
        (inside / f"{number}.pdf").write_bytes(one_page_pdf + b"%" + str(number).encode())
    (inside / "page.html").write_text("<p>Page</p>", encoding="utf-8")
    (inside / "page.json").write_text("{}", encoding="utf-8")
    return tmp_path / "documents"


@pytest.fixture
def one_page_pdf(tmp_path):
    from reportlab.pdfgen.canvas import Canvas

    file = tmp_path / "one.pdf"
    drawn = Canvas(str(file))
    drawn.drawString(100, 700, "Article 1")
    drawn.save()
    return file.read_bytes()


def test_documents_are_found_by_type_and_their_hash_is_of_their_contents(folder):
    found = documents_in(folder)
    assert [each.path.name for each in found] == ["0.pdf", "1.pdf", "2.pdf", "3.pdf", "page.html"]
    before = told(found)
    assert (before["files"], before["pdf_files"], before["pdf_pages"]) == (5, 4, 4)
    (folder / "en" / "0.pdf").rename(folder / "en" / "other.pdf")
    assert told(documents_in(folder))["sha256"] == before["sha256"]
    (folder / "en" / "page.html").write_text("<p>Another</p>", encoding="utf-8")
    assert told(documents_in(folder))["sha256"] != before["sha256"]


def test_a_selection_keeps_to_its_pages_has_every_type_and_is_always_the_same(folder):
    found = documents_in(folder)
    chosen = within(found, 3)
    assert sum(each.pages for each in chosen) == 3
    assert {each.path.suffix for each in chosen} == {".pdf", ".html"}
    assert within(list(reversed(found)), 3) == chosen


def test_a_folder_without_a_pdf_is_refused(tmp_path):
    with pytest.raises(InputError, match="no PDF"):
        documents_in(tmp_path)


# ── contenders ────────────────────────────────────────────────────────────────────────────────


def test_steps_are_taken_in_another_process_and_its_memory_is_seen_from_here(tmp_path):
    contender = made_contender(contenders.ROOT, contenders.LOOK_SECONDS)
    with running([contender], tmp_path) as (one,):
        small = one.take("printing", word="слово")
        assert small.result == "слово"
        large = one.take("held", megabytes=80)
    assert large.memory - small.memory > 60 << 20
    assert large.wall > 0


def test_a_step_that_fails_is_told_and_the_next_one_is_taken(tmp_path):
    with running([made_contender(contenders.ROOT, 0)], tmp_path) as (one,):
        with pytest.raises(StepError, match="ValueError: no such thing"):
            one.take("failing")
        assert one.take("printing", word="on").result == "on"


def test_a_process_that_ends_says_its_last_words(tmp_path):
    with (
        running([made_contender(contenders.ROOT, 0)], tmp_path) as (one,),
        pytest.raises(StepError, match=r"ended \(3\)\. last words"),
    ):
        one.take("ending")


def test_a_step_that_takes_too_long_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(contenders, "PATIENCE", 0.0)
    with (
        running([made_contender(contenders.ROOT, 100)], tmp_path) as (one,),
        pytest.raises(StepError, match="ended"),
    ):
        one.take("held", megabytes=1)


def test_contenders_get_the_same_threads_no_network_and_no_setting_of_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("AI_POLICY_LLM", "openai:gpt")
    found = contenders.environment(tmp_path, LLAMA_INDEX)
    assert found["OPENBLAS_NUM_THREADS"] == str(contenders.allowed_cores())
    assert contenders.environment(tmp_path, contenders.OURS)["OPENBLAS_NUM_THREADS"] == "1"
    assert found["OMP_NUM_THREADS"] == str(contenders.allowed_cores())
    assert found["HF_HUB_OFFLINE"] == "1"
    assert "AI_POLICY_LLM" not in found
    assert found["AI_POLICY_HOME"] == str(tmp_path / "home")


def test_only_peers_with_an_environment_take_part(tmp_path):
    assert contenders.peers_in(None) == contenders.peers_in(tmp_path) == []
    python = tmp_path / "llama-index" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert [(each.name, each.command[0]) for each in contenders.peers_in(tmp_path)] == [
        (LLAMA_INDEX, str(python))
    ]


def test_disk_is_counted_in_bytes_of_files_without_what_is_linked(tmp_path):
    (tmp_path / "store" / "deep").mkdir(parents=True)
    (tmp_path / "store" / "deep" / "a").write_bytes(b"12345")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "large").write_bytes(b"x" * 10_000)
    (tmp_path / "store" / "models").symlink_to(tmp_path / "models", target_is_directory=True)
    assert 5 <= steps.bytes_under(str(tmp_path / "store")) < 10_000


# ── the run ───────────────────────────────────────────────────────────────────────────────────


def test_the_command_offers_the_sections_there_are():
    assert tuple(bench.sections()) == command.SECTIONS
    assert [name for name, each in bench.sections().items() if not each.default] == [
        "answers", "growth", "setup",
    ]  # fmt: skip


def test_a_measured_section_says_when_where_and_with_what(folder, tmp_path):
    said = []
    made = bench.Run(folder, documents_in(folder), tmp_path, tmp_path, tmp_path, tell=said.append)

    def measure(run):
        run.versions[OURS] = {"threads": "1"}
        run.skipped.append("the moon")
        return [faster(Aim(bound=8, against=LANGCHAIN))]

    found = bench.measure_section(bench.Measurement("Reading", measure), made)
    assert found.machine["cores"] >= 1
    assert (found.documents["pdf_pages"], found.versions, found.skipped) == (
        4,
        {OURS: {"threads": "1"}},
        ["the moon"],
    )
    assert said == ["Reading …"]
    assert "NOT reached" in bench.told_section(found)[1]


def test_questions_are_the_same_ones_and_spread_over_all_cases():
    asked = bench.questions(20)
    assert asked == bench.questions(20)
    assert len(set(asked)) == 20


def test_the_memorys_bandwidth_is_measured_in_bytes_a_second():
    assert 1e8 < exact.bandwidth(8 << 20) < 1e13


def test_starts_are_not_measured_in_a_home_that_was_not_set_up(folder, tmp_path):
    from evals.benchmarks.performance import starting

    made = bench.Run(folder, [], tmp_path / "none", tmp_path, tmp_path)
    assert starting.measure(made) == []
    assert "ai-policy ingest" in made.skipped[0]


@pytest.mark.skipif(not (contenders.ROOT / ".git").exists(), reason="not a git checkout")
def test_what_is_set_up_anew_is_a_copy_of_what_git_knows(tmp_path):
    from evals.benchmarks.performance import setting_up

    place = setting_up.copied(tmp_path / "copy")
    assert (place / "Makefile").read_bytes() == (contenders.ROOT / "Makefile").read_bytes()
    assert (place / "pyproject.toml").is_file()
    assert not (place / ".venv").exists()
    assert not (place / ".git").exists()


def test_the_page_is_written_anew_out_of_the_last_results_without_measuring(tmp_path, monkeypatch):
    from click.testing import CliRunner

    out, where = tmp_path / "results.json", tmp_path / "docs" / "performance.md"
    kept = results(faster())
    kept.sections["growth"] = section([], curves=[growth()])
    figures.save(kept, out)
    done = CliRunner().invoke(command.bench, ["--out", str(out), "--page", str(where), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["sections"]["parse"]["figures"][0]["name"] == "parse"
    assert "(performance.svg)" in where.read_text(encoding="utf-8")
    assert "(performance-growth.svg)" in where.read_text(encoding="utf-8")
    assert where.with_suffix(".svg").is_file()
    assert where.with_name("performance-growth.svg").is_file()
    assert Path(str(out)).is_file()
