"""The command line and the Python interface as the contract has them, over four small acts of our own."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from assistant.cli import cli
from assistant.engine import Assistant
from assistant.settings import Settings
from evals.benchmarks import starting
from tests.sample_acts import (
    DECREE,
    DECREE_LINES,
    LAW,
    ORDER,
    REGULATION,
    law_lines,
    write_acts,
    write_text,
)
from tests.sample_home import ai_policy, environment, new_home, start

TEXT, NUMBER, LIST, OBJECT = str, (int, float), list, dict
MAYBE = (str, type(None))
PAGE = (int, type(None))
# The contract's fields and their types; more may come, none may go.
INGEST = {
    "added": LIST, "updated": LIST, "unchanged": LIST, "skipped": LIST, "failed": LIST,
    "provisions": int, "chunks": int, "seconds": NUMBER,
}  # fmt: skip
HIT = {
    "rank": int, "score": NUMBER, "ref": TEXT, "act": TEXT, "title": TEXT, "number": MAYBE, "date": MAYBE,
    "issuer": MAYBE, "edition": MAYBE, "currency": TEXT, "authority": TEXT, "provision": TEXT, "label": TEXT,
    "page": PAGE, "start": int, "end": int, "text": TEXT, "lang": TEXT,
}  # fmt: skip
ANSWER = {
    "status": TEXT, "language": TEXT, "question": TEXT, "rewritten": MAYBE, "answer": TEXT, "claims": LIST,
    "citations": LIST, "conflicts": LIST, "withheld": LIST, "nearest": LIST, "missing": LIST, "options": LIST,
    "as_of": TEXT, "library_version": TEXT, "backend": TEXT, "usage": OBJECT, "timings_ms": OBJECT,
}  # fmt: skip
CLAIM = {"text": TEXT, "citations": LIST, "support": TEXT}
CITATION = {
    "id": int, "ref": TEXT, "act": TEXT, "title": TEXT, "number": MAYBE, "date": MAYBE, "edition": MAYBE,
    "currency": TEXT, "authority": TEXT, "confidence": MAYBE, "provision": TEXT, "label": TEXT, "page": PAGE,
    "start": int, "end": int, "quote": TEXT, "url": MAYBE,
}  # fmt: skip
SHOWN = {
    "ref": TEXT, "act": TEXT, "edition": MAYBE, "provision": MAYBE, "label": TEXT, "text": TEXT, "start": int,
    "end": int, "pages": LIST, "currency": TEXT,
}  # fmt: skip
ACT = {
    "act": TEXT, "title": TEXT, "kind": TEXT, "number": MAYBE, "date": MAYBE, "issuer": MAYBE,
    "jurisdiction": MAYBE, "editions": LIST, "currency": TEXT,
}  # fmt: skip
EDITION = {"edition": MAYBE, "authority": TEXT, "provisions": int, "renditions": int}
CURRENCIES = {"current", "amended_text_not_held", "superseded", "repealed", "not_yet_in_force", "unknown"}


def has_fields(found, fields):
    assert fields.keys() <= found.keys(), fields.keys() - found.keys()
    for name, kind in fields.items():
        assert isinstance(found[name], kind), (name, found[name])
        assert not (kind is int and isinstance(found[name], bool)), name


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The acts; a later edition of the law with a sidecar; the decree a second time, as text."""
    folder = tmp_path_factory.mktemp("acts")
    write_acts(folder)
    write_text(folder / "law2022.txt", law_lines("пяти"))
    (folder / "law2022.json").write_text(json.dumps({"edition": "2022-03-01"}))
    write_text(folder / "zz-decree-again.txt", DECREE_LINES)
    return folder


@pytest.fixture(scope="module")
def ingested(tmp_path_factory, model_folder, files, learning):
    """A home after its first ingest, and what that printed. What it learnt serves the homes of other tests."""
    home = new_home(tmp_path_factory.mktemp("home") / "ai-policy", model_folder)
    with learning.alone():
        done = ai_policy(home, "ingest", files, "--json")
        if done.status == 0 and not learning.done:
            learning.note(home)
    return home, done


@pytest.fixture(scope="module")
def home(ingested):
    return ingested[0]


@pytest.fixture(scope="module")
def assistant(home):
    """The engine over the same home, for what needs no process of its own."""
    opened = Assistant(Settings(home=home, lang="ru"))
    yield opened
    opened.library.close()


@pytest.fixture
def run(assistant, monkeypatch):
    """The command in this process, over the engine that has its model loaded."""
    monkeypatch.setattr("assistant.default_assistant", lambda: assistant)
    return lambda *arguments: CliRunner().invoke(cli, arguments, catch_exceptions=False)


@pytest.fixture(scope="module")
def asked(home):
    return ai_policy(home, "ask", "На какой срок школам выдают учебных роботов?", "--json")


def test_an_answer_needs_no_library_that_is_slow_to_import(home):
    assert starting.imported(environment(home)) == []


# ── ingest ────────────────────────────────────────────────────────────────────────────────────────


def test_ingest_prints_the_report_of_the_contract(ingested):
    _, done = ingested
    assert done.status == 0
    has_fields(done.json, INGEST)
    assert set(done.json["added"]) == {DECREE, LAW, ORDER, REGULATION}
    assert done.json["updated"] == done.json["unchanged"] == done.json["failed"] == []
    assert done.json["provisions"] > 30
    assert done.json["chunks"] > 10


def test_a_second_rendition_and_a_sidecar_are_skipped_with_a_reason(ingested, files):
    skipped = {Path(entry["path"]).name: entry["reason"] for entry in ingested[1].json["skipped"]}
    assert skipped.keys() == {"law2022.json", "zz-decree-again.txt"}
    assert DECREE in skipped["zz-decree-again.txt"]
    assert "sidecar" in skipped["law2022.json"]


def test_a_second_ingest_changes_nothing(ingested, home, files):
    again = ai_policy(home, "ingest", files, "--json")
    assert again.status == 0
    assert set(again.json["unchanged"]) == {DECREE, LAW, ORDER, REGULATION}
    assert again.json["added"] == again.json["updated"] == again.json["failed"] == []
    assert again.json["provisions"] == again.json["chunks"] == 0


# ── acts, show ────────────────────────────────────────────────────────────────────────────────────


def test_acts_lists_what_is_held(home):
    done = ai_policy(home, "acts", "--json")
    assert done.status == 0
    held = {act["act"]: act for act in done.json}
    for act in held.values():
        has_fields(act, ACT)
        assert act["currency"] in CURRENCIES
        for edition in act["editions"]:
            has_fields(edition, EDITION)
    assert held.keys() == {DECREE, LAW, ORDER, REGULATION}
    assert [edition["edition"] for edition in held[LAW]["editions"]] == ["2017-05-14", "2022-03-01"]
    assert [edition["renditions"] for edition in held[DECREE]["editions"]] == [2]
    assert (held[DECREE]["number"], held[DECREE]["date"]) == ("9123", "2018-04-12")
    assert (held[DECREE]["kind"], held[DECREE]["jurisdiction"]) == ("decree", "ru")
    assert (held[REGULATION]["jurisdiction"], held[REGULATION]["number"]) == ("eu", "2019/9345")


def test_acts_with_the_catalogue_adds_acts_without_a_text(home):
    known = ai_policy(home, "acts", "--catalogue", "--json").json
    without = [act for act in known if not act["editions"]]
    assert len(without) > 30
    assert "ru-ukaz-490-2019" in {act["act"] for act in without}


@pytest.mark.parametrize(
    ("act", "typed", "provision", "begins"),
    [
        (DECREE, "п. 1 подп. а", "p1/а", "а) выдаёт"),
        (DECREE, "подпункт «в» пункта 1", "p1/в", "в) ведёт"),
        (DECREE, "p1/б", "p1/б", "б) чинит"),
        (LAW, "ст. 3 ч. 2", "st3/ch2", "2. Погодный журнал"),
        (LAW, "статья 2", "st2", "Статья 2. Основные понятия"),
        (ORDER, "п. 2 Порядка", "att1/p2", "2. Заявление"),
        (REGULATION, "Article 1(1)", "art1/1", "1. This Regulation lays down"),
        (REGULATION, "recital 2", "rec2", "(2) Travellers"),
    ],
)
def test_show_understands_a_provision_as_people_write_it(assistant, act, typed, provision, begins):
    shown = assistant.show(act, typed)
    assert shown.provision == provision
    assert shown.ref == f"{act}#{provision}"
    assert shown.text.startswith(begins)
    assert assistant.show(act).text[shown.start : shown.end] == shown.text


def test_show_prints_the_fields_of_the_contract_with_pages(home):
    whole = ai_policy(home, "show", DECREE, "--json")
    part = ai_policy(home, "show", DECREE, "п. 3", "--json")
    for done in (whole, part):
        assert done.status == 0
        has_fields(done.json, SHOWN)
    assert whole.json["provision"] is None
    assert whole.json["start"] == 0
    assert len(whole.json["text"]) == whole.json["end"]
    assert part.json["label"] == "п. 3"
    if whole.json["pages"]:  # the decree is a PDF where a Cyrillic font was found
        assert whole.json["pages"] == [1, 2]
        assert part.json["pages"] == [2]


def test_a_reference_as_printed_and_an_act_as_people_name_it_can_be_shown(assistant):
    assert assistant.show(f"{DECREE}#p1/а").provision == "p1/а"
    assert assistant.show("Указ № 9123", "п. 2").act == DECREE


def test_show_takes_the_edition_of_the_date(assistant):
    assert "трёх раз" in assistant.show(LAW, "ч. 1 ст. 3", as_of="2020-01-01").text
    assert "пяти раз" in assistant.show(LAW, "ч. 1 ст. 3").text
    assert "трёх раз" in assistant.show(LAW, "ч. 1 ст. 3", edition="2017-05-14").text


# ── search ────────────────────────────────────────────────────────────────────────────────────────


def test_search_prints_the_fields_of_the_contract(run):
    done = run("search", "срок хранения погодного журнала", "-k", "3", "--json")
    assert done.exit_code == 0
    hits = json.loads(done.stdout)
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert sorted((hit["score"] for hit in hits), reverse=True) == [hit["score"] for hit in hits]
    for hit in hits:
        has_fields(hit, HIT)
        assert hit["currency"] in CURRENCIES
        assert hit["ref"] == f"{hit['act']}#{hit['provision']}"
    assert hits[0]["act"] == LAW
    assert "двадцать лет" in hits[0]["text"]


@pytest.mark.parametrize(
    ("filters", "acts"),
    [
        ({"kind": "decree"}, {DECREE}),
        ({"jurisdiction": "eu"}, {REGULATION}),
        ({"issuer": "Минцифры"}, {ORDER}),
        ({"act": LAW}, {LAW}),
        ({"text_lang": "en"}, {REGULATION}),
        ({"text_lang": "ru"}, {DECREE, LAW, ORDER}),
        ({"authority": "official"}, {DECREE, LAW, ORDER, REGULATION}),
        ({"authority": "user"}, set()),
        ({"kind": "decree", "jurisdiction": "eu"}, set()),
    ],
)
def test_filters_keep_only_what_they_name(assistant, filters, acts):
    assert {hit.act for hit in assistant.search("порядок работы", k=50, **filters)} == acts


def test_the_date_decides_which_edition_is_searched(assistant):
    for day, edition, words in (("2020-01-01", "2017-05-14", "трёх"), ("2024-01-01", "2022-03-01", "пяти")):
        hits = assistant.search("сколько раз измерять температуру", as_of=day, act=LAW, k=20)
        assert {hit.edition for hit in hits} == {edition}
        assert any(words in hit.text for hit in hits)


# ── ask ───────────────────────────────────────────────────────────────────────────────────────────


def test_ask_prints_the_fields_of_the_contract(asked):
    assert asked.status == 0
    answer = asked.json
    has_fields(answer, ANSWER)
    assert (answer["status"], answer["language"], answer["backend"]) == ("answered", "ru", "extractive")
    for claim in answer["claims"]:
        has_fields(claim, CLAIM)
        assert claim["support"] == "verbatim"
    for citation in answer["citations"]:
        has_fields(citation, CITATION)
        assert citation["currency"] in CURRENCIES
    used = {number for claim in answer["claims"] for number in claim["citations"]}
    assert used == {citation["id"] for citation in answer["citations"]} == set(range(1, len(used) + 1))
    assert any("45 дней" in citation["quote"] for citation in answer["citations"])
    assert {citation["act"] for citation in answer["citations"]} == {DECREE}


def test_a_person_reads_the_answer_with_its_sources(run):
    done = run("ask", "На какой срок школам выдают учебных роботов?")
    assert done.exit_code == 0
    assert "45 дней" in done.stdout
    assert re.search(r"\[1\] .*" + DECREE, done.stdout)
    assert done.stderr == ""


QUESTIONS = [
    "На какой срок школам выдают учебных роботов?",
    "Кто чинит возвращённых роботов?",
    "Сколько лет хранится погодный журнал?",
    "Что такое школьная метеостанция?",
    "В течение скольких дней рассматривается заявление о включении в реестр говорящих справочников?",
    "п. 3 Указа № 9123",
    "How long shall operators keep recordings of complaints?",
    "What does Article 1 of Regulation (EU) 2019/9345 lay down?",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quotation_stands_in_the_text_word_for_word(assistant, question):
    answer = assistant.ask(question)
    assert answer.status == "answered"
    for citation in answer.citations:
        whole = assistant.show(citation.act, edition=citation.edition).text
        assert whole[citation.start : citation.end] == citation.quote
        node = assistant.show(citation.act, citation.provision, edition=citation.edition)
        assert node.start <= citation.start < citation.end <= node.end
    quotes = {citation.id: " ".join(citation.quote.split()) for citation in answer.citations}
    for claim in answer.claims:
        assert all(quotes[number] in " ".join(claim.text.split()) for number in claim.citations)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Сколько лет хранится погодный журнал?", "двадцать лет"),
        ("Как часто школа обязана измерять температуру воздуха?", "не реже пяти раз"),
        ("Каково основание для отказа во включении в реестр говорящих справочников?", "звукозаписи"),
        ("How long shall operators keep recordings of complaints?", "90 days"),
    ],
)
def test_the_answer_holds_the_sentence_that_answers(assistant, question, words):
    answer = assistant.ask(question)
    assert any(words in claim.text for claim in answer.claims)


def test_the_date_decides_which_edition_answers(assistant):
    answer = assistant.ask("Как часто школа обязана измерять температуру воздуха?", as_of="2020-01-01")
    assert answer.as_of == "2020-01-01"
    assert {citation.edition for citation in answer.citations if citation.act == LAW} == {"2017-05-14"}
    assert "трёх раз" in answer.answer


def test_the_answer_is_in_the_language_asked_for_and_quotes_in_the_text_s_own(assistant):
    answer = assistant.ask("Сколько лет хранится погодный журнал?", lang="en")
    assert answer.language == "en"
    assert any("двадцать лет" in citation.quote for citation in answer.citations)
    assert assistant.ask("How long are complaints kept?", lang="ru").language == "ru"


@pytest.mark.parametrize(
    "question",
    [
        "Какова столица Монголии?",
        "Как приготовить борщ с фасолью?",
        "Who won the football world cup in 1998?",
        "Что сказано в Указе № 77777 от 1 января 2003 года?",
    ],
)
def test_a_question_the_texts_do_not_answer_is_refused_with_what_was_looked_at(assistant, question):
    answer = assistant.ask(question)
    assert answer.status == "abstained"
    assert answer.claims == answer.citations == []
    assert answer.answer
    assert str(len({DECREE, LAW, ORDER, REGULATION})) in answer.answer
    assert all("#" in ref for ref in answer.nearest)


def test_an_act_that_is_known_but_not_held_is_named_as_missing(assistant):
    answer = assistant.ask("Что сказано в п. 5 Указа Президента № 490 от 10.10.2019?")
    assert answer.status == "abstained"
    assert answer.missing == ["ru-ukaz-490-2019"]


# ── from Python ───────────────────────────────────────────────────────────────────────────────────


def test_the_python_interface_uses_the_home_named_at_first_use(home):
    script = (
        "import os, json, datetime, assistant\n"
        "os.environ['AI_POLICY_HOME'] = os.environ.pop('LATER')\n"
        "hits = assistant.search('погодный журнал', k=2, as_of=datetime.date(2020, 1, 1), text_lang='ru')\n"
        "answer = assistant.ask('Сколько лет хранится погодный журнал?', lang='ru')\n"
        "print(json.dumps([[hit.model_dump(mode='json') for hit in hits], answer.model_dump(mode='json')]))\n"
    )
    child = {**environment(home), "LATER": str(home)}
    del child["AI_POLICY_HOME"]
    done = subprocess.run(
        [sys.executable, "-c", script], env=child, capture_output=True, text=True, timeout=600, check=True
    )
    hits, answer = json.loads(done.stdout)
    assert len(hits) == 2
    has_fields(hits[0], HIT)
    has_fields(answer, ANSWER)
    assert {hit["edition"] for hit in hits if hit["act"] == LAW} <= {"2017-05-14"}
    assert answer["status"] == "answered"


# ── a changed model, an interruption, a removal ───────────────────────────────────────────────────


@pytest.fixture(scope="module")
def other_model(tmp_path_factory):
    """A sentence-transformers folder of a few kilobytes: static vectors of 16 dimensions."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.WordPieceTrainer(vocab_size=400, special_tokens=["[UNK]", "[PAD]"])
    tokenizer.train_from_iterator([*DECREE_LINES, *law_lines()], trainer)
    folder = tmp_path_factory.mktemp("model")
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=16)]).save(str(folder))
    return folder


@pytest.mark.long
def test_a_changed_model_is_noticed_and_everything_embedded_anew(
    tmp_path, model_folder, home, files, other_model
):
    home = new_home(tmp_path / "home", model_folder, like=home)
    order = files / "order.txt"
    assert ai_policy(home, "ingest", order, "--json", AI_POLICY_EMBEDDER=str(other_model)).status == 0
    before = collections(home)
    done = ai_policy(home, "ingest", order, "--json")
    assert (done.status, done.json["unchanged"]) == (0, [ORDER])
    after = collections(home)
    assert len(before) == len(after) == 1
    assert before != after
    health = ai_policy(home, "doctor", "--json").json
    assert (health["ok"], health["chunks"]) == (True, health["vectors"])


def collections(home):
    """Names of the vector collections and their dimensions."""
    engine = create_engine(f"sqlite:///{home / 'index' / 'chroma' / 'chroma.sqlite3'}")
    with engine.connect() as connection:
        found = {tuple(row) for row in connection.execute(text("SELECT name, dimension FROM collections"))}
    engine.dispose()
    return found


def many_orders(folder, count=24):
    folder.mkdir()
    for number in range(count):
        lines = [
            "ПРАВИТЕЛЬСТВО РОССИЙСКОЙ ФЕДЕРАЦИИ",
            "ПОСТАНОВЛЕНИЕ",
            f"от 7 июня 2016 г. № {4000 + number}",
            f"О запасе кистей номер {number}",
            "Правительство Российской Федерации постановляет:",
            *(f"{point}. Хранить {number} кистей в шкафу номер {point}." for point in range(1, 5)),
        ]
        write_text(folder / f"{number:02}.txt", lines)
    return folder


def editions_held(home):
    database = home / "library.sqlite"
    if not database.is_file():
        return 0
    engine = create_engine(f"sqlite:///{database}")
    try:
        with engine.connect() as connection:
            return connection.execute(text("SELECT count(*) FROM editions")).scalar_one()
    except OperationalError:  # the table is not there yet
        return 0
    finally:
        engine.dispose()


def wait_for(condition, child, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition() or child.poll() is not None:
            return
        time.sleep(0.01)
    raise AssertionError("the moment to interrupt did not come")


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
def test_an_interrupted_ingest_is_completed_by_the_same_command(tmp_path, model_folder, home):
    home, folder = new_home(tmp_path / "home", model_folder, like=home), many_orders(tmp_path / "acts")

    killed = start(home, "ingest", folder, "--json")
    wait_for(lambda: editions_held(home) >= 3, killed)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=600)
    kept = editions_held(home)
    assert 3 <= kept < 24
    assert ai_policy(home, "acts").status == 0

    stopped = start(home, "ingest", folder, "--json")
    wait_for(lambda: editions_held(home) >= 24, stopped)  # all stored, none embedded yet
    stopped.send_signal(signal.SIGINT)
    _, said = stopped.communicate(timeout=600)
    # CPython ends by the signal itself, 130 to a shell, where it came while a string was executed (dataclasses).
    assert stopped.returncode in (130, -signal.SIGINT)
    assert "Traceback" not in said.decode()
    assert "Interrupted" in said.decode()

    done = ai_policy(home, "ingest", folder, "--json")
    assert done.status == 0
    assert len(done.json["unchanged"]) == 24
    health = ai_policy(home, "doctor", "--json")
    assert health.status == 0
    assert (health.json["ok"], health.json["editions"]) == (True, 24)
    assert health.json["chunks"] == health.json["vectors"] == health.json["words"] > 0
    assert not list(home.rglob("*.partial"))
    originals = [path for path in (home / "files").rglob("*") if path.is_file()]
    assert len(originals) == 24


def test_an_act_and_a_file_can_be_removed(tmp_path, home, files):
    copy = shutil.copytree(home, tmp_path / "home", symlinks=True)
    by_id = ai_policy(copy, "remove", LAW, "--json")
    assert (by_id.status, by_id.json) == (0, {"removed": [LAW]})
    path = files / "regulation.html"
    by_path = ai_policy(copy, "remove", path, "--json")
    assert (by_path.status, by_path.json) == (0, {"removed": [str(path.resolve())]})
    assert {act["act"] for act in ai_policy(copy, "acts", "--json").json} == {DECREE, ORDER}
    health = ai_policy(copy, "doctor", "--json").json
    assert (health["ok"], health["editions"]) == (True, 2)
    assert health["chunks"] == health["vectors"] == health["words"]
    gone = ai_policy(copy, "remove", LAW)
    assert gone.status == 2
    assert LAW in gone.err
