"""What the tab writes: words in both languages, foreign text as text, verdicts, what is missing."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from assistant.errors import InputError
from assistant.web import evaluation
from assistant.web.evaluation import actions, listing, suites
from assistant.web.evaluation.figures import run_html
from assistant.web.evaluation.jobs import jobs_of
from assistant.web.evaluation.kept import kept_runs, run_named
from assistant.web.evaluation.page import HOME, OPENED, PARTS, Page, Place, content_of
from assistant.web.evaluation.result_words import RESULTS
from assistant.web.evaluation.words import _SAID, say
from tests.assistant.web.evaluation.serving import HOSTILE, run_of

FIRST, SECOND = "answers-20260301-123000", "answers-20260302-123000"
FAMILIES = (
    "missing_", "about_", "left_", "many_", "is_", "need_", "gate_", "state_", "means_", "lang_", "set_", "csv_",
    "filter_", "col_", "ended_",
)  # fmt: skip


def made(assistant, lang="ru", *, may_start=True, **where):
    return Page(assistant, Place(lang=lang, **where), lang, may_start).made(PARTS)


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


# ── words ─────────────────────────────────────────────────────────────────────────────────────


def test_every_word_stands_in_both_languages_with_the_same_places_and_is_used():
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(evaluation.__file__).parent.glob("*.py")
        if "words" not in path.name
    )
    assert not set(_SAID) & set(RESULTS)
    for key, (ru, en) in {**_SAID, **RESULTS}.items():
        assert sorted(re.findall(r"{(\w+)}", ru)) == sorted(re.findall(r"{(\w+)}", en)), key
        used = f'"{key}"' in source or f"'{key}'" in source or key.startswith(FAMILIES)
        assert used, f"nothing says '{key}'"


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_part_is_in_the_language_of_the_page(home, lang):
    for where in ({}, {"run": FIRST}, {"run": SECOND, "against": FIRST}):
        for name, html in made(home, lang, **where).items():
            assert set(re.findall(r'<(?:div|form|section|article|header|p)[^>]* lang="(\w+)"', html)) <= {
                "ru",
                "en",
            }
            if html and name != "cases":
                assert f'lang="{lang}"' in html, (where, name)


# ── runs ──────────────────────────────────────────────────────────────────────────────────────


def test_the_table_tells_of_each_run_the_newest_first(home):
    html = made(home)["runs"]
    assert re.findall(r'data-pick="([^"]+)"', html) == [SECOND, FIRST]
    assert "<b>1</b> / 7" in html
    assert "<b>4</b> / 7" in html
    assert "не задан" in html


def test_a_damaged_run_hides_no_other(home):
    folder = home.settings.home / "evals" / FIRST
    (folder / "config.json").write_text("{", encoding="utf-8")
    assert [run.name for run in kept_runs(home.settings.home)] == [SECOND]
    with pytest.raises(InputError, match="damaged"):
        made(home, run=FIRST)


def test_the_gates_verdict_stands_first_with_its_grounds(home, monkeypatch, tmp_path):
    from evals import gate

    def shipped(_suite):
        return tmp_path / "answers.json"

    monkeypatch.setattr(gate, "shipped", shipped)
    whole = gate.baseline_of(run_named(home.settings.home, FIRST))
    figures = ("passed", "false_refusals")
    both = {name: whole.metrics[name].model_copy(update={"tolerance": 0.0}) for name in figures}
    gate.write_baseline(whole.model_copy(update={"metrics": both}), shipped(""))
    assert [run.gate for run in fresh(home)] == ["failed", "passed"]
    content = gathered(home, SECOND, "ru")
    html = run_html(run_named(home.settings.home, SECOND), content, [], "ru")
    verdict = plain(html[html.index("ev-verdict") :])
    assert verdict.index("Порог не пройден") < verdict.index("Прошло 1 из 7") < verdict.index("Показатели")
    assert "Прошло: худший край интервала" in verdict
    assert "Проходили в базовом уровне, а теперь нет (4)" in verdict
    passed = run_html(run_named(home.settings.home, FIRST), gathered(home, FIRST, "en"), [], "en")
    assert "The gate is passed" in passed


def test_a_run_over_other_cases_than_the_baselines_cannot_be_compared_and_says_why(
    home, monkeypatch, tmp_path
):
    from evals import gate

    baseline = gate.baseline_of(run_named(home.settings.home, FIRST)).model_copy(update={"cases": "others"})
    gate.write_baseline(baseline, tmp_path / "answers.json")
    monkeypatch.setattr(gate, "shipped", lambda _suite: tmp_path / "answers.json")
    html = run_html(run_named(home.settings.home, FIRST), gathered(home, FIRST, "ru"), [], "ru")
    assert "Сравнить с порогом нельзя" in html
    assert "случаи не те, что в базовом уровне" in html


def fresh(home):
    from assistant.web.evaluation import kept

    kept._kept.cache_clear()
    return kept_runs(home.settings.home)


def gathered(home, name, lang):
    from assistant.web.evaluation import page

    page._content.cache_clear()
    return content_of(home.settings.home, name, lang)


def test_foreign_text_stays_text_everywhere(home, tmp_path):
    folder = home.settings.home / "evals" / FIRST
    lines = (folder / "outcomes.jsonl").read_text(encoding="utf-8").splitlines()
    told = json.loads(lines[0])
    told["answer"] = HOSTILE
    told["citations"][0] |= {"title": HOSTILE, "label": HOSTILE, "quote": HOSTILE}
    (folder / "outcomes.jsonl").write_text("\n".join([json.dumps(told), *lines[1:]]) + "\n", encoding="utf-8")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config |= {"llm": HOSTILE, "embedder": HOSTILE, "program": HOSTILE}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    gathered(home, FIRST, "ru")
    for where in ({}, {"run": FIRST}, {"run": SECOND, "against": FIRST}):
        for html in made(home, **where).values():
            assert "<img" not in html
            assert "<script" not in html
            assert 'onerror="' not in html
            assert "\u202e" not in html
    assert "&lt;img" in made(home, run=FIRST)["cases"]


def test_repetitions_are_told_one_by_one(home, tmp_path):
    run = run_of(home, tmp_path / "own", day=9, repeat=2)
    cases = made(home, run=run.name)["cases"]
    assert "Повтор 2" in cases
    assert "×2" in made(home)["runs"]


def test_an_unfinished_run_says_how_far_it_is_and_offers_to_go_on(home):
    folder = home.settings.home / "evals" / "answers-20260303-123000"
    shutil.copytree(home.settings.home / "evals" / FIRST, folder)
    (folder / "summary.json").unlink()
    lines = (folder / "outcomes.jsonl").read_text(encoding="utf-8").splitlines()
    (folder / "outcomes.jsonl").write_text("\n".join(lines[:3]) + "\n", encoding="utf-8")
    mine, other = (made(home, run=folder.name, may_start=each) for each in (True, False))
    assert "Получено ответов: 3 из 7" in mine["page"]
    assert "не закончен: 3 из 7" in mine["runs"]
    assert 'data-does="resume"' in mine["page"]
    assert 'data-does="resume"' in mine["runs"]
    assert 'data-does="resume"' not in other["page"] + other["runs"]


# ── starting ──────────────────────────────────────────────────────────────────────────────────


def test_each_suite_says_what_it_measures_how_many_cases_it_has_and_how_long_it_takes(home):
    found = {each.name: each for each in suites.suites_here(home)}
    assert found["answers"].seconds < suites.ASKING, "measured by the newest run"
    html = plain(made(home)["start"])
    assert f"Отказ, когда ответа нет abstention случаев: {found['abstention'].cases} · примерно" in html
    assert "нет случаев для этой библиотеки" in html


def test_another_backend_is_offered_where_the_server_is_set_up_with_one(opening):
    assistant = opening(llm="ollama:small")
    html = made(assistant, "en")["start"]
    assert 'value="ollama:small" selected' in html
    assert 'value="extractive"' in html
    assert "the time depends on the model" in html


def test_whoever_may_not_start_sees_why_and_no_form(home):
    html = made(home, may_start=False)["start"]
    assert "Прогоны запускают оценщики и администраторы" in html
    assert "<form" not in html
    for does in ("start", "stop", "resume", "own", "drop", "seen"):
        _, error = actions.acted(home, Place(), {"does": does, "run": FIRST}, may_start=False)
        assert error is not None
        assert "Evaluators and administrators start runs" in error.en
    assert jobs_of(home).under_way() == []


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"suite": "everything"}, "No such suite"),
        ({"suite": "answers"}, "no case for this library"),
        ({"suite": "abstention", "llm": "openai:secret"}, "not set up with this backend"),
        ({"suite": "abstention", "repeat": "0"}, "from 1 to 20"),
        ({"suite": "abstention", "repeat": "много"}, "from 1 to 20"),
    ],
)
def test_what_the_form_cannot_mean_is_refused(home, form, said):
    _, error = actions.acted(home, Place(), {"does": "start", "form": form}, may_start=True)
    assert said in error.en
    assert jobs_of(home).under_way() == []


def test_what_the_page_never_sends_is_refused(home):
    for sent in (
        {},
        {"does": "delete"},
        {"does": ["open"]},
        {"does": "open", "run": "../x"},
        {"does": "compare"},
    ):
        _, error = actions.acted(home, Place(), sent, may_start=True)
        assert isinstance(error, InputError), sent


def test_without_the_extra_the_tab_says_what_to_install_and_still_shows_runs(home, monkeypatch):
    from assistant.web.evaluation import start

    monkeypatch.setattr(start, "missing_extras", lambda: ["ir_measures", "openpyxl", "matplotlib"])
    html = made(home)
    assert "pip install &#x27;ai-policy-assistant[evals]&#x27;" in html["start"]
    for name in ("ir_measures", "openpyxl", "matplotlib"):
        assert esc_free(say("ru", f"missing_{name}")) in plain(html["start"])
    assert re.search(r'data-does="start"[^>]* disabled', html["start"])
    assert FIRST in html["runs"]


def esc_free(words):
    return re.sub(r"\s+", " ", words)


def test_the_table_shows_the_newest_and_then_more(home):
    runs = kept_runs(home.settings.home) * 15
    html = listing.runs_html(runs, "en", shown=20, running=(), may_start=True)
    assert html.count("data-pick=") == 20
    assert "Show earlier ones (10)" in html


def test_arriving_draws_everything_and_going_on_only_what_is_opened(home):
    place = Place()
    changed, error = actions.acted(
        home, place, {"does": "arrive", "query": f"?tab=evaluation&run={FIRST}"}, may_start=True
    )
    assert (set(changed), error, place.run) == ({*HOME, *OPENED}, None, FIRST)
    changed, _ = actions.acted(home, place, {"does": "arrive", "query": "?tab=evaluation"}, may_start=True)
    assert (changed, place.run) == (OPENED, "")
