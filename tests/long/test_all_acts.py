"""All acts through the real model: loaded once, asked hundreds of questions. Run by ``make test-long``."""

import json
import os
import subprocess
import sys

import pytest

from assistant.dates import as_of_date
from assistant.engine import Assistant
from assistant.library.view import Filters
from assistant.settings import Settings
from evals.benchmarks.basics import inexact_citations, leads_back, sample_questions
from tests.shared import ACTS, needs_acts

pytestmark = [pytest.mark.long, pytest.mark.acts, pytest.mark.timeout(3000), needs_acts]

PRINCIPLES = "какие принципы развития ИИ названы в национальной стратегии?"


def ai_policy(*arguments, home):
    return subprocess.run(
        [sys.executable, "-m", "assistant.cli", *arguments, "--json"],
        env={**os.environ, "AI_POLICY_HOME": str(home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory, model_folder):
    """A home with the embedded corpus and every act of the two folders."""
    made = tmp_path_factory.mktemp("home")
    (made / "models").mkdir()
    (made / "models" / model_folder.name).symlink_to(model_folder)
    assert ai_policy("ingest", home=made).returncode == 0
    return made


@pytest.fixture(scope="module")
def ingested(home):
    done = ai_policy("ingest", str(ACTS / "ru"), str(ACTS / "en"), home=home)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def everything(home, ingested):
    assistant = Assistant(Settings(home=home))
    yield assistant
    assistant.library.close()


def test_every_act_is_taken_in_once_and_second_renditions_are_linked(ingested):
    assert ingested["failed"] == []
    assert len(ingested["added"]) == len(set(ingested["added"])) >= 15
    linked = [entry["path"] for entry in ingested["skipped"] if not entry["path"].endswith(".json")]
    assert sorted(path.rsplit("/", 1)[1] for path in linked) == ["eu_ai_act_oj.xhtml", "us_eo_14110_2023.txt"]


def test_an_unchanged_folder_is_left_alone(home, ingested):
    again = json.loads(ai_policy("ingest", str(ACTS / "ru"), str(ACTS / "en"), home=home).stdout)
    assert again["added"] == again["updated"] == again["failed"] == []
    assert sorted(again["unchanged"]) == sorted(ingested["added"])
    assert again["chunks"] == 0


def test_the_two_editions_of_a_law_follow_each_other(everything):
    validity = {
        row.edition: row.valid_to
        for row in everything.view.of_act("ru-fz-152-2006")
        if row.authority == "official"
    }
    assert validity == {"2023-02-06": "2024-08-08", "2024-08-08": None}


def test_the_principles_of_the_strategy_are_answered_from_its_point_24(everything):
    answer = everything.ask(PRINCIPLES)
    assert answer.status == "answered"
    provisions = [citation.provision for citation in answer.citations if citation.act == "ru-ukaz-490-2019"]
    assert provisions[0] == "att1/p24"
    assert {f"att1/p24/{letter}" for letter in "абвгдежзикл"} <= set(provisions)
    assert all(
        citation.page in (8, 9) for citation in answer.citations if citation.provision.startswith("att1/p24")
    )


def test_every_citation_of_three_hundred_answers_is_the_text_itself(everything):
    view = everything.view
    asked = sample_questions(view, 300, view.in_scope(Filters(as_of=as_of_date(None))))
    assert len(asked) == 300
    answers = [(sampled, everything.ask(sampled.question)) for sampled in asked]
    wrong = [ref for _, answer in answers for ref in inexact_citations(answer, view)]
    assert wrong == []
    assert sum(len(answer.citations) for _, answer in answers) >= 300
    back = sum(leads_back(answer, sampled) for sampled, answer in answers)
    assert back >= 0.9 * len(asked)  # far below what is measured: a fall to this means something broke
