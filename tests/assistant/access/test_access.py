"""Users, their sessions and tokens in a real database: what each may do, and when it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import argon2
import pytest
from sqlalchemy import text

from assistant.access import notices, passwords, sessions, tokens, users, uses
from assistant.access.roles import EVERYTHING, ROLES, Ability, Role, Scope, of_token
from assistant.access.uses import Use
from assistant.errors import InputError, NotHeldError
from assistant.library import Library

PASSWORD = "верный конь батарея"
LASTING = sessions.Lasting(3600, 43200)


@pytest.fixture(scope="module")
def cheap():
    """A hash made once: argon2 is slow on purpose."""
    return passwords.hash_of(PASSWORD)


@pytest.fixture
def library(tmp_path, monkeypatch, cheap):
    monkeypatch.setattr(passwords, "hash_of", lambda password: cheap)
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    yield opened
    opened.close()


def later(**span) -> datetime:
    return datetime.now(UTC) + timedelta(**span)


def everything_stored(library) -> str:
    with library.engine.connect() as connection:
        return "\n".join(
            str(row)
            for table in ("users", "sessions", "tokens")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        )


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.READER, {"ask", "own_files"}),
        (Role.EDITOR, {"ask", "own_files", "library"}),
        (Role.EVALUATOR, {"ask", "own_files", "evaluate"}),
        (Role.ADMIN, {"ask", "own_files", "library", "evaluate", "manage"}),
    ],
)
def test_the_table_of_roles_is_the_documented_one(role, may):
    assert ROLES[role] == may


def test_a_token_never_allows_more_than_its_users_role():
    for role in Role:
        assert of_token(role, list(Scope)) <= ROLES[role]
    assert of_token(Role.READER, [Scope.LIBRARY, Scope.ADMIN]) == {Ability.OWN_FILES}
    assert of_token(Role.ADMIN, list(Scope)) == EVERYTHING


def test_passwords_session_ids_and_tokens_are_not_stored_as_they_are(library):
    anna = users.add(library, "anna", Role.ADMIN, PASSWORD)
    session = sessions.begin(library, anna, LASTING)
    _, token = tokens.create(library, anna, "ci", [Scope.ASK], 1)
    stored = everything_stored(library)
    assert "$argon2id$" in stored
    for secret in (PASSWORD, session, token, token.removeprefix(tokens.PREFIX)):
        assert secret not in stored


def test_a_hash_knows_its_password_alone(cheap):
    assert passwords.is_the_one(PASSWORD, cheap)
    assert not passwords.is_the_one(PASSWORD + " ", cheap)
    assert not passwords.is_the_one("the password of nobody", None)
    assert not passwords.is_the_one(PASSWORD, "no hash at all")


@pytest.mark.parametrize("password", ["", "short", "x" * 201, "with\0nul in it"])
def test_a_password_that_is_none_is_refused(password):
    with pytest.raises(InputError, match="10 to 200"):
        passwords.hash_of(password)


@pytest.mark.parametrize("name", ["", "a b", "a/b", "<b>", "x" * 101, "a\nb"])
def test_a_name_that_is_none_is_refused(library, name):
    with pytest.raises(InputError):
        users.add(library, name, Role.READER, None)


def test_names_that_differ_by_case_alone_are_one(library):
    users.add(library, "Пётр", Role.READER, None)
    with pytest.raises(InputError, match="already"):
        users.add(library, "петр", Role.READER, None)
    assert users.named(library, "ПЁТР").name == "Пётр"


def test_a_later_user_of_a_removed_ones_name_is_another_owner(library):
    first = users.add(library, "anna", Role.READER, None)
    users.remove(library, "anna")
    assert users.add(library, "anna", Role.READER, None).owner_id != first.owner_id


@pytest.mark.parametrize(
    "change",
    [
        lambda library: users.set_password(library, "anna", PASSWORD),
        lambda library: users.set_role(library, "anna", Role.READER),
        lambda library: users.set_disabled(library, "anna", disabled=True),
        lambda library: users.remove(library, "anna"),
    ],
    ids=["password", "role", "disabled", "removed"],
)
def test_a_change_of_the_user_ends_their_sessions_and_nobody_elses(library, change):
    anna, boris = (users.add(library, name, Role.ADMIN, PASSWORD) for name in ("anna", "boris"))
    own, other = (sessions.begin(library, each, LASTING) for each in (anna, boris))
    assert sessions.found(library, own, LASTING)
    change(library)
    assert sessions.found(library, own, LASTING) is None
    assert sessions.found(library, other, LASTING)[0].name == "boris"


def test_a_session_ends_when_unused_and_when_too_old(library):
    anna = users.add(library, "anna", Role.READER, PASSWORD)
    secret = sessions.begin(library, anna, LASTING)
    assert sessions.found(library, secret, LASTING, at=later(seconds=3590))
    assert sessions.found(library, secret, LASTING, at=later(seconds=3610)) is None
    assert sessions.found(library, secret, sessions.Lasting(1e6, 43200), at=later(seconds=43190))
    assert sessions.found(library, secret, sessions.Lasting(1e6, 43200), at=later(seconds=43210)) is None


def test_using_a_session_keeps_it_and_ending_it_ends_it(library):
    anna = users.add(library, "anna", Role.READER, PASSWORD)
    secret = sessions.begin(library, anna, LASTING)
    before = sessions.found(library, secret, LASTING)[1]
    uses.store(library, {Use("session", secret): datetime.now(UTC)})
    assert sessions.found(library, secret, LASTING)[1] > before
    sessions.end(library, secret)
    assert sessions.found(library, secret, LASTING) is None


def test_many_uses_are_stored_at_once_and_what_has_ended_is_left_out(library):
    anna = users.add(library, "anna", Role.READER, PASSWORD)
    secrets = [sessions.begin(library, anna, LASTING) for _ in range(3)]
    made = [tokens.create(library, anna, f"t{n}", [Scope.ASK], 1) for n in range(2)]
    sessions.end(library, secrets[2])
    at = later(seconds=5)
    used = [Use("session", secret) for secret in secrets] + [Use("token", token.id) for token, _ in made]
    uses.store(library, dict.fromkeys([*used, Use("token", "none")], at))
    moment = at.isoformat(timespec="microseconds")
    assert [sessions.found(library, secret, LASTING)[1] for secret in secrets[:2]] == [moment] * 2
    assert [tokens.found(library, secret)[3] for _, secret in made] == [moment] * 2
    assert sessions.found(library, secrets[2], LASTING) is None


def test_signing_in_again_ends_the_browsers_earlier_session(library):
    anna = users.add(library, "anna", Role.READER, PASSWORD)
    first = sessions.begin(library, anna, LASTING)
    second = sessions.begin(library, anna, LASTING, instead_of=first)
    assert second != first
    assert sessions.found(library, first, LASTING) is None
    assert sessions.found(library, second, LASTING)


def test_a_token_ends_by_revocation_by_time_and_with_its_user(library):
    anna = users.add(library, "anna", Role.EDITOR, None)
    (kept, one), (_, two) = (tokens.create(library, anna, name, [Scope.ASK], 2) for name in "ab")
    assert tokens.found(library, one)[1] == {Ability.ASK}
    assert tokens.found(library, one, at=later(days=2, seconds=1)) is None
    tokens.revoke(library, kept.id)
    assert tokens.found(library, one) is None
    assert [token.state() for token in tokens.listed(library, anna)] == ["valid", "revoked"]
    users.set_disabled(library, "anna", disabled=True)
    assert tokens.found(library, two) is None
    users.set_disabled(library, "anna", disabled=False)
    assert tokens.found(library, two)
    users.remove(library, "anna")
    assert tokens.found(library, two) is None


def test_a_smaller_role_makes_a_users_tokens_smaller_at_once(library):
    anna = users.add(library, "anna", Role.EDITOR, None)
    _, secret = tokens.create(library, anna, "x", [Scope.ASK, Scope.LIBRARY], 2)
    assert Ability.LIBRARY in tokens.found(library, secret)[1]
    users.set_role(library, "anna", Role.READER)
    assert Ability.LIBRARY not in tokens.found(library, secret)[1]


def test_a_token_beyond_the_role_without_scope_or_end_is_not_made(library):
    anna = users.add(library, "anna", Role.READER, None)
    for scopes, days in (([Scope.ADMIN], 1), ([], 1), ([Scope.ASK], 0), ([Scope.ASK], 367)):
        with pytest.raises(InputError):
            tokens.create(library, anna, "x", scopes, days)
    assert tokens.listed(library) == []


def test_nobody_revokes_anothers_token(library):
    anna, boris = (users.add(library, name, Role.READER, None) for name in ("anna", "boris"))
    made, secret = tokens.create(library, anna, "x", [Scope.ASK], 1)
    with pytest.raises(NotHeldError):
        tokens.revoke(library, made.id, boris)
    assert tokens.found(library, secret)


def test_listeners_hear_of_changes_and_one_that_fails_stops_nothing(library, caplog):
    heard = []

    def fails(notice):
        raise ValueError

    ends = [notices.listen(fails), notices.listen(heard.append)]
    anna = users.add(library, "anna", Role.EDITOR, PASSWORD)
    users.set_role(library, "anna", Role.READER)
    made, secret = tokens.create(library, users.named(library, "anna"), "x", [Scope.ASK], 1)
    tokens.revoke(library, made.id)
    for end in ends:
        end()
    users.remove(library, "anna")
    assert [each.what for each in heard] == ["user_added", "user_role", "token_created", "token_revoked"]
    assert heard[0].about == anna.owner_id
    assert secret not in str(heard)
    assert "A listener failed" in caplog.text


def test_an_unknown_name_costs_the_same_hashing_as_a_wrong_password(cheap, monkeypatch):
    hashed = []

    class Noting(argon2.PasswordHasher):
        def verify(self, kept, password):
            hashed.append(argon2.extract_parameters(kept))
            return super().verify(kept, password)

    monkeypatch.setattr(passwords, "_hasher", Noting())
    assert not passwords.is_the_one("wrong password", cheap)
    assert not passwords.is_the_one("wrong password", None)
    known, unknown = hashed
    assert known == unknown
    assert known.memory_cost * known.time_cost >= 40_000  # kibibytes gone over: slow on purpose
