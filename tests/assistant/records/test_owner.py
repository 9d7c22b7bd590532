import pytest
from pydantic import ValidationError

from assistant.errors import InputError
from assistant.records import LOCAL, Owner, signed_in
from assistant.settings import Settings


@pytest.mark.parametrize(
    ("key", "name"),
    [("", "Анна"), (" anna", "Анна"), ("an\nna", "Анна"), ("a" * 201, "Анна"), ("a\0", "Анна"), ("a\u202eb", "Анна"),
     ("anna", ""), ("anna", "  "), ("anna", "А" * 201), ("anna", "Ан\tна")],
)  # fmt: skip
def test_an_owner_has_a_short_printable_id_and_name(key, name):
    with pytest.raises(InputError):
        Owner(key, name)


def test_without_the_setting_everybody_is_the_local_user():
    assert signed_in(None, []) == signed_in(None, ["anna"]) == LOCAL


def test_the_header_names_the_owner_who_can_never_pass_for_the_local_user():
    assert signed_in("X-User", [" Анна "]) == Owner("user:Анна", "Анна")
    assert signed_in("X-User", ["local"]).id != LOCAL.id


@pytest.mark.parametrize("values", [[], [""], ["  "], ["anna", "boris"], ["an\nna"], ["a" * 300]])
def test_a_request_that_does_not_say_who_it_is_is_refused(values):
    with pytest.raises(InputError):
        signed_in("X-User", values)


def test_the_settings_share_nothing_and_trust_no_header_unless_told(monkeypatch):
    monkeypatch.delenv("AI_POLICY_SHARE_LINKS", raising=False)
    monkeypatch.delenv("AI_POLICY_OWNER_HEADER", raising=False)
    plain = Settings()
    assert (plain.share_links, plain.owner_header) == (False, None) and plain.conversations_kept >= 1
    with pytest.raises(ValidationError):
        Settings(owner_header="X User:\n")
