"""Nothing is reached without the owner's check: every public function is called for somebody else's records.

A new function fails here until it says how it is called and what a stranger gets.
"""

import importlib
import inspect
import pkgutil
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import assistant.records
from assistant.errors import NotHeldError
from assistant.library import Library
from assistant.library.view import LibraryView
from assistant.model import Authority
from assistant.records import checks, conversations, exports, feedback, uploads
from assistant.records.owner import Owner
from assistant.records.schema import TABLES
from tests.assistant.records.sample import ANNA, LAW, answer, citing

INTERNAL = {"reach", "schema", "model", "wording", "owner"}  # no front door calls these
# Whoever has the token (test_sharing); whether a path is that of an upload which the owner was given already.
NO_OWNER = {"conversations.shared", "uploads.names_of"}


@dataclass(frozen=True)
class Ids:
    """One record of each kind."""

    library: Library
    folder: Path
    talk: str
    turn: str
    deleted_talk: str
    mark: str
    upload: str
    deleted_upload: str


def _brought(library, owner, name):
    return uploads.record(
        library, owner, act=LAW, edition="2020-01-01", authority=Authority.USER, file_name=name, path=name,
        sha256=name * 64, size=1,
    )  # fmt: skip


def _unwanted(*_given):
    pytest.fail("a stranger's call reached the library")


# What a stranger is refused, in words that tell nothing.
REFUSED = {
    "conversations.get": lambda who, ids: conversations.get(ids.library, who, ids.talk),
    "conversations.of_turn": lambda who, ids: conversations.of_turn(ids.library, who, ids.turn),
    "conversations.rename": lambda who, ids: conversations.rename(ids.library, who, ids.talk, "Моё"),
    "conversations.delete": lambda who, ids: conversations.delete(ids.library, who, ids.talk),
    "conversations.restore": lambda who, ids: conversations.restore(ids.library, who, ids.deleted_talk),
    "conversations.append": lambda who, ids: conversations.append(ids.library, who, ids.talk, "Я?", answer()),
    "conversations.truncate": lambda who, ids: conversations.truncate(ids.library, who, ids.talk, ids.turn),
    "conversations.history": lambda who, ids: conversations.history(ids.library, who, ids.talk),
    "conversations.share": lambda who, ids: conversations.share(ids.library, who, ids.talk, allowed=True),
    "conversations.unshare": lambda who, ids: conversations.unshare(ids.library, who, ids.talk),
    "feedback.rate": lambda who, ids: feedback.rate(ids.library, who, ids.turn, "down", "wrong"),
    "feedback.get": lambda who, ids: feedback.get(ids.library, who, ids.turn),
    "feedback.withdraw": lambda who, ids: feedback.withdraw(ids.library, who, ids.turn),
    "feedback.as_case": lambda who, ids: feedback.as_case(ids.library, who, ids.turn),
    "checks.mark": lambda who, ids: checks.mark(
        ids.library, who, ids.turn, "Я", view=LibraryView(ids.library)
    ),
    "checks.of_turn": lambda who, ids: checks.of_turn(ids.library, who, ids.turn),
    "checks.unmark": lambda who, ids: checks.unmark(ids.library, who, ids.mark),
    "uploads.get": lambda who, ids: uploads.get(ids.library, who, ids.upload),
    "uploads.remove": lambda who, ids: uploads.remove(
        ids.library, who, ids.upload, _unwanted, files=ids.folder, kept=ids.folder
    ),
    "uploads.restore": lambda who, ids: uploads.restore(
        ids.library, who, ids.deleted_upload, _unwanted, kept=ids.folder
    ),
    "exports.record": lambda who, ids: exports.record(ids.library, who, ids.talk, "md"),
}
# Where a stranger gets their own, which is nothing.
EMPTY = {
    "conversations.listed": lambda who, ids: [
        item
        for asked in ({}, {"deleted": True}, {"search": "розы"})
        for item in conversations.listed(ids.library, who, **asked).items
    ],
    "conversations.purge": lambda who, ids: conversations.purge(ids.library, who, timedelta(0)),
    "feedback.listed": lambda who, ids: feedback.listed(ids.library, who).items,
    "checks.listed": lambda who, ids: checks.listed(ids.library, who).items,
    "uploads.listed": lambda who, ids: uploads.listed(ids.library, who, removed=True).items,
    "uploads.brought_by": lambda who, ids: [
        path
        for path in [uploads.get(ids.library, ANNA, ids.upload).path]
        if uploads.brought_by(ids.library, who)(path)
    ],
    "uploads.purge": lambda who, ids: uploads.purge(ids.library, who, kept=ids.folder, everything=True),
    "exports.listed": lambda who, ids: exports.listed(ids.library, who).items,
}
# What begins something of the caller's own.
OWN = {
    "conversations.create": lambda who, ids: conversations.create(ids.library, who, kept=1),
    "uploads.record": lambda who, ids: _brought(ids.library, who, "a"),
}
# Other ways in: an id of a stranger's beside one's own.
BESIDE = {
    "conversations.truncate": lambda who, ids, own: conversations.truncate(ids.library, who, own, ids.turn),
    "conversations.history": lambda who, ids, own: conversations.history(
        ids.library, who, own, before=ids.turn
    ),
    "exports.record": lambda who, ids, own: exports.record(ids.library, who, own, "md", turn=ids.turn),
    "exports.listed": lambda who, ids, own: exports.listed(ids.library, who, conversation=ids.talk),
}


def public_functions():
    """``module.function`` of everything in the package that takes a library."""
    found = {}
    for module in pkgutil.iter_modules(assistant.records.__path__):
        if module.name in INTERNAL:
            continue
        loaded = importlib.import_module(f"assistant.records.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            parameters = list(inspect.signature(function).parameters)
            if (
                function.__module__ == loaded.__name__
                and not name.startswith("_")
                and parameters[0] == "library"
            ):
                found[f"{module.name}.{name}"] = parameters
    return found


def stored(library, owner):
    """All that is stored of an owner's, told by the rows that name them and the turns of their conversations."""
    with library.session() as session:
        rows = {
            table.name: session.execute(select(table).order_by("id")).mappings().all() for table in TABLES
        }
    mine = {row["id"] for row in rows["conversations"] if row["owner"] == owner.id}
    return {
        name: [
            dict(row) for row in each if row.get("owner") == owner.id or row.get("conversation_id") in mine
        ]
        for name, each in rows.items()
    }


@pytest.fixture
def annas(library, tmp_path):
    talk = conversations.create(library, ANNA).id
    turn = conversations.append(library, ANNA, talk, "Когда поливать розы?", citing(library, "st1/ch1")).id
    feedback.rate(library, ANNA, turn, "up", "exact")
    mark = checks.mark(library, ANNA, turn, "Эксперт", view=LibraryView(library)).id
    exports.record(library, ANNA, talk, "docx", turn=turn)
    deleted = conversations.create(library, ANNA, title="Розы").id
    conversations.delete(library, ANNA, deleted)
    upload, gone = _brought(library, ANNA, "a").id, _brought(library, ANNA, "b")
    original = tmp_path / "files" / gone.sha256[:2] / gone.sha256
    original.parent.mkdir(parents=True)
    original.write_text("text")
    kept = tmp_path / "kept"
    uploads.remove(library, ANNA, gone.id, lambda _: None, files=tmp_path / "files", kept=kept)
    return Ids(library, kept, talk, turn, deleted, mark, upload, gone.id)


def nobodys(ids):
    """Ids of the same form that nobody has."""
    made = [uuid.uuid4().hex for _ in range(6)]
    return Ids(ids.library, ids.folder, *made)


def test_every_public_function_asks_for_the_owner_and_is_called_below():
    found = public_functions()
    assert set(found) == {*REFUSED, *EMPTY, *OWN, *NO_OWNER}
    assert all(parameters[1] == "owner" for name, parameters in found.items() if name not in NO_OWNER)


def strangers(names):
    """Each function with a caller of its own: what one begins is not taken for what another one reached."""
    return [(name, Owner(f"boris-{name}", "Борис")) for name in names]


# These calls change nothing of Anna's, which each proves: they share her records.


def test_a_stranger_is_refused_as_if_nothing_were_there(annas):
    before = stored(annas.library, ANNA)
    for name, stranger in strangers(REFUSED):
        told = set()
        for ids in (annas, nobodys(annas), Ids(annas.library, annas.folder, *["\0'; --"] * 6)):
            with pytest.raises(NotHeldError) as refused:
                REFUSED[name](stranger, ids)
            told.add((refused.value.en, refused.value.ru))
        assert len(told) == 1, name
        assert stored(annas.library, ANNA) == before, name
        assert not any(stored(annas.library, stranger).values()), name


def test_a_strangers_id_beside_ones_own_is_refused_too(annas):
    before = stored(annas.library, ANNA)
    for name, stranger in strangers(BESIDE):
        own = conversations.create(annas.library, stranger).id
        with pytest.raises(NotHeldError):
            BESIDE[name](stranger, annas, own)
        assert stored(annas.library, ANNA) == before, name


def test_a_stranger_finds_and_changes_nothing(annas):
    before = stored(annas.library, ANNA)
    for name, stranger in strangers(EMPTY):
        assert EMPTY[name](stranger, annas) in ([], 0), name
        assert stored(annas.library, ANNA) == before, name
        assert [path.read_text() for path in annas.folder.rglob("original*")] == ["text"], name


def test_what_a_stranger_begins_is_theirs_alone(annas):
    before = stored(annas.library, ANNA)
    for name, stranger in strangers(OWN):
        OWN[name](stranger, annas)
        assert stored(annas.library, ANNA) == before, name
        assert any(stored(annas.library, stranger).values()), name


@pytest.mark.parametrize("name", [name for name in (*REFUSED, *EMPTY) if not name.startswith("uploads.re")])
def test_the_owner_gets_what_a_stranger_is_refused(annas, name):
    result = {**REFUSED, **EMPTY}[name](ANNA, annas)
    assert name not in EMPTY or result
