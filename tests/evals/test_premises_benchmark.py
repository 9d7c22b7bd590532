from assistant.answer.compose import Span
from assistant.answer.premise import Correction
from evals.benchmarks.premises import Report, is_right, run, run_clarify
from evals.premise_cases import ClarifyCase, PremiseCase
from evals.retrieval_cases import Passage, place_of


def held(view):
    row = next(each for each in view.editions.values() if each.authority == "official" and each.lang == "ru")
    edition = view.edition(row.id)
    node = next(iter(edition.provisions.values()))
    return row, edition, node


def case(view, **fields):
    row, edition, node = held(view)
    place = place_of(view, row.act_id, row.edition, node.id, edition.text[node.start : node.start + 12])
    values = {
        "id": "p1", "lang": "ru", "question": "Почему надо поливать 9 раз в день?", "holds": False,
        "assumed": "9 раз", "right": "3 раза", "kind": "number", "place": place,
    }  # fmt: skip
    return PremiseCase.model_validate({**values, **fields})


def right(view, correction, **fields):
    row, _, node = held(view)
    place = Passage(row.act_id, row.edition, node.start, node.start + 12)
    return is_right(correction, case(view, **fields), place, view)


def test_a_figure_is_right_by_its_value(view):
    row, _, node = held(view)
    span = Span(row.id, node.id, node.start, node.start + 5)
    assert right(view, Correction("9 раз", "три раза", span))
    assert not right(view, Correction("9 раз", "четыре раза", span))
    assert not right(view, Correction("10 дней", "три раза", span))


def test_words_are_right_where_they_stand_at_the_place(view):
    row, _, node = held(view)
    words = {"kind": "negation", "assumed": "поливать", "right": None}
    near = Span(row.id, node.id, node.start + 3, node.start + 20)
    far = Span(row.id, node.id, node.start + 12, node.start + 20)
    assert right(view, Correction("поливать", "не поливать", near), **words)
    assert not right(view, Correction("поливать", "не поливать", far), **words)


def test_an_article_is_right_wherever_in_it(view):
    row, _, node = held(view)
    span = Span(row.id, f"{node.id}/x1", node.start + 12, node.start + 20)
    assert right(view, Correction("9 раз", "Статья", span), kind="article", right=None)


def test_false_and_true_premises_are_counted_apart_by_split_and_kind(garden):
    view = garden.view
    report = run(garden, [case(view), case(view, id="p2", holds=True)], [])
    counted = {name: share.n for shares in report.shares.values() for name, share in shares.items()}
    assert counted["caught"] == counted["caught: number"] == counted["false alarms: true premises"] == 1
    assert set(report.told) == {"p1", "p2"}
    assert all(" of 1" in line for line in report.lines())


def test_a_case_whose_place_is_not_held_is_left_out(garden):
    other = case(garden.view).place.model_copy(update={"act": "ru-fz-0-1900"})
    assert run(garden, [case(garden.view, place=other)], []) == Report()


def test_questions_asked_back_are_counted(view):
    clear = ClarifyCase(id="c1", lang="ru", question="Когда поливать розы?")
    vague = ClarifyCase(id="c2", lang="ru", question="Кто возглавляет комиссию по ИИ?", between=("А", "Б"))
    report = run_clarify(view, [clear, vague])
    shares = {name: share for each in report.shares.values() for name, share in each.items()}
    assert shares["asked where it is clear"].count == 0
    assert shares["asked where it is ambiguous"].ids == ["c2"]
    assert len(report.told["c2"]) > 1
