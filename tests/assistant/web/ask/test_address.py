"""Where the page is, from what a request and the page say of it."""

import pytest

from assistant.web.ask.address import LONGEST, page_address

SEEN = {"origin": "https://example.org", "host": "127.0.0.1:7860"}


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("https://example.org/policy/", "https://example.org/policy/"),
        ("https://example.org/policy/?c=1#x", "https://example.org/policy/"),
        ("https://example.org/", "https://example.org/"),
    ],
)
def test_the_folder_a_proxy_serves_the_app_under_is_kept(said, address):
    assert page_address(SEEN, said) == address


@pytest.mark.parametrize(
    "said",
    [
        None,
        7,
        "",
        "https://evil.example/policy/",
        "https://example.org.evil.example/",
        "https://example.org@evil.example/",
        "http://example.org/policy/",
        "https://example.org/\n",
        "https://example.org/" + "a" * LONGEST,
    ],
)
def test_a_page_elsewhere_is_not_believed(said):
    assert page_address(SEEN, said) == "https://example.org/"


def test_without_an_origin_the_host_is_what_is_known():
    assert page_address({"host": "127.0.0.1:7860"}, None) == "http://127.0.0.1:7860/"
