"""What an owner may see: the shared library and their own files, nobody else's."""

import pytest

from assistant.library.schema import RelationRow
from assistant.library.view import LibraryView
from assistant.model import Authority
from assistant.records import uploads
from assistant.records.owner import LOCAL, Owner, own_id, own_prefix
from assistant.web.library.reach import reach_of
from tests.assistant.web.library.sample import WATER

ANNA, BORIS = Owner("user:anna", "anna"), Owner("user:boris", "boris")


def record(library, owner, act, edition="2025-01-01"):
    return uploads.record(
        library, owner, act=act, edition=edition, authority=Authority.USER, file_name="f.txt", path=f"/{act}",
        sha256=act, size=1,
    )  # fmt: skip


def test_ids_of_two_owners_never_meet_and_the_local_users_stay_plain():
    assert own_id(LOCAL, WATER) == WATER
    assert own_id(ANNA, WATER) != own_id(BORIS, WATER)
    assert own_id(ANNA, own_id(ANNA, WATER)) == own_id(ANNA, WATER)
    assert own_prefix(ANNA).startswith("own-")


def test_a_file_is_seen_by_its_owner_alone(library, put_user):
    mine, theirs = own_id(ANNA, "doc-a"), own_id(BORIS, "doc-b")
    for owner, act in ((ANNA, mine), (BORIS, theirs)):
        put_user(act)
        record(library, owner, act)
    view = LibraryView(library)
    for owner, own, other in ((ANNA, mine, theirs), (BORIS, theirs, mine)):
        reach = reach_of(view, owner)
        assert reach.known(own)
        assert [row.act_id for row in reach.editions(own)] == [own]
        assert {row.id for row in reach.editions(own)} == reach.mine
        assert not reach.known(other)
        assert reach.editions(other) == []
        assert reach.edition(view.of_act(other)[0].id) is None
        assert reach.known(WATER)
    assert not reach_of(view, LOCAL).known(mine)


def test_what_the_local_user_brought_before_others_could_sign_in_stays_the_local_users(library, put_user):
    put_user(WATER)
    record(library, LOCAL, WATER)
    view = LibraryView(library)
    assert Authority.USER in {row.authority for row in reach_of(view, LOCAL).editions(WATER)}
    assert {row.authority for row in reach_of(view, ANNA).editions(WATER)} == {Authority.OFFICIAL}


def test_what_a_hidden_text_says_of_a_shared_act_is_not_told(library, put_user):
    theirs = own_id(BORIS, "doc-b")
    put_user(theirs)
    with library.session() as session:
        key = LibraryView(library).of_act(theirs)[0].id
        session.add(RelationRow(source=theirs, kind="cites", target=WATER, origin="text", edition_id=key))
        session.commit()
    view = LibraryView(library)
    assert theirs in {row.source for row in reach_of(view, BORIS).relations(WATER)}
    assert theirs not in {row.source for row in reach_of(view, ANNA).relations(WATER)}


@pytest.mark.parametrize("owner", [LOCAL, ANNA])
def test_an_unknown_act_or_edition_is_not_there(view, owner):
    reach = reach_of(view, owner)
    assert not reach.known("ru-fz-99999-2020")
    assert reach.edition(99_999) is None
