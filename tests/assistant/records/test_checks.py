"""A checked mark holds as long as what the answer cites stands as it was checked."""

from datetime import date, timedelta

import pytest

from assistant.errors import InputError, NotHeldError
from assistant.library.drafts import ActDraft, RelationDraft
from assistant.library.view import LibraryView
from assistant.records import checks, conversations
from tests.assistant.records.sample import ANNA, LAW, answer, citing
from tests.builders import WATER_LAW, edition_draft, water_outline

CHANGED = WATER_LAW.replace("300 литров", "450 литров")


@pytest.fixture
def talk(library):
    return conversations.create(library, ANNA).id


@pytest.fixture
def marked(library, talk):
    """A mark on an answer that cites two provisions."""
    return mark(library, talk, citing(library, "st1/ch2/p2", "st2/ch1"))


def mark(library, talk, said, **turn):
    kept = conversations.append(library, ANNA, talk, "Сколько воды?", said, **turn)
    return checks.mark(library, ANNA, kept.id, "И. И. Садовод", "Сверено", view=LibraryView(library))


def changes(library, marked, day=None):
    state = checks.state(marked, LibraryView(library), day)
    assert (state.state == "fallen") == bool(state.changed)
    return [(each.ref.partition("#")[2], each.change) for each in state.changed]


def catalogued(**fields):
    return ActDraft(
        id=LAW, kind="federal_law", title_ru="О поливе роз", number="1-ФЗ", date="2020-01-01",
        in_catalogue=True, **{"status": "in_force", **fields},
    )  # fmt: skip


def test_a_mark_says_who_checked_what_and_when(library, marked):
    assert (marked.expert, marked.note, marked.checked_on) == ("И. И. Садовод", "Сверено", str(date.today()))
    assert [each.ref for each in marked.cited] == [f"{LAW}#st1/ch2/p2", f"{LAW}#st2/ch1"]
    assert checks.of_turn(library, ANNA, marked.turn) == [marked] == checks.listed(library, ANNA).items
    assert changes(library, marked) == []


def test_the_same_words_read_anew_leave_a_mark_alone(library, marked):
    library.put_edition(edition_draft())
    library.put_edition(edition_draft(text=WATER_LAW.replace("300 литров", "300\u00a0литров")))
    assert changes(library, marked) == []


def test_a_changed_neighbour_leaves_a_mark_alone(library, marked):
    library.put_edition(edition_draft(text=WATER_LAW.replace("поливать розы", "подрезать роз")))
    assert changes(library, marked) == []


def test_a_mark_falls_when_a_cited_text_changes_and_says_which(library, marked):
    library.put_edition(edition_draft(text=CHANGED))
    assert changes(library, marked) == [("st1/ch2/p2", "text_changed")]
    assert checks.listed(library, ANNA).items == [marked]


def test_a_mark_on_an_article_falls_with_what_stands_below_it(library, talk):
    marked = mark(library, talk, citing(library, "st1"))
    library.put_edition(edition_draft(text=CHANGED))
    assert changes(library, marked) == [("st1", "text_changed")]


def test_a_text_put_right_again_makes_the_mark_hold_again(library, marked):
    library.put_edition(edition_draft(text=CHANGED))
    library.put_edition(edition_draft())
    assert changes(library, marked) == []


def test_a_new_edition_is_told_apart_by_whether_it_changed_the_provision(library, marked):
    library.put_edition(edition_draft(edition="2024-03-01", text=CHANGED, path="b.txt"))
    assert changes(library, marked) == [("st1/ch2/p2", "text_changed"), ("st2/ch1", "edition_superseded")]


def test_a_provision_the_new_edition_has_no_longer_is_removed(library, marked):
    left = [node for node in water_outline() if node.id != "st2/ch1"]
    library.put_edition(edition_draft(edition="2024-03-01", provisions=left, path="b.txt"))
    assert changes(library, marked) == [
        ("st1/ch2/p2", "edition_superseded"),
        ("st2/ch1", "provision_removed"),
    ]


def test_a_mark_holds_until_the_day_the_next_edition_begins(library, marked):
    begins = date.today() + timedelta(days=40)
    library.put_edition(edition_draft(edition=begins.isoformat(), text=CHANGED, path="b.txt"))
    assert changes(library, marked) == []
    assert changes(library, marked, begins - timedelta(days=1)) == []
    assert changes(library, marked, begins)[0] == ("st1/ch2/p2", "text_changed")


def test_a_mark_on_the_law_of_an_earlier_day_outlives_later_editions(library, talk):
    by_hand = mark(library, talk, citing(library, "st1/ch2/p2"), as_of="2021-06-01")
    by_question = mark(library, talk, citing(library, "st1/ch2/p2", as_of="2021-06-01"))
    assert by_hand.as_of == by_question.as_of == "2021-06-01"
    library.put_edition(edition_draft(edition="2024-03-01", text=CHANGED, path="b.txt"))
    assert changes(library, by_hand) == changes(library, by_question) == []
    library.put_edition(edition_draft(text=CHANGED))
    assert changes(library, by_hand) == [("st1/ch2/p2", "text_changed")]


def test_an_answer_that_quotes_an_earlier_edition_as_such_can_be_marked(library, talk):
    library.put_edition(edition_draft(edition="2024-03-01", text=CHANGED, path="b.txt"))
    said = citing(library, "st1/ch2/p2")
    assert said.citations[0].currency == "superseded"
    assert changes(library, mark(library, talk, said)) == []


def test_a_mark_falls_with_the_repeal_of_the_act(library, marked):
    library.put_catalogue([catalogued(status="repealed", in_force_to="2021-01-01")], [], "repealed")
    assert changes(library, marked) == [("st1/ch2/p2", "repealed"), ("st2/ch1", "repealed")]


def test_a_mark_falls_when_an_amendment_becomes_known_whose_text_is_not_held(library, marked):
    amended = RelationDraft("ru-fz-9-2022", "amends", LAW, "2022-01-01")
    library.put_catalogue([catalogued(amendments_checked="2026-05")], [amended], "amended")
    assert changes(library, marked) == [("st1/ch2/p2", "amended"), ("st2/ch1", "amended")]


def test_more_known_of_an_act_leaves_a_mark_alone(library, marked):
    checked = (date.today() - timedelta(days=1)).isoformat()
    library.put_catalogue([catalogued(amendments_checked=checked)], [], "checked")
    assert changes(library, marked) == []


def test_a_mark_falls_when_the_act_or_its_edition_leaves_the_library(library, marked):
    (first,) = library.editions(LAW)
    library.put_edition(edition_draft(edition="2019-01-01", path="old.txt"))
    library.remove_edition(first.id)
    assert {change for _, change in changes(library, marked)} == {"edition_removed"}
    library.remove_edition(library.editions(LAW)[0].id)
    assert {change for _, change in changes(library, marked)} == {"act_removed"}
    assert checks.listed(library, ANNA).items == [marked]


def test_an_outdated_answer_is_not_marked(library, talk):
    said = citing(library, "st1/ch2/p2")
    library.put_edition(edition_draft(text=CHANGED))
    with pytest.raises(InputError, match="Ask the question again"):
        mark(library, talk, said)
    library.put_edition(edition_draft())
    library.put_edition(edition_draft(edition="2024-03-01", path="b.txt"))
    with pytest.raises(InputError, match="Ask the question again"):
        mark(library, talk, said)
    assert checks.listed(library, ANNA).items == []


@pytest.mark.parametrize("said", [None, answer(status="abstained")])
def test_an_answer_that_cites_nothing_is_not_marked(library, talk, said):
    with pytest.raises(InputError):
        mark(library, talk, said)


@pytest.mark.parametrize(
    "told",
    [
        ("",),
        ("\0 ",),
        ("э" * 201,),
        ("Эксперт", "п" * 2001),
        ("Эксперт", "", "вчера"),
        ("Эксперт", "", "2999-01-01"),
    ],
)
def test_a_mark_needs_a_name_a_short_note_and_a_day_that_has_come(library, marked, told):
    with pytest.raises(InputError):
        checks.mark(library, ANNA, marked.turn, *told, view=LibraryView(library))


def test_a_mark_is_taken_away_by_its_owner_alone(library, marked):
    checks.unmark(library, ANNA, marked.id)
    assert checks.of_turn(library, ANNA, marked.turn) == []
    with pytest.raises(NotHeldError):
        checks.unmark(library, ANNA, marked.id)
