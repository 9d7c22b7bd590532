"""An answer, a rated one or a complaint becomes a case in the person's own file; what is in doubt does not."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

import assistant
from assistant.cli.eval_cases import add as command
from assistant.eligibility.evidence import hash_of
from assistant.engine import Assistant
from assistant.errors import InputError
from assistant.library.view import LibraryView
from assistant.model import CheckOffered, Citation, Claim
from assistant.records import conversations, feedback
from assistant.records.owner import LOCAL
from assistant.settings import Settings
from evals.adding import Material, Said, of_answer, propose
from evals.case import EvalCase, Target
from evals.tables import read_cases, write_cases
from evals.validate import validate
from tests.assistant.records.sample import answer, citing
from tests.evals.sample import DECREE, NEW, NEW_LAW, PLANTS, PLANTS_LEAD, WATER

DAY = "2025-05-05"


@pytest.fixture
def view(library):
    return LibraryView(library)


@pytest.fixture
def own(tmp_path):
    return tmp_path / "home" / "evals" / "cases" / "own.csv"


@pytest.fixture
def run(library, tmp_path, monkeypatch):
    """``ai-policy eval add`` over the sample acts."""
    asked = Assistant(Settings(home=tmp_path / "home"), library=library)
    monkeypatch.setattr(assistant, "default_assistant", lambda: asked)

    def invoke(*arguments, lang="ru"):
        return CliRunner().invoke(command, [*map(str, arguments), "--lang", lang], catch_exceptions=False)

    return invoke


@pytest.fixture
def complaint(library):
    """A rated answer: (thumb, reason, words, answer) -> the rating."""

    def rated(thumb="down", reason=None, text="", about=None):
        talk = conversations.create(library, LOCAL).id
        about = about or citing(library, "st1/ch1", edition=NEW, as_of=DAY)
        turn = conversations.append(library, LOCAL, talk, about.question, about)
        return feedback.rate(library, LOCAL, turn.id, thumb, reason, text)

    return rated


def cites(act, edition, authority, *places, **fields):
    """An answer with a claim for each (provision, start, quotation)."""
    citations = [
        Citation(
            id=number, ref=f"{act}#{pid}", act=act, title="О саде", number=None, date=None, edition=edition,
            currency="current", authority=authority, confidence=None, provision=pid, label=pid, page=None,
            start=start, end=start + len(quote), quote=quote, url=None,
        )
        for number, (pid, start, quote) in enumerate(places, 1)
    ]  # fmt: skip
    claims = [Claim(text=each.quote, citations=[each.id], support="verbatim") for each in citations]
    return answer(citations=citations, claims=claims, as_of=DAY, **fields)


def words(start, end):
    return hash_of(NEW_LAW[NEW_LAW.index(start) : NEW_LAW.index(end) + len(end)])


EVENING = words("1. Садовник", "не допускается.")


# ── the proposal ──────────────────────────────────────────────────────────────────────────────────


def test_an_answer_becomes_a_case_with_hashes_and_no_quotation_of_an_act(library, view):
    found = citing(library, "st1/ch1", "st2/ch1", "st1/ch1", edition=NEW, as_of=DAY)
    case = propose(of_answer(found), view, Said(), "ru")
    targets = [str(target) for need in case.must_cite for target in need]
    assert targets[0] == f"{WATER}#st1/ch1@{NEW}={EVENING}"
    assert [target.partition("@")[0] for target in targets] == [f"{WATER}#st1/ch1", f"{WATER}#st2/ch1"]
    assert (case.expect, case.lang, case.question) == ("answer", "ru", "Когда поливать розы?")
    assert (case.as_of, case.quote, case.reviewer) == (date.fromisoformat(DAY), None, None)
    assert case.suites == ("answers",)
    assert case == propose(of_answer(found), view, Said(), "ru")


def test_parts_of_a_cited_provision_and_several_siblings_are_one_need(library, view):
    parts = citing(library, "st1/ch2/p1", "st1", "st2/ch1", edition=NEW, as_of=DAY)
    case = propose(of_answer(parts), view, Said(), "ru")
    assert [need[0].provision for need in case.must_cite] == ["st1", "st2/ch1"]
    listed = [(f"p1/{n}", len(PLANTS_LEAD) + 1, f"{n}) растение") for n in (1, 2, 3)]
    case = propose(of_answer(cites(PLANTS, None, "official", *listed)), view, Said(), "ru")
    assert [need[0].provision for need in case.must_cite] == ["p1"]
    case = propose(of_answer(cites(PLANTS, None, "official", *listed[:2])), view, Said(), "ru")
    assert [need[0].provision for need in case.must_cite] == ["p1/1", "p1/2"]


def test_the_embedded_corpus_is_quoted_and_its_fact_named_for_both_languages(library, view):
    found = cites(DECREE, "2026-01", "digest", ("digest/1/ru", 0, "Цветник открыт с мая."))
    case = propose(of_answer(found), view, Said(), "ru")
    ((target,),) = case.must_cite
    assert (target.ref, target.edition) == (f"{DECREE}#digest/1", None)
    assert target.hash is not None
    assert case.quote == "Цветник открыт с мая."


@pytest.mark.parametrize(
    ("status", "expect", "suite"), [("abstained", "abstain", "abstention"), ("clarify", "clarify", "answers")]
)
def test_what_came_out_is_expected(view, status, expect, suite):
    case = propose(of_answer(answer(status=status, as_of=DAY)), view, Said(), "ru")
    assert (case.expect, case.suites, case.must_cite) == (expect, (suite,), ())


def test_a_check_becomes_a_case_of_its_measure_and_facts(view):
    check = CheckOffered(measure="it_accreditation", facts={"it_income_share": "65"}, verdict="insufficient")
    case = propose(of_answer(answer(check=check, as_of=DAY)), view, Said(), "ru")
    assert (case.expect, case.measure, case.profile) == ("insufficient", "it_accreditation", check.facts)
    assert case.category == "eligibility"


@pytest.mark.parametrize("reason", ["wrong", "citation", "off_topic", "outdated"])
def test_a_complaint_that_doubts_the_citations_needs_the_right_ones(library, view, complaint, reason):
    rating = complaint("down", reason)
    material = Material(citing(library, "st1/ch1", edition=NEW, as_of=DAY), rating.question, rating)
    with pytest.raises(InputError) as caught:
        propose(material, view, Said(), "ru")
    assert "--must-cite" in caught.value.ru
    case = propose(material, view, Said(must_cite=(f"{WATER}#st2/ch1",)), "ru")
    assert [str(target).partition("=")[0] for need in case.must_cite for target in need] == [
        f"{WATER}#st2/ch1"
    ]
    assert case.must_cite[0][0].hash == words("1. Надзор", "по садам.")
    assert (case.id, case.category) == (f"complaint-{rating.id[:8]}", "complaint")
    assert feedback.REASONS["down"][reason]["ru"] in case.note


def test_a_complaint_turns_the_expectation_round(view, library, complaint):
    refused = complaint("down", "unfounded")
    material = Material(citing(library, "st1/ch1", edition=NEW, as_of=DAY), refused.question, refused)
    assert propose(material, view, Said(), "ru").expect == "abstain"
    missed = complaint("down", "no_answer", about=answer(status="abstained", as_of=DAY))
    material = Material(answer(status="abstained", as_of=DAY), missed.question, missed)
    case = propose(material, view, Said(contains=("утром|до полудня",)), "ru")
    assert (case.expect, case.must_contain) == ("answer", ("утром|до полудня",))


def test_provisions_may_be_named_as_lawyers_write_them(library, view):
    said = Said(must_cite=(f"{WATER}#ст. 1 ч. 2 п. 2 | {DECREE}#digest/1",), as_of="-", expect="ответ")
    case = propose(of_answer(answer(as_of=DAY)), view, said, "ru")
    assert [target.ref for target in case.must_cite[0]] == [f"{WATER}#st1/ch2/p2", f"{DECREE}#digest/1"]
    assert case.as_of is None
    with pytest.raises(InputError, match="no provision"):
        propose(of_answer(answer(as_of=DAY)), view, Said(must_cite=(f"{WATER}#ст. 77",)), "ru")


# ── the command ───────────────────────────────────────────────────────────────────────────────────


def saved(tmp_path, found, name="answer.json"):
    path = tmp_path / name
    path.write_text(found.model_dump_json(), encoding="utf-8")
    return path


def test_an_answer_from_a_file_is_added_shown_and_right(run, library, view, tmp_path, own):
    path = saved(tmp_path, citing(library, "st1/ch1", edition=NEW, as_of=DAY))
    done = run(path, "--contains", "утром", "--reviewer", "А. Садовник", "--note", "из почты")
    assert done.exit_code == 0
    assert f"должен сослаться: {WATER}#st1/ch1@{NEW}={EVENING}" in done.output
    assert f"Добавлено: {own}, строка 2." in done.output
    (row,) = read_cases(own)
    assert (row.case.must_contain, row.case.note) == (("утром",), "из почты")
    assert (row.case.reviewer, row.case.reviewed_on) == ("А. Садовник", date.today())
    assert validate(own, view) == []


def test_a_case_that_is_there_is_not_added_again(run, library, tmp_path, own):
    path = saved(tmp_path, citing(library, "st1/ch1", edition=NEW, as_of=DAY))
    assert run(path).exit_code == 0
    before = own.read_bytes()
    for arguments in ((), ("--id", "other"), ("--id", "other", "--expect", "отказ")):
        with pytest.raises(InputError) as caught:
            run(path, *arguments)
        assert f"{own}, строка 2" in caught.value.ru
    assert own.read_bytes() == before
    assert run(path, "--as-of", "2024-04-04").exit_code == 0
    assert [row.number for row in read_cases(own)] == [2, 3]


def test_a_saved_answer_is_taken_by_its_id(run, library, own):
    from assistant.library.watching import save_answer

    kept = save_answer(library, citing(library, "st2/ch1", edition=NEW, as_of=DAY))
    assert run(kept.id, "--category", "надзор", lang="en").exit_code == 0
    assert read_cases(own)[0].case.category == "надзор"
    assert own.read_text(encoding="utf-8-sig").startswith("id,language,question")


def test_complaints_are_listed_until_a_case_is_made_of_them(run, complaint, own, library):
    first = complaint("down", "incomplete", "Нет срока")
    complaint("up", "exact", about=answer("Чем поливать?"))
    later = complaint("down", "wrong", about=answer("Кто надзирает?", as_of=DAY))
    listed = run("--complaints").output.splitlines()
    assert [line[:8] for line in listed if not line.startswith(" ")] == [later.id[:8], first.id[:8]]
    assert "    Не сказано важное; Нет срока" in listed
    assert run("--feedback", first.id[:8]).exit_code == 0
    (row,) = read_cases(own)
    assert row.case.note == f"Жалоба {first.given_at[:10]}: Не сказано важное: Нет срока"
    assert [each["id"] for each in json.loads(run("--complaints", "--json").output)] == [later.id]
    write_cases(
        own.with_name("mail.csv"), [EvalCase(id="x", lang="ru", question="кто надзирает?", category="y")]
    )
    assert "нет" in run("--complaints").output


def test_a_rating_of_an_answer_that_is_gone_says_to_ask_the_question(run, library, complaint):
    rating = complaint("down", "wrong")
    conversations.truncate(
        library, LOCAL, conversations.of_turn(library, LOCAL, rating.turn).conversation.id, rating.turn
    )
    with pytest.raises(InputError) as caught:
        run("--feedback", rating.id)
    assert "--question" in caught.value.ru
    for unknown in ("0" * 32, ""):
        with pytest.raises(InputError):
            run("--feedback", unknown)


def test_nothing_is_added_on_a_dry_run_or_where_something_is_wrong(run, library, tmp_path, own):
    path = saved(tmp_path, citing(library, "st1/ch1", edition=NEW, as_of=DAY))
    done = run(path, "--dry-run", "--json")
    told = json.loads(done.output)
    assert told["row"] is None
    assert told["case"]["must_cite"][0][0]["hash"] == EVENING
    assert any("никем не проверен" in each for each in told["warnings"])
    for wrong in (
        ("--must-cite", "ru-fz-99-1999#st1"),
        ("--id", "с пробелом"),
        ("--must-cite", f"{WATER}#st1=0123456789abcdef"),
    ):
        with pytest.raises(InputError):
            run(path, *wrong)
    assert not own.exists()


def test_exactly_one_source_is_wanted(run, tmp_path):
    for arguments in ((), ("answer-1", "--question", "Когда?")):
        with pytest.raises(InputError) as caught:
            run(*arguments)
        assert "один источник" in caught.value.ru


def test_a_question_is_asked_and_its_answer_becomes_the_case(garden, monkeypatch, tmp_path):
    monkeypatch.setattr(assistant, "default_assistant", lambda: garden)
    question = "Допускается ли вечерний полив роз?"
    arguments = [
        "--question",
        question,
        "--as-of",
        DAY,
        "--must-cite",
        f"{WATER}#st1/ch1",
        "--expect",
        "answer",
    ]
    done = CliRunner().invoke(
        command, [*arguments, "--to", str(tmp_path / "a.csv"), "--lang", "en"], catch_exceptions=False
    )
    assert done.exit_code == 0
    (row,) = read_cases(tmp_path / "a.csv")
    assert (row.case.question, row.case.as_of) == (question, date.fromisoformat(DAY))
    assert row.case.must_cite == ((Target(act=WATER, provision="st1/ch1", hash=EVENING),),)
