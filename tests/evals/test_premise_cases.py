import json

import pytest

from assistant.errors import InputError
from assistant.index.words import stems
from evals.premise_cases import ClarifyCase, PremiseCase, load_clarify, load_premises, passages
from evals.retrieval_cases import place_of


def entry(view, name="p1", **fields):
    row = next(each for each in view.editions.values() if each.authority == "official")
    edition = view.edition(row.id)
    node = next(iter(edition.provisions.values()))
    quote = edition.text[node.start : node.start + 12]
    place = place_of(view, row.act_id, row.edition, node.id, quote)
    return {
        "id": name, "lang": "ru", "question": "Почему поливать надо 9 раз?", "holds": False,
        "assumed": "9 раз", "right": "3 раза", "kind": "number", "place": place.model_dump(), **fields,
    }  # fmt: skip


@pytest.fixture
def write(tmp_path):
    def lines(*entries):
        path = tmp_path / "cases.jsonl"
        path.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in entries), encoding="utf-8")
        return path

    return lines


def test_cases_are_read_in_order(view, write):
    first, second = load_premises(write(entry(view, "b"), entry(view, "a", right=None)))
    assert (first.id, first.right, second.id, second.right) == ("b", "3 раза", "a", None)


def test_an_id_that_repeats_is_refused(view, write):
    with pytest.raises(InputError, match="p1 occurs twice"):
        load_premises(write(entry(view), entry(view)))


def test_a_line_that_is_no_case_is_named(write):
    good = {"id": "c1", "lang": "ru", "question": "Что говорит закон об ИИ?"}
    with pytest.raises(InputError, match="line 2"):
        load_clarify(write(good, {**good, "id": "c2", "quote": "слова акта"}))


def test_a_place_is_found_only_where_its_words_still_stand(view):
    case = PremiseCase.model_validate(entry(view))
    found = passages([case], view)[case.id]
    assert found.end - found.start == 12
    changed = case.place.model_copy(update={"sha256": "0" * 64})
    elsewhere = case.place.model_copy(update={"act": "ru-fz-0-1900"})
    for place in (changed, elsewhere):
        assert passages([case.model_copy(update={"place": place})], view) == {}


# ── those that ship ───────────────────────────────────────────────────────────────────────────────


def test_the_cases_that_ship_can_be_read_and_fall_on_both_sides():
    premises, clarify = load_premises(), load_clarify()
    assert (sum(not case.holds for case in premises), sum(case.holds for case in premises)) == (80, 40)
    assert (sum(bool(case.between) for case in clarify), len(clarify)) == (40, 80)
    for cases in (premises, clarify):
        assert {case.split for case in cases} == {"dev", "test"}


def test_what_is_assumed_is_said_in_the_question():
    for case in load_premises():
        said = set(stems(case.question, stopwords=True))
        assert set(stems(case.assumed, stopwords=True)) & said, case.id


def test_no_case_quotes_an_act_at_length():
    assert all(len((case.right or "").split()) <= 5 for case in load_premises())
    assert "quote" not in PremiseCase.model_fields
    assert "quote" not in ClarifyCase.model_fields
