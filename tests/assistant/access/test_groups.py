"""Groups: who belongs to them, from when until when, and that a name used again is another group."""

from __future__ import annotations

import asyncio

import pytest

from assistant.access import groups, tokens, users
from assistant.access.notices import listen
from assistant.access.roles import Role, Scope
from assistant.errors import InputError, NotHeldError, SignInError
from assistant.library import Library
from assistant.records.owner import Owner, prefix_of, seen_prefixes
from assistant.settings import Settings
from assistant.web.door.callers import MOST_GROUPS, caller_of
from assistant.web.door.gate import Gate, _Request
from assistant.web.door.peer import Peer
from assistant.web.door.rules import rule_of


@pytest.fixture
def library(tmp_path):
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    for name in ("anna", "boris"):
        users.add(opened, name, Role.READER, None)
    yield opened
    opened.close()


def of(library, name):
    return [group.name for group in groups.of(library, users.named(library, name))]


def test_a_user_belongs_to_a_group_from_joining_until_leaving(library):
    groups.add(library, "Юристы")
    groups.add(library, "Налоги")
    assert of(library, "anna") == []
    groups.join(library, "юристы", "anna")
    groups.join(library, "Юристы", "anna")
    groups.join(library, "Налоги", "anna")
    groups.join(library, "Юристы", "boris")
    assert of(library, "anna") == ["Налоги", "Юристы"]
    assert [(each.group.name, each.members) for each in groups.listed(library)] == [
        ("Налоги", ("anna",)), ("Юристы", ("anna", "boris"))
    ]  # fmt: skip
    groups.leave(library, "Юристы", "anna")
    assert (of(library, "anna"), of(library, "boris")) == (["Налоги"], ["Юристы"])


def test_a_later_group_or_user_of_the_same_name_is_another(library):
    first = groups.add(library, "Юристы")
    groups.join(library, "Юристы", "anna")
    groups.remove(library, "Юристы")
    assert of(library, "anna") == []
    second = groups.add(library, "Юристы")
    assert prefix_of(second.id) != prefix_of(first.id)
    groups.join(library, "Юристы", "anna")
    users.remove(library, "anna")
    users.add(library, "anna", Role.READER, None)
    assert of(library, "anna") == []
    assert groups.listed(library)[0].members == ()


def test_what_there_is_not_is_refused(library):
    groups.add(library, "Юристы")
    for refused in (
        lambda: groups.join(library, "Никто", "anna"),
        lambda: groups.join(library, "Юристы", "nobody"),
        lambda: groups.leave(library, "Юристы", "anna"),
        lambda: groups.remove(library, "Никто"),
    ):
        with pytest.raises(NotHeldError):
            refused()
    for name in ("юристы", "", "x" * 101):
        with pytest.raises(InputError):
            groups.add(library, name)


def test_every_change_is_told(library):
    heard = []
    end = listen(heard.append)
    try:
        groups.add(library, "Юристы")
        groups.join(library, "Юристы", "anna")
        groups.leave(library, "Юристы", "anna")
        groups.remove(library, "Юристы")
    finally:
        end()
    assert [each.what for each in heard] == ["group_added", "group_joined", "group_left", "group_removed"]


def test_a_stream_ends_when_its_reader_leaves_the_group(library, tmp_path):
    groups.add(library, "Юристы")
    groups.join(library, "Юристы", "anna")
    secret = tokens.create(library, users.named(library, "anna"), "t", [Scope.ASK], 1)[1]
    settings = Settings(home=tmp_path, sign_in="accounts")
    gate, peer = Gate(None, settings, library), Peer("10.0.0.1", False, False, "app")
    headers = [(b"authorization", f"Bearer {secret}".encode())]
    scope = {"type": "http", "headers": headers, "method": "GET", "path": "/"}
    asked = _Request(scope, peer, rule_of("GET", "/"), caller_of(scope, peer, settings, library))
    assert asked.caller.owner.group("Юристы")
    assert asyncio.run(gate._still(asked))
    groups.leave(library, "Юристы", "anna")
    assert not asyncio.run(gate._still(asked))


# ── named by a proxy ──────────────────────────────────────────────────────────────────────────────

PROXIED = {"owner_header": "X-User", "groups_header": "X-Groups", "sign_in": "proxy"}


def asked(library, tmp_path, *groups, trusted=True, **chosen):
    settings = Settings(home=tmp_path, **{**PROXIED, **chosen})
    headers = [(b"x-user", b"anna"), *((b"x-groups", each.encode()) for each in groups)]
    scope = {"type": "http", "headers": headers, "method": "GET", "path": "/"}
    return caller_of(scope, Peer("10.0.0.1", trusted, False, "app"), settings, library).owner


def test_a_trusted_proxy_names_groups_and_nobody_else_does(library, tmp_path):
    owner = asked(library, tmp_path, "Юристы, Tax ,,IT")
    assert [group.name for group in owner.groups] == ["IT", "Tax", "Юристы"]
    assert asked(library, tmp_path).groups == ()
    assert asked(library, tmp_path, "Юристы", groups_header=None).groups == ()
    with pytest.raises(SignInError):
        asked(library, tmp_path, "Юристы", trusted=False)
    with pytest.raises(SignInError, match="2 headers"):  # one of them may be the browser's
        asked(library, tmp_path, "Юристы", "IT")


def test_a_group_of_the_proxy_is_none_of_the_librarys(library, tmp_path):
    held = groups.add(library, "Юристы")
    (named,) = asked(library, tmp_path, "Юристы").groups
    assert prefix_of(named.id) != prefix_of(held.id)
    (forged,) = asked(library, tmp_path, held.id).groups
    assert prefix_of(forged.id) != prefix_of(held.id)


@pytest.mark.parametrize("said", [",".join(f"g{n}" for n in range(MOST_GROUPS + 1)), "x" * 300, "a\x07b"])
def test_what_cannot_be_groups_is_refused(library, tmp_path, said):
    with pytest.raises(SignInError):
        asked(library, tmp_path, said)


def test_nobody_is_seen_by_who_belongs_to_nothing():
    assert seen_prefixes(Owner("user:a", "a")) == (prefix_of("user:a"),)
