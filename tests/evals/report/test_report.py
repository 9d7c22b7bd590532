"""What a report says: verdict, counts, changes, thresholds, failures before what passed, and how to run again."""

from __future__ import annotations

import re
import sys
import time

import pytest
from lxml import html as lxml_html

from assistant.errors import InputError
from evals.gate import baseline_of, judge
from evals.report import html_report
from evals.report.ending import command
from evals.report.words import _SAID
from evals.runs import Run
from tests.evals.report import made


def faultless(found):
    """Without what ended in an error, which breaks a run for the gate."""
    return [each for each in found if each[1].ended != "error"]


def worse():
    """The usual cases, of which half of the sums fail now."""
    changed = {f"sum-{at}" for at in range(6)}
    return [made.bad(each[0].id) if each[0].id in changed else each for each in faultless(made.usual())]


@pytest.fixture
def good(tmp_path):
    return made.write(tmp_path / "smoke-20260503-093000", faultless(made.usual()))


@pytest.fixture
def bad(tmp_path):
    return made.write(tmp_path / "smoke-20260504-093000", worse())


def parsed(text):
    return lxml_html.document_fromstring(text.encode())


def words(element) -> str:
    """Its text; blocks stand apart, as they do on the page."""
    return re.sub(r" (?=[,.;:])", "", " ".join(" ".join(element.itertext()).split()))


def section(page, name) -> str:
    return words(page.get_element_by_id(name).getparent())


def rows(page, name):
    """The rows of a section's table: heading -> cells by their column."""
    inside = page.get_element_by_id(name).getparent()
    return {
        words(row.find("th")): {cell.get("data-head"): words(cell) for cell in row.findall("td")}
        for row in inside.iter("tr")
        if row.find("td") is not None
    }


def test_a_run_that_is_worse_than_the_baseline_says_so_first(good, bad):
    page = parsed(html_report(bad, "ru", baseline=baseline_of(good)))
    verdict = page.find_class("verdict")[0]
    assert verdict.getprevious().tag == "header"
    told = words(verdict)
    assert "Порог не пройден" in told
    assert re.search(r"Нужные ссылки: худший край интервала [\d,]+ %, порог [\d,]+ %", told)
    assert "Проходили в базовом уровне, а теперь нет (6): sum-0, sum-1, sum-2, sum-3, sum-4, sum-5" in told


def test_a_run_that_holds_the_baseline_passes(good):
    page = parsed(html_report(good, "en", baseline=baseline_of(good)))
    assert "The gate is passed" in section(page, "verdict")
    assert "✗" not in words(page.get_element_by_id("figures").getparent())


def test_a_verdict_given_is_the_one_told(good, bad):
    found = judge(bad, baseline_of(good))
    assert "The gate is not passed" in section(parsed(html_report(bad, "en", gate=found)), "verdict")


def test_without_a_baseline_nothing_is_claimed(good):
    assert "Сравнить не с чем" in section(parsed(html_report(good, "ru")), "verdict")


@pytest.mark.parametrize("kind", ["suite", "cases", "errors", "metrics"])
def test_why_a_run_is_broken_is_told_in_russian_too(tmp_path, good, kind):
    baseline = baseline_of(good)
    run = good
    if kind == "suite":
        baseline = baseline.model_copy(update={"suite": "answers"})
    elif kind == "cases":
        baseline = baseline.model_copy(update={"cases": "others"})
    elif kind == "metrics":
        baseline = baseline.model_copy(
            update={"metrics": {**baseline.metrics, "auroc": baseline.metrics["passed"]}}
        )
    else:
        run = made.write(tmp_path / "smoke-20260505-093000", made.usual())
    page = parsed(html_report(run, "ru", baseline=baseline))
    assert "Прогон неисправен" in section(page, "verdict")
    reason = words(page.find_class("verdict")[0].find(".//li"))
    names = re.sub(r"\b(smoke|answers|auroc)\b", "", reason)
    assert re.search("[а-я]{4}", names)
    assert not re.search("[a-z]", names)


def test_errors_and_empty_answers_are_a_line_of_their_own(tmp_path):
    run = made.write(tmp_path / "smoke-20260505-093000", made.usual())
    told = section(parsed(html_report(run, "en")), "verdict")
    assert "20 of 26 cases passed" in told
    assert "83.3% of those that can be judged" in told
    assert "Errors: 1. Empty answers: 1." in told


def test_what_changed_names_cases_and_only_what_is_more_than_chance(good, bad):
    page = parsed(html_report(bad, "en", good))
    told = section(page, "changed")
    assert "Passed before and do not now: 6. sum-0, sum-1" in told
    assert "Pass now and did not before: 0." in told
    assert re.search(r"Worse Passed: −25\.0 pp \[−[\d.]+; −[\d.]+\], of 24 cases", told)
    assert "Exact quotations" not in told
    assert page.get_element_by_id("case-sum-0").get("data-change") == "lost"


def test_runs_without_a_common_case_are_not_compared(tmp_path, good):
    other = made.write(tmp_path / "smoke-20260505-093000", [made.good("other")])
    with pytest.raises(InputError):
        html_report(other, "ru", good)


def test_an_unfinished_run_has_no_report(tmp_path):
    run = Run.begin(tmp_path / "smoke-1", made.config(), [made.case("one")])
    with pytest.raises(InputError):
        html_report(run, "ru")


def test_figures_have_a_sentence_an_interval_a_change_and_a_threshold(good, bad):
    page = parsed(html_report(bad, "en", good, baseline=baseline_of(good)))
    found = rows(page, "figures")
    row = next(cells for head, cells in found.items() if head.startswith("Needs cited"))
    sentence = "The share of needed provisions that the answer cites."
    assert any(sentence in head for head in found)
    assert re.fullmatch(r"61\.9% \[[\d.]+; [\d.]+\] n = 21", row["Value"])
    assert re.fullmatch(r"▼ −28\.6 pp \[.+\] worse", row["Change"])
    assert re.fullmatch(r"at least [\d.]+% ✗ not met", row["Threshold"])
    latency = next(cells for head, cells in found.items() if head.startswith("Latency, median"))
    assert latency["Threshold"] == "none"
    assert set(next(iter(rows(parsed(html_report(bad, "en")), "figures").values()))) == {"Value"}


def test_every_figure_of_the_program_has_a_short_name_and_a_sentence(tmp_path):
    from evals.metrics.registry import METRICS
    from evals.report.words import sentence, short

    for name in [*(metric.name for metric in METRICS), "planted_leaks"]:
        for lang in ("ru", "en"):
            assert short(name, lang) != name
            assert sentence(name, lang).endswith(".")


def test_a_judges_figure_stands_beside_what_the_judge_is_worth(good):
    page = parsed(html_report(good, "en"))
    figures = rows(page, "figures")
    judged = [head for head in figures if "Judged by" in head]
    assert [head.split(" citation")[0] for head in judged] == ["Supported statements"]
    assert "altered statements caught 91.0% [86.0; 95.0] n = 120" in judged[0]
    assert "4.0%" in section(page, "judges")


def test_a_judge_that_was_not_measured_is_named_as_such(tmp_path):
    run = made.write(tmp_path / "smoke-1", [made.good("one"), made.good("two")], judges={})
    figures = rows(parsed(html_report(run, "en")), "figures")
    assert any("How far it can be trusted was not measured" in head for head in figures)


def test_categories_have_n_passed_figures_changes_and_the_threshold(good, bad):
    page = parsed(html_report(bad, "en", good, baseline=baseline_of(good)))
    found = rows(page, "categories")
    assert list(found) == ["abstention", "dates", "measures", "sums", "All", "Gate's threshold"]
    sums = found["sums"]
    assert sums["Cases"] == "14"
    assert re.fullmatch(r"6 / 13 46\.2% \[[\d.]+; [\d.]+\] errors 0, empty 1 \+0 −6", sums["Passed"])
    assert re.fullmatch(r"46\.2% \[.+\] n = 13 −46\.2 pp", sums["Needs cited"])
    assert found["dates"]["Needs cited"].endswith("n = 7")  # nothing changed there
    assert found["abstention"]["Needs cited"] == ""
    assert found["Gate's threshold"]["Needs cited"].startswith("at least ")
    assert list(rows(page, "langs")) == ["Russian", "English", "All", "Gate's threshold"]


def test_failures_come_first_with_reasons_and_what_matches_is_marked(tmp_path):
    run = made.write(tmp_path / "smoke-1", made.usual())
    page = parsed(html_report(run, "ru"))
    lists = [each.get("data-list") for each in page.find_class("list")]
    assert lists == ["failed", "error", "empty", "passed"]
    card = page.get_element_by_id("case-sum-bad")
    assert card.get("open") is not None
    told = words(card)
    assert "Ответ не ссылается на ru-prikaz-57-2023#p3 или ru-prikaz-57-2023#p4." in told
    assert "Какая доля расходов нужна для гранта (sum-bad)?" in told
    assert "Нужно 20 процентов [1]." in told
    need = card.find_class("need")[0]
    assert "unmet" in need.get("class")
    assert "п. 3, Приказ Минэкономразвития" in words(need)  # the label, from another answer
    assert [words(each.find("code")) for each in card.find_class("hit")] == [
        "ru-prikaz-57-2023#p3"
    ]  # the search's
    passed = page.get_element_by_id("case-sum-1")
    assert passed.get("open") is None
    assert "met" in passed.find_class("need")[0].get("class")
    assert words(page.get_element_by_id("case-grant-1")).count("мера положена") == 1


def test_another_edition_of_what_is_needed_is_told_apart(tmp_path):
    asked = made.case("old", must_cite=(made.target(f"{made.ACT}#p3@2020-01-01"),))
    reasons = made.because("wrong_edition", ref=f"{made.ACT}#p3", got="2023-02-14", expected="2020-01-01")
    run = made.write(tmp_path / "smoke-1", [(asked, made.outcome("old"), made.score("old", False, reasons))])
    need = parsed(html_report(run, "en")).find_class("need")[0]
    assert "there, but in another edition" in words(need)


def test_a_restated_fact_is_named_in_whatever_language_it_was_cited(tmp_path):
    fact = made.case("fact", must_cite=(made.target(f"{made.ACT}#digest/2"),))
    cited = made.cited(provision="digest/2/en", label="our summary: size")
    line = made.score("fact", True)
    run = made.write(tmp_path / "smoke-1", [(fact, made.outcome("fact", citations=[cited]), line)])
    need = parsed(html_report(run, "ru")).find_class("need")[0]
    assert need.get("class") == "need met"
    assert words(need).startswith("our summary: size, Приказ")


def test_a_search_meets_needs_by_what_it_found(tmp_path):
    asked = made.case("found")
    searched = made.outcome("found", ended="searched", answer="", claims=[], citations=[], language=None)
    lost = made.outcome("lost", ended="searched", answer="", claims=[], citations=[], found=[], language=None)
    run = made.write(
        tmp_path / "retrieval-1",
        [
            (asked, searched, made.score("found", True, recall_at_10=1.0)),
            (
                made.case("lost"),
                lost,
                made.score("lost", False, made.because("need_not_found", ref="x", within="10")),
            ),
        ],
        made.config("retrieval"),
    )
    page = parsed(html_report(run, "en"))
    assert "met" in page.get_element_by_id("case-found").find_class("need")[0].get("class").split()
    assert "unmet" in page.get_element_by_id("case-lost").find_class("need")[0].get("class").split()


def test_repetitions_share_a_card_and_one_failure_fails_it(tmp_path):
    asked, first, line = made.good("twice")
    second = made.outcome("twice", repeat=1, answer="Не знаю.", citations=[], claims=[])
    reasons = made.because("word_missing", word="25 процентов")
    run = made.write(
        tmp_path / "smoke-1",
        [(asked, first, line), (asked, second, made.score("twice", False, reasons, repeat=1))],
    )
    page = parsed(html_report(run, "en"))
    assert "0 of 1 cases passed" in section(page, "verdict")
    told = words(page.get_element_by_id("case-twice"))
    assert "✓ Repetition 1 — passed" in told
    assert "✗ Repetition 2 — failed" in told


def test_a_reason_of_another_version_is_shown_by_its_code(tmp_path):
    run = made.write(tmp_path / "smoke-1", [made.good("one")])
    line = run.scores()[0] | {
        "passed": False,
        "reasons": [{"code": "from_afar", "parts": {"what": "<b>that</b>"}}],
    }
    run.finish([line], run.summary())
    assert "from_afar: <b>that</b>" in words(parsed(html_report(run, "ru")).get_element_by_id("case-one"))


def test_the_end_says_what_was_run_and_how_to_run_it_again(good):
    told = section(parsed(html_report(good, "en")), "made")
    assert "ai-policy eval run smoke --llm extractive" in told
    for value in (
        "c0de",
        "c0f5",
        "ca5e",
        "11b",
        "multilingual-e5-small 0123456789ab",
        "standardised",
        "2026-05-04",
    ):
        assert value in told


def test_the_command_names_what_is_not_usual_and_quotes_it():
    config = made.config(llm="openai:a b", repeat=3, workers=2, split="all")
    assert command(config) == "ai-policy eval run smoke --llm 'openai:a b' --repeat 3 --workers 2 --split all"


def test_charts_are_inline_text_with_a_title_and_a_description(good):
    page = parsed(html_report(good, "ru", baseline=baseline_of(good)))
    drawn = list(page.iter("svg"))
    assert [words(each.find("title")) for each in drawn] == [
        "Показатели с интервалами", "Прошло по категориям", "Сколько ждали ответа",
    ]  # fmt: skip
    for each in drawn:
        assert each.get("role") == "img"
        assert len(words(each.find("desc"))) > 10
        assert [words(text) for text in each.iter("text")]
        for inside in each.iter():
            assert "style" not in inside.attrib
            assert not {"#000000", "#010101"} & set(inside.attrib.values())
    assert "Нужные ссылки: 90,5 %" in words(drawn[0].find("desc"))
    assert "sums: 12 / 13" in words(drawn[1].find("desc"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_without_matplotlib_the_report_says_so(good, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    page = parsed(html_report(good, "en"))
    assert "matplotlib is not installed" in section(page, "charts")
    assert not list(page.iter("svg"))


def test_the_same_run_gives_the_same_report(good, bad):
    assert html_report(bad, "en", good) == html_report(bad, "en", good)


def test_a_category_of_one_case_without_waiting_draws_no_times(tmp_path):
    run = made.write(tmp_path / "smoke-1", [made.good("one", seconds=0.0)])
    assert html_report(run, "ru").count("<svg") == 2


def test_both_languages_have_the_same_blanks_in_their_phrases():
    for key, phrases in _SAID.items():
        blanks = [sorted(re.findall(r"\{\w+\}", phrase)) for phrase in phrases]
        assert blanks[0] == blanks[1], key


def test_four_hundred_cases_are_under_two_megabytes_and_made_in_seconds(tmp_path):
    quote = made.QUOTE * 3
    answer = made.QUOTE * 6
    many = []
    for at in range(400):
        asked, came, line = (made.bad if at % 5 == 0 else made.good)(f"case-{at}", f"category {at % 12}")
        cited = [made.cited(number, quote=quote, end=100 + len(quote)) for number in (1, 2, 3)]
        found = [
            each.model_copy(update={"ref": f"{made.ACT}#p{3 + rank}"})
            for rank, each in enumerate(came.found * 10)
        ]
        many.append(
            (asked, came.model_copy(update={"citations": cited, "answer": answer, "found": found}), line)
        )
    run = made.write(tmp_path / "full-1", many, made.config("full"))
    html_report(run, "en")  # imports are not counted
    before = time.process_time()
    text = html_report(run, "ru")
    assert time.process_time() - before < 5
    assert len(text.encode()) < 2_000_000, len(text.encode())
