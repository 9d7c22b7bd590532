"""An answer says what it was made with and from, and can be made again or be told why not."""

import json

import pytest
from click.testing import CliRunner
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

import assistant
from assistant import cli
from assistant.errors import InputError, NotHeldError
from assistant.index.derive import reconcile
from assistant.model import Answer, Authority
from assistant.records.owner import Owner, own_id, own_prefix
from tests.builders import WATER_LAW, edition_draft

LAW = "ru-fz-1-2020"
QUESTION = "Когда садовник обязан поливать розы?"
QUOTE = "Садовник обязан поливать розы утром."


def put(garden, *drafts):
    for draft in drafts:
        garden.library.put_edition(draft)
    reconcile(garden.indexes, garden.library)


def kept(answer):
    """The answer as a file of --json holds it."""
    return Answer.model_validate_json(answer.model_dump_json())


def model(garden, *texts):
    """A model that states the same quotation in the given words, a reply each."""
    rank = next(hit.rank for hit in garden.search(QUESTION, k=10) if QUOTE in hit.text)
    said = [{"claims": [{"text": text, "quotes": [{"evidence": rank, "quote": QUOTE}]}]} for text in texts]
    return GenericFakeChatModel(messages=iter([AIMessage(json.dumps(each)) for each in said]))


# ── what it was made with ─────────────────────────────────────────────────────────────────────────


def test_an_answer_says_with_what_it_was_made(garden):
    changed = garden.settings.answer.model_copy(update={"max_claims": 3})
    garden.settings = garden.settings.model_copy(update={"answer": changed})
    made = garden.ask(QUESTION, as_of="2025-01-01", act="закон о поливе", lang="ru").made_with
    assert made.filters == {"act": LAW}
    assert (made.as_of_given, made.lang, made.llm) == (True, "ru", "extractive")
    assert made.settings == {"answer": {"max_claims": 3}}
    assert made.embedder.startswith("stems ")
    assert made.program[0].isdigit()


def test_what_is_not_set_is_not_kept(garden):
    made = garden.ask(QUESTION).made_with
    assert (made.filters, made.settings, made.as_of_given, made.lang) == ({}, {}, False, None)


# ── the same library ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"as_of": "2021-06-01"},
        {"act": LAW, "authority": "official"},
        {"lang": "en"},
        {"history": [("Что включает полив?", "…")]},
    ],
)
def test_over_the_same_library_the_answer_is_the_same(garden, options):
    answer = garden.ask(QUESTION, **options)
    again = garden.again(kept(answer))
    assert (again.outcome, again.library) == ("identical", "same")
    assert not again.changes and not again.conditions and not again.editions
    assert {claim.state for claim in again.claims} == {"same"}
    assert {check.state for check in again.citations} == {"stands"}


def test_a_follow_up_is_made_again_from_the_question_it_stood_for(garden):
    history = [("Что говорит ч. 1 ст. 1 закона 1-ФЗ?", "…")]
    answer = garden.ask("а ч. 1 ст. 2?", history=history)
    assert answer.rewritten
    again = garden.again(kept(answer))
    assert again.outcome == "identical"
    assert (again.now.question, again.now.rewritten) == (answer.question, answer.rewritten)


def test_an_abstention_is_made_again_too(garden):
    for question in ("Сколько стоит билет на поезд до Владивостока?", "Что требует указ 7 от 03.02.2022?"):
        assert garden.again(kept(garden.ask(question))).outcome == "identical"


def test_the_settings_of_then_count_not_those_of_now(garden):
    answer = garden.ask("Что включает полив по ч. 2 ст. 1 закона 1-ФЗ?")
    changed = garden.settings.answer.model_copy(update={"max_list_items": 1})
    garden.settings = garden.settings.model_copy(update={"answer": changed})
    assert "… и ещё 1" in garden.ask("Что включает полив по ч. 2 ст. 1 закона 1-ФЗ?").answer
    assert garden.again(kept(answer)).outcome == "identical"


def test_a_setting_this_program_does_not_have_is_named(garden):
    answer = garden.ask(QUESTION)
    answer.made_with.settings = {"retrieval": {"crystal_ball": True}}
    again = garden.again(answer)
    assert [(each.what, each.before) for each in again.conditions] == [("retrieval.crystal_ball", "True")]


def test_another_program_and_another_embedder_are_named(garden):
    answer = garden.ask(QUESTION)
    answer.made_with.program, answer.made_with.embedder = "0.0.1", "other 123"
    conditions = {each.what: each.before for each in garden.again(answer).conditions}
    assert conditions == {"program": "0.0.1", "embedder": "other 123"}


def test_an_answer_from_before_that_was_kept_is_asked_with_what_it_tells(garden):
    answer = garden.ask(QUESTION)
    answer.made_with = None
    again = garden.again(kept(answer))
    assert [each.what for each in again.conditions] == ["made_with"]
    assert {claim.state for claim in again.claims} == {"same"}


def test_a_model_may_say_it_in_other_words_over_the_same_evidence(garden):
    answer = garden.ask(QUESTION, llm=model(garden, "Розы обязан поливать садовник — утром."))
    again = garden.again(kept(answer), llm=model(garden, "Садовник обязан поливать розы — утром."))
    assert again.outcome == "same_evidence"
    assert [claim.state for claim in again.claims] == ["reworded"]


def test_another_backend_is_named_and_may_quote_otherwise(garden):
    answer = garden.ask(QUESTION, llm=model(garden, "Розы обязан поливать садовник — утром."))
    again = garden.again(kept(answer), llm="extractive")
    assert [(each.what, each.after) for each in again.conditions] == [("llm", "extractive")]
    assert {claim.state for claim in again.claims} <= {"gone", "new", "reworded", "requoted"}


def test_an_answer_of_a_model_that_has_no_name_needs_one_to_be_made_again(garden):
    answer = kept(garden.ask(QUESTION, llm=model(garden, "Розы обязан поливать садовник — утром.")))
    with pytest.raises(InputError):
        garden.again(answer)
    assert garden.again(answer, ask=False).outcome == "not_asked"


# ── another library ───────────────────────────────────────────────────────────────────────────────


def test_an_added_act_is_named_and_the_quotations_still_stand(garden):
    answer = kept(garden.ask(QUESTION))
    put(garden, edition_draft("ru-fz-9-2025", "2025-05-01", path="new.txt", title="О новых садах"))
    again = garden.again(answer)
    assert (again.library, again.recorded) == ("changed", True)
    assert [(each.act, each.change, each.cited) for each in again.editions] == [
        ("ru-fz-9-2025", "added", False)
    ]
    assert {check.state for check in again.citations} == {"stands"}
    assert again.now.library_version == again.version != again.version_then


def test_a_changed_text_is_named_with_the_file_to_ingest_to_have_it_again(garden):
    answer = kept(garden.ask(QUESTION))
    before = next(each for each in garden.library.editions(LAW) if each.edition == "2024-03-01")
    sha256 = garden.library.renditions(before.id)[0].sha256
    put(
        garden,
        edition_draft(edition="2024-03-01", text=WATER_LAW.replace("розы утром", "розы днём!"), path="b.txt"),
    )
    again = garden.again(answer)
    (edition,) = again.editions
    assert (edition.act, edition.edition, edition.change, edition.cited) == (
        LAW, "2024-03-01", "replaced", True,
    )  # fmt: skip
    assert (edition.file, edition.file_sha256) == ("b.txt", sha256)
    assert "replaced" in {check.state for check in again.citations}
    assert again.outcome == "differs"
    assert any("днём" in (claim.now or "") for claim in again.claims)


def test_words_that_only_moved_are_found_where_they_stand_now(garden):
    answer = kept(garden.ask(QUESTION))
    longer = WATER_LAW.replace("Правила полива", "Правила полива  ", 1).replace("Статья 1.", "Статья  1.", 1)
    moved = edition_draft(edition="2024-03-01", text=longer, provisions=[], chunks=[], path="b.txt")
    garden.library.put_edition(moved)
    for check, citation in zip(garden.again(answer, ask=False).citations, answer.citations, strict=True):
        assert check.state == "moved"
        assert longer[check.start :].startswith(citation.quote)


def test_a_removed_edition_is_named_and_so_is_a_later_one(garden):
    answer = kept(garden.ask(QUESTION, as_of="2021-06-01"))
    garden.library.remove_edition(
        next(row.id for row in garden.library.editions(LAW) if row.edition == "2020-01-01")
    )
    reconcile(garden.indexes, garden.library)
    again = garden.again(answer)
    assert [(each.edition, each.change, each.cited) for each in again.editions] == [
        ("2020-01-01", "removed", True)
    ]
    assert {check.state for check in again.citations} == {"removed"}
    assert {tuple(check.later) for check in again.citations} == {("2024-03-01",)}
    assert again.now.as_of == "2021-06-01"


def test_an_answer_of_today_is_asked_as_of_today(garden):
    answer = garden.ask(QUESTION)
    answer.as_of = "2025-02-03"
    answer = kept(answer)
    assert garden.again(answer).now.as_of == "2025-02-03"
    put(garden, edition_draft("ru-fz-9-2025", "2025-05-01", path="new.txt", title="О новых садах"))
    again = garden.again(answer)
    assert again.now.as_of > "2025-02-03"
    assert "as_of" in {each.what for each in again.conditions}


def test_back_at_the_version_of_then_the_answer_is_the_same_again(garden):
    answer = kept(garden.ask(QUESTION))
    put(garden, edition_draft("ru-fz-9-2025", "2025-05-01", path="new.txt"))
    garden.library.remove_edition(garden.library.editions("ru-fz-9-2025")[0].id)
    reconcile(garden.indexes, garden.library)
    assert (garden.again(answer).library, garden.again(answer).outcome) == ("same", "identical")


def test_an_answer_of_another_home_has_its_citations_checked_all_the_same(garden):
    answer = kept(garden.ask(QUESTION))
    answer.library_version = "0123456789ab"
    answer.citations[0].start += 1
    answer.citations[0].end += 1
    again = garden.again(answer, ask=False)
    assert not again.recorded
    assert again.citations[0].state == "moved"
    assert [(each.act, each.change) for each in again.editions] == [(LAW, "replaced")]


def test_an_act_a_filter_named_and_nobody_knows_any_more_is_no_reason_to_fail(garden):
    put(garden, edition_draft("ru-fz-9-2025", "2025-05-01", path="new.txt"))
    answer = kept(garden.ask(QUESTION, act="ru-fz-9-2025"))
    garden.library.remove_edition(garden.library.editions("ru-fz-9-2025")[0].id)
    reconcile(garden.indexes, garden.library)
    again = garden.again(answer)
    assert again.now is None
    assert "ru-fz-9-2025" in again.conditions[0].before
    assert {check.state for check in again.citations} == {"removed"}


# ── the command ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def run(garden, monkeypatch):
    monkeypatch.setattr(assistant, "default_assistant", lambda: garden)
    monkeypatch.setattr("assistant.cli.again.users_language", lambda: "ru")
    return lambda *arguments: CliRunner().invoke(cli.cli, list(arguments), catch_exceptions=False)


def test_a_file_of_json_and_a_saved_answer_are_made_again(run, garden, tmp_path):
    file = tmp_path / "answer.json"
    file.write_text(run("ask", QUESTION, "--json").stdout, encoding="utf-8")
    assert json.loads(run("again", str(file), "--json").stdout)["outcome"] == "identical"
    run("ask", QUESTION, "--save")
    assert "Ответ в точности тот же." in run("again", "answer-1").stdout


def test_what_changed_is_told_in_words_with_what_brings_it_back(run, garden):
    run("ask", QUESTION, "--save")
    put(
        garden,
        edition_draft("ru-fz-9-2025", "2025-05-01", path="new.txt"),
        edition_draft(edition="2024-03-01", text=WATER_LAW.replace("розы утром", "розы днём!"), path="b.txt"),
    )
    told = run("again", "answer-1").stdout
    assert "Библиотека другая" in told
    assert f"{LAW} 2024-03-01 official: текст заменён, ответ на неё ссылается" in told
    assert "загрузите файл b.txt (SHA-256 " in told
    assert "уберите (ai-policy remove new.txt)" in told
    assert "Ответ сейчас:" in told
    assert "Ответ сейчас:" not in run("again", "answer-1", "--no-ask").stdout


def test_what_is_no_answer_is_refused(garden, run, tmp_path):
    with pytest.raises(NotHeldError, match="answer-7"):
        run("again", "answer-7")
    with pytest.raises(InputError, match="cannot be used"):
        run("again", str(tmp_path / "none.json"))


def test_a_question_goes_on_from_a_kept_answer(run, tmp_path):
    file = tmp_path / "answer.json"
    file.write_text(run("ask", "Что говорит ч. 1 ст. 1 закона 1-ФЗ?", "--json").stdout, encoding="utf-8")
    answer = json.loads(run("ask", "а ч. 1 ст. 2?", "--after", str(file), "--json").stdout)
    assert "1-ФЗ" in answer["rewritten"]
    assert answer["citations"][0]["ref"] == f"{LAW}#st2/ch1"
    assert "Понял так: " in run("ask", "а ч. 1 ст. 2?", "--after", str(file)).stdout


# ── over an owner's library ───────────────────────────────────────────────────────────────────────

ANNA, BORIS = Owner("user:anna", "anna"), Owner("user:boris", "boris")


def bring(garden, owner, text=WATER_LAW):
    act = own_id(owner, "doc-note")
    put(garden, edition_draft(act, text=text, authority=Authority.USER, path=f"/{act}.txt", title=act))
    return act


def test_what_others_brought_since_is_neither_told_nor_another_library(garden):
    answer = kept(garden.seen_by(ANNA).ask(QUESTION, as_of="2025-01-01"))
    theirs = bring(garden, BORIS)
    for asked in (garden.seen_by(ANNA), garden):
        found = asked.again(answer)
        assert (found.library, found.recorded) == ("same", True)
        assert found.version != found.version_then
        assert own_prefix(BORIS) not in found.model_dump_json()
    mine = bring(garden, ANNA)
    found = garden.seen_by(ANNA).again(answer, ask=False)
    assert found.library == "changed"
    assert [(each.act, each.change) for each in found.editions] == [(mine, "added")]
    assert theirs not in found.model_dump_json()


def test_what_others_changed_or_deleted_is_not_told_either(garden):
    theirs, mine = bring(garden, BORIS), bring(garden, ANNA)
    answer = kept(garden.seen_by(ANNA).ask(QUESTION, as_of="2025-01-01"))
    bring(garden, BORIS, WATER_LAW + " Это было дополнено.")
    garden.library.remove_edition(garden.library.editions(mine)[0].id)
    found = garden.seen_by(ANNA).again(answer, ask=False)
    assert [(each.act, each.change) for each in found.editions] == [(mine, "removed")]
    garden.library.remove_edition(garden.library.editions(theirs)[0].id)
    found = garden.seen_by(ANNA).again(answer, ask=False)
    assert theirs not in found.model_dump_json()
