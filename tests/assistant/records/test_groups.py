"""What is brought for a group is its members': seen, deleted by few, and gone from sight with the membership."""

from __future__ import annotations

import pytest

from assistant.access.roles import ROLES, Role
from assistant.errors import InputError, NotHeldError
from assistant.library import Library
from assistant.library.view import LibraryView
from assistant.model import Authority
from assistant.records import checks, conversations, feedback, uploads
from assistant.records.owner import Group, Owner, own_id, seen_prefixes
from tests.assistant.web.standin import answer, citation
from tests.builders import WATER_LAW, edition_draft

LEGAL, OTHER = Group("group:1", "legal"), Group("group:2", "legal")  # the second one of the name
READER, EDITOR = ROLES[Role.READER], ROLES[Role.EDITOR]
ANNA = Owner("user:anna", "anna", READER, (LEGAL,))
BORIS = Owner("user:boris", "boris", READER, (LEGAL,))
EDIK = Owner("user:edik", "edik", EDITOR, (LEGAL,))
LEFT = Owner("user:boris", "boris", READER)
LEFT_ANNA = Owner("user:anna", "anna", READER)
VERA = Owner("user:vera", "vera", READER, (OTHER,))
ADAM = Owner("user:adam", "adam", ROLES[Role.ADMIN])
OUTSIDE = (LEFT, LEFT_ANNA, VERA, ADAM)
ACT = own_id(ANNA, "doc-memo", LEGAL)
SECRET = "Розы поливают тайно."


@pytest.fixture
def library(tmp_path):
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    opened.put_edition(edition_draft(ACT, text=WATER_LAW, authority=Authority.USER, path="memo.txt"))
    yield opened
    opened.close()


@pytest.fixture
def held(library):
    return uploads.record(
        library, ANNA, act=ACT, edition="2020-01-01", authority=Authority.USER, file_name="memo.txt",
        path="memo.txt", sha256="0" * 64, size=1, group=LEGAL,
    )  # fmt: skip


def test_the_groups_members_see_its_texts_and_nobody_else(library):
    for owner in (ANNA, BORIS, EDIK):
        assert ACT in LibraryView(library, seen_prefixes(owner)).acts
    for owner in OUTSIDE:
        view = LibraryView(library, seen_prefixes(owner))
        assert ACT not in view.acts
        assert not view.editions
    assert not LibraryView(library, ()).editions, "nor where nobody's own texts are seen"


def test_members_list_its_files_and_say_whose_they_are(library, held):
    assert (held.group, held.may_delete) == ("legal", True)
    for owner, may_delete in ((ANNA, True), (BORIS, False), (EDIK, True)):
        (seen,) = uploads.listed(library, owner).items
        assert (seen.id, seen.group, seen.may_delete) == (held.id, "legal", may_delete)
        assert uploads.get(library, owner, held.id).id == held.id
    for owner in OUTSIDE:
        assert not uploads.listed(library, owner).items
        with pytest.raises(NotHeldError):
            uploads.get(library, owner, held.id)


def removed(library, owner, held, tmp_path):
    return uploads.remove(
        library, owner, held.id, lambda _upload: None, files=tmp_path / "files", kept=tmp_path / "deleted"
    )


def test_only_who_brought_it_or_a_member_who_edits_deletes_it(library, held, tmp_path):
    for owner in (BORIS, *OUTSIDE):
        with pytest.raises(NotHeldError):
            removed(library, owner, held, tmp_path)
    assert uploads.get(library, ANNA, held.id).state == "held"
    assert removed(library, EDIK, held, tmp_path).state == "removed"


def test_the_same_file_of_two_members_is_one(library, held):
    again = uploads.record(
        library, BORIS, act=ACT, edition="2020-01-01", authority=Authority.USER, file_name="again.txt",
        path="memo.txt", sha256="0" * 64, size=1, group=LEGAL,
    )  # fmt: skip
    assert again.id == held.id


# ── what was answered from it ─────────────────────────────────────────────────────────────────────


def kept(library, owner, act=ACT):
    """A turn of an owner's whose answer cites an act."""
    cited = citation(1, SECRET, act=act, ref=f"{act}#st1", authority=Authority.USER)
    begun = conversations.create(library, owner).id
    made = answer("Когда?", answer=SECRET, claims=[], citations=[cited])
    turn = conversations.append(library, owner, begun, "Когда?", made)
    assert SECRET in turn.model_dump_json()
    return begun, turn.id


def test_who_has_left_reads_nothing_of_it_in_their_own_history(library):
    begun, turn = kept(library, BORIS)
    assert SECRET in conversations.get(library, BORIS, begun).model_dump_json()
    assert SECRET in conversations.history(library, BORIS, begun)[0].answer
    seen = conversations.get(library, LEFT, begun).model_dump_json()
    assert SECRET not in seen
    assert ACT not in seen
    (said,) = conversations.history(library, LEFT, begun)
    assert SECRET not in said.answer
    assert not said.refs
    assert conversations.of_turn(library, LEFT, turn).turns[0].answer.status == "abstained"
    with pytest.raises(InputError) as refused:
        checks.mark(library, LEFT, turn, "expert", view=LibraryView(library, seen_prefixes(LEFT)))
    assert ACT not in refused.value.en
    feedback.rate(library, LEFT, turn, "down")
    assert not feedback.as_case(library, LEFT, turn).refs
    assert SECRET in conversations.get(library, BORIS, begun).model_dump_json(), "back in the group"


def test_who_has_left_does_not_find_a_conversation_by_what_it_says_of_it(library):
    begun, _ = kept(library, BORIS)
    shared, _ = kept(library, BORIS, "ru-fz-1-2020")
    own, _ = kept(library, BORIS, own_id(BORIS, "doc-note"))
    conversations.append(library, BORIS, shared, "Ещё?", None)

    def found(owner, words="тайно"):
        return {each.id for each in conversations.listed(library, owner, search=words).items}

    assert found(BORIS) == {begun, shared, own}
    assert found(LEFT) == {shared, own}
    assert found(LEFT, "когда") == {begun, shared, own}, "the title is the reader's own"
    assert found(LEFT, "ещё") == {shared}


def test_a_shared_conversation_shows_it_to_members_alone(library):
    begun, _ = kept(library, ANNA)
    token = conversations.share(library, ANNA, begun, allowed=True)

    def seen(viewer):
        return conversations.shared(library, token, allowed=True, viewer=viewer).model_dump_json()

    assert SECRET in seen(BORIS)
    for viewer in (*OUTSIDE, None):
        assert SECRET not in seen(viewer)
        assert ACT not in seen(viewer)


def test_what_an_owner_shares_of_their_own_texts_goes_on_being_shown(library):
    begun, _ = kept(library, ANNA, own_id(ANNA, "doc-note"))
    token = conversations.share(library, ANNA, begun, allowed=True)
    assert SECRET in conversations.shared(library, token, allowed=True, viewer=VERA).model_dump_json()


def test_an_answer_of_shared_texts_is_withheld_from_nobody(library):
    begun, _ = kept(library, ANNA, "ru-fz-1-2020")
    assert SECRET in conversations.get(library, LEFT_ANNA, begun).model_dump_json()


def test_an_open_page_tells_nothing_more_once_its_reader_has_left(library):
    from assistant.web.ask.turn import Talk, Turn

    begun, _ = kept(library, BORIS)
    (turn,) = conversations.get(library, BORIS, begun).turns
    talk = Talk(begun, "", [Turn("Когда?", "answered", turn.answer, follow_ups=[SECRET])])
    talk.withhold(BORIS)
    assert talk.turns[0].answer.answer == SECRET
    talk.withhold(LEFT)
    assert SECRET not in str(talk)
