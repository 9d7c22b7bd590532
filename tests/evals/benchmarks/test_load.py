"""Virtual users over real HTTP: what they count as an error, as slow, as another's secret."""

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from evals.benchmarks.load import Load, Memory, Step, figures
from evals.benchmarks.load_users import OWN_QUESTION, Asked, Pace, VirtualUser, live, open_page
from tests.assistant.web.door.serving import PASSWORD, with_accounts
from tests.assistant.web.standin import SPECIAL, answer


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with with_accounts(tmp_path_factory.mktemp("load")) as found:
        yield found


def crowd_of(served):
    ways = {"rita": "page", "boris": "page", "edik": "API"}
    return [
        VirtualUser(number, name, PASSWORD, served.tokens[name], f"секрет-10000{number}", way)
        for number, (name, way) in enumerate(ways.items())
    ]


def asked_by(served, crowd, questions, least=2):
    """Everybody asks twice, the second time on the page about their own file; or ``least`` times."""

    async def run():
        async with AsyncExitStack() as opened:
            pages = {
                user.number: await opened.enter_async_context(open_page(user, served.address, file=False))
                for user in crowd
                if user.way == "page"
            }
            began = time.monotonic()
            pace = Pace(0.01, began, began, least=least)
            await asyncio.gather(
                *(live(user, served.address, pages.get(user.number), questions, pace) for user in crowd)
            )

    asyncio.run(run())
    return {user.name: user.asked for user in crowd}


def test_users_of_the_page_and_of_the_api_are_answered(served):
    asked = asked_by(served, crowd_of(served), ["Кто решает?"])
    assert [name for name, found in asked.items() if not found] == []
    assert {each.error for found in asked.values() for each in found} == {""}
    assert all(each.seconds > 0 for found in asked.values() for each in found)
    questions = [each["question"] for each in served.standin.asked]
    assert "Кто решает?" in questions
    assert OWN_QUESTION in questions


def test_anothers_secret_in_a_reply_is_seen_on_either_way(served, monkeypatch):
    def leaking(question):
        made = answer(question)
        text = f"{made.claims[0].text} секрет-100000"
        return made.model_copy(
            update={"claims": [made.claims[0].model_copy(update={"text": text}), *made.claims[1:]]}
        )

    monkeypatch.setitem(SPECIAL, "Какой", leaking)
    asked = asked_by(served, crowd_of(served), ["Какой пароль?"])
    assert all(each.found and not each.leaked for each in asked["rita"])
    for name in ("boris", "edik"):
        assert all(each.leaked == ("секрет-100000",) for each in asked[name])


def test_a_file_that_is_lost_after_it_was_found_is_seen_though_the_page_still_shows_the_first_answer(
    served, monkeypatch
):
    given = []

    def once(question):
        made = answer(question)
        given.append(question)
        text = f"{made.claims[0].text} секрет-100000" if len(given) == 1 else made.claims[0].text
        return made.model_copy(
            update={"claims": [made.claims[0].model_copy(update={"text": text}), *made.claims[1:]]}
        )

    monkeypatch.setitem(SPECIAL, "Какой", once)
    asked = asked_by(served, crowd_of(served)[:1], ["Кто решает?"], least=7)["rita"]
    assert [each.found for each in asked if each.own] == [True, False]
    assert not any(each.leaked or each.error for each in asked)


def test_a_failing_server_is_counted_as_failing(served):
    asked = asked_by(served, crowd_of(served)[2:], ["fail-model"])
    assert asked["edik"]
    assert all(each.error for each in asked["edik"])


def test_the_figures_tell_errors_crossed_answers_times_and_growth():
    asked = [Asked(0, "page", at, 1.0, own=True, found=True) for at in range(98)]
    asked += [Asked(1, "API", 1.0, 9.0, "timeout"), Asked(1, "API", 1.0, 3.0, leaked=("секрет-100000",))]
    memory = [
        Memory(float(at), (100 if at < 50 else 110) * 2**20, (50 if at < 50 else 70) * 2**20)
        for at in range(100)
    ]
    found = figures([Step(10.0, 50.0, asked, memory, 20.0), Step(1.0, 10.0, asked[:10])], Load(2))
    assert (found["asked"], found["per_second"], found["error_rate"]) == (100, 2.0, 0.01)
    assert (found["errors"], found["crossed"], found["own_found"]) == ({"timeout": 1}, 1, "98/98")
    assert (found["p50"], found["longest"]) == (1.0, 3.0)
    assert found["memory"] == {
        "before_mib": 100,
        "after_mib": 110,
        "growth": 0.1,
        "files_before_mib": 50,
        "files_after_mib": 70,
        "growth_with_files": 0.2,
    }
    assert found["processor_seconds_per_question"] == 0.2
    assert found["most_questions_per_second_borne"] == 1.0  # of the second step alone, the first has an error
    assert len(found["ramp"]) == 1


def test_where_nothing_was_answered_nothing_is_borne():
    found = figures([Step(10.0, 50.0, [Asked(0, "API", 0.0, 60.0, "timeout")])], Load(1))
    assert found["error_rate"] == 1.0
    assert found["most_questions_per_second_borne"] == 0.0
