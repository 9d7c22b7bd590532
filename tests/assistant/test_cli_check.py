"""``ai-policy check``: measures for a company's file, as people and programs run it."""

import json

import pytest
from click.testing import CliRunner

import assistant
from assistant import cli
from assistant.eligibility.facts import facts
from assistant.eligibility.measures import measures
from tests.assistant.eligibility.held import Home, embedded
from tests.sample_home import ai_policy

DAY = "2026-11-29"
ROSE = {
    "name": "ООО «Роза»", "as_of": DAY, "okved_in_annex_1": True, "it_income_share": 65, "pay_not_below_average": True,
    "site_describes_it": True, "tax_secrecy_consent": True, "state_share": 0, "accredited": False,
}  # fmt: skip


class Commands:
    """Runs the command line over an assistant."""

    def __init__(self, monkeypatch, over):
        monkeypatch.setattr(assistant, "default_assistant", lambda: over)
        self.runner = CliRunner()

    def __call__(self, *arguments, answer=None):
        return self.runner.invoke(
            cli.cli, ["check", *map(str, arguments)], input=answer, catch_exceptions=False
        )

    def refused(self, *arguments):
        """The error a command ends with, in both languages."""
        from assistant.errors import InputError

        with pytest.raises(InputError) as error:
            self(*arguments)
        return error.value


@pytest.fixture
def run(monkeypatch):
    return Commands(monkeypatch, embedded())


@pytest.fixture
def rose(tmp_path):
    """Write a company's file: the name's ending tells its kind."""

    def write(name="rose.json", **changed):
        said = {key: value for key, value in {**ROSE, **changed}.items() if value is not None}
        path = tmp_path / name
        if name.endswith(".json"):
            text = json.dumps(said, ensure_ascii=False)
        elif name.endswith(".csv"):
            text = "Факт;Значение\n" + "".join(f"{key};{_cell(value)}\n" for key, value in said.items())
        else:
            text = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in said.items())
        path.write_text(text, encoding="utf-8")
        return path

    return write


def _cell(value):
    return {True: "да", False: "нет"}.get(value, value) if isinstance(value, bool) else value


# ── one measure ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["rose.yaml", "rose.yml", "rose.json", "rose.csv"])
def test_a_measure_is_checked_for_a_file_of_any_kind(run, rose, name):
    found = json.loads(run("it_accreditation", "--profile", rose(name), "--json").stdout)
    assert (found["verdict"], found["company"], found["as_of"]) == ("eligible", "ООО «Роза»", DAY)


def test_the_json_is_that_of_the_contract(run, rose):
    found = json.loads(run("it_accreditation", "--profile", rose(it_income_share=None), "--json").stdout)
    assert {"measure", "verdict", "provisional", "criteria", "missing", "as_of"} <= found.keys()
    assert found["measure"] == "it_accreditation"
    assert found["verdict"] == "insufficient" and found["provisional"] is True
    for each in found["criteria"]:
        assert {"id", "state", "reason", "confidence", "citations"} <= each.keys()
        assert each["state"] in ("met", "not_met", "unknown")
        assert each["confidence"] in ("text", "excerpt", "press", "general")
        assert each["citations"] and all(
            {"ref", "quote", "start", "end"} <= one.keys() for one in each["citations"]
        )
    assert {"facts": ["it_income_share"], "leads_to": "eligible"}.items() <= found["missing"][0].items()


def test_a_person_reads_the_verdict_first_then_why_then_the_sources(run, rose):
    out = run(
        "it_accreditation", "--profile", rose(it_income_share=27, registered_on="2015-03"), "--lang", "en"
    ).stdout
    assert out.startswith("The company does not meet the conditions: IT company accreditation.")
    assert "The conclusion is provisional." in out.splitlines()[0]
    for said in (
        "✗ Income from IT activity exceeds 30% of all income",
        "Share of IT income (the ministry's list): 27%. Required: more than 30%.",
        "check: Check the threshold and the period",
        "What would change the answer:",
        "now 27%, needed more than 30%",
        "Why the conclusion is provisional:",
        "ru-pp-1729-2022#digest/4/en",
        "This is not legal advice",
    ):
        assert said in out, said
    assert out.index("✗ Income") < out.index("What would change") < out.index("Sources:")


def test_the_same_in_russian(run, rose):
    out = run(
        "Аккредитация ИТ-компании",
        "--profile",
        rose(it_income_share="27,5", registered_on="2015-03"),
        "--lang",
        "ru",
    ).stdout
    assert out.startswith("Компания не отвечает условиям")
    for said in (
        "27,5 %. Требуется: более 30 %.",
        "сейчас 27,5 %, нужно более 30 %",
        "Источники:",
        "сверить:",
    ):
        assert said in out, said


def test_what_would_decide_is_told_the_shortest_first(run, rose):
    out = run("it_accreditation", "--profile", rose(site_describes_it=None), "--lang", "en").stdout
    told = out[out.index("What would decide it") :].splitlines()
    assert told[1] == "- The website describes the IT activity: no — then no"
    assert told[2] == "- The website describes the IT activity: yes — then yes"


def test_long_lists_of_what_would_decide_are_cut_and_say_so(run):
    out = run("it_accreditation", "--as-of", DAY, "--lang", "en").stdout
    assert "more (--json has them all)" in out


@pytest.mark.parametrize("kind", ["duty_infosec_250", "duty_recommender"])
def test_a_duty_says_whether_it_applies_and_is_fulfilled(run, tmp_path, kind):
    path = tmp_path / "duty.json"
    path.write_text(
        '{"subject_of_decree_250": true, "recommends_by_preferences": true, "state_system_operator": false}'
    )
    found = json.loads(run(kind, "--profile", path, "--as-of", DAY, "--json").stdout)
    assert (found["verdict"], found["complies"]) == ("eligible", "unknown")
    assert found["to_comply"] and not found["missing"]


# ── the day ───────────────────────────────────────────────────────────────────────────────────────


def test_the_day_is_the_profiles_unless_another_is_asked_for(run, rose):
    path = rose(as_of="2026-06-01")
    assert json.loads(run("it_accreditation", "--profile", path, "--json").stdout)["as_of"] == "2026-06-01"
    other = run("it_accreditation", "--profile", path, "--as-of", "2025-07-01", "--json").stdout
    assert json.loads(other)["as_of"] == "2025-07-01"


def test_thresholds_are_those_of_the_day(run, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"accredited": True, "it_income_share_tax": 75, "federation_share": 0,
                                "reorganised_since_july_2022": False}))  # fmt: skip
    verdicts = [
        json.loads(run("profit_tax_5", "--profile", path, "--as-of", day, "--json").stdout)["verdict"]
        for day in ("2024-12-31", "2025-01-01", "2030-12-31", "2031-01-01")
    ]
    assert verdicts == ["not_eligible", "eligible", "eligible", "not_eligible"]


# ── all measures and lists ────────────────────────────────────────────────────────────────────────


def test_all_measures_come_in_a_line_each(run, rose):
    path = rose()
    lines = run("--all", "--profile", path, "--lang", "en").stdout.splitlines()
    assert [line.split()[1].rstrip(":") for line in lines] != sorted(measures())
    assert {line.split()[1].rstrip(":") for line in lines} == set(measures())
    assert lines[0].startswith("✓ it_accreditation:")
    found = json.loads(run("--all", "--profile", path, "--json").stdout)
    assert [each["measure"] for each in found] == [line.split()[1].rstrip(":") for line in lines]


@pytest.mark.parametrize(("lang", "group"), [("ru", "Доходы и выплаты:"), ("en", "Income and pay:")])
def test_facts_are_listed_with_what_they_mean(run, lang, group):
    out = run("--facts", "--lang", lang).stdout
    assert group in out.splitlines()
    for each in facts().values():
        assert f"  {each.id}: {each.in_(lang)} [{each.type}" in out
        assert each.help(lang) in out
        assert all(option.id in out for option in each.options)


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_measures_are_listed(run, lang):
    lines = run("--measures", "--lang", lang).stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == list(measures())
    assert all(each.title.in_(lang) in line for each, line in zip(measures().values(), lines, strict=True))


# ── what cannot be used ───────────────────────────────────────────────────────────────────────────


def test_one_measure_or_all_of_them(run):
    for arguments in ((), ("it_accreditation", "--all")):
        error = run.refused(*arguments)
        assert "--measures" in error.en and "--all" in error.ru


def test_an_unknown_measure_is_told_with_those_there_are(run):
    error = run.refused("it_gardening")
    assert "it_accreditation" in error.en and "it_gardening" in error.ru


def test_a_wrong_fact_value_or_file_is_named(run, rose, tmp_path):
    wrong = run.refused("it_accreditation", "--profile", rose(it_income_share="много"))
    assert "rose.json: it_income_share" in wrong.en and "много" in wrong.ru
    strange = run.refused("it_accreditation", "--profile", rose(roses=5))
    assert "roses" in strange.en and "--facts" in strange.ru
    missing = run.refused("it_accreditation", "--profile", tmp_path / "none.yaml")
    assert "none.yaml" in missing.en and "none.yaml" in missing.ru


def test_a_part_larger_than_its_whole_is_told(run, rose):
    error = run.refused("it_accreditation", "--profile", rose(state_share=10, direct_state_share=20))
    assert "direct_state_share" in error.en and "state_share" in error.ru


def test_answers_that_exclude_each_other_or_the_day_are_told(run, rose):
    error = run.refused("it_accreditation", "--profile", rose(accredited=False, accredited_on="2020-05-05"))
    assert "accredited_on" in error.en and "has no answer where" in error.en
    assert "accredited" in error.ru and "не может быть ответа" in error.ru
    late = run.refused("it_accreditation", "--profile", rose(registered_on="2026-11-30"))
    assert "registered_on" in late.en and DAY in late.en and "позже" in late.ru


def test_a_day_that_is_none_is_told(run, rose):
    assert "YYYY-MM-DD" in run.refused("it_accreditation", "--profile", rose(), "--as-of", "вчера").en


def test_a_profile_and_a_description_exclude_each_other(run, rose):
    assert "--describe" in run.refused("it_accreditation", "--profile", rose(), "--describe", "ООО").ru


@pytest.mark.parametrize(
    ("lang", "said"), [("ru", "Меры «it_gardening» нет"), ("en", "There is no measure 'it_gardening'")]
)
def test_an_error_is_one_line_on_stderr_and_status_2(tmp_path, lang, said):
    done = ai_policy(tmp_path, "check", "it_gardening", AI_POLICY_LANG=lang)
    assert (done.status, done.out) == (2, "")
    assert said in done.err and "Traceback" not in done.err


# ── a description ─────────────────────────────────────────────────────────────────────────────────

TEXT = "ООО, доля ИТ-доходов 27 %, аккредитации нет"


def test_a_description_is_shown_and_used_once_the_person_agrees(run):
    done = run("it_accreditation", "--describe", TEXT, "--as-of", DAY, "--lang", "en", answer="y\n")
    assert done.exit_code == 0
    assert (
        "Share of IT income (the ministry's list): 27%" in done.stderr
        and "Check with these facts?" in done.stderr
    )
    assert done.stdout.startswith("Not enough is known to decide")  # a start-up may do with less
    assert "27%. Required: more than 30%." in done.stdout


def test_a_description_that_is_not_agreed_to_is_not_used(run):
    done = run("it_accreditation", "--describe", TEXT, "--as-of", DAY, answer="n\n")
    assert done.exit_code == 1
    assert done.stdout == ""


def test_with_yes_nobody_is_asked_and_stdout_is_data_alone(run):
    done = run("it_accreditation", "--describe", TEXT, "--as-of", DAY, "--yes", "--json")
    found = json.loads(done.stdout)
    assert {each["id"]: each["state"] for each in found["criteria"]}["acc_it_share"] == "not_met"
    assert {each["fact"] for each in found["profile"]} == {"org_form", "it_income_share", "accredited"}


# ── reviewing ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("lang", "said"), [("ru", "прежние"), ("en", "as they were")])
def test_the_embedded_corpus_is_what_the_measures_were_reviewed_against(run, lang, said):
    done = run("--validate", "--as-of", DAY, "--lang", lang)
    assert (done.exit_code, said in done.stdout) == (0, True)
    assert json.loads(run("--validate", "--as-of", DAY, "--json").stdout) == []


def test_an_act_that_says_otherwise_is_flagged_with_status_1(monkeypatch, tmp_path):
    from tests.assistant.eligibility.test_held import taken

    home = Home.new(tmp_path)
    taken(home, share="более 45")
    run = Commands(monkeypatch, home.assistant)
    done = run("--validate", "--as-of", DAY, "--lang", "ru")
    assert done.exit_code == 1
    assert done.stdout.startswith("it_accreditation/acc_it_share [differs] ru-pp-1729-2022#att1/p3/а")
    (flag,) = json.loads(run("--validate", "--as-of", DAY, "--json").stdout)
    assert {"measure", "criterion", "ref", "trouble", "told"} <= flag.keys()
    home.library.close()


def test_a_library_without_the_corpus_is_flagged_with_status_1(monkeypatch, tmp_path):
    from assistant.engine import Assistant
    from assistant.library import Library
    from assistant.settings import Settings

    empty = Assistant(
        Settings(home=tmp_path, lang="en"), library=Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    )
    done = Commands(monkeypatch, empty)("--validate", "--as-of", DAY, "--lang", "en")
    assert done.exit_code == 1
    assert "[missing]" in done.stdout and "ai-policy ingest" in done.stdout
    empty.library.close()
