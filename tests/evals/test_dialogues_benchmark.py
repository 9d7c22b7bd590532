from assistant.conversation import Rewritten
from evals.benchmarks.dialogues import Share, judge, run
from evals.dialogue_cases import Dialogue


def dialogue(*turns, name="d1"):
    return Dialogue.model_validate(
        {"id": name, "lang": "ru", "turns": [{"q": "Какой штраф за полив по закону 1-ФЗ?"}, *turns]}
    )


SCHOOLS = {
    "q": "а для школ?", "full": "Какой штраф для школ за полив по закону 1-ФЗ?", "kind": "ellipsis",
    "topic": ["школам", "штрафы"],
}  # fmt: skip


def told(text):
    """A rewriting that always gives this text."""
    return lambda question, history, view: Rewritten(text, text != question)


def faults(view, text, **fields):
    return judge(dialogue({**SCHOOLS, **fields}), view, told(text))[0].faults


def test_a_follow_up_with_its_topic_in_any_form_is_right(view):
    assert faults(view, "Какие штрафы за полив — для школы?") == ()


def test_each_thing_that_is_wrong_is_said(view):
    assert faults(view, "Какой штраф?") == ("lacks 'школам'",)
    assert faults(view, "Штраф для школ за полив?", **{"not": ["полив"]}) == ("keeps 'полив'",)
    wrong = faults(view, "Штраф для школ на 1 мая 2023?", as_of="2024-05-01")
    assert wrong == ("is asked as of 2023-05-01, not 2024-05-01",)
    assert faults(view, "Штраф для школ на 1 мая 2023?") == ("is asked as of 2023-05-01, not None",)


def test_an_act_must_be_named_where_the_full_question_names_it(view):
    act = next(iter(view.acts))
    full = {"full": f"Штраф для школ по {act}?", "acts": [act]}
    assert faults(view, "Штраф для школ?", **full) == (f"does not name {act}",)
    assert faults(view, f"Штраф для школ по {act}?", **full) == ()
    assert faults(view, "Штраф для школ?", full="Штраф для школ?", acts=[act]) == ()


def test_a_whole_question_must_be_left_as_it_is(view):
    whole = {"q": "Кто надзирает за садами?", "full": "Кто надзирает за садами?", "kind": "complete"}
    changed = judge(dialogue(whole), view, told("Кто надзирает за садами? "))
    assert changed[0].faults == ("a whole question was changed",)
    assert judge(dialogue(whole), view)[0].faults == ()


def test_a_letter_of_a_list_is_looked_for_in_its_quotation_marks(view):
    assert faults(view, "а для школ штраф", **{"not": ["«а»"]}) == ()
    assert faults(view, "подпункт «а» для школ штраф", **{"not": ["«а»"]}) == ("keeps '«а»'",)


def test_later_turns_are_judged_after_what_was_made_of_the_earlier(view):
    seen = []

    def rewriting(question, history, view):
        seen.append([turn.rewritten for turn in history])
        return Rewritten(f"{question}!", True)

    judge(dialogue(SCHOOLS, SCHOOLS), view, rewriting)
    first = "Какой штраф за полив по закону 1-ФЗ?!"
    assert seen == [[], [first], [first, "а для школ?!"]]


def test_shares_are_given_by_split_and_kind(view):
    cases = [dialogue(SCHOOLS, {**SCHOOLS, "kind": "date"}, name=f"d{number}") for number in range(8)]
    report = run(view, cases, told("Штраф для школ?"))
    totals = [report.shares[split]["all"] for split in ("dev", "test")]
    assert sum(share.n for share in totals) == 16
    assert all(share.value == 1 for share in totals)
    assert report.shares["dev"].keys() == {"all", "date", "ellipsis"}
    assert len(report.judged["dev"]) == report.shares["dev"]["all"].n


def test_a_share_of_nothing_is_nothing():
    assert Share(0, 0).value == 0
