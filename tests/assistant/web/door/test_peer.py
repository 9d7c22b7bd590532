"""Where a request comes from, and whether another site's page may have sent it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.web.door.origin import is_forged
from assistant.web.door.peer import networks, peer_of
from assistant.web.door.replies import own_address

TRUSTED = networks(["10.0.0.0/8", "::1/128"])


def scope(client="203.0.113.5", method="POST", scheme="http", **headers):
    listed = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http",
        "method": method,
        "scheme": scheme,
        "headers": listed,
        "client": (client, 1) if client else None,
    }


FORWARDED = {
    "x_forwarded_for": "198.51.100.9, 10.0.0.3",
    "x_forwarded_proto": "https",
    "x_forwarded_host": "Ask.Example",
}


def test_a_trusted_proxys_word_is_taken_and_nobody_elses():
    told = peer_of(scope("10.0.0.1", host="app:7860", **FORWARDED), TRUSTED)
    assert (told.address, told.trusted, told.https, told.host) == ("198.51.100.9", True, True, "ask.example")
    alone = peer_of(scope("203.0.113.5", host="app:7860", **FORWARDED), TRUSTED)
    assert (alone.address, alone.trusted, alone.https, alone.host) == (
        "203.0.113.5",
        False,
        False,
        "app:7860",
    )


@pytest.mark.parametrize(
    ("client", "address", "trusted"),
    [
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("::1", "::1", True),
        (None, "unknown", False),
        ("testclient", "unknown", False),
    ],
)
def test_addresses_in_other_clothes(client, address, trusted):
    found = peer_of(scope(client), TRUSTED)
    assert (found.address, found.trusted) == (address, trusted)


def test_an_address_written_in_front_of_the_true_one_is_not_believed():
    found = peer_of(scope("10.0.0.1", x_forwarded_for="1.1.1.1, 198.51.100.9"), TRUSTED)
    assert found.address == "198.51.100.9"
    assert peer_of(scope("10.0.0.1", x_forwarded_for="1.1.1.1, nonsense"), TRUSTED).address == "10.0.0.1"


HERE = {"host": "ask.example:8080"}


@pytest.mark.parametrize(
    ("headers", "forged"),
    [
        ({"sec_fetch_site": "same-origin"}, False),
        ({"origin": "http://ask.example:8080"}, False),
        ({"origin": "http://ASK.example:8080", "sec_fetch_site": "none"}, False),
        ({"sec_fetch_site": "cross-site"}, True),
        ({"sec_fetch_site": "same-site", "origin": "http://ask.example:8080"}, True),
        ({"sec_fetch_site": "none", "origin": "http://evil.example"}, True),
        ({"origin": "http://ask.example"}, True),
        ({"origin": "http://ask.example:8080.evil.example"}, True),
        ({"origin": "null"}, True),
        ({"origin": ""}, True),
        ({"origin": "ftp://ask.example:8080"}, True),
        ({"origin": "http://[", "sec_fetch_site": "none"}, True),
        ({}, True),
    ],
)
def test_a_request_that_changes_something_comes_from_the_apps_own_page(headers, forged):
    asked = scope(**HERE, **headers)
    assert is_forged(asked, peer_of(asked, TRUSTED), must_say=True) is forged
    reading = scope(method="GET", **HERE, **headers)
    assert not is_forged(reading, peer_of(reading, TRUSTED), must_say=True)


def test_behind_https_a_page_of_plain_http_is_another_sites():
    asked = scope(
        "10.0.0.1",
        host="x",
        x_forwarded_host="ask.example",
        x_forwarded_proto="https",
        origin="http://ask.example",
    )
    assert is_forged(asked, peer_of(asked, TRUSTED), must_say=True)


def test_a_program_that_says_nothing_is_believed_where_no_cookie_speaks_for_it():
    asked = scope(**HERE)
    assert not is_forged(asked, peer_of(asked, TRUSTED), must_say=False)


@given(st.text() | st.from_regex(r"[/\\.:a-z\t@]{0,12}evil\.example.{0,5}"))
def test_where_one_comes_back_to_is_within_the_app(said):
    found = own_address(said)
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert "\\" not in found
    assert found.isprintable()
