"""Questions about bodies are answered from the evidence, property by property; what is unknown is said."""

from datetime import date

import pytest

from assistant.bodies import asked, bodies, find_bodies, is_about_founding, known_property
from ingest.digest import load_digest
from ingest.embedded import CORPUS
from tests.corpus_assistant import over_corpus


def named(question, lang="ru"):
    found = asked(question, lang)
    return found and ([body.id for body in found.bodies], list(found.properties))


KALININGRAD = "ru-kaliningrad-ai-commission"
PRESIDENTIAL = "ru-presidential-ai-commission"


@pytest.mark.parametrize(
    ("question", "lang", "body", "properties"),
    [
        ("кто возглавляет комиссию в Калининградской области и чем она занимается?", "ru", KALININGRAD, ["chair", "functions"]),
        ("Кто председатель калининградской комиссии?", "ru", KALININGRAD, ["chair"]),
        ("когда создана президентская комиссия по ИИ и что было до неё?", "ru", PRESIDENTIAL, ["set_up", "predecessor"]),
        ("Когда заседает президентская комиссия по искусственному интеллекту?", "ru", PRESIDENTIAL, ["meets"]),
        ("Who chairs the presidential AI commission?", "en", PRESIDENTIAL, ["chair"]),
        ("What does the Kaliningrad AI commission do?", "en", KALININGRAD, ["functions"]),
        ("Комиссия в Калининградской области", "ru", KALININGRAD, ["set_up", "chair", "functions"]),
    ],
)  # fmt: skip
def test_the_body_and_what_is_asked_of_it_are_understood(question, lang, body, properties):
    assert named(question, lang) == ([body], properties)


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("какие решения дала президентская комиссия по ИИ губернаторам?", "ru"),
        ("кто возглавляет рабочую группу?", "ru"),
        ("Какие комиссии проверяют квалификацию?", "ru"),
        ("When do the rules on high-risk systems apply?", "en"),
        ("Which bodies assess the conformity of AI systems?", "en"),
    ],
)
def test_questions_that_only_mention_a_body_or_none_go_another_way(question, lang):
    assert asked(question, lang) is None


def test_coordinating_and_regional_bodies_are_listed():
    coordinating = asked("which bodies coordinate AI policy in Russia and since when?", "en")
    assert {body.id for body in coordinating.bodies} == {
        body.id for body in bodies() if body.coordinates and body.jurisdiction == "ru"
    }
    assert len(coordinating.bodies) >= 3
    regional = asked("какие региональные комиссии по ИИ созданы?", "ru")
    assert {body.kind for body in regional.bodies} == {"regional_commission"} and len(regional.bodies) >= 3


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("какие органы координируют политику в сфере ИИ в ЕС?", "ru"),
        ("Which bodies coordinate AI policy in the European Union?", "en"),
    ],
)
def test_the_bodies_of_the_place_asked_about_are_listed(question, lang):
    assert {body.id for body in asked(question, lang).bodies} == {"eu-ai-board", "eu-ai-office"}


@pytest.mark.parametrize(
    ("question", "lang", "body", "properties"),
    [
        ("Кто создал Центр развития ИИ и чем он занимается?", "ru", "ru-ai-development-centre", ["set_up", "functions"]),
        ("Кто возглавляет региональные комиссии по ИИ?", "ru", "ru-regional-ai-commissions", ["chair"]),
        ("What does the EU AI Office do?", "en", "eu-ai-office", ["functions"]),
    ],
)  # fmt: skip
def test_centres_offices_and_regional_commissions_are_bodies_too(question, lang, body, properties):
    assert named(question, lang) == ([body], properties)


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("Нужно ли региону создать комиссию по искусственному интеллекту?", "ru"),
        ("Должен ли губернатор создавать межведомственную комиссию по ИИ?", "ru"),
        ("Обязаны ли регионы создавать комиссии по ИИ?", "ru"),
        ("Should governors set up an AI commission?", "en"),
    ],
)
def test_who_must_set_up_a_body_is_no_question_about_one_that_is_there(question, lang):
    assert is_about_founding(question)
    assert asked(question, lang) is None


@pytest.mark.parametrize(
    "question",
    [
        "Can you tell me who set up the Kaliningrad AI commission?",
        "When was the Kaliningrad AI commission set up and what can it do?",
        "Was the Kaliningrad AI commission set up in May 2026?",
        "Which act set up the presidential AI commission, and who may sit on it?",
        "Мне нужно знать, кто решил создать комиссию по ИИ в Калининградской области",
        "What powers does the AI Office have to establish codes?",
    ],
)
def test_who_set_up_a_body_is_one(question):
    assert not is_about_founding(question)


def test_set_up_falls_back_to_what_the_sources_say_instead():
    subcommission = next(body for body in bodies() if body.id == "ru-government-ai-subcommission")
    assert known_property(subcommission, "set_up").name == "announced"
    assert known_property(subcommission, "meets") is None


def test_bodies_are_found_by_name():
    assert [body.id for body in find_bodies("калининградская комиссия")] == [KALININGRAD]
    assert find_bodies("") == bodies() and find_bodies("комитет по розам") == []


@pytest.fixture(scope="module")
def corpus_assistant(tmp_path_factory):
    """An Assistant over the embedded corpus with a stand-in embedder: answers on bodies need no model."""
    with over_corpus(tmp_path_factory.mktemp("corpus")) as made:
        yield made


def test_who_heads_the_kaliningrad_commission_and_what_it_does(corpus_assistant):
    answer = corpus_assistant.ask("кто возглавляет комиссию в Калининградской области и чем она занимается?")
    assert answer.status == "answered"
    assert "Беспрозванных" in answer.claims[0].text and "разрабатывает подходы" in answer.claims[1].text
    assert {citation.act for citation in answer.citations} == {"ru-kaliningrad-ai-commission-2026"}
    assert all(citation.authority == "digest" and citation.confidence for citation in answer.citations)
    assert "наше изложение" in answer.answer


def test_which_bodies_coordinate_and_since_when_in_english(corpus_assistant):
    answer = corpus_assistant.ask("which bodies coordinate AI policy in Russia and since when?")
    assert answer.status == "answered" and answer.language == "en"
    assert (
        "26 February 2026" in answer.answer
        and "10 March 2026" in answer.answer
        and "presidium" in answer.answer
    )


def test_what_is_not_known_of_a_body_is_said_and_the_missing_act_named(corpus_assistant):
    part = corpus_assistant.ask("когда создана президентская комиссия по ИИ и что было до неё?")
    assert part.status == "answered" and part.answer.endswith(
        "в имеющихся текстах не сказано, что было прежде."
    )
    none = corpus_assistant.ask("Когда заседает комиссия в Калининградской области?")
    assert none.status == "abstained" and not none.claims
    assert none.missing == ["ru-kaliningrad-ai-commission-2026"]


def test_filters_are_kept(corpus_assistant):
    answer = corpus_assistant.ask("Who chairs the presidential AI commission?", jurisdiction="eu")
    assert all(citation.act.startswith("eu-") for citation in answer.citations)


def standings(corpus_assistant, act, day):
    """Fact number -> (currency, when it begins) of the statements of a digest."""
    view = corpus_assistant.view
    key = next(row.id for row in view.of_act(act))
    nodes = [node for node in view.edition(key).provisions.values() if node.kind == "statement"]
    return {int(node.number): (view.currency(key, day, node), node.valid_from) for node in nodes}


def test_a_statement_on_rules_that_apply_later_says_so(corpus_assistant):
    today = date(2026, 11, 25)
    law = standings(corpus_assistant, "ru-fz-243-2026", today)
    assert law[4] == ("not_yet_in_force", "2027-03-01") and law[2] == ("current", None)
    assert standings(corpus_assistant, "ru-fz-243-2026", date(2027, 3, 1))[4][0] == "current"
    ai_act = {
        facts.provision: facts.id for facts in load_digest(CORPUS / "digests/eu-reg-1689-2024.yaml").facts
    }
    found = standings(corpus_assistant, "eu-reg-1689-2024", today)
    assert found[ai_act["статья 9(1)"]] == ("not_yet_in_force", "2027-12-02")
    assert found[ai_act["статья 5(1)"]][0] == "current"


def test_of_listed_bodies_those_of_the_region_asked_about_are_told(corpus_assistant):
    answer = corpus_assistant.ask("What must a regional commission on AI do in Leningrad region?")
    assert {citation.act for citation in answer.citations} == {"ru-leningrad-ai-commission"}


def test_who_chairs_a_body_is_told_with_its_members(corpus_assistant):
    answer = corpus_assistant.ask("Кто входит в состав президентской комиссии по ИИ? Назовите членов.")
    assert [citation.provision for citation in answer.citations] == ["digest/4/ru", "digest/5/ru"]
    assert "Орешкин" in answer.answer and "Дюмин" in answer.answer
