"""A restore brings back texts and records, and nobody's way in that has ended since the backup."""

from __future__ import annotations

import shutil

import pytest

from assistant.access import groups, passwords, sessions, tokens, users
from assistant.access.roles import Role, Scope
from assistant.errors import NotHeldError
from assistant.library import Library
from assistant.library.backup import back_up
from assistant.library.restore import restore
from assistant.records import conversations
from assistant.records.owner import Owner

LASTING = sessions.Lasting(3600, 3600)
NAMES = ("anna", "boris", "vera")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home with three users and a backup of it; each has a token and a session, anna a shared conversation."""
    monkeypatch.setattr(passwords, "hash_of", lambda password: f"hash of {password}")
    made = Home(tmp_path / "home")
    for name in NAMES:
        user = users.add(made.library, name, Role.EDITOR, "the first one")
        made.sessions[name] = sessions.begin(made.library, user, LASTING)
        token, secret = tokens.create(made.library, user, "all", [Scope.ASK], 5)
        made.tokens[name], made.ids[name] = secret, token.id
    made.begun = conversations.create(made.library, made.owner("anna"), title="О розах").id
    made.link = conversations.share(made.library, made.owner("anna"), made.begun, allowed=True)
    back_up(made.folder, tmp_path / "kept")
    yield made
    made.library.close()


class Home:
    def __init__(self, folder):
        folder.mkdir()
        self.folder = folder
        self.library = Library(f"sqlite:///{folder / 'library.sqlite'}")
        self.sessions, self.tokens, self.ids = {}, {}, {}
        self.begun = self.link = ""

    def owner(self, name):
        user = users.named(self.library, name)
        return Owner(user.owner_id, user.name)

    def restored(self, kept, into=None):
        """Restores into this home, or into another one; what ended."""
        folder = into or self.folder
        ended = restore(kept, folder, replace=into is None).ended
        if into is not None:
            self.library.close()
            self.library = Library(f"sqlite:///{folder / 'library.sqlite'}")
        return ended

    def works(self):
        """Whose session and whose token are good for anything."""
        return (
            {name for name, secret in self.sessions.items() if sessions.found(self.library, secret, LASTING)},
            {name for name, secret in self.tokens.items() if tokens.found(self.library, secret)},
        )

    def link_leads_somewhere(self):
        try:
            return conversations.shared(self.library, self.link, allowed=True).title == "О розах"
        except NotHeldError:
            return False


def test_what_ended_since_the_backup_stays_ended_and_what_works_now_goes_on(home, tmp_path):
    tokens.revoke(home.library, home.ids["boris"])
    sessions.end(home.library, home.sessions["anna"])
    assert home.works() == ({"boris", "vera"}, {"anna", "vera"})
    ended = home.restored(tmp_path / "kept")
    assert home.works() == (set(), {"anna", "vera"})
    assert (ended.sessions, ended.tokens, ended.links, ended.users) == (3, 1, 0, [])
    assert home.link_leads_somewhere()


def test_users_are_shut_out_demoted_and_have_the_passwords_as_now(home, tmp_path):
    users.set_disabled(home.library, "anna", disabled=True)
    users.set_role(home.library, "boris", Role.READER)
    users.set_password(home.library, "boris", "the second one")
    users.remove(home.library, "vera")
    again = users.add(home.library, "vera", Role.ADMIN, "the third one")
    ended = home.restored(tmp_path / "kept")
    assert ended.users == ["anna", "vera"]
    anna, boris, vera = users.listed(home.library)
    assert (anna.disabled, boris.disabled, vera.disabled) == (True, False, True)
    assert (boris.role, vera.role) == (Role.READER, Role.EDITOR)
    assert vera.id != again.id
    with home.library.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT password FROM users WHERE name = 'boris'").scalar()
    assert kept == "hash of the second one"
    assert home.works() == (set(), {"boris"})
    users.set_disabled(home.library, "vera", disabled=False)
    assert home.works() == (set(), {"boris"}), "the token went with the user"


def test_nobody_is_in_a_group_again_who_has_left_it(home, tmp_path):
    groups.add(home.library, "legal")
    for name in NAMES:
        groups.join(home.library, "legal", name)
    back_up(home.folder, tmp_path / "grouped")
    groups.leave(home.library, "legal", "anna")
    users.remove(home.library, "vera")
    assert home.restored(tmp_path / "grouped").memberships == 2
    assert groups.listed(home.library)[0].members == ("boris",)


def test_a_library_of_before_groups_is_asked_who_is_shut_out_all_the_same(home, tmp_path):
    users.set_disabled(home.library, "anna", disabled=True)
    with home.library.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE group_members")
    assert home.restored(tmp_path / "kept").users == ["anna"]


def test_a_link_that_was_ended_leads_nowhere_again(home, tmp_path):
    conversations.unshare(home.library, home.owner("anna"), home.begun)
    assert home.restored(tmp_path / "kept").links == 1
    assert not home.link_leads_somewhere()
    conversations.share(home.library, home.owner("anna"), home.begun, allowed=True)


@pytest.mark.parametrize("new", ["empty", "a library without users"])
def test_in_a_new_home_nothing_is_known_of_now_and_every_token_and_link_ends(home, tmp_path, new):
    into = tmp_path / "new"
    into.mkdir()
    if new == "empty":
        ended = home.restored(tmp_path / "kept", into)
    else:
        Library(f"sqlite:///{into / 'library.sqlite'}").close()
        ended = restore(tmp_path / "kept", into, replace=True).ended
        home.library.close()
        home.library = Library(f"sqlite:///{into / 'library.sqlite'}")
    assert home.works() == (set(), set())
    assert (ended.sessions, ended.tokens, ended.links, ended.users) == (3, 3, 1, [])
    assert [user.disabled for user in users.listed(home.library)] == [False] * 3
    assert not home.link_leads_somewhere()
    assert conversations.get(home.library, home.owner("anna"), home.begun).conversation.title == "О розах"


def test_a_damaged_library_that_is_replaced_is_known_nothing_of(home, tmp_path):
    into = tmp_path / "damaged"
    into.mkdir()
    (into / "library.sqlite").write_bytes(b"")
    assert restore(tmp_path / "kept", into, replace=True).ended.tokens == 3
    shutil.rmtree(into)
